"""Sizes, caps and message times: the columns that topics and sessions share."""

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import mapped_column


def place_columns() -> list[Any]:
    """Return the columns of ``PlaceRules``, in the order of its fields."""
    return [
        mapped_column("smallest", default=12),
        mapped_column("recommended", default=16),
        mapped_column("largest", default=20),
        mapped_column("most_per_team", default=4),
        mapped_column("most_percent", default=50),
        mapped_column("caps_lift_days", default=5),
    ]


def time_columns() -> list[Any]:
    """Return the columns of ``MessageTimes``, in the order of its fields."""
    return [mapped_column("go_ahead_days", default=7)]


def number_checks() -> tuple[CheckConstraint, ...]:
    """Return what holds between the numbers whatever a form let through."""
    return (
        CheckConstraint("smallest >= 1 AND smallest <= recommended", name="smallest"),
        CheckConstraint("recommended <= largest", name="recommended"),
        CheckConstraint("most_per_team >= 1", name="most_per_team"),
        CheckConstraint("most_percent BETWEEN 1 AND 100", name="most_percent"),
        CheckConstraint("caps_lift_days >= 0", name="caps_lift_days"),
    )
