"""The start page, the desk of somebody signed in, and the pages about the service itself."""

from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from swa.core import clock
from swa.core.access import public, signed_in
from swa.core.db import db
from swa.home import queries
from swa.home.rules import colours
from swa.people.access import current_person, find_current_person
from swa.people.types import Role

bp = Blueprint("home", __name__)
A_YEAR = 365 * 24 * 3600
SECURITY_TEXT_HOLDS = timedelta(days=180)


@bp.route("/")
@public
def start() -> ResponseReturnValue:
    """Say in ten seconds what this is; people who are signed in go to their own page."""
    if find_current_person() is not None:
        return redirect(url_for("home.dashboard"))
    return render_template("home/start.html")


@bp.route("/home")
@signed_in
def dashboard() -> ResponseReturnValue:
    """Show what is next for the person and what waits for them."""
    person, now = current_person(), clock.utc_now()
    coordinates = person.holds(Role.PROGRAMME_COORDINATOR)
    return render_template(
        "home/dashboard.html",
        bookings=queries.list_next_bookings(person, now=now),
        running=queries.list_running(person, now=now),
        tasks=queries.list_tasks(person, now=now) if coordinates else [],
        troubles=queries.count_troubles(now=now) if coordinates else None,
    )


@bp.route("/help")
@public
def help() -> ResponseReturnValue:  # noqa: A001 - the endpoint is named like the page
    """Say who helps, how and when.

    Source:
        AN-14 (people can come back to the alliance for help).
    """
    return render_template("home/help.html")


@bp.route("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return render_template("home/accessibility.html")


@bp.route("/cookies")
@public
def cookies() -> ResponseReturnValue:
    """Name each cookie, its purpose and its end."""
    return render_template("home/cookies.html")


@bp.route("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is kept about people, why, and for how long."""
    return render_template("home/privacy.html")


@bp.route("/brand.css")
@public
def brand() -> Response:
    """Return the alliance's colours as a stylesheet, since inline styles are not allowed."""
    shades = colours.palette(current_app.extensions["swa_settings"].brand_colour)
    lines = "".join(f"  {name}: {shade};\n" for name, shade in shades.items())
    response = Response(f":root {{\n{lines}}}\n", mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = A_YEAR  # its address holds the colour
    return response


@bp.route("/health")
@public
def health() -> ResponseReturnValue:
    """Answer monitoring: whether the service and its database work, and nothing else."""
    db.session.execute(text("SELECT 1"))
    return jsonify(status="ok", database="ok")


@bp.route("/.well-known/security.txt")
@public
def security() -> Response:
    """Say where to report a weakness of the service.

    Source:
        RFC 9116.
    """
    settings = current_app.extensions["swa_settings"]
    expires = clock.utc_now() + SECURITY_TEXT_HOLDS
    lines = (
        f"Contact: mailto:{settings.coordinator_address}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.base_url}{url_for('home.security')}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
