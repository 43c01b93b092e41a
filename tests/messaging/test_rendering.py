"""The words of mails: XS-2 and XS-3 (inert texts), ML-3 (links), MAIL-9 and MAIL-12 (two parts),
TP-1 (a text reaches the listed placeholders only), TP-3 (size)."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

import swa
from swa.messaging import rendering, setup
from swa.messaging.rendering import authored, full_url, page_url, render_source
from swa.messaging.texts.rules import language
from swa.messaging.texts.shipped import Source, read_shipped
from swa.messaging.texts.types import TextTooLongError

TEMPLATES = Path(swa.__file__).parent.parent / "templates"
NOTE = """# A note.
Subject: About {{ name }}

Dear {{ name }},

**Look** here: {{ room_link }}. Or there:
https://www.example.org/a_b_c?x=1&y=2, it says.

- one
- two

{{ words }}
"""
VALUE = "Subject: {{ value }}\n\nbefore {{ value }} after"
STAFF = "Subject: x\n\n{{ value }}"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](//evil.example/x)",
    "<//evil.example>",
    "<https://evil.example/x>",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "**bold** _it_ `code` ~~s~~",
    "# heading",
    "    code",
    "1. one",
    "> quote",
    "- item",
    "\\<b>x</b>",
    "\\\\[a](http://evil.example)",
    "&lt;b&gt; &#106;avascript:",
    "{{ 7 * 7 }} {% raw %}",
    "a\n\n- b\n\nhttp://evil.example/",
    "http://evil.example/",
    "http\\://evil.example/",
    "data:text/html,<script>",
    "</td></table><h1>",
    "<!-- -->",
    "\u2028- x",
    "a\x00b\x1b[31m",
    "\ud800",
]


@pytest.fixture(scope="module")
def words():
    """A small app whose e-mail templates are those of the tests."""
    app = Flask("words")
    texts = {"emails/note.txt": NOTE, "emails/value.txt": VALUE, "emails/staff.txt": STAFF}
    app.jinja_loader = ChoiceLoader([DictLoader(texts), FileSystemLoader(TEMPLATES)])
    app.add_url_rule("/rooms/<int:number>", "room", lambda number: "")
    facts = setup.MailSetup(
        "https://swa.example.org", ("SWA", "us@swa.example.org"), "c@swa.example.org"
    )
    setup.install(app, facts)
    with app.app_context():
        yield app


def render(text, /, **values):
    """Render a shipped text of these tests; the app has no database, so none was changed."""
    return render_source(read_shipped(text), values)


def render_note(**values):
    return render("note", room_link=page_url("room", number=7), **values)


def read(draft):
    page = BeautifulSoup(draft.html, "html.parser")
    return page, page.select_one("td.body")


def test_the_text_part_is_the_text_as_written_without_stars(words):
    draft = render_note(name="Ada", words=authored("Bring\r\n\r\n- a pen"))

    assert draft.subject == "About Ada"
    assert draft.text.startswith(
        "Dear Ada,\n\n"
        "Look here: https://swa.example.org/rooms/7. Or there:\n"
        "https://www.example.org/a_b_c?x=1&y=2, it says.\n\n"
        "- one\n- two\n\n"
        "Bring\n\n- a pen\n\n"
    )


def test_the_html_part_is_made_from_it(words):
    _, body = read(render_note(name="Ada", words=authored("Bring")))

    assert [a["href"] for a in body.select("a")] == [
        "https://swa.example.org/rooms/7",
        "https://www.example.org/a_b_c?x=1&y=2",
        "https://swa.example.org/",
    ]
    assert body.strong.text == "Look"
    assert [li.text for li in body.select("li")] == ["one", "two"]


def test_every_mail_says_whom_to_ask(words):
    draft = render_note(name="Ada", words=authored(""))

    assert "c@swa.example.org" in draft.text
    assert "c@swa.example.org" in read(draft)[1].text


def test_the_html_part_asks_nothing_of_other_machines(words):
    draft = render_note(name="Ada", words=authored("https://elsewhere.example/"))

    page, _ = read(draft)
    assert page.select("img, link, script, iframe, object, form, input") == []
    assert not re.search(r"url\(|@import|background=|src=", draft.html)
    assert page.select_one("style"), "media rules need the element"
    assert page.select_one("td.body")["style"], "some programs drop the element"


def test_a_forgotten_name_is_an_error(words):
    with pytest.raises(KeyError, match="nobody"):
        render_source(Source("x", "{{ nobody }}"), {})


def check_inert(draft, *, tags, links=0):
    page, body = read(draft)
    assert {tag.name for tag in body.find_all()} <= tags
    hrefs = [a["href"] for a in body.select("a")]
    assert hrefs[-1] == "https://swa.example.org/"
    assert all(href.startswith(("http://", "https://")) for href in hrefs)
    assert len(hrefs) == links + 1
    assert len(page.select("td.body")) == 1
    assert page.select("script, img, h1") == []


@pytest.mark.parametrize("value", HOSTILE)
def test_what_a_person_typed_adds_neither_markup_nor_a_link(words, value):
    draft = render("value", value=value)

    check_inert(draft, tags={"p", "a", "br"})
    assert draft.subject == " ".join(draft.subject.split())
    shown = read(draft)[1].p.text
    assert shown == f"before {rendering._one_line(value)} after"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_value_is_shown_as_it_is(words, value):
    draft = render("value", value=value)

    check_inert(draft, tags={"p", "a", "br"})
    assert read(draft)[1].p.text == f"before {rendering._one_line(value)} after".strip()


@given(
    st.lists(
        st.sampled_from([*"<>[]()*_`#-+!\\&;:/.@ \n\t\"'", "http", "javascript", "a", "1", "    "]),
        max_size=30,
    ).map("".join)
)
@settings(max_examples=500, deadline=None)
def test_no_mixture_of_signs_is_markup(words, value):
    check_inert(render("value", value=value), tags={"p", "a", "br"})


@pytest.mark.parametrize("value", HOSTILE)
def test_a_text_of_staff_is_paragraphs_lists_and_bare_links_only(words, value):
    draft = render("staff", value=authored(value))

    links = len(re.findall(r"https?://evil", value.replace("\\:", "")))
    check_inert(draft, tags={"p", "a", "br", "ul", "li"}, links=links)


def test_a_text_of_staff_keeps_its_form(words):
    text = "Come early.\r\nBring:\n\n- a pen\n-  *paper*\n\nJoin https://meet.example.org/j/1?pwd=a_b*c."

    draft = render("staff", value=authored(text))

    assert "- a pen\n-  *paper*" in draft.text
    _, body = read(draft)
    assert [li.text for li in body.select("li")] == ["a pen", "*paper*"]
    assert body.a["href"] == "https://meet.example.org/j/1?pwd=a_b*c"


@given(st.lists(st.sampled_from([*"<>[]()*_`#-!\\&:/. \n\"'", "https://", "x", "- "]), max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_mixture_of_signs_in_a_text_of_staff_is_other_markup(words, signs):
    _, body = read(render("staff", value=authored("".join(signs))))

    assert {tag.name for tag in body.find_all()} <= {"p", "a", "br", "ul", "li"}
    assert all(a["href"].startswith(("http://", "https://")) for a in body.select("a[href]"))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("[a](//evil.example)", "<p>[a](//evil.example)</p>\n", id="no host alone"),
        pytest.param("[a](javascript:x)", "<p>[a](javascript:x)</p>\n", id="no script"),
        pytest.param("<ftp://x.example>", "<p><a>ftp://x.example</a></p>\n", id="no other scheme"),
        pytest.param(
            "<mailto:a@b.org>", '<p><a href="mailto:a@b.org">mailto:a@b.org</a></p>\n', id="mailto"
        ),
        pytest.param("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n", id="no HTML"),
    ],
)
def test_even_a_template_has_safe_links_only(markdown, html):
    assert rendering.to_html(markdown) == html


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example/", "x", "", "/\t/evil", "/a b", "/a\nb", '/"']
)
def test_only_paths_of_ours_become_addresses(words, path):
    with pytest.raises(ValueError, match="not a path of ours"):
        full_url(path)


@pytest.mark.parametrize("host", ["evil.example", "localhost:9", "swa.example.org.evil.example"])
def test_links_ignore_the_host_of_the_request(words, host):
    with words.test_request_context("/", headers={"Host": host}):
        draft = render_note(name="Ada", words=authored(""))

        assert page_url("room", number=1) == "https://swa.example.org/rooms/1"
    assert "evil" not in draft.html + draft.text
    assert "localhost" not in draft.html + draft.text


def test_a_filtered_text_loses_signs_that_cannot_be_shown():
    assert authored("a\x00b\x0b\u2028c\td\r\n\r\n\r\n\r\ne\ud800") == "abc d\n\ne"


def test_none_is_said_as_nothing(words):
    assert "before after" in render("value", value=None).text.replace("  ", " ")


def written(body, **values):
    return render_source(Source("x", body), values)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param("_it_ `code` # 1. > ~", "_it_ `code` # 1. > ~", id="other Markdown is plain"),
        pytest.param("<b>x</b> &amp;", "<b>x</b> &amp;", id="HTML is plain"),
        pytest.param("[a](/b)", "[a](/b)", id="no named links"),
        pytest.param("a **b** c", "a b c", id="bold"),
        pytest.param("{% if x %}{# y #}", "{% if x %}{# y #}", id="other languages are plain"),
    ],
)
def test_what_is_typed_into_a_text_is_plain_but_for_bold_lists_and_links(words, typed, shown):
    draft = written(typed)

    assert draft.text.startswith(shown + "\n\n")
    assert read(draft)[1].p.text == shown


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("https://a.example/{{ value }}", id="a typed link"),
        pytest.param("{{ link }}{{ value }}", id="a link of ours"),
        pytest.param("{{ staff }}{{ value }}", id="a link that staff wrote"),
    ],
)
def test_nothing_runs_into_a_link(words, body):
    """MAIL-13: a value beside a link stays outside of it."""
    draft = written(body, value="x1y2", link=full_url("/z"), staff=authored("https://a.example/q"))

    links = [a["href"] for a in read(draft)[1].select("a")]
    assert len(links) == 2
    assert "x1y2" not in "".join(links)


def test_stars_of_a_value_stay_and_stars_of_the_text_go(words):
    draft = written("**{{ value }}** and {{ value }}", value="a **b**")

    assert draft.text.startswith("a **b** and a **b**\n")
    assert [tag.text for tag in read(draft)[1].select("strong")] == ["a **b**"]


def test_a_dash_begins_a_list_only_at_the_beginning_of_a_line(words):
    draft = written(
        "[if a]\n- one\n[end]\n[if b]- two\n[end]\n\n5 - 3\n{{ value }}",
        a=True,
        b=True,
        value="- three",
    )

    body = read(draft)[1]
    assert [li.text for li in body.select("li")] == ["one", "two"]
    assert "- three" in body.text


def test_a_text_that_grows_beyond_all_bounds_is_not_sent(words):
    """TP-3: the size of what is rendered is capped."""
    body = "{{ value }}" * 500

    with pytest.raises(TextTooLongError):
        written(body, value="x" * (language.MOST_SIGNS // 500 + 1))
    assert written(body, value="x" * (language.MOST_SIGNS // 500 - 1))


def test_a_value_is_not_read_as_a_text(words):
    """TP-1: what a value says is never a placeholder or a block."""
    draft = written("{{ value }} {{ other }}", value="{{ other }} [if x] [end]", other="y")

    assert draft.text.startswith("{{ other }} [if x] [end] y\n")


def test_a_value_is_asked_for_only_when_the_text_names_it(words):
    asked = []

    def ask():
        asked.append(1)
        return "once"

    assert written("nothing", value=ask).text.startswith("nothing")
    assert asked == []
    assert written("{{ value }} [if value]{{ value }}[end]", value=ask).text.startswith("once once")
    assert asked == [1]
