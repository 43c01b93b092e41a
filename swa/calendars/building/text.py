"""Makes typed text fit for a calendar line: no text adds a line, property or parameter (ML-4)."""

import unicodedata

import icalendar

BYTE_ORDER_MARK = "\ufeff"
LINE_ENDS = dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n")
BLANKS = str.maketrans({**LINE_ENDS, "\t": " "})
# icalendar writes the first two as ^' and ^^ (RFC 6868), which old programs show as they are; the
# third makes some readers swallow the next parameter.
NOT_IN_A_NAME = str.maketrans({'"': "'", "^": " ", "\\": " "})
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


class ExactText(icalendar.vText):
    r"""A TEXT value that comes back as it was; icalendar's own takes a typed ``\N`` for a line end.

    Source:
        RFC 5545, 3.3.11.
    """

    def to_ical(self) -> bytes:
        """Write the value with its four escapes."""
        return self.translate(ESCAPES).encode()


def one_line(text: str) -> str:
    """Return the text on one line, without control characters."""
    return " ".join(several_lines(text).split())


def several_lines(text: str) -> str:
    r"""Return the text with ``\n`` line ends and without what is not text.

    Control characters go (icalendar writes them as they are), as do halves of surrogate pairs
    and byte order marks; other marks for line ends become ``\n``, since some readers break
    lines there.
    """
    lines = text.replace("\r\n", "\n").translate(BLANKS)
    return "".join(mark for mark in lines if mark == "\n" or _is_text(mark))


def _is_text(mark: str) -> bool:
    return unicodedata.category(mark) not in {"Cc", "Cs"} and mark != BYTE_ORDER_MARK


def person(name: str, address: str) -> icalendar.vCalAddress:
    """Return an ORGANIZER or ATTENDEE value; without a name the address stands for it.

    Raises:
        ValueError: The address does not fit on one line (CAL-21).
    """
    named = icalendar.vCalAddress(f"mailto:{unbroken(address)}")
    named.params["CN"] = one_line(name.translate(NOT_IN_A_NAME)) or address
    return named


def unbroken(value: str) -> str:
    """Return an address as it is.

    Raises:
        ValueError: It is empty or holds a blank or a control character (CAL-21).
    """
    if not value or any(mark.isspace() or not _is_text(mark) for mark in value):
        msg = f"{value!r} is no address: it is empty or holds a blank or a control character"
        raise ValueError(msg)
    return value
