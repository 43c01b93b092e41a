"""Objects for every page: what each needs so that its form can be sent and is accepted."""

from collections.abc import Callable
from itertools import count
from typing import Any

from werkzeug.routing import Rule

from swa.calendars.replies.models import MailTask
from swa.calendars.replies.services import finish_task
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.types import MessageState
from swa.people.models import JoinRequest, PeopleImport, Person, Team
from swa.people.services import audit
from swa.people.types import Role
from swa.sessions.models import Booking, TrainingSession
from swa.sessions.types import BookingStatus, SessionStatus, TopicKind
from tests.support.factories import Make, soon
from tests.support.rows import make_message, make_stopped_address
from tests.whole_site import worlds_of_mail as mail

# Pages that ask something only after another one was answered, and how that is answered.
_numbers = count(1)
BEFORE = {
    "sessions.book_check": ("sessions.book", {}),
    "sessions.move_check": ("sessions.move", {"online_link": "https://meet.example.org/other"}),
    "people.register_details": ("people.register", {"email": "new{number}@newham.example.org"}),
    "people.ask_to_join": ("people.register", {"email": "new{number}@corner.example.org"}),
    "people.check_email": ("people.sign_in", {}),
    "sessions.places_check": ("sessions.places", {"largest": "18"}),
}
# Pages that hold different forms at different times: each of those is a page of its own.
STAGES = {
    "replies.show_task": ("open", "done"),
    "sessions.edit_plan": ("with parts", "without parts"),
}
SESSIONS = {
    "sessions.attendance": {"hours": -1},
    "sessions.walk_in": {"hours": -1},
    "sessions.go_ahead": {"days": 5},
    "sessions.desk": {"days": 5},
}
DRAFTS = {
    f"sessions.{page}"
    for page in (
        *("publish", "checklist", "discard", "add_part", "edit_part", "edit_place"),
        "edit_plan",
    )
}
QUERIES = {
    "sessions.walk_in": "?q=example",
    "people.directory": "?words=person",
    "messaging.send_missed": "?session=session+{session_id}",
}
LIST = b"name,email,organisation,sector\r\nAnn Lee,ann@example.org,Green Shoots,charity\r\n"


def answers_before(endpoint: str) -> dict[str, str]:
    """Return what is answered on the page before this one; addresses are new each time."""
    number = next(_numbers)
    return {name: text.format(number=number) for name, text in BEFORE[endpoint][1].items()}


class World:
    """Fresh objects around one person who holds every role."""

    def __init__(self, make: Make, *, stage: str = "", **person: str) -> None:
        self.make, self.stage = make, stage
        self.person: Person = make.person(roles=list(Role), **person)
        self._session: TrainingSession | None = None

    def path_of(self, rule: Rule) -> str | None:
        """Return an address of the route; None when there is no object of its kind here."""
        values = {name: self._value(name, rule) for name in sorted(rule.arguments, reverse=True)}
        if None in values.values():
            return None
        more: dict[str, Callable[[], object]] = {
            "messaging.outbox": self._add_failed_message,
            "people.join_requests": lambda: self.make.keep(self._request()),
            "sessions.days_off": lambda: mail.day_off(self.make),
            "messaging.send_missed": lambda: self._missed(rule),
            "feeds.calendar": lambda: mail.papers_of(self.make).calendar_link(self.person),
        }
        more.get(rule.endpoint, lambda: None)()
        query = QUERIES.get(rule.endpoint, "")
        session_id = self._session.id if self._session else 0
        return str(rule.build(values)[1]) + query.format(session_id=session_id)

    def _value(self, name: str, rule: Rule) -> object:
        if name in {"year", "month"}:
            return {"year": 2026, "month": 5}[name]
        if name in {"text_key", "name", "token", "number"}:
            return self._word(name, rule)
        owner = None if "session_id" in rule.arguments else self.person
        makers: dict[str, Callable[[], Any]] = {
            "session_id": lambda: self._session_of(rule),
            "booking_id": lambda: self.make.booking(self._session_of(rule), person=owner),
            "segment_id": lambda: self._session_of(rule).plan[0],
            "topic_id": lambda: self.make.topic(kind=_kind_of_topic(rule)),
            "organisation_id": self.make.organisation,
            "team_id": self.make.team,
            "person_id": lambda: self._person_for(rule),
            "address_id": lambda: make_stopped_address(self.make),
            "request_id": lambda: self.make.keep(self._request()),
            "import_id": lambda: self.make.keep(self._upload()),
            "message_id": lambda: mail.message_about(self._booking(rule)),
            "task_id": self._letter,
        }
        return makers[name]().id if name in makers else None

    def _word(self, name: str, rule: Rule) -> str | int | None:
        """Return what an address names that has no number of its own in the database."""
        if name == "text_key":
            is_drafted = rule.endpoint == "messaging.text_check"
            has_versions = "number" in rule.arguments
            return mail.text_of(self.person, is_drafted=is_drafted, has_versions=has_versions)
        if name == "token" and rule.endpoint == "sessions.place_question":
            return mail.papers_of(self.make).question(self._booking(rule))
        return {"number": 1, "name": mail.rule_of() if name == "name" else None}.get(name)

    def _missed(self, rule: Rule) -> None:
        mail.message_about(self._booking(rule), MessageState.MISSED)

    def _booking(self, rule: Rule) -> Booking:
        return self.make.booking(self._session_of(rule), person=self.person)

    def _letter(self) -> MailTask:
        task_id = mail.papers_of(self.make).strangers()["task_id"]
        task = db.session.get_one(MailTask, task_id)
        if self.stage == "done":
            with transaction():
                finish_task(task, by=self.person, now=clock.utc_now())
        return task

    def _session_of(self, rule: Rule) -> TrainingSession:
        """Return the one session of this world, of the kind that the page needs."""
        if self._session is None:
            # Each on a day of its own, so that nobody is asked to run two at once.
            distance = SESSIONS.get(rule.endpoint, {"days": 30 + next(_numbers)})
            is_draft = rule.endpoint in DRAFTS
            status = SessionStatus.DRAFT if is_draft else SessionStatus.PUBLISHED
            starts_at = soon(**distance)
            if "days" in distance:  # by day, so that it ends on the day it begins
                starts_at = starts_at.replace(hour=10, minute=0)
            plan = {"plan": ()} if self.stage == "without parts" else {}
            self._session = self.make.session(starts_at=starts_at, status=status, **plan)
            if not is_draft:
                self.make.booking(self._session, status=BookingStatus.CONFIRMED)
        return self._session

    def _person_for(self, rule: Rule) -> Person:
        is_active = rule.endpoint != "people.person_enable"
        roles = [Role.FACILITATOR] if "take_away" in rule.endpoint else []
        person = self.make.person(is_active=is_active, roles=roles)
        if rule.endpoint == "messaging.missed":
            booking = self.make.booking(self._session_of(rule), person=person)
            mail.message_about(booking, MessageState.MISSED)
        return person

    def _request(self) -> JoinRequest:
        facts = {"name": "Cy Dent", "email": f"cy{self.person.id}@corner.example.org"}
        name = f"The Corner {self.person.id}"
        return JoinRequest(organisation_name=name, asked_at=soon(days=-1), **facts)

    def _upload(self) -> PeopleImport:
        facts = {"uploaded_at": soon(hours=-1), "file_name": "staff.csv", "content": LIST}
        return PeopleImport(uploaded_by_id=self.person.id, **facts)

    def _add_failed_message(self) -> None:
        message = make_message(self.make)
        with transaction():
            message.state, message.reason = MessageState.FAILED, "no such user"


def _kind_of_topic(rule: Rule) -> TopicKind:
    return TopicKind.SPECIALIST if "referral" in rule.endpoint else TopicKind.CORE


def add_canaries(make: Make, number: int) -> None:
    """Make objects of each kind that no page offers, all with this id, and who may register."""
    make.organisation(domain="newham.example.org")
    organisation = make.organisation(id=number, name="Zz canary house", is_active=False)
    make.keep(Team(id=number, organisation_id=organisation.id, name="Canary team"))
    person = make.person(
        id=number,
        organisation=organisation,
        is_active=False,
        name="Canary",
        email="c@c.example.org",
    )
    topic = make.topic(id=number, title="Canary topic", is_active=False)
    session = make.session(id=number, topic=topic, status=SessionStatus.DRAFT)
    make.booking(session, id=number, person=person)
    with transaction():  # the first line of the audit log begins its chain
        audit.record("canaries added", about="test", by_id=None, now=clock.utc_now())
