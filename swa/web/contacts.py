"""How people reach whoever helps them: what is shipped is invented, and only fit for trying out."""

from collections.abc import Collection, Iterator, Mapping

# The shipped address, number and sender are on every page and in every mail.
SHIPPED = {
    "mail_from": "training@swa.example.org",
    "coordinator_address": "coordinator@swa.example.org",
    "help_phone": "020 7946 0000",
    "help_hours": "Monday to Friday, 9am to 5pm",
}
_WANTED = {
    "mail_from": "give the mailbox that mail comes from",
    "coordinator_address": "give the email address of whoever helps people",
    "help_phone": "give the telephone number of whoever helps people",
    "help_hours": "say when somebody answers the telephone",
}
# The shipped hours may be the true ones; somebody has to say so.
_MAY_BE_TRUE = frozenset({"help_hours"})


def list_invented(values: Mapping[str, str], chosen: Collection[str]) -> Iterator[str]:
    """Say what real people would be told that is invented or missing, a sentence each.

    Args:
        values: By name of the setting, as in ``SHIPPED``.
        chosen: Names of the settings that somebody has set.

    Source:
        AN-14 (people can come back for help).
    """
    for name, shipped in SHIPPED.items():
        value = _plain(values[name])
        is_shipped = value == _plain(shipped) and name not in _MAY_BE_TRUE
        if not value or name not in chosen:
            yield f"SWA_{name.upper()} is not set: {_WANTED[name]}"
        elif is_shipped:
            yield f"SWA_{name.upper()} is the invented one of the demonstration: {_WANTED[name]}"


def _plain(text: str) -> str:
    return "".join(text.split()).lower()
