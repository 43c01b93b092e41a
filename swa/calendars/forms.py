"""What is typed when one week of a series moves."""

from datetime import date, datetime
from typing import Any

from flask_wtf import FlaskForm

from swa.calendars.rules.series import find_meeting
from swa.calendars.rules.weeks import may_move_week
from swa.calendars.types import Series, Slot
from swa.core.errors import RuleBroken
from swa.core.forms.date_parts import DatePartsField
from swa.core.forms.errors import show_refusal
from swa.core.forms.time_of_day import TimeOfDayField
from swa.core.forms.validators import InTheFuture, enter


class MoveWeekForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Give the meeting of one week another day or time; times are London wall times.

    Where a calendar program could not keep the week it refuses beside the field, with the reason
    and what to do instead (CAL-16).

    Args:
        series: As it stands.
        week: The date of the week in the rhythm; the boxes begin with where its meeting is now.
        now: UTC.
    """

    day = DatePartsField(
        "Date",
        subject="Date",
        description="For example, 27 3 2027. It must lie between the meetings before and after",
        validators=[enter("a date"), InTheFuture("Date")],
    )
    begins = TimeOfDayField(
        "Start time",
        subject="Start time",
        description="For example, 9:30am",
        validators=[enter("a start time")],
    )
    ends = TimeOfDayField("End time", subject="End time", validators=[enter("an end time")])

    def __init__(self, series: Series, week: date, *, now: datetime, **rest: Any) -> None:
        super().__init__(obj=find_meeting(series, week).slot, **rest)
        self._series, self._week, self._now = series, week, now

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape, then ask the rule."""
        if not super().validate(extra_validators):
            return False
        try:
            may_move_week(self._series, self._week, self.slot, now=self._now)
        except RuleBroken as refusal:
            show_refusal(self, refusal)
            return False
        return True

    @property
    def slot(self) -> Slot:
        """When the meeting shall be; only a form whose shape was checked has it."""
        if not (self.day.data and self.begins.data is not None and self.ends.data is not None):
            msg = "the form has not been checked"
            raise ValueError(msg)
        return Slot(self.day.data, self.begins.data, self.ends.data)
