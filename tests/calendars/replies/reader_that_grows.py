"""Stands for a parser that fills the memory: the limits of the real one, then the signal."""

import os
import resource
import signal

from swa.calendars.replies.reader import MOST_MEMORY_BYTES

resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
try:
    bytearray(2 * MOST_MEMORY_BYTES)
except MemoryError:
    os.kill(os.getpid(), signal.SIGKILL)
