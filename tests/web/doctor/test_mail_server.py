"""The mail server is tried as the worker would, without a message."""

import pytest

from swa.web.doctor import mail_server
from swa.web.doctor.findings import State
from swa.web.settings import Settings
from tests.support.mail_sink import mail_sink


def check_server(smtp_url, mode="production"):
    settings = Settings(smtp_url=smtp_url, mode=mode, base_url="https://swa.example.org")
    (finding,) = mail_server.check_mail_server(settings)
    return finding


def test_a_mail_server_that_answers_is_fine_and_gets_no_message():
    with mail_sink() as sink:
        finding = check_server(f"smtp+plain://127.0.0.1:{sink.port}")

    assert finding.state is State.FINE
    assert f"127.0.0.1:{sink.port}" in finding.sentence
    assert sink.received == []


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("smtp://127.0.0.1:{port}", id="it knows no STARTTLS"),
        pytest.param("smtp+plain://rosa:hush@127.0.0.1:{port}", id="it takes no sign-in"),
        pytest.param("smtp+plain://127.0.0.1:1", id="nobody listens"),
        pytest.param("smtp+plain://mail.example.org:25", id="in clear to another machine"),
        pytest.param("http://127.0.0.1:{port}", id="no mail address"),
        pytest.param("smtp://127.0.0.1:99999999", id="no port"),
        pytest.param("", id="none at all"),
    ],
)
def test_a_mail_server_that_takes_nothing_is_to_mend(url):
    with mail_sink() as sink:
        finding = check_server(url.format(port=sink.port))

    assert finding.state is State.TO_MEND
    assert finding.advice
    assert "hush" not in str(finding)


def test_a_demonstration_needs_no_mail_server():
    assert check_server("", mode="demo").state is State.FINE
