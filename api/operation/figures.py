"""Figures for Prometheus: requests by route and status, how long they took, and runs.

Several processes write theirs into one folder (``PROMETHEUS_MULTIPROC_DIR``, set by ``huxue serve``), and whichever is
asked adds them up.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("huxue_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "huxue_request_seconds",
    "Seconds to answer a request.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30),
)

SHARED = "PROMETHEUS_MULTIPROC_DIR"


def exposition() -> tuple[bytes, str]:
    """Return all figures, and their media type."""
    registry = REGISTRY
    if os.environ.get(SHARED):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request.

    Parameters
    ----------
    route
        The route's pattern: what stands in the path itself would be too many names, and personal.
    """
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
