"""Reads a page as a careful person would: each page test also checks what every page owes."""

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

FIELDS = {"input", "textarea", "select"}


def read_page(response: TestResponse) -> BeautifulSoup:
    page = BeautifulSoup(response.text, "html.parser")
    tags = page.find_all(True)  # one walk; each select() would be another
    headings = [tag for tag in tags if tag.name == "h1"]
    assert len(headings) == 1, f"a page has exactly one h1: {[h.text for h in headings]}"
    title = page.title.text if page.title else ""
    assert " ".join(headings[0].text.split()) in " ".join(title.split()), (
        f"title {title!r} must repeat the h1 {headings[0].text!r}"
    )
    ids = [tag["id"] for tag in tags if tag.has_attr("id")]
    assert len(ids) == len(set(ids)), f"duplicate ids in {ids}"
    assert page.find("main", id="main-content"), "the skip link needs its target"
    for form in (tag for tag in tags if tag.name == "form"):
        assert form.get("action") is not None, "every form says where it goes"
        if form.get("method", "get").lower() == "post":
            assert form.has_attr("novalidate"), "the server says what is wrong, not the browser"
            assert form.find(attrs={"name": "csrf_token"}), "every changing form has its token"
    assert not [tag for tag in tags if tag.has_attr("required")], "no required attribute (C18)"
    labelled = {tag.get("for") for tag in tags if tag.name == "label"}
    for field in (tag for tag in tags if tag.name in FIELDS and tag.get("type") != "hidden"):
        assert field.get("id") in labelled, f"no label for {field}"
    return page
