"""The reading process: bytes of one mail come in, one line of JSON goes out (``sandbox``)."""

import resource
import sys

from swa.calendars.replies.encoding import to_json
from swa.calendars.replies.reading import MOST_BYTES, read_mail

MOST_MEMORY_BYTES = 1024 * 1024 * 1024  # of addresses, most of which Python only reserves
MOST_CPU_SECONDS = 10


def main() -> None:
    """Limit this process, read one mail, and say what it is."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    sys.stdout.write(to_json(read_mail(raw)))


if __name__ == "__main__":
    main()
