"""Random histories of two sessions, page by page: what people press, and what every screen says."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete, update

from swa.core import clock
from swa.core.dates import local_date
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.access import COOKIE
from swa.people.services import web_sessions
from swa.sessions.models import Booking, Topic, TrainingSession
from swa.sessions.types import Mode
from tests.sessions.plain_rows import Member, Rows
from tests.sessions.screens import EVERY_DAY, Screens
from tests.support.factories import Make
from tests.support.tabs import Browser, Page

PEOPLE = 6
WHO = st.integers(0, PEOPLE - 1)
WHICH = st.integers(0, 1)
OFTEN, TWICE = st.integers(0, 9), st.booleans()
ANSWERS = {"access_needs": "", "question": "What if somebody cries?"}
HOURS = (("9:30am", "11:30am"), ("1:30pm", "3:30pm"))  # nobody runs two sessions at once
SIGN_IN = "/sign-in"


class HttpHistory(RuleBasedStateMachine):
    """Everybody has a browser of their own, goes back in it, and presses some buttons twice."""

    app: Flask
    make: Make
    topic: Topic
    people: list[Member]
    staff: Member

    @initialize(
        largest=st.tuples(st.integers(1, 3), st.integers(1, 2)),
        percent=st.sampled_from([50, 100]),
        days=st.sampled_from([4, 20]),
    )
    def begin(self, largest: tuple[int, int], percent: int, days: int) -> None:
        first = clock.utc_now().replace(hour=9, minute=30) + timedelta(days=days)
        self.ids = [
            self.make.session(
                topic=self.topic,
                starts_at=first + timedelta(days=n, hours=4 * n),
                places={"largest": most, "most_per_team": 2, "most_percent": percent},
                mode=mode,
                venue="East Ham Library",
                lead_facilitator_id=self.staff.id,
                support_person_id=None,
            ).id
            for n, (most, mode) in enumerate(zip(largest, Mode, strict=True))
        ]
        self.browsers = {each.id: self._sign_in(each) for each in [*self.people, self.staff]}
        self.open_tabs: list[tuple[Member, Page, str, dict[str, str]]] = []
        self.rows = Rows(self.ids)
        self.looked = 0
        self.may_book: set[tuple[int, int]] = set()
        self.may_end: set[int] = set()

    @rule(who=WHO, which=WHICH, twice=TWICE)
    def book(self, who: int, which: int, twice: bool) -> None:
        """Answer the questions, check the answers, book; pressing twice makes one booking."""
        person, session_id = self.people[who], self.ids[which]
        had = self.rows.live(session_id, person.id)
        page = self._check_answers(person, session_id)
        if page is None:
            assert had or not self._is_open(session_id)
            return
        assert self._is_open(session_id)
        self.may_book.add((session_id, person.id))
        if twice:
            self._press(person, page, _check_of(session_id), twice=True)
        shown = None if twice else self.browsers[person.id].press(page, _check_of(session_id))
        (mine,) = Rows(self.ids).live(session_id, person.id)
        if shown:
            has_place = "You have booked a place" in shown.words
            assert has_place == (mine.status == "confirmed")
            assert has_place or "You are on the waiting list" in shown.words

    @rule(who=WHO, which=WHICH)
    def leave_open(self, who: int, which: int) -> None:
        """Come as far as the last button of a booking, and leave the tab open."""
        person, session_id = self.people[who], self.ids[which]
        page = self._check_answers(person, session_id)
        if page:
            self.open_tabs.append((person, page, _check_of(session_id), {}))

    @precondition(lambda self: self.open_tabs)
    @rule(n=OFTEN, twice=TWICE)
    def go_back(self, n: int, twice: bool) -> None:
        """Press the button of an old tab, whatever has happened since it was opened."""
        person, page, path, fields = self.open_tabs[n % len(self.open_tabs)]
        words = path.strip("/").split("/")
        if words[0] == "bookings":
            self.may_end.add(int(words[1]))
        elif "remove" in words:
            self.may_end.add(int(words[-1]))
        elif "book" in words:
            self.may_book.add((int(words[1]), person.id))
        self._press(person, page, path, twice=twice, **fields)

    @rule(who=WHO, n=OFTEN, twice=TWICE, keeps=st.booleans())
    def give_back(self, who: int, n: int, twice: bool, keeps: bool) -> None:
        """Cancel a booking, or leave the page that asks once more open."""
        person = self.people[who]
        mine = self.rows.live(person_id=person.id)
        if not mine:
            return
        row = mine[n % len(mine)]
        path = f"/bookings/{row.id}/cancel"
        page = self.browsers[person.id].open(path)
        assert page.has_form(path) == self._is_open(row.session_id)
        self._press_or_keep(person, page, path, may_end=row.id, keeps=keeps, twice=twice)
        if page.has_form(path) and not keeps:
            assert row.id not in {each.id for each in Rows(self.ids).live()}

    @rule(which=WHICH, n=OFTEN, twice=TWICE, keeps=st.booleans())
    def remove(self, which: int, n: int, twice: bool, keeps: bool) -> None:
        """Let the coordinator cancel somebody's booking from the desk."""
        live = self.rows.live(self.ids[which])
        if not live or not self._is_open(self.ids[which]):
            return
        row = live[n % len(live)]
        path = f"/sessions/{self.ids[which]}/desk/remove/{row.id}"
        page = self.browsers[self.staff.id].open(path)
        assert self._name_of(row) in page.words
        self._press_or_keep(self.staff, page, path, may_end=row.id, keeps=keeps, twice=twice)
        if not keeps:
            assert row.id not in {each.id for each in Rows(self.ids).live()}

    @rule(which=WHICH, days=st.integers(1, 40), twice=TWICE)
    def move(self, which: int, days: int, twice: bool) -> None:
        browser, session_id = self.browsers[self.staff.id], self.ids[which]
        path = f"/sessions/{session_id}/move"
        page = browser.open(path)
        if not self._is_open(session_id):
            assert not page.has_form(path)
            return
        answers = _new_date(local_date(clock.utc_now() + timedelta(days=days)), HOURS[which])
        page = browser.press(page, path, **answers)
        if page.status == 200:  # otherwise it has this date already
            self._screens().check_told(page, session_id)
            self._press(self.staff, page, f"{path}/check", twice=twice)
            start = Rows(self.ids).sessions[session_id].starts_at
            assert local_date(start).day == int(answers["starts_on-day"])

    @rule(which=WHICH, largest=st.integers(1, 3), twice=TWICE)
    def change_places(self, which: int, largest: int, twice: bool) -> None:
        browser, session_id = self.browsers[self.staff.id], self.ids[which]
        path = f"/sessions/{session_id}/plan/size"
        session, held = self.rows.sessions[session_id], len(self.rows.held(session_id))
        numbers = {name: getattr(session, name) for name in ("most_per_team", "most_percent")}
        sizes = {"smallest": 1, "recommended": 1, "largest": largest, "caps_lift_days": 5}
        self._press(self.staff, browser.open(path), path, twice=twice, **numbers, **sizes)
        after = Rows(self.ids).sessions[session_id].largest
        assert after == (largest if largest >= held else session.largest)

    @precondition(lambda self: self.rows.bookings)
    @rule(which=WHICH, rarely=OFTEN, keeps=st.booleans(), twice=TWICE)
    def call_off(self, which: int, rarely: int, keeps: bool, twice: bool) -> None:
        """Call a session off, or leave the page that asks once more open."""
        session_id = self.ids[which]
        path = f"/sessions/{session_id}/cancel"
        page = self.browsers[self.staff.id].open(path)
        assert page.has_form(path) == self._is_open(session_id)
        if not page.has_form(path):
            return
        self._screens().check_told(page, session_id)
        reason = {"reason": "The room is flooded"}
        if keeps and rarely == 0:
            self.open_tabs.append((self.staff, page, path, reason))
        elif rarely <= 1:
            self._press(self.staff, page, path, twice=twice, **reason)
            assert Rows(self.ids).sessions[session_id].status == "cancelled"

    @rule(who=WHO, place=st.sampled_from(list(Mode)), days=st.integers(0, 40), free=st.booleans())
    def look_for(self, who: int, place: Mode, days: int, free: bool) -> None:
        """Set filters, take one away again, and find what fits each time."""
        day = local_date(clock.utc_now() + timedelta(days=days))
        after = dict(zip(("after-day", "after-month", "after-year"), _parts(day), strict=True))
        chosen = {"place": place.value, **after} | ({"free": "y"} if free else {})
        fits = [row for row in self.rows.published() if local_date(row.starts_at) >= day]
        if free:
            fits = [row for row in fits if self.rows.left(row.id)]
        screens, browser = self._screens(), self.browsers[self.people[who].id]
        screens.check_found(
            browser.open("/sessions/", **chosen), [r for r in fits if r.mode == place]
        )
        del chosen["place"]
        screens.check_found(browser.open("/sessions/", **chosen), fits)

    @rule(who=st.integers(0, PEOPLE))
    def sign_out_and_in(self, who: int) -> None:
        """Sign out; what the old tabs of this browser still show changes nothing any more."""
        person = [*self.people, self.staff][who]
        browser = self.browsers[person.id]
        browser.press(browser.open("/bookings/"), "/sign-out")
        assert browser.open("/bookings/").path.startswith(SIGN_IN)
        for owner, page, path, fields in self.open_tabs:
            if owner is person:
                browser.press_and_leave(page, path, **fields)
        assert Rows(self.ids).bookings == self.rows.bookings
        self.browsers[person.id] = self._sign_in(person, browser)

    @invariant()
    def check(self) -> None:
        """Compare the rows with what they were, and the screens with the rows."""
        before, self.rows = self.rows, Rows(self.ids)
        self.rows.check_since(before, may_book=self.may_book, may_end=self.may_end)
        self.may_book, self.may_end = set(), set()
        self.looked += 1
        session_id = self.ids[self.looked % len(self.ids)]
        person = self.people[self.looked % PEOPLE]
        checks = self._screens().everything(session_id, person, self.browsers[person.id])
        others = checks[EVERY_DAY:]
        has_changed = vars(before) != vars(self.rows)
        for look in checks[:EVERY_DAY] if has_changed else checks[: self.looked % 2]:
            look()
        others[self.looked % len(others)]()

    def teardown(self) -> None:
        """Take the sessions of this history out of every list."""
        if hasattr(self, "ids"):
            with transaction():
                db.session.execute(delete(OutboxMessage))
                mine = Booking.session_id.in_(self.ids)
                db.session.execute(update(Booking).where(mine).values(status="cancelled"))
                these = update(TrainingSession).where(TrainingSession.id.in_(self.ids))
                db.session.execute(these.values(status="cancelled", published_at=None))

    def _check_answers(self, person: Member, session_id: int) -> Page | None:
        """Go as far as the page with the last button; None where there is nothing to book."""
        browser, path = self.browsers[person.id], f"/sessions/{session_id}/book"
        page = browser.open(path)
        if not page.has_form(path):
            return None
        page = browser.press(page, path, **ANSWERS)
        assert page.has_form(_check_of(session_id))
        return page

    def _press_or_keep(
        self, person: Member, page: Page, path: str, *, may_end: int, keeps: bool, twice: bool
    ) -> None:
        if not page.has_form(path):
            return
        if keeps:
            self.open_tabs.append((person, page, path, {}))
        else:
            self.may_end.add(may_end)
            self._press(person, page, path, twice=twice)

    def _press(self, person: Member, page: Page, path: str, *, twice: bool, **fields: Any) -> None:
        """Press a button; what it led to is on the screens that are looked at next."""
        browser = self.browsers[person.id]
        (browser.press_twice if twice else browser.press_and_leave)(page, path, **fields)

    def _sign_in(self, person: Member, browser: Browser | None = None) -> Browser:
        """Sign in anew; the form tokens of the browser stay as they were."""
        with transaction():
            token = web_sessions.begin(person.id, browser="test", now=clock.utc_now())
        kept: Mapping[str, str] = browser.cookies if browser else {}
        return Browser(self.app, {**kept, COOKIE: token})

    def _screens(self) -> Screens:
        people = {person.id: person for person in self.people}
        return Screens(self.rows, people, self.browsers[self.staff.id])

    def _is_open(self, session_id: int) -> bool:
        return bool(self.rows.sessions[session_id].status == "published")

    def _name_of(self, row: Any) -> str:
        return next(person.name for person in self.people if person.id == row.person_id)


def _check_of(session_id: int) -> str:
    return f"/sessions/{session_id}/book/check"


def _parts(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def _new_date(day: date, hours: tuple[str, str]) -> dict[str, str]:
    names = ("starts_on-day", "starts_on-month", "starts_on-year")
    return dict(zip(names, _parts(day), strict=True)) | {
        "starts_at": hours[0],
        "ends_at": hours[1],
        "mode": "in person",
        "online_link": "",
        "venue": "East Ham Library",
    }
