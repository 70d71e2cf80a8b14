"""Figures for Prometheus: requests by route and status, how long they took, and runs.

Several processes write theirs into one folder (``PROMETHEUS_MULTIPROC_DIR``, set by ``huxue serve``), and whichever is
asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import get_args

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from api.database.engine import reading
from api.plans.tables import RunRow
from api.runs.shapes import RunState

REQUESTS = Counter("huxue_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "huxue_request_seconds",
    "Seconds to answer a request.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30),
)

SHARED = "PROMETHEUS_MULTIPROC_DIR"


def exposition(engine: Engine) -> tuple[bytes, str]:
    """Return all figures, and their media type; those of the database only while it answers."""
    registry = REGISTRY
    if folder := os.environ.get(SHARED):
        _forget_the_dead(Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    kept = CollectorRegistry()
    kept.register(_Runs(engine))
    return generate_latest(registry) + generate_latest(kept), CONTENT_TYPE_LATEST


def _forget_the_dead(folder: Path) -> None:
    """Leave out what lives in processes that have ended."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid)  # type: ignore[no-untyped-call]
        except PermissionError:
            pass


class _Runs(Collector):
    """What the database knows of runs, whichever process began them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Give the number of runs in each state."""
        found = GaugeMetricFamily("huxue_runs", "Runs of all plans, by state.", labels=["state"])
        with suppress(SQLAlchemyError), reading(self._engine) as session:
            rows = session.execute(select(RunRow.state, func.count()).group_by(RunRow.state))
            counts = {state: count for state, count in rows}
            for state in get_args(RunState):
                found.add_metric([state], counts.get(state, 0))
            yield found


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request.

    Parameters
    ----------
    route
        The route's pattern: what stands in the path itself would be too many names, and personal.
    """
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
