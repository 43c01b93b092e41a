"""How a page saves what was typed; the views of every feature do it alike."""

from collections.abc import Callable
from typing import Any

from swa.core.db import transaction
from swa.core.errors import RuleBroken
from swa.core.forms.errors import show_refusal


def saved(form: Any, save: Callable[[], object]) -> bool:
    """Call a service in a transaction of its own; a refusal goes onto the form.

    Args:
        form: A Flask-WTF form that has been checked.
        save: Calls one service; what it returns is left alone.

    Returns:
        Whether it was saved.
    """
    try:
        with transaction():
            save()
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return False
    return True
