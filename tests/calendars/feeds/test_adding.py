"""Links that add one event to a calendar on the web: they tell nothing that is private (CAL-22)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from swa.calendars.feeds.adding import google_link, outlook_link
from swa.core import clock
from tests.sessions.doing import book
from tests.support.invitations import START, event
from tests.support.pages import read_page

LINK = "https://meet.example.org/secret-room"
SUMMER = START + timedelta(days=120)  # the clocks have changed: both still mean one moment


def asked(link):
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


def test_google_gets_title_moments_words_and_place():
    said = event(title="Listening & learning? 50 % + “more”", starts_at=SUMMER)

    assert asked(google_link(said)) == {
        "action": "TEMPLATE",
        "dates": "20270701T093000Z/20270701T113000Z",
        "text": said.title,
        "details": said.description,
        "location": said.location,
    }


def test_outlook_gets_title_moments_words_and_place():
    said = event(title="Listening & learning? 50 % + “more”", starts_at=SUMMER)

    assert asked(outlook_link(said)) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": "2027-07-01T09:30:00+00:00",
        "enddt": "2027-07-01T11:30:00+00:00",
        "subject": said.title,
        "body": said.description,
        "location": said.location,
    }
    assert "+" not in outlook_link(said), "a plus would be shown as one"


@pytest.fixture
def page(make, sign_in):
    rosa = make.person(name="Rosa Okafor")
    booking = book(make.session(online_link=LINK), rosa, now=clock.utc_now())
    return read_page(sign_in(rosa).get(f"/bookings/{booking.id}"))


def test_the_booking_offers_four_ways(page):
    heading = page.find("h2", string="Add to calendar")
    buttons = heading.find_next("ul").select("a")

    assert [" ".join(button.text.split()) for button in buttons] == [
        "Google Calendar",
        "Outlook on the web",
        "Apple Calendar",
        "Calendar file",
    ]
    assert buttons[2]["href"] == buttons[3]["href"]
    assert buttons[3]["href"].endswith("/calendar.ics")


def test_no_name_no_secret_and_no_link_to_join_goes_to_another_service(page):
    links = [str(a["href"]) for a in page.select("main a") if "calendar.google" in str(a["href"])]
    links += [str(a["href"]) for a in page.select("main a") if "outlook." in str(a["href"])]

    assert len(links) == 2
    for link in links:
        said = " ".join(asked(link).values())
        for word in ("secret-room", "meet.example.org", "Rosa", "Okafor", "@", "token", "/cal/"):
            assert word not in said
