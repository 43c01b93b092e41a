"""Makes the words of a mail: the text part as written but for bold, the HTML part from it.

A template has the blocks ``subject`` and ``body``. The body is plain text in a small Markdown:
paragraphs, lines beginning with "- ", ``**bold**`` and bare links. What a person typed is inert in
the HTML part: every sign of it is escaped, so it can add neither markup nor a link (XS-2, XS-3).
"""

import re
import unicodedata
from typing import Any

import css_inline
import nh3
from flask import Flask, current_app
from jinja2 import BaseLoader, Environment, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from swa.messaging.setup import current_setup
from swa.messaging.types import Draft

KEY = "swa_mail_words"
TAGS = {"p", "br", "ul", "li", "strong", "a"}
SCHEMES = ("http://", "https://", "mailto:")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# A backslash or a bracket ends a link: an escaped value never looks like one.
BARE_LINK = re.compile(r"https?://[^\s<>\"'`\\|{}^\[\]]*[^\s<>\"'`\\|{}^\[\].,;:!?)]")
MANY_BLANK_LINES = re.compile(r"\n{3,}")
_markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["list", "emphasis", "escape", "autolink", "newline"]
)
_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


class Link(str):
    """An address of our own service, made by ``full_url``; it becomes a link."""

    __slots__ = ()


class Authored(str):
    """A text that a facilitator or coordinator wrote for the people of a session."""

    __slots__ = ()


class _WithoutStars(BaseLoader):
    """Takes the stars of ``**bold**`` out of the words of a template, never out of a value."""

    def __init__(self, inner: BaseLoader | None) -> None:
        self.inner = inner or BaseLoader()

    def get_source(self, environment: Environment, template: str) -> tuple[str, Any, Any]:
        source, path, is_fresh = self.inner.get_source(environment, template)
        return source.replace("**", ""), path, is_fresh


def install(app: Flask) -> None:
    """Give the templates of mails what they may use; the pages get the filter too."""
    app.jinja_env.filters["authored"] = authored
    as_text = app.jinja_env.overlay(finalize=_as_text)
    as_text.loader = _WithoutStars(app.jinja_env.loader)
    app.extensions[KEY] = (as_text, app.jinja_env.overlay(finalize=_as_markdown))


def full_url(path: str) -> Link:
    """Return an address of our service; the request's Host has no say in it (ML-3).

    Args:
        path: Begins with one slash.

    Raises:
        ValueError: It does not, so it could lead elsewhere.
    """
    if not re.fullmatch(r"/(?!/)[!#-;=?-\[\]_a-z~]*", path):
        msg = f"not a path of ours: {path!r}"
        raise ValueError(msg)
    return Link(current_setup().base_url + path)


def page_url(endpoint: str, **values: Any) -> Link:
    """Return the address of a page of ours, by the endpoint's name."""
    return full_url(current_app.url_map.bind("").build(endpoint, values))


def authored(text: str) -> Authored:
    """Keep the paragraphs, the "- " lists and the bare links of a text that staff wrote.

    Everything else of it, Markdown and HTML included, is shown as it was typed.
    """
    return Authored(MANY_BLANK_LINES.sub("\n\n", printable(text)).strip())


def printable(text: str) -> str:
    """Return the text with one kind of line end and without signs that cannot be shown."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (" " if sign == "\t" else sign for sign in text)
    return "".join(
        sign
        for sign in kept
        if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"}
    )


def render_draft(template: str, **values: Any) -> Draft:
    """Make the words of one mail.

    Args:
        template: Path below ``templates/emails`` without ".txt", for example
            "sessions/on_waiting_list".
        values: What the template names; a missing name is an error. Text of people goes in as it
            is, longer texts that staff wrote through the filter ``authored``.
    """
    as_text, as_markdown = current_app.extensions[KEY]
    name, known = f"emails/{template}.txt", _what_every_mail_knows() | values
    subject = " ".join(_block(as_text.get_template(name), "subject", known).split())
    text = _whole(as_text, name, known)
    body = to_html(_whole(as_markdown, name, known))
    return Draft(subject=subject, text=text + "\n", html=_lay_out(subject, body))


def to_html(markdown: str) -> str:
    """Turn the small Markdown into HTML that holds nothing but ``TAGS`` and safe links."""
    linked = BARE_LINK.sub(lambda found: f"<{found[0]}>", markdown)
    return nh3.clean(
        _markdown.render(linked),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        attribute_filter=_only_whole_addresses,
        link_rel=None,
    )


def _only_whole_addresses(tag: str, attribute: str, value: str) -> str | None:
    """Drop a link that names no scheme: ``//host`` passes both Markdown and nh3 (XS-3)."""
    return value if value.lower().startswith(SCHEMES) else None


def _what_every_mail_knows() -> dict[str, Any]:
    setup = current_setup()
    return {
        "alliance_name": setup.alliance_name,
        "service_name": setup.service_name,
        "coordinator_address": setup.coordinator_address,
        "help_phone": setup.help_phone,
        "help_hours": setup.help_hours,
        "brand_colour": setup.brand_colour,
        "home_url": full_url("/"),
        "full_url": full_url,
        "page_url": page_url,
    }


def _block(template: Template, block: str, values: dict[str, Any]) -> str:
    return "".join(template.blocks[block](template.new_context(values))).strip()


def _whole(words: Environment, name: str, values: dict[str, Any]) -> str:
    """Return the body with the foot that every mail has."""
    body = _block(words.get_template(name), "body", values)
    foot = _block(words.get_template("emails/_layout.txt"), "foot", values)
    return MANY_BLANK_LINES.sub("\n\n", f"{body}\n\n{foot}")


def _lay_out(subject: str, body: str) -> str:
    # nh3 made the body: nothing but the few tags above is left in it.
    content = Markup(body)  # noqa: S704 - see the line above; everything else is escaped by Jinja
    page = current_app.jinja_env.get_template("emails/_layout.html")
    values = _what_every_mail_knows() | {"subject": subject, "content": content}
    return _inliner.inline(page.render(values))


def _one_line(value: object) -> str:
    if value is None:
        return ""
    return " ".join(printable(str(value)).split())


def _as_text(value: object) -> str:
    return value if isinstance(value, Authored) else _one_line(value)


def _as_markdown(value: object) -> str:
    if isinstance(value, Link):
        return value
    if isinstance(value, Authored):
        return "\n".join(_authored_line(line) for line in value.split("\n"))
    return PUNCTUATION.sub(r"\\\1", _one_line(value))


def _authored_line(line: str) -> str:
    """Escape a line, but for a leading dash and the links in it."""
    line = line.strip()
    lead, rest = ("- ", line[2:].lstrip()) if line.startswith("- ") else ("", line)
    pieces, end = [], 0
    for link in BARE_LINK.finditer(rest):
        pieces += [PUNCTUATION.sub(r"\\\1", rest[end : link.start()]), link[0]]
        end = link.end()
    return lead + "".join(pieces) + PUNCTUATION.sub(r"\\\1", rest[end:])
