"""Commands of the mail worker (IN-05, DC-07)."""

import click
from flask.cli import with_appcontext

from swa.core import clock
from swa.messaging import dispatcher, engine, kinds, queries
from swa.messaging.types import Outcome, SendCount

MANY = 10


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send messages and do the periodic work until stopped; any number may run at once."""
    click.echo("The worker runs. Stop it with Ctrl+C or SIGTERM; it finishes what it has in hand.")
    engine.run_forever()
    click.echo("The worker has stopped.")


@click.command("send-due")
@click.option("--limit", type=click.IntRange(min=1), help="The most messages to look at.")
@with_appcontext
def send_due(*, limit: int | None) -> None:
    """Send once what is due now, and say what became of it; safe to repeat."""
    due = queries.count_due(clock.utc_now(), kinds.list_names())
    many = min(due, limit or due)
    if many > MANY:
        with click.progressbar(length=many, label="Sending") as bar:
            count = dispatcher.send_due(limit=limit, on_each=lambda _end: bar.update(1))
    else:
        count = dispatcher.send_due(limit=limit)
    _say(count)


def _say(count: SendCount) -> None:
    click.echo(f"Sent: {count.sent}")
    for outcome in Outcome:
        number = count.outcomes.get(outcome, 0)
        if number and outcome is not Outcome.SENT:
            click.echo(f"{outcome.capitalize()}: {number}")
    if count.why_stopped:
        msg = f"Messages still wait: {count.why_stopped}"
        raise click.ClickException(msg)


messaging_commands = [worker, send_due]
