"""Changing the send plan: rules on and off, their days, added rules, days without work."""

import secrets
from dataclasses import fields, replace
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from swa.core.db import db, lock_row
from swa.core.errors import RuleBroken
from swa.messaging import fitting, rulebook, services
from swa.messaging.models import DayOff, PlanRound, SendRuleRow
from swa.messaging.rulebook import RuleBook
from swa.messaging.send_rules import EVERYWHERE, SendRule
from swa.messaging.switching import switch
from swa.messaging.texts.queries import find_custom
from swa.messaging.texts.types import CUSTOM

# What a row holds that a rule of the product or a form says; the other columns are its own.
FROM_RULE = tuple(f.name for f in fields(SendRule) if f.name != "number")
MOST_RULES = 50
SESSIONS = "sessions"


class RuleChangedMeanwhile(RuleBroken):
    """Somebody else changed the rule since this person looked."""

    message = "Somebody else changed this rule meanwhile. Look at how it stands, then decide"


class TooManyRules(RuleBroken):
    """More added rules than anybody can keep in mind."""

    message = f"There are {MOST_RULES} added rules already, so take one away first"


def save(rule: SendRule, *, also_past: bool, now: datetime, seen: str = "") -> SendRule:
    """Keep a changed rule of the programme; every session that it concerns is planned anew.

    Args:
        rule: The whole rule as it shall be; a shipped one keeps its key.
        also_past: Whether sessions that are over are asked for in so many words (PLAN-7).
        now: UTC.
        seen: Fingerprint of the rule that this person looked at; empty for whatever it was.

    Returns:
        The rule with the moments from which it counts.

    Raises:
        RuleRefused: Its parts do not fit together.
        RuleChangedMeanwhile: It is another one by now, or was taken away.
    """
    fitting.check(rule)
    book = hold_rules()
    _check_text(rule)
    before = book.find_by_number(rule.number) if rule.is_own else book.find(rule.key, rule.scope)
    _check_seen(seen, before)
    kept = switch(rule, before=before, also_past=also_past, now=now)
    row = rulebook.find_row_of(rule)
    if row is None:
        row = SendRuleRow(is_own=False)
        db.session.add(row)
    _fill(row, kept)
    if before is not None and not rule.is_own:
        _take_topics_along(before, kept)
    _changed("send rule changed", rule.key, now=now)
    return kept


def add(rule: SendRule, *, also_past: bool, now: datetime) -> SendRule:
    """Add a rule of one's own.

    Raises:
        RuleRefused: Its parts do not fit together.
        TooManyRules: There are 50 already.
    """
    fitting.check(rule)
    if sum(each.is_own for each in hold_rules().list_all()) >= MOST_RULES:
        raise TooManyRules
    _check_text(rule)
    key = f"own {secrets.token_hex(6)}"
    row = SendRuleRow(is_own=True)
    _fill(row, switch(replace(rule, key=key), before=None, also_past=also_past, now=now))
    db.session.add(row)
    _changed("send rule added", key, now=now)
    return rulebook.rule_of(row)


def take_away(key: str, *, now: datetime, scope: str = EVERYWHERE, seen: str = "") -> None:
    """Take an added rule away, or make a shipped one as shipped again; sent messages stay.

    A shipped one that was off until now leaves out the sessions that are over (PLAN-7). Of a topic
    it follows the programme again, which may have changed the shipped one.

    Raises:
        RuleChangedMeanwhile: It is not the rule any more whose fingerprint was seen.
    """
    book = hold_rules()
    row, before = rulebook.find_row(key, scope), book.find(key, scope)
    if row is None:
        return
    _check_seen(seen, before)
    shipped = next((rule for rule in book.shipped if rule.key == key), None)
    if shipped is None or before is None:
        db.session.delete(row)
    elif scope != EVERYWHERE:
        if not override(key, scope, now=now) and not _drop_equal(row, before, book.find(key)):
            return
    else:
        _put_back(row, shipped, before, now=now)
    _changed("send rule taken away", key, now=now)


def override(key: str, scope: str, *, now: datetime, days: int | None = None,
             is_on: bool | None = None) -> bool:  # fmt: skip
    """Give one topic its own number of days, or its own switch, for a shipped rule.

    What equals the programme's is no override: the topic follows the programme again. One that is
    switched on leaves out the sessions that are over (PLAN-7).

    Returns:
        Whether anything changed; the caller writes that into the audit log.

    Source:
        OT-06 (every number is a setting).
    """
    book = hold_rules()
    common, now_holds = book.find(key), book.find(key, scope)
    if common is None or now_holds is None:
        return False
    wanted = replace(
        now_holds,
        scope=scope,
        days=common.days if days is None else days,
        is_on=common.is_on if is_on is None else common.is_on and is_on,
    )
    if (now_holds.days, now_holds.is_on) == (wanted.days, wanted.is_on):
        return False
    wanted = switch(wanted, before=now_holds, also_past=False, now=now)
    row = rulebook.find_row(key, scope)
    if replace(wanted, scope=EVERYWHERE) != common:
        row = row or SendRuleRow(is_own=False)
        _fill(row, wanted)
        db.session.add(row)
    elif row is not None:
        db.session.delete(row)
    _apply(now)
    return True


def add_day_off(day: date, name: str, *, now: datetime) -> None:
    """Say that nobody works on a day; saying it again changes its name."""
    row = db.session.scalars(select(DayOff).where(DayOff.day == day)).one_or_none()
    if row is None:
        row = DayOff(day=day)
        db.session.add(row)
    row.name = name
    _changed("day off added", day.isoformat(), now=now)


def take_day_off_away(day_id: int, *, now: datetime) -> None:
    """Say that a day is a working day after all; a day that is not listed changes nothing."""
    row = db.session.scalars(select(DayOff).where(DayOff.id == day_id)).one_or_none()
    if row is not None:
        db.session.delete(row)
        _changed("day off taken away", row.day.isoformat(), now=now)


def ask_for_round(name: str, *, now: datetime) -> None:
    """Have the worker plan all occasions anew, from the first one on."""
    row = _hold_round(name)
    row.asked_at, row.reached = now, 0
    db.session.flush()


def find_round(name: str) -> PlanRound | None:
    """Return the round that is under way; None when everything is planned."""
    row = db.session.scalars(select(PlanRound).where(PlanRound.name == name)).one_or_none()
    return row if row is not None and row.asked_at is not None else None


def note_reached(name: str, reached: int | None, *, asked_at: datetime) -> None:
    """Note how far a round has come; one that was begun afresh meanwhile stays as it is.

    Args:
        name: Whose occasions.
        reached: Id of the last one that was planned; None when none is left.
        asked_at: When the round was asked for that has come so far, UTC.
    """
    row = _hold_round(name)
    if row.asked_at != asked_at:
        return
    row.asked_at = None if reached is None else asked_at
    row.reached = reached or 0
    db.session.flush()


def _hold_round(name: str) -> PlanRound:
    make = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    first = make.insert(PlanRound).values(name=name, reached=0).on_conflict_do_nothing()
    db.session.execute(first)
    row = db.session.scalars(select(PlanRound).where(PlanRound.name == name)).one()
    lock_row(row)
    return row


def hold_rules() -> RuleBook:
    """Return the rules as they stand, held until the transaction ends: two changes never cross."""
    _hold_round(SESSIONS)
    rulebook.forget()
    return rulebook.load()


def _drop_equal(row: SendRuleRow, before: SendRule, common: SendRule | None) -> bool:
    """Delete a topic's row that says what the programme's says; one that looks forward stays."""
    if common is None or before.counts_from != common.counts_from:
        return False
    db.session.delete(row)
    return True


def _check_text(rule: SendRule) -> None:
    """Refuse a text of one's own that was deleted since somebody chose it."""
    if rule.text.startswith(CUSTOM) and find_custom(rule.text) is None:
        msg = "Select another text: this one was deleted meanwhile"
        raise fitting.RuleRefused(msg, "text")


def _check_seen(seen: str, rule: SendRule | None) -> None:
    if seen and (rule is None or rule.fingerprint != seen):
        raise RuleChangedMeanwhile


def _put_back(row: SendRuleRow, shipped: SendRule, before: SendRule, *, now: datetime) -> None:
    kept = switch(shipped, before=before, also_past=False, now=now)
    if kept == shipped:
        db.session.delete(row)
    else:
        _fill(row, kept)
    _take_topics_along(before, kept)


def _take_topics_along(before: SendRule, after: SendRule) -> None:
    """Let the topics that have the programme's number of days follow it."""
    followers = (SendRuleRow.key == before.key, SendRuleRow.scope != EVERYWHERE)
    same = SendRuleRow.days == before.days
    db.session.execute(update(SendRuleRow).where(*followers, same).values(days=after.days))


def _fill(row: SendRuleRow, rule: SendRule) -> None:
    for name in FROM_RULE:
        setattr(row, name, getattr(rule, name))


def _changed(what: str, about: str, *, now: datetime) -> None:
    _apply(now)
    services.note(what, f"rule {about}", now=now)


def _apply(now: datetime) -> None:
    db.session.flush()
    rulebook.forget()
    ask_for_round(SESSIONS, now=now)
