"""What every command prints with ``--json`` is what its published schema says."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from cli.arguments import parser
from cli.main import main
from formats.json_files import SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator

MORNING = "school/2026-11-30/morning_arrival"
FILES = ["school.json", "roster.json"]

OUTPUTS: list[tuple[str, list[str], int]] = [
    ("example", ["example", "school", "-o", "made.json"], 0),
    ("written", ["template", "-o", "template.xlsx"], 0),
    ("check", ["check", "school.json"], 0),
    ("check", ["check", "broken.json"], 1),
    ("report", ["solve", "school.json", "-o", "again.json"], 0),
    ("verify", ["verify", *FILES, "--report", "report.json"], 0),
    ("verify", ["verify", "strict.json", "roster.json"], 1),
    (
        "explain-post",
        [
            "explain",
            "city.json",
            "empty.json",
            "--post",
            "S0001/2026-11-30/morning_arrival",
            "traffic_officer",
        ],
        0,
    ),
    ("explain-post", ["explain", "strict.json", "empty.json", "--post", MORNING, "staff", "--no-hire"], 0),
    ("explain-person", ["explain", *FILES, "--person", "L1"], 0),
    ("explain-conflicts", ["explain", "pinned.json", "--conflicts"], 1),
    ("repair", ["repair", *FILES, "--absent", "A", "--from", "2026-11-30"], 0),
    ("candidates", ["repair", *FILES, "--candidates", MORNING, "staff", "--instead", "A"], 1),
    (
        "candidates",
        ["repair", "city.json", "empty.json", "--candidates", "S0001/2026-11-30/morning_arrival", "staff"],
        0,
    ),
    ("swap", ["swap", *FILES, "--give", MORNING, "staff", "A", "--to", "L2"], 1),
    ("swap-partners", ["swap", *FILES, "--give", MORNING, "staff", "A"], 1),
    ("swap-clearing", ["swap", *FILES, "--wishes", "wishes.json"], 0),
    ("advise-crews", ["advise", "crews", "city.json"], 0),
    ("advise-bells", ["advise", "bells", "city.json"], 0),
    ("advise-people", ["advise", "people", "city.json"], 0),
    ("advise-fairness", ["advise", "fairness", *FILES], 0),
    ("written", ["calendar", *FILES, "--school", "school", "-o", "school.ics"], 0),
    ("report", ["demo", "--schools", "1", "-o", "demo", "--no-serve"], 0),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with problems, rosters and wishes to ask about."""
    found = tmp_path_factory.mktemp("shapes")
    school, roster = str(found / "school.json"), str(found / "roster.json")
    assert main(["example", "school", "-o", school]) == 0
    assert main(["solve", school, "-o", roster, "--report", str(found / "report.json")]) == 0
    assert main(["example", "city", "--schools", "2", "-o", str(found / "city.json")]) == 0
    problem = json.loads(Path(school).read_bytes())
    (found / "broken.json").write_text(json.dumps({**problem, "colour": 1}), "utf-8")
    limits = [
        {"kind": "duty_limit", "per": "horizon", "maximum": 0},
        {"kind": "rest", "minutes": 2880},
        {"kind": "weekends", "maximum": 0},
    ]
    (found / "strict.json").write_text(json.dumps({**problem, "rules": limits}), "utf-8")
    day = {"start": "2026-11-30T00:00:00+08:00", "end": "2026-12-01T00:00:00+08:00"}
    pin = {"shift": MORNING, "role": "duty_leader", "index": 0, "assignee": "L1"}
    pinned = {**problem, "absences": [{"assignee": "L1", **day}], "pins": [pin]}
    (found / "pinned.json").write_text(json.dumps(pinned), "utf-8")
    (found / "empty.json").write_text(json.dumps({"horizon": problem["horizon"]}), "utf-8")
    wish = {"assignee": "A", "give": {"shift": MORNING, "role": "staff"}, "take": [{"role": "staff"}]}
    (found / "wishes.json").write_text(json.dumps({"wishes": [wish]}), "utf-8")
    return found


@pytest.mark.parametrize(
    ("shape", "args", "status"), OUTPUTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_printed_has_the_published_shape(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    shape: str,
    args: list[str],
    status: int,
) -> None:
    monkeypatch.chdir(folder)
    assert main(["schema", shape]) == 0
    published = json.loads(capfdbinary.readouterr().out)
    Draft202012Validator.check_schema(published)
    assert main([*args, "--json"]) == status
    printed = json.loads(capfdbinary.readouterr().out)
    Draft202012Validator(published).validate(printed)
    assert printed["version"] == published["$id"].rpartition(":")[2]
    # A schema that takes anything would say nothing.
    assert not Draft202012Validator(published).is_valid({**printed, "colour": 1})


def test_files_that_are_read_have_a_shape_too(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for shape, name in {
        "problem": "school",
        "roster": "roster",
        "report": "report",
        "swap-wishes": "wishes",
    }.items():
        assert main(["schema", shape]) == 0
        validator = Draft202012Validator(json.loads(capfdbinary.readouterr().out))
        validator.validate(json.loads((folder / f"{name}.json").read_bytes()))


def test_no_command_and_no_shape_is_left_out() -> None:
    asked = {" ".join(args[: 2 if args[0] == "advise" else 1]) for _, args, _ in OUTPUTS}
    # A schema has no shape of its own; what keeps a service running is no answer about rosters.
    service = {"serve", "db", "backup", "restore", "settings", "account"}
    assert asked == set(_commands(parser("en"))) - service - {"schema"}
    read = {"problem", "roster", "happenings", "swap-wishes"}
    assert {shape for shape, _, _ in OUTPUTS} == set(SHAPES) - read


def _commands(of: argparse.ArgumentParser) -> Iterator[str]:
    """Give the commands that take ``--json``, those within others with both names."""
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                within = list(_commands(inner))
                yield from (f"{name} {question}" for question in within) if within else (name,)
