"""What is said while something takes long, and when somebody stops it."""

from __future__ import annotations

import argparse
import os
import signal
from typing import TYPE_CHECKING

import pytest

from cli import progress
from cli.commands.solve import end_of
from cli.main import main
from cli.output import wrote
from cli.progress import Steps, cancellable, gap_text, shown_progress
from models import Level, Report
from solver.solve import Progress

if TYPE_CHECKING:
    from pathlib import Path


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines on stderr."""
    return capsys.readouterr().err.splitlines()


def test_phases_and_parts_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 0.0, 1.0, 3.0, 7.0, 8.0, 9.0, 10.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    level = Level(name="core", value=20, bound=5)
    with shown_progress("en") as tell:
        tell(Progress("compile", 0, 0))
        tell(Progress("solve", 0, 900))
        tell(Progress("solve", 100, 900))  # two seconds after the last line
        tell(Progress("solve", 400, 900, (level,)))  # six
        tell(Progress("solve", 900, 900))
        tell(Progress("verify", 900, 900))
        tell(Progress("done", 900, 900))
    assert said(capsys) == [
        "compiling …",
        "solving …",
        "solving 400/900, core posts missing: Gap 15 (75 %)",
        "verifying …",
    ]


@pytest.mark.parametrize(
    ("value", "bound", "text"),
    [(10, 0, "10 (100 %)"), (1000, 995, "5 (0.5 %)"), (400, 1, "399 (100 %)"), (3, 2, "1 (33 %)")],
)
def test_gaps_in_percent(value: int, bound: int, text: str) -> None:
    assert gap_text(Level(name="core", value=value, bound=bound), "en") == text


def test_only_long_steps_are_named_on_a_terminal_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small.json").write_bytes(b" ")
    (tmp_path / "large.json").write_bytes(b" " * progress.LARGE_FILE)

    def take(*, json: bool) -> list[str]:
        steps = Steps(argparse.Namespace(language="en", json=json))
        for name in ("small.json", "large.json", "absent.json"):
            steps.reading(str(tmp_path / name))
        for posts in (progress.MANY_POSTS - 1, progress.MANY_POSTS):
            steps.working("writing", posts, path=f"{posts}.xlsx")
        return said(capsys)

    assert take(json=False) == []
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert take(json=False) == [
        f"reading {tmp_path / 'large.json'} …",
        f"writing {progress.MANY_POSTS}.xlsx …",
    ]
    assert take(json=True) == []


def test_ctrl_c_before_there_is_anything_to_keep() -> None:
    def stopped_early() -> None:
        with cancellable("en") as stop:
            stop.searching = False
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        stopped_early()
    with cancellable("en") as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()


def test_an_interruption_tells_the_truth(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*done: str) -> list[str]:
        def run(args: object) -> int:
            for path in done:
                wrote(path)
            raise KeyboardInterrupt

        monkeypatch.setattr("cli.commands.schema.run", run)
        assert main(["schema", "--language", "en"]) == 130
        return said(capsys)

    assert interrupted() == ["interrupted; nothing was written"]
    assert interrupted("r.xlsx", "r.json") == ["interrupted; written before that: r.xlsx, r.json"]
    assert interrupted() == ["interrupted; nothing was written"]


def test_what_a_stopped_solve_left(capsys: pytest.CaptureFixture[str]) -> None:
    def report(status: str) -> Report:
        return Report.model_validate(
            {
                "status": status,
                "levels": (),
                "posts": 0,
                "filled": 0,
                "components": 0,
                "wall_s": 0,
                "methods": {},
            }
        )

    assert end_of(False, report("feasible"), "en") == 0
    assert end_of(True, report("feasible"), "en") == 130
    assert end_of(True, report("optimal"), "en") == 130
    kept, proven = said(capsys)
    assert "not proven" in kept
    assert "proven optimal" in proven
