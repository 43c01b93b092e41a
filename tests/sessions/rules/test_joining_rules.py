"""AN-21, AZ-2: which words of a message let somebody in."""

import pytest

from swa.sessions.rules.joining import HIDDEN, without_how_to_join

HOME = "https://swa.example.org"


def hide(text, *secrets, home=HOME):
    return without_how_to_join(text, secrets=secrets, home=home)


@pytest.mark.parametrize(
    "link",
    [
        "https://meet.example.org/room",
        "http://meet.example.org",
        "HTTPS://MEET.EXAMPLE.ORG/ROOM",
        "https://swa.example.org.evil.example/room",
        "https://swa.example.org@evil.example/room",
        "https://swa.example.org:8443/room",
    ],
)
def test_a_link_that_leads_elsewhere_is_taken_out(link):
    assert hide(f"Join here:\n\n{link}\n\nSee you") == f"Join here:\n\n{HIDDEN}\n\nSee you"


@pytest.mark.parametrize("link", [HOME, f"{HOME}/bookings/1", f"{HOME}/sessions/?a=1"])
@pytest.mark.parametrize("home", [HOME, f"{HOME}/"])
def test_a_link_of_our_own_stays(link, home):
    assert hide(f"Your booking: {link}", home=home) == f"Your booking: {link}"


def test_the_joining_instructions_are_taken_out_as_a_whole():
    secret = "The door code is 4711.\n\nRing twice."

    assert hide(f"Hello\n\n{secret}\n\nBye", secret) == f"Hello\n\n{HIDDEN}\n\nBye"


def test_the_longer_of_two_secrets_goes_first():
    assert hide("code 4711 at the door", "code", "code 4711") == f"{HIDDEN} at the door"


def test_an_empty_secret_hides_nothing():
    assert hide("Hello", "") == "Hello"
