"""Standing data as the engine's values, kept between requests for as long as nobody changes them."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.errors import Conflict
from api.standing.counters import counts
from api.standing.kinds import KINDS, PEOPLE, city_values
from api.standing.tables import CityRow
from models import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy.orm import Session

    from api.standing.kinds import Kind

Fields = dict[str, Any]
"""Fields of a problem by name."""


class NoCity(Conflict):
    code = "no_city"
    title = "There is no city yet: import a workbook first"


class Shelf:
    """The values of each kind as they were last read, one shelf a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[str, tuple[int, Any]] = {}

    def fields(self, session: Session) -> tuple[Fields, Mapping[str, int]]:
        """Return the fields of a problem that stand from week to week, and how often each was changed.

        Raises
        ------
        NoCity
            When nothing was imported yet.
        """
        known = counts(session)
        with self._lock:
            found: Fields = dict(self._kept("city", known, partial(_city, session)))
            for kind in KINDS:
                found[kind.name] = self._kept(kind.name, known, partial(_load, session, kind))
            here = {person.id for person in found["people"]}
            found["crews"] = tuple(c for crew in found["crews"] if (c := _present(crew, here)) is not None)
        return found, known

    def _kept(self, name: str, known: Mapping[str, int], load: Callable[[], Any]) -> Any:
        count = known.get(name, 0)
        kept = self._read.get(name)
        if kept is None or kept[0] != count:
            kept = self._read[name] = count, load()
        return kept[1]


def _city(session: Session) -> Fields:
    row = session.execute(select(CityRow)).scalar_one_or_none()
    if row is None:
        raise NoCity
    return city_values(row)


def _load(session: Session, kind: Kind) -> tuple[Any, ...]:
    rows = kind.load(session)
    if kind is PEOPLE:
        rows = [row for row in rows if row["left_on"] is None]
    return kind.values_of(rows)


def _present(crew: Crew, here: Collection[str]) -> Crew | None:
    """Return a crew without members who have left; None when too few are left."""
    members = tuple(m for m in crew.members if m in here)
    if len(members) == len(crew.members):
        return crew
    if len(members) < crew.minimum_strength:
        return None
    return crew.model_copy(update={"members": members})
