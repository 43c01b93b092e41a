"""How a page that changes something answers; the pages of topics and plans all do it alike."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from swa.core.saving import saved


def answer(
    form: Any, template: str, *, save: Callable[[], str | None], leads_to: str, **values: Any
) -> ResponseReturnValue:
    """Save a form and lead on, or show it again with all that was typed.

    Args:
        form: A Flask-WTF form.
        template: Of the page.
        save: Calls one service; runs in its own transaction. It may return what to say afterwards.
        leads_to: Address to go to afterwards.
        values: What else the template shows.

    Returns:
        A redirect, or the page: 422 when something is wrong with it (C19).
    """
    news: list[str | None] = []
    if form.validate_on_submit() and saved(form, lambda: news.append(save())):
        flash(news[0] or "Saved")
        return redirect(leads_to)
    return render_template(template, form=form, **values), 422 if form.errors else 200
