"""``huxue explain`` as people and programs use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.main import main
from models.explanation import Conflicts, PersonExplained, PostExplained

if TYPE_CHECKING:
    from pathlib import Path

OPEN = ["--post", "school/2026-12-01/morning_arrival", "traffic_officer"]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small school, its roster, and pins that contradict an absence."""
    folder = tmp_path_factory.mktemp("explain")
    assert main(["example", "school", "-o", str(folder / "school.json")]) == 0
    assert main(["solve", str(folder / "school.json"), "-o", str(folder / "roster.json")]) == 0
    problem = json.loads((folder / "school.json").read_bytes())
    day = {"start": "2026-11-30T00:00:00+08:00", "end": "2026-12-01T00:00:00+08:00"}
    problem["absences"] = [{"assignee": "L1", **day}]
    post = {"shift": "school/2026-11-30/morning_arrival", "role": "duty_leader", "index": 0}
    problem["pins"] = [{**post, "assignee": "L1", "pinned": True}]
    (folder / "pinned.json").write_text(json.dumps(problem), "utf-8")
    return folder


def _files(school: Path) -> list[str]:
    return [str(school / "school.json"), str(school / "roster.json")]


@pytest.mark.parametrize(
    ("options", "shape"), [([*OPEN, "--no-hire"], PostExplained), (["--person", "L1"], PersonExplained)]
)
def test_json_has_a_shape(
    school: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    shape: type[PostExplained | PersonExplained],
) -> None:
    capsys.readouterr()
    assert main(["explain", *_files(school), *options, "--json"]) == 0
    shape.model_validate_json(capsys.readouterr().out)


def test_words_are_in_both_languages(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language, said in (("zh", "空缺"), ("en", "open")):
        capsys.readouterr()
        assert main(["explain", *_files(school), *OPEN, "--no-hire", "--language", language]) == 0
        assert said in capsys.readouterr().out


def test_conflicts_leave_with_one(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["explain", str(school / "pinned.json"), "--conflicts", "--json"]) == 1
    (conflict,) = Conflicts.model_validate_json(capsys.readouterr().out).conflicts
    assert (len(conflict.pins), len(conflict.absences)) == (1, 1)
    assert main(["explain", str(school / "pinned.json"), "--conflicts", "--language", "en"]) == 1
    assert "any one less resolves it" in capsys.readouterr().out
    assert main(["explain", str(school / "school.json"), "--conflicts"]) == 0


def test_bad_usage_is_said(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(school / "school.json"), "--person", "L1"]) == 2
    assert main(["explain", *_files(school), "--conflicts"]) == 2
    assert main(["explain", *_files(school), "--person", "nobody", "--language", "en"]) == 1
    assert "no person or crew nobody" in capsys.readouterr().err
