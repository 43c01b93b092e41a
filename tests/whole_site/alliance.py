"""An alliance in which everybody has something, and everybody else's things carry canaries.

Nine kinds of visitor (security notes, section 1). Each but the first has things of their own: what
they booked, what they run, what a colleague or somebody they manage booked; to each other visitor
all of that is foreign. A person holds one role at most, so what a role alone opens is seen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from swa.core import clock
from swa.core.db import transaction
from swa.messaging.models import DayOff
from swa.messaging.texts.models import MailText
from swa.people.access import COOKIE
from swa.people.models import Person, WebSession
from swa.people.services import web_sessions
from swa.people.types import Role
from tests.support.factories import Make, soon
from tests.whole_site.bundles import IN_DAYS, Bundle, Planter
from tests.whole_site.canaries import FIELDS, Found, code_of, signs
from tests.whole_site.papers import TEXT

NOBODY = "nobody signed in"
ROLES = {
    "participant": (),
    "line manager": (),
    "facilitator": (Role.FACILITATOR,),
    "support person": (Role.FACILITATOR,),
    "programme coordinator": (Role.PROGRAMME_COORDINATOR,),
    "peer-support coordinator": (Role.PEER_SUPPORT_COORDINATOR,),
    "evaluator": (Role.EVALUATOR,),
    "administrator": (Role.ADMINISTRATOR,),
}
VISITORS = (NOBODY, *ROLES)
OWN, RUNS, COLLEAGUE = "own", "runs it", "same organisation"
MANAGES, FOREIGN, HIDDEN, MISSING = "manages the person", "other organisation", "draft", "missing"
MIXED = "runs it, part of another"
RELATIONS = (OWN, RUNS, COLLEAGUE, MANAGES, FOREIGN, HIDDEN, MISSING)
ANY = "any"
# Colleagues share a house, whose name is one's own; nobody has a place in a draft.
HAS_NOT = {COLLEAGUE: "o", HIDDEN: set(FIELDS) - set("fhliprgs12")}
NUMBER_MISSING = 999_999
IN_QUERY = re.compile(r"{(\w+)}")
PARTS = {"booking_id", "segment_id"}
# Pages that make sense only once the session has begun.
BEGUN = {"sessions.attendance", "sessions.walk_in", "sessions.sheet"}
# Pages about a message that is still to go.
WAITING = {f"messaging.message_{name}" for name in ("do", "edit", "skip", "time")}
NO_DRAFTS = tuple(relation for relation in RELATIONS if relation != HIDDEN)
BY_RELATION: dict[str, tuple[str, ...]] = {
    "session_id": RELATIONS,
    "segment_id": RELATIONS,
    **dict.fromkeys(("booking_id", "message_id", "person_id"), NO_DRAFTS),
    "organisation_id": (OWN, FOREIGN, MISSING),
    "team_id": (OWN, FOREIGN, MISSING),
    "import_id": (OWN, FOREIGN, MISSING),
    "topic_id": (FOREIGN, HIDDEN, MISSING),
    "address_id": (FOREIGN, MISSING),
    "request_id": (FOREIGN, MISSING),
    "task_id": (FOREIGN, MISSING),
    "token": (OWN, FOREIGN, MISSING),
}
# What everybody's things have in common, and what there is none of.
COMMON = {
    "year": (soon(**IN_DAYS).year, 2026),
    "month": (soon(**IN_DAYS).month, 13),
    "text_key": (TEXT.replace("/", "-"), "no-such-text"),
    "name": ("prework", "no-such-rule"),
}


TOKENS = {
    "people.open_registration": "registration_token",
    "people.use_registration": "registration_token",
    "feeds.fetch": "feed_token",
}


@dataclass
class Visitor:
    """Somebody of the alliance, and what is theirs.

    Attributes:
        bundles: What stands to them in each relation; what is missing here is foreign.
    """

    name: str
    person: Person | None = None
    token: str = ""
    bundles: dict[str, Bundle] = field(default_factory=dict)
    web_session_id: int = NUMBER_MISSING

    @property
    def relations(self) -> dict[str, str]:
        """How they stand to the object of each code."""
        return {bundle.code: relation for relation, bundle in self.bundles.items()}


class Alliance:
    """Everybody and everything, and the addresses that lead there."""

    def __init__(self, app: Flask, make: Make) -> None:
        self.app, self.make = app, make
        self._codes = map(code_of, count())
        self.foreign = self._bundle(lambda planter: planter.person())
        self.hidden = Planter(make, next(self._codes)).draft(self.foreign)
        self.day = make.keep(DayOff(day=soon(days=50).date(), name="A day off")).id
        version = {"subject": "A subject", "body": "{{ prework }} {{ prework_length }}"}
        make.keep(MailText(name=TEXT, number=1, written_at=clock.utc_now(), **version))
        self.visitors = {name: self._visitor(name, roles) for name, roles in ROLES.items()}
        self.visitors[NOBODY] = Visitor(NOBODY, bundles=self.visitors["participant"].bundles)

    def _bundle(self, who: Callable[[Planter], Person], **facts: Any) -> Bundle:
        planter = Planter(self.make, next(self._codes))
        return planter.bundle(who(planter), **facts)

    def _visitor(self, name: str, roles: tuple[Role, ...]) -> Visitor:
        planter = Planter(self.make, next(self._codes))
        person = planter.person(roles=roles)
        runs = {"support" if name == "support person" else "lead": person}
        house = person.organisation
        visitor = Visitor(name, person)
        visitor.bundles = {
            OWN: planter.bundle(person),
            RUNS: self._bundle(lambda theirs: theirs.person(), **runs),
            COLLEAGUE: self._bundle(lambda theirs: theirs.person(organisation=house)),
            FOREIGN: self.foreign,
            HIDDEN: self.hidden,
        }
        if name != "participant":
            visitor.bundles[MANAGES] = self._bundle(
                lambda theirs: theirs.person(line_manager_id=person.id)
            )
        now = clock.utc_now()
        with transaction():
            visitor.token = web_sessions.begin(person.id, browser="test", now=now)
        others = {"person_id": person.id, "created_at": now, "last_seen_at": now}
        visitor.web_session_id = self.make.keep(WebSession(id_hash=f"{person.id:064}", **others)).id
        return visitor

    def browser(self, visitor: Visitor) -> FlaskClient:
        """Return a browser that knows nothing but who is signed in."""
        client = self.app.test_client()
        if visitor.token:
            client.set_cookie(COOKIE, visitor.token)
        return client

    def relations(self, rule: Rule, query: str, visitor: Visitor) -> tuple[str, ...]:
        """Return the relations that make a difference for what the address names."""
        if rule.endpoint == "people.sign_out_elsewhere":
            return (OWN, FOREIGN, MISSING)
        names = {*rule.arguments, *IN_QUERY.findall(query)}
        wanted = [BY_RELATION.get(name, (ANY, MISSING)) for name in sorted(names)]
        found = max(wanted, key=len, default=(ANY,))
        found += (MIXED,) if "session_id" in names and PARTS & names else ()
        return tuple(one for one in found if one != MANAGES or one in visitor.bundles)

    def path_of(self, rule: Rule, query: str, relation: str, visitor: Visitor) -> str:
        """Return the address of a page about what stands to the visitor in this relation.

        Args:
            rule: The route.
            query: What follows its path, ids as names: "?topic={topic_id}"; may be empty.
            relation: One of ``relations()``.
            visitor: Who asks.
        """
        names = {*rule.arguments, *IN_QUERY.findall(query)}
        values = {name: self._value(name, rule, relation, visitor) for name in names}
        path = rule.build({name: values[name] for name in rule.arguments})[1]
        return str(path) + query.format(**values)

    def _value(self, name: str, rule: Rule, relation: str, visitor: Visitor) -> Any:
        if rule.endpoint == "people.sign_out_elsewhere":
            return self._web_session(relation, visitor)
        if name in COMMON:
            return COMMON[name][relation == MISSING]
        if relation == MISSING:
            return "no-such-token" if name == "token" else NUMBER_MISSING
        if relation == MIXED:
            relation = RUNS if name == "session_id" else FOREIGN
        bundle = visitor.bundles[FOREIGN if relation == ANY else relation]
        return self._of(bundle, name, rule)

    def _web_session(self, relation: str, visitor: Visitor) -> int:
        other = "facilitator" if visitor.name == "evaluator" else "evaluator"
        theirs = {OWN: visitor, FOREIGN: self.visitors[other]}
        return theirs[relation].web_session_id if relation in theirs else NUMBER_MISSING

    def _of(self, bundle: Bundle, name: str, rule: Rule) -> Any:
        if name == "token":
            name = TOKENS.get(rule.endpoint, name)
        if name == "message_id" and rule.endpoint in WAITING:
            name = "waiting_message_id"
        known = bundle.begun if rule.endpoint in BEGUN else bundle.ids
        known = {"number": 1, "day_id": self.day, **known}
        assert name in known, f"make something for <{name}> in bundles.py, and know its relations"
        return known[name]

    def seen(self, found: Found, visitor: Visitor, relation: str) -> str:
        """Say which private fields an answer shows: of what was asked for, and of what besides."""
        whose: dict[str, set[str]] = {other: set() for other in RELATIONS}
        for code, fields in found.items():
            whose[visitor.relations.get(code, FOREIGN)] |= fields
        everything = {_ALL: set(visitor.bundles), _ALL_BUT_DRAFTS: {*visitor.bundles} - {HIDDEN}}
        besides = []
        for name, relations in everything.items():
            common = _common(whose, relations)
            whose = {other: fields - common for other, fields in whose.items()}
            besides += [f"({name}: {signs(common)})"] if common else []
        here = signs(whose.pop(relation, ()))
        for fields in sorted({signs(each) for each in whose.values()} - {""}):
            those = [other for other in whose if signs(whose[other]) == fields]
            besides.append(f"({', '.join(those)}: {fields})")
        return " ".join(filter(None, [here, *besides]))


_ALL, _ALL_BUT_DRAFTS = "all", "all but drafts"


def _common(whose: dict[str, set[str]], relations: set[str]) -> set[str]:
    """Return the fields that an answer shows of each relation that has them."""
    return {
        field
        for field in FIELDS
        if all(field in whose[each] for each in relations if field not in HAS_NOT.get(each, ""))
        and any(field in whose[each] for each in relations)
    }
