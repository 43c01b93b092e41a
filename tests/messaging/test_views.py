"""The mailbox of the demonstration and the staff page of messages (MAIL-15, LK-1)."""

import pytest

from swa.messaging import dispatcher
from swa.web.settings import RunMode
from tests.messaging import outbox
from tests.support.pages import read_page


@pytest.fixture
def demo(app, use_server):
    settings = app.extensions["swa_settings"]
    app.extensions["swa_settings"] = settings.model_copy(update={"mode": RunMode.DEMO})
    use_server("", is_demo=True)
    yield app.test_client()
    app.extensions["swa_settings"] = settings


def test_the_mailbox_shows_every_message_with_text_and_frame(make, demo):
    person = make.person(name="Ada <b>Bold</b>")
    outbox.queue("booking 1", outbox.wanted(person.id))
    dispatcher.send_due()

    listed = read_page(demo.get("/demo/mailbox/"))
    shown = read_page(demo.get(listed.select_one(".app-mailbox a")["href"]))

    assert "About booking 1" in listed.text
    assert "Dear Ada <b>Bold</b>, this is edition 1." in shown.text
    assert shown.select_one("iframe[sandbox]")["src"].endswith("/html")


def test_the_page_exists_in_demo_mode_only(client):
    assert client.get("/demo/mailbox/").status_code == 404
