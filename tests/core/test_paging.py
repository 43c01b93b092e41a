"""Long lists in pages (C32): two queries, and what is no page is page 1."""

import pytest
from sqlalchemy import select

from swa.core.paging import Page, paginate
from swa.people.models import Organisation
from tests.support.query_counts import counted_queries


@pytest.fixture
def five(make):
    return [make.organisation(name=f"Organisation {letter}") for letter in "ABCDE"]


def page_of(asked, per_page=2):
    return paginate(select(Organisation).order_by(Organisation.name), asked, per_page=per_page)


@pytest.mark.parametrize(
    ("asked", "number", "names"),
    [
        (None, 1, "AB"),
        ("", 1, "AB"),
        ("1", 1, "AB"),
        ("2", 2, "CD"),
        ("3", 3, "E"),
        ("4", 1, "AB"),
        ("0", 1, "AB"),
        ("-1", 1, "AB"),
        ("two", 1, "AB"),
        ("²", 1, "AB"),
        ("9" * 400, 1, "AB"),
        ("1 OR 1=1", 1, "AB"),
    ],
)
def test_shows_the_page_that_was_asked_for(five, asked, number, names):
    page = page_of(asked)

    assert page.number == number
    assert "".join(organisation.name[-1] for organisation in page.items) == names
    assert (page.total, page.pages) == (5, 3)


def test_an_empty_list_has_one_page(app):
    page = page_of("3")

    assert (list(page.items), page.number, page.total, page.pages) == ([], 1, 0, 1)


def test_takes_two_queries(five):
    with counted_queries() as asked:
        page_of("2")

    assert len(asked) == 2


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 4, [1, 2, 3, 4]),
        (1, 5, [1, 2, None, 5]),
        (2, 4, [1, 2, 3, 4]),
        (3, 5, [1, 2, 3, 4, 5]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_links_to_the_first_the_last_and_those_around(number, pages, shown):
    page = Page((), number, total=pages * 10, per_page=10)

    assert page.numbers == shown


@pytest.mark.parametrize(("total", "words"), [(10, ""), (11, " (page 1 of 2)")])
def test_the_title_says_the_page_when_there_are_several(total, words):
    assert Page((), 1, total, per_page=10).title_part == words
