"""Ways to write "another site": for a parameter that says where to go on to, and for a host."""

import random
from itertools import product

EVIL = "evil.example.net"
BEGINNINGS = (
    "", "//", "///", "////", "\\\\", "/\\", "\\/", "/\t/", "/\n/", "/\r\n/", "/ /", "\t//",
    "\x00//",
    "http://", "https://", "HTTPS://", "http:/", "http:", "https:", "https:\\\\", "ftp://", "ws://",
    "//localhost@", "http://localhost@", "https://localhost:80@", "//localhost%40", "/%2f", "/%5c",
    "%2f%2f", "%5c%5c", "/.//", "/..//", "/;//", "/?//", "/#//", "./", "../", ".", "@", ":", "?",
    "#",
    "javascript://", "java\tscript://", "data:text/html,//", "vbscript:", "view-source:https://",
    "https://localhost.", "//localhost.", "home.dashboard@", "home.dashboard//", "people.account\\",
    "／／", "〱//", "\u2028//", "\ufeff//", "\u200b//", "\u202e//", "％2f％2f", "http://0x7f.1@",
)  # fmt: skip
ENDINGS = (
    EVIL, f"{EVIL}/", f"{EVIL}/home", f"{EVIL}?next=/home", f"{EVIL}#people.account", f"{EVIL}%00",
    f"{EVIL}\r\nSet-Cookie: a=b", f"{EVIL}:80/people.account", "2130706433/", "[::1]/",
    "%65vil.example.net", "ＥＶＩＬ.example.net", "evil。example。net", f"x@{EVIL}",
    f"{EVIL}\\home",
    f"{EVIL}%2f..", f"localhost.{EVIL}", f"{EVIL}/people.account/",
    "xn--evil-example.example", "evil%E3%80%82example.net", f"{EVIL};",
    f"{EVIL}&next=home.dashboard",
    f"{EVIL}%0d%0aLocation:%20//{EVIL}", f"{EVIL}\t", f" {EVIL}", f"{EVIL}%09", "evil.example.net.",
    f"{EVIL}|", f"{EVIL}'\"><script>", f"{EVIL}/%2e%2e", f"{EVIL}/..;/", f"{EVIL}?", "e vil", "",
)  # fmt: skip
NAMES_OF_NOTHING_TO_OPEN = (
    "people.sign_out", "people.open_link", "people.use_link", "static", "no.such.page",
    "home.start",
    "people.demo_people", "messaging.mailbox", "sessions.show", "people.person", "/home",
    "/account",
    "home.dashboard ", " home.dashboard", "HOME.DASHBOARD", "home.dashboard\x00", "home", ".", "..",
    "home.dashboard?x=1", "/sign-out", "people.sign_out_everywhere", "javascript:alert(1)", "null",
    "{{ 7*7 }}", "people.import_confirm", "__class__", "home.dashboard/../../x", "<script>", "%00",
)  # fmt: skip
HOST_HEADERS = (
    "Host", "X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-HTTP-Host-Override", "Forwarded",
    "X-Original-Host", "X-Rewrite-Host", "X-Real-Host", "Base-Url", "X-Forwarded-Prefix",
    "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Scheme", "X-Forwarded-Port", "Origin",
    "Referer",
)  # fmt: skip
HOSTS = (
    EVIL, f"{EVIL}:80", f"localhost@{EVIL}", f"localhost:80@{EVIL}", f"{EVIL}#",
    f"localhost, {EVIL}",
    f"host={EVIL}", f"for=1.2.3.4;host={EVIL};proto=https", f"//{EVIL}", f"https://{EVIL}/",
    f"localhost.{EVIL}", f"{EVIL}/localhost", f"localhost\t{EVIL}", f"{EVIL}?localhost",
)  # fmt: skip


def places_to_go_on_to(most: int) -> list[str]:
    """Return so many different values: the names, then pairs of a beginning and an ending."""
    pairs = list(dict.fromkeys("".join(pair) for pair in product(BEGINNINGS, ENDINGS)))
    others = [pair for pair in pairs if pair not in NAMES_OF_NOTHING_TO_OPEN]
    names = list(NAMES_OF_NOTHING_TO_OPEN)[:most]
    return names + _some(others, most - len(names))


def forged_hosts(most: int) -> list[tuple[str, str]]:
    """Return so many different pairs of a header and what it claims, the plainest first."""
    plain = [(header, EVIL) for header in HOST_HEADERS][:most]
    others = [pair for pair in product(HOST_HEADERS, HOSTS) if pair not in plain]
    return plain + _some(others, most - len(plain))


def _some(values: list, most: int) -> list:
    """Return so many of them, the same ones each time."""
    return random.Random(20261122).sample(values, min(most, len(values)))
