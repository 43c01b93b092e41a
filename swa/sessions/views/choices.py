"""The lists to choose from on the planning pages."""

from collections.abc import Collection, Iterable
from typing import Any

from swa.core.forms.fields import SelectChoice
from swa.people.models import Organisation, Person
from swa.sessions.models import Topic
from swa.sessions.types import TopicKind

KIND_NAMES = {TopicKind.CORE: "Core Conversations", TopicKind.SPECIALIST: "Specialist"}


def of_organisations(organisations: Iterable[Organisation]) -> list[Any]:
    """Offer organisations by name; none comes before another (AN-22)."""
    return [SelectChoice(str(each.id), each.name) for each in organisations]


def of_topics(topics: Iterable[Topic]) -> list[Any]:
    """Offer topics, the kind before the title; nothing is chosen beforehand."""
    named = [
        SelectChoice(str(topic.id), f"{topic.title} ({KIND_NAMES[topic.kind]})") for topic in topics
    ]
    return [SelectChoice("", "Select a topic"), *named]


def of_people(people: Iterable[Person], *, first_from: Collection[int]) -> list[Any]:
    """Offer people with their organisation.

    Args:
        people: By name.
        first_from: Organisations that run the session; their people come first (TR-01).
    """
    named = sorted(people, key=lambda person: person.organisation_id not in first_from)
    return [
        SelectChoice("", "Not chosen yet"),
        *(
            SelectChoice(str(person.id), f"{person.name}, {person.organisation.name}")
            for person in named
        ),
    ]


def of_boroughs(boroughs: Iterable[str]) -> list[Any]:
    """Offer the boroughs that are known; another one can be typed (AN-20)."""
    return [
        SelectChoice("", "Not chosen yet"),
        *(SelectChoice(borough, borough) for borough in boroughs),
    ]
