"""AN-31, CF-04, CF-21, IN-14, MT-08, OT-06, SS-01, SS-15, TR-11, TR-21, TR-27: topics as people see
them, and as a programme coordinator writes them."""

import pytest

from swa.core.dates import short_date
from swa.people.types import Role
from swa.sessions.queries import topics as queries
from swa.sessions.types import TopicKind
from tests.support.factories import soon
from tests.support.pages import read_page

ABOUT = {
    "title": "Housing & Homelessness",
    "overview": "What the duty to refer means in daily work.",
    "who_for": "Advisers",
    "who_not_for": "Housing officers",
    "learning_points": "",
    "length_minutes": "90",
}
MESSAGES = {
    "needs_prework": "yes",
    "prework": "Read the leaflet",
    "prework_minutes": "20",
    "joining_instructions": "Come early",
    "expectations": "What is said stays here",
}
REFERRAL = {
    "when_to_refer": "When a home is at risk",
    "look_out_for": "Letters",
    "triage": "Call",
    "key_elements": "Duty to refer",
    "how_to_refer": "Use the form",
    "discussion": "Your cases",
}
NUMBERS = {
    "smallest": "12",
    "recommended": "16",
    "largest": "20",
    "most_per_team": "4",
    "most_percent": "50",
    "caps_lift_days": "5",
    "prework_days": "3",
    "joining_days": "2",
    "go_ahead_days": "7",
    "sends_missed_you": "y",
}


@pytest.fixture
def coordinator(make):
    return make.coordinator()


@pytest.fixture
def browser(coordinator, sign_in):
    return sign_in(coordinator)


def post(client, address, answers):
    """Send a page's form as the browser would, token included."""
    page = read_page(client.get(address))
    token = page.select_one("main [name=csrf_token]")["value"]
    return client.post(address, data={"csrf_token": token, **answers})


def errors_of(response):
    assert response.status_code == 422
    page = read_page(response)
    assert page.title.text.startswith("Error: ")
    links = page.select(".govuk-error-summary a")
    assert all(page.select_one(link["href"]) for link in links), "each link leads to a field"
    return [link.text for link in links]


@pytest.mark.parametrize(
    "path",
    [
        "new",
        "{id}/edit",
        "{id}/edit/about",
        "{id}/edit/messages",
        "{id}/edit/referral",
        "{id}/edit/providers",
        "{id}/edit/numbers",
    ],
)
@pytest.mark.parametrize("role", [None, Role.FACILITATOR, Role.ADMINISTRATOR])
def test_only_the_programme_coordinator_writes_topics(make, sign_in, path, role):
    address = "/topics/" + path.format(id=make.topic().id)

    assert sign_in(make.person(roles=[role] if role else [])).get(address).status_code == 403


def test_a_new_topic_is_in_the_session_form_at_once(browser):
    response = post(browser, "/topics/new", {"kind": "specialist", **ABOUT})

    assert response.status_code == 302
    form = read_page(browser.get("/sessions/new"))
    assert "Housing & Homelessness (Specialist)" in [
        option.text.strip() for option in form.select("option")
    ]


def test_everything_that_is_missing_is_said_and_what_was_typed_stays(browser):
    response = post(browser, "/topics/new", {"overview": "Kept", "length_minutes": "two hours"})

    assert errors_of(response) == [
        "Select what kind of training it is",
        "Enter a title",
        "Enter who it is for",
        "Enter who it is not for",
        "Usual length must be a whole number",
    ]
    page = read_page(response)
    assert page.select_one("#overview").text.strip() == "Kept"
    assert page.select_one("#length_minutes")["value"] == "two hours"


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_a_title_of_two_lines_is_refused(browser, break_):
    title = f"Housing{break_}Bcc: all@example.org"

    assert errors_of(post(browser, "/topics/new", {"kind": "core", **ABOUT, "title": title})) == [
        "Title must be on one line"
    ]


def test_a_title_that_is_taken_is_refused_beside_its_field(make, browser):
    make.topic(title="Housing & Homelessness")

    assert errors_of(post(browser, "/topics/new", {"kind": "core", **ABOUT})) == [
        "A topic with this title exists already – enter another title"
    ]


@pytest.mark.parametrize(("length", "is_fine"), [("120", True), ("121", False)])
def test_a_title_has_a_limit(browser, length, is_fine):
    answers = {"kind": "core", **ABOUT, "title": "x" * int(length)}

    assert (post(browser, "/topics/new", answers).status_code == 302) is is_fine


def test_the_task_list_says_what_is_missing(make, browser):
    topic = make.topic(kind=TopicKind.SPECIALIST)

    page = read_page(browser.get(f"/topics/{topic.id}/edit"))

    rows = {
        row.select_one("a").text.strip(): row.select_one(".govuk-task-list__status").text.strip()
        for row in page.select(".govuk-task-list__item")
    }
    assert rows == {
        "About the topic": "Completed",
        "Prework and joining instructions": "Completed",
        "Referral and plan sections": "Incomplete",
        "Organisations that run it": "Incomplete",
        "Places and days": "Completed",
    }
    assert "Enter what to look out for" in page.text


def test_each_page_is_saved(make, browser):
    topic, praxis = make.topic(kind=TopicKind.SPECIALIST), make.organisation(name="Praxis")
    edit = f"/topics/{topic.id}/edit"

    for path, answers in {
        "about": ABOUT,
        "messages": MESSAGES,
        "referral": REFERRAL,
        "numbers": {**NUMBERS, "largest": "30"},
        "providers": {"organisation_ids": [str(praxis.id)]},
    }.items():
        response = post(browser, f"{edit}/{path}", answers)
        assert response.headers["Location"] == edit, path

    page = read_page(browser.get(f"/topics/{topic.id}"))
    assert page.h1.text == "Housing & Homelessness"
    for words in ("Use the form", "Praxis", "never more than 30", "About 20 minutes", "1 hour 30"):
        assert words in page.text
    assert "Everything is written" in browser.get(edit).text


@pytest.mark.parametrize(
    ("kind", "path", "answers", "sentence"),
    [
        (TopicKind.CORE, "messages", {**MESSAGES, "needs_prework": "no"}, "always has prework"),
        (TopicKind.SPECIALIST, "messages", {**MESSAGES, "prework": ""}, "Enter the prework"),
        (TopicKind.SPECIALIST, "referral", {**REFERRAL, "how_to_refer": ""}, "Enter how to refer"),
        (
            TopicKind.SPECIALIST,
            "referral",
            {**REFERRAL, "when_to_refer": " "},
            "Enter when to refer",
        ),
        (TopicKind.CORE, "referral", {"is_regulated": "y"}, "Enter what people may not advise on"),
        (TopicKind.CORE, "numbers", {**NUMBERS, "largest": "21"}, "must be 20 or fewer"),
        (
            TopicKind.SPECIALIST,
            "numbers",
            {**NUMBERS, "largest": "501"},
            "between 1 and 500 people",
        ),
        (
            TopicKind.SPECIALIST,
            "numbers",
            {**NUMBERS, "smallest": "17"},
            "recommended number or fewer",
        ),
        (
            TopicKind.SPECIALIST,
            "numbers",
            {**NUMBERS, "prework_days": ""},
            "Enter the days for the prework",
        ),
        (TopicKind.SPECIALIST, "providers", {"organisation_ids": ["999999"]}, "Select one of"),
    ],
)
def test_a_rule_is_explained_beside_the_field(make, browser, kind, path, answers, sentence):
    topic = make.topic(kind=kind)

    (error,) = errors_of(post(browser, f"/topics/{topic.id}/edit/{path}", answers))

    assert sentence in error


def test_specialist_topics_go_without_prework_by_saying_so(make, browser):
    topic = make.topic(kind=TopicKind.SPECIALIST)

    post(browser, f"/topics/{topic.id}/edit/messages", {**MESSAGES, "needs_prework": "no"})

    assert not queries.list_offered_topics()[0].needs_prework


@pytest.mark.parametrize(("needs", "chosen"), [(True, "yes"), (False, "no")])
def test_what_was_answered_about_prework_is_chosen(make, browser, needs, chosen):
    topic = make.topic(kind=TopicKind.SPECIALIST, needs_prework=needs)

    page = read_page(browser.get(f"/topics/{topic.id}/edit/messages"))

    assert page.select_one("[name=needs_prework][checked]")["value"] == chosen


def test_the_toolkits_number_stands_beside_each(make, browser):
    page = read_page(browser.get(f"/topics/{make.topic().id}/edit/numbers"))

    assert page.select_one("#smallest")["value"] == "12"
    assert "Toolkit: 12" in page.select_one("#smallest-hint").text
    assert "Toolkit: 20" in page.select_one("#largest-hint").text


def test_a_core_topic_is_asked_about_limits_only(make, browser):
    page = read_page(browser.get(f"/topics/{make.topic().id}/edit/referral"))

    assert page.h1.text == "Limits of advice"
    assert not page.select("#how_to_refer")


def test_a_topic_rests_and_is_offered_again(make, browser, sign_in):
    topic, participant = make.topic(), sign_in(make.person())
    edit, offer = f"/topics/{topic.id}/edit", f"/topics/{topic.id}/offer"

    def press(answer):
        token = read_page(browser.get(edit)).select_one("main [name=csrf_token]")["value"]
        assert browser.post(offer, data={"csrf_token": token, "offer": answer}).status_code == 302

    press("no")
    assert participant.get(f"/topics/{topic.id}").status_code == 404
    assert "Offer the topic again" in browser.get(edit).text
    press("yes")
    assert participant.get(f"/topics/{topic.id}").status_code == 200


def test_the_list_shows_the_next_three_dates(make, sign_in):
    topic = make.topic(title="Housing", kind=TopicKind.SPECIALIST)
    sessions = [make.session(topic=topic, starts_at=soon(days=day)) for day in (40, 10, 20, 30)]
    make.session(topic=topic, starts_at=soon(days=-1))

    page = read_page(sign_in(make.person()).get("/topics/"))

    shown = [link.contents[-1].strip() for link in page.select(".app-card__line a")]
    assert shown == [short_date(sessions[n].starts_at) for n in (1, 2, 3)]


def test_a_topic_without_dates_says_so(make, sign_in):
    make.topic()

    assert "No date is planned at the moment" in sign_in(make.person()).get("/topics/").text


def test_core_comes_before_specialist(make, sign_in):
    make.topic(title="A specialist topic", kind=TopicKind.SPECIALIST)
    make.topic(title="Listening")

    page = read_page(sign_in(make.person()).get("/topics/"))

    assert [link.text for link in page.select(".app-card__title a")] == [
        "Listening",
        "A specialist topic",
    ]
    assert not page.select("a[href='/topics/new']")


def test_the_page_of_a_topic_is_for_everybody(make, sign_in):
    topic = make.topic(
        kind=TopicKind.SPECIALIST,
        is_regulated=True,
        limits_of_advice="No immigration advice",
        learning_points="One\nTwo",
    )
    session = make.session(topic=topic)

    page = read_page(sign_in(make.person()).get(f"/topics/{topic.id}"))

    for words in (
        "Who it is not for",
        "No immigration advice",
        "Call the front desk.",
        "20 places left",
    ):
        assert words in page.text
    assert page.select_one(f"a[href='/sessions/{session.id}']")
    assert not page.select("a[href$='/edit']")


def test_a_topic_that_does_not_exist(sign_in, make):
    assert sign_in(make.person()).get("/topics/999999").status_code == 404


def test_facilitators_plan_from_the_topic(make, sign_in):
    topic = make.topic()
    browser = sign_in(make.facilitator())

    link = read_page(browser.get(f"/topics/{topic.id}")).select_one("a[role=button]")

    chosen = read_page(browser.get(link["href"])).select_one("option[selected]")
    assert chosen["value"] == str(topic.id)
