"""Hands the lower packages the functions of the higher ones, and adds every blueprint.

A lower package never imports a higher one: it keeps a place for a function, filled here.
Filling it twice is harmless.
"""

from flask import Flask

from swa.home import views as home_views
from swa.web.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Add the blueprints, the mail kinds and the periodic work."""
    app.register_blueprint(home_views.bp)
