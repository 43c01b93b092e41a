"""Work on training without a page: what the worker does each minute, and a few commands."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import NoResultFound

from swa.core import clock
from swa.core.dates import last_full_hour
from swa.core.db import db, transaction
from swa.core.errors import NotAllowed, RuleBroken
from swa.messaging import ruling, turns
from swa.people.models import Person
from swa.people.queries.sign_in import find_person_by_email
from swa.sessions.models import TrainingSession
from swa.sessions.queries.access import get_session_to_manage
from swa.sessions.queries.bookings import list_to_fill
from swa.sessions.queries.mails import list_sessions_to_decide
from swa.sessions.services import booking, changes, go_ahead, mails

log = logging.getLogger(__name__)

ROUND_SIZE = 50
PLAN_ANEW = "plan sessions anew"


def keep_up() -> None:
    """Do what time alone brings: fill places, ask for decisions and, once an hour, plan anew.

    Safe to miss and safe to do twice, also by two workers at once. One that dies in between leaves
    the rest to the next tick, never to the next hour.

    Source:
        CF-27 (the caps lift by themselves), CF-28 (the go-ahead), DC-07, RL-4.
    """
    now = clock.utc_now()
    _fill_and_ask(now)
    hour = last_full_hour(now)
    if turns.is_due(PLAN_ANEW, hour):
        _for_each(mails.list_sessions_to_plan(now), partial(mails.plan_anew, now=now))
        with transaction():
            turns.take(PLAN_ANEW, hour)
    plan_next_of_round(now)


def plan_next_of_round(now: datetime) -> int:
    """Plan the next sessions anew since a rule of the send plan was changed; a few each minute.

    A worker that dies in between loses nothing: the next one goes on where it was.

    Returns:
        How many sessions were looked at; 0 when no round is under way.
    """
    found = ruling.find_round(ruling.SESSIONS)
    if found is None or found.asked_at is None:
        return 0
    asked_at = found.asked_at
    sessions = mails.list_sessions_of_round(found.reached, most=ROUND_SIZE, now=now)
    ids = [session.id for session in sessions]
    _for_each(sessions, partial(mails.plan_anew, now=now))
    reached = ids[-1] if len(ids) == ROUND_SIZE else None
    with transaction():
        ruling.note_reached(ruling.SESSIONS, reached, asked_at=asked_at)
    return len(ids)


def _fill_and_ask(now: datetime) -> tuple[int, int]:
    given = _for_each(list_to_fill(now), partial(booking.fill_where_caps_lifted, now=now))
    asked = _for_each(list_sessions_to_decide(now), partial(go_ahead.ask_where_due, now=now))
    return given, asked


def _for_each(sessions: Iterable[TrainingSession], act: Callable[[TrainingSession], int]) -> int:
    """Do something to each session in a transaction of its own; one that fails stops no other."""
    total = 0
    for session_id in [session.id for session in sessions]:
        try:
            with transaction():
                total += act(db.session.get_one(TrainingSession, session_id))
        except Exception:
            log.exception("session %s could not be kept up; the next round tries again", session_id)
    return total


@click.group("sessions")
@with_appcontext
def sessions_cli() -> None:
    """Work on training sessions without a browser."""


@sessions_cli.command("keep-up")
def keep_up_now() -> None:
    """Fill free places where the limits have ended, and ask for decisions; safe to repeat."""
    given, asked = _fill_and_ask(clock.utc_now())
    click.echo(f"Places given: {given}")
    click.echo(f"Sessions that wait for a decision: {asked}")


@sessions_cli.command("plan-mails")
@click.option("--dry-run", is_flag=True, help="Count the new e-mails but plan none.")
def plan_mails(*, dry_run: bool) -> None:
    """Bring the planned e-mails of all sessions up to date; safe to repeat."""
    now = clock.utc_now()

    def plan(session: TrainingSession) -> int:
        count = mails.plan_anew(session, now=now)
        if dry_run:
            db.session.rollback()
        return count

    count = _for_each(mails.list_sessions_to_plan(now), plan)
    click.echo(f"E-mails {'to plan' if dry_run else 'planned'}: {count}")


@sessions_cli.command("change-places")
@click.argument("session_id", type=click.IntRange(1, 999_999_999))
@click.option("--largest", type=int, required=True, help="Places there shall be.")
@click.option("--by", "email", required=True, help="E-mail address of who changes them.")
def change_places(session_id: int, *, largest: int, email: str) -> None:
    """Change the number of places of a published session; nobody is ever dropped."""
    try:
        by = _find_actor(email)
        session = get_session_to_manage(session_id, by)
        with transaction():
            given = changes.change_number_of_places(session, largest, by=by, now=clock.utc_now())
    except RuleBroken as refusal:
        raise click.ClickException(refusal.message) from refusal
    except (NoResultFound, NotAllowed) as missing:
        message = "There is no such session that this person may change"
        raise click.ClickException(message) from missing
    click.echo(f"Places: {largest}. People who moved up from the waiting list: {given}")


def _find_actor(email: str) -> Person:
    person = find_person_by_email(email.strip().lower())
    if person is None:
        message = f"Nobody has the address {email}"
        raise click.ClickException(message)
    return person
