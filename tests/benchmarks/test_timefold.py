"""Against Timefold, where it is there: HUXUE_TIMEFOLD_PYTHON names an interpreter that has it."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.main import main

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = os.environ.get("HUXUE_TIMEFOLD_PYTHON")


@pytest.mark.skipif(
    PYTHON is None,
    reason="TIMEFOLD NOT TESTED: it needs Java 17 and an environment of its own (docs/benchmarks.md); "
    "set HUXUE_TIMEFOLD_PYTHON to its interpreter",
)
def test_timefolds_answer_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    arguments = ["--timefold-python", str(PYTHON), "--district", "1", "--timefold-seconds", "3"]
    assert main(["timefold", *arguments, "--json", str(file)]) == 0
    assert "Timefold, 3 s" in capsys.readouterr().out
    figures = json.loads(file.read_text("utf-8"))["benchmarks"]["timefold"]
    (found,) = figures["timefold"]
    assert found["violations"] == {}
    # Its own score has the levels in their order, and counts what is missing as the verifier does.
    soft = [-int(value) for value in found["score"].split("/[")[1].split("]")[0].split("/")]
    assert soft[:2] == [found["levels"]["core"], found["levels"]["volunteers"]]
    assert soft[3] == found["levels"]["extra"]


def test_an_interpreter_without_it_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """This very interpreter stands on Huxue's own dependencies, among which Timefold isn't."""
    assert main(["timefold", "--timefold-python", sys.executable, "--district", "1"]) == 1
    assert "needs Java 17 and the package timefold" in capsys.readouterr().err
