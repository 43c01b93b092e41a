"""The start page, the desk of somebody signed in, and the pages about the service itself."""

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

from swa.core.access import public
from swa.core.db import db
from swa.home import rules
from swa.people.access import find_current_person

bp = Blueprint("home", __name__)
A_YEAR = 365 * 24 * 3600


@bp.route("/")
@public
def start() -> ResponseReturnValue:
    """Say in ten seconds what this is; people who are signed in go to their own page."""
    if find_current_person() is not None:
        return redirect(url_for("home.dashboard"))
    return render_template("home/start.html")


@bp.route("/help")
@public
def help() -> ResponseReturnValue:  # noqa: A001 - the endpoint is named like the page
    """Say who helps, how and when."""
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
    colours = rules.palette(current_app.extensions["swa_settings"].brand_colour)
    lines = "".join(f"  {name}: {colour};\n" for name, colour in colours.items())
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
