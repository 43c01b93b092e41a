"""IN-01, IN-11: whoever lost the role no longer runs the sessions they are named on (AU-5)."""

import pytest

from swa.core.db import transaction
from swa.people.types import Role

PARTS = ("lead_facilitator_id", "co_facilitator_id", "support_person_id", "created_by_id")
PAGES = ("desk", "attendance", "sheet", "walk-in")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("part", PARTS)
def test_somebody_without_the_role_is_kept_out(make, sign_in, part, page):
    person = make.facilitator()
    session = make.session(**{part: person.id})
    before = sign_in(person).get(f"/sessions/{session.id}/{page}")

    with transaction():
        person.grants.clear()

    after = sign_in(person).get(f"/sessions/{session.id}/{page}")
    assert (before.status_code, after.status_code) == (200, 403)


@pytest.mark.parametrize("part", PARTS)
def test_a_coordinator_keeps_what_the_own_role_opens(make, sign_in, part):
    person = make.person(roles=[Role.PROGRAMME_COORDINATOR])
    session = make.session(**{part: person.id})

    assert sign_in(person).get(f"/sessions/{session.id}/desk").status_code == 200


def test_a_draft_of_somebody_without_the_role_is_not_there(make, sign_in):
    person = make.person()
    session = make.session(status="draft", created_by_id=person.id)

    assert sign_in(person).get(f"/sessions/{session.id}/plan").status_code == 404
