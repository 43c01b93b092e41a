"""Signs a person in without the mail, by writing the same row that a used link writes."""

from flask import Flask
from flask.testing import FlaskClient

from swa.core import clock
from swa.core.db import transaction
from swa.people.access import COOKIE
from swa.people.models import Person
from swa.people.services import web_sessions


def signed_in_client(app: Flask, person: Person) -> FlaskClient:
    """Return a test client whose requests carry the person's session cookie."""
    with transaction():
        token = web_sessions.begin(person.id, browser="test", now=clock.utc_now())
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return client
