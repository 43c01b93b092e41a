"""Whatever people press, in whatever order, in however many tabs: RL-1 over HTTP.

AN-15, CC-02, CC-17, CF-27, IN-02, IN-05: one booking each, nothing that nobody asked for, and
every screen says what the rows say. ``SWA_HTTP_HISTORIES`` says how many, the same each time;
``SWA_SHRINK=1`` looks for the shortest that fails.
"""

from datetime import UTC, datetime

import pytest
import time_machine

from swa.people.types import Role
from tests.sessions.http_histories import PEOPLE, HttpHistory
from tests.sessions.plain_rows import Member
from tests.support.machines import run_histories, shards

STEPS = 50
NOW = datetime(2027, 3, 11, 12, 0, tzinfo=UTC)  # the clocks change on 28 March


def member(person):
    return Member(person.id, person.name, person.organisation.name)


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shard", shards("http_histories", test=3, ci=200, soak=5_000), ids=str)
def test_every_screen_agrees_with_the_rows(app, make, shard):
    with time_machine.travel(NOW):
        teams = [make.team(), make.team()]
        people = [make.person(team=teams[n % 2]) for n in range(PEOPLE - 1)] + [make.person()]
        staff = make.person(roles=[Role.PROGRAMME_COORDINATOR, Role.FACILITATOR])
        HttpHistory.app, HttpHistory.make, HttpHistory.topic = app, make, make.topic()
        HttpHistory.people, HttpHistory.staff = [member(each) for each in people], member(staff)

        run_histories(HttpHistory, shard, steps=STEPS)
