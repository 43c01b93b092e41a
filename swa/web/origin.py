"""Refuses changes that another site asks the browser for (AU-4), beside the form token."""

from urllib.parse import urlsplit

from flask import Flask, abort, request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})
HIDDEN = "null"


def install(app: Flask, base_url: str) -> None:
    """Check ``Sec-Fetch-Site`` and ``Origin`` of every changing request."""
    own_host = urlsplit(base_url).netloc

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in SAFE:
            return
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in OWN_SITE:
            abort(400)
        origin = request.headers.get("Origin")
        if origin == HIDDEN and site == "same-origin":
            return  # so browsers send the form of a page that passes no referrer on
        if origin is not None and urlsplit(origin).netloc not in {own_host, request.host}:
            abort(400)
