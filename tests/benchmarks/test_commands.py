"""Each benchmark runs, for real, on a city of two schools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.child import ChildError, in_child
from benchmarks.main import main
from benchmarks.options import Options

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("city", ["wall_s", "optimal", "peak MiB", "Median of wall_s"]),
        ("command", ["huxue solve city.xlsx", "times wall_s"]),
        ("workbook", ["reading the problem", "writing the result"]),
        ("repair", ["absence of one", "absences at once", "verified clean: yes"]),
        ("swaps", ["a duty of", "duties that change hands", "1000"]),
        ("feeds", ["unchanged", "changed for everybody", "naive, body", "until all are fresh"]),
        ("service", ["a school's week", "a checked edit", "elsewhere median ms", "PostgreSQL"]),
        ("province", ["4 schools", "Ratio of wall_s"]),
        ("rota", ["2 weeks, 8 people", "Huxue", "breaks no rule: yes"]),
        ("textbook", ["textbook CP-SAT, 1.0 s, 8 workers", "pairwise conflicts", "none"]),
    ],
)
def test_a_benchmark_prints_its_table(
    name: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {kind: tmp_path / f"figures.{kind}" for kind in ("json", "markdown")}
    arguments = [name, "--schools", "2", "--seeds", "1", "--province", "2", "--textbook-seconds", "1"]
    arguments += ["--rota-seconds", "2", "--rota-sizes", "1"]
    arguments += ["--requests", "5"]
    arguments += ["--subscribers", "100", "--poll-seconds", "0.5"]
    arguments += [a for kind, file in files.items() for a in (f"--{kind}", str(file))]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    # The command and the machine stand on top; files are named without their folders.
    top = printed.splitlines()
    assert top[0].startswith(f"python -m benchmarks {name} --schools 2")
    assert str(tmp_path) not in printed
    assert " cores, " in top[1]
    assert "Python 3." in top[2]
    for word in words:
        assert word in printed
    figures = json.loads(files["json"].read_text("utf-8"))
    assert list(figures["benchmarks"]) == [name]
    assert figures["machine"]["cores"] >= 1
    markdown = files["markdown"].read_text("utf-8")
    assert f"### {name}: " in markdown
    assert "| --- |" in markdown


def test_bad_usage_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, message in [
        (["cities"], "unknown benchmark 'cities'"),
        (["timefold"], "--timefold-python"),
        (["city", "--schools", "0"], "give 1 or more"),
    ]:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 2
        assert message in capsys.readouterr().err


def test_a_city_is_made_once(tmp_path: Path) -> None:
    options = Options(tmp_path)
    one = options.city(1, 1)
    assert options.city(1, 1) is one
    # A school has 4 windows on 5 days.
    assert one.figures["shifts"] == 20


def test_a_child_that_fails_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildError, match="solve failed"):
        in_child("solve", {"problem": str(tmp_path / "missing.pickle")})
    assert "missing.pickle" in capfd.readouterr().err
