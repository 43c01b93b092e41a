"""How a page that changes something answers; the pages of topics and plans all do it alike."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal


def answer(
    form: Any, template: str, *, save: Callable[[], None], leads_to: str, **values: Any
) -> ResponseReturnValue:
    """Save a form and lead on, or show it again with all that was typed.

    Args:
        form: A Flask-WTF form.
        template: Of the page.
        save: Calls one service; runs in its own transaction.
        leads_to: Address to go to afterwards.
        values: What else the template shows.

    Returns:
        A redirect, or the page: 422 when something is wrong with it (C19).
    """
    if form.validate_on_submit() and saved(form, save):
        flash("Saved")
        return redirect(leads_to)
    return render_template(template, form=form, **values), 422 if form.errors else 200


def saved(form: Any, save: Callable[[], None]) -> bool:
    """Call the service in a transaction; a refusal goes onto the form."""
    try:
        with transaction():
            save()
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return False
    return True
