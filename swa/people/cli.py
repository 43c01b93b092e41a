"""Work on people without a page: import and roles, and the worker's part of the import page."""

import json
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from swa.core import clock
from swa.core.csv_files import UnreadableFile
from swa.core.db import db, transaction
from swa.core.errors import RuleBroken
from swa.people.queries import importing as queries
from swa.people.rules.addresses import is_address, tidy_address
from swa.people.rules.import_values import Entry, Preview
from swa.people.services import first_people, importing
from swa.people.services.first_people import Newcomer
from swa.people.services.roles import AlreadyHeld
from swa.people.types import Role, Sector

log = logging.getLogger(__name__)

MOST_SHOWN = 50
NOT_SAVED = (
    "Something went wrong while the list was saved. Nothing was saved. Upload the list again"
)
UNREADABLE = 2
NOTE_EVERY = 2000
Say = Callable[[str], None]


@click.command("import-people")
@click.argument(
    "path", metavar="FILE.csv", required=False, type=click.Path(exists=True, dir_okay=False)
)
@click.option("--yes", is_flag=True, help="Save without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one line of JSON.")
@click.option("--template", is_flag=True, help="Print an empty file with all columns.")
@with_appcontext
def import_people(path: str | None, *, yes: bool, as_json: bool, template: bool) -> None:
    """Add and update people from a list, all of it or nothing."""
    if template:
        click.echo(importing.template_file(), nl=False)
        return
    if path is None:
        msg = "Missing argument 'FILE.csv'."
        raise click.UsageError(msg)
    say: Say = partial(click.echo, err=as_json)  # the JSON stands alone on the output
    preview = _prepare(Path(path))
    _show(preview, say)
    if not yes:
        click.confirm("Save these changes?", abort=True, err=as_json)
    counts = importing.summarise(_save(preview))
    say(
        f"Saved: {counts['created']} created, {counts['updated']} updated,"
        f" {counts['unchanged']} unchanged, {len(counts['refused'])} refused"
    )
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False))


@click.command("give-role")
@click.argument("email")
@click.argument("role_name", metavar="ROLE")
@click.option("--name", default="", help="Full name; adds the person when nobody has the address.")
@click.option("--organisation", default="", help="Where a new person works.")
@click.option(
    "--sector",
    default="",
    type=click.Choice(["", *(sector.value for sector in Sector)]),
    metavar="SECTOR",
    help="council, voluntary, health or other; for an organisation that is not listed yet.",
)
@click.option("--borough", default="", help="Borough of an organisation that is not listed yet.")
@click.option("--domain", default="", help="Its staff addresses end so; its staff may register.")
@with_appcontext
def give_role(email: str, role_name: str, **details: str) -> None:
    """Give a person a role, such as administrator; safe to repeat.

    With --name and --organisation it adds the person too: the first one of a new installation.
    """
    if not inspect(db.engine).has_table("people"):
        msg = "The database has no tables yet: run `swa db upgrade` first"
        raise click.ClickException(msg)
    role = first_people.read_role(role_name)
    if role is None:
        names = ", ".join(first_people.typed(one) for one in Role)
        msg = f"There is no role “{role_name}”. The roles are: {names}"
        raise click.ClickException(msg)
    address = tidy_address(email)
    if not is_address(address):
        msg = f"“{email}” is no email address"
        raise click.ClickException(msg)
    try:
        with transaction():
            person, is_new = first_people.give_role(
                address, role, _newcomer(details), now=clock.utc_now()
            )
            name, organisation = person.name, person.organisation.name
    except AlreadyHeld:
        click.echo(f"{address} already holds the role “{role}”. Nothing was changed")
        return
    except RuleBroken as refusal:
        raise click.ClickException(refusal.message) from refusal
    if is_new:
        click.echo(f"Added {name} of {organisation}")
    click.echo(f"{name} now holds the role “{role}” and can sign in with {address}")


def _newcomer(details: dict[str, str]) -> Newcomer | None:
    """Return who would be added; None when neither name nor organisation was given."""
    if not details["name"] and not details["organisation"]:
        return None
    return Newcomer(**details)


def save_confirmed_imports() -> None:
    """Save every list that was confirmed on the import page; safe to repeat and to run twice.

    What was refused or done stands on the owner's result page, also that an unexpected error came;
    later lists are saved all the same. A worker that dies, or a database that is away, leaves the
    list confirmed, and the next tick saves it.
    """
    now = clock.utc_now()
    if queries.has_old_uploads(now):
        with transaction():
            importing.forget_old_uploads(now)
    for import_id, content in queries.list_confirmed():
        try:
            _save_one(import_id, content)
        except OperationalError:
            log.exception("list %s waits: the database has trouble", import_id)
        except Exception:
            log.exception("list %s cannot be saved", import_id)
            _tell_failed(import_id, NOT_SAVED)


def _save_one(import_id: int, content: bytes) -> None:
    try:
        preview = importing.prepare(content, progress=_note_progress(import_id))
        with transaction():
            importing.save_upload(import_id, preview, now=clock.utc_now())
    except RuleBroken as refusal:
        _tell_failed(import_id, refusal.message)


def _tell_failed(import_id: int, why: str) -> None:
    with transaction():
        importing.fail_upload(import_id, why, now=clock.utc_now())


def _note_progress(import_id: int) -> Callable[[int, int], None]:
    """Return what writes down, now and then, how many rows have been checked."""

    def note(done: int, _total: int) -> None:
        if done % NOTE_EVERY == 0:
            with transaction():
                importing.note_progress(import_id, done)

    return note


def _prepare(path: Path) -> Preview:
    try:
        with _Bar("Reading") as bar:
            preview = importing.prepare(path.read_bytes(), progress=bar.move)
    except UnreadableFile as refusal:
        click.echo(f"{path.name}: {refusal.message}", err=True)
        raise SystemExit(UNREADABLE) from refusal
    db.session.rollback()
    return preview


def _save(preview: Preview) -> Preview:
    with _Bar("Saving") as bar, transaction():
        return importing.save(
            preview, by_id=None, about="command line", now=clock.utc_now(), progress=bar.move
        )


def _show(preview: Preview, say: Say) -> None:
    """Print what would happen."""
    say(f"Rows: {preview.reading.rows}")
    _list(say, "New people", [_who(entry) for entry in preview.created])
    _list(say, "Changed people", [f"{_who(entry)}: {_changes(entry)}" for entry in preview.updated])
    say(f"Unchanged people: {len(preview.unchanged)}")
    _list(say, "New organisations", [f"  {o.name} ({o.sector})" for o in preview.new_organisations])
    _list(say, "Columns that are left out", [f"  {heading}" for heading in preview.reading.unused])
    _list(say, "To note", [f"  Row {row}: {note}" for row, note in preview.notes])
    _list(
        say, "Refused rows", [f"  Row {refusal.row}: {refusal.why}" for refusal in preview.refused]
    )


def _list(say: Say, heading: str, lines: list[str]) -> None:
    say(f"{heading}: {len(lines)}")
    for line in lines[:MOST_SHOWN]:
        say(line)
    if len(lines) > MOST_SHOWN:
        say(f"  … and {len(lines) - MOST_SHOWN} more")


def _who(entry: Entry) -> str:
    name = entry.line.name or (entry.known.name if entry.known else "")
    return f"  Row {entry.line.row}: {name} <{entry.line.email}>"


def _changes(entry: Entry) -> str:
    return ", ".join(
        f"{change.field} from “{change.before}” to “{change.after}”" for change in entry.changes
    )


class _Bar:
    """A progress bar that learns its length from the first report.

    Args:
        label: What is going on.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.bar: Any = None
        self.done = 0

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.bar is not None:
            self.bar.render_finish()

    def move(self, done: int, total: int) -> None:
        """Show that so many of so many are done."""
        if self.bar is None:
            bar: Any = click.progressbar(range(total), label=self.label, file=sys.stderr)
            self.bar = bar
        self.bar.update(done - self.done)
        self.done = done
