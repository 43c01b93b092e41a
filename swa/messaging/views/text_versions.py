"""The earlier versions of a text, and the way back to one of them or to the shipped text."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from swa.core import clock
from swa.core.access import roles
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.messaging import kinds
from swa.messaging.texts import catalogue, queries, services
from swa.messaging.texts.forms import SeenForm
from swa.messaging.texts.rules.comparing import compare
from swa.messaging.texts.shipped import Source, read_shipped
from swa.messaging.texts.types import Template
from swa.messaging.views import bp
from swa.messaging.views.outbox import STAFF
from swa.messaging.views.reader import current_reader
from swa.messaging.views.texts import seen_by, text_of


@bp.route("/messages/texts/<text_key>/versions")
@roles(*STAFF)
def text_versions(text_key: str) -> ResponseReturnValue:
    """List the versions of a text, newest first, down to the shipped one."""
    template = text_of(text_key)
    versions = queries.list_versions(template.name)
    writers = {version.written_by_id for version in versions if version.written_by_id}
    return render_template(
        "messaging/text_versions.html",
        template=template,
        versions=versions,
        people=kinds.list_recipients(writers),
    )


@bp.route("/messages/texts/<text_key>/versions/<int:number>", methods=["GET", "POST"])
@roles(*STAFF)
def text_version(text_key: str, number: int) -> ResponseReturnValue:
    """Compare a version with the text that counts, and make it count again; 0 is the shipped."""
    template, form = text_of(text_key), SeenForm()
    if form.is_submitted():
        seen, by_id, now = seen_by(form), current_reader().id, clock.utc_now()
        try:
            with transaction():
                services.restore(template, number, seen=seen, by_id=by_id, now=now)
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            flash("The text is in use again from now on", "success")
            return redirect(url_for("messaging.text", text_key=text_key))
    page = _version_page(template, number, form)
    return page, 422 if form.errors or form.form_errors else 200


def _version_page(template: Template, number: int, form: SeenForm) -> str:
    then, now = source_of(template, number), catalogue.find_source(template.name)
    counts = services.newest_number(template.name)
    form.seen.process(None, counts)
    shown: dict[str, Any] = {
        "subject_lines": compare(now.subject, then.subject),
        "lines": compare(now.body, then.body),
        "counts": number == counts,
    }
    return render_template(
        "messaging/text_version.html", template=template, number=number, form=form, **shown
    )


def source_of(template: Template, number: int) -> Source:
    """Return the words of a version; 0 is the shipped text.

    Raises:
        sqlalchemy.exc.NoResultFound: There is no such version.
    """
    if number == services.SHIPPED and not template.is_custom:
        return read_shipped(template.name)
    version = queries.get_version(template.name, number)
    if version.is_shipped:
        return read_shipped(template.name)
    return Source(version.subject, version.body)
