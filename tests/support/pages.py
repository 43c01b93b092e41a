"""Reads a page as a careful person would: each page test also checks what every page owes."""

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse


def read_page(response: TestResponse) -> BeautifulSoup:
    page = BeautifulSoup(response.text, "html.parser")
    headings = page.select("h1")
    assert len(headings) == 1, f"a page has exactly one h1: {[h.text for h in headings]}"
    title = page.title.text if page.title else ""
    assert " ".join(headings[0].text.split()) in " ".join(title.split()), (
        f"title {title!r} must repeat the h1 {headings[0].text!r}"
    )
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)), f"duplicate ids in {ids}"
    assert page.select_one("main#main-content"), "the skip link needs its target"
    for form in page.select("form"):
        assert form.get("action") is not None, "every form says where it goes"
        if form.get("method", "get").lower() == "post":
            assert form.has_attr("novalidate"), "the server says what is wrong, not the browser"
            assert form.select_one("[name=csrf_token]"), "every changing form has its token"
    assert not page.select("[required]"), "no required attribute (C18)"
    for field in page.select("input:not([type=hidden]), textarea, select"):
        assert page.select_one(f"label[for='{field.get('id')}']"), f"no label for {field}"
    return page
