"""Against Timefold, where it is there: HUXUE_TIMEFOLD_PYTHON names an interpreter that has it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from benchmarks.child import ChildError
from benchmarks.main import main
from benchmarks.options import Options
from benchmarks.timefold import run

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


def test_an_interpreter_without_it_is_an_error(tmp_path: Path) -> None:
    """This very interpreter stands on Huxue's own dependencies, among which Timefold isn't."""
    options = Options(tmp_path, district_schools=1, timefold_python=Path(sys.executable))
    with pytest.raises(ChildError, match="needs Java 17 and the package timefold"):
        run(options)
