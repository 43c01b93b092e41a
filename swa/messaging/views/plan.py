"""The send plan of the whole programme: what goes to whom, and when."""

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.paging import paginate
from swa.core.saving import saved
from swa.messaging import access, catching_up, kinds, lists, rulebook
from swa.messaging.forms import SHOWN_WORDS, PlanFilterForm, SendMissedForm
from swa.messaging.services import is_versioned
from swa.messaging.types import Shown
from swa.messaging.views import bp
from swa.messaging.views.outbox import STAFF

# No database can hold any text that an address may carry.
BELONGING = re.compile(r"[a-z]{1,20} [0-9]{1,9}")


@bp.route("/messages/plan")
@roles(*STAFF)
def plan() -> ResponseReturnValue:
    """List what goes to whom and when, with filters in the address (C30)."""
    form = PlanFilterForm(request.args)
    asked_for = _read_belonging()
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


@bp.route("/messages/plan/send-missed", methods=["GET", "POST"])
@roles(*STAFF)
def send_missed() -> ResponseReturnValue:
    """Say how many missed messages are still of use and to whom, then send them together."""
    form, now, of = SendMissedForm(), clock.utc_now(), _read_belonging()
    if of is None:
        abort(404)
    seen, sent = form.seen.data or "", []
    if form.validate_on_submit() and saved(
        form, lambda: sent.append(catching_up.send_missed(of, seen=seen, now=now))
    ):
        flash(f"{sent[0]} messages go within a minute" if sent[0] > 1 else "The message goes now")
        return redirect(url_for("messaging.plan", session=of or None))
    found = catching_up.list_missed(of, now=now)
    form.seen.raw_data, form.seen.data = None, catching_up.fingerprint(found)
    page = render_template(
        "messaging/send_missed.html",
        form=form,
        rows=access.describe(found),
        people=len({row.person_id for row in found}),
        label=access.list_labels({of}).get(of) if found else None,
        of=of,
        now=now,
    )
    return page, 422 if form.form_errors else 200


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


def _read_belonging() -> str | None:
    """Return what the address keeps the page to, "session 5"; empty for all, None for nonsense."""
    asked = request.args.get("session", "")
    return asked if not asked or BELONGING.fullmatch(asked) else None
