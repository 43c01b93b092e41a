"""Who may open what, and what they see there: every route against one approved table (AZ-1; AN-29).

The table is ``tests/golden/access.txt``. Its cells say the status, a star where something was
changed, and which private fields the answer shows (``canaries.py``). A new route, another answer,
or a private word where there was none shows in its diff and is read by a person.

A parameter of an address is tried like a part of the path, with ids of one's own and of others
(AZ-2). What is hidden from somebody and what does not exist get the same answer (AZ-6).
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from swa.core import paging
from tests.support.golden import GOLDEN, assert_golden
from tests.support.plain_app import plain_app
from tests.support.undone import one_connection
from tests.whole_site.alliance import VISITORS, Alliance
from tests.whole_site.canaries import FIELDS, found_in

ROUTES = sorted(
    (rule for rule in plain_app("production").url_map.iter_rules() if rule.endpoint != "static"),
    key=lambda rule: rule.rule,
)
# What may follow the path, with ids where the page takes them.
SESSION = "?session=session+{session_id}"
READER = "?example={session_id}&recipient={booking_id}"
QUERIES = {
    "sessions.list_sessions": ("?topic={topic_id}", "?organisation={organisation_id}"),
    "sessions.plan_session": ("?topic={topic_id}",),
    "sessions.run_list": ("?when=past",),
    "sessions.session_messages": ("?shown=all",),
    "sessions.walk_in": ("?q=ann",),
    "sessions.desk_add": ("?q=ann",),
    "messaging.address_stop": ("?person={person_id}",),
    "messaging.plan": ("?shown=all", f"{SESSION}&shown=all", "?person=ann&shown=all"),
    "messaging.send_missed": (SESSION,),
    "messaging.text": ("?example={session_id}", "?example={booking_id}", READER),
    "messaging.text_check": ("?example={session_id}", READER),
    "messaging.text_frame": ("?example={session_id}", READER, "?of=draft"),
    "people.directory": ("?words=ann", "?organisation={organisation_id}"),
    "people.sign_in": ("?next=sessions.desk&session_id={session_id}",),
    "replies.list_tasks": ("?show=done",),
}
# Parameters that name no object: they only narrow what a list shows anyway.
NARROW = set(
    "kind borough place free regulated page "
    "after-day after-month after-year before-day before-month before-year".split()
)
# What a form must say to be understood at all; the others are sent empty.
ANSWERS = {
    "messaging.message_do": {"action": "hold"},
    "feeds.make": {"kind": "personal"},
    "feeds.stop": {"kind": "personal"},
}
# What differs between any two answers: nonce, form token, the ids that were asked for.
CHANGING = re.compile(r"""nonce-?[="']*[\w-]+|name="csrf_token"[^>]+>|\d+|[\w-]+token|x{20}""")
IN_SOURCE = re.compile(r"""request\.args\.get\(\s*"([\w-]+)\"""")


@pytest.fixture
def undoing(app, monkeypatch):
    """Lists show all that they have on one page."""
    monkeypatch.setitem(paging.paginate.__kwdefaults__, "per_page", 1000)
    with one_connection(monkeypatch) as undoing:
        yield undoing


class Matrix:
    """Asks for everything as everybody, and collects what is wrong whoever approves it."""

    def __init__(self, alliance, undoing):
        self.alliance, self.undoing = alliance, undoing
        self.faults, self.parameters = [], set()

    def ask(self, rule, query, method, relation, visitor):
        path = self.alliance.path_of(rule, query, relation, visitor)
        browser = self.alliance.browser(visitor)
        more = {"data": self._filled_in(rule, browser)} if method == "POST" else {}
        with self.undoing.undone():
            answer = browser.open(path, method=method, with_token=False, **more)
        if answer.status_code >= 500 or (method == "GET" and self.undoing.changed):
            self.faults.append(f"{method} {path}: {answer.status_code} {self.undoing.changed}")
        return answer

    def _filled_in(self, rule, browser):
        return {"csrf_token": browser.form_token()} | ANSWERS.get(rule.endpoint, {})

    def row(self, rule, query, method, visitor):
        by_answer, refusals = defaultdict(list), set()
        for relation in self.alliance.relations(rule, query, visitor):
            answer = self.ask(rule, query, method, relation, visitor)
            star = "*" if self.undoing.changed else ""
            seen = self.alliance.seen(found_in(answer), visitor, relation)
            by_answer[f"{answer.status_code}{star} {seen}".strip()].append(relation)
            if answer.status_code == 404:
                refusals.add(told_by(answer))
            self._note_parameters(rule, method, answer)
        if len(refusals) > 1:
            self.faults.append(f"{method} {rule}{query}: {visitor.name} sees which 404 exist")
        return in_one_line(by_answer)

    def _note_parameters(self, rule, method, answer):
        is_new = rule.endpoint not in {endpoint for endpoint, _ in self.parameters}
        if method == "GET" and is_new and 'method="get"' in answer.text:
            fields = BeautifulSoup(answer.text, "html.parser").select("form[method=get] [name]")
            self.parameters |= {(rule.endpoint, str(field["name"])) for field in fields}

    def lines(self, rule, query, method):
        by_row = defaultdict(list)
        for name in VISITORS:
            row = self.row(rule, query, method, self.alliance.visitors[name])
            by_row[row].append(name)
        most = max(by_row, key=lambda row: len(by_row[row]))
        yield f"{method} {rule.rule}{query}"
        for row, names in by_row.items():
            if row != most:
                yield f"    {', '.join(names)}: {row}"
        yield f"    {'everybody else' if len(by_row) > 1 else 'everybody'}: {most}"


def told_by(answer):
    return tuple(answer.headers.keys()), CHANGING.sub("", answer.text)


def in_one_line(by_answer):
    """Say what is answered for which relation; what is answered most often comes last."""
    most = max(by_answer, key=lambda answer: len(by_answer[answer]))
    parts = [
        f"{answer} – {', '.join(relations)}"
        for answer, relations in by_answer.items()
        if answer != most
    ]
    return "; ".join([*parts, f"{most} otherwise" if parts else most])


def addresses():
    for rule in ROUTES:
        yield from ((rule, "", method) for method in sorted({"GET", "POST"} & rule.methods))
        yield from ((rule, query, "GET") for query in QUERIES.get(rule.endpoint, ()))


@pytest.mark.heavy
@pytest.mark.once
@pytest.mark.timeout(900)  # a minute of its own, on a busy machine several
def test_every_route_answers_every_visitor_as_approved(app, make, undoing):
    matrix = Matrix(Alliance(app, make), undoing)
    table = [line for each in addresses() for line in matrix.lines(*each)]
    head = [f"{sign}  {words}" for sign, words in FIELDS.items()]

    assert not matrix.faults
    assert parameters_without_a_try(matrix.parameters) == set()
    assert_golden("access.txt", "\n".join([*head, "", *table]) + "\n")


def parameters_without_a_try(shown):
    """List the fields of forms that end up in an address, but in none of the queries above."""
    tried = {
        (endpoint, name)
        for endpoint, queries in QUERIES.items()
        for query in queries
        for name in re.findall(r"[?&]([\w-]+)=", query)
    }
    return {(endpoint, name) for endpoint, name in shown - tried if name not in NARROW}


def test_every_parameter_that_a_view_reads_is_tried():
    views = Path(plain_app().root_path).parent.rglob("*.py")
    read = {name for view in views for name in IN_SOURCE.findall(view.read_text("utf-8"))}
    tried = {name for queries in QUERIES.values() for name in re.findall(r"(\w+)=", str(queries))}

    assert read - tried - NARROW == set()


def approved(visitor):
    """Return what the table says of one visitor, by method and address."""
    rows = {}
    for line in (GOLDEN / "access.txt").read_text("utf-8").splitlines():
        names, _, row = line.strip().partition(": ")
        if line.startswith(("GET ", "POST ")):
            address = line
        elif visitor in names.split(", ") or names in {"everybody", "everybody else"}:
            rows.setdefault(address, row)
    return rows


@pytest.mark.heavy
def test_either_database_gives_a_facilitator_the_approved_answers(app, make, undoing):
    matrix = Matrix(Alliance(app, make), undoing)
    asked = [
        (f"{method} {rule.rule}", rule, method)
        for rule in ROUTES
        if {"session_id", "booking_id", "import_id", "message_id"} & rule.arguments
        for method in sorted({"GET", "POST"} & rule.methods)
    ]
    who = matrix.alliance.visitors["facilitator"]
    found = {address: matrix.row(rule, "", method, who) for address, rule, method in asked}

    assert not matrix.faults
    assert found.items() <= approved("facilitator").items()
