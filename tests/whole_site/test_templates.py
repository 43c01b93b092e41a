"""Every template compiles, has a title, is used, and keeps the words of the house (MT-13)."""

import re
from pathlib import Path

import pytest

from tests.support.plain_app import plain_app

pytestmark = pytest.mark.once

TEMPLATES = Path("templates")
PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if path.parts[1] not in {"layouts", "components", "emails"} and not path.name.startswith("_")
)
MAILS = sorted(
    path for path in (TEMPLATES / "emails").rglob("*.txt") if not path.name.startswith("_")
)
CODE = "\n".join(path.read_text(encoding="utf-8") for path in Path("swa").rglob("*.py"))
BANNED = re.compile(
    r"\b(non-attender|failed|score|oops|click here|please|sorry|invalid|forbidden)\b", re.IGNORECASE
)
ALLOWED = {
    "errors/500.html": "C38 fixes its heading",
    "errors/503.html": "C38 fixes its heading",
    "emails/sessions/missed_you.txt": "the toolkit's own name of the mail is “sorry we missed you”",
}


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.*")), ids=str)
def test_it_compiles(path):
    assert plain_app().jinja_env.get_template(path.relative_to(TEMPLATES).as_posix())


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_a_page_extends_the_layout_and_has_a_title(path):
    source = path.read_text(encoding="utf-8")

    assert "{% extends" in source
    assert re.search(r"{%-? block title", source), "say what the page is in its title"


@pytest.mark.parametrize("path", [*PAGES, *MAILS], ids=str)
def test_it_is_used(path):
    name = path.relative_to(TEMPLATES)
    named = name.with_suffix("").as_posix().removeprefix("emails/")

    made_up = re.findall(r'f"([\w/]+)\{\w+\}\.html"', CODE)

    assert named in CODE or name.stem in CODE or named.startswith(tuple(made_up)), (
        f"nothing renders {name}"
    )


@pytest.mark.parametrize("path", [*PAGES, *MAILS, *TEMPLATES.glob("components/*")], ids=str)
def test_it_uses_no_banned_word(path):
    if path.relative_to(TEMPLATES).as_posix() in ALLOWED:
        return
    shown = re.sub(r"{[%#].*?[%#]}|{{.*?}}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert not BANNED.search(shown), BANNED.search(shown)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=str)
def test_no_html_is_glued_together_or_marked_safe(path):
    source = path.read_text(encoding="utf-8")

    assert "|safe" not in source.replace(" ", ""), "nothing is safe by decree (XS-1)"
    assert not re.search(r"[hH]tml['\"]?\s*:\s*[^,}]*~", source), "build HTML in a set block"
    assert "style=" not in source, "the content security policy refuses it"


LINKS = re.compile(r"url_for\(\s*['\"]([\w.]+)['\"]\s*[,)]")
ENDPOINTS = {rule.endpoint for rule in plain_app().url_map.iter_rules()}


@pytest.mark.parametrize(
    "path", sorted([*TEMPLATES.rglob("*.*"), *Path("swa").rglob("*.py")]), ids=str
)
def test_every_link_leads_to_a_page_that_exists(path):
    missing = set(LINKS.findall(path.read_text(encoding="utf-8"))) - ENDPOINTS

    assert not missing
