"""What is typed about people, organisations, teams and roles."""

from collections.abc import Collection

from flask_wtf import FlaskForm

from swa.core.forms.fields import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from swa.core.forms.validators import at_most, enter, select_one
from swa.core.forms.widgets import email_input, text_input, textarea
from swa.people.forms.addresses import an_address, an_address_if_any
from swa.people.rules import directory as rules
from swa.people.rules.addresses import ADDRESS_MAX_LENGTH
from swa.people.rules.authority import REASON_MAX_LENGTH, WHAT_ROLES_ALLOW, list_new_risks
from swa.people.types import PersonKind, Role, Sector

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
NO_AUTOCOMPLETE = {"autocomplete": "off", "spellcheck": False}


class SearchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Find people; works by address, so it carries no token."""

    class Meta:
        """Settings of WTForms."""

        csrf = False

    words = StringField(
        "Name or email address",
        description=f"At least {rules.FEWEST_LETTERS} letters, unless you select an organisation",
        validators=[at_most(rules.NAME_MAX_LENGTH, "Name or email address")],
        widget=text_input(**NO_AUTOCOMPLETE),
    )
    organisation = SelectField("Organisation", coerce=int)

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for enough letters, so that nobody leafs through everybody by mistake."""
        good: bool = super().validate(extra_validators=extra_validators)
        words = self.words.data or ""
        if good and len(words) < rules.FEWEST_LETTERS and self.organisation.data is None:
            self.words.errors = [f"Enter at least {rules.FEWEST_LETTERS} letters"]
            good = False
        return good


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask who somebody is and where they work."""

    name = StringField(
        "Full name",
        validators=[enter("the person’s name"), at_most(rules.NAME_MAX_LENGTH, "Name")],
        widget=text_input(**NO_AUTOCOMPLETE),
    )
    email = StringField(
        "Work email address",
        description="They sign in with it",
        validators=[
            enter("the person’s email address"),
            an_address,
            at_most(ADDRESS_MAX_LENGTH, "Email address"),
        ],
        widget=email_input(autocomplete="off"),
    )
    kind = RadioField(
        "Are they paid or a volunteer?",
        choices=KINDS,
        coerce=PersonKind,
        validators=[select_one("if they are paid or a volunteer")],
    )
    organisation = SelectField(
        "Organisation", coerce=int, validators=[select_one("their organisation")]
    )
    team = StringField(
        "Team (optional)",
        description="Its name as it stands on the page of the organisation",
        validators=[at_most(rules.NAME_MAX_LENGTH, "Team")],
        widget=text_input(**NO_AUTOCOMPLETE),
    )
    job_role = StringField(
        "Job role (optional)",
        description="For example, housing adviser",
        validators=[at_most(rules.NAME_MAX_LENGTH, "Job role")],
        widget=text_input(autocomplete="off"),
    )
    line_manager = StringField(
        "Line manager’s email address (optional)",
        description="Somebody who is listed already",
        validators=[an_address_if_any, at_most(ADDRESS_MAX_LENGTH, "Email address")],
        widget=email_input(autocomplete="off"),
    )

    def details(self) -> rules.PersonDetails:
        """Return the answers."""
        return rules.PersonDetails(
            name=self.name.data or "",
            email=self.email.data or "",
            organisation_id=self.organisation.data,
            team=self.team.data or "",
            job_role=self.job_role.data or "",
            kind=self.kind.data,
            line_manager=self.line_manager.data or "",
        )


class OrganisationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask what an organisation is called and where it belongs."""

    name = StringField(
        "Name of the organisation",
        validators=[enter("the name of the organisation"), at_most(rules.NAME_MAX_LENGTH, "Name")],
        widget=text_input(**NO_AUTOCOMPLETE),
    )
    sector = RadioField(
        "Sector", choices=SECTORS, coerce=Sector, validators=[select_one("the sector")]
    )
    borough = StringField(
        "Borough (optional)",
        validators=[at_most(rules.BOROUGH_MAX_LENGTH, "Borough")],
        widget=text_input(autocomplete="off", classes="govuk-input--width-20"),
    )
    domains = TextAreaField(
        "Email domains (optional)",
        description="The part after the @, one a line. Staff with such an address may register",
        validators=[at_most(rules.DOMAINS_MAX_LENGTH, "Email domains")],
        widget=textarea(rows=3, spellcheck=False),
    )

    def details(self) -> rules.OrganisationDetails:
        """Return the answers.

        Raises:
            WrongDomain: A line is no domain.
        """
        return rules.OrganisationDetails(
            name=self.name.data or "",
            sector=self.sector.data,
            borough=self.borough.data or "",
            domains=rules.read_domains(self.domains.data or ""),
        )


class TeamForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask what a team is called."""

    name = StringField(
        "Name of the team",
        validators=[enter("the name of the team"), at_most(rules.NAME_MAX_LENGTH, "Name")],
        widget=text_input(**NO_AUTOCOMPLETE),
    )


class GiveRoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask which role somebody gets, and why; the view offers them with ``role_choices``."""

    role = RadioField(
        "Which role do you want to give?",
        coerce=Role,
        validators=[select_one("a role")],
    )
    reason = StringField(
        "Why do they need it?",
        validators=[enter("why they need the role"), at_most(REASON_MAX_LENGTH, "The reason")],
        widget=text_input(autocomplete="off"),
    )


class TakeRoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Ask which role somebody loses; the view offers those they hold."""

    role = RadioField(
        "Which role do you want to take away?", coerce=Role, validators=[select_one("a role")]
    )


def role_choices(offered: Collection[Role], held: Collection[Role]) -> list[SelectChoice]:
    """Offer roles, each with what it allows and what would be risky about it for this person.

    Args:
        offered: In any order; they are listed in one order always.
        held: The roles that the person has.

    Source:
        AZ-12 of the security notes.
    """
    return [
        SelectChoice(role.value, role.capitalize(), render_kw={"hint": _hint(role, held)})
        for role in WHAT_ROLES_ALLOW
        if role in offered
    ]


def _hint(role: Role, held: Collection[Role]) -> str:
    """Say what a role allows; a warning follows as a sentence of its own."""
    risks = [f"Take care: {why[0].lower()}{why[1:]}" for why in list_new_risks(role, held)]
    return ". ".join([WHAT_ROLES_ALLOW[role], *risks])
