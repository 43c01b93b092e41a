"""The dates of all topics, or of one, for anybody's calendar: nothing in them is personal.

An installation that shows no dates to strangers has no such pages (SWA_PUBLIC_FEEDS).

Source:
    AN-07 (everybody sees the same published sessions).
"""

from flask import abort, current_app
from flask.typing import ResponseReturnValue

from swa.calendars.building import feed
from swa.calendars.feeds import answers
from swa.core import clock
from swa.core.access import public
from swa.messaging.setup import current_setup
from swa.sessions.models import Topic
from swa.sessions.queries.feeds import get_open_topic
from swa.sessions.services.calendars import list_open_dates
from swa.sessions.views import bp


@bp.route("/calendars/open-dates.ics")
@public
def open_dates() -> ResponseReturnValue:
    """Hand a calendar program the dates of all topics."""
    return _dates_of(None)


@bp.route("/calendars/topics/<int:topic_id>.ics")
@public
def open_dates_of_topic(topic_id: int) -> ResponseReturnValue:
    """Hand a calendar program the dates of one topic that is offered."""
    return _dates_of(topic_id)


def _dates_of(topic_id: int | None) -> ResponseReturnValue:
    if not current_app.extensions["swa_settings"].public_feeds:
        abort(404)
    topic: Topic | None = get_open_topic(topic_id) if topic_id is not None else None
    entries = list_open_dates(topic, clock.utc_now())
    title = f"{current_setup().alliance_name}: {topic.title if topic else 'training dates'}"
    newest = max((entry.revised_at for entry in entries), default=None)
    return answers.calendar(feed(entries, title=title), revised_at=newest)
