"""Minutes from one place to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models import Location, Problem, Travel

if TYPE_CHECKING:
    from collections.abc import Sequence

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG)."""

Ints = npt.NDArray[np.int64]


class Journeys:
    """Travel minutes of a problem: its table first, the haversine estimate otherwise.

    Without a rule ``travel`` the estimate takes the rule's default figures.
    """

    def __init__(self, problem: Problem) -> None:
        rules = [r for r in problem.rules if isinstance(r, Travel)]
        self.demanded = bool(rules)
        """Whether travel is a hard rule here."""
        self._rule = rules[0] if rules else Travel()
        self._table = {(t.origin, t.destination): t.minutes for t in reversed(problem.travel_times)}
        self._sites = problem.site_by_id

    def between_sites(self, sites: Sequence[str]) -> Ints:
        """Return the minutes from each site (row) to each (column), shape ``(n, n)``."""
        places = [self._sites[s].location for s in sites]
        minutes = self.between(places, places)
        np.fill_diagonal(minutes, 0)
        if self._table:
            for i, origin in enumerate(sites):
                for j, destination in enumerate(sites):
                    known = self._table.get((origin, destination), self._table.get((destination, origin)))
                    if known is not None and i != j:
                        minutes[i, j] = known
        return minutes

    def to_and_from(self, origins: Sequence[str | None], site: str) -> tuple[Ints, Ints]:
        """Return the minutes from sites to one of them and back, each of shape ``(n,)``; 0 for no site."""
        asked = {o: k for k, o in enumerate(dict.fromkeys([site, *(o for o in origins if o is not None)]))}
        minutes = self.between_sites(list(asked))
        at = np.array([asked.get(o, 0) if o is not None else 0 for o in origins], dtype=np.int64)
        return minutes[at, 0], minutes[0, at]

    def between(self, origins: Sequence[Location | None], destinations: Sequence[Location | None]) -> Ints:
        """Return the estimated minutes from each origin (row) to each destination (column)."""
        lat_a, lon_a = _radians(origins)
        lat_b, lon_b = _radians(destinations)
        half = (
            np.sin((lat_b[None, :] - lat_a[:, None]) / 2) ** 2
            + np.cos(lat_a)[:, None]
            * np.cos(lat_b)[None, :]
            * np.sin((lon_b[None, :] - lon_a[:, None]) / 2) ** 2
        )
        km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
        exact = np.round(km * self._rule.detour / self._rule.speed_kmh * 60, 9)
        return np.where(np.isnan(exact), self._rule.unknown_minutes, np.ceil(np.nan_to_num(exact))).astype(
            np.int64
        )


def _radians(places: Sequence[Location | None]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    lat = np.array([p.lat if p else np.nan for p in places], dtype=np.float64)
    lon = np.array([p.lon if p else np.nan for p in places], dtype=np.float64)
    return np.radians(lat), np.radians(lon)
