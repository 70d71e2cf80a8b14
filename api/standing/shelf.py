"""Standing data as the engine's values, kept between requests for as long as nobody changes them."""

from __future__ import annotations

import datetime as dt
import threading
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.errors import Conflict
from api.standing.counters import counts
from api.standing.kinds import ABSENCES, KINDS, PEOPLE, city_values, in_zone
from api.standing.leavers import LEFT
from api.standing.tables import CityRow, PersonRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from api.standing.kinds import Kind
    from models import Absence

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

        `api.standing.leavers.settled` makes of them those of a horizon: here, who has left is among them.

        Raises
        ------
        NoCity
            When nothing was imported yet.
        """
        known = counts(session)
        with self._lock:
            found: Fields = dict(self._kept("city", known, partial(_city, session)))
            zone = ZoneInfo(found["timezone"])
            for kind in KINDS:
                load = partial(_load, session, kind)
                if kind is ABSENCES:
                    load = partial(_absences, session, zone)
                found[kind.name] = self._kept(kind.name, known, load)
            found[LEFT] = self._kept(LEFT, known, partial(_left, session), counted=PEOPLE.name)
        return found, known

    def _kept(
        self, name: str, known: Mapping[str, int], load: Callable[[], Any], *, counted: str | None = None
    ) -> Any:
        count = known.get(counted or name, 0)
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
    return kind.values_of(kind.load(session))


def _absences(session: Session, zone: ZoneInfo) -> tuple[Absence, ...]:
    return in_zone(_load(session, ABSENCES), zone)


def _left(session: Session) -> dict[str, dt.date]:
    query = select(PersonRow.id, PersonRow.left_on).where(PersonRow.left_on.is_not(None))
    return {id_: day for id_, day in session.execute(query) if day is not None}
