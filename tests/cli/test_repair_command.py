"""``huxue repair``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from formats.files import load_problem, load_roster
from models import Candidates, Problem, Repair, Roster
from solver.verify import verify

ROOT = Path(__file__).resolve().parents[2]


def huxue(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repair")
    huxue("example", "city", "--schools", "4", "-o", "city.json", cwd=folder)
    assert huxue("solve", "city.json", "-o", "roster.json", cwd=folder).returncode == 0
    return folder


def _holder(city: Path, role: str) -> str:
    roster = Roster.model_validate_json((city / "roster.json").read_bytes())
    return next(a.assignee for a in roster.assignments if a.role == role)


def test_a_repair_says_what_changes_and_writes_what_verifies(city: Path) -> None:
    gone = _holder(city, "staff")
    options = ("--absent", gone, "--from", "2026-11-30T06:00", "--to", "2026-12-01")
    files = ("-o", "new.json", "--problem-output", "after.json")
    found = huxue("repair", "city.json", "roster.json", *options, *files, "--language", "en", cwd=city)
    assert found.returncode == 0, found.stderr
    assert "fewer is not possible without an open post" in found.stdout
    assert f"({gone}) → " in found.stdout
    problem = Problem.model_validate_json((city / "after.json").read_bytes())
    roster = Roster.model_validate_json((city / "new.json").read_bytes())
    assert verify(problem, roster) == ()
    assert all(a.assignee != gone for a in roster.assignments if "/2026-11-30/" in a.shift)


def test_a_repair_is_written_as_the_workbook_that_goes_round_too(city: Path) -> None:
    gone = _holder(city, "staff")
    options = ("--absent", gone, "--from", "2026-11-30T06:00", "--to", "2026-12-01", "--language", "en")
    for new in ("new.json", "new.xlsx"):
        found = huxue("repair", "city.json", "roster.json", *options, "-o", new, cwd=city)
        assert found.returncode == 0, found.stderr
    assert load_roster(city / "new.xlsx") == load_roster(city / "new.json")
    book = CalamineWorkbook.from_path(city / "new.xlsx")
    changes = book.get_sheet_by_name("改动 changes").to_python()[3:]
    assert any(str(row[6]).endswith(f"（{gone}）") for row in changes)
    phones = [p.phone for p in load_problem(city / "city.json").people if p.phone]
    cells = {str(c) for n in book.sheet_names for row in book.get_sheet_by_name(n).to_python() for c in row}
    assert not any(phone in cell for cell in cells for phone in phones)


def test_json_holds_everything(city: Path) -> None:
    gone = _holder(city, "patrol_crew")
    found = huxue("repair", "city.json", "roster.json", "--absent", gone, "--json", cwd=city)
    repair = Repair.model_validate_json(found.stdout)
    assert repair.status == "optimal"
    assert {c.before for c in repair.changes} >= {gone}


def test_happenings_come_from_a_file_too(city: Path) -> None:
    gone = _holder(city, "staff")
    one = huxue("repair", "city.json", "roster.json", "--absent", gone, "--json", cwd=city)
    start = "2026-11-30T00:00:00+08:00"
    happened = {"happenings": [{"kind": "absent", "assignee": gone, "start": start}]}
    (city / "happened.json").write_text(json.dumps(happened), "utf-8")
    two = huxue("repair", "city.json", "roster.json", "--happenings", "happened.json", "--json", cwd=city)
    assert json.loads(one.stdout)["changes"] == json.loads(two.stdout)["changes"] != []


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        ((), 2, "说明发生了什么"),
        (("--from", "2026-11-30"), 2, "--absent"),
        (("--absent", "nobody"), 1, "没有这个人员或巡组：nobody"),
        (("--close", "nowhere"), 1, "没有这个点位：nowhere"),
        (("--fill", "x", "staff"), 1, "没有这个班次：x"),
        (("--shift-bell", "S0001", "noon_dismissal", "soon", "5"), 2, "soon"),
        (("--absent", "x", "--at", "soon"), 2, "soon"),
        (
            ("--absent", "S0001-R", "--from", "2026-12-07"),
            1,
            "2026-12-07 00:00 不在这份排班之内（2026-11-30 至 2026-12-06）",
        ),
        (("--close", "S0001", "--from", "2026-11-01", "--to", "2026-11-30"), 1, "不在这份排班之内"),
        (("--shift-bell", "S0001", "noon_dismissal", "2026-12-07", "5"), 1, "2026-12-07 不在这份排班之内"),
        (("--absent", "x", "-o", "r.pdf"), 2, ".json"),
        (("--absent", "x", "-o", "-", "--json"), 2, "-"),
    ],
)
def test_what_makes_no_sense_is_said(city: Path, options: tuple[str, ...], status: int, message: str) -> None:
    found = huxue("repair", "city.json", "roster.json", *options, "--language", "zh", cwd=city)
    assert found.returncode == status
    assert message in found.stderr
    assert "Traceback" not in found.stderr


def test_candidates_are_ranked_and_the_others_explained(city: Path) -> None:
    post = ("--candidates", "S0001/2026-11-30/noon_dismissal", "resident_officer", "--instead", "S0001-R")
    found = huxue("repair", "city.json", "roster.json", *post, "--json", cwd=city)
    candidates = Candidates.model_validate_json(found.stdout)
    assert found.returncode == (0 if candidates.free else 1)
    assert [c.cost for c in candidates.free] == sorted(c.cost for c in candidates.free)
    problem = Problem.model_validate_json((city / "city.json").read_bytes())
    everybody = {p.id for p in problem.people if "resident_officer" in p.roles} - {"S0001-R"}
    assert {c.assignee for c in candidates.free} | {b.assignee for b in candidates.blocked} <= everybody
    shown = huxue("repair", "city.json", "roster.json", *post, "--language", "zh", cwd=city)
    assert f"{len(candidates.free)} 人现在能担任" in shown.stdout
    full = huxue("repair", "city.json", "roster.json", *post[:3], "--language", "zh", cwd=city)
    assert full.returncode == 1
    assert "--instead" in full.stderr


def test_nobody_for_a_post_that_was_asked_for(tmp_path: Path) -> None:
    huxue("example", "school", "-o", "p.json", cwd=tmp_path)
    assert huxue("solve", "p.json", "-o", "r.json", cwd=tmp_path).returncode == 0
    fill = ("--fill", "school/2026-11-30/noon_dismissal", "volunteer")
    found = huxue("repair", "p.json", "r.json", *fill, "--language", "zh", cwd=tmp_path)
    assert found.returncode == 0
    assert found.stdout.startswith("没有可行的改动。\n补不上的岗位：\n  河畔小学 2026-11-30 午间放学")
