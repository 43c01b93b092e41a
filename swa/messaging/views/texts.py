"""Pages on which administrators and coordinators change the texts of messages (MT-04)."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from swa.core import clock
from swa.core.access import roles
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.messaging import emails, kinds
from swa.messaging import services as outbox
from swa.messaging.rendering import sample_values, show
from swa.messaging.texts import catalogue, queries, services
from swa.messaging.texts.forms import ButtonForm, SeenForm, TextForm
from swa.messaging.texts.models import MailText, MailTextDraft
from swa.messaging.texts.rules.comparing import compare
from swa.messaging.texts.shipped import Source
from swa.messaging.texts.types import Template, TextRefused
from swa.messaging.types import Draft
from swa.messaging.views import bp
from swa.messaging.views.mailbox import show_in_a_frame
from swa.messaging.views.outbox import STAFF
from swa.messaging.views.reader import current_reader


@bp.route("/messages/texts/")
@roles(*STAFF)
def texts() -> ResponseReturnValue:
    """List the texts that the person may change, and which of them were changed by whom."""
    reader = current_reader()
    newest = {version.name: version for version in queries.list_newest()}
    templates = catalogue.list_templates(for_administrator=reader.is_administrator)
    return render_template(
        "messaging/texts.html",
        groups=[(group, list(ones)) for group, ones in groupby(templates, attrgetter("group"))],
        newest=newest,
        people=_names(newest.values()),
        drafts={draft.name for draft in queries.list_drafts(reader.id)},
    )


@bp.route("/messages/texts/<text_key>")
@roles(*STAFF)
def text(text_key: str) -> ResponseReturnValue:
    """Show one text as it arrives, with samples or with a real session."""
    template = text_of(text_key)
    newest = queries.find_newest(template.name)
    return render_template(
        "messaging/text.html",
        template=template,
        newest=newest,
        people=_names([newest] if newest else []),
        draft=queries.find_draft(template.name, current_reader().id),
        is_unfit=_is_unfit(template, newest),
        form=ButtonForm(),
        **_preview(template, catalogue.find_source(template.name)),
    )


@bp.route("/messages/texts/<text_key>/edit", methods=["GET", "POST"])
@roles(*STAFF)
def text_edit(text_key: str) -> ResponseReturnValue:
    """Change a text; it is kept as a draft, and counts once it was looked at."""
    template, reader = text_of(text_key), current_reader()
    kept = queries.find_draft(template.name, reader.id) or catalogue.find_source(template.name)
    form = TextForm(data={"subject": kept.subject, "body": kept.body})
    if form.validate_on_submit():
        subject = kept.subject if template.is_foot else form.subject.data or ""
        body = form.body.data or ""
        try:
            with transaction():
                services.keep_draft(template, subject, body, by_id=reader.id, now=clock.utc_now())
        except TextRefused as refused:
            _show_all(form, refused)
        else:
            return redirect(url_for("messaging.text_check", text_key=text_key))
    page = render_template("messaging/text_edit.html", template=template, form=form)
    return page, 422 if form.errors else 200


@bp.route("/messages/texts/<text_key>/check")
@roles(*STAFF)
def text_check(text_key: str) -> ResponseReturnValue:
    """Show the person's draft as it would arrive, and what it changes."""
    return _check_page(text_of(text_key), SeenForm())


@bp.route("/messages/texts/<text_key>/use", methods=["POST"])
@roles(*STAFF)
def text_use(text_key: str) -> ResponseReturnValue:
    """Make the draft the text that counts."""
    template, form = text_of(text_key), SeenForm()
    try:
        with transaction():
            services.use_draft(
                template, seen=seen_by(form), by_id=current_reader().id, now=clock.utc_now()
            )
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return _check_page(template, form, status=422)
    flash("The new text is in use from now on", "success")
    return redirect(url_for("messaging.text", text_key=text_key))


@bp.route("/messages/texts/<text_key>/discard", methods=["POST"])
@roles(*STAFF)
def text_discard(text_key: str) -> ResponseReturnValue:
    """Throw the draft away."""
    template = text_of(text_key)
    with transaction():
        services.discard_draft(template, by_id=current_reader().id)
    flash("Your draft is thrown away", "success")
    return redirect(url_for("messaging.text", text_key=text_key))


@bp.route("/messages/texts/<text_key>/test", methods=["POST"])
@roles(*STAFF)
def text_test(text_key: str) -> ResponseReturnValue:
    """Send the text to the person who looks, with samples."""
    template, reader, now = text_of(text_key), current_reader(), clock.utc_now()
    with transaction():
        outbox.queue(
            emails.occasion_of_test(template), emails.want_test(template, reader.id, now), now=now
        )
    flash("A test is on its way to your own address", "success")
    has_draft = queries.find_draft(template.name, reader.id) is not None
    return redirect(url_for(f"messaging.text{'_check' if has_draft else ''}", text_key=text_key))


@bp.route("/messages/texts/<text_key>/frame")
@roles(*STAFF)
def text_frame(text_key: str) -> ResponseReturnValue:
    """Return the HTML part alone, of the draft or of the text that counts."""
    template = text_of(text_key)
    wants_draft = request.args.get("of") == "draft"
    draft = queries.find_draft(template.name, current_reader().id) if wants_draft else None
    source = Source(draft.subject, draft.body) if draft else catalogue.find_source(template.name)
    return show_in_a_frame(_render(template, source).html)


def text_of(key: str) -> Template:
    """Return the text that an address names, if the person may change it."""
    may_all = current_reader().is_administrator
    return catalogue.find_by_key(key, for_administrator=may_all) or abort(404)


def seen_by(form: SeenForm) -> int:
    """Return the number of the version that the person looked at; -1 when the form lacks it."""
    return form.seen.data if form.validate() and form.seen.data is not None else -1


def _check_page(template: Template, form: SeenForm, *, status: int = 200) -> ResponseReturnValue:
    draft = queries.find_draft(template.name, current_reader().id)
    if draft is None:
        return redirect(url_for("messaging.text", text_key=template.key))
    if _is_unfit(template, draft):
        return redirect(url_for("messaging.text_edit", text_key=template.key))
    before = catalogue.find_source(template.name)
    newest = queries.find_newest(template.name)
    form.seen.process(None, newest.number if newest else services.SHIPPED)
    page = render_template(
        "messaging/text_check.html",
        template=template,
        form=form,
        newest=newest,
        people=_names([newest] if newest else []),
        subject_lines=compare(before.subject, draft.subject),
        lines=compare(before.body, draft.body),
        **_preview(template, Source(draft.subject, draft.body)),
    )
    return page, status


def _is_unfit(template: Template, kept: MailText | MailTextDraft | None) -> bool:
    """Say whether a kept text names what this program no longer knows."""
    if kept is None or (isinstance(kept, MailText) and kept.is_shipped):
        return False
    return catalogue.why_unfit(template, kept.subject, kept.body) is not None


def _preview(template: Template, source: Source) -> dict[str, Any]:
    """Return the text as it arrives, and the real things and people it can be looked at with."""
    examples, reader = catalogue.find_examples(template), current_reader().person
    preview, chosen = _render(template, source), request.args.get("example", "")
    return {
        "preview": preview,
        "examples": examples.list_for(reader) if examples else [],
        "chosen": chosen,
        "recipients": examples.people_of(reader, chosen) if examples and chosen else [],
        "recipient": request.args.get("recipient", ""),
    }


def _render(template: Template, source: Source) -> Draft:
    """Write the text with samples, or with what and whom the person chose and may see."""
    values: dict[str, Any] = dict(sample_values(template))
    examples = catalogue.find_examples(template)
    chosen, recipient = request.args.get("example", ""), request.args.get("recipient", "")
    if examples and (chosen or recipient):
        try:
            values.update(examples.values_of(current_reader().person, chosen, recipient))
        except NoResultFound:
            abort(404)
    return show(template, source, values)


def _show_all(form: TextForm, refused: TextRefused) -> None:
    for refusal in refused.refusals:
        field = form[refusal.field]
        field.errors = [*field.errors, refusal.words]


def _names(versions: Any) -> Any:
    return kinds.list_recipients({v.written_by_id for v in versions if v.written_by_id})
