"""OT-06, MAIL-10 of the notes: the page of the send plan names what goes by itself."""

import pytest

from swa.messaging import kinds
from swa.sessions.rules.send_plan import ALWAYS, OWN, OWN_TO_RUN, SHIPPED

BY_RULE = {rule.kind for rule in SHIPPED} | {OWN, OWN_TO_RUN}


def list_kinds():
    """Every kind with a text; the private ones are about getting in, the others are of tests."""
    return [kind for kind in map(kinds.get, kinds.list_names()) if kind.template]


def test_what_nobody_can_switch_off_is_named_on_the_page(app):
    silent = {kind.name for kind in list_kinds() if not (kind.optional or kind.private)}

    assert silent - BY_RULE == {each.kind for each in ALWAYS}


def test_nothing_is_named_twice(app):
    names = [each.kind for each in ALWAYS]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("each", ALWAYS, ids=lambda each: each.kind)
def test_the_page_says_when_and_to_whom(make, sign_in, each):
    page = sign_in(make.coordinator()).get("/messages/rules").text

    assert each.kind.capitalize() in page
    assert f"When {each.when}, to {each.to}" in page
