"""Workbooks that are right: what is read from them, and that what is written is read again."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from workbook_cases import Sheets, Value, pack, small

from examples import counselling_rota, reference_city, small_school, station_month
from formats.workbook import read_problem, write_problem, write_template
from formats.workbook.columns import spellings
from formats.workbook.sheets import SHEETS
from models import (
    RECOMMENDED_RULES,
    Absence,
    AbsenceKind,
    Assignment,
    Bell,
    ConsecutiveDays,
    Continuity,
    Coverage,
    Crew,
    DayException,
    DutyLimit,
    Fairness,
    FormulaChoice,
    GatePosition,
    Horizon,
    LedgerEntry,
    Lesson,
    Location,
    Need,
    NewcomerAlone,
    Offer,
    PastDuty,
    Person,
    Preference,
    PreferenceKind,
    Preferences,
    Problem,
    Qualification,
    Rest,
    RoleTime,
    SchoolCalendar,
    Shift,
    Site,
    SkillMix,
    Term,
    Timetable,
    Travel,
    TravelMinutes,
    TravelTime,
    Unit,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.date(2026, 3, 2)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of the horizon's week, Monday being day 0."""
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(hour, minute), SHANGHAI)


@pytest.fixture
def complete() -> Problem:
    """Return a problem that uses nearly every field there is."""
    return Problem(
        title="全区 = whole",
        horizon=Horizon(start=MONDAY, days=5),
        formulas=(
            FormulaChoice(formula="2+1+2+1+N", risk=3),
            FormulaChoice(formula="3＋1＋2＋2＋4", site="S1", window="pm"),
        ),
        sites=(
            Site(
                id="S1",
                name='=HYPERLINK("x")',
                district="D1",
                location=Location(lat=31.123456789012345, lon=0.1 + 0.2),
                risk=3,
                station="P1",
                volunteers=(1, 3),
                formula="3+1+2+2+2-5",
                positions=(
                    GatePosition(number=1, name="东门", role="staff"),
                    GatePosition(number=2, name="西门"),
                ),
            ),
            Site(id="1024", name="Two, the; second", district="D1"),
        ),
        units=(
            Unit(id="U1", name="School one", site="S1", location=Location(lat=-1, lon=-2.5)),
            Unit(id="P1", name="派出所", kind="police_station", district="D1"),
        ),
        people=(
            Person(
                id="A,1",
                name="+Ann",
                unit="U1",
                roles=("staff", "duty_leader"),
                sites=("1024",),
                base=Location(lat=1, lon=2),
                capacity=50,
                qualifications=(
                    Qualification(name="first aid, adult"),
                    Qualification(name="vetting", valid_from=MONDAY, valid_until=dt.date(2027, 1, 1)),
                    Qualification(name="training", valid_until=dt.date(2026, 12, 31)),
                    Qualification(name='a "quoted" [2020-01-01~2021-01-01]'),
                ),
                newcomer=True,
                phone="+86 138 0000 0000",
            ),
            Person(id='B"2', name="Bob", unit="P1", roles=("resident_officer",), posted_to="S1"),
            Person(id="C", name="Cid", unit="P1"),
        ),
        crews=(
            Crew(
                id="K1",
                name="一组",
                unit="P1",
                role="patrol_crew",
                members=("C", "A,1"),
                minimum_strength=2,
                base=Location(lat=3, lon=4),
            ),
        ),
        windows=(
            Window(
                id="am",
                name="早",
                name_en="Morning",
                lead=25,
                trail=0,
                weight=2,
                roles=(RoleTime(role="staff", lead=30, trail=5),),
            ),
            Window(id="pm", name="晚", name_en="Evening"),
        ),
        bells=(
            Bell(site="S1", window="am", time=dt.time(7, 40)),
            Bell(site="S1", window="pm", time=dt.time(16, 35), weekdays=(1, 3)),
            Bell(site="1024", window="am", time=dt.time(8), weekdays=(5, 1), date=MONDAY),
        ),
        calendar=SchoolCalendar(
            country=None,
            terms=(Term(name="spring", first=dt.date(2026, 2, 20), last=dt.date(2026, 7, 1)),),
            exceptions=(
                DayException(
                    date=MONDAY, school=True, follows=5, sites=("1024", "S1"), note="  sports, day "
                ),
                DayException(date=dt.date(2026, 3, 3), school=False),
            ),
            makeup_follows=3,
        ),
        absences=(
            Absence(assignee="A,1", start=at(0, 7), end=at(1, 0)),
            Absence(assignee="K1", start=at(1, 0), end=at(3, 12, 30), kind=AbsenceKind.RELEASED),
        ),
        timetables=(
            Timetable(
                person="A,1",
                lessons=(
                    Lesson(weekday=1, start=dt.time(8), end=dt.time(8, 40)),
                    Lesson(weekday=1, start=dt.time(10), end=dt.time(10, 40)),
                    Lesson(weekday=5, start=dt.time(8), end=dt.time(8, 45)),
                ),
            ),
            Timetable(person="C", lessons=()),
        ),
        offers=(Offer(person="C"), Offer(person="C", window="am", weekday=2), Offer(person="C", date=MONDAY)),
        preferences=(
            Preference(assignee="K1", kind=PreferenceKind.AVOID, weight=3, site="1024", weekday=7),
            Preference(assignee="C", kind=PreferenceKind.WANT, window="pm", date=MONDAY),
        ),
        ledger=(LedgerEntry(assignee="A,1", points=0), LedgerEntry(assignee="K1", points=1200)),
        history=(
            PastDuty(
                assignee="C",
                role="staff",
                site="S1",
                window="pm",
                date=dt.date(2026, 3, 1),
                start=at(-1, 23, 30),
                end=at(0, 0, 30),
            ),
        ),
        travel_times=(TravelTime(origin="S1", destination="1024", minutes=12),),
        rules=(
            Travel(speed_kmh=27.3, detour=1.1, unknown_minutes=5),
            Rest(minutes=540),
            DutyLimit(per="day", maximum=3, roles=("staff",), bearers=("A,1", "K1")),
            DutyLimit(per="week", measure="minutes", maximum=600),
            ConsecutiveDays(maximum=5),
            Coverage(risk_multipliers=(1, 1, 2, 2, 9), escalation=0),
            Fairness(step=30, tolerance=0),
            Preferences(weight=2),
            Continuity(role="patrol_crew", weight=4),
            TravelMinutes(roles=("patrol_crew", "staff")),
            SkillMix(role="staff", qualification="first aid, adult", at_least=2),
            NewcomerAlone(role="security_guard"),
        ),
        pins=(
            Assignment(shift="S1/2026-03-02/am", role="staff", index=1, assignee="A,1", pinned=True),
            Assignment(shift="S1/2026-03-04/am", role="staff", index=0, assignee="C"),
        ),
    )


def written(problem: Problem, folder: Path) -> Path:
    """Return the path of a problem's workbook."""
    path = folder / "problem.xlsx"
    write_problem(problem, path)
    return path


def test_every_field_is_read_again(complete: Problem, tmp_path: Path) -> None:
    assert read_problem(written(complete, tmp_path)) == complete


@pytest.mark.parametrize(
    "make", [small_school, counselling_rota, station_month, lambda: reference_city(8, 3)]
)
def test_examples_are_read_again(make: object, tmp_path: Path) -> None:
    problem = make()  # type: ignore[operator]
    assert read_problem(written(problem, tmp_path)) == problem


def test_shifts_of_no_bell_are_read_again(complete: Problem, tmp_path: Path) -> None:
    shift = Shift(
        id="a night/of its own",
        site="S1",
        date=MONDAY,
        window="pm",
        start=at(0, 22),
        end=at(1, 6),
        needs=(
            Need(role="staff", minimum=1, target=2, early=10, late=-5),
            Need(role="volunteer", minimum=0, target=1, tier=2),
        ),
    )
    pin = Assignment(shift=shift.id, role="staff", index=1, assignee="C")
    fields = {name: getattr(complete, name) for name in Problem.model_fields}
    problem = Problem(**(fields | {"shifts": (shift,), "pins": (pin,)}))
    assert read_problem(written(problem, tmp_path)) == problem


def test_shifts_that_bells_give_have_no_rows(complete: Problem, tmp_path: Path) -> None:
    book = CalamineWorkbook.from_path(written(complete, tmp_path))
    assert len(book.get_sheet_by_name("班次 shifts").to_python()) == 1  # the heading alone


def test_text_never_becomes_a_formula(complete: Problem, tmp_path: Path) -> None:
    with zipfile.ZipFile(written(complete, tmp_path)) as package:
        parts = [package.read(n) for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
    assert parts
    assert not any(b"<f>" in part or b"<f " in part for part in parts)


ids = (
    st.text(
        st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="/|"), min_size=1, max_size=12
    )
    .map(str.strip)
    .filter(bool)
)
names = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20).map(str.strip).filter(bool)
minutes = st.integers(0, 23 * 60 + 58)


def clock(minute: int) -> dt.time:
    return dt.time(minute // 60, minute % 60)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a small problem with awkward words in it."""
    site, unit, window, first, second = draw(st.lists(ids, min_size=5, max_size=5, unique=True))
    dates = st.integers(0, 4).map(lambda d: MONDAY + dt.timedelta(days=d))
    weekday = st.none() | st.integers(1, 7)
    lessons = []
    for day in range(1, 6):
        for start in sorted(draw(st.lists(minutes, max_size=2, unique=True))):
            lessons.append(Lesson(weekday=day, start=clock(start), end=clock(start + 1)))
    begin = draw(minutes)
    return Problem(
        title=draw(names),
        horizon=Horizon(start=MONDAY, days=5),
        sites=(
            Site(
                id=site,
                name=draw(names),
                district=draw(ids),
                location=draw(
                    st.none() | st.builds(Location, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
                ),
                risk=draw(st.integers(1, 5)),
            ),
        ),
        units=(Unit(id=unit, name=draw(names), kind=draw(names), site=draw(st.none() | st.just(site))),),
        people=tuple(
            Person(
                id=key,
                name=draw(names),
                unit=unit,
                roles=tuple(draw(st.lists(st.sampled_from(["staff", "volunteer"]), unique=True))),
                qualifications=tuple(
                    Qualification(name=draw(names), valid_from=draw(st.none() | dates))
                    for _ in range(draw(st.integers(0, 2)))
                ),
            )
            for key in (first, second)
        ),
        crews=(
            Crew(
                id="the crew / nobody's".replace("/", "-"),
                name="x",
                unit=unit,
                role="patrol_crew",
                members=(first, second),
            ),
        ),
        windows=(Window(id=window, name=draw(names), name_en=draw(names), lead=draw(st.integers(1, 99))),),
        bells=(
            Bell(
                site=site,
                window=window,
                time=clock(draw(minutes)),
                weekdays=tuple(draw(st.lists(st.integers(1, 7), min_size=1, unique=True))),
            ),
        ),
        absences=(
            Absence(
                assignee=first,
                start=at(0, 0) + dt.timedelta(minutes=begin),
                end=at(0, 0) + dt.timedelta(minutes=begin + draw(st.integers(1, 5000))),
            ),
        ),
        timetables=(Timetable(person=first, lessons=tuple(lessons)),),
        offers=tuple(
            draw(
                st.lists(
                    st.builds(Offer, person=st.just(second), weekday=weekday, date=st.none() | dates),
                    max_size=3,
                )
            )
        ),
    )


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(problem=problems())
def test_any_problem_is_read_again(problem: Problem, tmp_path: Path) -> None:
    assert read_problem(written(problem, tmp_path)) == problem


def test_headings_in_either_language_and_any_order() -> None:
    sheets = small()
    english = read_problem(pack(sheets))
    chinese: Sheets = {
        "设置": [["标题", "Small"], ["首日 first day", dt.date(2026, 3, 2)], ["天数", 5]],
        "学校": [["区", "名称", "编号 id"], ["D1", "First school", "S1"], ["D1", "Second school", "S2"]],
        "单位 units": [
            ["编号", "所属学校", "类别", "名称"],
            ["U1", "S1", "school", "First staff"],
            ["U2", "S2", None, "Second staff"],
        ],
        "人员": [
            ["电话", "角色", "单位", "姓名 name", "编号"],
            ["13800000001", "教职员工", "First staff", "Ann", "A"],
            [],
            [None, "教职员工、值班领导", "U1", "Bob", "B"],
            [None, "staff", "U2", "Cid", "C"],
        ],
        "时段": [["编号", "名称", "英文名", "提前", "延后"], ["am", "早到校", "Arrival", "20", "１０"]],
        "铃点": [
            ["学校", "时段", "时间", "星期"],
            ["S1", "早到校", dt.time(7, 40), "周一至周五"],
            ["Second school", "Arrival", 8 / 24, "Mon-Fri"],
        ],
        "请假": [
            ["类别", "人员或巡组", "开始", "结束"],
            ["请假", "A", dt.datetime(2026, 3, 2, 7), dt.datetime(2026, 3, 2, 12)],
            ["病假 sick", "A", dt.date(2026, 3, 3), "2026/3/4"],
        ],
    }  # fmt: skip
    assert read_problem(pack(chinese)) == english
    # Two dates without times: both days whole, so the absence ends when the 4th does.
    assert english.absences[1].end == dt.datetime(2026, 3, 5, tzinfo=SHANGHAI)


def test_ids_typed_as_numbers() -> None:
    sheets = small()
    typed: list[Value] = [1024.0, 7, "0012"]
    for row, key in zip(sheets["people"][1:], typed, strict=True):
        row[0] = key
    for row in sheets["absences"][1:]:
        row[0] = 1024
    assert [p.id for p in read_problem(pack(sheets)).people] == ["1024", "7", "0012"]


def test_pins_without_an_index_take_the_free_ones() -> None:
    sheets = small()
    sheets["pins"] = [
        ["site", "date", "window", "role", "index", "assignee"],
        ["S1", "2026-03-02", "am", "staff", None, "A"],
        ["S1", "2026-03-02", "am", "staff", 0, "B"],
    ]
    assert [(p.assignee, p.index) for p in read_problem(pack(sheets)).pins] == [("A", 1), ("B", 0)]


def test_no_two_columns_of_a_sheet_share_a_spelling() -> None:
    for sheet in SHEETS:
        seen: set[str] = set()
        for column in sheet.columns:
            own = column.spellings()
            assert not own & seen, (sheet.key, column.key)
            seen |= own
    seen = set()
    for sheet in SHEETS:
        own = spellings(sheet.key, sheet.zh, sheet.en)
        assert not own & seen, sheet.key
        seen |= own


def test_template_has_every_column_once_commented(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = CalamineWorkbook.from_path(path)
    for sheet in SHEETS:
        rows = book.get_sheet_by_name(sheet.title).to_python()
        if sheet.key not in ("roles", "parts", "rules"):
            assert sheet.transposed or len(rows) == 1
        headings = [row[0] for row in rows[1:]] if sheet.transposed else rows[0]
        assert headings == [c.heading for c in sheet.columns]
    with zipfile.ZipFile(path) as package:
        comments = b"".join(package.read(n) for n in package.namelist() if n.startswith("xl/comments"))
        sites = package.read("xl/worksheets/sheet3.xml")
    columns = sum(len(s.columns) for s in SHEETS if not s.transposed)
    assert comments.count(b"<comment ") == columns
    assert b"<dataValidation " in sites  # the drop-down of police stations


def _values(row: Sequence[object]) -> list[Value]:
    return [cell if isinstance(cell, str | float) else None for cell in row]


def test_a_filled_template_is_read(tmp_path: Path) -> None:
    """The template's own headings and defaults, with the small workbook's rows in them."""
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = CalamineWorkbook.from_path(path)
    sheets: Sheets = {
        n: [_values(r) for r in book.get_sheet_by_name(n).to_python()] for n in book.sheet_names
    }
    filled = small()
    for row in sheets["设置 settings"]:
        if row[0] == "首日 first day":
            row[1] = "2026-03-02"
        if row[0] == "天数 days":
            row[1] = 5
        if row[0] == "标题 title":
            row[1] = "Small"
    for sheet in SHEETS:
        if sheet.key in filled and not sheet.transposed:
            keys = [
                next(c.key for c in sheet.columns if {h.replace(" ", "").lower()} & c.spellings())
                for h in map(str, filled[sheet.key][0])
            ]
            for row in filled[sheet.key][1:]:
                values = dict(zip(keys, row, strict=True))
                sheets[sheet.title].append([values.get(c.key) for c in sheet.columns])
    # Roles and parts are the defaults, in rows of their own; the rules are those to start from.
    read, plain = read_problem(pack(sheets)), read_problem(pack(filled))
    assert read.rules == RECOMMENDED_RULES
    assert plain.rules == ()
    assert read.model_copy(update={"rules": ()}) == plain
