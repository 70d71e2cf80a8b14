"""What is done again and again beside the requests, each by a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger("huxue.rounds")

ALIVE = Gauge(
    "huxue_rounds", "Threads that go rounds beside the requests.", ["of"], multiprocess_mode="livesum"
)
FAILED = Counter(
    "huxue_rounds_failed", "Rounds that failed unforeseen; the next are gone all the same.", ["of"]
)


class Rounds:
    """Goes one round after another, from when the service starts until it ends.

    Parameters
    ----------
    name
        What the rounds are of, in the log.
    go
        One round; it returns whether the next follows at once.
    pause
        Otherwise, seconds until the next; also before the first.
    """

    def __init__(self, name: str, go: Callable[[], bool], pause: float) -> None:
        self._name = name
        self._go = go
        self._pause = pause
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def ended(self) -> bool:
        """Whether the round in hand is the last."""
        return self._ended.is_set()

    def start(self) -> None:
        """Begin."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Have the round in hand be the last, without waiting for it."""
        self._ended.set()

    def stop(self) -> None:
        """Finish the round in hand, and end."""
        if self._thread is not None:
            self.end()
            self._thread.join()
            self._thread = None

    def round(self) -> bool:
        """Go one round; without a database, or with older tables, it can wait. Whatever fails, the next round comes."""
        try:
            return self._go()
        except SQLAlchemyError as error:
            log.warning("round_put_off", of=self._name, reason=type(error).__name__)
        except Exception:
            FAILED.labels(self._name).inc()
            log.exception("round_failed", of=self._name)
        return False

    def _run(self) -> None:
        at_once = False
        with ALIVE.labels(self._name).track_inprogress():
            while not self._ended.wait(0.0 if at_once else self._pause):
                at_once = self.round()
