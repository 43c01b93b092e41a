"""The send plan as it stands: the shipped rules, what was changed of them, and what was added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from swa.core import keeping
from swa.core.db import db
from swa.messaging.models import DayOff, SendRuleRow
from swa.messaging.rules.editions import number_in
from swa.messaging.send_rules import EVERYWHERE, SendRule, resolve

_KEPT = "rulebook"
_ROWS = select(SendRuleRow).order_by(SendRuleRow.id)
_DAYS_OFF = select(DayOff.day)
_shipped: list[SendRule] = []


@dataclass(frozen=True)
class RuleBook:
    """All rules at one moment.

    Attributes:
        shipped: What the product brings, in the order of a booking's life.
        changes: Changed, overridden and added rules by key and scope.
        days_off: Days without work besides weekends and bank holidays.
    """

    shipped: tuple[SendRule, ...]
    changes: Mapping[tuple[str, str], SendRule]
    days_off: frozenset[date]
    _by_scope: dict[str, tuple[SendRule, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def rules_for(self, scope: str = EVERYWHERE) -> tuple[SendRule, ...]:
        """Return the rules that hold for "topic 5"; without a scope, the programme's own."""
        if scope not in self._by_scope:
            self._by_scope[scope] = resolve(self.shipped, self.changes, scope)
        return self._by_scope[scope]

    def find(self, key: str, scope: str = EVERYWHERE) -> SendRule | None:
        """Return one rule as it holds for a topic or for the programme; None for an unknown one."""
        return next((rule for rule in self.rules_for(scope) if rule.key == key), None)

    def find_by_number(self, number: int) -> SendRule | None:
        """Return an added rule; None when it was taken away."""
        return next((rule for rule in self.changes.values() if rule.number == number), None)

    def find_by_edition(self, edition: int) -> SendRule | None:
        """Return an added rule by the edition of a message; None when it was taken away."""
        return self.find_by_number(number_in(edition))

    def list_all(self) -> Sequence[SendRule]:
        """Return the programme's rules and every added one, also those of a single topic."""
        everywhere = self.rules_for()
        keys = {rule.key for rule in everywhere}
        narrow = [r for r in self.changes.values() if r.is_own and r.key not in keys]
        return (*everywhere, *sorted(narrow, key=lambda rule: rule.number))


def ship(rules: Iterable[SendRule]) -> None:
    """Say which rules the product brings; saying it again replaces them."""
    _shipped[:] = list(rules)


def load() -> RuleBook:
    """Return the rules as they stand in the open transaction; read once in each."""
    return keeping.keep(_KEPT, _read)


def forget() -> None:
    """Have the rules read afresh, since one was changed in the open transaction."""
    keeping.forget(_KEPT)


def find_row(key: str, scope: str) -> SendRuleRow | None:
    """Return the row of a changed or added rule; None for one that is as shipped."""
    wanted = select(SendRuleRow).where(SendRuleRow.key == key, SendRuleRow.scope == scope)
    return db.session.scalars(wanted).one_or_none()


def find_row_of(rule: SendRule) -> SendRuleRow | None:
    """Return the row of a rule, also of an added one whose topic has changed; None for none."""
    if not rule.is_own:
        return find_row(rule.key, rule.scope)
    return db.session.scalars(
        select(SendRuleRow).where(SendRuleRow.id == rule.number)
    ).one_or_none()


def list_days_off() -> Sequence[DayOff]:
    """List the days off that were added, by date."""
    return db.session.scalars(select(DayOff).order_by(DayOff.day)).all()


def rule_of(row: SendRuleRow) -> SendRule:
    """Return a row as the value that the rules work with."""
    return SendRule(
        key=row.key,
        name=row.name,
        kind=row.kind,
        event=row.event,
        audience=row.audience,
        days=row.days,
        side=row.side,
        counted=row.counted,
        at=row.at,
        pulls_back=row.pulls_back,
        text=row.text,
        is_on=row.is_on,
        useful_days=row.useful_days,
        counts_from=row.counts_from,
        past_asked_at=row.past_asked_at,
        scope=row.scope,
        number=row.id if row.is_own else 0,
        optional=row.optional,
    )


def _read() -> RuleBook:
    changes = {(row.key, row.scope): rule_of(row) for row in db.session.scalars(_ROWS)}
    return RuleBook(tuple(_shipped), changes, frozenset(db.session.scalars(_DAYS_OFF)))
