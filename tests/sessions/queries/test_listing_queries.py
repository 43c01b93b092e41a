"""AN-20, AN-22, IN-19, SS-15, TR-01, TR-31: reads for lists and for planning."""

from datetime import timedelta

import pytest

from swa.core.clock import utc_now
from swa.core.db import transaction
from swa.people.types import Role
from swa.sessions.queries import listing, planning, topics
from swa.sessions.types import BookingStatus, SessionStatus
from tests.support.factories import soon


def test_the_next_dates_of_each_topic_come_in_one_answer(make):
    one, two, without = make.topic(), make.topic(), make.topic()
    sessions = [make.session(topic=one, starts_at=soon(days=day)) for day in (4, 3, 2, 1)]
    other = make.session(topic=two)
    make.session(topic=two, status=SessionStatus.CANCELLED)
    make.session(topic=two, status=SessionStatus.DRAFT)

    dates = topics.list_next_dates([one.id, two.id, without.id], now=utc_now())

    assert dates == {one.id: [sessions[3], sessions[2], sessions[1]], two.id: [other]}


def test_a_running_session_is_a_next_date_until_it_ends(make):
    session = make.session(starts_at=soon(minutes=-60), minutes=120)

    def dates(now):
        return topics.list_next_dates([session.topic_id], now=now)

    assert dates(session.ends_at - timedelta(seconds=1))
    assert not dates(session.ends_at)


def test_organisations_that_come_are_named_once(make):
    session, praxis = make.session(), make.organisation(name="Praxis")
    age_uk = make.organisation(name="AgeUK")
    for organisation in (praxis, praxis, age_uk):
        make.booking(session, person=make.person(organisation=organisation))
    for status in (BookingStatus.WAITING, BookingStatus.CANCELLED):
        make.booking(session, status=status)

    assert listing.list_organisations_coming(session) == ["AgeUK", "Praxis"]


def test_filters_offer_what_there_is(make):
    praxis = make.organisation(name="Praxis", borough="Tower Hamlets")
    make.organisation(name="Nobody runs with us")
    make.session(topic=make.topic(title="B"), providers=[praxis], borough="Newham")
    make.session(topic=make.topic(title="A", is_active=False), borough="")
    secret = {"borough": "Secret", "providers": [make.organisation(name="Secret house")]}
    make.session(topic=make.topic(title="C"), status=SessionStatus.DRAFT, **secret)

    assert listing.list_boroughs() == ["Newham"]
    assert [name for _, name in listing.list_providers()] == ["Praxis"]
    assert [title for _, title in listing.list_topic_titles()] == ["B", "C"]


def test_boroughs_of_organisations_are_known_to_planners(make):
    make.organisation(borough="Tower Hamlets")
    make.session(borough="Newham")

    assert planning.list_known_boroughs() == ["Newham", "Tower Hamlets"]


def test_who_may_run_a_session(make):
    facilitator = make.facilitator(name="B")
    coordinator = make.coordinator(name="A")
    make.person(roles=[Role.EVALUATOR], name="C")
    make.facilitator(name="D", is_active=False)
    both = make.person(roles=[Role.FACILITATOR, Role.PROGRAMME_COORDINATOR], name="E")

    assert planning.list_facilitators() == [facilitator, both]
    assert planning.list_support_people() == [coordinator, facilitator, both]


@pytest.mark.parametrize("role", ["lead_facilitator_id", "support_person_id", "co_facilitator_id"])
def test_a_clash_is_found_in_every_role(make, role):
    person = make.facilitator()
    session = make.session(**{role: person.id})
    start, end = session.starts_at, session.ends_at

    with transaction():
        planning.lock_people({person.id})
        found = planning.find_clash({person.id}, start, end, besides=None)

    assert found == session
    assert planning.find_clash({person.id}, start, end, besides=session.id) is None
    assert planning.find_clash({person.id}, end, end + (end - start), besides=None) is None
    assert planning.find_clash(set(), start, end, besides=None) is None


def test_the_support_person_has_the_session_in_their_list(make):
    session = make.session()
    make.session()

    page = listing.list_to_run(session.support_person, is_past=False, now=utc_now(), page=None)

    assert list(page.items) == [session]


def test_a_draft_of_the_past_stays_with_the_drafts(make):
    draft = make.session(status=SessionStatus.DRAFT, starts_at=soon(days=-3))

    page = listing.list_to_run(draft.lead_facilitator, is_past=False, now=utc_now(), page="1")

    assert list(page.items) == [draft]
