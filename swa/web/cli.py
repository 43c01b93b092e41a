"""The command ``swa``: everything that runs without a browser."""

import sys

import click
from flask.cli import FlaskGroup

from swa.web.settings import SettingsError


def make_app() -> object:
    """Make the application, or say in plain words which setting is wrong."""
    from swa.web.factory import create_app

    try:
        return create_app()
    except SettingsError as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(2)


@click.group(
    cls=FlaskGroup,
    create_app=make_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
def main() -> None:
    """Run the training and the peer-support groups of a Social Welfare Alliance."""


def _add_commands() -> None:
    from swa.messaging.cli import send_due, worker
    from swa.people.cli import import_people
    from swa.sessions.cli import sessions_cli
    from swa.web.commands import demo, serve
    from swa.web.doctor import doctor

    for command in (demo, serve, worker, send_due, import_people, doctor, sessions_cli):
        main.add_command(command)


_add_commands()
