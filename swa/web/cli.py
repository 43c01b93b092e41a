"""The command ``swa``: everything that runs without a browser."""

import sys

import click
from flask.cli import FlaskGroup, NoAppException, ScriptInfo

from swa.web.settings import SettingsError


def make_app() -> object:
    """Make the application.

    Raises:
        NoAppException: A setting is wrong; the message says which.
    """
    from swa.web.factory import create_app

    try:
        return create_app()
    except SettingsError as wrong:
        raise NoAppException(str(wrong)) from wrong


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
    from swa.web.demo.clearing import RealPeopleError, check_no_real_people

    context = click.get_current_context()
    if not set(context.help_option_names).isdisjoint(sys.argv):
        return  # whoever asks how a command is used needs no settings yet
    try:
        check_no_real_people(context.ensure_object(ScriptInfo).load_app())
    except RealPeopleError as danger:
        raise click.ClickException(str(danger)) from danger


def _add_commands() -> None:
    from swa.messaging.cli import send_due, worker
    from swa.people.cli import give_role, import_people
    from swa.sessions.cli import sessions_cli
    from swa.web.commands import demo, serve
    from swa.web.doctor import doctor

    of_messages, of_people = (worker, send_due), (import_people, give_role)
    for command in (demo, serve, *of_messages, *of_people, doctor, sessions_cli):
        main.add_command(command)


_add_commands()
# Flask's own options choose another app or its debugger; ours is always this one, without.
main.params.clear()
