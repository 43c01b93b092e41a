"""What people change about themselves."""

from datetime import datetime

from swa.people.models import Person
from swa.people.services import audit


def change_access_needs(person: Person, access_needs: str, *, now: datetime) -> None:
    """Keep what somebody needs to take part; the log names the field, never the words.

    Source:
        IN-11: facilitator and support person see it, nobody else.
    """
    if person.access_needs == access_needs:
        return
    person.access_needs = access_needs
    audit.record(
        "account changed",
        about=f"person {person.id}",
        by_id=person.id,
        now=now,
        fields="access_needs",
    )
