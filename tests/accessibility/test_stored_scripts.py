"""Script text that people typed never runs, in no page and no mail (XS-1, XS-2; IN-14)."""

from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage
from swa.people.models import Organisation, Person, Team
from swa.sessions.models import Booking, PlanSegment, Topic, TrainingSession
from swa.sessions.types import Segment
from tests.accessibility.conftest import World, demonstration
from tests.support.browser import WIDE, visitor

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

CORPUS = (
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    '"><svg onload=window.ran=1>',
    "'-window.ran=1-'",
    "</title><script>window.ran=1</script>",
    "</textarea><script>window.ran=1</script>",
    "</script><script>window.ran=1</script>",
    "<a href=javascript:window.ran=1>x</a>",
    "[x](javascript:window.ran=1)",
    "![x](//evil.example.net/x.png)",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>",
    "{{ 7*7 }}<b>bold</b>",
    "<style>body{display:none}</style>",
    "<base href=//evil.example.net>",
    "<meta http-equiv=refresh content='0;url=//evil.example.net'>",
    "<form action=//evil.example.net><button>go</button>",
    "<input autofocus onfocus=window.ran=1>",
    "<details open ontoggle=window.ran=1>",
    "\u003cscript\u003ewindow.ran=1\u003c/script\u003e",
)
INJECTED = ", ".join(
    (
        "script:not([src]):not([nonce])",
        "[onerror], [onload], [onfocus], [ontoggle]",
        "main iframe[srcdoc*=ran]",
        "base, meta[http-equiv=refresh], main style, a[href^=javascript]",
    )
)
IN_MAIL = "script, iframe, form, input, base, img, [onerror], [onload], a[href^=javascript]"


@pytest.fixture(scope="module")
def world_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with demonstration(tmp_path_factory.mktemp("poisoned")) as world:
        yield world


@pytest.fixture(params=range(3))
def poisoned(world_of_its_own: World, request: pytest.FixtureRequest) -> World:
    """Put another turn of the corpus into every text that people can write."""
    world = world_of_its_own
    texts = cycle(CORPUS[request.param * 7 :] + CORPUS[: request.param * 7])

    def poison() -> None:
        with transaction():
            for model in (Organisation, Team, Person, Topic, TrainingSession, Booking):
                for row in db.session.scalars(select(model)):
                    _poison(row, texts)
            for part in db.session.scalars(select(PlanSegment)):
                segment = part.segment
                part.segment = Segment(segment.minutes, segment.kind, next(texts), next(texts))

    world.ask(poison)
    return world


KEPT = {
    "email",
    "kind",
    "status",
    "mode",
    "reference",
    "domain",
    "sector",
    "go_ahead",
    "wait_reason",
    "mark",
}
UNIQUE = {"name", "title"}


def _poison(row, texts) -> None:
    for column in row.__table__.columns:
        name = column.key
        if (
            name in KEPT
            or not isinstance(column.type.python_type, type)
            or column.type.python_type is not str
        ):
            continue
        text = next(texts) + (f" {row.id}" if name in UNIQUE else "")
        setattr(row, name, text[: getattr(column.type, "length", None) or 5000])


def pages_of(world: World) -> list[tuple[int | None, list[str]]]:
    """List who looks at which addresses."""
    from swa.people.types import Role

    session = world.ask(
        lambda: db.session.scalars(
            select(TrainingSession.id).order_by(TrainingSession.starts_at.desc())
        ).all()[4]
    )
    booking, owner = world.ask(
        lambda: (
            db.session.execute(
                select(Booking.id, Person.id)
                .join(Booking.person)
                .where(Booking.session_id == session)
            ).first()
            or db.session.execute(select(Booking.id, Person.id).join(Booking.person)).first()
        )
    )
    topic = world.ask(lambda: db.session.scalars(select(Topic.id)).first())
    coordinator = world.holder_of(Role.PROGRAMME_COORDINATOR)
    administrator = world.holder_of(Role.ADMINISTRATOR)
    return [
        (None, ["/", "/help", "/demo/people", "/demo/mailbox/"]),
        (
            owner,
            [
                "/home",
                "/sessions/",
                f"/sessions/{session}",
                "/topics/",
                f"/topics/{topic}",
                "/bookings/",
                f"/bookings/{booking}",
                f"/bookings/{booking}/cancel",
                f"/sessions/{session}/book",
                "/account",
            ],
        ),
        (
            coordinator,
            [
                "/home",
                f"/sessions/{session}/desk",
                f"/sessions/{session}/attendance",
                f"/sessions/{session}/sheet",
                f"/sessions/{session}/cancel",
                f"/sessions/{session}/move",
                f"/sessions/{session}/plan",
                "/sessions/run/",
                "/people/",
                "/messages/",
            ],
        ),
        (administrator, ["/people/", "/messages/"]),
    ]


def test_nothing_that_people_typed_runs(poisoned: World, browser: Browser) -> None:
    visited = 0
    for person_id, paths in pages_of(poisoned):
        with visitor(browser, size=WIDE, cookies=poisoned.cookies_of(person_id)) as visit:
            dialogs = []
            visit.page.on(
                "dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss())
            )
            for path in paths:
                response = visit.page.goto(poisoned.address + path)
                assert response is not None
                assert response.status < 500, path
                assert visit.page.evaluate("window.ran") is None, path
                assert visit.page.evaluate("window.policyReports || []") == [], path
                assert visit.page.locator(INJECTED).count() == 0, path
                visited += 1
            assert dialogs == []
            assert [line for line in visit.complaints if "other host" in line] == []
    assert visited >= 20


def test_mails_carry_no_script_either(poisoned: World, browser: Browser) -> None:
    """Each kind of mail, drafted from poisoned rows, shown as its HTML part would be (XS-2)."""
    from swa.messaging import kinds

    def draft_all() -> list[str]:
        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        by_kind = {row.kind: row for row in rows if row.person_id is not None}
        return [
            kinds.get(name).draft(row, kinds.find_recipient(row)).html
            for name, row in by_kind.items()
        ]

    with poisoned.app.test_request_context():
        parts = draft_all()

    assert parts
    with visitor(browser) as visit:
        for html in parts:
            visit.page.set_content(html)
            assert visit.page.evaluate("window.ran") is None
            assert visit.page.locator(IN_MAIL).count() == 0
        assert [line for line in visit.complaints if "other host" in line] == []
