"""A browser for tests: it sends the form token that the page it posts from would have held."""

import secrets
from typing import Any

from flask import g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

KEPT_BY_FLASK_WTF = ("csrf_token", "csrf_valid")


class Client(FlaskClient):
    """Posts with a form token of its own; ``with_token=False`` posts without one."""

    def open(self, *arguments: Any, with_token: bool = True, **request: Any) -> TestResponse:
        # The tests hold one app context open, so what one request left in ``g`` would be there
        # in the next one, even in another browser's.
        for name in KEPT_BY_FLASK_WTF:
            g.pop(name, None)
        if with_token and request.get("method", "GET") == "POST":
            headers = dict(request.get("headers") or {})
            request["headers"] = {"X-CSRFToken": self.form_token()} | headers
        return super().open(*arguments, **request)

    def form_token(self) -> str:
        """Return a token as the pages of this browser carry it."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", secrets.token_hex(20))
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(raw))
