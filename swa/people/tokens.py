"""Secrets of links and cookies: how they are made, and what the database keeps instead.

A token that is mailed is worked out from a key that only the application has and a nonce that
the database keeps, so a stolen copy of the database opens nothing, and a mail that is sent twice
carries the same link. What is looked up is a hash; no token is ever compared.
"""

import base64
import hashlib
import hmac
import re
import secrets

from flask import current_app

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
MOST_KNOWN = 4
BROWSER_ID = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """Return 256 random bits that fit a cookie or an address."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what the database keeps of a random secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_token(purpose: str, nonce: str) -> str:
    """Work out the token of a link again; 256 bits."""
    digest = _keyed("link", purpose, nonce)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def link_code(purpose: str, nonce: str) -> str:
    """Work out the code that is mailed beside a link: eight letters and digits, none alike."""
    number = int.from_bytes(_keyed("code", purpose, nonce))
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    return "".join(letters)


def code_hash(browser_hash: str, code: str) -> str:
    """Return what the database keeps of a code: a keyed hash, since 40 bits can be searched."""
    return _keyed("code hash", browser_hash, code).hex()


def tidy_code(typed: str) -> str:
    """Read a code as people type it: spaces, dashes and lower case are fine."""
    return re.sub(r"[\s\-–]", "", typed).upper()


def is_known_browser(known: str, person_id: int) -> bool:
    """Say whether a browser's cookie shows that the person has signed in with it before."""
    browser, *marks = known.split(".")
    mark = _known_mark(browser, person_id)
    return any(hmac.compare_digest(mark.encode(), other.encode()) for other in marks)


def make_known(known: str, person_id: int) -> str:
    """Return the browser's cookie with the person added; it remembers the latest few."""
    browser, *marks = known.split(".") if known else [new_secret()]
    mark = _known_mark(browser, person_id)
    others = [other for other in marks if other != mark]
    return ".".join([browser, *others[-MOST_KNOWN + 1 :], mark])


def _known_mark(browser: str, person_id: int) -> str:
    return _keyed("known browser", browser, str(person_id)).hex()


def _keyed(label: str, *parts: str) -> bytes:
    """Return an HMAC of parts whose borders cannot be shifted."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    key = hmac.digest(secret, b"swa link key", "sha256")
    message = "\x1f".join((label, *parts)).encode()
    return hmac.digest(key, message, "sha256")
