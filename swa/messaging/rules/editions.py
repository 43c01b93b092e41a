"""The edition of an added rule's message: its rule, and which time its event happened; pure."""

# Rules are numbered below this. The greatest edition must fit a 32-bit column.
RULES = 100_000
MOST_TIMES = 20_000


def edition_of(number: int, time: int = 0) -> int:
    """Return the edition of the message of an added rule.

    Args:
        number: Of the rule, from 1.
        time: The how-manieth time its event happened, from 1; 0 for what happens once.

    Raises:
        ValueError: A number that two rules or two times would share.
    """
    if not (0 < number < RULES and 0 <= time <= MOST_TIMES):
        msg = f"no edition for rule {number}, time {time}"
        raise ValueError(msg)
    return time * RULES + number


def number_in(edition: int) -> int:
    """Return the number of the rule in an edition that ``edition_of`` made."""
    return edition % RULES
