"""What is typed to register, to ask to join, and to decide about a request."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from swa.core.forms.fields import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from swa.core.forms.validators import at_most, enter, select_one
from swa.core.forms.widgets import character_count, email_input, text_input
from swa.people.forms.addresses import an_address, an_address_if_any
from swa.people.rules import registration as rules
from swa.people.rules.addresses import ADDRESS_MAX_LENGTH
from swa.people.types import PersonKind, Sector

KINDS = (
    SelectChoice(PersonKind.PAID.value, "Paid"),
    SelectChoice(PersonKind.VOLUNTEER.value, "Volunteer"),
)
SECTORS = (
    SelectChoice(Sector.COUNCIL.value, "Council"),
    SelectChoice(Sector.VOLUNTARY.value, "Voluntary or community"),
    SelectChoice(Sector.HEALTH.value, "Health"),
    SelectChoice(Sector.OTHER.value, "Other"),
)
NEW = "new"


class RegisterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the address, since it says which organisation it belongs to."""

    email = StringField(
        "Work email address",
        description="We will send an email to it",
        validators=[
            enter("your work email address"),
            an_address,
            at_most(ADDRESS_MAX_LENGTH, "Email address"),
        ],
        widget=email_input(),
    )


def _your_name() -> Field:
    return StringField(
        "Your name",
        validators=[enter("your name"), at_most(rules.NAME_MAX_LENGTH, "Name")],
        widget=text_input(autocomplete="name", spellcheck=False),
    )


def _job_role() -> Field:
    return StringField(
        "Your job role",
        description="For example, housing adviser",
        validators=[enter("your job role"), at_most(rules.JOB_ROLE_MAX_LENGTH, "Job role")],
        widget=text_input(autocomplete="organization-title"),
    )


class DetailsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask staff of a listed organisation about themselves."""

    name = _your_name()
    job_role = _job_role()
    kind = RadioField(
        "Are you paid or a volunteer?",
        choices=KINDS,
        coerce=PersonKind,
        validators=[select_one("if you are paid or a volunteer")],
    )
    team = StringField(
        "Your team (optional)",
        description="Write it as your colleagues do",
        validators=[at_most(rules.TEAM_MAX_LENGTH, "Team")],
        widget=text_input(),
    )
    manager_email = StringField(
        "Your line manager’s email address (optional)",
        description="It is only kept if they have an account here in your organisation",
        validators=[an_address_if_any],
        widget=email_input(autocomplete="off"),
    )


class AskToJoinForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask somebody from elsewhere about themselves."""

    name = _your_name()
    organisation_name = StringField(
        "Your organisation",
        validators=[
            enter("the name of your organisation"),
            at_most(rules.NAME_MAX_LENGTH, "Organisation"),
        ],
        widget=text_input(autocomplete="organization"),
    )
    job_role = _job_role()
    message = TextAreaField(
        "Why do you want to take part? (optional)",
        validators=[at_most(rules.MESSAGE_MAX_LENGTH, "Your answer")],
        widget=character_count(rules.MESSAGE_MAX_LENGTH),
    )


class AcceptForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask which organisation the person belongs to; the view fills in the choices."""

    organisation = SelectField(
        "Organisation",
        validators=[select_one("an organisation, or add a new one")],
    )
    new_name = StringField(
        "Name of the new organisation",
        description="Only if you add a new one",
        validators=[at_most(rules.NAME_MAX_LENGTH, "Name")],
        widget=text_input(),
    )
    sector = RadioField("Sector of the new organisation", choices=SECTORS, coerce=Sector)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and the two that a new organisation needs."""
        is_fine = bool(super().validate(extra_validators=extra_validators))
        if self.organisation.data != NEW:
            return is_fine
        if not self.new_name.data:
            self.new_name.errors = [*self.new_name.errors, "Enter the name of the organisation"]
        if not self.sector.data:
            self.sector.errors = [*self.sector.errors, "Select the sector of the organisation"]
        return is_fine and bool(self.new_name.data and self.sector.data)


class DeclineForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask for the reason, which the person will read."""

    reason = TextAreaField(
        "Reason",
        description="We will email it to them",
        validators=[enter("the reason"), at_most(rules.REASON_MAX_LENGTH, "Reason")],
        widget=character_count(rules.REASON_MAX_LENGTH),
    )
