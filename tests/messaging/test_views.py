"""The mailbox of the demonstration and the staff page of messages (MAIL-15, PEER-8, LK-1, XS-2)."""

import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging import dispatcher
from swa.messaging.kinds import Kind, register
from swa.messaging.models import OutboxMessage
from swa.messaging.rendering import Authored, Draft, render_draft
from swa.messaging.types import MessageState
from swa.people.models import AuditEvent
from swa.people.types import Role
from swa.web.settings import RunMode
from tests.messaging import outbox
from tests.messaging.outbox import HOUR, OTHER, PLAIN, SECRET, queue, wanted
from tests.support.pages import read_page

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//SWA//EN\r\nMETHOD:REQUEST\r\n"
    b"BEGIN:VEVENT\r\nUID:uid-1@swa.example.org\r\nSUMMARY:Core Conversations\r\nSEQUENCE:2\r\n"
    b"DTSTART:20270105T093000Z\r\nDTEND:20270105T113000Z\r\nLOCATION:Town Hall\r\n"
    b"ORGANIZER:mailto:training@swa.example.org\r\nATTENDEE:mailto:ada@example.org\r\n"
    b"STATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def demo(app, use_server):
    """A browser in front of a demonstration without a mail server."""
    settings = app.extensions["swa_settings"]
    app.extensions["swa_settings"] = settings.model_copy(update={"mode": RunMode.DEMO})
    use_server("", is_demo=True)
    yield app.test_client()
    app.extensions["swa_settings"] = settings


def message_id_of(occasion):
    return outbox.rows(occasion)[0].id


def test_the_mailbox_lists_the_newest_first(make, demo):
    person = make.person(name="Ada Lovelace")
    for number in (1, 2):
        queue(f"booking {number}", wanted(person.id))
        dispatcher.send_due()
    queue("booking 3", wanted(person.id, due_at=clock.utc_now() + HOUR))

    page = read_page(demo.get("/demo/mailbox/"))

    titles = [a.contents[0] for a in page.select(".app-mailbox a")]
    assert titles == ["About booking 2", "About booking 1", "Note"]
    assert "3 messages found" in page.text
    assert "To Ada Lovelace" in page.text


def test_the_mailbox_can_be_narrowed_to_one_person(make, demo):
    ada, ben = make.person(name="Ada"), make.person(name="Ben")
    queue("booking 1", wanted(ada.id))
    queue("booking 2", wanted(ben.id))
    dispatcher.send_due()

    page = read_page(demo.get(f"/demo/mailbox/?person={ben.id}"))

    assert [a.contents[0] for a in page.select(".app-mailbox a")] == ["About booking 2"]
    assert page.select_one("option[selected]").text.strip() == "Ben"


@pytest.mark.parametrize("person", ["", "x", "-1", "1" * 12, "1 OR 1=1"])
def test_a_filter_that_is_nobody_shows_everybody(make, demo, person):
    queue("booking 1", wanted(make.person().id))

    page = read_page(demo.get("/demo/mailbox/", query_string={"person": person}))

    assert len(page.select(".app-mailbox a")) == 1


def test_an_empty_mailbox_says_so(demo):
    assert "No messages found" in read_page(demo.get("/demo/mailbox/")).text


def test_the_number_of_queries_does_not_grow_with_the_mailbox(make, demo, count_queries):
    def fill(first, last):
        for number in range(first, last):
            queue(f"booking {number}", wanted(make.person().id))

    fill(0, 5)
    with count_queries() as few:
        demo.get("/demo/mailbox/")
    fill(5, 60)
    with count_queries() as many:
        demo.get("/demo/mailbox/")

    assert many.number == few.number <= 8


def test_a_message_is_shown_as_it_arrived(make, demo):
    person = make.person(name="Ada <b>Bold</b>")
    queue("booking 1", wanted(person.id))
    dispatcher.send_due()

    page = read_page(demo.get(f"/demo/mailbox/{message_id_of('booking 1')}"))

    assert "Dear Ada <b>Bold</b>, this is edition 1." in page.text
    assert f"Ada <b>Bold</b> <{person.email}>" in page.text
    assert "Social Welfare Alliance <training@swa.example.org>" in page.text
    assert not page.select_one("iframe[sandbox]")["sandbox"], "a sandbox without exceptions"


def test_links_into_the_service_work_in_the_mailbox_and_others_are_text(make, demo):
    queue("link-77", wanted(make.person().id, kind="linked"))
    dispatcher.send_due()

    page = read_page(demo.get(f"/demo/mailbox/{message_id_of('link-77')}"))

    text = page.select_one(".govuk-inset-text")
    assert [a["href"] for a in text.select("a")] == ["http://localhost/sessions/"]
    assert "https://evil.example/" in text.text


@pytest.fixture(autouse=True)
def linked_kind():
    words = "Go to http://localhost/sessions/. Not to https://evil.example/ though.\n"
    register(Kind("linked", lambda *_: Draft("Links", words, "<p>x</p>"), outbox.why_not))
    register(
        Kind(
            "invited",
            lambda *_: Draft("Invitation", "Come\n", "<p>Come</p>", ("REQUEST", CALENDAR)),
            outbox.why_not,
        )
    )
    register(
        Kind(
            "hostile",
            lambda message, _: render_draft(
                "messaging/not_delivered",
                message_title="",
                occasion=message.occasion,
                reason="",
                answer="",
                outbox_link="",
            ),
            outbox.why_not,
        )
    )


def test_a_secret_link_is_filled_in_for_the_demonstration_only(make, demo):
    queue("link-77", wanted(make.person().id, kind=SECRET))
    dispatcher.send_due()

    page = read_page(demo.get(f"/demo/mailbox/{message_id_of('link-77')}"))

    assert "https://swa.example.org/link/link-77" in page.text
    assert "LINK-MARKER" in outbox.rows()[0].text


def test_an_invitation_is_shown_with_its_fields_and_can_be_downloaded(make, demo):
    queue("booking 1", wanted(make.person().id, kind="invited"))
    dispatcher.send_due()

    page = read_page(demo.get(f"/demo/mailbox/{message_id_of('booking 1')}"))
    download = demo.get(page.select_one("a[download]")["href"])

    fields = dict(
        zip(
            [key.text.strip() for key in page.select("#invitation ~ dl dt")],
            [value.text.strip() for value in page.select("#invitation ~ dl dd")],
            strict=True,
        )
    )
    assert page.select_one("#invitation + p").text == "This message updates the calendar entry."
    assert fields["What it asks"] == "REQUEST"
    assert fields["Starts"] == "Tuesday 5 January 2027 at 9:30am"
    assert fields["Place"] == "Town Hall"
    assert fields["Organiser"] == "training@swa.example.org"
    assert fields["Sequence"] == "2"
    assert download.data == CALENDAR
    assert download.headers["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert "attachment" in download.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("method", "sequence", "deed"),
    [
        pytest.param("REQUEST", 0, "adds a calendar entry", id="an invitation"),
        pytest.param("REQUEST", 1, "updates the calendar entry", id="a change"),
        pytest.param("REQUEST", 10, "updates the calendar entry", id="the tenth change"),
        pytest.param("CANCEL", 1, "cancels the calendar entry", id="a withdrawal"),
    ],
)
def test_the_mailbox_says_what_a_message_does_in_the_calendar(make, demo, method, sequence, deed):
    calendar = CALENDAR.replace(b"SEQUENCE:2", b"SEQUENCE:%d" % sequence)
    calendar = calendar.replace(b"METHOD:REQUEST", b"METHOD:" + method.encode())
    draft = Draft("Invitation", "Come\n", "<p>Come</p>", (method, calendar))
    register(Kind("with a calendar part", lambda *_: draft, outbox.why_not))
    queue("booking 1", wanted(make.person().id, kind="with a calendar part"))
    queue("booking 2", wanted(make.person().id))
    dispatcher.send_due()

    page = read_page(demo.get("/demo/mailbox/"))

    lines = [" ".join(line.text.split()) for line in page.select(".app-mailbox p")]
    assert [line for line in lines if "calendar entry" in line] == [
        line for line in lines if line.endswith(f"with a calendar part, {deed}")
    ]
    assert sum(deed in line for line in lines) == 1


def test_a_message_that_is_not_due_has_no_words_yet(make, demo):
    queue("booking 1", wanted(make.person().id, due_at=clock.utc_now() + HOUR))

    page = read_page(demo.get(f"/demo/mailbox/{message_id_of('booking 1')}"))

    assert "The words are written when the message is due" in page.text
    assert page.select("iframe") == []


@pytest.mark.parametrize("part", ["html", "invite.ics"])
def test_a_part_that_is_not_there_is_not_found(make, demo, part):
    queue("booking 1", wanted(make.person().id, due_at=clock.utc_now() + HOUR))

    assert demo.get(f"/demo/mailbox/{message_id_of('booking 1')}/{part}").status_code == 404


def test_the_html_part_stands_in_a_sandbox_of_its_own(make, demo):
    queue('"><script>alert(1)</script>', wanted(make.person().id, kind="hostile"))
    dispatcher.send_due()

    response = demo.get(f"/demo/mailbox/{outbox.rows()[0].id}/html")

    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    assert policy.split("; ")[0] == "default-src 'none'"
    assert policy.endswith("; sandbox")
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    page = BeautifulSoup(response.text, "html.parser")
    assert page.style["nonce"] == nonce
    assert page.select("[style], script, img, link") == []
    assert '"><script>alert(1)</script>' in page.text


@pytest.mark.parametrize("path", ["", "1", "1/html", "1/invite.ics"])
def test_there_is_no_mailbox_outside_the_demonstration(make, client, sign_in, path):
    administrator = sign_in(make.person(roles=[Role.ADMINISTRATOR]))

    for browser in (client, administrator):
        assert browser.get(f"/demo/mailbox/{path}").status_code == 404


@pytest.fixture
def coordinator(make, sign_in):
    return sign_in(make.coordinator())


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PROGRAMME_COORDINATOR, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.FACILITATOR, 403),
        (Role.EVALUATOR, 403),
        (None, 403),
    ],
)
def test_staff_alone_see_the_messages(make, sign_in, role, status):
    person = make.person(roles=[role] if role else [])

    assert sign_in(person).get("/messages/").status_code == status


def test_the_messages_are_counted_by_state(make, coordinator, use_server):
    use_server("")
    for number in range(3):
        queue(f"booking {number}", wanted(make.person().id))
    dispatcher.send_due(limit=2)

    page = read_page(coordinator.get("/messages/"))

    rows = [" ".join(row.text.split()) for row in page.select(".govuk-summary-list__row")]
    assert rows == ["Waiting to be sent 1", "Sent 2"]
    assert "Every message that was due has been delivered or is on its way" in page.text


def test_what_is_no_longer_needed_is_called_so_to_people(make, demo, coordinator):
    person = make.person()
    outbox.plan("booking 1", wanted(person.id, due_at=clock.utc_now() + HOUR))
    outbox.plan("booking 1")

    counted = read_page(coordinator.get("/messages/")).main.text
    listed = read_page(demo.get("/demo/mailbox/")).main.text

    assert "No longer needed" in counted
    assert "No longer needed: What it was about has changed" in " ".join(listed.split())
    assert "ropped" not in counted + listed


def test_every_state_has_words_of_its_own():
    assert len({state.words for state in MessageState}) == len(MessageState)


def fail(occasion, state=MessageState.FAILED, **columns):
    with transaction():
        row = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.occasion == occasion)
        ).one()
        row.state, row.attempts = state, 11
        row.reason, row.answer = "Their mail server refused it", "550 no such user"
        for name, value in columns.items():
            setattr(row, name, value)


def test_what_failed_is_listed_with_its_reason_and_can_be_sent_again(make, coordinator):
    person = make.person(name="Ada Lovelace")
    queue("booking 1", wanted(person.id))
    fail("booking 1", subject="Your place")

    page = read_page(coordinator.get("/messages/"))
    form = page.select_one("form[action*=send-again]")

    assert "Your place" in page.text
    assert "Ada Lovelace" in page.text
    assert "Not delivered: Their mail server refused it" in page.text
    assert "550 no such user" in page.text
    assert " ".join(form.button.text.split()) == "Send again: Your place, to Ada Lovelace"


def test_what_is_too_late_cannot_be_sent_again(make, coordinator):
    queue("booking 1", wanted(make.person().id))
    fail("booking 1", state=MessageState.MISSED)
    outbox.change(lambda row: setattr(row, "give_up_at", clock.utc_now()))

    page = read_page(coordinator.get("/messages/"))

    assert "Missed: " in page.text
    assert page.select("form[action*=send-again]") == []


def test_what_was_missed_but_is_of_use_may_be_sent_by_a_person(make, coordinator):
    queue("booking 1", wanted(make.person().id))
    fail("booking 1", state=MessageState.MISSED)

    page = read_page(coordinator.get("/messages/"))

    assert len(page.select("form[action*=send-again]")) == 1


def test_nothing_of_a_private_message_is_shown(make, coordinator):
    queue("link-77", wanted(make.person(name="Ada Lovelace").id, kind=SECRET))
    fail("link-77", subject="Very secret subject", text="secret words")

    text = read_page(coordinator.get("/messages/")).text

    for canary in ("Ada Lovelace", "secret subject", "secret words", "550 no such user"):
        assert canary not in text
    assert "A private message" in text


def press_send_again(browser, message_id):
    page = read_page(browser.get("/messages/"))
    token = page.select_one("[name=csrf_token]")["value"]
    return browser.post(f"/messages/{message_id}/send-again", data={"csrf_token": token})


def test_pressing_send_again_queues_it_and_is_written_down(make, coordinator):
    queue("booking 1", wanted(make.person().id))
    fail("booking 1")

    response = press_send_again(coordinator, message_id_of("booking 1"))

    assert response.status_code == 302
    assert outbox.states() == ["waiting"]
    events = [(event.what, event.about) for event in db.session.scalars(select(AuditEvent))]
    assert ("message sent again", f"message {message_id_of('booking 1')}") in events
    db.session.rollback()


def test_pressing_it_for_what_was_sent_meanwhile_says_so(make, coordinator):
    queue("booking 1", wanted(make.person().id))
    fail("booking 1")
    queue("booking 2", wanted(make.person().id, kind=OTHER))

    response = press_send_again(coordinator, message_id_of("booking 2"))

    page = read_page(response)
    assert response.status_code == 422
    assert page.title.text.strip().startswith("Error: ")
    assert "not waiting for anybody to send it again" in page.text


def test_a_message_that_is_not_there_is_not_found(make, coordinator):
    queue("booking 1", wanted(make.person().id, kind=PLAIN))
    fail("booking 1")

    assert press_send_again(coordinator, 999_999).status_code == 404


def test_without_a_token_nothing_is_sent_again(make, coordinator):
    queue("booking 1", wanted(make.person().id))
    fail("booking 1")

    address = f"/messages/{message_id_of('booking 1')}/send-again"
    response = coordinator.post(address, with_token=False)

    assert response.status_code == 400
    assert outbox.states() == ["failed"]


def test_the_page_says_when_there_is_no_mail_server(app, coordinator, monkeypatch):
    monkeypatch.setattr(app, "testing", False)

    assert "there is no mail server" in read_page(coordinator.get("/messages/")).text


def test_the_page_says_when_the_mail_server_is_away(make, coordinator, use_server):
    queue("booking 1", wanted(make.person().id))
    use_server("smtp+plain://127.0.0.1:9")
    dispatcher.send_due()

    text = read_page(coordinator.get("/messages/")).text

    assert "The mail server does not take messages at the moment" in text
    assert "ConnectionRefusedError" in text


def test_a_text_of_staff_is_plain_text_on_pages_too():
    assert isinstance(Authored("x"), str)
