"""Who may change whom: the directory, roles, and the sign-in of people with roles.

Source:
    OT-10 (hand-over), CV-5 and the settled points of the security notes.
"""

from collections.abc import Collection

from swa.core.errors import RuleBroken
from swa.people.types import Role

DIRECTORY_ROLES = (Role.PROGRAMME_COORDINATOR, Role.ADMINISTRATOR)
REASON_MAX_LENGTH = 500
WHAT_ROLES_ALLOW = {
    Role.FACILITATOR: "Plans and runs training sessions",
    Role.PEER_SUPPORT_COORDINATOR: (
        "Forms peer groups and sees who belongs to them – there are no pages for this yet"
    ),
    Role.PROGRAMME_COORDINATOR: "Runs the training programme, keeps people and organisations",
    Role.ADMINISTRATOR: "Gives roles, keeps people and organisations",
    Role.EVALUATOR: "Sees numbers, never names – there are no pages for this yet",
}
# Two roles that are better held by two people, and why.
RISKS = (
    (
        {Role.ADMINISTRATOR, Role.PEER_SUPPORT_COORDINATOR},
        (
            "An administrator who is also peer-support coordinator decides who sees the members of"
            " peer groups, and sees them too"
        ),
    ),
    (
        {Role.PROGRAMME_COORDINATOR, Role.PEER_SUPPORT_COORDINATOR},
        (
            "A programme coordinator who is also peer-support coordinator sees who comes to"
            " training and who belongs to a peer group"
        ),
    ),
    (
        {Role.EVALUATOR, Role.PEER_SUPPORT_COORDINATOR},
        "An evaluator who is also peer-support coordinator knows the members behind the numbers",
    ),
    (
        {Role.EVALUATOR, Role.PROGRAMME_COORDINATOR},
        "An evaluator who is also programme coordinator knows the names behind the numbers",
    ),
    (
        {Role.EVALUATOR, Role.ADMINISTRATOR},
        "An evaluator who is also administrator sees the details of everybody, not numbers only",
    ),
    (
        {Role.EVALUATOR, Role.FACILITATOR},
        "An evaluator who is also facilitator evaluates the sessions that they run",
    ),
)


class NotToYourself(RuleBroken):
    """Nobody lets themself into peer support."""

    message = "Nobody can give themselves this role. Ask another administrator"
    field = "role"


class LastAdministrator(RuleBroken):
    """Nobody could give roles any more."""

    message = "This is the only administrator. Make somebody else an administrator first"


class NotYourOwnAccount(RuleBroken):
    """Nobody locks themself out by mistake."""

    message = "You cannot disable your own account. Ask another administrator"


class AdministratorsOnly(RuleBroken):
    """Taking over an address or an account is taking over its roles."""

    message = "This person holds a role. Ask an administrator to make this change"


def may_keep_directory(roles: Collection[Role]) -> bool:
    """Say whether somebody with these roles may add, change and import people (CV-5)."""
    return not set(DIRECTORY_ROLES).isdisjoint(roles)


def list_risks(roles: Collection[Role]) -> list[str]:
    """Say what is risky about one person holding all these roles; empty when nothing is.

    A small alliance may have no choice, so the risk is said, not refused.

    Source:
        AZ-12 of the security notes.
    """
    return [why for together, why in RISKS if together <= set(roles)]


def list_new_risks(role: Role, held: Collection[Role]) -> list[str]:
    """Say what would become risky if somebody who holds some roles got one more.

    Source:
        AZ-12 of the security notes.
    """
    known = list_risks(held)
    return [risk for risk in list_risks({role, *held}) if risk not in known]


def check_grant(role: Role, *, person_id: int, by_id: int | None) -> None:
    """Refuse a role that somebody must not give themself.

    ``by_id`` is who gives it, None on the command line.

    Raises:
        NotToYourself: It opens the membership of peer groups.
    """
    if role is Role.PEER_SUPPORT_COORDINATOR and person_id == by_id:
        raise NotToYourself


def check_sign_in_change(
    by_roles: Collection[Role], of_roles: Collection[Role], *, field: str | None = None
) -> None:
    """Refuse a coordinator who would change the address or the account of a role holder.

    Facilitators are the exception: coordinators plan with them every day.

    Args:
        by_roles: Roles of who acts.
        of_roles: Roles of the person it is done to.
        field: The form field to blame.

    Raises:
        AdministratorsOnly: The person holds a role that the coordinator could gain this way.
    """
    more_than_facilitator = set(of_roles) - {Role.FACILITATOR}
    if more_than_facilitator and Role.ADMINISTRATOR not in by_roles:
        raise AdministratorsOnly(field=field)


def check_not_last_administrator(of_roles: Collection[Role], *, administrators: int) -> None:
    """Refuse to lose the last active administrator.

    Args:
        of_roles: Roles of who would lose the role or the account.
        administrators: How many active ones there are now.

    Raises:
        LastAdministrator: They are the only one.
    """
    if Role.ADMINISTRATOR in of_roles and administrators <= 1:
        raise LastAdministrator
