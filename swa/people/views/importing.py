"""Importing a list of people: upload, preview, confirm, progress, result.

A confirmed list is saved by the worker, not in the request: a browser that gives up or a web
process that dies changes nothing, and a worker that dies leaves the list for the next one.
"""

import json
from contextlib import suppress

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from swa.core import clock
from swa.core.access import roles
from swa.core.csv_files import MEGABYTE, Limits, write_rows
from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal
from swa.people.access import current_person
from swa.people.forms.importing import UploadForm
from swa.people.forms.sign_in import PressForm
from swa.people.models import PeopleImport
from swa.people.queries import importing as queries
from swa.people.rules.authority import DIRECTORY_ROLES
from swa.people.services import importing as services
from swa.people.types import ImportState
from swa.people.views import bp

UPLOAD_LIMITS = Limits(content=5 * MEGABYTE, rows=100_000)
FORM_AROUND_IT = 64 * 1024
TOO_LARGE = "The selected file must be smaller than 5MB"
MOST_SHOWN = 100


@bp.url_value_preprocessor
def allow_long_lists(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Let this one form be larger than others, before anything reads it."""
    if endpoint == "people.import_people":
        request.max_content_length = UPLOAD_LIMITS.content + FORM_AROUND_IT


@bp.errorhandler(RequestEntityTooLarge)
def refuse_large_list(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say on the upload page that the file is too large; other forms get the ordinary page."""
    if request.endpoint != "people.import_people":
        return render_template("errors/413.html"), error.code
    form = UploadForm(formdata=None)
    form.file.errors = [TOO_LARGE]
    return render_template("people/import.html", form=form), error.code


@bp.route("/people/import", methods=["GET", "POST"])
@roles(*DIRECTORY_ROLES)
def import_people() -> ResponseReturnValue:
    """Take a file and show what it would do; nothing is saved yet."""
    form = UploadForm()
    if form.validate_on_submit():
        name, content = form.file.data.filename, form.file.data.read()
        by = current_person().id
        try:
            rows = services.prepare(content, limits=UPLOAD_LIMITS).reading.rows
            with transaction():
                upload = services.upload(
                    content, file_name=name, rows=rows, by_id=by, now=clock.utc_now()
                )
        except RuleBroken as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for("people.import_show", import_id=upload.id))
    page = render_template("people/import.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/people/import/template")
@roles(*DIRECTORY_ROLES)
def import_template() -> ResponseReturnValue:
    """Download an empty list with all columns."""
    return _csv_file(services.template_file(), "people-template.csv")


@bp.route("/people/imports/<int:import_id>")
@roles(*DIRECTORY_ROLES)
def import_show(import_id: int) -> ResponseReturnValue:
    """Show the preview, the progress or the result of an upload, to its owner only."""
    upload = queries.get_import(import_id, current_person())
    if upload.state == ImportState.READY:
        return _preview(upload, PressForm()), 200
    if upload.state == ImportState.CONFIRMED:
        return render_template("people/import_progress.html", upload=upload)
    outcome = json.loads(upload.outcome)
    return render_template(
        "people/import_result.html", upload=upload, outcome=outcome, most_shown=MOST_SHOWN
    )


@bp.route("/people/imports/<int:import_id>/confirm", methods=["POST"])
@roles(*DIRECTORY_ROLES)
def import_confirm(import_id: int) -> ResponseReturnValue:
    """Hand the list to the worker; sending it twice saves it once."""
    by = current_person()
    upload = queries.get_import(import_id, by)
    form = PressForm()
    if form.validate_on_submit() and upload.state == ImportState.READY:
        with suppress(services.NotWaiting), transaction():
            services.confirm(upload, by_id=by.id, now=clock.utc_now())
    return redirect(url_for("people.import_show", import_id=import_id))


@bp.route("/people/imports/<int:import_id>/discard", methods=["POST"])
@roles(*DIRECTORY_ROLES)
def import_discard(import_id: int) -> ResponseReturnValue:
    """Forget a list that is not to be saved."""
    by = current_person()
    upload = queries.get_import(import_id, by)
    if PressForm().validate_on_submit() and upload.state == ImportState.READY:
        with suppress(services.NotWaiting), transaction():
            services.discard(upload, by_id=by.id, now=clock.utc_now())
            flash("The list is deleted. Nothing was saved")
            return redirect(url_for("people.import_people"))
    return redirect(url_for("people.import_show", import_id=import_id))


@bp.route("/people/imports/<int:import_id>/refused")
@roles(*DIRECTORY_ROLES)
def import_refused(import_id: int) -> ResponseReturnValue:
    """Download the refused rows with the reasons, to correct them and send them again."""
    upload = queries.get_import(import_id, current_person())
    if upload.state == ImportState.READY:
        outcome = services.outcome(services.prepare(upload.content))
    else:
        outcome = json.loads(upload.outcome or "{}")
    return _csv_file(write_rows(services.list_refused(outcome)), "refused-rows.csv")


def _preview(upload: PeopleImport, form: PressForm) -> str:
    preview = services.prepare(upload.content)
    return render_template(
        "people/import_preview.html",
        upload=upload,
        preview=preview,
        form=form,
        most_shown=MOST_SHOWN,
    )


def _csv_file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
