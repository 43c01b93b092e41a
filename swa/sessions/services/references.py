"""What people quote when they write or call about their booking."""

import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, no 1 and I
LENGTH = 8


def make_reference() -> str:
    """Make a booking reference that can be read out.

    Source:
        C11 of the interface notes.
    """
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
