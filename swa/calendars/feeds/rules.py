"""How often a calendar link may be looked at, and how long things stay in it."""

from datetime import timedelta

from swa.people.rules.rates import HOUR, Limit

# Calendars look a few times an hour at most; a phone, a computer and a careless program fit in.
FETCHES = Limit("looks at a calendar link", 60, HOUR)
WRONG = Limit("wrong calendar links per address", 30, timedelta(minutes=10))

CANCELLED_STAYS = timedelta(days=30)  # FEED-7: so that nobody wonders where it went
PAST_STAYS = timedelta(days=365)
