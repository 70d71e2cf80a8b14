"""From a workbook to a problem, or to every fault that stands in the way."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from formats.collector import uncollected
from formats.faults import InputFault, InvalidInput, details, lower_first
from formats.source import Limits, fetch, refuse
from formats.workbook import match
from formats.workbook.cells import CellError
from formats.workbook.columns import Column, Fields, RowError, plain, spellings
from formats.workbook.judge import locate_faults
from formats.workbook.package import Grid, open_grids
from formats.workbook.periods import Periods
from formats.workbook.rows import Row, Table, parse_rows, table_of
from formats.workbook.sheets import SHEETS
from formats.workbook.standing_sheets import SETTINGS
from models import DEFAULT_ROLES, DEFAULT_TIMEZONE, Horizon, InvalidProblem, Problem, SchoolCalendar
from models.checks import OWNERS, can_lay_shifts, find_faults, find_faults_of_pins

if TYPE_CHECKING:
    from pathlib import Path

_NAMED = ("roles", "windows", "sites", "units")
"""The sheets whose rows may be named by their name where the id is not known."""

_CALENDAR = ("terms", "exceptions")
_NO_FIELDS = (*_CALENDAR, "periods")
_GIVE_SHIFTS = (
    *("roles", "parts", "formulas", "sites", "windows", "role_times", "bells"),
    *("terms", "exceptions", "shifts", "needs"),
)
_RESULT = spellings("", *match.ROSTER_SHEET)
_FALLBACK_DAY = dt.date(2000, 1, 3)


def read_problem(source: Path | str | bytes, *, name: str = "", limits: Limits | None = None) -> Problem:
    """Read a problem from an Excel workbook.

    Sheets and columns may be named in Chinese, English or both, in any order; blank rows are skipped.

    Parameters
    ----------
    source
        A path, or the file's bytes.
    name
        What errors call it; left out, the path's name.
    limits
        How large it may be.

    Raises
    ------
    InvalidInput
        With every fault of the file: sheet, row, column, what was found and what was expected.
    """
    bounds = limits or Limits()
    data, name = fetch(source, bounds.packed_bytes, name)
    with uncollected():
        sheets, grids = open_grids(data, name, bounds, lambda title: match.sheet_named(title) is not None)
        if not grids and any(plain(title) in _RESULT for title in sheets):
            refuse(name, "a roster", "a problem")
        return _Reader(name, sheets, grids).problem()


class _Reader:
    def __init__(self, name: str, sheets: list[str], grids: list[Grid]) -> None:
        self.name = name
        self.faults: list[InputFault] = []
        self.grids: dict[str, Grid] = {}
        self.tables: dict[str, Table] = {}
        self.zone = ZoneInfo(DEFAULT_TIMEZONE)
        self._sort(sheets, grids)

    def problem(self) -> Problem:
        """Read all sheets.

        Raises
        ------
        InvalidInput
            With all faults.
        """
        settings = self._settings()
        for sheet in SHEETS:
            if not sheet.transposed:
                self.tables[sheet.key], faults = table_of(sheet, self.grids.get(sheet.key))
                self.faults += faults
        self._refuse_nothing(settings)
        # Parents need the rows of their children, wherever the sheets stand.
        children = [s for s in SHEETS if s.parent]
        for sheet in children + [s for s in SHEETS if not s.parent and not s.transposed]:
            self._fill(self.tables[sheet.key])
        for sheet in children:
            self._find_orphans(self.tables[sheet.key])
        fields = self._fields(settings)
        if not self.faults:
            try:
                return Problem(**fields)
            except InvalidProblem as error:
                self.faults += locate_faults(error.faults, self.tables, self.settings_table, judged_all=True)
            except ValidationError as error:
                self._add_field_faults(error)
        else:
            fields.setdefault("horizon", Horizon(start=_FALLBACK_DAY))
            judged = Problem.model_construct(**fields)  # type: ignore[arg-type]
            found = find_faults(judged)
            known = can_lay_shifts(found) and self._has_all_shifts(settings)
            if known and not judged.shifts:
                judged = judged.model_copy(update={"shifts": judged.lay_shifts()})
            found += find_faults_of_pins(judged, shifts_known=known)
            self.faults += locate_faults(found, self.tables, self.settings_table, judged_all=False)
        raise InvalidInput(self.name, self._in_order())

    def _has_all_shifts(self, settings: Fields) -> bool:
        """Say whether no row was left out that shifts and their needs follow from."""
        tables = (self.tables[key] for key in _GIVE_SHIFTS)
        whole = all(t.whole and not t.spoilt and (t.grid or not t.sheet.needed) for t in tables)
        return whole and "start" in settings and not self.settings_table.bad

    def _sort(self, sheets: list[str], grids: list[Grid]) -> None:
        for grid in grids:
            sheet = match.sheet_named(grid.name)
            if sheet is None:
                continue
            if sheet.key in self.grids:
                found = f"a second sheet of {sheet.title!r}"
                self.faults.append(InputFault(found, "each sheet once", grid.name))
            else:
                self.grids[sheet.key] = grid
        for title in sheets:
            near = None if match.sheet_named(title) else match.nearest_sheet(title)
            if near is not None and near.key not in self.grids:
                self.faults.append(
                    InputFault("an unknown sheet", f"the name {near.title!r}, if that is meant", title)
                )

    def _refuse_nothing(self, settings: Fields) -> None:
        """Say that nothing is filled in, once, instead of what all is missing."""
        filled = any(t.rows for key, t in self.tables.items() if key not in ("roles", "parts", "rules"))
        if filled or "start" in settings or any(f.row for f in self.faults):
            return
        found = "nothing filled in" if self.grids else "none of the sheets of a duty workbook"
        expected = "filled sheets " + ", ".join(repr(s.title) for s in SHEETS if s.needed)
        raise InvalidInput(self.name, [InputFault(found, expected)])

    def _settings(self) -> Fields:
        """Read the sheet that has an item a row."""
        grid = self.grids.get(SETTINGS.key)
        values: Fields = {}
        self.settings_table = Table(SETTINGS, grid)
        if grid is None:
            return values
        by_spelling = {spelling: column for column in SETTINGS.columns for spelling in column.spellings()}
        for index, line in enumerate(grid.rows):
            label = match.shown(line[0]) if line else ""
            if not label or plain(label) in ("项目item", "项目", "item"):
                continue
            column = by_spelling.get(plain(label))
            if column is None or column.key in self.settings_table.lines:
                expected = match.nearest(label, SETTINGS.columns) if column is None else "each item once"
                self.faults.append(InputFault(label, expected, grid.name, index + 1, "A"))
                continue
            self.settings_table.lines[column.key] = index
            cell = line[1] if len(line) > 1 else ""
            try:
                value = column.kind.parse(cell)
                if column.key == "timezone" and value is not None:
                    self.zone = _zone(str(value))
            except CellError as error:
                self._setting_fault(column.key, match.shown(cell), str(error))
                continue
            if value is not None:
                values[column.key] = value
        return values

    def _setting_fault(self, key: str, found: str, expected: str) -> None:
        self.settings_table.bad.add(key)
        grid = self.settings_table.grid
        if grid is not None:
            line = self.settings_table.lines.get(key)
            row = None if line is None else line + 1
            column = f"B {SETTINGS.by_key[key].heading}"
            self.faults.append(InputFault(found, expected, grid.name, row, column))

    def _fill(self, table: Table) -> None:
        """Parse and validate the rows; those with a fault are left out."""
        sheet = table.sheet
        self.faults += parse_rows(table, {c.refers: self._names(c.refers) for c in sheet.columns})
        attached = [t for t in self.tables.values() if t.sheet.parent == sheet.key and t.rows]
        table.spoilt = any(not row.sound for row in table.rows)
        if sheet.key == "timetables":
            periods = Periods(self.tables)
            periods.put_times(table)
            self.faults += periods.faults
        sound = [row for row in table.rows if row.sound]
        if sheet.prepare is not None:
            sheet.prepare([row.values for row in sound])
        for row in sound:
            self._validate(table, row, attached)

    def _validate(self, table: Table, row: Row, attached: list[Table]) -> None:
        sheet, values = table.sheet, row.values
        try:
            if sheet.shape is not None:
                sheet.shape(values, self.zone)
            if sheet.parent:
                row.parent = str(values.pop(sheet.columns[0].key))
            for child in attached:
                values[child.sheet.into] = child.by_parent.get(str(values.get("id")), ())
            row.value = sheet.validate(values)
        except RowError as error:
            self._fault(table, row, sheet.by_key[error.key], error.expected)
        except ValidationError as error:
            for detail in details(error):
                self._pydantic_fault(table, row, detail.path, detail.message, detail.kind)
        else:
            if sheet.parent:
                table.by_parent[row.parent] += (row.value,)
            return
        row.sound = False
        table.spoilt = True

    def _pydantic_fault(
        self, table: Table, row: Row, loc: tuple[int | str, ...], message: str, kind: str
    ) -> None:
        sheet = table.sheet
        if sheet.key == "rules":
            loc = loc[1:]  # the first is the rule's kind
        first = str(loc[0]) if loc else ""
        child = next(
            (t for t in self.tables.values() if t.sheet.parent == sheet.key and t.sheet.into == first), None
        )
        if child is not None:
            # Rows of the child that had a fault of their own are reported there.
            if not child.spoilt and child.whole:
                expected = f"at least one row for it in the sheet {child.sheet.title!r}"
                found = str(row.values.get("id", ""))
                self.faults.append(table.fault(row, sheet.by_key["id"], expected, found))
            if _ends_too_early(row.values):
                self._fault(table, row, sheet.by_key["end"], _after_start(table, row))
            return
        key = first
        if first in ("location", "base"):
            key = str(loc[-1])
        elif first == "volunteers":
            key = "volunteers_target" if loc[-1] == 1 else "volunteers_min"
        column = sheet.by_key.get(key, sheet.by_key[sheet.blame or sheet.columns[0].key])
        if not loc and _ends_too_early(row.values):
            expected = _after_start(table, row)
        elif kind == "extra_forbidden":
            expected = f"nothing: the rule {row.values.get('kind')} has no such parameter"
        else:
            expected = column.wanted if kind == "missing" else _sentence(message)
        self._fault(table, row, column, expected)

    def _fault(self, table: Table, row: Row, column: Column, expected: str) -> None:
        self.faults.append(table.fault(row, column, expected))

    def _names(self, collection: str) -> dict[str, str] | None:
        """Return ids by themselves, and by the names that only one row has."""
        if collection not in _NAMED:
            return None
        table = self.tables[collection]
        if table.names is None:
            found: defaultdict[str, set[str]] = defaultdict(set)
            ids = table.ids()
            for row in table.rows:
                for key in ("name", "name_en"):
                    name = table.raw(row, key)
                    if name:
                        found[name].add(table.raw(row, "id"))
            if collection == "roles" and not table.rows:
                ids = {r.id for r in DEFAULT_ROLES}
                for role in DEFAULT_ROLES:
                    found[role.name].add(role.id)
                    found[role.name_en].add(role.id)
            table.names = {n: next(iter(i)) for n, i in found.items() if len(i) == 1 and n not in ids}
        return table.names or None

    def _find_orphans(self, table: Table) -> None:
        """Report rows whose parent nobody knows."""
        parent = self.tables[table.sheet.parent]
        if parent.can_tell():
            known = parent.ids()
            column = table.sheet.columns[0]
            for row in table.rows:
                if row.sound and row.parent not in known:
                    self._fault(table, row, column, f"the id of a {parent.sheet.en.removesuffix('s')}")

    def _fields(self, settings: Fields) -> Fields:
        """Gather the problem's fields; what a sheet doesn't say keeps its default."""
        self._find_missing()
        fields: Fields = {key: settings[key] for key in ("title", "timezone", "formula") if key in settings}
        if "start" in settings:
            days = {"days": settings["days"]} if "days" in settings else {}
            try:
                fields["horizon"] = Horizon.model_validate({"start": settings["start"], **days})
            except ValidationError as error:
                self._setting_fault("days", str(settings.get("days")), _sentence(error.errors()[0]["msg"]))
        elif SETTINGS.key in self.grids and "start" not in self.settings_table.bad:
            self._setting_fault("start", "nothing", SETTINGS.by_key["start"].wanted)
        for key, table in self.tables.items():
            if table.rows and not table.sheet.parent and key not in _NO_FIELDS:
                fields[key] = table.values()
        calendar: Fields = {key: self.tables[key].values() for key in _CALENDAR}
        if "country" in settings:
            calendar["country"] = None if settings["country"] == "none" else settings["country"]
        if "makeup_follows" in settings:
            calendar["makeup_follows"] = settings["makeup_follows"]
        fields["calendar"] = SchoolCalendar.model_validate(calendar)
        return fields

    def _find_missing(self) -> None:
        missing = [s for s in SHEETS if s.needed and s.key not in self.grids]
        for sheet in missing:
            if sheet.key == "bells" and "shifts" in self.grids:
                continue
            self.faults.append(InputFault("no such sheet", f"a sheet {sheet.title!r}"))

    def _add_field_faults(self, error: ValidationError) -> None:
        for path, message, found, _ in details(error):
            key = str(path[0]) if path else ""
            if key in SETTINGS.by_key:
                self._setting_fault(key, str(found), _sentence(message))
            else:
                self.faults.append(InputFault(key or self.name, message))

    def _blame_empty_sheets(self) -> None:
        """Say once that a sheet has no rows, instead of each id that would stand in one."""
        for key in ("sites", "units", "people", "windows"):
            table = self.tables[key]
            if table.rows or table.grid is None:
                continue
            what = next(name for name, owners in OWNERS.items() if owners == (key,))
            wanted = {f"the id of a {what}"}
            if key == "people" and not self.tables["crews"].rows:
                wanted.add("the id of a person or crew")
            rest = [fault for fault in self.faults if fault.expected not in wanted]
            if count := len(self.faults) - len(rest):
                expected = f"rows in this sheet, to which {count} cells of other sheets refer"
                self.faults = [*rest, InputFault("no rows", expected, table.grid.name)]

    def _in_order(self) -> list[InputFault]:
        self._blame_empty_sheets()
        order = {grid.name: k for k, grid in enumerate(self.grids.values())}
        return sorted(dict.fromkeys(self.faults), key=lambda f: (order.get(f.sheet, -1), f.row or 0))


def _ends_too_early(values: Fields) -> bool:
    start, end = values.get("start"), values.get("end")
    return isinstance(start, dt.datetime) and isinstance(end, dt.datetime) and end <= start


def _after_start(table: Table, row: Row) -> str:
    """Return what an end should be, the start as the user wrote it."""
    return f"an end after the start, {table.raw(row, 'start')}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CellError("an IANA time zone such as Asia/Shanghai") from None


def _sentence(message: str) -> str:
    """Turn pydantic's message into what was expected."""
    for said, meant in (("Value error, ", "values that fit together: "), ("Input should be ", "")):
        if message.startswith(said):
            return meant + message.removeprefix(said)
    return lower_first(message)
