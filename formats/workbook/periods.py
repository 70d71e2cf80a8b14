"""When each period (节次) of a timetable is, school by school."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from formats.workbook.cells import WEEKDAYS
from models import Lesson, Person, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from formats.faults import InputFault
    from formats.workbook.lessons import Lessons
    from formats.workbook.period import Period
    from formats.workbook.rows import Row, Table


class Periods:
    """The periods of one workbook, to be looked up.

    Parameters
    ----------
    tables
        Those of the periods, sites, units and people, read already.
    """

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._table = tables["periods"]
        self._found: dict[tuple[str | None, int | None, int], Period] = {}
        self.faults: list[InputFault] = []
        sites = tables["sites"]
        known = sites.ids() if sites.can_tell() else None
        for row in self._table.rows:
            if row.sound:
                self._add(row, cast("Period", row.value), known)
        self._own = {site for site, _, _ in self._found}
        units = {u.id: u.site for u in cast("tuple[Unit, ...]", tables["units"].values())}
        people = cast("tuple[Person, ...]", tables["people"].values())
        self._sites = {p.id: units[p.unit] for p in people if p.unit in units}

    def _add(self, row: Row, period: Period, known: set[str] | None) -> None:
        columns = self._table.sheet.by_key
        if period.site is not None and known is not None and period.site not in known:
            self.faults.append(self._table.fault(row, columns["site"], "the id of a site"))
        for day in period.weekdays or (None,):
            key = (period.site, day, period.number)
            if key in self._found:
                expected = "each period once for a school and a weekday"
                self.faults.append(self._table.fault(row, columns["number"], expected))
                return
            self._found[key] = period

    def put_times(self, timetables: Table) -> None:
        """Put lessons in the place of the numbers in the rows of the timetables; collect the faults."""
        for row in timetables.rows:
            if row.sound:
                for day in range(1, 8):
                    if f"day{day}" in row.values:
                        self._put_times(timetables, row, day)

    def _put_times(self, timetables: Table, row: Row, day: int) -> None:
        person, key = str(row.values.get("person")), f"day{day}"
        lessons: list[Lesson] = []
        unknown: list[int] = []
        for lesson in cast("Lessons", row.values[key]):
            if isinstance(lesson, Lesson):
                lessons.append(lesson)
                continue
            # Whose school can't be known has a fault elsewhere, which may be why.
            period = self._period(self._sites[person], day, lesson) if person in self._sites else None
            if period is not None:
                lessons.append(Lesson(weekday=day, start=period.start, end=period.end))
            else:
                unknown.append(lesson)
        row.values[key] = tuple(lessons)
        if unknown and person in self._sites and self._table.whole and not self._table.spoilt:
            expected = self._expected(self._sites[person], day, unknown)
            self.faults.append(timetables.fault(row, timetables.sheet.by_key[key], expected))

    def _period(self, site: str | None, day: int, number: int) -> Period | None:
        own = site if site in self._own else None
        return self._found.get((own, day, number)) or self._found.get((own, None, number))

    def _expected(self, site: str | None, day: int, unknown: list[int]) -> str:
        title = self._table.sheet.title
        numbers = sorted({n for _, _, n in self._found if self._period(site, day, n)})
        missing = ", ".join(map(str, unknown))
        if not numbers:
            return f"times such as 08:00-08:40, or a row of the sheet {title!r} for period {missing}"
        where = f"{site} on {WEEKDAYS[day - 1]}" if site else WEEKDAYS[day - 1]
        have = ", ".join(map(str, numbers))
        return f"periods that the sheet {title!r} has for {where} ({have}), not {missing}"
