"""From when a rule of the send plan counts, as somebody saves it; pure."""

from dataclasses import replace
from datetime import datetime

from swa.messaging.send_rules import HAPPENINGS, SendRule


def begins_anew(rule: SendRule, before: SendRule | None) -> bool:
    """Say whether a rule counts from the moment at which it is saved, not from when it did before.

    It does when it is added or switched on, and when a rule of one's own becomes one for another
    event, other people or another topic: those never heard of it, so what is over is left out.

    Args:
        rule: As typed.
        before: How it stood until now; None for a new one.

    Source:
        PLAN-7 of the notes.
    """
    if before is None or not before.is_on:
        return True
    return rule.is_own and _about(before) != _about(rule)


def switch(rule: SendRule, *, before: SendRule | None, also_past: bool, now: datetime) -> SendRule:
    """Return the rule with the moments from which it counts, as it is being saved.

    A rule that counts from something that happens looks only forward.

    Args:
        rule: As typed.
        before: How it stood until now; None for a new one.
        also_past: Whether sessions that are over are asked for in so many words.
        now: UTC.

    Source:
        PLAN-7 of the notes.
    """
    happens = rule.event in HAPPENINGS
    counts_from: datetime | None = now
    past_asked_at: datetime | None = None
    if before is not None and not begins_anew(rule, before):
        counts_from, past_asked_at = before.counts_from, before.past_asked_at
    if not rule.is_on:
        return replace(rule, counts_from=before.counts_from if before else None, past_asked_at=None)
    if also_past and not happens:
        # The past begins here: what a rule did before is left as it is.
        counts_from, past_asked_at = counts_from or now, now
    return replace(rule, counts_from=counts_from, past_asked_at=past_asked_at)


def _about(rule: SendRule) -> tuple[str, str, str]:
    return rule.event, rule.audience, rule.scope
