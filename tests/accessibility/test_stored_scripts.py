"""Script text that people typed never runs, in no page and no mail (XS-1, XS-2; IN-14; row 16).

The texts are stored in every column that people can write to, seven at a time: together where there
is room, one by one where there is not. Then every view is opened and every kind of mail written.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Enum, String, select, update

from swa.core.db import db, transaction
from swa.messaging import kinds
from swa.messaging.models import OutboxMessage
from tests.accessibility.conftest import World, demonstration
from tests.accessibility.pages import PAGES, PageToOpen
from tests.accessibility.script_texts import script_texts
from tests.accessibility.test_pages import NAMES, find, who
from tests.support.browser import WIDE, Visit, visitor
from tests.support.figures import IS_SOAK, figure

pytestmark = [
    pytest.mark.browser,
    pytest.mark.heavy,
    pytest.mark.figures,
    pytest.mark.timeout(3 * 3600 if IS_SOAK else 600),
]
TEXTS = script_texts(figure("stored_scripts", test=21, ci=70, soak=300))
AT_A_TIME = 7
GROUPS = [range(start, start + AT_A_TIME) for start in range(0, len(TEXTS), AT_A_TIME)]
SHARES = 2 if len(GROUPS) > 3 else 1
SEEN = {
    "home.start", "home.help", "home.dashboard", "people.demo_people", "people.account",
    "people.access_needs", "people.directory", "people.person", "people.person_edit",
    "people.person_disable", "people.organisation", "people.organisation_edit",
    "people.join_requests", "messaging.mailbox", "messaging.outbox", "sessions.list_sessions",
    "sessions.show", "sessions.book", "sessions.my_bookings", "sessions.booking",
    "sessions.booking_cancel", "sessions.run_list", "sessions.desk", "sessions.attendance",
    "sessions.sheet", "sessions.move", "sessions.cancel", "sessions.checklist",
    "sessions.edit_plan", "sessions.edit_people", "sessions.show_topic", "sessions.edit_topic",
}  # fmt: skip
VIEWS = [page for page in PAGES if IS_SOAK or page.endpoint in SEEN]
# A view shows what it is about, not everything; but no text may slip through unseen.
FEWEST_VIEWS = 12
TABLES = (
    *("organisations", "teams", "people", "topics", "training_sessions", "plan_segments"),
    *("bookings", "join_requests"),
)
NOT_TYPED = {"email", "reference", "domain"}
UNIQUE = {"name", "title"}
ROOM_FOR_ALL = 1_000
INJECTED = ", ".join(
    (
        "script:not([src]):not([nonce]), script[src^=data]",
        "[onerror], [onload], [onfocus], [ontoggle], [onbegin], [onstart], [onpointerover]",
        "[onanimationstart], [onbeforematch], [formaction], math, marquee, video, audio, object",
        "embed, main iframe:not([sandbox]), main template, main svg animate, [href^='//evil']",
        "base, meta[http-equiv=refresh], main style, a[href^=javascript], [action^='//evil']",
    )
)
IN_MAIL = (
    "script, iframe, form, input, base, img, svg, math, object, embed, video, audio, [onerror],"
    " [onload], [onfocus], a[href^=javascript], a[href*='//evil'], [style*=animation]"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A demonstration of its own, since its texts are changed."""
    with demonstration(tmp_path_factory.mktemp("poisoned")) as poisoned:
        yield poisoned


def poison(group: range) -> None:
    """Put these texts into every text that people can write."""
    marked = [f"{TEXTS[n]} q{n}q" for n in group if n < len(TEXTS)]
    one_by_one = cycle(marked)
    with transaction():
        for name in TABLES:
            table = db.metadata.tables[name]
            typed = [
                column
                for column in table.columns
                if isinstance(column.type, String)
                and not isinstance(column.type, Enum)
                and column.key not in NOT_TYPED
            ]
            for row_id in db.session.scalars(select(table.c.id)).all():
                values = {}
                for column in typed:
                    room = column.type.length or ROOM_FOR_ALL
                    text = "\n".join(marked) if room >= ROOM_FOR_ALL else next(one_by_one)
                    mark = f" {name} {row_id}" if column.key in UNIQUE else ""
                    values[column.key] = text[: room - len(mark)] + mark
                db.session.execute(update(table).where(table.c.id == row_id).values(values))


@contextmanager
def windows(world: World, browser: Browser) -> Iterator[dict[str, Visit]]:
    """Open a window for each role that looks at a view; nothing may complain or ask there."""
    with ExitStack() as stack:
        opened, asked = {}, []
        for role in {view.role for view in VIEWS}:
            cookies = world.cookies_of(who(world, role))
            visit = stack.enter_context(visitor(browser, size=WIDE, cookies=cookies))
            visit.page.on("dialog", lambda one: (asked.append(one.message), one.dismiss()))
            opened[role] = visit
        yield opened
        assert asked == []
        for visit in opened.values():
            assert [line for line in visit.complaints if "other host" in line] == []


def path_of(world: World, view: PageToOpen) -> str:
    person_id = who(world, view.role)
    arguments = {
        name: find(world, value, person_id) if isinstance(value, str) and value in NAMES else value
        for name, value in view.arguments.items()
    }
    with world.app.test_request_context():
        return world.app.url_for(view.endpoint, **arguments) + view.query


def look_at(visit: Visit, address: str, view: PageToOpen) -> str:
    """Open a view, check that nothing ran and nothing was added, and return its source."""
    response = visit.page.goto(address)
    assert response is not None
    assert response.status == view.status, address
    assert visit.page.evaluate("window.ran") is None, address
    assert visit.page.evaluate("window.policyReports || []") == [], address
    assert visit.page.locator(INJECTED).count() == 0, address
    return response.text()


@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_that_people_typed_runs(world: World, browser: Browser, share: int) -> None:
    shown: Counter[int] = Counter()
    paths = [path_of(world, view) for view in VIEWS]
    for group in GROUPS[share::SHARES]:
        world.ask(partial(poison, group))
        with windows(world, browser) as opened:
            for view, path in zip(VIEWS, paths, strict=True):
                source = look_at(opened[view.role], world.address + path, view)
                shown.update(n for n in group if f"q{n}q" in source)

    assert len(VIEWS) >= 20
    wanted = {n for group in GROUPS[share::SHARES] for n in group if n < len(TEXTS)}
    assert {n: shown[n] for n in wanted if shown[n] < FEWEST_VIEWS} == {}


@pytest.mark.parametrize("share", range(SHARES))
def test_mails_carry_no_script_either(world: World, browser: Browser, share: int) -> None:
    """Each kind of mail, drafted from poisoned rows, shown as its HTML part would be (XS-2)."""

    def draft_all() -> list[str]:
        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        by_kind = {row.kind: row for row in rows if row.person_id is not None}
        return [
            kinds.get(name).draft(row, kinds.find_recipient(row)).html
            for name, row in by_kind.items()
        ]

    for group in GROUPS[share::SHARES]:
        world.ask(partial(poison, group))
        with world.app.test_request_context():
            parts = draft_all()
        assert parts
        assert any(f"q{group[0]}q" in html for html in parts)
        with visitor(browser) as visit:
            for html in parts:
                visit.page.set_content(html)
                assert visit.page.evaluate("window.ran") is None
                assert visit.page.locator(IN_MAIL).count() == 0
            assert [line for line in visit.complaints if "other host" in line] == []
