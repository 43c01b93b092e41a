"""A signature over the bytes that we make still holds when they have gone our way out (MAIL-11).

Our mail server signs, not we; so another program signs our bytes here, our own connection sends
them, and they are checked where they arrive.
"""

import base64
import subprocess

import dkim
import pytest

from swa.messaging.mime import build_mime
from swa.messaging.smtp import FinishedMessage, SafeConnection
from tests.messaging.test_mime import CALENDAR, SENDER, STOP, TO, letter

pytestmark = pytest.mark.once
DOMAIN = SENDER[1].rpartition("@")[2].encode()
# RFC 8058, 4, asks that both headers of the one click are signed.
SIGNED = [
    *(b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"mime-version"),
    *(b"content-type", b"list-unsubscribe", b"list-unsubscribe-post"),
]
HARD_TO_CARRY = {"text": f".\n..\n.dot\nFrom here\n{'long ' * 300}é\n \n\n\n", "html": "<p>.</p>\n"}
LETTERS = {
    "a plain notice": letter(),
    "a notice with a link to stop": letter(stop_link=STOP + "A" * 43),
    "an invitation": letter(draft={"calendar": ("REQUEST", CALENDAR)}, reply_to=""),
    "words that are hard to carry": letter(subject="Café 🙂 " * 20, draft=HARD_TO_CARRY),
}


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A private key as PEM, and the record that the DNS would hold of it."""
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    public = ["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"]
    shown = subprocess.run(public, check=True, capture_output=True).stdout
    return path.read_bytes(), b"v=DKIM1; k=rsa; p=" + base64.b64encode(shown)


@pytest.fixture
def carry(key, sink):
    """Sign the bytes of a letter, send them by our own connection, and return what arrived."""

    def act(mail):
        raw = build_mime(mail)
        signature = dkim.sign(raw, b"relay", DOMAIN, key[0], include_headers=SIGNED)
        message = FinishedMessage(
            signature + raw, to=TO[1], sender=SENDER[1], message_id="", subject=""
        )
        with SafeConnection() as link:
            link.send(message, envelope_from=SENDER[1])
        return sink.envelopes[-1].original_content

    return act


@pytest.fixture
def is_genuine(key):
    return lambda raw: dkim.verify(raw, dnsfunc=lambda _name, **_options: key[1])


@pytest.mark.parametrize("name", LETTERS)
def test_mail_11_a_signature_over_our_bytes_holds_where_they_arrive(name, carry, is_genuine):
    arrived = carry(LETTERS[name])

    assert arrived.startswith(b"DKIM-Signature:")
    assert b"d=" + DOMAIN in arrived
    assert is_genuine(arrived)


@pytest.mark.parametrize(
    ("old", "new"), [(b"Hello", b"Hullo"), (b"Subject: ", b"Subject: x"), (b"To: Ada", b"To: Eve")]
)
def test_mail_11_a_mail_that_was_changed_on_its_way_is_noticed(old, new, carry, is_genuine):
    arrived = carry(LETTERS["a plain notice"])

    assert old in arrived
    assert not is_genuine(arrived.replace(old, new, 1))
