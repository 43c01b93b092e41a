"""What goes to whom and when, of one session; for those who run it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import signed_in
from swa.core.paging import paginate
from swa.messaging import access as mail_access
from swa.messaging import lists
from swa.messaging.forms import SHOWN_WORDS
from swa.messaging.types import Filter, Shown
from swa.messaging.views import progress
from swa.people.access import current_person
from swa.sessions.queries import access
from swa.sessions.views import bp

TABS = (Shown.PLANNED, Shown.HELD, Shown.SENT, Shown.TROUBLE, Shown.ALL)


@bp.route("/sessions/<int:session_id>/messages")
@signed_in
def session_messages(session_id: int) -> ResponseReturnValue:
    """List the messages about a session: those to come, those that went, those in trouble."""
    session = access.get_session_to_run(session_id, current_person())
    asked = request.args.get("shown", "")
    shown = Shown(asked) if asked in set(TABS) else Shown.PLANNED
    kept_to = Filter(shown=shown, belongs_to=f"session {session.id}")
    page = paginate(lists.select_messages(kept_to), request.args.get("page"))
    return render_template(
        "sessions/messages.html",
        session=session,
        page=page,
        rows=mail_access.describe(page.items),
        shown=shown,
        tabs=[(each, SHOWN_WORDS[each]) for each in TABS],
        now=clock.utc_now(),
    )


@bp.route("/sessions/<int:session_id>/messages/progress")
@signed_in
def messages_progress(session_id: int) -> ResponseReturnValue:
    """Show how far the messages of a session have got, for example after it was moved."""
    session = access.get_session_to_run(session_id, current_person())
    return render_template(
        "sessions/messages_progress.html",
        session=session,
        **progress.describe(f"session {session.id}"),
        failed_href=url_for(
            "sessions.session_messages", session_id=session.id, shown=Shown.TROUBLE
        ),
    )
