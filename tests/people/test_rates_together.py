"""Web servers that run together, and the ones after a restart, count as one: LK-6 (row 22)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any

import pytest
from sqlalchemy import delete

from swa.core.db import db, transaction
from swa.people.models import RateCount
from swa.people.rules import rates as rules
from tests.people.asker import LIMITS
from tests.support.figures import figure
from tests.support.helpers import Helper

SERVERS = figure("servers", test=2, ci=4, soak=4)
PAGES = {"join": rules.REQUESTS_PER_PLACE, "link": rules.PER_PLACE}
# The widest limit of all takes thousands of transactions to reach.
COUNTED = {
    purpose: limit
    for purpose, limit in LIMITS.items()
    if limit.most <= figure("counted", test=100, ci=10_000, soak=10_000)
}
ALLOWED, SLOWER = 302, 429
pytestmark = [pytest.mark.heavy, pytest.mark.figures, pytest.mark.timeout(900)]


def start(settings, number: int) -> list[Helper]:
    """Start so many servers on the database of the tests, all at once."""
    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(lambda _: Helper("tests.people.asker", settings), range(number)))


def together(servers: list[Helper], question: Callable[[int], Any]) -> list[Any]:
    """Ask all of them at the same time."""
    for number, server in enumerate(servers):
        server.say(question(number))
    return [server.hear() for server in servers]


def is_about(found: int, most: int) -> bool:
    return abs(found - most) <= most / 10


def test_every_limit_of_ours_is_counted():
    assert {rules.IN_ALL, rules.PER_PLACE, rules.CODES_PER_BROWSER} <= set(LIMITS.values())
    assert len(LIMITS) == len(
        {name for name in vars(rules) if isinstance(vars(rules)[name], rules.Limit)}
    )


def count_together(servers: list[Helper]) -> dict[str, int]:
    """Try each limit a quarter too often with all servers; return what was allowed."""
    allowed = {}
    for purpose, limit in COUNTED.items():
        question = {"count": [purpose, "one key", ceil(limit.most * 1.25 / SERVERS)]}
        allowed[purpose] = sum(together(servers, lambda _, asked=question: asked))
    return allowed


def open_pages(servers: list[Helper], page: str, limit: rules.Limit) -> list[int]:
    """Send a form from one place, a fifth too often; return the statuses.

    Asking to join counts as asking for a mail too, so each page begins with nothing counted.
    """
    with transaction():
        db.session.execute(delete(RateCount))
    share = ceil(limit.most * 1.2 / SERVERS)
    asked = together(servers, lambda number: {"page": page, "from": number * share, "times": share})
    return [status for statuses in asked for status in statuses]


def test_servers_together_allow_what_one_may_and_a_restart_forgets_nothing(app, settings):
    servers = start(settings, SERVERS)
    pages = {limit: open_pages(servers, page, limit) for page, limit in PAGES.items()}
    allowed = count_together(servers)
    for server in servers:
        server.end()
    (restarted,) = start(settings, 1)
    afterwards = {name: restarted.ask({"count": [name, "one key", 3]}) for name in COUNTED}
    refused = restarted.ask({"page": "link", "from": 9_000, "times": 1})
    restarted.end()

    assert len(COUNTED) >= 4
    assert all(is_about(allowed[name], limit.most) for name, limit in COUNTED.items()), allowed
    for limit, statuses in pages.items():
        assert is_about(statuses.count(ALLOWED), limit.most)
        assert set(statuses) == {ALLOWED, SLOWER}
    assert set(afterwards.values()) == {0}
    assert refused == [SLOWER]
