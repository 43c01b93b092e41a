"""The page on which people make, replace and stop their calendar links: FEED-1, FEED-8, LK-7."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from swa.calendars.feeds.models import FeedLink
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.people.models import AuditEvent, Person
from swa.people.types import Role
from tests.support.feeds import RUNNING, path_of, token_of
from tests.support.pages import read_page

PAGE = "/account/calendar"
ADDRESS = re.compile(r"http://localhost(/cal/[\w-]{43}\.ics)")


def words(page):
    return " ".join(page.main.text.split())


def make_on_page(browser, kind="personal"):
    answer = browser.post(PAGE, data={"kind": kind})
    return read_page(answer), ADDRESS.search(answer.text)


def number_of_links():
    return db.session.scalar(select(func.count()).select_from(FeedLink))


def test_feed_1_a_link_is_shown_once_and_then_never_again(make, sign_in):
    browser = sign_in(make.person())

    made, address = make_on_page(browser)
    page = browser.get(PAGE)

    assert made.h1.text == "Your calendar link is ready"
    assert browser.get(address[1]).status_code == 200
    assert address[1] not in page.text
    assert "We cannot show the link again" in words(read_page(page))


def test_feed_1_a_new_link_takes_the_place_of_the_old_one_and_says_so(make, sign_in):
    browser = sign_in(make.person())
    first, old = make_on_page(browser)
    assert "has stopped" not in words(first)

    second, new = make_on_page(browser)

    assert "The link you had before has stopped" in words(second)
    assert [browser.get(one[1]).status_code for one in (old, new)] == [404, 200]


def test_feed_1_the_page_says_when_a_calendar_looked_last(make, sign_in):
    browser = sign_in(make.person())
    _, address = make_on_page(browser)
    assert "No calendar has looked at it yet" in words(read_page(browser.get(PAGE)))

    browser.get(address[1])

    assert "No calendar has looked" not in words(read_page(browser.get(PAGE)))


def test_feed_1_a_link_can_be_switched_off(make, sign_in):
    browser = sign_in(make.person())
    _, address = make_on_page(browser)

    answer = browser.post(f"{PAGE}/stop", data={"kind": "personal"})
    page = read_page(browser.get(answer.location))

    assert browser.get(address[1]).status_code == 404
    assert "The calendar link is switched off" in words(page)
    assert "Get my calendar link" in words(page)
    assert browser.post(f"{PAGE}/stop", data={"kind": "personal"}).status_code == 302


def test_feed_1_only_who_runs_sessions_has_a_second_link(make, sign_in):
    nobody, runs = sign_in(make.person()), sign_in(make.facilitator())

    assert "Sessions you run" not in words(read_page(nobody.get(PAGE)))
    assert nobody.post(PAGE, data={"kind": "running"}).status_code == 403
    page, address = make_on_page(runs, "running")
    assert "For the sessions you run" in words(page)
    assert runs.get(address[1]).status_code == 200


def test_one_person_cannot_stop_or_see_the_link_of_another(make, sign_in):
    theirs = path_of(make.person())
    browser = sign_in(make.person(roles=list(Role)))

    browser.post(f"{PAGE}/stop", data={"kind": "personal"})

    assert browser.get(theirs).status_code == 200
    assert "Make a new link" not in words(read_page(browser.get(PAGE)))


@pytest.mark.parametrize("kind", ["", "all", "PERSONAL"])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/stop"])
def test_another_word_than_the_two_changes_nothing(make, sign_in, path, kind):
    person = make.facilitator()
    path_of(person, RUNNING)

    assert sign_in(person).post(path, data={"kind": kind}).status_code == 400
    assert number_of_links() == 1


def test_feed_8_webcal_a_field_to_copy_and_how_soon_changes_show(make, sign_in):
    page, address = make_on_page(sign_in(make.person()))

    (button,) = page.select("main a[href^='webcal://']")
    field = page.select_one("main input[readonly]")
    assert button["href"] == f"webcal://localhost{address[1]}"
    assert field["value"] == f"http://localhost{address[1]}"
    for sentence in (
        "Google Calendar every 4 to 24 hours",
        "Outlook on the web about every 3 hours, sometimes only once in 24 hours",
        "Thunderbird every 30 minutes",
        "Apple Calendar as often as you set it",
        "we also email you every change",
        "Keep it to yourself",
    ):
        assert sentence in words(page)


def test_lk_7_the_token_is_in_no_mail_no_cookie_and_no_line_of_the_audit(make, sign_in):
    person = make.person()
    browser = sign_in(person)
    answer = browser.post(PAGE, data={"kind": "personal"})
    token = ADDRESS.search(answer.text)[1][5:-4]

    assert token not in str(answer.headers)
    assert answer.headers["Cache-Control"] == "no-store"
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0, "never mailed"
    lines = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(line.what, line.about, line.fields) for line in lines] == [
        ("calendar link made", f"person {person.id}", "personal")
    ]
    assert token not in browser.get(PAGE).text


@pytest.mark.parametrize("path", ["/bookings/", "/sessions/month/2026/12", "/account"])
def test_the_page_is_found_from_where_people_look_at_their_dates(make, sign_in, path):
    page = read_page(sign_in(make.person()).get(path))

    assert page.select_one(f"main a[href='{PAGE}']")


def test_two_presses_at_once_end_with_one_link(app, make):
    person_id, at_once = make.person().id, threading.Barrier(4, timeout=10)

    def press(_number):
        at_once.wait()
        with app.app_context():
            return token_of(db.session.get_one(Person, person_id))

    with ThreadPoolExecutor(4) as threads:
        tokens = list(threads.map(press, range(4)))

    opened = [app.test_client().get(f"/cal/{token}.ics").status_code for token in tokens]
    assert sorted(opened) == [200, 404, 404, 404]
