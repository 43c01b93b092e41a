"""Refuses forms with more fields than any of ours has, before anything takes them apart (WB-2).

Flask limits the bytes of a form and the parts of one that carries a file; an ordinary form of two
megabytes could hold hundreds of thousands of fields.
"""

from flask import Flask, abort, request

MOST_FIELDS = 2000
ORDINARY = "application/x-www-form-urlencoded"


def install(app: Flask) -> None:
    """Count the fields of every ordinary form."""

    @app.before_request
    def refuse_many_fields() -> None:
        if request.mimetype != ORDINARY:
            return
        body = request.get_data(parse_form_data=False)  # kept, so that it is parsed afterwards
        if body.count(b"&") >= MOST_FIELDS:
            abort(413)
