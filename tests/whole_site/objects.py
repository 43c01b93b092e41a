"""Ordinary objects for the address of any route, for tests that open every page."""

from swa.people.models import JoinRequest, PeopleImport
from swa.sessions.types import SessionStatus
from tests.support.factories import soon
from tests.support.rows import make_message

MISSING = 999_999


class Objects:
    """Fresh objects for one request: what the person runs, supports, has booked, or has not."""

    def __init__(self, make, person):
        self.make, self.person = make, person
        self.keeps, self.kept = False, {}

    def arguments(self, rule, relation):
        """Return values for the route; looking changes nothing, so GET may share the objects."""
        if rule.rule.startswith("/account/"):
            relation = "missing"
        return {name: self._kept_value(name, relation) for name in rule.arguments}

    def _kept_value(self, name, relation):
        if not self.keeps:
            return self._value(name, relation)
        if (name, relation) not in self.kept:
            self.kept[name, relation] = self._value(name, relation)
        return self.kept[name, relation]

    def _value(self, name, relation):
        if relation == "missing":
            words = {"token": "no-such-token", "text_key": "no-such-text", "number": 999}
            return ({"year": 2026, "month": 5} | words).get(name, MISSING)
        make = self.make
        if name in {"session_id", "booking_id"}:
            session = self._session(relation)
            if name == "session_id":
                return session.id
            owner = self.person if relation == "own" else make.person()
            return make.booking(session, person=owner).id
        return make_message(make).id if name == "message_id" else self._of_people(name)

    def _of_people(self, name):
        make = self.make
        makers = {
            "topic_id": make.topic,
            "organisation_id": make.organisation,
            "team_id": make.team,
            "person_id": make.person,
            "request_id": lambda: make.keep(
                JoinRequest(
                    name="A", email="a@b.example.org", organisation_name="B", asked_at=soon(days=-1)
                )
            ),
            "import_id": lambda: make.keep(
                PeopleImport(
                    uploaded_by_id=make.person().id,
                    uploaded_at=soon(days=-1),
                    file_name="x.csv",
                    content=b"name,email\n",
                )
            ),
        }
        if name in makers:
            return makers[name]().id
        others = {"year": 2026, "month": 5, "text_key": "sessions-prework", "number": 0}
        return others.get(name, 1 if name.endswith("_id") else "facilitator")

    def _session(self, relation):
        staff = {
            "own": {"lead_facilitator_id": self.person.id},
            "supports": {"support_person_id": self.person.id},
        }.get(relation, {})
        status = SessionStatus.DRAFT if relation == "draft" else SessionStatus.PUBLISHED
        return self.make.session(status=status, **staff)


def path_of(app, rule, arguments):
    with app.test_request_context():
        return rule.build(arguments, append_unknown=False)[1]
