"""Commands that concern the whole installation: the demonstration and the server of `make run`."""

import logging
import signal
import sys
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from swa.core import clock
from swa.core.db import transaction
from swa.messaging import engine
from swa.web.demo import clearing, seed
from swa.web.settings import Settings


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are people already.")
@click.option("--reset", is_flag=True, help="Throw away what is there first.")
@with_appcontext
def demo(*, if_empty: bool, reset: bool) -> None:
    """Fill the database with an invented alliance; only in demo mode."""
    settings: Settings = current_app.extensions["swa_settings"]
    if not settings.is_demo:
        msg = "The demonstration needs SWA_MODE=demo: it must never meet real people's data"
        raise click.ClickException(msg)
    if reset:
        upgrade()
    elif not clearing.has_tables():
        msg = "The database has no tables yet: run `swa db upgrade` first"
        raise click.ClickException(msg)
    elif not seed.is_empty():
        if if_empty:
            return
        msg = "There are people already. Use --reset to throw everything away and begin afresh"
        raise click.ClickException(msg)
    # A server that runs meanwhile sees the old demonstration or the new one, never half of it.
    with transaction():
        if reset:
            clearing.empty()
        seed.add_demonstration(clock.utc_now())
    click.echo(f"Made an invented alliance: {seed.describe()}")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the web pages and send messages, all in one process; for one machine."""
    settings: Settings = current_app.extensions["swa_settings"]
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    server = _make_server(settings)
    engine.start_in_background()
    # A stop from outside ends the server as Ctrl+C does, then the worker after its message in hand.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _say_hello(settings)
    try:
        server.run()
    finally:
        engine.stop()


def _make_server(settings: Settings) -> Any:
    import waitress

    try:
        return waitress.create_server(
            current_app._get_current_object(),  # type: ignore[attr-defined]
            host="127.0.0.1",
            port=settings.port,
            threads=8,
            ident=None,
        )
    except OSError as wrong:
        msg = f"Port {settings.port} cannot be used ({wrong.strerror}): choose another, PORT=8080"
        raise click.ClickException(msg) from wrong


def _say_hello(settings: Settings) -> None:
    click.echo(f"\n  {settings.alliance_name} is at {settings.base_url}\n")
    if settings.is_demo:
        click.echo(f"  Sign in as one of the invented people: {settings.base_url}/demo/people")
        click.echo(f"  Read every message as it would arrive:  {settings.base_url}/demo/mailbox/")
    click.echo("\n  Press Ctrl+C to stop.\n")
