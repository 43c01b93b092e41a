"""What a report about an undelivered mail says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounce:
    """One delivery status report (RFC 3464).

    Attributes:
        is_final: The mail was refused for good (5.x.x); otherwise it is late only (4.x.x).
        status: Enhanced status code, for example "5.1.1".
        diagnostic: What the other server said, one line.
        recipients: The addresses it is about, lower case, as the report and we named them.
        message_id: Message-ID of our mail, from the head that the report carries; may be empty.
        token: From ``bounce+<token>@…``, the address that the report was sent to; may be empty.
            It is the random part of our Message-ID.
    """

    is_final: bool
    status: str
    diagnostic: str = ""
    recipients: tuple[str, ...] = ()
    message_id: str = ""
    token: str = ""
