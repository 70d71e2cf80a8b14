"""Timetables that name the periods of a school day in place of times."""

from __future__ import annotations

import datetime as dt

import pytest
from workbook_cases import Sheets, Value, pack, small

from formats.faults import InputFault, InvalidInput
from formats.workbook import read_problem, write_problem
from formats.workbook.cells import CellError
from formats.workbook.lessons import read_lessons
from models import Lesson


def with_periods(*timetables: list[Value]) -> Sheets:
    """Return a workbook whose first school has periods of its own, the second those of all schools."""
    sheets = small()
    sheets["periods"] = [
        ["site", "period", "weekdays", "start", "end"],
        [None, 1, None, "08:00", "08:40"],
        [None, 2, None, "08:50", "09:30"],
        ["First school", 1, None, dt.time(8, 10), dt.time(8, 55)],
        ["S1", 2, None, "09:05", "09:50"],
        ["S1", 2, "周五", "09:00", "09:40"],
        ["S1", 3, "1-4", "10:00", "10:45"],
    ]
    sheets["timetables"] = [["person", "Monday", "Friday"], *timetables]
    return sheets


def lessons(sheets: Sheets, person: str) -> list[tuple[int, str, str]]:
    """Return a person's lessons as weekday, start and end."""
    problem = read_problem(pack(sheets))
    (found,) = (t.lessons for t in problem.timetables if t.person == person)
    return [(x.weekday, f"{x.start:%H:%M}", f"{x.end:%H:%M}") for x in found]


def faults(sheets: Sheets) -> list[InputFault]:
    """Return what is wrong with a workbook."""
    with pytest.raises(InvalidInput) as caught:
        read_problem(pack(sheets))
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        (3.0, (3,)),
        ("1,2", (1, 2)),
        ("第1节、第3节", (1, 3)),
        ("第1、2节", (1, 2)),
        ("2-4", (2, 3, 4)),
        ("第２－３节；第十一节", (2, 3, 11)),
        ("第一节至第三节", (1, 2, 3)),
        ("P1, period 12", (1, 12)),
        ("", None),
    ],
)
def test_periods_are_written_in_many_ways(cell: str | float, numbers: tuple[int, ...] | None) -> None:
    assert read_lessons(1, cell) == numbers


@pytest.mark.parametrize("cell", ["4-2", "early", "1-", "第节", "100", "08:00", dt.date(2026, 1, 2)])
def test_what_is_neither_a_time_nor_a_period(cell: str | dt.date) -> None:
    with pytest.raises(CellError):
        read_lessons(1, cell)


def test_times_and_periods_may_stand_together() -> None:
    first = Lesson(weekday=5, start=dt.time(8), end=dt.time(8, 40))
    assert read_lessons(5, "08:00-08:40, 第2节") == (first, 2)


def test_a_school_with_periods_of_its_own_uses_those_alone() -> None:
    sheets = with_periods(["A", "1-3", "第1、2节"], ["C", 2, "1"])
    # A teaches at S1: its Friday has an own row for period 2, and none for period 1.
    assert lessons(sheets, "A") == [
        (1, "08:10", "08:55"),
        (1, "09:05", "09:50"),
        (1, "10:00", "10:45"),
        (5, "08:10", "08:55"),
        (5, "09:00", "09:40"),
    ]
    # C teaches at S2, which has none: those of all schools hold.
    assert lessons(sheets, "C") == [(1, "08:50", "09:30"), (5, "08:00", "08:40")]


def test_headings_and_sheet_in_chinese() -> None:
    sheets = with_periods(["A", "1", None])
    sheets["节次"] = [["学校", "节", "星期", "上课", "下课"], *sheets.pop("periods")[1:]]
    assert lessons(sheets, "A") == [(1, "08:10", "08:55")]


def test_what_was_read_is_written_by_the_clock(tmp_path: object) -> None:
    problem = read_problem(pack(with_periods(["A", "1-3", "2"], ["C", 2, "1"])))
    path = f"{tmp_path}/again.xlsx"
    write_problem(problem, path)
    assert read_problem(path) == problem


def test_a_period_that_the_school_has_not() -> None:
    # S1 has period 3 on Mondays to Thursdays; B teaches there as well.
    (one, two) = faults(with_periods(["A", "1, 4", "3"]))
    assert (one.sheet, one.row, one.column, one.found) == ("timetables", 2, "B 周一 Monday", "1, 4")
    assert one.expected == "periods that the sheet '节次 periods' has for S1 on 周一 Mon (1, 2, 3), not 4"
    assert (two.row, two.column, two.found) == (2, "C 周五 Friday", "3")
    assert two.expected.endswith("for S1 on 周五 Fri (1, 2), not 3")


def test_periods_without_their_sheet() -> None:
    sheets = with_periods(["A", "1, 2", None])
    del sheets["periods"]
    (fault,) = faults(sheets)
    assert (fault.sheet, fault.row, fault.column) == ("timetables", 2, "B 周一 Monday")
    assert "times such as 08:00-08:40, or a row of the sheet '节次 periods' for period 1, 2" in fault.expected


def test_faults_of_the_sheet_itself() -> None:
    sheets = with_periods()
    sheets["periods"] += [
        ["S9", 1, None, "08:00", "08:40"],
        ["S1", 3, "4-5", "10:00", "10:45"],
        ["S1", 4, None, "11:00", "10:45"],
        ["S1", "first", None, "11:00", "11:45"],
        ["S1", 0, None, "11:00", "11:45"],
    ]
    assert [(f.row, f.column, f.found) for f in faults(sheets)] == [
        (8, "A 学校 site", "S9"),
        (9, "B 节 period", "3"),
        (10, "E 下课 end", "10:45"),
        (11, "B 节 period", "first"),
        (12, "B 节 period", "0"),
    ]


def test_what_only_follows_is_left_out() -> None:
    # Row 3 of the periods can't be read, so period 2 may be right; nobody knows where Z teaches.
    sheets = with_periods(["C", "2", None], ["Z", "9", None])
    sheets["periods"][2][3] = "soon"
    assert [(f.sheet, f.row) for f in faults(sheets)] == [("periods", 3), ("timetables", 3)]
