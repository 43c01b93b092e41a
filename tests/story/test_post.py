"""The eye of the story on the mails sees what it is there for: ML-5 and its seeded faults."""

from email.message import EmailMessage

import pytest

from tests.story import post
from tests.story.cast import Player
from tests.support.mail_sink import Received

HANA = Player("Hana Kobayashi", "hana.kobayashi@example.org")
ORLA = Player("Orla Brannigan", "orla.brannigan@example.org")
WORDS = "You have a place on this session. " * 5


def a_mail(*, text: str = WORDS, html: str = f"<p>{WORDS}</p>", **headers: str) -> Received:
    message = EmailMessage()
    ordinary = {
        "From": "training@swa.example.org",
        "To": HANA.email,
        "Subject": "Invitation: Listening",
        "Message-ID": "<1@swa.example.org>",
    }
    for name, value in (ordinary | headers).items():
        message[name] = value
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return Received("training@swa.example.org", (HANA.email,), message.as_bytes())


def test_a_mail_in_order_passes() -> None:
    post.check_mail(a_mail(), [ORLA])


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(a_mail(Cc="coordinator@swa.example.org"), id="a second recipient"),
        pytest.param(a_mail(Bcc=HANA.email), id="the same recipient once more"),
        pytest.param(a_mail(To=ORLA.email), id="header and envelope differ"),
        pytest.param(a_mail(From="somebody@example.org"), id="another sender"),
        pytest.param(a_mail(text=f"{WORDS} You meet {ORLA.name}."), id="a name in the text"),
        pytest.param(a_mail(html=f"<p>{WORDS}BRANNIGAN</p>"), id="a family name in the HTML"),
        pytest.param(a_mail(Subject=f"Invitation: {ORLA.email}"), id="an address in a header"),
        pytest.param(a_mail(text=""), id="an empty text"),
    ],
)
def test_a_fault_is_noticed(mail: Received) -> None:
    with pytest.raises(AssertionError):
        post.check_mail(mail, [ORLA])
