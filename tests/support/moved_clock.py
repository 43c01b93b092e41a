"""Runs one of our commands in a process whose clock was moved; the product knows nothing of it.

python -m tests.support.moved_clock 8640000 swa worker

The first word says by how many seconds the clock goes ahead of the real one. So the clocks of all
processes agree, whenever each was started: a worker whose clock lags behind that of the web server
would find what it is hinted at not due yet.
"""

import sys
import time

import time_machine
from time_machine import escape_hatch


def main(seconds: str, program: str, *arguments: str) -> None:
    sys.argv = [program, *arguments]
    ahead = float(seconds)
    with time_machine.travel(time.time() + ahead, tick=True) as clock:
        clock.shift(escape_hatch.time.time() + ahead - time.time())  # what starting has cost
        if program == "swa":
            from swa.web.cli import main as swa

            swa()
            return
        if program == "web":
            from waitress import serve

            from swa.web.factory import create_app

            serve(create_app(), host="127.0.0.1", port=int(arguments[0]), threads=8, _quiet=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
