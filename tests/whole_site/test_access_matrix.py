"""Who may open what: every route × method × role × relation, against one approved table (AZ-1).

The table is ``tests/golden/access.txt``; a new route or a changed answer shows in its diff and is
read by a person. A foreign object and a missing one give the same answer to everybody (AZ-6).
"""

import re
from collections import defaultdict

import pytest

from swa.people.models import JoinRequest, PeopleImport
from swa.people.types import Role
from swa.sessions.types import SessionStatus
from tests.support.factories import soon
from tests.support.golden import assert_golden
from tests.support.plain_app import plain_app
from tests.support.rows import make_message

ROLES = {
    "participant": (),
    "facilitator": (Role.FACILITATOR,),
    "programme coordinator": (Role.PROGRAMME_COORDINATOR,),
    "peer-support coordinator": (Role.PEER_SUPPORT_COORDINATOR,),
    "evaluator": (Role.EVALUATOR,),
    "administrator": (Role.ADMINISTRATOR,),
}
RELATIONS = ("own", "supports", "foreign", "draft", "missing")
MISSING = 999_999
ROUTES = sorted(
    (
        rule for rule in plain_app("production").url_map.iter_rules() if rule.endpoint != "static"
    ),
    key=lambda rule: rule.rule,
)
WITH_OBJECT = re.compile(r"<int:(session_id|booking_id)>")


class Objects:
    """Fresh objects for one request: what the person runs, supports, has booked, or has not."""

    def __init__(self, make, person):
        self.make, self.person = make, person

    def arguments(self, rule, relation):
        made = {name: self._value(name, relation) for name in rule.arguments}
        return {name: value for name, value in made.items() if value is not None}

    def _value(self, name, relation):
        if relation == "missing":
            return {"year": 2026, "month": 5, "token": "no-such-token"}.get(name, MISSING)
        make = self.make
        if name in {"session_id", "booking_id"}:
            session = self._session(relation)
            if name == "session_id":
                return session.id
            owner = self.person if relation == "own" else make.person()
            return make.booking(session, person=owner).id
        if name == "message_id":
            return make_message(make).id
        return self._of_people(name)

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
        return {"year": 2026, "month": 5}.get(name, 1 if name.endswith("_id") else "facilitator")

    def _session(self, relation):
        staff = {
            "own": {"lead_facilitator_id": self.person.id},
            "supports": {"support_person_id": self.person.id},
        }.get(relation, {})
        status = SessionStatus.DRAFT if relation == "draft" else SessionStatus.PUBLISHED
        return self.make.session(status=status, **staff)


def relations_of(rule):
    return RELATIONS if WITH_OBJECT.search(rule.rule) else ("any", "missing") if rule.arguments else ("any",)


def answers(rule, method, make, sign_in, app):
    """Yield (who, relation, status) for one route and method."""
    for relation in relations_of(rule):
        stranger = make.person()
        path = path_of(app, rule, Objects(make, stranger).arguments(rule, relation))
        yield "anonymous", relation, app.test_client().open(path, method=method).status_code
        for name, roles in ROLES.items():
            person = make.person(roles=roles)
            path = path_of(app, rule, Objects(make, person).arguments(rule, relation))
            yield name, relation, sign_in(person).open(path, method=method).status_code


def path_of(app, rule, arguments):
    with app.test_request_context():
        return rule.build(arguments, append_unknown=False)[1]


def written_down(rule, method, found):
    lines = [f"{method} {rule.rule}"]
    for who in ("anonymous", *ROLES):
        by_relation = defaultdict(list)
        for name, relation, status in found:
            if name == who:
                by_relation[status].append(relation)
        words = "; ".join(f"{status} {', '.join(relations)}" for status, relations in by_relation.items())
        lines.append(f"    {who:<26}{words}")
    return "\n".join(lines)


@pytest.fixture
def without_tokens(app):
    """Form tokens have tests of their own; here the question is who gets past the policy."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.mark.heavy
def test_every_route_answers_every_role_as_approved(app, make, sign_in, without_tokens):
    table, faults = [], []
    for rule in ROUTES:
        for method in sorted({"GET", "POST"} & rule.methods):
            found = list(answers(rule, method, make, sign_in, app))
            table.append(written_down(rule, method, found))
            faults += [f"{method} {rule.rule}: {entry}" for entry in found if entry[2] >= 500]

    assert not faults
    assert_golden("access.txt", "\n".join(table) + "\n")


@pytest.mark.parametrize("rule", [rule for rule in ROUTES if WITH_OBJECT.search(rule.rule)], ids=str)
def test_a_hidden_object_and_a_missing_one_are_alike(rule, app, make, sign_in, without_tokens):
    person = make.person()
    browser = sign_in(person)
    hidden = path_of(app, rule, Objects(make, person).arguments(rule, "draft"))
    missing = path_of(app, rule, Objects(make, person).arguments(rule, "missing"))

    for method in sorted({"GET", "POST"} & rule.methods):
        first, second = browser.open(hidden, method=method), browser.open(missing, method=method)
        assert first.status_code == second.status_code, method
        assert first.headers.keys() == second.headers.keys()
        nonce = re.compile(r"nonce-?[=\"']*[\w-]+|\d+")
        assert nonce.sub("", first.text) == nonce.sub("", second.text)
