"""What roles allow and which are better held by two people: AZ-12 of the security notes."""

from itertools import combinations

import pytest

from swa.people.rules import authority as rules
from swa.people.types import Role

FACILITATOR, PEER, PROGRAMME, ADMINISTRATOR, EVALUATOR = Role
RISKY = {
    frozenset(pair)
    for pair in (
        (ADMINISTRATOR, PEER),
        (PROGRAMME, PEER),
        (EVALUATOR, PEER),
        (EVALUATOR, PROGRAMME),
        (EVALUATOR, ADMINISTRATOR),
        (EVALUATOR, FACILITATOR),
    )
}


def test_every_role_says_what_it_allows():
    assert set(rules.WHAT_ROLES_ALLOW) == set(Role)
    assert all(rules.WHAT_ROLES_ALLOW.values())


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids=" and ".join)
def test_two_roles_that_reveal_more_together_are_warned_of(pair):
    assert len(rules.list_risks(pair)) == (frozenset(pair) in RISKY)


@pytest.mark.parametrize("role", Role)
def test_one_role_is_no_risk(role):
    assert rules.list_risks([role]) == []
    assert rules.list_risks([]) == []


def test_all_roles_together_have_every_risk_once():
    assert len(set(rules.list_risks(Role))) == len(RISKY)


def test_only_what_a_role_would_add_is_new():
    held = [ADMINISTRATOR, PEER]

    (new,) = rules.list_new_risks(PROGRAMME, held)

    assert new.startswith("A programme coordinator who is also peer-support coordinator ")
    assert rules.list_new_risks(PEER, held) == []
    assert rules.list_new_risks(FACILITATOR, held) == []
