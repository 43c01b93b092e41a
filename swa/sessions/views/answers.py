"""Keeps what somebody typed between the pages of one journey.

Nothing is in the database before the person says "Book place": who leaves half-way leaves no
trace, and access needs are stored only once somebody may read them. So the answers wait in the
person's own signed cookie. It holds 4,093 bytes, hence one journey at a time, the limits of the
forms, and a look at the length before anything is kept. The person's id is part of the journey's
name: whoever signs in next in the same browser starts with an empty page.
"""

import hashlib
import json
from typing import Any

from flask import current_app
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface

from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.people.models import Person

KEY = "journey"
MOST_BYTES = 3_800  # the rest of 4,093 is for the name, the attributes and a message
DONE = "just_done"


class TooMuchTyped(RuleBroken):
    """A browser would throw the whole cookie away, and with it what was typed."""

    message = "Shorten what you typed – together it is too long to be kept"


class AnsweredMeanwhile(RuleBroken):
    """The answers that a check page showed are not those that are kept."""

    message = "These answers were changed in another tab. Check them again"


def keep(journey: str, person: Person, form: Any) -> bool:
    """Keep the answers of this journey and forget those of any other.

    Args:
        journey: What it is about, for example "book 17".
        person: Who types.
        form: Checked; its ``answers()`` are texts and booleans only.

    Returns:
        Whether they were kept; if not, the form says that they are too long.
    """
    kept = {"of": _name(journey, person), "answers": form.answers()}
    if _size_with(kept) > MOST_BYTES:
        show_refusal(form, TooMuchTyped())
        return False
    cookie[KEY] = kept
    return True


def recall(journey: str, person: Person) -> dict[str, Any] | None:
    """Return the answers that this person gave on this journey, None when there are none."""
    kept = cookie.get(KEY)
    if not isinstance(kept, dict) or kept.get("of") != _name(journey, person):
        return None
    answers: dict[str, Any] = kept["answers"]
    return answers


def are_seen(form: Any, given: dict[str, Any]) -> bool:
    """Say whether a check page was about these answers: another tab may have given others since.

    Args:
        form: With a hidden field ``seen``; it belongs to these answers afterwards.
        given: The answers as they are kept.
    """
    word = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:16]
    typed, form.seen.raw_data, form.seen.data = form.seen.data, None, word
    if not form.is_submitted() or typed == word:
        return True
    show_refusal(form, AnsweredMeanwhile())
    return False


def finish(journey: str, person: Person) -> None:
    """Forget the answers and remember once that the journey has just ended."""
    cookie.pop(KEY, None)
    cookie[DONE] = _name(journey, person)


def has_just_finished(journey: str, person: Person) -> bool:
    """Say once whether the journey has just ended; the next page load says no."""
    if cookie.get(DONE) != _name(journey, person):
        return False
    cookie.pop(DONE)
    return True


def _size_with(kept: dict[str, Any]) -> int:
    """Return how long the cookie would be as it is sent: rare scripts and symbols swell."""
    writer = SecureCookieSessionInterface().get_signing_serializer(current_app)
    assert writer is not None  # noqa: S101 - the settings ask for a key; mypy cannot know
    return len(writer.dumps({**cookie, KEY: kept}))


def _name(journey: str, person: Person) -> str:
    return f"{journey} by {person.id}"
