"""``huxue explain`` as people and programs use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.main import main
from models.explanation import PersonExplained, PinConflicts, PostExplained

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


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the station's month, and a roster in which nobody has a duty yet."""
    folder = tmp_path_factory.mktemp("station")
    assert main(["example", "station", "-o", str(folder / "station.json")]) == 0
    empty = {"version": "1", "horizon": {"start": "2026-12-01", "days": 31}, "assignments": []}
    (folder / "empty.json").write_text(json.dumps(empty), "utf-8")
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


@pytest.mark.parametrize(
    ("window", "language", "said"),
    [
        # Nobody has a duty yet, so that only November's and the officers' own rules block.
        ("night", "zh", "民警05 (officer-05)：整个排班期最多 0 个岗（夜班），而有 1 个"),
        ("night", "en", "民警05 (officer-05): at most 0 duties in the whole horizon (Night), but 1"),
        ("early", "zh", "民警02 (officer-02)：中班次日不排早班，而 2026-11-30 上的是中班"),
        ("early", "en", "民警02 (officer-02): no Early on the day after Late, but 2026-11-30 has Late"),
        (
            "early",
            "en",
            'allow 民警21 (officer-21) past the rule "succession" (no Early, Late on the day after Night',
        ),
        ("early", "zh", "民警05 (officer-05)：连续上岗 2 至 5 天，而自 2026-12-01 起为 1 天"),
        ("early", "en", "at least 2 days off in a row between duties, but 1 from 2026-11-30 on"),
    ],
)
def test_officers_of_the_station_are_blocked_by_rules_with_their_figures(
    station: Path, capsys: pytest.CaptureFixture[str], window: str, language: str, said: str
) -> None:
    files = [str(station / "station.json"), str(station / "empty.json")]
    capsys.readouterr()
    post = [f"station/2026-12-01/{window}", "officer"]
    assert main(["explain", *files, "--post", *post, "--no-hire", "--language", language]) == 0
    assert said in capsys.readouterr().out


def test_conflicts_leave_with_one(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["explain", str(school / "pinned.json"), "--conflicts", "--json"]) == 1
    (conflict,) = PinConflicts.model_validate_json(capsys.readouterr().out).conflicts
    assert (len(conflict.pins), len(conflict.absences)) == (1, 1)
    assert main(["explain", str(school / "pinned.json"), "--conflicts", "--language", "en"]) == 1
    assert "any one less resolves it" in capsys.readouterr().out
    assert main(["explain", str(school / "school.json"), "--conflicts"]) == 0


def test_a_post_that_is_held_points_to_its_candidates(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    post = ["--post", "school/2026-11-30/morning_arrival", "staff"]
    assert main(["explain", *_files(school), *post, "--language", "zh"]) == 1
    assert "没有缺岗；谁能代替在岗的人：huxue repair --candidates" in capsys.readouterr().err


def test_bad_usage_is_said(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(school / "school.json"), "--person", "L1"]) == 2
    assert main(["explain", *_files(school), "--conflicts"]) == 2
    assert main(["explain", *_files(school), "--person", "nobody", "--language", "en"]) == 1
    assert "no person or crew nobody" in capsys.readouterr().err
