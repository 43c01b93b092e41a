"""Longer texts of staff look on a page as they do in an email (C28)."""

import pytest
from flask import render_template_string

from swa.web.written import Part, parts, pieces

WORDS = '{% from "components/texts.html" import words %}{{ words(text) }}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \r\n\r\n ", []),
        ("One\r\ntwo", [Part(is_list=False, lines=("One", "two"))]),
        (
            "Bring:\n- a pen\n-  a friend\n\nCome.",
            [
                Part(is_list=False, lines=("Bring:",)),
                Part(is_list=True, lines=("a pen", "a friend")),
                Part(is_list=False, lines=("Come.",)),
            ],
        ),
        ("-5 degrees", [Part(is_list=False, lines=("-5 degrees",))]),
    ],
)
def test_lines_that_begin_with_a_dash_are_a_list(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("No link", [("No link", False)]),
        (
            "See https://a.example.org/x?y=1.",
            [("See ", False), ("https://a.example.org/x?y=1", True), (".", False)],
        ),
        ("javascript:alert(1)", [("javascript:alert(1)", False)]),
    ],
)
def test_only_bare_web_addresses_are_links(line, expected):
    assert pieces(line) == expected


def test_everything_else_is_shown_as_it_was_typed(app):
    with app.test_request_context():
        html = render_template_string(WORDS, text="<b>x</b> https://a.example.org/?a=1&b=2\nand")

    assert " ".join(html.split()) == (
        '<p class="govuk-body app-written"> &lt;b&gt;x&lt;/b&gt; <a class="govuk-link"'
        ' href="https://a.example.org/?a=1&amp;b=2">https://a.example.org/?a=1&amp;b=2</a><br>'
        " and </p>"
    )
