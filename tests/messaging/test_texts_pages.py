"""Pages on which texts of messages are changed: MT-04, TP-2 (refused at save), XS-2 (previews),
MAIL-12 and MAIL-13 (what is shown is what arrives), LK-1 (no secret in a preview)."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher, ruling
from swa.messaging.fitting import RuleRefused
from swa.messaging.models import OutboxMessage
from swa.messaging.send_rules import Audience, Event, SendRule, Side
from swa.messaging.texts import catalogue, queries, services
from swa.messaging.texts.models import CustomText, MailText, MailTextDraft
from swa.people.models import AuditEvent
from swa.people.types import Role
from swa.sessions.rules.send_plan import OWN
from swa.sessions.types import BookingStatus
from tests.messaging import outbox
from tests.support.pages import read_page
from tests.support.query_counts import counted_queries

TEXTS = "/messages/texts/"
PREWORK = TEXTS + "sessions-prework"
BODY = "Before **{{ session_title }}**:\n\n{{ prework }}\n\nIt takes {{ prework_length }}."


@pytest.fixture
def coordinator(make, sign_in):
    return sign_in(make.coordinator(name="Priya Shah"))


@pytest.fixture
def administrator(make, sign_in):
    return sign_in(make.person(roles=[Role.ADMINISTRATOR], name="Ada Bell"))


def read(response):
    page = read_page(response)
    return page, page.select_one("main").text


def write(client, *, subject="New {{ session_title }}", body=BODY, path=PREWORK):
    return client.post(f"{path}/edit", data={"subject": subject, "body": body})


def use(client, path=PREWORK):
    page = read_page(client.get(f"{path}/check"))
    seen = page.select_one("form[action$=use] input[name=seen]")["value"]
    return client.post(f"{path}/use", data={"seen": seen})


def counts(name="sessions/prework"):
    db.session.rollback()
    return catalogue.find_source(name)


def lines():
    db.session.rollback()
    told = db.session.query(AuditEvent).order_by(AuditEvent.id)
    return [(line.what, line.about, line.fields) for line in told]


def keep_own(make, title, subject="x", body="y"):
    writer = make.person().id
    with transaction():
        custom = services.new_custom(
            title, "booking", subject, body, by_id=writer, now=clock.utc_now()
        )
        return custom.name, custom.key


def test_the_list_says_what_is_as_shipped_and_what_was_changed_by_whom(coordinator):
    write(coordinator)
    use(coordinator)
    write(coordinator, subject="Another")

    page, _ = read(coordinator.get(TEXTS))

    entry = page.find("a", string="Prework").find_parent("li").text
    assert re.search(r"Changed on \w+day .* by Priya Shah", entry)
    assert "Your draft" in entry
    assert "As shipped" in page.find("a", string="Place confirmed").find_parent("li").text


def test_the_list_asks_the_database_no_more_when_there_is_more(coordinator, make):
    coordinator.get(TEXTS)
    with counted_queries() as few:
        coordinator.get(TEXTS)
    for number in range(12):
        keep_own(make, f"Own {number}")
    with counted_queries() as many:
        page, _ = read(coordinator.get(TEXTS))

    assert len(page.select("main li h3")) > 25
    assert len(many) <= len(few) + 1, "one more: the names of those who wrote"


def test_a_text_is_changed_looked_at_and_put_to_use(coordinator):
    answer = write(coordinator, body=BODY + "\n\nBring [if online]a headset[otherwise]a pen[end].")

    assert answer.location == f"{PREWORK}/check"
    page, text = read(coordinator.get(answer.location))
    assert "New Core Conversations: listening first" in text
    assert "Think of a conversation that went well." in text
    assert "Bring a headset." in text
    assert "{{ prework }}" in page.select_one(".app-comparison").find_next("ol").text
    assert counts().subject.startswith("Prework for"), "a draft does not count"
    assert use(coordinator).location == PREWORK
    assert counts().subject == "New {{ session_title }}"
    assert db.session.query(MailTextDraft).count() == 0
    (what, about, fields) = lines()[-1]
    assert what == "mail text changed"
    assert re.fullmatch(r"mail text \d+", about)
    assert fields == "", "the log never holds the text"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(BODY + "\n{{ nobody }}", "Line 6: {{ nobody }} is no placeholder", id="name"),
        pytest.param("{{ 7*7 }}" + BODY, "Line 1: {{ 7*7 }} is no placeholder", id="expression"),
        pytest.param(BODY + "[if online]", "Line 5: [if online] has no [end]", id="block"),
        pytest.param("Hello", "Text must have {{ prework }}", id="must-have"),
        pytest.param("", "Enter the text", id="nothing"),
        pytest.param("x" * 10_001, "Text must be 10,000 characters or fewer", id="too long"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_what_was_typed_stays(coordinator, body, sentence):
    answer = write(coordinator, subject="My {{ subject }}", body=body)

    page, text = read(answer)
    assert answer.status_code == 422
    assert page.title.text.startswith("Error: ")
    assert sentence in page.select_one(".govuk-error-summary").text + text
    assert page.select_one("textarea").text.strip() == body
    assert page.select_one("input[name=subject]")["value"] == "My {{ subject }}"
    assert db.session.query(MailTextDraft).count() == 0


def test_all_that_is_wrong_is_shown_at_once(coordinator):
    _, text = read(write(coordinator, body=BODY + "\n{{ a }}\n{{ b }}\n[if c]d[end]"))

    for line in (6, 7, 8):
        assert f"Line {line}: " in text


def test_every_placeholder_stands_beside_the_text_with_its_meaning(coordinator):
    page, text = read(coordinator.get(f"{PREWORK}/edit"))

    named = {code.text for code in page.select("dt code")}
    lists = catalogue.get("sessions/prework").lists
    assert named == {f"{{{{ {n} }}}}" for n in lists.placeholders} | {
        f"[if {n}]" for n in lists.askable
    }
    assert "The title of the session" in text


def test_whoever_changed_it_meanwhile_is_not_overwritten_unseen(coordinator, administrator):
    write(coordinator, subject="Mine")
    seen_first = read_page(coordinator.get(f"{PREWORK}/check"))
    write(administrator, subject="Theirs")
    use(administrator)
    seen = seen_first.select_one("form[action$=use] input[name=seen]")["value"]

    refused = coordinator.post(f"{PREWORK}/use", data={"seen": seen})

    page, text = read(refused)
    assert refused.status_code == 422
    assert "Somebody else changed this text meanwhile" in text
    assert page.select_one(".app-comparison del").text == "Theirs"
    assert counts().subject == "Theirs"
    assert use(coordinator).status_code == 302
    assert counts().subject == "Mine"


@pytest.mark.parametrize("data", [{}, {"seen": "x"}, {"seen": "-1"}, {"seen": "7"}])
def test_a_version_that_was_never_seen_is_no_agreement(coordinator, data):
    write(coordinator)

    assert coordinator.post(f"{PREWORK}/use", data=data).status_code == 422
    assert db.session.query(MailText).count() == 0


def test_a_draft_is_used_once_and_can_be_thrown_away(coordinator):
    write(coordinator)
    coordinator.post(f"{PREWORK}/discard")
    assert coordinator.get(f"{PREWORK}/check").location == PREWORK
    coordinator.post(f"{PREWORK}/discard")

    assert coordinator.post(f"{PREWORK}/use", data={"seen": "0"}).location == PREWORK
    assert db.session.query(MailText).count() == 0


def test_a_draft_is_the_own_of_who_wrote_it(coordinator, administrator):
    write(coordinator, subject="Mine")

    assert administrator.get(f"{PREWORK}/check").location == PREWORK
    assert "Mine" not in administrator.get(f"{PREWORK}/edit").text
    assert "Mine" not in administrator.get(f"{PREWORK}/frame?of=draft").text


def restore(client, number, path=PREWORK):
    page = read_page(client.get(f"{path}/versions/{number}"))
    form = page.select_one(f"form[action$='versions/{number}']")
    return form and client.post(
        form["action"], data={"seen": form.select_one("[name=seen]")["value"]}
    )


def test_an_earlier_version_and_the_shipped_text_can_be_used_again(coordinator):
    shipped = counts()
    for subject in ("One", "Two"):
        write(coordinator, subject=subject)
        use(coordinator)

    assert restore(coordinator, 1).location == PREWORK
    assert counts().subject == "One"
    assert restore(coordinator, 0).location == PREWORK
    assert counts() == shipped
    assert restore(coordinator, 2).location == PREWORK
    assert counts().subject == "Two"
    _, text = read(coordinator.get(f"{PREWORK}/versions"))
    for words in ("version 1 restored", "back to the shipped text", "by Priya Shah"):
        assert words in text
    assert [what for what, _, _ in lines()] == [
        "mail text changed",
        "mail text changed",
        "mail text restored",
        "mail text reset",
        "mail text restored",
    ]


def test_what_counts_already_is_not_restored(coordinator):
    assert restore(coordinator, 0) is None
    assert coordinator.post(f"{PREWORK}/versions/0", data={"seen": "0"}).status_code == 422
    assert coordinator.get(f"{PREWORK}/versions/3").status_code == 404
    assert coordinator.post(f"{PREWORK}/versions/3", data={"seen": "0"}).status_code == 404


def test_a_test_goes_to_who_asks_with_the_words_of_their_draft(coordinator, sink):
    write(coordinator, subject="Draft {{ session_title }}")

    answer = coordinator.post(f"{PREWORK}/test")
    coordinator.post(f"{PREWORK}/test")
    dispatcher.send_due()

    assert answer.location == f"{PREWORK}/check"
    mails = sink.mails
    assert len(mails) == 2
    first, second = outbox.rows("test of sessions/prework")
    assert first.person_id == second.person_id
    assert [mail["Subject"] for mail in mails] == [
        "Test: Draft Core Conversations: listening first"
    ] * 2
    assert {mail["To"].addresses[0].display_name for mail in mails} == {"Priya Shah"}
    assert all(mail["Reply-To"] for mail in mails), "it is a plain notice"


def test_a_test_of_a_text_with_a_secret_holds_no_usable_link(administrator, sink):
    """LK-1: samples only."""
    administrator.post(TEXTS + "people-sign-in-link/test")
    dispatcher.send_due()

    (mail,) = sink.mails
    assert "/sign-in/link/example" in mail.get_body(("plain",)).get_content()


def test_the_preview_can_be_made_with_a_session_of_their_own(make, coordinator):
    session = make.session(topic=make.topic(title="Debt <b>advice</b>"), venue="Town Hall")

    page, text = read(coordinator.get(f"{PREWORK}?example={session.id}"))

    assert "Debt <b>advice</b>" in text
    frame = coordinator.get(page.select_one("iframe")["src"]).text
    assert "Debt &lt;b&gt;advice&lt;/b&gt;" in frame
    assert BeautifulSoup(frame, "html.parser").select("b") == []


@pytest.mark.parametrize("key", ["999999", "x", "1' --", "²", "9" * 40])
def test_a_session_that_is_not_there_is_no_page(coordinator, key):
    assert coordinator.get(PREWORK, query_string={"example": key}).status_code == 404


def test_who_may_not_change_a_session_sees_no_joining_link_of_it(make, administrator):
    session = make.session(online_link="https://meet.example.org/secret-room")

    page = administrator.get(TEXTS + "sessions-joining-instructions")

    assert "Show it with" not in page.text
    answer = administrator.get(f"{TEXTS}sessions-joining-instructions?example={session.id}")
    assert answer.status_code == 404


@pytest.fixture
def with_people(make):
    """A session with Bea's place and Ada's turn."""
    session = make.session(lead_facilitator_id=make.facilitator(name="Fay Moss").id)
    facts = {"access_needs": "A hearing loop", "question": "May I leave early?"}
    bea = make.booking(session, person=make.person(name="Bea <b>Cole</b>"), **facts)
    ada = make.booking(session, person=make.person(name="Ada Bell"), status=BookingStatus.WAITING)
    return session, bea, ada


def choices(page):
    return {option.text.strip(): option["value"] for option in page.select("#recipient option")}


def test_the_preview_can_be_made_with_a_person_of_the_session(with_people, coordinator, sink):
    session, bea, ada = with_people
    path = f"{TEXTS}sessions-booking-confirmed"

    page, _ = read(coordinator.get(f"{path}?example={session.id}"))

    assert list(choices(page).items()) == [
        ("An invented person", ""),
        ("Ada Bell, on the waiting list", str(ada.id)),
        ("Bea <b>Cole</b>", str(bea.id)),
    ]
    page, text = read(coordinator.get(f"{path}?example={session.id}&recipient={bea.id}"))
    assert page.select_one("#recipient [selected]")["value"] == str(bea.id)
    assert "Hello Bea <b>Cole</b>" in text
    assert bea.reference in text
    assert f"/bookings/{bea.id}" in text
    frame = coordinator.get(page.select_one("iframe")["src"]).text
    assert "Hello Bea &lt;b&gt;Cole&lt;/b&gt;" in frame
    for private in ("hearing loop", "leave early", bea.person.email):
        assert private not in page.text + frame
    db.session.rollback()
    assert db.session.query(OutboxMessage).count() == 0
    assert sink.mails == []


def test_who_waits_sees_why_and_their_turn(with_people, coordinator):
    session, _, ada = with_people

    _, text = read(
        coordinator.get(f"{TEXTS}sessions-on-waiting-list?example={session.id}&recipient={ada.id}")
    )

    assert "Hello Ada Bell" in text
    assert "next in line" in text


def test_a_draft_can_be_looked_at_as_a_real_person_gets_it(with_people, coordinator):
    session, bea, _ = with_people
    write(coordinator, subject="For {{ name }}")

    page, text = read(coordinator.get(f"{PREWORK}/check?example={session.id}&recipient={bea.id}"))

    assert "For Bea <b>Cole</b>" in text
    assert f"recipient={bea.id}" in page.select_one("iframe")["src"]


def test_a_text_to_those_who_run_it_can_be_looked_at_with_one_of_them(with_people, coordinator):
    session, _, _ = with_people
    path = f"{TEXTS}sessions-to-run?example={session.id}"

    page, _ = read(coordinator.get(path))

    fay = choices(page)["Fay Moss"]
    assert not {"Bea <b>Cole</b>", "Ada Bell"} & set(choices(page)), "nobody who takes part"
    assert "Hello Fay Moss" in read(coordinator.get(f"{path}&recipient={fay}"))[1]


def test_a_person_of_another_session_is_as_missing_as_nobody(make, with_people, coordinator):
    session, bea, _ = with_people
    foreign = make.booking(make.session())
    left = make.booking(session, person=make.person(is_active=False))
    gone = make.booking(session, status=BookingStatus.CANCELLED)
    answers = {
        coordinator.get(page, query_string={"example": session.id, "recipient": key}).status_code
        for page in (PREWORK, f"{PREWORK}/frame")
        for key in (foreign.id, gone.id, left.id, 999_999, "x", "²", f"0{bea.id}", "9" * 40)
    }

    assert answers == {404}
    for example in ("", 999_999, foreign.session_id):
        asked = {"example": example, "recipient": bea.id}
        assert coordinator.get(PREWORK, query_string=asked).status_code == 404


def test_who_may_not_see_the_people_of_a_session_is_offered_none(with_people, administrator):
    """AZ-1, AZ-6."""
    session, bea, _ = with_people

    hidden = administrator.get(f"{PREWORK}?example={session.id}&recipient={bea.id}")
    missing = administrator.get(f"{PREWORK}?example=999999&recipient=999999")

    assert hidden.status_code == missing.status_code == 404
    assert "Bea" not in hidden.text
    assert "recipient" not in administrator.get(PREWORK).text.partition("<iframe")[0]


def test_a_person_is_no_choice_for_a_text_without_a_session(with_people, administrator):
    _, bea, _ = with_people
    path = f"{TEXTS}people-sign-in-link"

    answer = administrator.get(f"{path}?recipient={bea.id}")

    assert "Bea" not in answer.text


def test_hostile_words_are_inert_in_every_preview(coordinator):
    """XS-2."""
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))"
    write(coordinator, subject=hostile[:25], body=f"{hostile}\n\n{BODY}")

    page = read_page(coordinator.get(f"{PREWORK}/check"))
    frame = coordinator.get(page.select_one("iframe")["src"])

    assert page.select("main script, main img") == []
    assert hostile in page.select_one(".app-as-typed").text
    inside = BeautifulSoup(frame.text, "html.parser")
    assert inside.select("script, img, a[href^=javascript]") == []
    assert hostile in inside.text
    assert frame.headers["Content-Security-Policy"].endswith("; sandbox")
    assert not page.select_one("iframe[sandbox]")["sandbox"]


def test_texts_about_getting_in_are_for_administrators(coordinator, administrator):
    path = TEXTS + "people-sign-in-link"

    assert "Link to sign in" in administrator.get(TEXTS).text
    assert "Link to sign in" not in coordinator.get(TEXTS).text
    assert administrator.get(path).status_code == 200
    for page in ("", "/edit", "/check", "/frame", "/versions", "/versions/0"):
        assert coordinator.get(path + page).status_code == 404
    assert write(coordinator, path=path).status_code == 404
    refused = write(administrator, path=path, subject="Hello", body="Come in")
    assert "Text must have {{ secret_link }}" in refused.text


@pytest.mark.parametrize(
    "key", ["nothing", "custom-1", "custom-x", "SESSIONS-PREWORK", "sessions/prework"]
)
def test_a_text_that_is_not_there_is_no_page(administrator, key):
    assert administrator.get(TEXTS + key).status_code == 404


def test_a_text_of_their_own_is_changed_like_the_others(make, coordinator):
    name, key = keep_own(make, "A week later", "After {{ session_title }}", "Hello {{ name }}")
    path = TEXTS + key

    assert "A week later" in coordinator.get(TEXTS).text
    write(coordinator, path=path, subject="Later", body="Hello {{ name }}, again")
    use(coordinator, path)
    assert counts(name).subject == "Later"
    assert coordinator.get(f"{path}/versions/0").status_code == 404
    assert restore(coordinator, 1, path).location == path
    assert counts(name).subject == "After {{ session_title }}"
    assert queries.find_custom("custom/x") is None


def test_every_text_can_be_opened_and_kept_as_it_is(administrator):
    """What is shipped passes the same checks as what people type."""
    for template in catalogue.list_shipped():
        path, shipped = TEXTS + template.key, counts(template.name)
        assert administrator.get(path).status_code == 200, path
        answer = write(administrator, path=path, subject=shipped.subject, body=shipped.body)
        assert answer.location == f"{path}/check", path
        page = read_page(administrator.get(answer.location))
        assert page.select("main del, main ins") == [], "nothing of it is another"
        assert administrator.get(page.select_one("iframe")["src"]).status_code == 200


FOOT = f"{TEXTS}messaging-foot"
NEW_FOOT = "Write to {{ coordinator_address }}\n\n**Ring Jo**[if stop_link]\n\n{{ stop_link }}[end]"


def test_the_foot_of_every_message_is_changed_like_a_text(administrator, make, sink):
    """AN-14, MAIL-12."""
    shipped = counts("messaging/foot")
    write(administrator, path=FOOT, body=NEW_FOOT)
    page, text = read(administrator.get(f"{FOOT}/check"))

    assert "The words of the message stand here." in text
    assert "/stop-messages/example" in text
    assert "Ring Jo" in administrator.get(page.select_one("iframe")["src"]).text
    assert use(administrator, FOOT).location == FOOT
    administrator.post(f"{FOOT}/test")
    administrator.post(f"{PREWORK}/test")
    dispatcher.send_due()

    of_foot, of_prework = sink.mails
    assert of_foot["Subject"] == "Test: The foot of every message"
    for mail in (of_foot, of_prework):
        assert "Ring Jo" in mail.get_body(("plain",)).get_content().splitlines()
        html = BeautifulSoup(mail.get_body(("html",)).get_content(), "html.parser")
        assert "Ring Jo" in [strong.text for strong in html.select("strong")]
        assert "coordinator@swa.example.org" in html.text
    assert "stop-messages" not in of_prework.get_body(("plain",)).get_content()
    assert restore(administrator, 0, FOOT).location == FOOT
    assert counts("messaging/foot") == shipped


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("Ring us. {{ stop_link }}", "coordinator_address"),
        ("[if help_phone]{{ coordinator_address }}[end] {{ stop_link }}", "coordinator_address"),
        ("{{ coordinator_address }}", "stop_link"),
        ("{{ coordinator_address }}[if help_phone] {{ stop_link }}[end]", "stop_link"),
        ("{{ coordinator_address }}[if stop_link]a[otherwise] {{ stop_link }}[end]", "stop_link"),
    ],
)
def test_a_foot_without_the_address_for_help_or_the_way_to_stop_is_refused(
    administrator, body, missing
):
    """AN-14, MAIL-10."""
    answer = write(administrator, path=FOOT, body=body)

    assert answer.status_code == 422
    assert f"Text must have {{{{ {missing} }}}}, outside" in read(answer)[1]


def test_the_foot_is_for_administrators_since_it_stands_below_sign_in_links(coordinator):
    assert "Foot of every message" not in coordinator.get(TEXTS).text
    assert coordinator.get(FOOT).status_code == 404
    assert write(coordinator, path=FOOT, body=NEW_FOOT).status_code == 404


def test_the_foot_has_no_subject_to_change(administrator):
    write(administrator, path=FOOT, subject="Another", body=NEW_FOOT)

    for page in (FOOT, f"{FOOT}/edit", f"{FOOT}/check", f"{FOOT}/versions/0"):
        assert "Subject" not in read(administrator.get(page))[1]
    use(administrator, FOOT)
    assert counts("messaging/foot").subject == "The foot of every message"


def use_in_a_rule(name, title="A week <later>", **facts):
    rule = SendRule(
        key="", name=title, kind=OWN, event=Event.START, audience=Audience.PARTICIPANTS, days=3,
        side=Side.BEFORE, text=name, pulls_back=True, useful_days=14, **facts,
    )  # fmt: skip
    with transaction():
        return ruling.add(rule, also_past=False, now=clock.utc_now())


def test_a_text_of_their_own_is_deleted_with_its_versions_and_drafts(
    make, coordinator, administrator
):
    _, key = keep_own(make, "A week later", "After {{ session_title }}", "Hello {{ name }}")
    path = TEXTS + key
    write(coordinator, path=path, subject="Later", body="Hello")
    use(coordinator, path)
    write(administrator, path=path, subject="Still later", body="Hello")

    page, text = read(coordinator.get(f"{path}/delete"))
    assert "You cannot undo this" in text
    answer = coordinator.post(page.select_one("main form")["action"])

    assert answer.location == TEXTS
    for gone in ("", "/edit", "/check", "/versions", "/versions/1", "/delete", "/frame"):
        assert coordinator.get(path + gone).status_code == 404
    assert coordinator.post(f"{path}/delete").status_code == 404
    db.session.rollback()
    for model in (CustomText, MailText, MailTextDraft):
        assert db.session.query(model).count() == 0
    assert lines()[-1][0] == "mail text deleted"


def test_a_text_that_rules_use_is_not_deleted_and_they_are_named(make, coordinator):
    name, key = keep_own(make, "A week later", "x", "Hello {{ name }}")
    first, off = use_in_a_rule(name), use_in_a_rule(name, "Another, switched off", is_on=False)

    answer = coordinator.post(f"{TEXTS}{key}/delete")

    assert answer.status_code == 422
    page, _ = read(answer)
    named = [entry.text for entry in page.select("main .govuk-list--bullet li")]
    assert named == ["A week <later>", "Another, switched off"]
    sentence = page.select_one(".govuk-error-summary").text
    assert "these rules use it: “A week <later>”, “Another, switched off”" in sentence
    assert page.select("main form") == []
    assert counts(name).subject == "x"
    with transaction():
        for rule in (first, off):
            ruling.take_away(rule.key, now=clock.utc_now())
    assert coordinator.post(f"{TEXTS}{key}/delete").status_code == 302


def test_the_number_of_a_deleted_text_is_never_given_again(make, coordinator, sink):
    """An old message never takes the words of a new text."""
    name, key = keep_own(make, "Old", "Old words", "Hello")
    coordinator.post(f"{TEXTS}{key}/test")
    old_version = db.session.query(MailText.id).scalar()
    coordinator.post(f"{TEXTS}{key}/delete")

    new_name, new_key = keep_own(make, "New", "New words", "Hello")
    dispatcher.send_due()

    assert (new_name, new_key) != (name, key)
    assert db.session.query(MailText.id).scalar() > old_version
    assert "New words" not in [str(mail["Subject"]) for mail in sink.mails]
    assert all("New words" not in str(mail) for mail in sink.mails)


def test_a_rule_cannot_take_a_text_that_was_deleted_meanwhile(make, coordinator):
    name, key = keep_own(make, "A week later")
    rule = use_in_a_rule("sessions/prework")
    coordinator.post(f"{TEXTS}{key}/delete")

    with pytest.raises(RuleRefused, match="deleted meanwhile"):
        use_in_a_rule(name)
    with pytest.raises(RuleRefused, match="deleted meanwhile"), transaction():
        ruling.save(replace(rule, text=name), also_past=False, now=clock.utc_now())


def test_a_shipped_text_cannot_be_deleted(administrator):
    assert administrator.get(f"{PREWORK}/delete").status_code == 404
    assert administrator.post(f"{PREWORK}/delete").status_code == 404
    assert "Delete this text" not in administrator.get(PREWORK).text
