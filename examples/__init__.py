"""Problems to start from: the reference city, a small school, and duties of other kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples.city import reference_city
from examples.counselling import counselling_rota
from examples.small_school import small_school
from examples.station import station_month

if TYPE_CHECKING:
    from collections.abc import Callable

    from models import Problem

EXAMPLES: dict[str, Callable[[int, int], Problem]] = {
    "city": lambda schools, seed: reference_city(schools, seed),
    "school": lambda schools, seed: small_school(),
    "counselling": lambda schools, seed: counselling_rota(),
    "station": lambda schools, seed: station_month(),
}
"""Makers by the name that ``huxue example`` knows them by; each takes a number of schools and a seed.

Only the city has a size and a seed: the others are written by hand and the same each time.
"""

__all__ = ["EXAMPLES", "counselling_rota", "reference_city", "small_school", "station_month"]
