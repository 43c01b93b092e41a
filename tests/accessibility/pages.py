"""The table of all pages: who opens which, with which object of the demonstration."""

from dataclasses import dataclass, field
from typing import Any

COORDINATOR, ADMINISTRATOR = "programme coordinator", "administrator"


@dataclass(frozen=True)
class PageToOpen:
    """One page and who looks at it.

    Attributes:
        role: A role, "anonymous", "participant", or a booking status for somebody who has one.
        arguments: Values of the route; a name of ``test_pages.NAMES`` is looked up.
        state: What is special about it.
    """

    endpoint: str
    role: str = "anonymous"
    arguments: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    state: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.endpoint, self.state)))


def of_session(
    endpoint: str, which: str = "coming", role: str = COORDINATOR, **more: Any
) -> PageToOpen:
    """Return a page about one session, by default as the programme coordinator sees it."""
    return PageToOpen(f"sessions.{endpoint}", role, {"session_id": which}, **more)


def of_people(endpoint: str, role: str = COORDINATOR, **arguments: Any) -> PageToOpen:
    """Return a page about people and organisations."""
    return PageToOpen(f"people.{endpoint}", role, arguments)


def of_text(endpoint: str, **arguments: Any) -> PageToOpen:
    """Return a page about the text of a message."""
    text = {"text_key": "sessions-joining-instructions"}
    return PageToOpen(f"messaging.{endpoint}", COORDINATOR, text | arguments)


PAGES = [
    *(
        PageToOpen(f"home.{name}")
        for name in ("start", "accessibility", "cookies", "help", "privacy")
    ),
    PageToOpen("home.dashboard", "confirmed"),
    PageToOpen("people.sign_in"),
    PageToOpen("people.register"),
    PageToOpen("people.open_link", arguments={"token": "a" * 43}, status=404),
    PageToOpen("people.open_registration", arguments={"token": "a" * 43}, status=404),
    PageToOpen("people.ask_to_join"),
    PageToOpen("people.join_request_sent"),
    PageToOpen("people.demo_people"),
    PageToOpen("people.account", "participant"),
    PageToOpen("people.access_needs", "participant"),
    PageToOpen("feeds.calendar", "facilitator"),
    PageToOpen("people.message_choices", "participant"),
    PageToOpen("people.stop_messages", arguments={"token": "a" * 43}),
    of_people("directory"),
    of_people("person", person_id="person"),
    of_people("person_add"),
    of_people("person_edit", person_id="person"),
    of_people("person_disable", person_id="person"),
    of_people("person_roles", ADMINISTRATOR, person_id="person"),
    of_people("import_people"),
    of_people("organisations"),
    of_people("organisation", organisation_id="organisation"),
    of_people("organisation_add"),
    of_people("organisation_edit", organisation_id="organisation"),
    of_people("team_add", organisation_id="organisation"),
    of_people("team_rename", team_id="team"),
    of_people("join_requests"),
    PageToOpen("messaging.mailbox"),
    PageToOpen("messaging.mailbox_message", arguments={"message_id": "message"}),
    PageToOpen("messaging.outbox", COORDINATOR),
    PageToOpen("messaging.plan", COORDINATOR),
    PageToOpen("messaging.progress", COORDINATOR),
    PageToOpen("messaging.addresses", COORDINATOR),
    PageToOpen("messaging.address_stop", COORDINATOR),
    PageToOpen("messaging.send_missed", COORDINATOR),
    PageToOpen("messaging.missed", COORDINATOR, {"person_id": "person"}),
    *(
        PageToOpen(f"messaging.{name}", COORDINATOR, {"message_id": "message"})
        for name in ("message", "message_edit", "message_skip", "message_time")
    ),
    of_session("session_messages"),
    of_session("messages_progress"),
    of_people("person_messages", person_id="person"),
    PageToOpen("people.own_messages", "confirmed"),
    *(
        PageToOpen(f"sessions.{name}", COORDINATOR)
        for name in ("send_rules", "send_rule_add", "send_text_add", "days_off")
    ),
    PageToOpen("sessions.send_rule", COORDINATOR, {"name": "prework"}),
    PageToOpen("replies.list_tasks", COORDINATOR),
    PageToOpen("sessions.place_question", arguments={"token": "a" * 43}, status=404),
    PageToOpen("messaging.texts", ADMINISTRATOR),
    of_text("text"),
    of_text("text_edit"),
    of_text("text_versions"),
    of_text("text_version", number=0),
    PageToOpen("sessions.list_sessions", "participant"),
    PageToOpen("sessions.month", "participant", {"year": "this year", "month": "this month"}),
    of_session("show", role="participant"),
    of_session("book", role="participant"),
    PageToOpen("sessions.my_bookings", "confirmed"),
    PageToOpen("sessions.booking", "confirmed", {"booking_id": "own confirmed"}),
    PageToOpen("sessions.booking_cancel", "confirmed", {"booking_id": "own confirmed"}),
    PageToOpen("sessions.run_list", COORDINATOR),
    PageToOpen("sessions.plan_session", COORDINATOR),
    of_session("desk"),
    of_session("desk_add"),
    PageToOpen(
        "sessions.desk_add_person", COORDINATOR, {"session_id": "coming", "person_id": "person"}
    ),
    of_session("attendance", "past"),
    of_session("sheet"),
    of_session("walk_in", "past"),
    of_session("move"),
    of_session("places"),
    of_session("cancel"),
    of_session("go_ahead", "small"),
    of_session("discard", "draft"),
    of_session("publish", "draft"),
    *(
        of_session(name, "draft")
        for name in (
            "checklist",
            "edit_place",
            "edit_people",
            "edit_plan",
            "add_part",
            "edit_joining",
            "edit_prework",
            "edit_providers",
            "edit_resources",
            "edit_size",
        )
    ),
    PageToOpen("sessions.list_topics", "participant"),
    PageToOpen("sessions.show_topic", "participant", {"topic_id": "topic"}),
    PageToOpen("sessions.create_topic", COORDINATOR),
    *(
        PageToOpen(f"sessions.{name}", COORDINATOR, {"topic_id": "topic"})
        for name in (
            "edit_topic",
            "edit_topic_about",
            "edit_topic_messages",
            "edit_topic_numbers",
            "edit_topic_providers",
        )
    ),
    PageToOpen("sessions.edit_topic_referral", COORDINATOR, {"topic_id": "specialist topic"}),
]
STATES = [
    PageToOpen("home.dashboard", COORDINATOR, state="coordinator"),
    PageToOpen("home.dashboard", "facilitator", state="facilitator"),
    PageToOpen("home.dashboard", "participant", state="participant"),
    PageToOpen(
        "sessions.list_sessions", "participant", query="?kind=core&places=yes", state="filtered"
    ),
    PageToOpen(
        "sessions.list_sessions", "participant", query="?borough=Nowhere", state="nothing found"
    ),
    of_session("show", "full", "participant", state="full"),
    of_session("show", "cancelled", "participant", state="cancelled"),
    of_session("show", "past", "participant", state="past"),
    of_session("show", "draft", state="draft"),
    of_session("desk", "full", state="full"),
    of_session("desk", "over a cap", state="over a cap"),
    of_session("desk", "small", state="below 12"),
    of_session("desk", "past", state="past"),
    of_session("desk", "cancelled", state="cancelled"),
    of_session("sheet", "full", state="full"),
    of_session("checklist", "coming", state="published"),
    PageToOpen("sessions.booking", "waiting", {"booking_id": "own waiting"}, state="waiting"),
    PageToOpen(
        "sessions.booking_cancel", "waiting", {"booking_id": "own waiting"}, state="waiting"
    ),
    PageToOpen("sessions.my_bookings", "waiting", state="waiting"),
    PageToOpen("sessions.my_bookings", ADMINISTRATOR, state="administrator"),
    PageToOpen("people.directory", COORDINATOR, query="?name=beg", state="search"),
]
EXCUSED = {
    "static": "files, not pages",
    "home.brand": "a stylesheet",
    "home.health": "for machines",
    "home.security": "a text file",
    "feeds.fetch": "a file",
    "sessions.open_dates": "a file",
    "sessions.open_dates_of_topic": "a file",
    "sessions.booking_calendar": "a file, tested with the calendar engines",
    "messaging.address_lift": "needs a stopped address; below in test_states_with_rows.py",
    "messaging.text_delete": "needs a text of their own; below in test_states_with_rows.py",
    "messaging.text_check": "needs a draft; below in test_states_with_rows.py",
    "messaging.text_frame": "the HTML part of one text in its own frame; its pages are tested",
    "messaging.mailbox_html": "the HTML part of one e-mail in its own frame; its pages are tested",
    "messaging.mailbox_invitation": "a file",
    "people.check_email": "needs a request of the same browser; tests/story opens it",
    "people.check_registration_email": "the same",
    "people.register_details": "the same",
    "people.accept_request": "needs a request to join; below in test_states_with_rows.py",
    "people.decline_request": "the same",
    "people.import_show": "needs an uploaded file; below in test_states_with_rows.py",
    "people.import_refused": "a file",
    "people.import_template": "a file",
    "people.person_enable": "needs a disabled person; below in test_states_with_rows.py",
    "people.person_role_take_away": "needs a role in its address; the same page as below",
    "replies.show_task": "needs a letter; in test_replies.py",
    "sessions.book_check": "needs the answers of the page before; tests/story opens it",
    "sessions.desk_remove": "needs a booking of the session; below in test_states_with_rows.py",
    "sessions.move_check": "needs the answers of the page before; tests/story opens it",
    "sessions.places_check": "needs the answer of the page before; test_states_with_rows.py",
    "sessions.edit_part": "needs a part of a plan; below in test_states_with_rows.py",
}
