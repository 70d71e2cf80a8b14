"""The machine that figures come from."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "highspy",
    "ortools",
    "numpy",
    "scipy",
    "pydantic",
    "python-calamine",
    "xlsxwriter",
    "sqlalchemy",
    "uvicorn",
    "icalendar",
)
"""What the figures depend on beyond Huxue itself."""


@dataclass(frozen=True)
class Machine:
    """What stands on top of every printed figure.

    Attributes
    ----------
    cores
        Processors that this process may use.
    memory_gib
        Of the machine; 0 where it can't be told.
    load
        Mean number of processes that ran in the minute before the benchmarks began.
    """

    system: str
    processor: str
    cores: int
    memory_gib: float
    python: str
    packages: dict[str, str]
    load: float

    @classmethod
    def here(cls) -> Machine:
        """Look at the machine."""
        return cls(
            system=f"{platform.system()} {platform.machine()}",
            processor=_processor(),
            cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            memory_gib=_memory_gib(),
            python=f"{platform.python_implementation()} {platform.python_version()}",
            packages={name: found for name in PACKAGES if (found := _version(name))},
            load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        )

    def lines(self) -> list[str]:
        """Describe it in a few lines."""
        packages = ", ".join(f"{name} {found}" for name, found in self.packages.items())
        return [
            f"{self.cores} cores, {self.processor}, {self.memory_gib:.1f} GiB of memory, {self.system}",
            f"{self.python}, {packages}",
            f"load before the start: {self.load}",
        ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown processor")


def _memory_gib() -> float:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError, AttributeError):
        return 0.0


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
