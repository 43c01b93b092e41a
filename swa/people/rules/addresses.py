"""E-mail addresses as we store and compare them."""

from email_validator import EmailNotValidError, validate_email

ADDRESS_MAX_LENGTH = 254


def tidy_address(text: str) -> str:
    """Return the address as it is stored: trimmed and in lower case."""
    return text.strip().lower()


def is_address(address: str) -> bool:
    """Say whether our mail can go to the address.

    Only ASCII stands before the @, since many servers take nothing else.
    """
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return len(checked.ascii_email or "") <= ADDRESS_MAX_LENGTH
