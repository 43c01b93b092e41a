"""Who may open a page: each view declares its policy, and the app does not start without one.

The decorators only mark the view; ``swa.people.access`` reads the mark before anything is loaded,
so that real and invented ids get the same answer (AZ-11). What a person may see of an object is
decided later, by the ``visible_to`` and ``manageable_by`` selects.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Audience(StrEnum):
    """The widest circle that a view is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    ROLES = "roles"
    DEMO = "demo"


@dataclass(frozen=True)
class Policy:
    """What a view declares.

    Attributes:
        audience: Anybody, signed-in people, holders of a role, or anybody in demo mode only.
        roles: For ``ROLES``: the roles of which one is enough.
    """

    audience: Audience
    roles: frozenset[str] = field(default_factory=frozenset)


class MissingPolicyError(RuntimeError):
    """A view has no policy; the app refuses to start (AZ-4)."""


def public(view: View) -> View:
    """Let anybody open the page."""
    return _mark(view, Policy(Audience.PUBLIC))


def signed_in(view: View) -> View:
    """Let every signed-in person open the page; others are sent to sign in."""
    return _mark(view, Policy(Audience.SIGNED_IN))


def demo_only(view: View) -> View:
    """Let anybody open the page in demo mode; otherwise there is no such page."""
    return _mark(view, Policy(Audience.DEMO))


def roles(*names: str) -> Callable[[View], View]:
    """Let holders of one of the roles open the page; other signed-in people get a 403."""

    def mark(view: View) -> View:
        return _mark(view, Policy(Audience.ROLES, frozenset(str(name) for name in names)))

    return mark


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """Return what the view declared, None when it declared nothing."""
    return getattr(view, "access", None)


def _mark(view: View, policy: Policy) -> View:
    view.access = policy  # type: ignore[attr-defined]
    return view
