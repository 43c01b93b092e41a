"""A form changes what it asks about and nothing else: AZ-13 (extra fields), AZ-2 (swapped ids).

Every form of every page is filled in and sent by somebody who may do everything. Once as it is, and
once with a field for each column that there is in the database: both must write the same. Then each
id in it, in a list, a radio, a box or a hidden field, is exchanged for one that was not offered.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Boolean, Enum, Integer, delete
from werkzeug.exceptions import HTTPException

from swa.core.access import Audience, policy_of
from swa.core.db import db, transaction
from swa.messaging.models import DayOff
from tests.support.figures import figure
from tests.support.plain_app import plain_app
from tests.whole_site.filled_forms import Form, forms_of, in_general, noted_writes, numbers_in
from tests.whole_site.worlds import BEFORE, STAGES, World, add_canaries, answers_before

CANARY = 91_371
APP = plain_app("production")
PAGES = [
    (rule, stage)
    for rule in sorted(APP.url_map.iter_rules(), key=lambda rule: rule.rule)
    if "GET" in rule.methods
    for stage in STAGES.get(rule.endpoint, ("",))
]
POSTS = {rule.endpoint for rule in APP.url_map.iter_rules() if "POST" in rule.methods}
# What is trusted in other people's incidents, beside the columns that we have.
OFTEN_TRUSTED = (
    *("role", "roles", "is_admin", "admin", "approved", "confidential", "created_by", "user_id"),
    *("person", "owner", "by_id", "now", "group_id", "_method", "grants", "permissions", "next"),
)
# Some pages in `make test`, all of them in `make heavy`.
EVERY = figure("every_nth_page", test=5, ci=1, soak=1)
ACCEPTED = 302
# What is typed over what the page suggests, or said by the second of two pages.
PRESSED = {
    "sessions.places": {"largest": "18"},
    "sessions.send_rule": {"step": "save"},
    "sessions.send_rule_add": {"step": "save"},
}
# Forms that are answered by a page: what it shows is shown once.
ANSWERED_BY_A_PAGE = {"feeds.make"}
# Every other form is really accepted once.
EXCUSED = {
    "people.check_email": "takes a code; test_sign_in.py sends more with it",
    "people.check_registration_email": "takes a code; the same form",
    "people.use_link": "needs a mailed link; test_sign_in.py sends more with it",
    "people.use_registration": "needs a mailed link; test_registration.py sends more with it",
    "people.import_people": "takes a file; test_importing.py has columns that are not ours",
    "people.stop_by_button": "its answer is a page; test_stop_links.py posts to it",
    "people.stop_in_one_click": "for mail programs; no page posts to it",
    "people.demo_sign_in": "for the demonstration only",
}


def _extra_value(column) -> str:
    if isinstance(column.type, Boolean):
        return "" if column.default is not None and column.default.arg is True else "y"
    if isinstance(column.type, Enum):
        return str(column.type.enums[-1])
    return str(CANARY) if isinstance(column.type, Integer) else f"canary {CANARY}"


Place = tuple[str, int]
EXTRAS = dict.fromkeys(OFTEN_TRUSTED, str(CANARY)) | {
    column.key: _extra_value(column)
    for table in db.metadata.sorted_tables
    for column in table.columns
}


def endpoint_of(path: str) -> str:
    try:
        return str(APP.url_map.bind("").match(path.partition("?")[0], method="POST")[0])
    except HTTPException:
        return ""


def numbered(forms: list[Form]) -> Iterator[tuple[Place, Form]]:
    """Number the forms of a page among those that go to the same endpoint.

    Their numbers on the page change when an earlier one added something to it.
    """
    met: Counter[str] = Counter()
    for form in forms:
        endpoint = endpoint_of(form.action)
        yield (endpoint, met[endpoint]), form
        met[endpoint] += 1


class Sender:
    """Opens a page in a world of its own and sends one of its forms."""

    def __init__(self, app, make, sign_in):
        self.app, self.make, self.sign_in = app, make, sign_in

    def open(self, rule, stage):
        """Return a browser and the forms of the page, filled in; none where nobody gets there."""
        world = World(self.make, stage=stage)
        policy = policy_of(APP.view_functions[rule.endpoint])
        is_public = policy.audience is Audience.PUBLIC
        browser = self.app.test_client() if is_public else self.sign_in(world.person)
        page = self._open_page(browser, world, rule)
        return (browser, forms_of(page.text)) if page is not None else (browser, [])

    def _open_page(self, browser, world, rule):
        first = BEFORE.get(rule.endpoint)
        if first is None:
            path = world.path_of(rule)
            return browser.get(path) if path else None
        step = next(each for each, _ in PAGES if each.endpoint == first[0])
        path = world.path_of(step)
        form = next(
            form
            for form in forms_of(browser.get(path).text)
            if endpoint_of(form.action) == first[0]
        )
        answer = browser.post(form.action, data=form.values | answers_before(rule.endpoint))
        assert answer.status_code == ACCEPTED, (rule, answer.status_code)
        return browser.get(answer.location)

    def send(self, page, place: Place, changes: dict):
        """Send one form of a fresh page with other or more fields; return status and writes."""
        browser, forms = self.open(*page)
        form = dict(numbered(forms))[place]
        with noted_writes() as written:
            more = PRESSED.get(place[0], {})
            answer = browser.post(form.action, data=form.values | more | changes)
        db.session.rollback()
        with transaction():  # days off belong to no world: the same day again would be another act
            db.session.execute(delete(DayOff))
        return answer, written


@pytest.fixture
def sender(app, make, sign_in) -> Sender:
    add_canaries(make, CANARY)
    return Sender(app, make, sign_in)


def every_form(sender, pages) -> Iterator[tuple]:
    """Yield page, place and form of each form on these pages that leads somewhere new."""
    seen = set()
    for page in pages:
        _, forms = sender.open(*page)
        for place, form in numbered(forms):
            leads_to = (endpoint_of(form.action), tuple(sorted(form.values)))
            if leads_to not in seen:
                seen.add(leads_to)
                yield page, place, form


@pytest.mark.heavy
@pytest.mark.figures
@pytest.mark.timeout(900)
def test_fields_that_a_form_does_not_have_change_nothing(sender):
    accepted, faults = set(), []
    for page, place, form in every_form(sender, PAGES[::EVERY]):
        known = {*form.values, *PRESSED.get(place[0], {})}
        extras = {name: value for name, value in EXTRAS.items() if name not in known}
        plain, as_it_is = sender.send(page, place, {})
        answer, with_more = sender.send(page, place, extras)
        if plain.status_code == ACCEPTED or (place[0] in ANSWERED_BY_A_PAGE and as_it_is):
            accepted.add(endpoint_of(form.action))
        if answer.status_code != plain.status_code:
            faults.append(f"{form.action}: {plain.status_code}, with more {answer.status_code}")
        if in_general(as_it_is) != in_general(with_more) or CANARY in numbers_in(with_more):
            more = [one for one in in_general(with_more) if one not in in_general(as_it_is)]
            faults.append(f"{form.action}: {more} {in_general(as_it_is)}")

    assert not faults, "\n".join(faults[:5])
    assert POSTS - accepted == set(EXCUSED) or EVERY > 1, POSTS - accepted ^ set(EXCUSED)


def swapped(form: Form) -> Iterator[dict]:
    """Yield changes of the form, each with one id exchanged for one that was not offered."""
    for name, value in form.values.items():
        offered = [choice for choice in form.choices[name] if choice]
        is_choice = any(choice.isdecimal() for choice in offered)
        is_hidden = name in form.hidden and str(value).isdecimal()
        if (is_choice or is_hidden) and str(CANARY) not in offered:
            yield {name: [str(CANARY)] if isinstance(value, list) else str(CANARY)}
        beginning, _, number = name.rpartition("-")
        if number.isdecimal():
            yield {f"{beginning}-{CANARY}": value}


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_an_id_that_was_not_offered_is_not_taken(sender):
    tried, faults = 0, []
    for page, place, form in every_form(sender, PAGES):
        for changes in swapped(form):
            answer, written = sender.send(page, place, changes)
            tried += 1
            if CANARY in numbers_in(written) or answer.status_code >= 500:
                faults.append(f"{form.action} {changes}: {answer.status_code} {written}")

    assert not faults, "\n".join(faults[:5])
    assert tried >= 10, tried
