"""Keeps what somebody typed between the pages of one journey.

Nothing is in the database before the person says "Book place": who leaves half-way leaves no
trace, and access needs are stored only once somebody may read them. So the answers wait in the
person's own signed cookie. It holds 4,093 bytes, hence one journey at a time and the limits of
the forms. The person's id is part of the journey's name: whoever signs in next in the same
browser starts with an empty page.
"""

from typing import Any

from flask import session as cookie

from swa.people.models import Person

KEY = "journey"
DONE = "just_done"


def keep(journey: str, person: Person, answers: dict[str, Any]) -> None:
    """Keep the answers of this journey and forget those of any other.

    Args:
        journey: What it is about, for example "book 17".
        person: Who types.
        answers: Texts and booleans only.
    """
    cookie[KEY] = {"of": _name(journey, person), "answers": answers}


def recall(journey: str, person: Person) -> dict[str, Any] | None:
    """Return the answers that this person gave on this journey, None when there are none."""
    kept = cookie.get(KEY)
    if not isinstance(kept, dict) or kept.get("of") != _name(journey, person):
        return None
    answers: dict[str, Any] = kept["answers"]
    return answers


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


def _name(journey: str, person: Person) -> str:
    return f"{journey} by {person.id}"
