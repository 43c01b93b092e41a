"""The mailbox is tried as the worker would, and no mail is read."""

import pytest

from swa.web.doctor.findings import State
from swa.web.doctor.mailbox import check_mailbox
from swa.web.settings import Settings, SettingsError, load_settings
from tests.calendars.replies import corpus
from tests.support.dovecot import post_office
from tests.support.mail_sink import free_port

BOX = "training@swa.example.org"


def check(imap_url, **more):
    settings = Settings(imap_url=imap_url, base_url="https://swa.example.org", **more)
    (finding,) = check_mailbox(settings)
    return finding


@pytest.mark.heavy
def test_a_mailbox_that_can_be_read_is_fine_and_its_mails_stay_unseen():
    with post_office() as office:
        office.deliver(BOX, corpus.mail(corpus.PERSON))
        finding = check(office.imap_url(BOX))

        assert finding.state is State.FINE
        assert "INBOX, Processed and Unknown" in finding.sentence
        assert len(office.list_raw(BOX)) == 1
        assert "pw" not in str(finding).split()


def test_without_a_mailbox_the_doctor_says_what_is_missed():
    finding = check("")

    assert finding.state is State.WORTH_KNOWING
    assert "answers from calendars" in finding.sentence
    assert "SWA_IMAP_URL" in finding.advice


def test_an_address_for_bounces_that_nobody_reads_is_to_mend():
    """MAIL-11."""
    finding = check("", bounce_address="bounce@swa.example.org")

    assert finding.state is State.TO_MEND
    assert "SWA_BOUNCE_ADDRESS" in finding.advice


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"imap://a:hush@127.0.0.1:{free_port()}", id="nobody listens"),
        pytest.param("imap://a:hush@mail.example.org", id="in clear to another machine"),
        pytest.param("https://a:hush@mail.example.org", id="no mailbox"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_to_mend(url):
    finding = check(url)

    assert finding.state is State.TO_MEND
    assert "SWA_IMAP_URL" in finding.sentence + finding.advice
    assert "hush" not in str(finding)


def test_the_two_folders_must_be_two():
    finding = check("imaps://a:b@mail.example.org", imap_unknown="Processed")

    assert finding.state is State.TO_MEND


def test_the_service_does_not_start_with_a_mailbox_it_cannot_use(tmp_path):
    from swa.web.factory import create_app

    settings = load_settings(
        mode="demo", imap_url="imap://a:b@mail.example.org", instance_path=tmp_path
    )

    with pytest.raises(SettingsError, match="SWA_IMAP_URL"):
        create_app(settings)
