"""What becomes of messages about sessions when somebody wants optional ones again."""

from datetime import datetime

from swa.messaging import rulebook
from swa.messaging.send_rules import longest_reach
from swa.sessions.queries.access import lock_session
from swa.sessions.queries.duties import list_sessions_of_person
from swa.sessions.services.mails import plan_session_mails


def plan_what_is_wanted_again(person_id: int, now: datetime) -> None:
    """Plan the messages of a person's sessions anew, as far back as any rule still reaches.

    Source:
        Issue 3, personal choice: who opts in again gets what is still ahead.
    """
    reach = longest_reach(rulebook.load().list_all())
    for session in list_sessions_of_person(person_id, ended_after=now - reach):
        lock_session(session)
        plan_session_mails(session, now=now)
