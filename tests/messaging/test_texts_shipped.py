"""The shipped texts: each can be read, names only what it may, and says whose it is (MT-04, MT-13,
MAIL-13)."""

import re
from pathlib import Path

import pytest

from swa.messaging import kinds
from swa.messaging.rendering import render_source, sample_values
from swa.messaging.texts import catalogue
from swa.messaging.texts.rules.checking import check_text
from swa.messaging.texts.rules.language import Slot, parse, walk
from swa.messaging.texts.shipped import Source, read_shipped, split_source
from swa.messaging.texts.types import Form
from tests.support.plain_app import plain_app

pytestmark = pytest.mark.once
FOLDER = Path("templates/emails")
FILES = sorted(FOLDER.rglob("*.txt"))
NAMES = [path.relative_to(FOLDER).with_suffix("").as_posix() for path in FILES]


@pytest.fixture(autouse=True)
def in_the_app():
    with plain_app().test_request_context():
        yield


@pytest.mark.parametrize("name", NAMES)
def test_it_names_only_what_it_may_and_all_that_it_must(name):
    text = read_shipped(name)

    check_text(text.subject, text.body, catalogue.get(name).lists)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_its_file_says_that_it_is_ours(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("# This text is ours")


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_shown_with_samples(name):
    template = catalogue.get(name)
    draft = render_source(read_shipped(name), sample_values(template))

    for part in (draft.subject, draft.text, draft.html):
        assert not re.search(r"\{\{|\[(if|end|otherwise)", part)
    assert "\n\n\n" not in draft.text


@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_and_condition_is_described(name):
    lists = catalogue.get(name).lists

    for key, entry in [*lists.placeholders.items(), *lists.conditions.items()]:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", key)
        assert entry.means[0].isupper() or entry.means.startswith("“")
        assert not entry.means.endswith(".")
    for key, entry in lists.placeholders.items():
        assert entry.sample, f"{key} has no sample"
        assert entry.form is not Form.LINK or entry.sample.startswith("/")
    assert set(lists.must_have) <= set(lists.placeholders)
    assert not set(lists.conditions) & set(lists.placeholders)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_when_it_goes(name):
    template = catalogue.get(name)

    assert template.title
    assert template.sent.endswith(".")
    assert len(template.title) <= 40


def test_every_file_is_in_the_catalogue_and_every_entry_has_a_file():
    assert {template.name for template in catalogue.list_shipped()} == set(NAMES)


def test_the_text_of_every_kind_is_in_the_catalogue():
    of_kinds = [kinds.get(name).template for name in kinds.list_names()]

    assert {template.name for template in of_kinds if template} <= set(NAMES)


def test_no_two_texts_share_an_address():
    keys = [catalogue.get(name).key for name in NAMES]

    assert len(keys) == len(set(keys))


def test_a_mail_about_getting_in_keeps_its_link_and_its_code():
    """TP-2: without them nobody gets in."""
    for name in ("people/sign_in_link", "people/registration_link"):
        assert catalogue.get(name).lists.must_have == ("secret_link", "secret_code")
        assert catalogue.get(name).for_administrators


def test_a_subject_holds_no_secret():
    """LK-1: secrets are filled in while a mail is sent, in its text and HTML part only."""
    for name in NAMES:
        named = {n.name for n, _ in walk(parse(read_shipped(name).subject).nodes)
                 if isinstance(n, Slot)}  # fmt: skip
        assert not any(word.startswith("secret") for word in named)


def test_the_comments_of_a_file_are_not_sent():
    assert split_source("# a\n# b\n\nSubject: c \n\nd\n# e\n") == Source("c", "d\n# e")


def test_a_file_without_a_subject_is_a_mistake():
    with pytest.raises(ValueError, match="Subject"):
        split_source("# a\n\nHello")
