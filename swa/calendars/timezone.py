"""The time zone of every calendar: London, by rule and in few lines.

icalendar's own ``add_missing_timezones()`` lists about 130 dates; one widely used engine reads
the first of each line and shows every winter time an hour early, and Outlook ignores such lists.
See ``docs/decisions`` for the measurements.
"""

# No value holds a blank, so one replace makes the lines.
VTIMEZONE_LONDON = (
    "BEGIN:VTIMEZONE TZID:Europe/London X-LIC-LOCATION:Europe/London "
    "BEGIN:DAYLIGHT TZNAME:BST TZOFFSETFROM:+0000 TZOFFSETTO:+0100 DTSTART:19700329T010000 "
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU END:DAYLIGHT "
    "BEGIN:STANDARD TZNAME:GMT TZOFFSETFROM:+0100 TZOFFSETTO:+0000 DTSTART:19701025T020000 "
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU END:STANDARD END:VTIMEZONE "
).replace(" ", "\r\n")
