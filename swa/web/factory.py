"""Puts the application together."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy import make_url
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

import swa
from swa.core.access import MissingPolicyError, policy_of, public
from swa.core.db import db
from swa.people import access
from swa.web import errors, headers, origin, registry, sizes, templating
from swa.web.settings import Settings, load_settings

MOST_BYTES_OF_A_FORM = 2 * 1024 * 1024


class BoundedId(IntegerConverter):
    """An id in an address: one to nine digits, so that no database driver overflows (WB-3)."""

    regex = r"\d{1,9}"


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application.

    Args:
        settings: Read from the environment when not given.

    Raises:
        SettingsError: A setting is missing or wrong.
        MissingPolicyError: A view does not say who may open it (AZ-4).
    """
    settings = settings or load_settings()
    root = Path(swa.__file__).parent
    app = Flask(
        "swa.web",
        static_folder=str(root / "static"),
        static_url_path="/static",
        instance_path=str(settings.instance_path),
    )
    app.extensions["swa_settings"] = settings
    _configure(app, settings)
    app.url_map.converters["int"] = BoundedId
    # An address with one slash less or more would be answered with a redirect to the host that the
    # request claims; instead the one opens the page and the other is no page (WB-5).
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    templating.install(app, root.parent)
    db.init_app(app)
    Migrate(app, db, directory=str(root / "migrations"), render_as_batch=True)
    headers.install(app, https=settings.uses_https)
    sizes.install(app)
    origin.install(app, settings.base_url)
    access.install(app)
    CSRFProtect(app)
    registry.install(app, settings)
    errors.install(app)
    app.view_functions["static"] = public(app.view_functions["static"])
    check_every_route_has_a_policy(app)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    return app


def check_every_route_has_a_policy(app: Flask) -> None:
    """Refuse to start while a route does not say who may open it.

    Raises:
        MissingPolicyError: Names each such route (AZ-4).
    """
    gaps = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if policy_of(app.view_functions[rule.endpoint]) is None
    ]
    if gaps:
        msg = "These routes need @public, @signed_in or @roles(…): " + ", ".join(gaps)
        raise MissingPolicyError(msg)


def _configure(app: Flask, settings: Settings) -> None:
    is_postgresql = settings.database_url.startswith("postgresql")
    own = make_url(settings.database_url).query.get("options", "")  # ours must not replace them
    limits = f"{own} -c lock_timeout=8000 -c statement_timeout=30000 -c timezone=UTC"
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        DEBUG=settings.debug,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "connect_args": {"options": limits}}
        if is_postgresql
        else {},
        MAX_CONTENT_LENGTH=MOST_BYTES_OF_A_FORM,
        MAX_FORM_PARTS=sizes.MOST_FIELDS,
        WTF_CSRF_TIME_LIMIT=None,  # bound to the sign-in instead; see errors.py for expired forms
        WTF_CSRF_SSL_STRICT=False,  # origin.py checks Origin and Sec-Fetch-Site on every request
        SESSION_COOKIE_NAME="__Host-swa-form" if settings.uses_https else "swa-form",
        SESSION_COOKIE_SECURE=settings.uses_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
