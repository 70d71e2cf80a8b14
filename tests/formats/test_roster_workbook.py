"""The result workbook: what stands on its sheets, and that its roster is read again."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from examples import reference_city, small_school
from formats.answers import Cost
from formats.faults import InvalidInput
from formats.files import load_roster
from formats.roster_data import read_roster
from formats.roster_workbook import Changed, write_roster
from formats.roster_workbook.fairness import fairness_rows
from formats.roster_workbook.styles import SheetNames
from formats.roster_workbook.week import Week
from formats.words import BLOCKS, REASONS
from formats.workbook import write_problem
from models import (
    HARD_RULES,
    Absence,
    Assignment,
    Change,
    Crew,
    DroppedPin,
    Horizon,
    LedgerEntry,
    Level,
    Need,
    Person,
    Problem,
    Reason,
    Report,
    Roster,
    ScoreTerm,
    Shift,
    Site,
    Unfilled,
    Unit,
    Window,
)
from solver.verify import Verifier

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = dt.date(2026, 3, 2)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIFT = "S1/2026-03-02/am"


def at(hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of Monday."""
    return dt.datetime.combine(MONDAY, dt.time(hour, minute), SHANGHAI)


@pytest.fixture
def problem() -> Problem:
    """One shift at one school with a hostile name: a crew, three staff of whom two are needed, a volunteer.

    7:20 to 7:50 is 30 minutes, at weight 2 that is 60 points; the crew comes 10 minutes early: 80.
    """
    return Problem(
        title="R&D [week]",
        horizon=Horizon(start=MONDAY, days=5),
        sites=(Site(id="S1", name="A/B: 'quoted' [very] long name of a school?", district="D1"),),
        units=(
            Unit(id="U1", name="School", site="S1"),
            Unit(id="P1", name="巡特警大队", kind="patrol_brigade", district="D1"),
        ),
        people=(
            Person(id="A", name="=Ann", unit="U1", roles=("staff",), phone="138 0000 0001"),
            Person(id="B", name="Bob", unit="U1", roles=("staff",), capacity=50),
            Person(id="M1", name="Mo", unit="P1"),
            Person(id="M2", name="Nan", unit="P1"),
        ),
        crews=(Crew(id="K", name="一组", unit="P1", role="patrol_crew", members=("M1", "M2")),),
        windows=(Window(id="am", name="早", name_en="Morning", weight=2),),
        shifts=(
            Shift(
                id=SHIFT,
                site="S1",
                date=MONDAY,
                window="am",
                start=at(7, 20),
                end=at(7, 50),
                needs=(
                    Need(role="patrol_crew", minimum=1, target=1, early=10),
                    Need(role="staff", minimum=2, target=4),
                    Need(role="volunteer", minimum=0, target=1, tier=2),
                ),
            ),
        ),
        absences=(Absence(assignee="M2", start=at(7), end=at(8)),),
        ledger=(LedgerEntry(assignee="A", points=200),),
    )


@pytest.fixture
def roster(problem: Problem) -> Roster:
    """Ann on the second staff post, pinned; the crew, of whom Nan is absent; all else open."""
    return Roster(
        horizon=problem.horizon,
        assignments=(
            Assignment(shift=SHIFT, role="patrol_crew", index=0, assignee="K"),
            Assignment(shift=SHIFT, role="staff", index=1, assignee="A", pinned=True),
        ),
    )


@pytest.fixture
def report() -> Report:
    """A report with an open need and a dropped pin."""
    return Report(
        status="feasible",
        reason="time_limit",
        levels=(Level(name="core", value=7, bound=5, terms=(ScoreTerm(name="missing:staff", value=7),)),),
        posts=6,
        filled=2,
        unfilled=(
            Unfilled(
                shift=SHIFT,
                role="staff",
                missing=3,
                missing_minimum=1,
                candidates=4,
                blocked={"timetable": 1, "absence": 1, "free": 1},
            ),
            Unfilled(shift=SHIFT, role="volunteer", missing=1, missing_minimum=0, candidates=0, blocked={}),
        ),
        dropped_pins=(
            DroppedPin(
                assignment=Assignment(shift=SHIFT, role="staff", index=0, assignee="B"), rules=("rest",)
            ),
        ),
        components=1,
        wall_s=0.1,
        methods={},
    )


Cells = dict[str, list[list[object]]]


def cells_of(path: Path) -> Cells:
    """Return every sheet's cells."""
    book = CalamineWorkbook.from_path(path)
    return {n: [list(r) for r in book.get_sheet_by_name(n).to_python()] for n in book.sheet_names}


def texts(rows: list[list[object]]) -> str:
    """Return all that stands on a sheet."""
    return "\n".join(str(cell) for row in rows for cell in row)


@pytest.fixture
def sheets(problem: Problem, roster: Roster, report: Report, tmp_path: Path) -> Cells:
    """The result workbook, without phones."""
    write_roster(problem, roster, report, tmp_path / "r.xlsx")
    return cells_of(tmp_path / "r.xlsx")


def test_roster_is_read_again(problem: Problem, roster: Roster, report: Report, tmp_path: Path) -> None:
    write_roster(problem, roster, report, tmp_path / "r.xlsx")
    assert read_roster(tmp_path / "r.xlsx") == roster
    assert load_roster(tmp_path / "r.xlsx") == roster


def test_an_empty_roster_is_read_again(problem: Problem, report: Report, tmp_path: Path) -> None:
    roster = Roster(horizon=problem.horizon)
    write_roster(problem, roster, report, tmp_path / "r.xlsx")
    assert read_roster(tmp_path / "r.xlsx") == roster


def test_a_changed_roster_lists_its_changes_and_claims_no_bounds(
    problem: Problem, roster: Roster, report: Report, tmp_path: Path
) -> None:
    fallen = "S1/2026-03-03/am"
    changed = Changed(
        changes=(
            Change(shift=SHIFT, role="staff", index=1, start=at(7, 20), before="B", after="A"),
            Change(shift=fallen, role="staff", index=0, start=at(7, 20), before="A", after=None),
        ),
        levels=(Cost(name="core", value=7, terms={"missing:staff": 7}),),
        unfilled=report.unfilled,
        fewest=False,
        reason="time_limit",
    )
    write_roster(problem, roster, changed, tmp_path / "r.xlsx")
    assert read_roster(tmp_path / "r.xlsx") == roster
    sheets = cells_of(tmp_path / "r.xlsx")
    rows = sheets["改动 changes"][3:]
    assert [row[4:] for row in rows] == [
        ["教职员工 Staff", "2", "Bob（B）", "=Ann（A）"],
        ["教职员工 Staff", "1", "=Ann（A）", "（无人）nobody"],
    ]
    assert [row[0] for row in rows] == [problem.sites[0].name, fallen]
    overview = sheets["概览 overview"]
    # Of the six posts at their targets, the crew and one of four staff are held.
    assert ["已排 Filled", 2] in [row[:2] for row in overview]
    assert ["改动的岗位 Posts changed", 2] in [row[:2] for row in overview]
    assert "not proven to be the fewest" in texts(overview)
    assert "the time limit was reached" in texts(overview)
    (core,) = [row for row in overview if str(row[0]).endswith("core posts missing")]
    assert core[1:] == [1, 7, "—", "—", "—", "—", "教职员工缺岗 7"]


def test_sites_table(sheets: Cells) -> None:
    (name,) = [n for n in sheets if n.startswith("A_B")]
    (row,) = [r for r in sheets[name] if r[0] == "2026-03-02\n周一 Mon"]
    # The crew comes at 7:10 and stands without the absent Nan. Of the three open staff posts the
    # minimum of two asks for one more, the first; the others are only wished for.
    assert row[1:] == [
        "早\nMorning",
        "07:20–07:50",
        "一组\nMo\n07:10–07:50",
        "【缺岗】OPEN",
        "=Ann ※",
        "可补 optional",
        "可补 optional",
        "可补 optional",
    ]


def test_phones_only_when_allowed(
    problem: Problem, roster: Roster, report: Report, sheets: Cells, tmp_path: Path
) -> None:
    assert all("138" not in texts(rows) for rows in sheets.values())
    write_roster(problem, roster, report, tmp_path / "p.xlsx", phones=True)
    assert "=Ann\n138 0000 0001 ※" in "\n".join(
        texts(rows) for rows in cells_of(tmp_path / "p.xlsx").values()
    )


def test_unit_sheet_shows_members_through_their_crew(sheets: Cells) -> None:
    lines = {row[0]: row for row in sheets["巡特警大队"]}
    site = "A/B: 'quoted' [very] long name of a school?"
    assert lines["一组"][2:] == [f"07:10–07:50 {site}", 1]
    assert lines["Mo"][2:] == [f"07:10–07:50 {site}（一组）", 1]
    assert lines["Nan"][2:] == ["", 0]
    assert "School" not in sheets  # a school's people stand on its site's sheet


def test_open_posts_with_reasons(sheets: Cells) -> None:
    rows = sheets["缺岗 open posts"][3:]
    # Of the four candidates for staff, one holds a post of the shift and three are kept away.
    assert [r[6:11] for r in rows] == [["必保 required", 1, 3, 4, 1], ["可补 optional", 0, 1, 0, 0]]
    assert rows[0][11] == "上课 teaching 1；请假 absent 1；可用，但另有更需要处 free, needed more elsewhere 1"
    assert rows[1][11] == "没有人可在此上岗 nobody may serve here"


def test_every_hard_rule_has_words() -> None:
    assert set(BLOCKS) == {*HARD_RULES, "free"}


def test_every_reason_has_words() -> None:
    assert set(get_args(Reason)) == {"", *REASONS}


def test_formula_kept(sheets: Cells) -> None:
    rows = {(r[0], r[2], r[3]): r[4:] for r in sheets["编成达成 formulas kept"][3:]}
    # Staff: 1 of 2 at the minimum and 1 of 4 at the target.
    assert rows["全部 All", "全部 All", "教职员工 Staff"] == [1, 2, 4, 1, 0.5, 0.25]
    assert rows["全部 All", "早 Morning", "三警 Police"] == [1, 1, 1, 1, 1, 1]
    # Nobody is needed at the least, so that is kept.
    assert rows["全部 All", "早 Morning", "志愿者 Volunteers"] == [1, 0, 1, 0, 1, 0]


def test_fairness(sheets: Cells) -> None:
    rows = {r[2]: r[4:] for r in sheets["公平 fairness"][3:]}
    # Bob has no entry: 200 × 50 // 100 = 100, the smallest of the group. Ann is 100 above it, of which the
    # whole duties of 60 points are 60; her duty brings 60 more. The crew's 40 minutes × 2 are 80.
    assert rows == {
        "A": [100, 200, 60, 1, 60, 120],
        "B": [50, "", 0, 0, 0, 0],
        "K": [100, "", 0, 1, 80, 80],
    }


def test_fairness_agrees_with_the_verifier() -> None:
    problem = reference_city(4, 2)
    # Everybody who may in turn: the roster breaks rules, and what is carried is counted all the same.
    takers = {r.id: [p.id for p in problem.people if r.id in p.roles] for r in problem.roles}
    takers["patrol_crew"] = [c.id for c in problem.crews]
    assignments = []
    for k, shift in enumerate(problem.shifts):
        for need in shift.needs:
            pool = takers[need.role]
            assignments += [
                Assignment(shift=shift.id, role=need.role, index=i, assignee=pool[(7 * k + i) % len(pool)])
                for i in range(need.minimum)
            ]
    roster = Roster(horizon=problem.horizon, assignments=tuple(assignments))
    judged = Verifier(problem).burdens(roster)
    shown = {row.id: row for row in fairness_rows(Week(problem, roster))}
    assert shown.keys() == judged.keys()
    for key, burden in judged.items():
        row = shown[key]
        assert (row.opening, row.points, row.capacity) == (burden.opening, burden.points, burden.capacity), (
            key
        )


def test_overview_tells_the_proof(sheets: Cells) -> None:
    page = texts(sheets["概览 overview"])
    for part in (
        "R&D [week]",
        "not proven optimal",
        "time limit",
        "教职员工缺岗 7",
        "休息不足 rest",
    ):
        assert part in page
    figures = {row[0]: row[1] for row in sheets["概览 overview"]}
    assert figures["人员 People"] == 4
    assert figures["已排 Filled"] == 2
    assert figures["已排比例 Share filled"] == pytest.approx(1 / 3)
    # One post of the minimum is open; what that costs is another figure.
    (core,) = [row for row in sheets["概览 overview"] if row[0] == "核心岗缺岗 core posts missing"]
    assert core[1:7] == [1, 7, 5, 2, 0, "否 no"]


def test_index_links_to_sheets_that_exist(
    problem: Problem, roster: Roster, report: Report, tmp_path: Path
) -> None:
    write_roster(problem, roster, report, tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as package:
        part = package.read("xl/worksheets/sheet2.xml").decode()
    names = CalamineWorkbook.from_path(tmp_path / "r.xlsx").sheet_names
    links = [piece.split('"')[0] for piece in part.split('location="')[1:]]
    assert links
    for link in links:
        target = (
            link.replace("&apos;", "'").replace("&amp;", "&").removesuffix("!A1")[1:-1].replace("''", "'")
        )
        assert target in names


@pytest.mark.parametrize(("sheets_for", "site", "unit"), [("sites", True, False), ("units", False, True)])
def test_whose_sheets(
    problem: Problem, roster: Roster, report: Report, tmp_path: Path, sheets_for: str, site: bool, unit: bool
) -> None:
    write_roster(problem, roster, report, tmp_path / "r.xlsx", sheets_for=sheets_for)  # type: ignore[arg-type]
    names = cells_of(tmp_path / "r.xlsx")
    assert any(n.startswith("A_B") for n in names) is site
    assert ("巡特警大队" in names) is unit


def test_sheet_names_are_what_excel_takes() -> None:
    names = SheetNames()
    wanted = ["History", "'a'", "A", "a", "x" * 40, "x" * 40, "[]:*?/\\", "", "😀" * 20, "y" * 30 + "'z"]
    given = [names.give(w) for w in wanted]
    assert len({n.lower() for n in given}) == len(wanted)
    for name in given:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name
        assert name.lower() != "history"
    assert given[4:6] == ["x" * 31, "x" * 27 + " (2)"]


def test_nothing_is_left_of_a_failed_write(
    problem: Problem, roster: Roster, report: Report, tmp_path: Path
) -> None:
    (tmp_path / "r.xlsx").mkdir()
    with pytest.raises(OSError, match=r"r\.xlsx"):
        write_roster(problem, roster, report, tmp_path / "r.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["r.xlsx"]


def test_without_shifts_or_people(report: Report, tmp_path: Path) -> None:
    problem = Problem(horizon=Horizon(start=MONDAY), sites=(Site(id="S", name="S", district="D"),))
    write_roster(problem, Roster(horizon=problem.horizon), report, tmp_path / "r.xlsx")
    assert "本期无班 No shifts in this horizon" in texts(cells_of(tmp_path / "r.xlsx")["S"])


def test_a_problems_workbook_has_no_roster(tmp_path: Path) -> None:
    write_problem(small_school(), tmp_path / "p.xlsx")
    with pytest.raises(InvalidInput, match="found 'a problem', expected a roster"):
        load_roster(tmp_path / "p.xlsx")
