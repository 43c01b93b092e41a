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
