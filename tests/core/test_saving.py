"""A page saves all of what a service did, or none of it and says why (C19)."""

from flask_wtf import FlaskForm

from swa.core.db import db
from swa.core.errors import RuleBroken
from swa.core.forms.fields import StringField
from swa.core.saving import saved
from swa.people.models import Organisation
from swa.people.types import Sector


class NameTaken(RuleBroken):
    message = "This name is taken"
    field = "name"


class NameForm(FlaskForm):
    name = StringField("Name")


def add(name):
    db.session.add(Organisation(name=name, sector=Sector.COUNCIL))
    db.session.flush()


def test_what_a_service_did_is_kept(app):
    with app.test_request_context():
        assert saved(NameForm(), lambda: add("Harbour Advice"))

    assert db.session.query(Organisation).count() == 1
    db.session.rollback()


def test_what_a_service_refused_leaves_nothing_but_a_sentence(app):
    def refuses():
        add("Harbour Advice")
        raise NameTaken

    with app.test_request_context():
        form = NameForm()
        assert not saved(form, refuses)

    assert list(form.name.errors) == ["This name is taken"]
    assert db.session.query(Organisation).count() == 0
    db.session.rollback()
