"""Fills an empty database with the demonstration."""

from datetime import datetime

from sqlalchemy import func, select

from swa.core.db import db
from swa.people.models import Organisation, Person
from swa.people.types import Role
from swa.sessions.models import TrainingSession
from swa.web.demo.alliance import add_alliance, give_role
from swa.web.demo.programme import Staff, add_programme
from swa.web.demo.topics import add_topics

# Who runs what, and who looks after the programme: by organisation and job.
LEADS = {
    "Core Conversations": ("Basis", "Practice lead"),
    "Finance & Employability": ("Our Newham Money", "Service delivery coordinator"),
    "Housing & Homelessness": ("Newham Council", "Housing team manager"),
    "Early Help and Family Support": ("Newham Council", "Early Help manager"),
    "Immigration for non-immigration advisers": ("Praxis", "Advice manager"),
}
SUPPORT = ("Hackney Council", "Service designer")
ROLES = {
    Role.PROGRAMME_COORDINATOR: ("Newham Council", "Programme manager"),
    Role.ADMINISTRATOR: ("Hackney Council", "Change lead"),
    Role.PEER_SUPPORT_COORDINATOR: ("Newham Social Prescribing", "Lead social prescriber"),
    Role.EVALUATOR: ("Well London", "Delivery manager"),
}


def is_empty() -> bool:
    """Say whether nobody is in the database yet."""
    return not db.session.scalar(select(func.count()).select_from(Person))


def add_demonstration(now: datetime) -> None:
    """Add the whole demonstration. The caller opens the transaction; ``now`` is UTC."""
    add_alliance(now)
    for role, where in ROLES.items():
        give_role(_who(*where), role, now)
    topics = add_topics(now)
    support = _who(*SUPPORT)
    staff = {}
    for topic, where in LEADS.items():
        lead = _who(*where)
        give_role(lead, Role.FACILITATOR, now)
        staff[topic] = Staff(lead, support)
    give_role(support, Role.FACILITATOR, now)
    db.session.flush()
    add_programme(topics, staff, now=now)


def describe() -> str:
    """Say how many organisations, people and sessions there are."""
    counts = {
        words: db.session.scalar(select(func.count()).select_from(model))
        for words, model in (
            ("organisations", Organisation),
            ("people", Person),
            ("sessions", TrainingSession),
        )
    }
    return ", ".join(f"{number} {words}" for words, number in counts.items())


def _who(organisation: str, job: str) -> Person:
    wanted = (
        select(Person)
        .join(Person.organisation)
        .where(Organisation.name == organisation, Person.job_role == job)
        .order_by(Person.id)
    )
    return db.session.scalars(wanted).first() or _nobody(organisation, job)


def _nobody(organisation: str, job: str) -> Person:
    msg = f"nobody is {job} at {organisation} in the demonstration"
    raise LookupError(msg)
