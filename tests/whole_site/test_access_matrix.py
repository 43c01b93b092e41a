"""Who may open what: each route, method and role against one approved table (AZ-1; AN-29).

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
# What differs between any two answers: nonce, form token, the id that was asked for.
CHANGING = re.compile(r"""nonce-?[="']*[\w-]+|name="csrf_token"[^>]+>|\d+""")
ROUTES = sorted(
    (rule for rule in plain_app("production").url_map.iter_rules() if rule.endpoint != "static"),
    key=lambda rule: rule.rule,
)
# The web sessions of one's own account carry the same word; their tests are tests/people's.
WITH_OBJECT = re.compile(r"^/sessions/.*<int:session_id>|^/bookings/<int:booking_id>")


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


def relations_of(rule):
    return (
        RELATIONS
        if WITH_OBJECT.search(rule.rule)
        else ("any", "missing")
        if rule.arguments
        else ("any",)
    )


def answers(rule, method, cast, app):
    """Yield (who, relation, status) for one route and method."""
    for who, member in cast.items():
        for relation in relations_of(rule):
            path = path_of(app, rule, member.objects.arguments(rule, relation))
            yield who, relation, member.browser().open(path, method=method).status_code


class Member:
    """Somebody of the cast, with a browser that stays signed in whatever they did."""

    def __init__(self, make, sign_in, app, roles):
        self.person = make.person(roles=roles or ())
        self.objects = Objects(make, self.person)
        self.browser = app.test_client if roles is None else lambda: sign_in(self.person)


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
        words = "; ".join(
            f"{status} {', '.join(relations)}" for status, relations in by_relation.items()
        )
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
    cast = {
        who: Member(make, sign_in, app, roles)
        for who, roles in {"anonymous": None, **ROLES}.items()
    }
    for rule in ROUTES:
        for method in sorted({"GET", "POST"} & rule.methods):
            for member in cast.values():
                member.objects.keeps = method == "GET"
            found = list(answers(rule, method, cast, app))
            table.append(written_down(rule, method, found))
            faults += [f"{method} {rule.rule}: {entry}" for entry in found if entry[2] >= 500]

    assert not faults
    assert_golden("access.txt", "\n".join(table) + "\n")


@pytest.mark.parametrize(
    "rule", [rule for rule in ROUTES if WITH_OBJECT.search(rule.rule)], ids=str
)
def test_a_hidden_object_and_a_missing_one_are_alike(rule, app, make, sign_in, without_tokens):
    person = make.person()
    browser = sign_in(person)
    browser.get("/help")  # the first page of a browser sets the cookie of its forms
    hidden = path_of(app, rule, Objects(make, person).arguments(rule, "draft"))
    missing = path_of(app, rule, Objects(make, person).arguments(rule, "missing"))

    for method in sorted({"GET", "POST"} & rule.methods):
        first, second = browser.open(hidden, method=method), browser.open(missing, method=method)
        assert first.status_code == second.status_code, method
        assert set(first.headers.keys()) == set(second.headers.keys())
        assert CHANGING.sub("", first.text) == CHANGING.sub("", second.text)
