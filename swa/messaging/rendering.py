"""Makes the words of a mail: the text part as written but for bold, the HTML part from it.

A text is written in the small language of ``texts.rules.language``: paragraphs, lines beginning
with "- ", ``**bold**`` and bare links, with placeholders and blocks. What a person typed is inert
in the HTML part: every sign of it is escaped, so it can add neither markup nor a link (XS-2, XS-3).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import css_inline
import nh3
from flask import current_app
from markdown_it import MarkdownIt
from markupsafe import Markup

from swa.messaging.setup import current_setup
from swa.messaging.texts import catalogue
from swa.messaging.texts.rules.checking import BOLD
from swa.messaging.texts.rules.language import Words, fill, parse, printable
from swa.messaging.texts.shipped import Source, read_shipped
from swa.messaging.texts.types import FOOT, Form, Template, Value, Values
from swa.messaging.types import Draft

ABOVE_THE_FOOT = "The words of the message stand here."
TAGS = {"p", "br", "ul", "li", "strong", "a"}
SCHEMES = ("http://", "https://", "mailto:")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# A backslash or a bracket ends a link: an escaped value never looks like one.
BARE_LINK = re.compile(r"https?://[^\s<>\"'`\\|{}^\[\]]*[^\s<>\"'`\\|{}^\[\].,;:!?)]")
_stop_link: ContextVar[str] = ContextVar("stop_link", default="")
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


@contextmanager
def with_stop_link(link: str) -> Iterator[None]:
    """Have the foot of a mail made inside name the address that stops messages like it.

    Args:
        link: Empty for a message that nobody can switch off.
    """
    before = _stop_link.set(link)
    try:
        yield
    finally:
        _stop_link.reset(before)


def render_draft(text: str, /, **values: Any) -> Draft:
    """Make the words of one mail from the text that counts.

    Args:
        text: Its name: "sessions/on_waiting_list", or "custom/7" for one of their own.
        values: What the text may name, and what its blocks ask; a missing name is an error. Text
            of people goes in as it is, longer texts that staff wrote as ``authored``. A value may
            be a function, which is called when the text names it.

    Raises:
        KeyError: The text names what it was not given.
        swa.messaging.texts.types.TextTooLongError: It is longer than any message may be (TP-3).

    Source:
        MT-04.
    """
    source, foot = catalogue.find_with_foot(text)
    return render_source(source, values, foot=foot)


def show(template: Template, source: Source, values: Values) -> Draft:
    """Make the words of a preview or a test from a text that need not count yet.

    The foot is shown below a line that stands for the message, whatever that is.
    """
    if not template.is_foot:
        return render_source(source, values, foot=catalogue.find_source(FOOT))
    with with_stop_link(str(values["stop_link"])):
        return render_source(Source(source.subject, ABOVE_THE_FOOT), values, foot=source)


def render_source(source: Source, values: Values, *, foot: Source | None = None) -> Draft:
    """Make the words of one mail from a text and a foot; see ``render_draft``.

    Args:
        source: The text.
        values: What text and foot may name.
        foot: None for the shipped one.
    """
    known = what_every_mail_knows() | dict(values)
    subject = " ".join(_as_text(fill(parse(source.subject).nodes, known)).split())
    body = _with_foot(source, foot or read_shipped(FOOT), known)
    text = MANY_BLANK_LINES.sub("\n\n", _as_text(body)).strip()
    html = to_html(MANY_BLANK_LINES.sub("\n\n", _as_markdown(body)).strip())
    return Draft(subject=subject, text=text + "\n", html=_lay_out(subject, html))


def sample_values(template: Template) -> dict[str, Value]:
    """Return what the preview shows in the places of a text."""
    lists = template.lists
    samples: dict[str, Value] = {name: entry.sample for name, entry in lists.conditions.items()}
    for name, entry in lists.placeholders.items():
        make = {Form.LINK: full_url, Form.TEXT: authored}.get(entry.form, str)
        samples[name] = make(entry.sample)
    return samples | what_every_mail_knows()


def what_every_mail_knows() -> dict[str, Value]:
    """Return the values of ``catalogue.EVERYWHERE``, from the facts of the installation."""
    setup = current_setup()
    return {
        "alliance_name": setup.alliance_name,
        "service_name": setup.service_name,
        "coordinator_address": setup.coordinator_address,
        "help_phone": setup.help_phone,
        "help_hours": setup.help_hours,
        "home_link": full_url("/"),
    }


def lay_out_plain(subject: str, text: str) -> Draft:
    """Make a mail of words that somebody wrote for it: paragraphs, "- " lists and bare links."""
    words = authored(text)
    return Draft(_one_line(subject), words + "\n", _lay_out(subject, to_html(_value(words))))


def to_html(markdown: str) -> str:
    """Turn the small Markdown into HTML that holds nothing but ``TAGS`` and safe links."""
    return nh3.clean(
        _markdown.render(markdown),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        attribute_filter=_only_whole_addresses,
        link_rel=None,
    )


def _only_whole_addresses(tag: str, attribute: str, value: str) -> str | None:
    """Drop a link that names no scheme: ``//host`` passes both Markdown and nh3 (XS-3)."""
    return value if value.lower().startswith(SCHEMES) else None


def _with_foot(source: Source, foot: Source, known: Values) -> list[Words | Value]:
    """Return the pieces of the body and of the foot that every mail has."""
    return [
        *fill(parse(source.body).nodes, known),
        Words("\n\n", 0),
        *fill(parse(foot.body).nodes, {**known, "stop_link": Link(_stop_link.get())}),
    ]


def _lay_out(subject: str, body: str) -> str:
    # nh3 made the body: nothing but the few tags above is left in it.
    content = Markup(body)  # noqa: S704 - see the line above; everything else is escaped by Jinja
    page = current_app.jinja_env.get_template("emails/_layout.html")
    values: Mapping[str, Any] = what_every_mail_knows()
    colour = current_setup().brand_colour
    return _inliner.inline(
        page.render(values, subject=subject, content=content, brand_colour=colour)
    )


def _one_line(value: object) -> str:
    if value is None:
        return ""
    return " ".join(printable(str(value)).split())


def _as_text(pieces: list[Words | Value]) -> str:
    return "".join(
        piece.text.replace(BOLD, "")
        if isinstance(piece, Words)
        else piece
        if isinstance(piece, Authored)
        else _one_line(piece)
        for piece in pieces
    )


def _as_markdown(pieces: list[Words | Value]) -> str:
    return "".join(_in_markdown(pieces))


def _in_markdown(pieces: list[Words | Value]) -> Iterator[str]:
    before = "\n"
    for piece in pieces:
        written = (
            _words(piece.text, begins_a_line=before.endswith("\n"))
            if isinstance(piece, Words)
            else _value(piece)
        )
        before = written or before
        yield written


def _words(text: str, *, begins_a_line: bool) -> str:
    """Escape what somebody typed into a text, but for bold words, dashes and links."""
    first, *rest = text.split("\n")
    lines = [_line(first) if begins_a_line else _with_bold(first), *(_line(line) for line in rest)]
    return "\n".join(lines)


def _line(line: str) -> str:
    lead, rest = ("- ", line[2:].lstrip()) if line.startswith("- ") else ("", line)
    return lead + _with_bold(rest)


def _with_bold(line: str) -> str:
    return BOLD.join(_with_links(part) for part in line.split(BOLD))


def _value(value: Value) -> str:
    """Escape a value, so that it is shown as it is and nothing of it is markup."""
    if isinstance(value, Link):
        return f"<{value}>"
    if isinstance(value, Authored):
        return "\n".join(_authored_line(line) for line in value.split("\n"))
    return PUNCTUATION.sub(r"\\\1", _one_line(value))


def _authored_line(line: str) -> str:
    """Escape a line of a text that staff wrote, but for a leading dash and the links in it."""
    line = line.strip()
    lead, rest = ("- ", line[2:].lstrip()) if line.startswith("- ") else ("", line)
    return lead + _with_links(rest)


def _with_links(words: str) -> str:
    """Escape words, and write the bare links among them so that nothing runs into them."""
    pieces, end = [], 0
    for link in BARE_LINK.finditer(words):
        pieces += [PUNCTUATION.sub(r"\\\1", words[end : link.start()]), f"<{link[0]}>"]
        end = link.end()
    return "".join(pieces) + PUNCTUATION.sub(r"\\\1", words[end:])
