"""The one place that reads the clock; views, commands and workers call it, nothing else."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)
