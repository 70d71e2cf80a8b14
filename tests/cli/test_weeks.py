"""Rosters of another week, and of another problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.main import main
from examples import reference_city, small_school
from formats.json_files import write_problem_json, write_roster_json
from models import Assignment, Horizon, Roster
from solver.solve import solve

if TYPE_CHECKING:
    from pathlib import Path

    from models import Problem

LATER = small_school().horizon.start.replace(month=12, day=14)


@pytest.fixture
def later() -> Problem:
    """The small school two weeks on."""
    return small_school().for_week(LATER)


def run(
    folder: Path, roster: Roster, capsys: pytest.CaptureFixture[str], *more: str, command: str = "verify"
) -> tuple[int, str, str]:
    """Judge a roster (or make its calendar) against the small school's own week."""
    write_problem_json(small_school(), folder / "p.json")
    write_roster_json(roster, folder / "r.json")
    capsys.readouterr()
    status = main([command, str(folder / "p.json"), str(folder / "r.json"), "--language", "en", *more])
    out, err = capsys.readouterr()
    return status, out, err


def test_a_roster_of_another_week(later: Problem, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solution = solve(later)
    status, out, err = run(tmp_path, solution.roster, capsys)
    assert status == 0, out
    assert "the roster is of 2026-12-14 to 2026-12-15" in err
    assert f"{solution.report.filled} assignments for {solution.report.posts} posts" in out
    # The same levels as the solve of that week found.
    status, out, err = run(tmp_path, solution.roster, capsys, "--json")
    assert [x["value"] for x in json.loads(out)["levels"]] == [x.value for x in solution.report.levels]
    assert json.loads(out)["horizon"] == {"start": "2026-12-14", "days": 2}
    # Moved to somebody on another post, it is broken.
    first, *rest = solution.roster.assignments
    broken = first.model_copy(update={"assignee": rest[-1].assignee})
    status, out, _ = run(
        tmp_path, solution.roster.model_copy(update={"assignments": (broken, *rest)}), capsys
    )
    assert status == 1, out


def test_an_empty_roster_of_another_week(
    later: Problem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(tmp_path, Roster(horizon=later.horizon), capsys)
    assert status == 0
    assert "not of the file's own horizon" in err
    assert out.startswith("0 assignments for ")
    assert not out.startswith("0 assignments for 0 ")


def test_a_calendar_of_another_week(
    later: Problem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = solve(later).roster
    person = roster.assignments[0].assignee
    more = ("--person", person, "-o", str(tmp_path / "x.ics"))
    status, _, err = run(tmp_path, roster, capsys, *more, command="calendar")
    assert status == 0, err
    assert b"DTSTART;TZID=Asia/Shanghai:20261214T" in (tmp_path / "x.ics").read_bytes()


def test_a_roster_of_another_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    school, city = small_school(), reference_city(1)
    foreign = tuple(
        Assignment(shift=shift.id, role=shift.needs[0].role, index=0, assignee=city.people[0].id)
        for shift in city.shifts
        if shift.date in school.horizon.dates
    )
    status, out, err = run(tmp_path, Roster(horizon=school.horizon, assignments=foreign), capsys)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert f"of {len(foreign)} assignments {len(foreign)} name a shift or a holder" in err
    # A program gets every violation.
    status, out, err = run(tmp_path, Roster(horizon=school.horizon, assignments=foreign), capsys, "--json")
    assert status == 1
    assert [v["rule"] for v in json.loads(out)["violations"]] == ["known_post"] * len(foreign)


def test_a_horizon_of_other_length(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = small_school().horizon.start
    status, out, err = run(tmp_path, Roster(horizon=Horizon(start=start, days=1)), capsys)
    assert status == 0
    assert "2026-11-30 to 2026-11-30" in err
    posts = sum(n.wished for s in small_school().shifts if s.date == start for n in s.needs)
    assert out.startswith(f"0 assignments for {posts} posts")
