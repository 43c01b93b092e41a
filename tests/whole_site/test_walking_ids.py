"""Counting up through the ids tells nobody which of them exist (AZ-6, AZ-2).

Somebody without any right to them walks the ids 1, 2, 3 … through the pages about one object, a
page further at each step. On every page some of the objects exist and are somebody else's; the
answers must be the same to the letter, once what differs between any two answers is left out.
"""

import random
import re
from collections import defaultdict

import pytest

from swa.core import clock
from swa.core.db import db, transaction
from swa.people.models import PeopleImport, WebSession
from swa.people.types import Role
from swa.sessions.types import SessionStatus
from tests.support.databases import DATABASE_URL
from tests.support.figures import figure
from tests.support.plain_app import plain_app

WALKED = re.compile(
    r"^/(sessions|account/sessions)/<int:session_id>|^/bookings/<int:booking_id>"
    r"|^/people/imports/<int:import_id>"
)
STEPS = [
    (rule, method)
    for rule in sorted(plain_app("production").url_map.iter_rules(), key=str)
    if WALKED.search(rule.rule)
    for method in sorted({"GET", "POST"} & rule.methods)
]
LAST_ID = max(figure("walked_ids", test=500, ci=10_000, soak=100_000), 5 * len(STEPS))
SHARES = 2 if LAST_ID >= 10_000 else 1
# The second engine, where every answer is made by the same code, walks a part of the way.
WALKS = range(1) if DATABASE_URL else range(SHARES)
EVERY = 4 if DATABASE_URL and SHARES > 1 else SHARES
FAR_AWAY = 30
# Nonce, form token, and the id that was asked for.
CHANGING = re.compile(r"""nonce-?[="']*[\w-]+|name="csrf_token"[^>]+>|\d+""")


@pytest.fixture
def without_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def ids_that_exist() -> set[int]:
    """Every page sees one that does not, one that does, one that does not, one that does."""
    turns = range(len(STEPS), 4 * len(STEPS))
    near = {number for number in turns if number // len(STEPS) % 2}
    return near | set(random.Random(20261122).sample(range(5 * len(STEPS), LAST_ID + 1), FAR_AWAY))


@pytest.fixture
def existing(make) -> set[int]:
    """Make drafts, bookings, uploads and sign-ins of somebody else, with these ids."""
    ids, now = ids_that_exist(), clock.utc_now()
    topic, lead, support, owner = (
        make.topic(),
        make.facilitator(),
        make.facilitator(),
        make.person(),
    )
    crew = {"lead_facilitator_id": lead.id, "support_person_id": support.id}
    for number in sorted(ids):
        session = make.session(topic=topic, status=SessionStatus.DRAFT, id=number, plan=(), **crew)
        make.booking(session, person=owner, id=number)
    upload = {"uploaded_at": now, "file_name": "x.csv", "content": b"name,email\n"}
    signed_in = {"created_at": now, "last_seen_at": now}
    with transaction():
        for number in ids:
            db.session.add(PeopleImport(id=number, uploaded_by_id=owner.id, **upload))
            db.session.add(
                WebSession(id=number, id_hash=f"{number:064}", person_id=owner.id, **signed_in)
            )
    return ids


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("share", WALKS)
def test_ids_that_exist_and_ids_that_do_not_are_alike(
    app, make, sign_in, existing, without_tokens, share
):
    browser = sign_in(make.person(roles=[Role.ADMINISTRATOR, Role.EVALUATOR]))
    browser.get("/help")  # the first page of a browser sets the cookie of its forms
    answers, met = defaultdict(dict), defaultdict(set)
    for number in range(1 + share, LAST_ID + 1, EVERY):
        rule, method = STEPS[number % len(STEPS)]
        step = f"{method} {rule}"
        path = rule.build(dict.fromkeys(rule.arguments, number))[1]
        response = browser.open(path, method=method)
        told = (
            response.status_code,
            tuple(response.headers.keys()),
            CHANGING.sub("", response.text),
        )
        answers[step].setdefault(told, number)
        met[step].add(number in existing)

    if EVERY == 1:
        assert [step for step in answers if met[step] != {True, False}] == []
    differ = {step: told for step, told in answers.items() if len(told) > 1}
    assert not differ, [(step, *told.values()) for step, told in differ.items()]
    assert {told[0] for each in answers.values() for told in each} == {404}
