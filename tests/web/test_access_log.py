"""No secret of an address stands in the log of the server (LK-7, FEED-6)."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from swa.web.access_log import mask

TOKEN = "Tmd8L8QzaiEt3M4qSdFOvq7s7IQg_Y5mt0ZL14GpvZI"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f"GET /cal/{TOKEN}.ics HTTP/1.1", "GET /cal/[secret].ics HTTP/1.1"),
        (f"GET /sign-in/link/{TOKEN}", "GET /sign-in/link/[secret]"),
        (f'"GET /help" "http://localhost/places/link/{TOKEN}?x"', None),
        ("GET /calendars/topics/5.ics", "GET /calendars/topics/5.ics"),
    ],
)
def test_secrets_are_taken_out_and_the_rest_stays(line, kept):
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s said %d", (line, 200), None)

    assert mask(record)
    assert TOKEN not in record.getMessage()
    assert record.getMessage().endswith(" said 200")
    assert kept is None or record.getMessage() == f"{kept} said 200"


@pytest.mark.heavy  # starts the real server
@pytest.mark.once
def test_gunicorn_started_in_our_folder_writes_no_secret(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    settings = {"SWA_MODE": "demo", "SWA_INSTANCE_PATH": str(tmp_path), "SWA_PORT": str(port)}
    program = [str(Path(sys.executable).parent / "gunicorn"), "-b", f"127.0.0.1:{port}"]
    logs = ["--access-logfile", str(log), "--error-logfile", str(log)]
    server = subprocess.Popen(
        [*program, *logs, "swa.web.wsgi:app"], env=os.environ | settings, cwd=Path.cwd()
    )
    try:
        wait_for(port)
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/no/{TOKEN}.ics", timeout=10)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)

    written = log.read_text(encoding="utf-8")
    assert "/no/[secret].ics" in written
    assert TOKEN not in written


def wait_for(port):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("gunicorn does not answer")
