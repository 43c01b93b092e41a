"""What each screen says of places and turns, compared with the rows (invariant 10 of RL-1)."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from swa.core.dates import local_date
from swa.core.db import db
from swa.messaging.models import OutboxMessage
from swa.messaging.types import UNSENT
from tests.sessions.plain_rows import Member, Rows
from tests.support.tabs import Browser, Page, words_of

MESSAGES = OutboxMessage.__table__.c
TAG = re.compile(r'<strong class="govuk-tag[^"]*">(.*?)</strong>', re.DOTALL)
NAME = re.compile(r"<strong>(.*?)</strong><br>")
SHARE = re.compile(r'app-shares__number">(\d+) of')
EVERY_DAY = 5  # of the screens, those that people look at most
CARD = '<li class="app-card'
ENTRY = '<li class="app-month__entry">'


class Screens:
    """Opens screens and says what is wrong with their counts.

    Args:
        rows: As they are now.
        people: Everybody by id.
        staff: The browser of the coordinator, who leads the sessions.
    """

    def __init__(self, rows: Rows, people: Mapping[int, Member], staff: Browser) -> None:
        self.rows, self.people, self.staff = rows, people, staff

    def check_session(self, session_id: int, person: Member, browser: Browser) -> None:
        page = browser.open(f"/sessions/{session_id}")
        mine = self.rows.live(session_id, person.id)
        assert _tags(page.main)[0] == self._state(session_id)
        if self.rows.sessions[session_id].status == "published":
            has_place = bool(mine) and mine[0].status == "confirmed"
            assert ("You have a place on this" in page.words) == has_place
            assert ("You are on the waiting list" in page.words) == (bool(mine) and not has_place)
            assert ("Book a place" in page.words) == (not mine and self.rows.left(session_id) > 0)
        shown = page.main.split("Organisations taking part")[1].split("Questions")[0]
        names = {self._person(row).organisation for row in self.rows.held(session_id)}
        assert re.findall(r"<li>(.*?)</li>", shown) == sorted(names)

    def check_list(self, browser: Browser) -> None:
        page = browser.open("/sessions/")
        listed = [row.id for row in self.rows.published()]
        assert self._cards(page) == {each: [self._state(each)] for each in listed}
        assert f"{_sessions(len(listed))} to come" in page.words

    def check_found(self, page: Page, fits: list[Any]) -> None:
        """The list with filters has those sessions that fit them."""
        assert self._cards(page) == {row.id: [self._state(row.id)] for row in fits}
        assert f"{_sessions(len(fits))} found" in page.words

    def check_my_bookings(self, person: Member, browser: Browser) -> None:
        parts = browser.open("/bookings/").parts(CARD)
        shown = {int(_id_in(part, "/bookings/")): _tags(part) for part in parts}
        assert shown == {row.id: [self._status(row)] for row in self.rows.live(person_id=person.id)}

    def check_booking(self, row: Any, browser: Browser) -> None:
        words = browser.open(f"/bookings/{row.id}").words
        place_in_line = re.search(r"You are number (\d+) on", words)
        waiting = [each.id for each in self.rows.waiting(row.session_id)]
        if row.id in waiting and self.rows.sessions[row.session_id].status == "published":
            assert place_in_line
            assert int(place_in_line[1]) == waiting.index(row.id) + 1
        else:
            assert not place_in_line

    def check_desk(self, session_id: int) -> None:
        page = self.staff.open(f"/sessions/{session_id}/desk")
        held, waiting = self.rows.held(session_id), self.rows.waiting(session_id)
        by_name = sorted(held, key=lambda row: (self._person(row).name.lower(), row.id))
        assert f"{self._taken(session_id)} places taken" in page.words
        assert f"Waiting {_people(len(waiting))}" in page.words
        coming = "Who had a place" if self._is_off(session_id) else "Who is coming"
        assert _names_below(page, coming) == [self._person(row).name for row in by_name]
        assert _names_below(page, "Waiting list") == [self._person(row).name for row in waiting]
        mix = page.main.split(">Mix<")[-1].split(">Teams<")[0] if held else ""
        shares = Counter(row.organisation_id for row in held).values()
        assert sorted(map(int, SHARE.findall(mix))) == sorted(shares)
        assert _numbers_of_mails(page) == self._planned(held + waiting)

    def check_sheet(self, session_id: int) -> None:
        table = self.staff.open(f"/sessions/{session_id}/sheet").main.split("<tbody")[1]
        names = re.findall(r'govuk-table__cell">([^<]+)<br>', table)
        held = [self._person(row).name for row in self.rows.held(session_id)]
        assert sorted(names) == sorted(held)

    def check_month(self, session_id: int, browser: Browser) -> None:
        day = local_date(self.rows.sessions[session_id].starts_at)
        page = browser.open(f"/sessions/month/{day.year}/{day.month}")
        of_session = [part for part in page.parts(ENTRY) if _is_about(part, session_id)]
        shown = [_tags(part.split("</li>")[0]) for part in of_session]
        state = self._state(session_id)
        assert shown == 2 * [[] if state.endswith("left") else [state]], "on paper and on a phone"

    def check_run_list(self) -> None:
        page = self.staff.open("/sessions/run/")
        self._check_taken(page.parts(CARD), "/sessions/")

    def check_home(self) -> None:
        """The start page of who runs the sessions."""
        self._check_taken(self.staff.open("/home").parts(CARD), "/sessions/")

    def check_topic(self, session_id: int, browser: Browser) -> None:
        topic_id = self.rows.sessions[session_id].topic_id
        page = browser.open(f"/topics/{topic_id}")
        dates = page.main.split("Next dates")[1].split("</ul>")[0].split("<li>")[1:]
        shown = {int(_id_in(part, "/sessions/")): words_of(part) for part in dates}
        listed = [row.id for row in self.rows.published() if row.topic_id == topic_id]
        assert sorted(shown) == sorted(listed)
        for each, words in shown.items():
            assert words.endswith(", " + self._state(each).replace("Full", "full"))

    def check_told(self, page: Page, session_id: int) -> None:
        """The page that asks once more says how many people will be told."""
        told = len(self.rows.live(session_id))
        assert (f"{_people(told)} will be" if told else "Nobody has booked yet") in page.words

    def everything(
        self, session_id: int, person: Member, browser: Browser
    ) -> list[Callable[[], None]]:
        """Return the checks of all screens, those that people look at most before the others."""
        mine = self.rows.live(session_id, person.id)
        return [
            lambda: self.check_session(session_id, person, browser),
            lambda: self.check_list(browser),
            lambda: self.check_my_bookings(person, browser),
            lambda: self.check_desk(session_id),
            lambda: self.check_month(session_id, browser),
            self.check_run_list,
            self.check_home,
            lambda: self.check_topic(session_id, browser),
            lambda: self.check_sheet(session_id),
            *(lambda: self.check_booking(row, browser) for row in mine),
        ]

    def _check_taken(self, parts: list[str], prefix: str) -> None:
        shown = {int(_id_in(part, prefix)): words_of(part) for part in parts}
        listed = [row.id for row in self.rows.published()]
        assert sorted(shown) == sorted(listed)
        for each, words in shown.items():
            assert f" {self._taken(each)} place" in words

    def _cards(self, page: Page) -> dict[int, list[str]]:
        return {int(_id_in(part, "/sessions/")): _tags(part) for part in page.parts(CARD)}

    def _state(self, session_id: int) -> str:
        left = self.rows.left(session_id)
        if self._is_off(session_id):
            return "Cancelled"
        return f"{left} place{'s' if left != 1 else ''} left" if left else "Full"

    def _status(self, row: Any) -> str:
        if self._is_off(row.session_id):
            return "Session cancelled"
        return "Waiting" if row.status == "waiting" else "Confirmed"

    def _taken(self, session_id: int) -> str:
        return f"{len(self.rows.held(session_id))} of {self.rows.sessions[session_id].largest}"

    def _is_off(self, session_id: int) -> bool:
        return bool(self.rows.sessions[session_id].status == "cancelled")

    def _person(self, row: Any) -> Member:
        return self.people[row.person_id]

    def _planned(self, rows: list[Any]) -> dict[str, int]:
        occasions = [f"booking {row.id}" for row in rows]
        unsent = (
            select(MESSAGES.kind, func.count())
            .where(MESSAGES.occasion.in_(occasions), MESSAGES.state.in_(list(UNSENT)))
            .group_by(MESSAGES.kind)
        )
        with db.engine.connect() as connection:
            return {kind.capitalize(): number for kind, number in connection.execute(unsent)}


def _tags(markup: str) -> list[str]:
    return [words_of(found) for found in TAG.findall(markup)]


def _sessions(number: int) -> str:
    return "1 session" if number == 1 else f"{number} sessions"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _id_in(part: str, prefix: str) -> str:
    found = re.search(rf'href="{prefix}(\d+)', part)
    assert found, f"a card leads nowhere: {part[:200]}"
    return found[1]


def _is_about(part: str, session_id: int) -> bool:
    return _id_in(part, "/sessions/") == str(session_id)


def _below(page: Page, caption: str) -> str:
    """Return the table with this caption, "" for none."""
    after = page.main.split(f"{caption}</caption>")[1:]
    return after[0].split("</table>")[0] if after else ""


def _names_below(page: Page, caption: str) -> list[str]:
    return [words_of(name) for name in NAME.findall(_below(page, caption))]


def _numbers_of_mails(page: Page) -> dict[str, int]:
    rows = _below(page, "Emails that are planned").split("<tr")[2:]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return {words_of(kind): int(number) for kind, _, number in cells}
