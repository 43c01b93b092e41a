"""From when a rule of the send plan counts, as somebody saves it; pure."""

from dataclasses import replace
from datetime import datetime

from swa.messaging.send_rules import HAPPENINGS, SendRule


def switch(rule: SendRule, *, before: SendRule | None, also_past: bool, now: datetime) -> SendRule:
    """Return the rule with the moments from which it counts, as it is being saved.

    A rule that counts from something that happens looks only forward, also when it was for another
    event, other people or another topic until now.

    Args:
        rule: As typed.
        before: How it stood until now; None for a new one.
        also_past: Whether sessions that are over are asked for in so many words.
        now: UTC.

    Source:
        PLAN-7 of the notes.
    """
    happens = rule.event in HAPPENINGS
    was_on = before is not None and before.is_on
    if before is not None and happens and _about(before) != _about(rule):
        was_on = False
    counts_from = before.counts_from if before is not None and was_on else now
    past_asked_at = before.past_asked_at if before is not None and was_on else None
    if not rule.is_on:
        return replace(rule, counts_from=before.counts_from if before else None, past_asked_at=None)
    if also_past and not happens:
        # The past begins here: what a rule did before is left as it is.
        counts_from, past_asked_at = counts_from or now, now
    return replace(rule, counts_from=counts_from, past_asked_at=past_asked_at)


def _about(rule: SendRule) -> tuple[str, str, str]:
    return rule.event, rule.audience, rule.scope
