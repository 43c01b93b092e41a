"""Keeps what opens something out of the logs of gunicorn (LK-7).

Some addresses hold a secret: calendar links, sign-in links, answers to a mail. ``gunicorn.conf.py``
in the folder of the project puts this logger in place.
"""

import logging
import re
from typing import Any

from gunicorn.glogging import Logger

# Every secret of ours has 43 letters; no other word of an address is nearly as long.
SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")
IN_ITS_PLACE = "[secret]"


class MaskedLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Writes what gunicorn writes, with every secret taken out."""

    def setup(self, cfg: Any) -> None:
        """Set both logs up, then look at every line of them."""
        super().setup(cfg)
        for log in (self.access_log, self.error_log):
            log.addFilter(mask)


def mask(record: logging.LogRecord) -> bool:
    """Take the secrets out of a line; the line itself is always kept."""
    record.msg, record.args = SECRET.sub(IN_ITS_PLACE, record.getMessage()), ()
    return True
