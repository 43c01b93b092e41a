"""What each of the story does with the pages, in their own words and through a real browser."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from playwright.sync_api import Locator

from swa.core.dates import LONDON
from tests.support.browser import AXE, PHONE, WIDE, Visit, axe_findings, faults_of

LINK = "https://meet.example.org/core-conversations-42"
PREWORK = "Think of a conversation in which somebody felt heard, and bring it with you."
JOINING = "Come ten minutes early, with a camera if you have one."
EXPECTATIONS = "What is said in the room stays in the room."
RESOURCES = "The four principles: https://library.example.org/principles"
NEEDS = "Captions, because my hearing is poor"
QUESTION = "How do I end a call with somebody who is lonely?"


@dataclass
class Person:
    """Somebody with a browser."""

    visit: Visit
    address: str

    def open(self, path: str) -> None:
        answer = self.visit.page.goto(path if "://" in path else self.address + path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"

    def fill(self, label: str, text: str) -> None:
        self.visit.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        self.visit.page.get_by_label(label, exact=True).check()

    def select(self, label: str, option: str) -> None:
        self.visit.page.get_by_label(label, exact=True).select_option(label=option)

    def press(self, button: str) -> None:
        with self.visit.page.expect_navigation():
            self.visit.page.get_by_role("button", name=button, exact=True).first.click()

    def follow(self, link: str) -> None:
        with self.visit.page.expect_navigation():
            self.visit.page.get_by_role("link", name=link, exact=True).first.click()

    def fill_date(self, moment: datetime) -> None:
        local = moment.astimezone(LONDON)
        for part in ("Day", "Month", "Year"):
            self.fill(part, str(getattr(local, part.lower())))

    @property
    def heading(self) -> str:
        return self.visit.page.locator("h1").inner_text()

    @property
    def words(self) -> str:
        return self.visit.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        return urlsplit(self.visit.page.url).path

    @property
    def number_in_path(self) -> int:
        return int(next(part for part in self.path.split("/") if part.isdigit()))

    def row(self, *words: str) -> Locator:
        """Return the row of a table or list that has all these words."""
        rows = self.visit.page.locator("tr, li, .govuk-summary-list__row")
        for word in words:
            rows = rows.filter(has_text=word)
        return rows

    def look_closely(self) -> None:
        """Check the open page as the accessibility gate does, at both sizes."""
        page = self.visit.page
        page.evaluate(AXE)
        assert faults_of(self.visit) == []
        size = page.viewport_size
        for width, height in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            assert axe_findings(page) == []
        if size:
            page.set_viewport_size(size)


class Anybody(Person):
    """Signs in or registers; what stands in the mail is handed over by the story."""

    def ask_for_a_link(self, email: str) -> None:
        self.open("/sign-in")
        self.fill("Email address", email)
        self.press("Email me a link")

    def use_the_link(self, link: str, button: str) -> None:
        self.open(link)
        self.press(button)

    def type_the_code(self, code: str) -> None:
        self.fill("Code from the email", code)
        self.press("Continue")

    def register(self, email: str, name: str) -> None:
        self.open("/register")
        self.fill("Work email address", email)
        self.press("Continue")
        self.look_closely()
        self.fill("Your name", name)
        self.fill("Your job role", "Outreach worker")
        self.choose("Paid")
        self.fill("Your team (optional)", "Outreach")
        self.press("Email me a link to finish")


class Coordinator(Person):
    """Makes a topic."""

    def create_topic(self, title: str) -> None:
        self.open("/topics/")
        self.press("Add a topic")
        self.choose("Core Conversations")
        self.fill("Title", title)
        self.fill("Overview", "How to listen so that people feel heard.")
        self.fill("Who it is for", "Everybody who talks with residents.")
        self.fill("Who it is not for", "People who look for legal advice.")
        self.fill("Usual length", "120")
        self.press("Add topic")
        self.follow("Prework and joining instructions")
        self.choose("Yes")
        self.fill("Prework", PREWORK)
        self.fill("Time for the prework", "20")
        self.fill("Joining instructions", JOINING)
        self.fill("What to expect on the day", EXPECTATIONS)
        self.press("Save")


class Facilitator(Person):
    """Plans, publishes and moves a session."""

    def plan(self, title: str, start: datetime) -> int:
        self.open("/sessions/new")
        self.select("Topic", f"{title} (Core Conversations)")
        self.fill_date(start)
        self.fill("Start time", "9:30am")
        self.choose("Online")
        self.press("Continue")
        return self.number_in_path

    def complete_the_checklist(self, lead: str, support: str) -> None:
        self.follow("Date and place")
        self.fill("Online link (optional)", LINK)
        self.select("Borough", "Newham")
        self.press("Save")
        self.follow("People who run it")
        self.select("Lead facilitator", lead)
        self.select("Support person", support)
        self.press("Save")
        self.follow("Organisations that run it")
        self.choose("Praxis")
        self.press("Save")
        self.follow("Session plan")
        self.press("Start with the example plan")
        self.press("We have agreed the plan")
        self.follow("Back to the plan")
        self._go_through_texts()

    def _go_through_texts(self) -> None:
        """Look at what came from the topic, and say what people get afterwards."""
        for page in ("Joining instructions and expectations", "Prework", "Places and limits"):
            self.follow(page)
            self.press("Save")
        self.follow("Resources for afterwards")
        self.fill("Resources", RESOURCES)
        self.press("Save")

    def move(self, session_id: int, start: datetime) -> None:
        """Ask for the move; the next page asks once more."""
        self.open(f"/sessions/{session_id}/desk")
        self.follow("Move the session")
        self.fill_date(start)
        self.fill("Start time", "2pm")
        self.fill("End time", "4pm")
        self.press("Continue")


class Participant(Person):
    """Books a place, or a turn; gives it back."""

    def answer_the_questions(self, title: str, *, needs: str = "", question: str = "") -> None:
        self.open("/sessions/")
        self.visit.page.get_by_role("link", name=title).first.click()
        self.visit.page.get_by_role("button", name="Book a place").or_(
            self.visit.page.get_by_role("button", name="Join the waiting list")
        ).click()
        self.fill("Do you have any access needs? (optional)", needs)
        self.fill("Is there a question or situation you would like covered? (optional)", question)
        self.press("Continue")

    def book(self) -> int:
        """Press the button of the last page; return the number of the booking."""
        is_place = self.visit.page.get_by_role("button", name="Book place").is_visible()
        self.press("Book place" if is_place else "Join the waiting list")
        return self.number_in_path

    def cancel(self, booking_id: int, link: str) -> None:
        self.open(f"/bookings/{booking_id}")
        self.follow(link)
        self.press("Cancel my place")


class SupportPerson(Person):
    """Takes attendance on a phone."""

    def take_attendance(self, session_id: int, marks: dict[str, str]) -> None:
        """Mark everyone attended, then those who were not; ``marks`` is by name."""
        self.open(f"/sessions/{session_id}/attendance")
        self.press("Mark everyone attended")
        for name, mark in marks.items():
            person = self.visit.page.get_by_role("group", name=name)
            person.get_by_label(mark, exact=True).check()
        self.press("Save attendance")

    def add_walk_in(self, name: str) -> None:
        self.follow("Add somebody who came without a booking")
        self.fill("Name or email address", name.rsplit(maxsplit=1)[-1])
        self.press("Search")
        self.choose(name)
        self.press("Add and mark as attended")
