"""AN-20, AN-21, CC-10, CF-04, CF-16, DC-08, IN-09, IN-14, IN-19, MT-08, SS-07, SS-16, TR-01, TR-02,
TR-03, TR-04, TR-05, TR-06, TR-07, TR-18: planning and publishing a session through the pages."""

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from swa.core.clock import utc_now
from swa.core.dates import LONDON
from swa.core.db import db
from swa.people.types import Role
from swa.sessions.models import TrainingSession
from swa.sessions.types import Segment, SegmentKind, SessionStatus, TopicKind
from tests.support.factories import PLAN, soon
from tests.support.pages import read_page

DRAFT = SessionStatus.DRAFT
PAGES = (
    "place",
    "people",
    "providers",
    "size",
    "joining",
    "prework",
    "resources",
    "parts",
    "parts/new",
)


def next_year(month=5, day=6):
    return date(utc_now().year + 1, month, day)


def when(day, time="9:30am"):
    parts = {"starts_on-day": day.day, "starts_on-month": day.month, "starts_on-year": day.year}
    return {**parts, "start_time": time}


def token_of(client, address):
    return read_page(client.get(address)).select_one("main [name=csrf_token]")["value"]


def post(client, address, answers=(), *, asked_at=""):
    token = token_of(client, asked_at or address)
    return client.post(address, data={"csrf_token": token, **dict(answers)})


def errors_of(response):
    assert response.status_code == 422
    page = read_page(response)
    assert page.title.text.startswith("Error: ")
    summary = page.select(".govuk-error-summary__list li")
    assert all(page.select_one(a["href"]) for item in summary for a in item.select("a"))
    return [item.text.strip() for item in summary]


def kept(session):
    """Read the row afresh."""
    db.session.expire_all()
    return db.session.get_one(TrainingSession, session.id)


@pytest.fixture
def draft(make):
    return make.session(status=DRAFT, is_plan_agreed=True)


@pytest.fixture
def browser(draft, sign_in):
    return sign_in(draft.lead_facilitator)


@pytest.mark.parametrize("roles", [(), (Role.EVALUATOR,), (Role.PEER_SUPPORT_COORDINATOR,)])
def test_taking_part_is_not_planning(make, sign_in, roles):
    assert sign_in(make.person(roles=roles)).get("/sessions/new").status_code == 403


@pytest.mark.parametrize("page", ["", *(f"/{page}" for page in PAGES)])
def test_a_draft_does_not_exist_for_others(make, sign_in, draft, page):
    address = f"/sessions/{draft.id}/plan{page}"

    assert sign_in(make.facilitator()).get(address).status_code == 404
    assert sign_in(make.person()).get(address).status_code == 404
    assert sign_in(draft.support_person).get(address).status_code == 403
    assert sign_in(make.coordinator()).get(address).status_code == 200


@pytest.mark.parametrize("page", ["", *(f"/{page}" for page in PAGES)])
def test_a_published_session_is_changed_by_those_who_manage_it(make, sign_in, page):
    session = make.session()

    assert sign_in(make.facilitator()).get(f"/sessions/{session.id}/plan{page}").status_code == 403


def test_a_facilitator_goes_from_nothing_to_a_published_session(make, sign_in):
    topic, support = make.topic(), make.facilitator()
    browser = sign_in(make.facilitator())
    start = {"topic_id": topic.id, "mode": "online", **when(next_year())}

    plan = post(browser, "/sessions/new", start).headers["Location"]
    assert "5 things are missing" in browser.get(plan).text
    place = {"minutes": 120, "online_link": "https://meet.example.org/a", "other_borough": "Newham"}
    assert post(browser, f"{plan}/place", {**start, **place}).status_code == 302
    people = read_page(browser.get(f"{plan}/people"))
    lead = people.select_one("#lead_facilitator_id option[selected]")["value"]
    crew = {"lead_facilitator_id": lead, "support_person_id": support.id}
    assert post(browser, f"{plan}/people", crew).status_code == 302
    assert post(browser, f"{plan}/resources", {"has_no_resources": "y"}).status_code == 302
    example = post(browser, f"{plan}/example", asked_at=f"{plan}/parts")
    assert example.headers["Location"].endswith("/plan/parts#plan")
    post(browser, f"{plan}/agreed", {"agreed": "yes"}, asked_at=f"{plan}/parts")
    assert "You can publish the session" in browser.get(plan).text
    published = post(browser, plan.replace("/plan", "/publish"), asked_at=plan)

    assert published.status_code == 302
    page = read_page(sign_in(make.person()).get("/sessions/"))
    assert topic.title in page.text


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.FACILITATOR, "Sessions you run"),
        (Role.PROGRAMME_COORDINATOR, "All sessions"),
    ],
)
def test_the_way_back_is_called_what_its_list_is_called(make, sign_in, role, name):
    person = make.person(roles=[role])
    draft = make.session(status=DRAFT, created_by_id=person.id)
    client = sign_in(person)

    for address in ("/sessions/new", f"/sessions/{draft.id}/plan"):
        back = read_page(client.get(address)).select_one(".govuk-back-link")
        assert back.text.strip() == name
        assert name in read_page(client.get(back["href"])).h1.text


def test_the_first_page_says_what_is_missing(make, sign_in):
    response = post(sign_in(make.facilitator()), "/sessions/new")

    assert errors_of(response) == [
        "Select a topic",
        "Enter a date",
        "Enter a start time",
        "Select where it takes place",
    ]


def last_sunday(year, month):
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@pytest.mark.parametrize(
    ("month", "time", "is_fine"),
    [
        pytest.param(3, "0:59am", None, id="no such time"),
        pytest.param(3, "12:59am", True, id="just before the gap"),
        pytest.param(3, "1am", False, id="skipped"),
        pytest.param(3, "1:59am", False, id="skipped to the end"),
        pytest.param(3, "2am", True, id="after the gap"),
        pytest.param(10, "12:59am", True, id="just before the doubled hour"),
        pytest.param(10, "1am", False, id="doubled"),
        pytest.param(10, "1:59am", False, id="doubled to the end"),
        pytest.param(10, "2am", True, id="after it"),
    ],
)
def test_the_hours_of_the_clock_change_are_refused(make, sign_in, month, time, is_fine):
    day = last_sunday(utc_now().year + 1, month)
    answers = {"topic_id": make.topic().id, "mode": "online", **when(day, time)}

    response = post(sign_in(make.facilitator()), "/sessions/new", answers)

    if is_fine:
        session = db.session.scalars(select(TrainingSession)).one()
        assert session.starts_at.astimezone(LONDON).date() == day
    else:
        sentence = "Start time must be outside the hour when the clocks change"
        assert errors_of(response) == (
            [sentence]
            if is_fine is False
            else ["Start time must be a real time, like 9:30am or 2pm"]
        )


def test_an_hour_in_summer_is_kept_as_london_reads_it(make, sign_in):
    answers = {"topic_id": make.topic().id, "mode": "online", **when(next_year(7, 1), "9.30am")}

    post(sign_in(make.facilitator()), "/sessions/new", answers)

    start = db.session.scalars(select(TrainingSession.starts_at)).one()
    assert (start.hour, start.minute) == (8, 30)


def test_yesterday_is_refused(make, sign_in):
    answers = {"topic_id": make.topic().id, "mode": "online"}
    yesterday = (utc_now() - timedelta(days=1)).date()
    browser = sign_in(make.facilitator())

    assert errors_of(post(browser, "/sessions/new", {**answers, **when(yesterday)})) == [
        "Date must be in the future"
    ]


def test_a_resting_topic_cannot_be_planned(make, sign_in):
    answers = {"topic_id": make.topic(is_active=False).id, "mode": "online", **when(next_year())}

    assert len(errors_of(post(sign_in(make.facilitator()), "/sessions/new", answers))) == 1


def test_a_complete_draft_has_nothing_left_to_do(draft, browser):
    page = read_page(browser.get(f"/sessions/{draft.id}/plan"))

    statuses = {status.text.strip() for status in page.select(".govuk-task-list__status")}
    assert statuses == {"Completed"}
    assert "Everything that is needed is there" in page.text


@pytest.mark.parametrize(
    ("columns", "row", "sentence", "leads_to"),
    [
        ({"online_link": ""}, "Date and place", "Enter the online link", "place"),
        ({"mode": "in person"}, "Date and place", "Enter the venue", "place"),
        ({"borough": ""}, "Date and place", "Select the borough", "place"),
        ({"support_person_id": None}, "People who run it", "Select the support person", "people"),
        ({"joining_instructions": ""}, "Joining instructions", "Enter the joining", "joining"),
        ({"expectations": ""}, "Joining instructions", "Enter what people can expect", "joining"),
        ({"prework": ""}, "Prework", "Enter the prework", "prework"),
        ({"resources": ""}, "Resources", "Enter the resources, or say", "resources"),
        ({"plan": PLAN[:2]}, "Session plan", "Add a part for networking", "parts"),
        ({"plan": PLAN[::2]}, "Session plan", "Add a break", "parts"),
    ],
)
def test_each_gap_is_named_and_leads_to_its_page(make, sign_in, columns, row, sentence, leads_to):
    session = make.session(status=DRAFT, is_plan_agreed=True, **columns)
    browser = sign_in(session.lead_facilitator)

    page = read_page(browser.get(f"/sessions/{session.id}/plan"))
    response = post(
        browser, f"/sessions/{session.id}/publish", asked_at=f"/sessions/{session.id}/plan"
    )

    item = next(each for each in page.select(".govuk-task-list__item") if row in each.text)
    assert sentence in item.text
    assert "Incomplete" in item.text
    assert item.a["href"] == f"/sessions/{session.id}/plan/{leads_to}"
    assert errors_of(response) == ["This session cannot be published yet"]
    assert kept(session).status is DRAFT


def test_a_gap_of_the_topic_is_the_coordinators(make, sign_in):
    session = make.session(topic=make.topic(overview=""), status=DRAFT)
    address = f"/sessions/{session.id}/plan"

    theirs = read_page(sign_in(session.lead_facilitator).get(address))
    ours = read_page(sign_in(make.coordinator()).get(address))

    assert "A programme coordinator can do this" in theirs.text
    edit = f"a[href='/topics/{session.topic_id}/edit']"
    assert not theirs.select(edit)
    assert ours.select(edit)


def test_advice_stands_apart_and_does_not_hold_up(make, sign_in):
    plan = (Segment(30, SegmentKind.TALK, "Talk"), *PLAN[1:])
    session = make.session(status=DRAFT, plan=plan)
    browser, address = sign_in(session.lead_facilitator), f"/sessions/{session.id}"

    page = read_page(browser.get(f"{address}/plan"))
    response = post(browser, f"{address}/publish", asked_at=f"{address}/plan")

    assert (
        "Add a part in which people try something out"
        in page.select_one("ul.govuk-list--bullet").text
    )
    assert "Agree the plan" in page.text
    assert response.status_code == 302


def test_outsiders_give_a_reason(make, sign_in):
    texts = dict.fromkeys(("look_out_for", "triage", "key_elements", "discussion"), "Words")
    topic = make.topic(kind=TopicKind.SPECIALIST, **texts)
    session = make.session(topic=topic, status=DRAFT, providers=[make.organisation()])
    browser, address = sign_in(session.lead_facilitator), f"/sessions/{session.id}"

    refused = post(browser, f"{address}/publish", asked_at=f"{address}/plan")
    reason = {"referral_reason": "A colleague joins"}
    done = post(browser, f"{address}/publish", reason, asked_at=f"{address}/plan")

    assert errors_of(refused) == ["Enter why nobody who takes the referrals runs this session"]
    assert done.headers["Location"] == address
    assert kept(session).referral_reason == "A colleague joins"


def test_nobody_is_asked_for_a_reason_without_need(draft, browser):
    assert "referral_reason" not in browser.get(f"/sessions/{draft.id}/plan").text


def test_publish_without_a_form_leads_to_the_task_list(draft, browser):
    response = browser.get(f"/sessions/{draft.id}/publish")

    assert response.headers["Location"] == f"/sessions/{draft.id}/plan"


def place_answers(**changes):
    answers = {"minutes": "60", "mode": "in person", "venue": "Town hall", "online_link": ""}
    return {**answers, "borough": "Newham", "other_borough": "", **when(next_year()), **changes}


def test_date_and_place_of_a_draft_change(draft, browser):
    post(browser, f"/sessions/{draft.id}/plan/place", place_answers(other_borough="Tower Hamlets"))

    session = kept(draft)
    start = datetime.combine(next_year(), datetime.min.time(), tzinfo=LONDON).replace(
        hour=9, minute=30
    )
    assert session.starts_at == start
    assert (session.venue, session.duration_minutes) == ("Town hall", 60)
    assert session.borough == "Tower Hamlets"


def test_the_page_shows_what_is_there(draft, browser):
    page = read_page(browser.get(f"/sessions/{draft.id}/plan/place"))

    start = draft.starts_at.astimezone(LONDON)
    assert page.select_one("#starts_on-day")["value"] == str(start.day)
    assert page.select_one("#minutes")["value"] == "120"
    assert page.select_one("#borough option[selected]")["value"] == "Newham"
    assert page.select_one("[name=mode][checked]")["value"] == "online"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"minutes": "14"}, "Length must be between 15 and 600 minutes"),
        ({"minutes": "two"}, "Length must be a whole number"),
        (
            {"online_link": "javascript:alert(1)"},
            "Enter the online link in full, starting with https://",
        ),
        ({"venue": "Town hall\nBcc: x"}, "Venue must be on one line"),
        ({"venue": "x" * 301}, "Venue must be 300 characters or fewer"),
        ({"start_time": "9"}, "Start time must say am or pm, like 9am or 9pm"),
        ({"borough": "Nowhere"}, "Select one of the options in the list"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(draft, browser, changes, sentence):
    response = post(browser, f"/sessions/{draft.id}/plan/place", place_answers(**changes))

    assert errors_of(response) == [sentence]


def test_a_published_session_is_moved_instead(make, sign_in):
    session = make.session()

    response = sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/plan/place")

    assert response.headers["Location"] == f"/sessions/{session.id}/move"


def test_the_people_of_the_providers_come_first(make, sign_in):
    praxis = make.organisation(name="Praxis")
    make.facilitator(name="Zoe", organisation=praxis)
    make.facilitator(name="Adam")
    session = make.session(status=DRAFT, providers=[praxis])

    page = read_page(sign_in(make.coordinator()).get(f"/sessions/{session.id}/plan/people"))

    first, second = page.select("#lead_facilitator_id option")[:2]
    assert (first.text.strip(), second.text.strip()) == ("Not chosen yet", "Zoe, Praxis")


def test_the_support_person_is_somebody_else(draft, browser):
    lead = draft.lead_facilitator_id
    answers = {"lead_facilitator_id": lead, "support_person_id": lead}

    assert errors_of(post(browser, f"/sessions/{draft.id}/plan/people", answers)) == [
        "Support person must be somebody other than the facilitators"
    ]


@pytest.mark.parametrize(("is_lead", "leads_to"), [(True, "plan"), (False, "run")])
def test_whoever_hands_a_session_over_goes_to_their_own_list(
    make, draft, browser, is_lead, leads_to
):
    lead = draft.lead_facilitator_id if is_lead else make.facilitator().id
    answers = {"lead_facilitator_id": lead, "support_person_id": draft.support_person_id}

    response = post(browser, f"/sessions/{draft.id}/plan/people", answers)

    paths = {"plan": f"/sessions/{draft.id}/plan", "run": "/sessions/run/"}
    assert response.headers["Location"] == paths[leads_to]


def test_somebody_busy_is_named(make, draft, browser):
    busy = make.facilitator(name="Amina Begum")
    make.session(starts_at=draft.starts_at, lead_facilitator_id=busy.id)
    answers = {"lead_facilitator_id": busy.id, "support_person_id": draft.support_person_id}

    (error,) = errors_of(post(browser, f"/sessions/{draft.id}/plan/people", answers))

    assert error.startswith("Amina Begum already runs a session on ")


def test_a_participant_cannot_be_made_to_facilitate(make, draft, browser):
    answers = {"lead_facilitator_id": make.person().id}

    assert errors_of(post(browser, f"/sessions/{draft.id}/plan/people", answers)) == [
        "Select one of the options in the list"
    ]


def test_the_words_of_one_session_change(draft, browser):
    address = f"/sessions/{draft.id}/plan"

    post(browser, f"{address}/joining", {"joining_instructions": "Ring", "expectations": "Be kind"})
    post(browser, f"{address}/prework", {"prework": "Watch", "prework_minutes": "15"})
    post(browser, f"{address}/resources", {"resources": "Slides"})

    session = kept(draft)
    assert (session.joining_instructions, session.expectations) == ("Ring", "Be kind")
    assert (session.prework, session.prework_minutes) == ("Watch", 15)
    assert session.resources == "Slides"
    assert session.topic.expectations == "What is said stays in the room."


@pytest.mark.parametrize(
    ("page", "answers", "sentences"),
    [
        (
            "joining",
            {},
            ["Enter the joining instructions", "Enter what to expect on the day"],
        ),
        ("prework", {"prework": "x", "prework_minutes": ""}, ["Enter the time for the prework"]),
        (
            "prework",
            {"prework": "x" * 5001, "prework_minutes": "9"},
            ["Prework must be 5,000 characters or fewer"],
        ),
        ("resources", {"resources": ""}, ["Enter the resources, or say that there are none"]),
        (
            "resources",
            {"resources": "x", "has_no_resources": "y"},
            ["Enter resources or say that there are none, not both"],
        ),
        ("size", {}, ["Enter the fewest people"]),
    ],
)
def test_empty_and_long_texts_are_explained(draft, browser, page, answers, sentences):
    found = errors_of(post(browser, f"/sessions/{draft.id}/plan/{page}", answers))

    assert found[: len(sentences)] == sentences


SIZE = {
    "smallest": "6",
    "recommended": "8",
    "largest": "10",
    "most_per_team": "2",
    "most_percent": "40",
    "caps_lift_days": "3",
}


def test_the_size_of_one_session_changes(draft, browser):
    post(browser, f"/sessions/{draft.id}/plan/size", SIZE)

    assert (kept(draft).places.largest, kept(draft).places.most_percent) == (10, 40)


def test_core_is_never_larger_than_twenty(draft, browser):
    response = post(browser, f"/sessions/{draft.id}/plan/size", {**SIZE, "largest": "21"})

    assert errors_of(response) == ["Most places must be 20 or fewer for Core Conversations"]


def test_several_organisations_run_a_session(make, draft, browser):
    one, two = make.organisation(name="Citizens"), make.organisation(name="Money")

    post(browser, f"/sessions/{draft.id}/plan/providers", {"organisation_ids": [one.id, two.id]})

    assert [each.name for each in kept(draft).providers] == ["Citizens", "Money"]


def part_ids(session):
    return [part.id for part in kept(session).plan]


def test_parts_are_added_changed_moved_and_removed(draft, browser):
    address = f"/sessions/{draft.id}/plan/parts"
    part = {"title": "Welcome", "kind": "talk", "minutes": "5", "led_by": "Amina"}

    added = post(browser, f"{address}/new", part)
    last = part_ids(draft)[-1]
    post(browser, f"{address}/{last}", {**part, "title": "Hello"})
    post(browser, f"{address}/{last}/move", {"to": "earlier"}, asked_at=address)
    post(browser, f"{address}/{part_ids(draft)[0]}/remove", asked_at=address)

    assert added.headers["Location"] == f"{address}#plan"
    assert [row.segment.title for row in kept(draft).plan] == [
        "Break",
        "Hello",
        "What we take back to our teams",
    ]
    page = read_page(browser.get(address))
    assert "1 hour 25 minutes planned of 2 hours" in page.text
    assert "Talk, led by Amina" in page.text


def test_a_part_needs_its_answers(draft, browser):
    assert errors_of(post(browser, f"/sessions/{draft.id}/plan/parts/new")) == [
        "Enter what it is about",
        "Select what people do",
        "Enter the minutes",
    ]


@pytest.mark.parametrize(
    ("minutes", "is_fine"), [("0", False), ("1", True), ("600", True), ("601", False)]
)
def test_a_part_has_a_length(draft, browser, minutes, is_fine):
    part = {"title": "Welcome", "kind": "talk", "minutes": minutes}

    response = post(browser, f"/sessions/{draft.id}/plan/parts/new", part)

    assert (response.status_code == 302) is is_fine


def test_a_part_that_has_gone_has_no_page(draft, browser):
    assert browser.get(f"/sessions/{draft.id}/plan/parts/999999").status_code == 404


def test_the_last_break_of_a_published_session_stays(make, sign_in):
    session = make.session()
    browser, address = sign_in(session.lead_facilitator), f"/sessions/{session.id}/plan/parts"

    response = post(browser, f"{address}/{part_ids(session)[1]}/remove", asked_at=address)

    assert errors_of(response)[0] == "This session cannot be published yet"
    assert len(part_ids(session)) == 3


def test_the_plan_is_agreed_and_taken_back(draft, browser):
    address = f"/sessions/{draft.id}/plan"

    post(browser, f"{address}/agreed", {"agreed": "no"}, asked_at=f"{address}/parts")
    assert not kept(draft).is_plan_agreed
    post(browser, f"{address}/agreed", {"agreed": "yes"}, asked_at=f"{address}/parts")
    assert kept(draft).is_plan_agreed


def test_a_draft_is_discarded_after_a_question(draft, browser):
    address = f"/sessions/{draft.id}/discard"

    assert "Nobody is emailed" in browser.get(address).text
    assert post(browser, address).headers["Location"] == "/sessions/run/"
    assert browser.get(f"/sessions/{draft.id}").status_code == 404


def test_a_published_session_is_not_discarded(make, sign_in):
    session = make.session()

    response = sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/discard")

    assert response.headers["Location"] == f"/sessions/{session.id}/plan"


def test_a_published_session_shows_its_pages_without_a_publish_button(make, sign_in):
    session = make.session(starts_at=soon(days=3))

    page = read_page(sign_in(session.lead_facilitator).get(f"/sessions/{session.id}/plan"))

    assert re.search(r"Published\s+People see what you change", page.text)
    assert not page.select("form[action$='/publish']")
