"""Texts that people made, below the pages: MT-04, TP-2, IN-05 (nothing stays unsent for a text)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import NoResultFound

from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.rendering import render_draft, render_source
from swa.messaging.texts import catalogue, queries, services
from swa.messaging.texts.models import MailText
from swa.messaging.texts.shipped import Source, read_shipped
from swa.messaging.texts.types import TextRefused
from tests.support.query_counts import counted_queries

NAME = "people/new_browser"
VALUES = {"name": "Ada", "account_link": ""}
BODY = "Hello {{ name }}: {{ account_link }}"


@pytest.fixture
def writer(make):
    return make.person().id


def put_to_use(writer, subject, *, seen=None, body=BODY):
    template = catalogue.get(NAME)
    with transaction():
        services.keep_draft(template, subject, body, by_id=writer, now=clock.utc_now())
    with transaction():
        before = services.newest_number(NAME) if seen is None else seen
        services.use_draft(template, seen=before, by_id=writer, now=clock.utc_now())


def test_a_message_has_the_text_that_counts_when_it_is_written(app, writer):
    shipped = render_draft(NAME, **VALUES)
    put_to_use(writer, "Ours")

    assert render_draft(NAME, **VALUES).subject == "Ours"
    with transaction():
        services.restore(catalogue.get(NAME), 0, seen=1, by_id=writer, now=clock.utc_now())
    assert render_draft(NAME, **VALUES) == shipped


def test_a_message_asks_the_database_once_for_its_text(app, writer):
    put_to_use(writer, "Ours")

    with counted_queries() as asked:
        render_draft(NAME, **VALUES)

    assert len(asked) == 1


def test_a_text_that_no_longer_fits_gives_way_to_the_shipped_one(app, writer, caplog):
    with transaction():
        db.session.add(
            MailText(
                name=NAME,
                number=1,
                subject="Old",
                body="{{ a_name_of_last_year }}",
                written_by_id=writer,
                written_at=clock.utc_now(),
            )
        )

    draft = render_draft(NAME, **VALUES)

    assert draft.subject == read_shipped(NAME).subject
    assert "a_name_of_last_year" in caplog.text


def test_an_earlier_version_that_no_longer_fits_is_not_restored(app, writer):
    with transaction():
        db.session.add(
            MailText(
                name=NAME,
                number=1,
                subject="Old",
                body="{{ a_name_of_last_year }}",
                written_by_id=writer,
                written_at=clock.utc_now(),
            )
        )
    put_to_use(writer, "Ours")

    with pytest.raises(TextRefused), transaction():
        services.restore(catalogue.get(NAME), 1, seen=2, by_id=writer, now=clock.utc_now())


@pytest.mark.parametrize("act", ["use", "restore"])
def test_of_two_who_act_at_once_on_what_both_saw_one_is_told(app, make, act):
    writers = [make.person().id for _ in range(4)]
    template, at_once = catalogue.get(NAME), threading.Barrier(len(writers), timeout=10)
    put_to_use(writers[0], "One")
    put_to_use(writers[0], "Two")
    for writer in writers:
        with transaction():
            services.keep_draft(template, f"{writer}", BODY, by_id=writer, now=clock.utc_now())

    def act_as(writer):
        at_once.wait()
        with app.app_context():
            try:
                with transaction():
                    if act == "use":
                        services.use_draft(template, seen=2, by_id=writer, now=clock.utc_now())
                    else:
                        services.restore(template, 1, seen=2, by_id=writer, now=clock.utc_now())
            except services.TextChangedMeanwhile:
                return "told"
            return "done"

    with ThreadPoolExecutor(len(writers)) as threads:
        answers = list(threads.map(act_as, writers))

    assert sorted(answers) == ["done", "told", "told", "told"]
    db.session.rollback()
    assert [version.number for version in queries.list_versions(NAME)] == [3, 2, 1]


def test_what_cannot_be_sent_is_never_kept(app, writer):
    with pytest.raises(TextRefused) as refused, transaction():
        services.new_custom("Own", "run", "{{ prework }}", "x", by_id=writer, now=clock.utc_now())

    assert refused.value.field == "subject"
    assert queries.list_custom() == []
    with pytest.raises(KeyError), transaction():
        services.new_custom("Own", "nobody", "x", "y", by_id=writer, now=clock.utc_now())


def test_a_text_of_ones_own_is_rendered_by_its_name(app, writer):
    with transaction():
        custom = services.new_custom(
            "Own", "booking", "About {{ session_title }}", "For {{ name }}", by_id=writer,
            now=clock.utc_now(),
        )  # fmt: skip
        name = custom.name

    draft = render_draft(name, session_title="Listening", name="Ada")

    assert draft.subject == "About Listening"
    assert draft.text.startswith("For Ada\n")
    assert catalogue.find(name).lists == catalogue.get_family("booking").lists
    assert catalogue.find("custom/999") is None


def test_a_version_of_another_text_is_not_found(app, writer):
    put_to_use(writer, "Ours")

    with pytest.raises(NoResultFound):
        queries.get_version("people/sign_in_link", 1)


def test_a_value_is_escaped_in_the_text_of_an_administrator_too(app):
    """XS-2."""
    draft = render_source(
        Source("{{ name }}", "**{{ name }}**"), {"name": "<b>*A*</b> https://x.y"}
    )

    assert "<b>" not in draft.html
    assert 'https://x.y"' not in draft.html
