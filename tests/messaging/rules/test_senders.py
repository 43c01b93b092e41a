"""The envelope sender of each message (MAIL-11)."""

import re

import pytest

from swa.messaging import services
from swa.messaging.rules.senders import find_fault, make_sender

BOX = "training@swa.example.org"
TOKEN = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("message_id", "bounce_address", "sender"),
    [
        pytest.param(f"<{TOKEN}@x.org>", "", BOX, id="switched off"),
        pytest.param(f"<{TOKEN}@x.org>", "b@x.org", f"b+{TOKEN}@x.org", id="switched on"),
        pytest.param("<abc@x.org>", "b@x.org", BOX, id="an older form of Message-ID"),
        pytest.param(f"<{TOKEN}0@x.org>", "b@x.org", BOX, id="a token that is too long"),
    ],
)
def test_the_envelope_sender(message_id, bounce_address, sender):
    """MAIL-11."""
    assert make_sender(message_id, bounce_address=bounce_address, mailbox=BOX) == sender


def test_a_new_message_id_makes_a_token_nobody_can_guess(app):
    senders = {
        make_sender(services.new_message_id(), bounce_address="b@x.org", mailbox=BOX)
        for _ in range(50)
    }

    assert len(senders) == 50
    assert all(re.fullmatch(r"b\+[0-9a-f]{32}@x\.org", sender) for sender in senders)


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("bounce@swa.example.org", True),
        ("training@swa.example.org", True),
        ("bounce@MAIL.swa.example.org", True),
        (f"{'b' * 31}@swa.example.org", True),
        (f"{'b' * 32}@swa.example.org", False),
        ("bounce+x@swa.example.org", False),
        ("bounce", False),
        ("a b@swa.example.org", False),
        ("bounce@notswa.example.org", False),
        ("bounce@example.org", False),
    ],
)
def test_which_addresses_may_be_set(address, is_fine):
    fault = find_fault(address, mailbox=BOX)

    assert (fault == "") is is_fine
