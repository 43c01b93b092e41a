"""How templates are found, and what they may use."""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask, current_app, g, has_request_context, request
from flask.templating import Environment
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.utils import missing

from swa.core import dates
from swa.core.forms.errors import error_list
from swa.messaging.rules.refusals import explain
from swa.people.access import find_current_person
from swa.web import written
from swa.web.navigation import navigation, page_address

GOVUK_VERSION = "6.3.0"
PROBED_BY_GOVUK = frozenset(
    "undefined null htmlClasses pageTitleLang opengraphImageUrl assetUrl bodyClasses"
    " headerClasses containerClasses mainClasses mainLang footerClasses".split()
)


class StrictNames(Undefined):
    """Fail on a forgotten name, but let the GOV.UK macros probe their optional ones.

    ``StrictUndefined`` breaks the macros, which look at names that nobody gave.
    """

    def _check(self) -> None:
        forgotten = self._undefined_obj is missing and self._undefined_hint is None
        if forgotten and self._undefined_name not in PROBED_BY_GOVUK:
            self._fail()

    def _fail(self) -> NoReturn:
        self._fail_with_undefined_error()

    def __str__(self) -> str:
        self._check()
        return super().__str__()

    def __bool__(self) -> bool:
        self._check()
        return super().__bool__()

    def __iter__(self) -> Any:
        self._check()
        return super().__iter__()


class OneDictEnvironment(Environment):
    """Gives each template its globals in one dictionary.

    A page imports some thirty templates of macros, and Jinja compares the globals at each of these
    imports; with its own ``ChainMap`` that takes 7 % of the time of a page. Whatever is global
    must be there before the first page is made.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of the environment, with those of one template laid over them."""
        return {**self.globals, **(d or {})}


def install(app: Flask, root: Path) -> None:
    """Set up the loader, the filters and what every page knows."""
    app.jinja_environment = OneDictEnvironment
    app.jinja_options = {"undefined": StrictNames, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(root / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.filters.update(
        long_date=dates.long_date,
        plain_date=dates.plain_date,
        short_date=dates.short_date,
        short_time=dates.short_time,
        time_range=dates.time_range,
        when=dates.when,
        duration=dates.duration,
        paragraphs=written.paragraphs,
        parts=written.parts,
        pieces=written.pieces,
        explain_refusal=explain,
        plural=plural,
        how_often=how_often,
    )
    app.jinja_env.globals.update(
        error_list=error_list,
        govuk_version=GOVUK_VERSION,
        navigation=navigation,
        page_address=page_address,
    )
    app.context_processor(_what_every_page_knows)


def plural(number: int, one: str, many: str = "") -> str:
    """Say a number with its noun: 1 place, 4 places."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def how_often(times: int) -> str:
    """Say how often something happened: once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _what_every_page_knows() -> dict[str, Any]:
    settings = current_app.extensions["swa_settings"]
    return {
        "cspNonce": g.get("csp_nonce", ""),
        "settings": settings,
        "me": find_current_person(),
        "endpoint": request.endpoint if has_request_context() else "",
    }
