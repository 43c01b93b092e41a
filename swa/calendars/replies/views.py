"""The mails that people wrote to the mailbox of the service; a coordinator sees to each.

Only coordinators read them, and nothing is sent on by itself.

Source:
    AN-14 (people can come back to the alliance for help), REPLY-9.
"""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from swa.calendars.replies import queries, services
from swa.calendars.replies.forms import TaskForm
from swa.calendars.replies.polling import current_mailbox
from swa.calendars.replies.types import TaskState
from swa.core import clock
from swa.core.access import roles
from swa.core.db import transaction
from swa.core.paging import paginate
from swa.people.access import current_person
from swa.people.types import Role

bp = Blueprint("replies", __name__)
LOOKS_BACK = timedelta(days=30)


@bp.route("/replies/")
@roles(Role.PROGRAMME_COORDINATOR)
def list_tasks() -> ResponseReturnValue:
    """List the mails that wait for an answer, or those that were seen to."""
    state = TaskState.DONE if request.args.get("show") == "done" else TaskState.OPEN
    mailbox = current_mailbox()
    return render_template(
        "replies/list_tasks.html",
        page=paginate(queries.select_tasks(state), request.args.get("page")),
        state=state,
        number_open=queries.count_tasks(TaskState.OPEN),
        server=mailbox.server,
        poll=queries.find_poll(),
        not_understood=queries.count_not_understood(clock.utc_now() - LOOKS_BACK),
    )


@bp.route("/replies/<int:task_id>")
@roles(Role.PROGRAMME_COORDINATOR)
def show_task(task_id: int) -> ResponseReturnValue:
    """Show what a person wrote, as plain text."""
    return render_template(
        "replies/show_task.html", task=queries.get_task(task_id), form=TaskForm()
    )


@bp.route("/replies/<int:task_id>/done", methods=["POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def finish_task(task_id: int) -> ResponseReturnValue:
    """Say that somebody has seen to it."""
    task, person = queries.get_task(task_id), current_person()
    with transaction():
        services.finish_task(task, by=person, now=clock.utc_now())
    flash("The email is marked as done", "success")
    return redirect(url_for("replies.list_tasks"))


@bp.route("/replies/<int:task_id>/reopen", methods=["POST"])
@roles(Role.PROGRAMME_COORDINATOR)
def reopen_task(task_id: int) -> ResponseReturnValue:
    """Put it back on the list of open ones."""
    task, person = queries.get_task(task_id), current_person()
    with transaction():
        services.reopen_task(task, by=person, now=clock.utc_now())
    flash("The email is open again", "success")
    return redirect(url_for("replies.show_task", task_id=task_id))
