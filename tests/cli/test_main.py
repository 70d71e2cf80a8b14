"""The command as people and programs use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.main import main
from models import Problem, Report, Roster

ROOT = Path(__file__).resolve().parents[2]


def huxue(*args: str | Path, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, args)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        timeout=300,
    )


class Here:
    """Runs the command in this process, which is quicker; uncaught exceptions fail the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capfd = monkeypatch, capfd

    def __call__(self, *args: str, cwd: Path) -> tuple[int, str, str]:
        self._monkeypatch.chdir(cwd)
        self._monkeypatch.setenv("LC_ALL", "C.UTF-8")
        self._capfd.readouterr()
        try:
            status = main(args)
        except SystemExit as leaving:  # argparse
            status = int(leaving.code or 0)
        out, err = self._capfd.readouterr()
        return status, out, err


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    """Return the command in this process."""
    return Here(monkeypatch, capfd)


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small school, its roster and its report."""
    folder = tmp_path_factory.mktemp("school")
    assert main(["example", "school", "-o", str(folder / "school.json")]) == 0
    solved = ["solve", str(folder / "school.json"), "-o", str(folder / "roster.json")]
    assert main([*solved, "--report", str(folder / "report.json")]) == 0
    (folder / "link.json").symlink_to("school.json")
    (folder / "x").mkdir()
    return folder


def contents(folder: Path) -> dict[Path, bytes]:
    """Return what stands in the files of a folder."""
    return {path: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_example_solve_verify(school: Path) -> None:
    problem = Problem.model_validate_json((school / "school.json").read_bytes())
    roster = Roster.model_validate_json((school / "roster.json").read_bytes())
    report = Report.model_validate_json((school / "report.json").read_bytes())
    assert report.status == "optimal"
    assert report.filled == len(roster.assignments)
    assert report.posts == sum(n.target for s in problem.shifts for n in s.needs)
    found = huxue("verify", "school.json", "roster.json", "--report", "report.json", "--json", cwd=school)
    assert found.returncode == 0, found.stderr
    verdict = json.loads(found.stdout)
    assert verdict["clean"]
    assert [x["value"] for x in verdict["levels"]] == [x.value for x in report.levels]


def test_pipes(school: Path) -> None:
    text = huxue("example", "school", "-o", "-", cwd=school)
    solved = huxue("solve", "-", "-o", "-", cwd=school, stdin=text.stdout)
    assert solved.returncode == 0, solved.stderr
    assert json.loads(solved.stdout) == json.loads((school / "roster.json").read_text("utf-8"))
    assert "optimal" in solved.stderr
    assert huxue("verify", "school.json", "-", cwd=school, stdin=solved.stdout).returncode == 0


def test_workbooks(school: Path, tmp_path: Path) -> None:
    assert huxue("example", "school", "-o", tmp_path / "p.xlsx", cwd=tmp_path).returncode == 0
    assert huxue("check", tmp_path / "p.xlsx", cwd=tmp_path).returncode == 0
    solved = huxue("solve", "p.xlsx", "-o", "r.xlsx", "--json", cwd=tmp_path)
    assert solved.returncode == 0, solved.stderr
    levels = Report.model_validate_json(solved.stdout).levels
    assert levels == Report.model_validate_json((school / "report.json").read_bytes()).levels
    assert (tmp_path / "r.xlsx").read_bytes()[:2] == b"PK"


def test_template_can_be_checked(tmp_path: Path) -> None:
    assert huxue("template", "-o", "t.xlsx", cwd=tmp_path).returncode == 0
    found = huxue("check", "t.xlsx", cwd=tmp_path)
    assert "Traceback" not in found.stderr
    assert found.returncode in (0, 1)


@pytest.mark.parametrize("shape", ["problem", "roster", "report"])
def test_schema(shape: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["schema", shape]) == 0
    assert json.loads(capfdbinary.readouterr().out)["title"].lower() == shape


def test_calendar_twice_gives_the_same_bytes(school: Path, tmp_path: Path) -> None:
    export: list[str | Path] = [
        "calendar",
        school / "school.json",
        school / "roster.json",
        "--person",
        "L1",
        "-o",
        "l.ics",
    ]
    assert huxue(*export, cwd=tmp_path).returncode == 0
    first = (tmp_path / "l.ics").read_bytes()
    assert first.count(b"BEGIN:VEVENT") == 3  # L1 takes three of the four shifts
    again = huxue(*export, "--previous", "l.ics", "--json", cwd=tmp_path)
    assert json.loads(again.stdout) == {"version": "1", "file": "l.ics"}
    assert (tmp_path / "l.ics").read_bytes() == first
    assert huxue(*export[:-1], "-", "--previous", "l.ics", cwd=tmp_path).stdout.encode() == first.replace(
        b"\r\n", b"\n"
    )


def test_planted_violation(school: Path, tmp_path: Path) -> None:
    roster = json.loads((school / "roster.json").read_text("utf-8"))
    # R has Tuesday off.
    for assignment in roster["assignments"]:
        if assignment["role"] == "resident_officer" and "2026-12-01" in assignment["shift"]:
            assignment["assignee"] = "R"
    (tmp_path / "bad.json").write_text(json.dumps(roster), "utf-8")
    found = huxue("verify", school / "school.json", "bad.json", "--json", cwd=tmp_path)
    assert found.returncode == 1
    verdict = json.loads(found.stdout)
    assert not verdict["clean"]
    assert {v["rule"] for v in verdict["violations"]} == {"absence"}
    plain = huxue("verify", school / "school.json", "bad.json", cwd=tmp_path)
    assert plain.returncode == 1
    assert "Violations: 2" in plain.stdout  # Tuesday morning and noon


def test_a_report_that_claims_too_much(school: Path, tmp_path: Path) -> None:
    report = json.loads((school / "report.json").read_text("utf-8"))
    report["levels"][0]["value"] -= 1
    (tmp_path / "report.json").write_text(json.dumps(report), "utf-8")
    found = huxue(
        "verify", school / "school.json", school / "roster.json", "--report", "report.json", cwd=tmp_path
    )
    assert found.returncode == 1
    assert "doesn't fit the roster" in found.stdout


BROKEN = {
    "empty.json": "",
    "half.json": '{"version": "1", "horizon": {"start": "2026-11-30"',
    "shape.json": '{"version": "1", "horizon": {"start": "2026-13-30"}, "colour": 1}',
    "list.json": "[]",
    "text.xlsx": "this is no workbook",
}


@pytest.mark.parametrize("name", sorted(BROKEN))
@pytest.mark.parametrize("command", ["check", "solve"])
def test_broken_files(name: str, command: str, tmp_path: Path, here: Here) -> None:
    (tmp_path / name).write_text(BROKEN[name], "utf-8")
    more = ["-o", "out.json"] if command == "solve" else []
    status, out, err = here(command, name, *more, cwd=tmp_path)
    assert (status, out) == (1, "")
    assert err.startswith(f"error: {name}")
    assert not (tmp_path / "out.json").exists()


def test_check_lists_all_faults_as_json(tmp_path: Path, school: Path) -> None:
    problem = json.loads((school / "school.json").read_text("utf-8"))
    problem["people"][0]["unit"] = "nowhere"
    problem["people"][1]["roles"] = ["nothing"]
    (tmp_path / "p.json").write_text(json.dumps(problem), "utf-8")
    found = huxue("check", "p.json", "--json", cwd=tmp_path)
    assert found.returncode == 1
    verdict = json.loads(found.stdout)
    assert not verdict["valid"]
    assert [f["found"] for f in verdict["faults"]] == ["nowhere", "nothing"]


def test_check_warns(tmp_path: Path, school: Path) -> None:
    problem = json.loads((school / "school.json").read_text("utf-8"))
    # R is on leave on Tuesday: this pin can't be kept.
    pin = {
        "shift": "school/2026-12-01/morning_arrival",
        "role": "resident_officer",
        "index": 0,
        "assignee": "R",
    }
    problem["pins"] = [pin]
    (tmp_path / "p.json").write_text(json.dumps(problem), "utf-8")
    found = huxue("check", "p.json", cwd=tmp_path)
    assert found.returncode == 0
    assert "school/2026-12-01/morning_arrival can't be kept" in found.stdout
    later = huxue("example", "school", "--week", "2090-01-02", "-o", "later.json", cwd=tmp_path)
    assert later.returncode == 0, later.stderr
    assert "calendar of 2090 isn't known" in huxue("check", "later.json", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["frobnicate"],
        ["solve", "school.json"],
        ["solve", "school.json", "-o", "roster.csv"],
        ["solve", "school.json", "-o", "no/such/folder/roster.json"],
        ["solve", "school.json", "-o", "."],
        ["solve", "school.json", "-o", "-", "--json"],
        ["solve", "school.json", "-o", "r.json", "--time-limit", "-1"],
        ["solve", "school.json", "-o", "r.json", "--workers", "0"],
        ["solve", "school.json", "-o", "r.json", "--week", "next"],
        ["solve", "school.json", "-o", "school.json"],
        ["solve", "school.json", "-o", "./x/../school.json"],
        ["solve", "school.json", "-o", "link.json"],
        ["solve", "school.json", "-o", "r.json", "--report", "./r.json"],
        ["solve", "school.json", "-o", "r.json", "--report", "school.json"],
        ["calendar", "school.json", "roster.json", "--person", "A", "-o", "roster.json"],
        ["verify", "-", "-"],
        ["calendar", "school.json", "roster.json", "-o", "x.ics"],
        ["calendar", "school.json", "roster.json", "--person", "A", "--crew", "X", "-o", "x.ics"],
        ["example", "city", "--schools", "0", "-o", "c.json"],
        ["example", "school", "--schools", "3", "-o", "c.json"],
        ["example", "moon", "-o", "c.json"],
        ["template", "-o", "-"],
        ["schema", "moon"],
    ],
)
def test_bad_usage(args: list[str], school: Path, here: Here) -> None:
    before = contents(school)
    status, out, err = here(*args, cwd=school)
    assert (status, out) == (2, "")
    assert "error: " in err
    assert contents(school) == before


@pytest.mark.parametrize(
    "args",
    [
        ["check", "absent.json"],
        ["solve", "absent.xlsx", "-o", "r.json"],
        ["verify", "school.json", "absent.json"],
        ["verify", "school.json", "school.json"],
        ["calendar", "school.json", "roster.json", "--person", "nobody", "-o", "x.ics"],
        [
            "calendar",
            "school.json",
            "roster.json",
            "--person",
            "A",
            "-o",
            "x.ics",
            "--previous",
            "school.json",
        ],
        [
            "calendar",
            "school.json",
            "roster.json",
            "--person",
            "A",
            "-o",
            "x.ics",
            "--previous",
            "absent.ics",
        ],
    ],
)
def test_bad_input(args: list[str], school: Path, here: Here) -> None:
    before = sorted(school.iterdir())
    status, out, err = here(*args, cwd=school)
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    assert sorted(school.iterdir()) == before


def test_an_output_stays_when_the_input_is_bad(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("[]", "utf-8")
    (tmp_path / "roster.json").write_text("precious", "utf-8")
    assert huxue("solve", "bad.json", "-o", "roster.json", cwd=tmp_path).returncode == 1
    assert (tmp_path / "roster.json").read_text("utf-8") == "precious"


def test_a_reader_that_leaves(school: Path) -> None:
    """``huxue schema | true`` ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        found = subprocess.run(
            [sys.executable, "-m", "cli", "schema"],
            cwd=ROOT,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert found.returncode == 1
    assert found.stderr == ""


def test_a_bad_file_leaves_no_traceback_in_the_real_command(tmp_path: Path) -> None:
    found = huxue("check", "absent.json", cwd=tmp_path)
    assert found.returncode == 1
    assert found.stderr.startswith("error: absent.json")
    assert "Traceback" not in found.stderr


def test_both_languages(school: Path) -> None:
    zh = huxue("check", "school.json", "--language", "zh", cwd=school)
    en = huxue("check", "school.json", "--language", "en", cwd=school)
    assert zh.stdout.startswith("数据无误：1 所学校")
    assert en.stdout.startswith("No faults: schools 1, people 17")
    assert "排班" in huxue("--help", "--language", "zh", cwd=school).stdout


def test_the_reason_is_told_in_the_language_and_reported_as_a_code(school: Path, tmp_path: Path) -> None:
    # No time at all: whatever the roster is, nothing proves it.
    args = ("solve", "school.json", "-o", tmp_path / "r.json", "--time-limit", "0.000001")
    zh, en = (huxue(*args, "--language", language, cwd=school) for language in ("zh", "en"))
    assert zh.stdout.startswith("排班完成：可行，未证明最优（时间用完）")
    assert en.stdout.startswith("Roster done: feasible, not proven optimal (the time limit was reached)")
    assert json.loads(huxue(*args, "--json", cwd=school).stdout)["reason"] == "time_limit"


def test_version(school: Path) -> None:
    found = huxue("--version", cwd=school)
    assert found.returncode == 0
    assert found.stdout.startswith("huxue ")


def test_interrupt_keeps_the_best_roster_so_far(tmp_path: Path) -> None:
    assert huxue("example", "city", "--schools", "22", "-o", "p.json", cwd=tmp_path).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "solve", "p.json", "-o", "r.json", "--workers", "1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
    )
    assert process.stderr is not None
    while "solving" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    _, errors = process.communicate()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "best so far" in errors
    assert huxue("verify", "p.json", "r.json", cwd=tmp_path).returncode == 0
