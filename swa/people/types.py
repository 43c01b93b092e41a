"""Words about people and organisations that several layers use."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Sector(StrEnum):
    """Where an organisation belongs; none comes before another (AN-22)."""

    COUNCIL = "council"
    VOLUNTARY = "voluntary"
    HEALTH = "health"
    OTHER = "other"


class PersonKind(StrEnum):
    """How somebody works; volunteers take part like paid staff (AN-06)."""

    PAID = "paid"
    VOLUNTEER = "volunteer"


class Role(StrEnum):
    """What somebody may do beyond taking part, which everybody may."""

    FACILITATOR = "facilitator"
    PEER_SUPPORT_COORDINATOR = "peer-support coordinator"
    PROGRAMME_COORDINATOR = "programme coordinator"
    ADMINISTRATOR = "administrator"
    EVALUATOR = "evaluator"


class LinkPurpose(StrEnum):
    """What an e-mailed link is for; a link of one purpose opens nothing else (LK-4)."""

    SIGN_IN = "sign in"
    REGISTER = "register"


class RequestState(StrEnum):
    """How far a request to join is."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ImportState(StrEnum):
    """How far an uploaded list of people is."""

    READY = "ready"
    CONFIRMED = "confirmed"
    SAVED = "saved"
    FAILED = "failed"


@dataclass(frozen=True)
class SessionLife:
    """How long a sign-in lasts.

    Attributes:
        idle: Ends after this long without a request.
        at_most: Ends after this long in any case.
    """

    idle: timedelta
    at_most: timedelta
