"""What the texts of messages about sessions may name, each with what it means and a sample.

The values are worked out in ``values``; a test holds the two together.

Source:
    MT-04 (placeholders from a fixed list, with descriptions).
"""

from swa.messaging.texts.types import Condition, Family, Form, Lists, Placeholder

SESSION = {
    "name": Placeholder("The person’s name", "Amina Begum"),
    "session_title": Placeholder("The title of the session", "Core Conversations: listening first"),
    "session_start": Placeholder("Day and time", "Thursday 1 April 2027 at 2pm"),
    "session_day": Placeholder("The day", "Thursday 1 April 2027"),
    "session_hours": Placeholder(
        "Day, start and end", "Thursday 1 April 2027, 2pm to 4pm (UK time)"
    ),
    "session_length": Placeholder("How long it is", "2 hours"),
    "session_place": Placeholder("“Online”, or the address", "Online"),
    "joining_link": Placeholder(
        "Link to join an online session; empty for people without a place",
        "https://meet.example.org/room",
        Form.TEXT,
        may_be_empty=True,
    ),
    "joining_instructions": Placeholder(
        "What the facilitator wrote about joining; empty for people without a place",
        "Come ten minutes early to test your sound.",
        Form.TEXT,
        may_be_empty=True,
    ),
    "expectations": Placeholder(
        "What the facilitator wrote about the day",
        "What is said stays in the room.\n\nYou may keep your camera off.",
        Form.TEXT,
        may_be_empty=True,
    ),
    "sessions_link": Placeholder("Link to the list of sessions", "/sessions/", Form.LINK),
}
PLACE = {
    "online": Condition("The session is online", sample=True),
    "in_person": Condition("The session is in person"),
}
CALENDAR = {
    "has_calendar": Condition("This email brings or changes a calendar entry", sample=True),
}
BOOKING = SESSION | {
    "booking_reference": Placeholder("The reference of the booking", "K7MX4QPA"),
    "booking_link": Placeholder("Link to the booking", "/bookings/1", Form.LINK),
    "cancel_link": Placeholder("Link to give the place back", "/bookings/1/cancel", Form.LINK),
    "prework": Placeholder(
        "What to do before the session",
        "Think of a conversation that went well.\n\n- What was said?\n- What was heard?",
        Form.TEXT,
        may_be_empty=True,
    ),
    "prework_length": Placeholder("How long the prework takes", "20 minutes"),
    "resources": Placeholder(
        "What the facilitator gives people to keep",
        "Slides: https://library.example.org/slides",
        Form.TEXT,
        may_be_empty=True,
    ),
    "how_to_refer": Placeholder(
        "How to refer somebody, from the topic",
        "Call the front desk on 020 7946 0123.",
        Form.TEXT,
        may_be_empty=True,
    ),
    "when_to_refer": Placeholder(
        "When to refer somebody, from the topic",
        "When somebody may lose their home.",
        Form.TEXT,
        may_be_empty=True,
    ),
    "limits_of_advice": Placeholder(
        "What people may not advise on, for regulated topics",
        "You may not give immigration advice.",
        Form.TEXT,
        may_be_empty=True,
    ),
}
NEXT_MESSAGES = {
    "prework_day": Placeholder(
        "When the prework comes; empty when it comes at once",
        "Monday 29 March 2027",
        may_be_empty=True,
    ),
    "joining_day": Placeholder(
        "When the joining instructions come; empty when they come at once",
        "Tuesday 30 March 2027",
        may_be_empty=True,
    ),
}
WHAT_COMES = {
    "prework_comes": Condition("The prework comes in an email of its own", sample=True),
    "joining_comes": Condition("The joining instructions come in an email too", sample=True),
}
TURN = {
    "turn": Placeholder("Their number in line; empty for who is next", "2", may_be_empty=True),
    "places": Placeholder("How many places the session has", "20"),
    "most_per_team": Placeholder("How many places one team can have", "4"),
    "most_per_organisation": Placeholder("How many places one organisation can have", "10"),
    "open_to_all_from": Placeholder(
        "When free places open to everybody", "Saturday 27 March 2027 at 2pm"
    ),
}
WHY_WAITING = {
    "next_in_line": Condition("They are next in line"),
    "full": Condition("All places are taken", sample=True),
    "only_one_place": Condition("The session has one place only"),
    "team_has_its_places": Condition("Their team has as many places as one team can have"),
    "organisation_has_its_places": Condition(
        "Their organisation has as many places as one organisation can have"
    ),
}
BEFORE = {
    "before_hours": Placeholder(
        "Day, start and end as they were",
        "Thursday 25 March 2027, 2pm to 4pm (UK time)",
        may_be_empty=True,
    ),
    "before_place": Placeholder("The place as it was", "Online", may_be_empty=True),
}
WHAT_MOVED = {
    "new_date": Condition("The date or the time is another one", sample=True),
    "new_place": Condition("The place is another one"),
}
CANCEL_REASON = {
    "cancel_reason": Placeholder(
        "Why the session was cancelled", "The room is flooded.", Form.TEXT
    ),
}
SECRET_LINK = {
    "secret_link": Placeholder(
        "The link to say whether they come", "/bookings/question/example", Form.LINK
    ),
}
PROPOSED = {
    "proposed_hours": Placeholder(
        "Day, start and end as proposed", "Friday 2 April 2027, 2pm to 4pm (UK time)"
    ),
}
RUN = SESSION | {
    "desk_link": Placeholder("Link to the desk of the session", "/sessions/1/desk", Form.LINK),
    "attendance_link": Placeholder("Link to take attendance", "/sessions/1/attendance", Form.LINK),
    "people_coming": Placeholder("How many people have a place", "14 people"),
    "organisations_coming": Placeholder("From how many organisations", "6 organisations"),
    "lead_facilitator": Placeholder("Who runs the session", "Rosa Okafor", may_be_empty=True),
    "co_facilitator": Placeholder("The second facilitator", "Sam Osei", may_be_empty=True),
    "support_person": Placeholder("Who helps on the day", "Tom Reid", may_be_empty=True),
}
GO_AHEAD = {
    name: SESSION[name] for name in ("name", "session_title", "session_start", "session_day")
} | {
    "people_with_a_place": Placeholder("How many people have a place", "9 people have"),
    "smallest": Placeholder("How many people we aim for at least", "12"),
    "only_organisation": Placeholder(
        "The one organisation that everybody is from", "Newham Council", may_be_empty=True
    ),
    "go_ahead_link": Placeholder("Link to decide", "/sessions/1/go-ahead", Form.LINK),
}
WHY_DECIDE = {
    "too_few_people": Condition("Fewer people than we aim for have a place", sample=True),
    "asked_before": Condition("This is not the first time that we ask"),
}
# A line manager hears the time and nothing else.
MANAGER = {
    name: SESSION[name]
    for name in (
        "name",
        "session_title",
        "session_start",
        "session_day",
        "session_hours",
        "session_length",
    )
} | {"person_name": Placeholder("The name of who has the place", "Amina Begum")}
TIME_BEFORE = {"before_hours": BEFORE["before_hours"]}
BOOKING_FAMILY = Family("booking", "To somebody with a booking", Lists(BOOKING, PLACE | CALENDAR))
RUN_FAMILY = Family("run", "To somebody who runs the session", Lists(RUN, PLACE | CALENDAR))
