"""Runs one of our commands in a process whose clock was moved; the product knows nothing of it.

    python -m tests.support.moved_clock 2026-05-04T09:01:00+00:00 swa worker
"""

import sys
from datetime import datetime

import time_machine


def main(moment: str, program: str, *arguments: str) -> None:
    sys.argv = [program, *arguments]
    with time_machine.travel(datetime.fromisoformat(moment), tick=True):
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
