"""The way to the mail server: never in clear to another machine, no hang, no hidden outcome."""

import socket
import ssl
import subprocess
import threading
import time

import pytest

from swa.messaging import dispatcher, smtp
from swa.messaging.smtp import MailServerAway, SafeConnection, SmtpServer, read_smtp_url
from swa.web.factory import create_app
from swa.web.settings import SettingsError, load_settings
from tests.messaging import outbox
from tests.messaging.servers import Script, Sink, free_port


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://user:pass@mail.example.org:587",
            SmtpServer("mail.example.org", 587, "starttls", "user", "pass"),
        ),
        ("smtp://mail.example.org", SmtpServer("mail.example.org", 587, "starttls")),
        ("smtps://mail.example.org", SmtpServer("mail.example.org", 465, "tls")),
        ("smtp+plain://127.0.0.1:2525", SmtpServer("127.0.0.1", 2525, "plain")),
        ("smtp+plain://localhost", SmtpServer("localhost", 25, "plain")),
        ("smtp+plain://[::1]:25", SmtpServer("::1", 25, "plain")),
        (
            "smtp://a%40b:p%3A%2F@m.example:25",
            SmtpServer("m.example", 25, "starttls", "a@b", "p:/"),
        ),
    ],
)
def test_reads_the_address_of_a_server(url, server):
    assert read_smtp_url(url) == server


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp:mail", "//mail:25"]
)
def test_refuses_what_is_no_address_of_a_server(url):
    with pytest.raises(ValueError, match="SWA_SMTP_URL must look like"):
        read_smtp_url(url)


@pytest.mark.parametrize("host", ["mail.example.org", "10.0.0.1", "127.0.0.1.evil.example"])
def test_mail_goes_in_clear_to_this_machine_only(host):
    with pytest.raises(ValueError, match="only for a server on this machine"):
        read_smtp_url(f"smtp+plain://{host}:25")


def test_the_password_is_not_shown():
    assert "secret" not in repr(read_smtp_url("smtp://user:secret@mail.example.org"))


def test_the_app_does_not_start_with_a_wrong_address(tmp_path):
    settings = load_settings(
        mode="demo", instance_path=tmp_path, smtp_url="smtp+plain://mail.example.org"
    )

    with pytest.raises(SettingsError, match="SWA_SMTP_URL"):
        create_app(settings)


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost that its own authority signed, and a context that serves it."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", key, "-out", cert, "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


@pytest.fixture
def note(make):
    outbox.queue("booking 1", outbox.wanted(make.person().id))


def test_starttls_with_a_known_certificate_takes_mail(note, use_server, certificate, monkeypatch):
    cert, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with Sink(options={"tls_context": context, "require_starttls": True}) as server:
        use_server(f"smtp://localhost:{server.controller.port}")
        dispatcher.send_due()

    assert outbox.states() == ["sent"]


def test_tls_from_the_first_byte_takes_mail(note, use_server, certificate, monkeypatch):
    cert, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with Sink(options={"ssl_context": context}) as server:
        use_server(f"smtps://localhost:{server.controller.port}")
        dispatcher.send_due()

    assert outbox.states() == ["sent"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_an_unknown_certificate_gets_no_mail(note, use_server, certificate, scheme):
    _, context = certificate
    option = "tls_context" if scheme == "smtp" else "ssl_context"
    with Sink(options={option: context}) as server:
        use_server(f"{scheme}://localhost:{server.controller.port}")
        count = dispatcher.send_due()

    assert (outbox.states(), server.mails) == (["waiting"], [])
    assert "CERTIFICATE_VERIFY_FAILED" in count.why_stopped


def test_a_certificate_for_another_name_gets_no_mail(note, use_server, certificate, monkeypatch):
    cert, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with Sink(options={"tls_context": context}) as server:
        use_server(f"smtp://127.0.0.1:{server.controller.port}")
        dispatcher.send_due()

    assert (outbox.states(), server.mails) == (["waiting"], [])


def test_a_server_without_starttls_gets_nothing_in_clear(note, use_server):
    with Script(scheme="smtp://") as server:
        use_server(server.url)
        dispatcher.send_due()

    assert outbox.states() == ["waiting"]
    assert not any(line.startswith(("MAIL", "AUTH")) for line in server.log)


def test_the_name_and_password_of_the_address_are_used(note, use_server):
    with Script(scheme="smtp+plain://ada:secret@", EHLO=b"250-x\r\n250 AUTH PLAIN\r\n") as server:
        server.faults["AUTH"] = b"235 welcome\r\n"
        use_server(server.url)
        dispatcher.send_due()

    assert outbox.states() == ["sent"]
    assert "AUTH PLAIN AGFkYQBzZWNyZXQ=" in server.log


def test_the_deadline_cuts_a_link():
    ours, theirs = socket.socketpair()
    host = type("Host", (), {"sock": ours})()
    begun = time.monotonic()

    with ours, theirs, smtp.deadline(host, 0.1) as is_cut:
        assert ours.recv(10) == b"", "the read ends because the link was cut"

    assert is_cut.is_set()
    assert time.monotonic() - begun < 5


def test_a_deadline_that_was_met_cuts_nothing():
    ours, theirs = socket.socketpair()
    host = type("Host", (), {"sock": ours})()

    with ours, theirs:
        with smtp.deadline(host, 0.1) as is_cut:
            pass
        time.sleep(0.2)
        theirs.sendall(b"still here")
        assert ours.recv(10) == b"still here"

    assert not is_cut.is_set()


@pytest.mark.parametrize("host", [None, type("Host", (), {"sock": None})()])
def test_a_deadline_without_a_link_does_no_harm(host):
    with smtp.deadline(host, 0.01) as is_cut:
        is_cut.wait(5)

    assert threading.active_count() >= 1


def test_every_link_has_a_time_out(use_server):
    with Script() as server:
        use_server(server.url)
        with SafeConnection() as link:
            assert link.host.timeout == smtp.READ_SECONDS


def test_an_error_while_closing_does_not_replace_the_real_one(use_server):
    with Script() as server:
        use_server(server.url)
        with pytest.raises(LookupError, match="the real one"), SafeConnection() as link:
            link.host.sock.close()
            msg = "the real one"
            raise LookupError(msg)


def test_a_server_that_is_away_is_named_as_such(use_server):
    use_server(f"smtp+plain://127.0.0.1:{free_port()}")

    with pytest.raises(MailServerAway, match="ConnectionRefusedError"), SafeConnection():
        pytest.fail("nobody listens")


def test_the_doctor_hears_what_is_wrong(app, use_server, monkeypatch):
    assert smtp.find_problem() is None

    monkeypatch.setattr(app, "testing", False)
    assert "SWA_SMTP_URL is not set" in smtp.find_problem()

    use_server(f"smtp+plain://127.0.0.1:{free_port()}")
    assert "does not take messages" in smtp.find_problem()

    with Script() as server:
        use_server(server.url)
        assert smtp.find_problem() is None
    assert [line[:4] for line in server.log] == ["ehlo", "QUIT"] or server.log[-1].upper() == "QUIT"
