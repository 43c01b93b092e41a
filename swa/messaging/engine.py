"""The seam over the task queue: hints that something is due, and one tick each minute.

The outbox is the truth; a hint may be lost or come twice. Nothing outside this file knows which
engine carries the hints.
"""

import logging
import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, has_app_context
from huey import Huey, crontab
from huey.consumer import Consumer, Worker

from swa.messaging.hints import close_queue, make_queue

log = logging.getLogger(__name__)

KEY = "swa_engine"
LONGEST_SLEEP_SECONDS = 0.25
# A message has a deadline of 90 seconds; whoever stops a worker waits for the one in hand.
STOP_WITHIN_SECONDS = 100

_works: dict[str, Callable[[], object]] = {}


class ClosingWorker(Worker):  # type: ignore[misc]  # huey ships no types
    """A worker that closes its thread's connection to the queue at its end."""

    def shutdown(self) -> None:
        """Close what this thread opened."""
        super().shutdown()
        close_queue(self.huey)


class QuietConsumer(Consumer):  # type: ignore[misc]  # huey ships no types
    """A consumer that leaves the signals to whoever started it.

    The web server owns the main thread, and only the main thread may set handlers. Huey has no
    public way to say so; this is the one place that uses its private hook.
    """

    worker_class = ClosingWorker

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.has_started = threading.Event()

    def start(self) -> None:
        """Start the threads, and tell that they can be joined now."""
        super().start()
        self.has_started.set()

    def _set_signal_handlers(self) -> None:
        """Set none."""


@dataclass
class Engine:
    """The queue of one app and, once started, its consumer.

    Attributes:
        app: Whose context the work runs in.
        queue_url: ``postgresql://…``, ``redis://…`` or the path of a SQLite file.
        threads: How many hints are acted upon at the same time.
    """

    app: Flask
    queue_url: str
    threads: int = 2
    _huey: Huey | None = None
    _run: Any = None
    _consumer: QuietConsumer | None = None
    _thread: threading.Thread | None = None
    _running: dict[str, threading.Thread] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_open(self) -> bool:
        """Whether the queue has been used or started."""
        return self._huey is not None

    @property
    def is_stopping(self) -> bool:
        """Whether the consumer was told to finish what it has in hand."""
        return self._consumer is not None and bool(self._consumer.stop_flag.is_set())

    def pause(self, seconds: float) -> None:
        """Wait so long, or until the consumer is told to stop."""
        if self._consumer is None:
            time.sleep(seconds)
        else:
            self._consumer.stop_flag.wait(seconds)

    def open(self) -> Huey:
        """Connect to the queue, once."""
        with self._lock:
            if self._huey is None:
                self._huey = make_queue(self.queue_url)
                self._run = self._huey.task(name="run")(self._work)
                self._huey.periodic_task(crontab(), name="tick")(self._tick)
        return self._huey

    def kick(self, name: str) -> None:
        """Put a hint into the queue."""
        self.open()
        self._run(name)

    def start(self) -> None:
        """Consume hints on threads of this process until ``stop``."""
        huey = self.open()
        self._consumer = QuietConsumer(
            huey,
            workers=self.threads,
            initial_delay=0.02,
            max_delay=LONGEST_SLEEP_SECONDS,
            shutdown_timeout=STOP_WITHIN_SECONDS,
        )
        self._thread = threading.Thread(target=self._consumer.run, name="engine", daemon=True)
        self._thread.start()
        self._consumer.has_started.wait(STOP_WITHIN_SECONDS)

    def stop(self) -> None:
        """Let each thread finish what it has in hand, then end the consumer."""
        if self._consumer is None or self._thread is None:
            return
        end = time.monotonic() + STOP_WITHIN_SECONDS
        self._consumer.stop(graceful=True)
        for thread in (self._thread, *self._running.values()):
            thread.join(max(0, end - time.monotonic()))
        self._consumer = self._thread = None
        if self._huey is not None:
            close_queue(self._huey)

    def close(self) -> None:
        """Close the queue; the next hint opens it again."""
        with self._lock:
            if self._huey is not None:
                close_queue(self._huey)
            self._huey = self._run = None

    def _tick(self) -> None:
        """Begin each piece of work on a thread of its own, so that a slow one holds up no other.

        One that still runs since an earlier tick is left to itself.
        """
        for name in sorted(_works):
            with self._lock:
                before = self._running.get(name)
                if before is not None and before.is_alive():
                    continue
                thread = threading.Thread(target=self._work_and_close, args=[name], name=name)
                thread.daemon = True
                self._running[name] = thread
                thread.start()

    def _work_and_close(self, name: str) -> None:
        try:
            self._work(name)
        finally:
            if self._huey is not None:
                close_queue(self._huey)

    def _work(self, name: str) -> None:
        """Run one piece of work in a fresh context; its error never ends the thread."""
        work = _works.get(name)
        if work is None or self.is_stopping:
            return
        with self.app.app_context():
            try:
                work()
            except Exception:
                log.exception("the work %r failed; the next tick tries again", name)


def install(app: Flask, *, queue_url: str, threads: int) -> None:
    """Say where the hints of this app go; nothing is opened before the first one."""
    app.extensions[KEY] = Engine(app=app, queue_url=queue_url, threads=threads)


def every_minute(name: str, function: Callable[[], object]) -> None:
    """Have ``function`` run each minute on every consumer, and at once on ``kick(name)``.

    It must be safe to run twice at the same time: the database decides who does what.
    """
    _works[name] = function


def kick(name: str) -> None:
    """Hint that there is work of this name now; a failure is logged, the tick finds the work.

    A test's app takes no hints unless the test opened or started its engine.
    """
    engine = current_engine()
    if engine is None or (engine.app.testing and not engine.is_open):
        return
    try:
        engine.kick(name)
    except Exception:
        log.warning("no hint could be left for %r; the next tick finds it", name, exc_info=True)


def current_engine() -> Engine | None:
    """Return the engine of the current app, None outside one or without."""
    if not has_app_context():
        return None
    engine: Engine | None = current_app.extensions.get(KEY)
    return engine


def is_stopping() -> bool:
    """Whether work in progress should end after the message it has in hand."""
    engine = current_engine()
    return engine is not None and engine.is_stopping


def pause(seconds: float) -> None:
    """Wait, but not a moment longer than until the consumer is told to stop."""
    engine = current_engine()
    if engine is None:
        time.sleep(seconds)
    else:
        engine.pause(seconds)


def start_in_background() -> None:
    """Consume the hints of the current app on threads of this process; signals stay as they are.

    Raises:
        RuntimeError: The app has no engine.
    """
    _engine_of_app().start()


def stop() -> None:
    """End what ``start_in_background`` began, after the messages in hand."""
    _engine_of_app().stop()


def run_forever() -> None:
    """Consume the hints of the current app until SIGTERM or SIGINT, then finish what is in hand."""
    # An Event must not be set by a signal that interrupts its own wait(); this queue may be fed.
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda which, _: ended.put(which)) for number in signals]
    start_in_background()
    try:
        ended.get()
    finally:
        stop()
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _engine_of_app() -> Engine:
    engine = current_engine()
    if engine is None:
        msg = "this app has no engine: call engine.install"
        raise RuntimeError(msg)
    return engine
