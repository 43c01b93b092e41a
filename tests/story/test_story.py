"""The whole story of one session, in a real browser, with real mail, from the topic to the
after-mail: web and worker run as processes of their own, and only their clocks are moved.

AN-31, DC-08, CC-02, CC-03, CC-09, CF-27, AN-15, DC-07, DC-09, DC-11, IN-03, IN-05, IN-09, IN-13,
TR-09, TR-12, TR-13, TR-14, MT-10, EV-50, ML-5, and PostgreSQL as well as SQLite.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from swa.core import dates
from tests.story import post
from tests.story.cast import add_cast
from tests.story.running import installed
from tests.story.scenes import TITLE, Story
from tests.story.windows import Windows
from tests.support.mail_sink import mail_sink

pytestmark = [pytest.mark.browser, pytest.mark.heavy, pytest.mark.timeout(600)]

# The clocks go back between the prework and the joining instructions: on Sunday 31 October 2027.
# Three days before the session is that Sunday, so the prework goes on the Friday before.
TODAY = datetime(2027, 10, 4, 9, tzinfo=UTC)
FIRST_DATE = datetime(2027, 10, 26, 9, 30, tzinfo=dates.LONDON).astimezone(UTC)
DATE = datetime(2027, 11, 3, 14, tzinfo=dates.LONDON).astimezone(UTC)
LENGTH = timedelta(hours=2)
FRIDAY_BEFORE = datetime(2027, 10, 29, 9, 1, tzinfo=dates.LONDON).astimezone(UTC)
TWO_DAYS_BEFORE = datetime(2027, 11, 1, 9, 1, tzinfo=dates.LONDON).astimezone(UTC)
AFTERWARDS = DATE + LENGTH + timedelta(minutes=5)


def test_one_session_from_the_idea_to_the_after_mail(
    browser: Browser, database_url: str, tmp_path: Path
) -> None:
    with mail_sink() as sink, installed(tmp_path, database_url, sink) as product:
        product.run("db", "upgrade")
        windows = Windows(browser)
        story = Story(product, sink, windows, product.ask(add_cast))

        product.start(TODAY)
        the_coordinator_makes_a_topic(story)
        the_facilitator_plans_and_publishes(story)
        twenty_two_people_book(story)
        everybody_is_told_where_they_stand(story)
        one_cancels_and_the_right_person_moves_up(story)
        the_facilitator_moves_the_date(story)

        product.start(FRIDAY_BEFORE)
        the_confirmed_get_the_prework(story)
        product.start(TWO_DAYS_BEFORE)
        the_confirmed_get_the_joining_instructions(story)
        nobody_gets_anything_twice(story)
        two_give_back_late_and_the_caps_have_lifted(story)

        product.start(AFTERWARDS)
        the_support_person_takes_attendance(story)
        somebody_came_without_a_booking(story)

        every_mail_of_the_story_is_in_order(story)
        windows.close()
        product.stop()
        assert product.complaints() == []


def the_coordinator_makes_a_topic(story: Story) -> None:
    with story.anybody() as person:
        email = story.cast.coordinator.email
        person.ask_for_a_link(email)
        person.look_closely()
        (mail,) = post.wait_for(story.sink, "sign-in link", 1)
        person.use_the_link(post.link_in(mail), "Sign in")
        coordinator = story.as_coordinator(person)

        coordinator.create_topic(TITLE)

        assert "Everything is written" in coordinator.words


def the_facilitator_plans_and_publishes(story: Story) -> None:
    cast = story.cast
    with story.anybody() as person:
        person.ask_for_a_link(cast.facilitator.email)
        *_, mail = post.wait_for(story.sink, "sign-in link", 2)
        person.type_the_code(post.code_in(mail))
        facilitator = story.as_facilitator(person)
        story.session_id = facilitator.plan(TITLE, FIRST_DATE)

        facilitator.press("Publish session")
        assert "There is a problem" in facilitator.words
        assert "missing before you can publish" in facilitator.words
        assert story.facts().status == "draft"

        facilitator.complete_the_checklist(
            f"{cast.facilitator.name}, Praxis", f"{cast.support.name}, Hackney Council"
        )
        assert "Everything that is needed is there" in facilitator.words
        facilitator.press("Publish session")
        assert "You have published the session" in facilitator.words
    mails = post.wait_for(story.sink, "to run", 2)
    assert post.addresses_of(mails) == sorted([cast.facilitator.email, cast.support.email])


def twenty_two_people_book(story: Story) -> None:
    """Five of one team come first: the fifth is over its cap. The last finds the session full."""
    cast = story.cast
    housing, over_the_cap, others = cast.bookers[:4], cast.bookers[4], cast.bookers[5:]
    for player in housing:
        assert "You have booked a place" in story.books(player)
    words = story.books(over_the_cap)
    assert "4 of the 4 places for your team are taken" in words
    for player in others:
        assert "You have booked a place" in story.books(player)
    story.over_the_cap = over_the_cap

    story.newcomer_registers()
    words = story.books(story.last)

    assert "All 20 places are taken" in words
    assert story.facts().places_taken == 20
    assert len({story.organisation_of(player) for player in story.confirmed}) == 6


def everybody_is_told_where_they_stand(story: Story) -> None:
    confirmed = post.wait_for(story.sink, "confirmed", 20)
    waiting = post.wait_for(story.sink, "waits", 2)

    assert post.addresses_of(confirmed) == story.addresses(story.confirmed)
    assert post.addresses_of(waiting) == story.addresses([story.over_the_cap, story.last])
    assert all(mail.calendar is None for mail in waiting)
    for mail in confirmed:
        story.keep_entry(mail, "REQUEST", sequence=0, start=FIRST_DATE)
    with story.as_person(story.cast.facilitator) as facilitator:
        facilitator.open(f"/sessions/{story.session_id}/desk")
        assert facilitator.words.count("How do I end a call with somebody who is lonely?") == 1
        assert facilitator.words.count("Captions, because my hearing is poor") == 1


def one_cancels_and_the_right_person_moves_up(story: Story) -> None:
    """The first of the list is over the cap of their team; the next one keeps the mix legal."""
    leaver = story.cast.bookers[8]
    story.cancels(leaver, "Cancel my place")

    (cancel,) = post.wait_for(story.sink, "cancelled", 1)
    (given,) = post.wait_for(story.sink, "place given", 1)
    assert cancel.recipients == (leaver.email,)
    assert given.recipients == (story.last.email,)
    story.keep_entry(cancel, "CANCEL", sequence=1, start=FIRST_DATE)
    story.confirmed.append(story.last)
    story.keep_entry(given, "REQUEST", sequence=0, start=FIRST_DATE)
    with story.as_person(story.cast.facilitator) as facilitator:
        facilitator.open(f"/sessions/{story.session_id}/desk")
        facilitator.visit.page.get_by_text("Who was passed over, and why").click()
        why = f"{story.last.name} got a place before {story.over_the_cap.name}"
        assert facilitator.row(why, "eir team had its share").count() == 1
    with story.as_person(story.over_the_cap) as waiting:
        waiting.open(f"/bookings/{story.bookings[story.over_the_cap]}")
        assert "somebody who asked later" in waiting.words
        assert story.last.name not in waiting.words


def the_facilitator_moves_the_date(story: Story) -> None:
    with story.as_person(story.cast.facilitator) as facilitator:
        facilitator.move(story.session_id, DATE)
        facilitator.look_closely()
        assert "21 people will be told" in facilitator.words
        facilitator.press("Move the session")
        assert "You have moved the session" in facilitator.words

    told = post.wait_for(story.sink, "moved", 23)

    people = [*story.confirmed, story.over_the_cap, story.cast.facilitator, story.cast.support]
    assert post.addresses_of(told) == story.addresses(people)
    for mail in told:
        if mail.recipients == (story.over_the_cap.email,):
            assert mail.calendar is None
        else:
            story.keep_entry(mail, "REQUEST", sequence=1, start=DATE)


def the_confirmed_get_the_prework(story: Story) -> None:
    mails = post.wait_for(story.sink, "prework", 20)

    assert post.addresses_of(mails) == story.addresses(story.confirmed)
    assert all(
        "Think of a conversation in which somebody felt heard" in mail.text for mail in mails
    )
    assert post.of_kind(story.sink, "joining") == []


def the_confirmed_get_the_joining_instructions(story: Story) -> None:
    mails = post.wait_for(story.sink, "joining", 20)

    assert post.addresses_of(mails) == story.addresses(story.confirmed)
    parts = (
        "https://meet.example.org/core-conversations-42",
        "Wednesday 3 November 2027, 2pm to 4pm (UK time)",
        "2 hours",
        "coordinator@swa.example.org",
        "What is said in the room stays in the room.",
        "Come ten minutes early",
    )
    for mail in mails:
        assert [part for part in parts if part not in mail.text] == []
    post.wait_for(story.sink, "joining to run", 2)


def nobody_gets_anything_twice(story: Story) -> None:
    before = len(story.sink.received)
    for _ in range(2):
        story.product.restart_worker()
        assert "Sent: 0" in story.product.run("send-due")

    assert len(story.sink.received) == before


def two_give_back_late_and_the_caps_have_lifted(story: Story) -> None:
    """Who waited for their team's cap has a place now, and gets at once what the others have."""
    first, second = story.cast.bookers[12], story.cast.bookers[15]
    late = story.over_the_cap
    story.cancels(first, "Cancel my place")
    *_, given = post.wait_for(story.sink, "place given", 2)
    story.confirmed.append(late)
    story.cancels(second, "Cancel my place")

    assert given.recipients == (late.email,)
    story.keep_entry(given, "REQUEST", sequence=0, start=DATE)
    assert post.wait_for(story.sink, "prework", 21)[-1].recipients == (late.email,)
    assert post.wait_for(story.sink, "joining", 21)[-1].recipients == (late.email,)
    for mail in post.wait_for(story.sink, "cancelled", 3)[1:]:
        story.keep_entry(mail, "CANCEL", sequence=2, start=DATE)
    assert story.facts().places_taken == 19


def the_support_person_takes_attendance(story: Story) -> None:
    absent, sorry = story.confirmed[0], story.confirmed[6]
    marks = {absent.name: "Did not attend", sorry.name: "Sent apologies"}
    with story.as_support_person_on_a_phone() as support:
        support.take_attendance(story.session_id, marks)
        assert "Attendance saved" in support.words

    missed = post.wait_for(story.sink, "missed", 2)
    after = post.wait_for(story.sink, "after", 17)

    present = [player for player in story.confirmed if player not in (absent, sorry)]
    assert post.addresses_of(missed) == story.addresses([absent, sorry])
    assert post.addresses_of(after) == story.addresses(present)
    assert all("https://library.example.org/principles" in mail.text for mail in after)


def somebody_came_without_a_booking(story: Story) -> None:
    with story.as_support_person_on_a_phone() as support:
        support.open(f"/sessions/{story.session_id}/attendance")
        support.add_walk_in(story.cast.walk_in.name)
        assert "is added and marked as attended" in support.words

    assert post.wait_for(story.sink, "after", 18)[-1].recipients == (story.cast.walk_in.email,)
    assert story.facts().places_taken == 20


def every_mail_of_the_story_is_in_order(story: Story) -> None:
    """The book of all mails: no kind twice to anybody, nobody else's name, entries checked."""
    seen = set()
    for mail in list(story.sink.received):
        (recipient,) = mail.recipients
        strangers = [one for one in story.cast.participants if one.email != recipient]
        post.check_mail(mail, strangers)
        post.entry_of(mail)
        assert (recipient, post.kind_of(mail)) not in seen, f"twice: {mail.subject}"
        seen.add((recipient, post.kind_of(mail)))
    ids = [str(mail.message["Message-ID"]) for mail in story.sink.received]
    assert len(set(ids)) == len(ids)
    assert story.unsent() == ["refresher"] * 18, "six weeks later, to those who were there"
