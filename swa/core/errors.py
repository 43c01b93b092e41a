"""Refusals that a person can understand."""


class RuleBroken(Exception):  # noqa: N818 - reads as the sentence "rule broken"
    """A rule of the programme refuses what was asked.

    Attributes:
        rule_id: The rule's number in ``docs/rules.md``.
        message: The sentence shown to the person, in GOV.UK error style.
        field: The form field to point at, if one is to blame.
    """

    rule_id = ""
    message = "You cannot do this"
    field: str | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field
        super().__init__(self.message)


class NotAllowed(Exception):  # noqa: N818 - reads as the sentence "not allowed"
    """The person may see the object but not this part of it; the answer is a 403.

    Source:
        TR-08 (attendee list of another session).
    """
