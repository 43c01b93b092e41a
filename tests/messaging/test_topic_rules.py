"""OT-06, PLAN-7 of the notes: a topic's own number of a shipped rule is given up, and only that."""

import pytest
from sqlalchemy import func, select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import rulebook, ruling
from swa.messaging.models import SendRuleRow
from swa.people.models import AuditEvent

TOPIC = "topic 5"


def scopes(key="prework"):
    rows = select(SendRuleRow).where(SendRuleRow.key == key).order_by(SendRuleRow.id)
    return [row.scope for row in db.session.scalars(rows)]


def change(**numbers):
    rule = rulebook.load().find("prework")
    with transaction():
        ruling.save(type(rule)(**{**vars(rule), **numbers}), also_past=False, now=clock.utc_now())


def give_topic(**numbers):
    with transaction():
        ruling.override("prework", TOPIC, now=clock.utc_now(), **numbers)


def take_away(scope):
    with transaction():
        ruling.take_away("prework", scope=scope, now=clock.utc_now())


@pytest.mark.parametrize("programme", [None, 4])
def test_the_topic_follows_the_programme_again_which_keeps_its_own(app, programme):
    if programme:
        change(days=programme)
    give_topic(days=9)
    before = rulebook.load().find("prework")

    take_away(TOPIC)

    assert TOPIC not in scopes()
    assert rulebook.load().find("prework", TOPIC) == before
    assert rulebook.load().find("prework") == before


def test_a_topic_that_was_off_sends_from_now_on_and_the_row_stays_its_own(app):
    change(days=4)
    give_topic(is_on=False)
    now = clock.utc_now()

    take_away(TOPIC)

    rule = rulebook.load().find("prework", TOPIC)
    assert rule.is_on
    assert rule.counts_from >= now
    assert scopes() == ["", TOPIC]
    assert rulebook.load().find("prework").counts_from is None


def test_the_programmes_rule_is_as_shipped_again_and_the_topic_keeps_its_number(app):
    change(days=4)
    give_topic(days=9)

    take_away("")

    assert scopes() == [TOPIC]
    assert rulebook.load().find("prework", TOPIC).days == 9


def test_a_topic_that_says_what_the_programme_says_has_nothing_of_its_own_afterwards(app):
    change(days=4)
    give_topic(days=9)
    change(days=9)

    take_away(TOPIC)

    assert scopes() == [""]


def test_a_topic_that_looks_forward_stays_so_and_nothing_is_logged(app):
    change(days=4)
    give_topic(is_on=False)
    take_away(TOPIC)
    before, logged = rulebook.load().find("prework", TOPIC), count_events()

    take_away(TOPIC)

    assert rulebook.load().find("prework", TOPIC) == before
    assert count_events() == logged


def count_events():
    return db.session.scalar(select(func.count()).select_from(AuditEvent))
