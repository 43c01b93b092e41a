"""Who may make an account of their own, and who has to be asked in."""

from datetime import timedelta

from swa.core.errors import RuleBroken

TOLD_WITHIN = timedelta(days=3)
NAME_MAX_LENGTH = 120
JOB_ROLE_MAX_LENGTH = 120
TEAM_MAX_LENGTH = 120
MESSAGE_MAX_LENGTH = 500
REASON_MAX_LENGTH = 500
ACCESS_NEEDS_MAX_LENGTH = 500


class RequestIsDecided(RuleBroken):
    """Somebody else decided in the meantime."""

    message = "Somebody has already decided about this request"


class AddressIsTaken(RuleBroken):
    """The address got an account in another way since the request."""

    message = "This email address already has an account, so there is nothing to accept"


class OrganisationExists(RuleBroken):
    """A new organisation has the name of an old one."""

    message = "An organisation with this name is already listed. Select it instead"
    field = "new_name"


def same_name(one: str, other: str) -> bool:
    """Say whether two names of teams or organisations mean the same: case and blanks aside."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def domain_of(address: str) -> str:
    """Return the part after the @, empty for a text without one."""
    return address.rpartition("@")[2] if "@" in address else ""


def same_mailbox(one: str, other: str) -> bool:
    """Say whether two addresses reach the same person: upper case and +tags change nothing."""
    return _bare(one) == _bare(other)


def _bare(address: str) -> tuple[str, str]:
    name, _, domain = address.strip().lower().rpartition("@")
    return name.partition("+")[0], domain
