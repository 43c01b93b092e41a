"""Error pages: plain words, what happened to the answers, what to do now (C38)."""

import logging
import secrets

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException

from swa.core.db import db
from swa.core.errors import NotAllowed

log = logging.getLogger(__name__)

KNOWN = {400, 403, 404, 405, 413, 429, 503}


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(NoResultFound, _not_found)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unexpected)


def _not_found(_error: Exception) -> ResponseReturnValue:
    return _page(404)


def _not_allowed(_error: Exception) -> ResponseReturnValue:
    return _page(403)


def _expired(_error: Exception) -> ResponseReturnValue:
    """Say that the form was open for too long; what was typed is shown again to copy."""
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "code"} and value.strip()
    ]
    return render_template("errors/expired.html", kept=kept), 400


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:  # noqa: PLR2004 - redirects are no errors
        return error
    return _page(error.code if error.code in KNOWN else 400 if (error.code or 500) < 500 else 500)  # noqa: PLR2004


def _busy(error: DBAPIError) -> ResponseReturnValue:
    """Answer a lock or statement that took too long, or a database that is away."""
    _forget_work()
    log.warning("the database did not answer: %s", type(error.orig).__name__)
    return _page(503)


def _unexpected(error: Exception) -> ResponseReturnValue:
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    reference = secrets.token_hex(4)
    _forget_work()
    log.error("unexpected error, reference %s", reference, exc_info=error)
    return render_template("errors/500.html", reference=reference), 500


def _forget_work() -> None:
    db.session.rollback()
    g.pop("person", None)


def _page(code: int) -> ResponseReturnValue:
    return render_template(f"errors/{code}.html"), code
