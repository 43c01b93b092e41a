"""The demonstration alliance: invented people, organisations and topics as the toolkit names them.

Everything is dated from the day it is made, so that there is always something to do next week.
Addresses end in example.org, which nobody owns (IN-18).
"""
