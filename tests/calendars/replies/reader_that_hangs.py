"""Stands for a parser that takes for ever."""

import time

time.sleep(60)
