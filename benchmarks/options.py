"""What the command line chose, and what every benchmark shares."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.child import in_child

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = ("core", "volunteers", "stand_ins", "extra", "fairness", "wishes")


@dataclass(frozen=True)
class City:
    """A problem that was made up and kept.

    Attributes
    ----------
    path
        Of the pickled problem.
    figures
        Of the step ``make``: schools, assignees, shifts, posts, seconds.
    """

    path: Path
    figures: dict[str, object]


@dataclass(frozen=True)
class Options:
    """How to run the benchmarks.

    Parameters
    ----------
    folder
        For the files of this run.
    seeds, schools
        Of the reference city; benchmarks of one city take the first seed.
    province_cities
        How many cities' schools a province has.
    district_schools
        Of the problem for Timefold.
    textbook_seconds
        A second, longer time for the textbook model; None gives it Huxue's time alone.
    textbook_workers
        Each a run of its own; None takes one for each core, and eight.
    timefold_python
        An interpreter that has Timefold; None where it isn't asked for.
    timefold_seconds
        Each a run of its own; the first is at least Huxue's own time.
    requests
        Of the service, for what is elsewhere and for what is nowhere.
    rota_seconds, rota_sizes
        For each rota and solver, and how many of the rotas, the smallest first.
    subscribers, poll_seconds
        Calendar addresses, and for how long unchanged ones are asked for.
    """

    folder: Path
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    schools: int = 240
    province_cities: int = 20
    district_schools: int = 22
    textbook_seconds: float | None = None
    textbook_workers: tuple[int, ...] | None = None
    timefold_python: Path | None = None
    timefold_seconds: tuple[float, ...] = (30.0, 60.0)
    rota_seconds: float = 60.0
    rota_sizes: int = 5
    requests: int = 1000
    subscribers: int = 30_000
    poll_seconds: float = 15.0
    _made: dict[tuple[int, int], City] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.seeds:
            raise ValueError("no seeds: give one or more")
        for name in (
            "schools",
            "province_cities",
            "district_schools",
            "rota_sizes",
            "subscribers",
            "requests",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} {getattr(self, name)}: give 1 or more")
        if self.textbook_seconds is not None and not self.textbook_seconds > 0:
            raise ValueError(f"textbook seconds {self.textbook_seconds}: give seconds above 0")
        if self.textbook_workers is not None and not all(w >= 1 for w in self.textbook_workers):
            raise ValueError(f"textbook workers {self.textbook_workers}: give 1 or more")
        if not self.rota_seconds > 0:
            raise ValueError(f"rota seconds {self.rota_seconds}: give seconds above 0")
        if not self.poll_seconds > 0:
            raise ValueError(f"poll seconds {self.poll_seconds}: give seconds above 0")
        if not self.timefold_seconds or not all(s > 0 for s in self.timefold_seconds):
            raise ValueError(f"timefold seconds {self.timefold_seconds}: give seconds above 0")

    def city(self, schools: int, seed: int) -> City:
        """Return a city, made up once in this run."""
        if (schools, seed) not in self._made:
            tell(f"making up {schools} schools, seed {seed}")
            path = self.folder / f"city-{schools}-{seed}.pickle"
            outcome = in_child("make", {"schools": schools, "seed": seed, "to": str(path)})
            self._made[schools, seed] = City(path, outcome.result)
        return self._made[schools, seed]


def tell(text: str) -> None:
    """Say what goes on, on stderr."""
    print(f"  … {text}", file=sys.stderr, flush=True)
