"""An application for looking at: routes, templates, policies; no test of it opens a database."""

from functools import cache

from flask import Flask

from swa.web.factory import create_app
from swa.web.settings import load_settings


@cache
def plain_app(mode: str = "demo") -> Flask:
    return create_app(
        load_settings(
            mode=mode,
            secret_key="the tests know this secret and nobody else does",
            base_url="http://localhost",
            database_url="sqlite:///nowhere-in-particular.db",
        )
    )
