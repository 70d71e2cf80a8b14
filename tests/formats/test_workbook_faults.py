"""Workbooks that are wrong: each fault once, where it stands, and all of them in one report."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from workbook_cases import Sheets, Value, pack, small

from formats.faults import SHOWN, InputFault, InvalidInput
from formats.roster_data import read_roster
from formats.workbook import Limits, read_problem, write_template
from models import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def faults_of(source: Sheets | bytes | Path | str, limits: Limits | None = None) -> tuple[InputFault, ...]:
    """Return what is wrong with a workbook."""
    with pytest.raises(InvalidInput) as caught:
        read_problem(pack(source) if isinstance(source, dict) else source, limits=limits)
    assert "Traceback" not in str(caught.value)
    return caught.value.faults


def put(sheet: str, row: int, column: int, value: Value) -> Callable[[Sheets], None]:
    """Return a change of one cell; rows count from 1 as in Excel, columns from 0."""

    def change(sheets: Sheets) -> None:
        sheets[sheet][row - 1][column] = value

    return change


def add(sheet: str, *rows: list[Value]) -> Callable[[Sheets], None]:
    """Return a change that adds rows."""

    def change(sheets: Sheets) -> None:
        sheets.setdefault(sheet, []).extend(rows)

    return change


ONE_FAULT = {
    "duplicate id": (put("people", 4, 0, "A"), "people", 4, "A 编号 id", "A", "an id that no other row has"),
    "unknown unit": (put("people", 3, 2, "U9"), "people", 3, "C 单位 unit", "U9", "the id of a unit"),
    "unknown role": (put("people", 3, 3, "staff, cook"), "people", 3, "D 角色 roles", "cook", "the id of a role"),
    "unknown site": (put("bells", 3, 0, "S9"), "bells", 3, "A 学校 site", "S9", "the id of a site"),
    "window that ends before it starts": (
        lambda s: (put("windows", 2, 3, 0)(s), put("windows", 2, 4, 0)(s)),
        "windows", 2, "E 延后 trail", "0", "lead and trail are both 0",
    ),
    "negative minutes": (put("windows", 2, 3, -5), "windows", 2, "D 提前 lead", "-5", "greater than or equal to 0"),
    "absence that ends before it starts": (
        put("absences", 2, 2, "2026-03-02 06:00"),
        "absences", 2, "C 结束 end", "2026-03-02 06:00", "an end after the start, 2026-03-02 07:00",
    ),
    # Row 2 ends at noon of the 2nd; row 3 would begin at eleven.
    "overlapping absences": (
        put("absences", 3, 1, "2026-03-02 11:00"),
        "absences", 3, "B 开始 start", "2026-03-02 11:00", "in row 2",
    ),
    "absence outside the horizon": (
        add("absences", ["B", "2026-05-01", "2026-05-02", None]),
        "absences", 4, "B 开始 start", "2026-05-01", "touches the horizon",
    ),
    "bell outside the horizon": (
        lambda s: (s["bells"][0].append("date"), s["bells"][1].append("2026-03-09")),
        "bells", 2, "E 日期 date", "2026-03-09", "a date of the horizon, 2026-03-02 to 2026-03-06",
    ),
    "second bell": (
        add("bells", ["S1", "am", "07:50", "5"]),
        "bells", 4, "", "5", "one bell for each site, window and day",
    ),
    "formula that doesn't parse": (
        lambda s: (s["sites"][0].append("formula"), s["sites"][1].append("3+1+x+2+N")),
        "sites", 2, "D 编成 formula", "3+1+x+2+N", "'x' is not a number",
    ),
    "default formula with too few parts": (
        lambda s: s["settings"].append(["default formula", "3+1"]),
        "settings", 4, "B 默认编成 default formula", "3+1", "5 are expected",
    ),
    "formula choice without a formula": (
        add("formulas", ["formula", "site"], [None, "S1"]), "formulas", 2, "A 编成 formula", "", "2+1+2+1+4",
    ),
    "time that is none": (put("bells", 2, 2, "25:00"), "bells", 2, "C 时间 time", "25:00", "00:00 to 23:59"),
    "text for a number": (put("windows", 2, 3, "twenty"), "windows", 2, "D 提前 lead", "twenty", "a whole number"),
    "half a minute": (put("windows", 2, 3, 1.5), "windows", 2, "D 提前 lead", "1.5", "a whole number"),
    "date that is none": (
        put("settings", 2, 1, "2026-02-30"), "settings", 2, "B 首日 first day", "2026-02-30", "that the calendar has",
    ),
    "weekdays that Excel took for a date": (
        put("bells", 2, 3, dt.date(2026, 1, 5)),
        "bells", 2, "D 星期 weekdays", "2026-01-05", "format the cell as text",
    ),
    "no id": (put("people", 3, 0, None), "people", 3, "A 编号 id", "", "A unique id"),
    "id with a slash": (put("people", 3, 0, "B/1"), "people", 3, "A 编号 id", "B/1", "an id without / and |"),
    "id with a tab": (put("people", 3, 0, "B\t1"), "people", 3, "A 编号 id", "B\t1", "no control character"),
    "name with a tab": (put("people", 3, 1, "B\tob"), "people", 3, "B 姓名 name", "B\tob", "such as a tab"),
    "date as Excel's number": (
        put("settings", 2, 1, 46083), "settings", 2, "B 首日 first day", "46083", "the number of 2026-03-02 here",
    ),
    "name in the place of an id": (
        put("absences", 2, 0, "Ann"), "absences", 2, "A 人员或巡组 assignee", "Ann", "(Ann is the name of A)",
    ),
    "role with a slip": (
        put("people", 2, 3, "stafff"), "people", 2, "D 角色 roles", "stafff", "(the nearest is staff)",
    ),
    "second row of an id": (put("people", 4, 0, "A"), "people", 4, "A 编号 id", "A", "(it is in row 2)"),
    "second bell of several days": (
        add("bells", ["S1", "am", "07:50", "4-5"]), "bells", 4, "", "4", "(it is in row 2)",
    ),
    "absence outside the horizon, as it was written": (
        add("absences", ["B", "2026-05-01", "2026-05-02", None]),
        "absences", 4, "B 开始 start", "2026-05-01 to 2026-05-02", "touches",
    ),
    "pin on a day outside the horizon": (
        add("pins", ["site", "date", "window", "role", "assignee"], ["S1", "2026-03-09", "am", "staff", "A"]),
        "pins", 2, "B 日期 date", "2026-03-09", "a shift of the horizon, 2026-03-02 to 2026-03-06",
    ),
    "pin at an unknown site": (
        add("pins", ["site", "date", "window", "role", "assignee"], ["S9", "2026-03-03", "am", "staff", "A"]),
        "pins", 2, "A 学校 site", "S9", "the id of a site",
    ),
    "nobody at all": (lambda s: s.update(people=s["people"][:1]), "people", None, "", "no rows", "to which 2 cells"),
    "unknown column": (
        lambda s: s["people"][0].append("phon"), "people", 1, "F", "phon", "the nearest is '电话 phone'",
    ),
    "column twice": (lambda s: s["people"][0].append("姓名"), "people", 1, "F", "姓名", "each column once"),
    "unknown item": (add("settings", ["frist day", 1]), "settings", 4, "A", "frist day", "'首日 first day'"),
    "misspelt sheet": (
        lambda s: s.update({"absense": s.pop("absences")}),
        "absense", None, "", "an unknown sheet", "'请假 absences'",
    ),
    "missing sheet": (lambda s: s.pop("windows"), "", None, "", "no such sheet", "'时段 windows'"),
    "missing units": (lambda s: s.pop("units"), "", None, "", "no such sheet", "'单位 units'"),
    "missing column": (
        lambda s: [row.pop(2) for row in s["people"]], "people", 1, "", "no such column", "'单位 unit'",
    ),
    "missing id column": (
        lambda s: [row.pop(0) for row in s["units"]], "units", 1, "", "no such column", "'编号 id'",
    ),
    "no first day": (lambda s: s["settings"].pop(1), "settings", None, "B 首日 first day", "nothing", "2026-03-02"),
    "formula that ends in an error": (
        put("people", 2, 2, "=!#REF!"), "people", 2, "C 单位 unit", "#REF!", "ends in an error",
    ),
    "error in a column without another value": (
        lambda s: (s["people"][0].append("newcomer"), s["people"][2].append("=!#N/A")),
        "people", 3, "F 新人 newcomer", "#N/A", "ends in an error",
    ),
    "long number": (put("people", 2, 0, 440301199001011234.0), "people", 2, "A 编号 id", "4.40301", "lost digits"),
    "unknown kind of absence": (put("absences", 2, 3, "holiday"), "absences", 2, "D 类别 kind", "holiday", "请假 leave"),
    "unknown time zone": (
        add("settings", ["timezone", "Mars/Base"]),
        "settings", 4, "B 时区 timezone", "Mars/Base", "Asia/Shanghai",
    ),
    "latitude without longitude": (
        lambda s: (s["sites"][0].append("latitude"), s["sites"][1].append(31.2)),
        "sites", 2, "经度 longitude", "", "both latitude and longitude",
    ),
    "latitude too far north": (
        lambda s: (s["sites"][0].extend(["latitude", "longitude"]), s["sites"][1].extend([95, 10])),
        "sites", 2, "D 纬度 latitude", "95", "less than or equal to 90",
    ),
    "rule without its parameter": (add("rules", ["rule"], ["rest"]), "rules", 2, "分钟 minutes", "", "rest: at least"),
    "rule with another's parameter": (
        add("rules", ["rule", "minutes", "per"], ["rest", 600, "day"]),
        "rules", 2, "C 按 per", "day", "no such parameter",
    ),
    "rule twice": (
        add("rules", ["rule", "minutes"], ["rest", 600], ["rest", 500]),
        "rules", 2, "A 规则 rule", "rest", "at most once",
    ),
    "gate position of an unknown site": (
        add("positions", ["site", "number", "name"], ["S9", 1, "east"]),
        "positions", 2, "A 学校 site", "S9", "the id of a site",
    ),
    "gate position of an unknown role": (
        add("positions", ["site", "number", "name", "role"], ["S1", 1, "east", "staff"], ["S1", 2, "west", "cook"]),
        "positions", 3, "D 角色 role", "cook", "the id of a role",
    ),
    "shift without needs": (
        add("shifts", ["site", "date", "window", "start", "end"], ["S1", "2026-03-02", "am", "07:20", "07:50"]),
        "shifts", 2, "编号 id", "S1/2026-03-02/am", "at least one row for it in the sheet '班次需求 shift needs'",
    ),
    "pin of no shift": (
        add("pins", ["shift", "role", "assignee"], ["S1/2026-03-07/am", "staff", "A"]),
        "pins", 2, "A 班次 shift", "S1/2026-03-07/am", "a shift of the horizon",
    ),
    "lesson that ends before it starts": (
        add("timetables", ["person", "Monday"], ["A", "08:00-08:40, 10:40-10:00"]),
        "timetables", 2, "B 周一 Monday", "08:00-08:40, 10:40-10:00", "ends after it starts, not 10:40-10:00",
    ),
    "two timetables": (
        add("timetables", ["person"], ["A"], ["A"]),
        "timetables", 3, "A 人员 person", "A", "one timetable a person",
    ),
    "crew stronger than its members": (
        add("crews", ["id", "name", "unit", "role", "members", "minimum strength"], ["K", "k", "U1", "patrol_crew", "A", 3]),
        "crews", 2, "E 成员 members", "A", "minimum strength of 3",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE_FAULT)
def test_one_fault_one_line(case: str) -> None:
    change, sheet, row, column, found, expected = ONE_FAULT[case]
    sheets = small()
    change(sheets)
    faults = faults_of(sheets)
    if case == "rule twice":  # both of its rows are named
        assert [f.row for f in faults] == [2, 3]
        faults = faults[:1]
    assert len(faults) == 1, faults
    fault = faults[0]
    assert (fault.sheet, fault.row, fault.column) == (sheet, row, column)
    assert fault.found.startswith(found)
    assert expected in fault.expected


def test_a_shift_that_ends_too_early_and_asks_for_nobody() -> None:
    sheets = small()
    add("shifts", ["site", "date", "window", "start", "end"])(sheets)
    add("shifts", ["S1", "2026-03-02", "am", "2026-03-02 07:50", "2026-03-02 07:20"])(sheets)
    needs, end = faults_of(sheets)
    assert "at least one row for it" in needs.expected
    assert end.expected == "an end after the start, 2026-03-02 07:50"


def test_a_result_is_no_problem(tmp_path: Path) -> None:
    (fault,) = faults_of({"排班数据 roster": [["班次 shift"]], "缺岗 open posts": []})
    assert (fault.found, fault.expected) == ("a roster", "a problem")
    with pytest.raises(InvalidInput) as caught:
        read_roster(pack(small()))
    assert caught.value.faults == (InputFault("a problem", "a roster"),)


def test_all_faults_in_one_report() -> None:
    sheets = small()
    sheets["people"][1][2] = "U9"  # unknown unit
    sheets["people"][2][3] = "cook"  # unknown role
    sheets["windows"][1][3] = "twenty"  # a window that can't be read; its bells are not to blame
    sheets["bells"][2][2] = "8 o'clock"
    sheets["absences"][1][0] = "Z"
    found = [(f.sheet, f.row) for f in faults_of(sheets)]
    assert found == [("people", 2), ("people", 3), ("windows", 2), ("bells", 3), ("absences", 2)]


def test_faults_of_pins_come_with_all_others() -> None:
    sheets = small()
    sheets["people"][1][2] = "U9"
    sheets["absences"][1][1] = "soon"
    sheets["pins"] = [
        ["shift", "role", "index", "assignee"],
        ["S1/2026-03-02/am", "staff", 0, "A"],
        ["S1/2026-03-07/am", "staff", 0, "A"],  # a Saturday
        ["S1/2026-03-02/am", "staff", 2, "B"],  # two staff by 3+1+2+2+N: 0 and 1
        ["S1/2026-03-02/am", "staff", 1, "Z"],
        ["S1/2026-03-02/am", "cook", 0, "B"],
    ]
    found = [(f.sheet, f.row) for f in faults_of(sheets)]
    assert found == [("people", 2), ("absences", 2), ("pins", 3), ("pins", 4), ("pins", 5), ("pins", 6)]
    # A bell that can't be read leaves shifts out: then nobody knows what the pins' shifts ask for.
    sheets["bells"][2][2] = "8 o'clock"
    found = [(f.sheet, f.row) for f in faults_of(sheets)]
    assert found == [("people", 2), ("bells", 3), ("absences", 2), ("pins", 5), ("pins", 6)]


def test_what_only_follows_is_left_out() -> None:
    sheets = small()
    sheets["units"][1][0] = None  # without its id nobody knows whether the people's U1 was meant
    sheets["sites"][2][2] = None  # the school is known by its id all the same: its bell is right
    assert [(f.sheet, f.row) for f in faults_of(sheets)] == [("sites", 3), ("units", 2)]


def test_own_roles_ask_for_own_parts() -> None:
    """Of the default parts' seven roles, five (all but staff and the duty leader) are not the user's own."""
    sheets = small()
    sheets["roles"] = [
        ["id", "name", "name in English", "scope"],
        ["staff", "教职员工", "Staff", "site"],
        ["duty_leader", "值班领导", "Leader", "本校"],
    ]
    faults = [f for f in faults_of(sheets) if f.sheet == "编成 formula parts"]
    assert len(faults) == 5
    assert faults[0].found == "resident_officer"
    assert "defaults" in faults[0].expected


def test_a_phone_number_is_never_shown() -> None:
    sheets = small()
    sheets["people"][1][4] = "13800000001 call me"
    (fault,) = faults_of(sheets)
    assert (fault.sheet, fault.row, fault.column) == ("people", 2, "E 电话 phone")
    assert "138" not in str(fault)


def test_a_long_list_is_cut() -> None:
    sheets = small()
    # 500 people of a unit that nobody knows.
    sheets["people"] += [[f"X{k}", "Somebody", "U9", None, None] for k in range(500)]
    with pytest.raises(InvalidInput) as caught:
        read_problem(pack(sheets))
    assert len(caught.value.faults) == 500
    lines = str(caught.value).splitlines()
    assert len(lines) == 1 + SHOWN + 1
    assert lines[-1].strip() == "and 300 more"


def test_template_says_that_nothing_is_filled_in(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    (fault,) = faults_of(tmp_path / "t.xlsx")
    assert fault.found == "nothing filled in"


@pytest.mark.parametrize("sheets", [{"Sheet1": []}, {"Sheet1": [["a", "b"], [1, 2]]}, {"people": []}])
def test_empty_workbook(sheets: Sheets) -> None:
    (fault,) = faults_of(sheets)
    assert "'学校 sites'" in fault.expected


def test_not_a_workbook(tmp_path: Path) -> None:
    whole = pack(small())
    empty_zip = io.BytesIO()
    zipfile.ZipFile(empty_zip, "w").close()
    other_zip = io.BytesIO()
    with zipfile.ZipFile(other_zip, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    cases = {
        "empty file": b"",
        "text": b"id,name\n1,2\n",
        "cut short": whole[: len(whole) // 2],
        "cut off the end": whole[:-10],
        "empty zip": empty_zip.getvalue(),
        "other zip": other_zip.getvalue(),
        "old or encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }
    for name, data in cases.items():
        (fault,) = faults_of(data)
        assert ".xlsx" in fault.expected, name
    (fault,) = faults_of(cases["old or encrypted"])
    assert "password" in fault.found
    (fault,) = faults_of(tmp_path / "none.xlsx")
    assert fault.found == "no such file"
    (fault,) = faults_of(tmp_path)
    assert fault.found == "a folder"


def test_every_byte_may_be_broken() -> None:
    """Flipped bytes give a problem or one clear error, never another exception."""
    whole = pack(small())
    for place in range(0, len(whole), 97):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        with suppress(InvalidInput):
            assert isinstance(read_problem(bytes(broken)), Problem)


def test_packed_size(tmp_path: Path) -> None:
    data = pack(small())
    (fault,) = faults_of(data, Limits(packed_bytes=len(data) - 1))
    assert f"at most {len(data) - 1:,} bytes" in fault.expected
    assert read_problem(data, limits=Limits(packed_bytes=len(data))).people


def replace_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with another content of one part."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return held.getvalue()


def test_expanded_size_as_declared_and_as_it_is() -> None:
    bomb = replace_part(pack(small()), "docProps/app.xml", bytes(3_000_000))
    assert len(bomb) < 50_000
    (fault,) = faults_of(bomb, Limits(expanded_bytes=1_000_000))
    assert "expands" in fault.found
    # The directory says 10 bytes where there are three million.
    lying = bomb.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 10))
    assert lying != bomb
    (fault,) = faults_of(lying, Limits(expanded_bytes=1_000_000))
    assert ".xlsx" in fault.expected or "expands" in fault.found


def test_too_many_rows() -> None:
    sheets = small()
    sheets["offers"] = [["person"]]
    sheets["offers"] += [["A"]] * 20
    (fault,) = faults_of(sheets, Limits(rows=20))
    assert (fault.sheet, fault.found, fault.expected) == ("offers", "21 rows", "at most 20 rows")


@pytest.mark.parametrize("cell", ["XFD2", "CA2", "A1048576"])
def test_a_cell_far_outside_takes_no_memory(cell: str) -> None:
    """The grid between two far cells would be 16,384 × 1,048,576."""
    data = pack(small())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        part = package.read("xl/worksheets/sheet2.xml")
    row = cell.lstrip("ABCDFX")
    far = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    (fault,) = faults_of(replace_part(data, "xl/worksheets/sheet2.xml", part.replace(b"</sheetData>", far)))
    assert fault.sheet == "sites"


def test_unknown_sheets_of_ones_own_are_left_alone() -> None:
    own: Sheets = {"my notes": [["whatever"]], "图表": [[1]]}
    sheets = small() | own
    assert len(read_problem(pack(sheets)).people) == 3
