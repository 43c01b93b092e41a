"""The send plan of the whole programme: what goes to whom, and when."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.paging import paginate
from swa.messaging import access, kinds, lists, rulebook
from swa.messaging.forms import SHOWN_WORDS, PlanFilterForm
from swa.messaging.services import is_versioned
from swa.messaging.types import Shown
from swa.messaging.views import bp
from swa.messaging.views.outbox import STAFF


@bp.route("/messages/plan")
@roles(*STAFF)
def plan() -> ResponseReturnValue:
    """List what goes to whom and when, with filters in the address (C30)."""
    form = PlanFilterForm(request.args)
    asked_for = request.args.get("session", "")
    # Only what has messages is named: the title of a draft is nobody's business here (AZ-2).
    asked = {asked_for} if asked_for and lists.has_messages(asked_for) else set()
    labels = access.list_labels({*lists.list_belongings(), *asked})
    sessions = sorted(((key, each.text) for key, each in labels.items()), key=lambda pair: pair[1])
    form.offer(sessions=sessions, kinds=_kinds())
    page, is_good = None, form.validate()
    if is_good:
        words = form.person.data
        people = access.find_people(words) if words else None
        kept_to = form.kept_to(people)
        page = paginate(lists.select_messages(kept_to), request.args.get("page"))
    shown = Shown(form.shown.data or Shown.PLANNED.value) if is_good else Shown.PLANNED
    return render_template(
        "messaging/plan.html",
        form=form,
        page=page,
        rows=access.describe(page.items) if page else [],
        is_narrowed=any(request.args.get(name) for name in _NARROWS),
        shown=SHOWN_WORDS[shown],
        now=clock.utc_now(),
    ), 200 if is_good else 422


_NARROWS = ("shown", "session", "kind", "person", "after-day", "before-day")


def _kinds() -> list[tuple[str, str]]:
    """Name the messages to choose from: the kinds, and the rules that were added."""
    book = rulebook.load()
    plain = [
        (name, name.capitalize())
        for name in kinds.list_names()
        if is_versioned(name) and not kinds.get(name).private
    ]
    own = [(f"{rule.kind} no {rule.number}", rule.name) for rule in book.list_all() if rule.is_own]
    return sorted(plain + own, key=lambda pair: pair[1].casefold())
