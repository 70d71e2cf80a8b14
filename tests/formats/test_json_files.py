"""JSON in and out, its faults, its schema, and files told apart by what stands in them."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from examples import counselling_rota, small_school, station_month
from formats.faults import InputFault, InvalidInput
from formats.files import load_problem, load_roster, save_problem
from formats.json_files import (
    SHAPES,
    read_problem_json,
    read_roster_json,
    schema,
    schemas,
    to_json,
    write_problem_json,
    write_roster_json,
)
from formats.source import Limits
from models import Assignment, Horizon, Roster

if TYPE_CHECKING:
    from pathlib import Path


def faults_of(content: object) -> tuple[InputFault, ...]:
    """Return what is wrong with a problem's JSON."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(InvalidInput) as caught:
        read_problem_json(data)
    return caught.value.faults


def as_json() -> dict[str, object]:
    """Return the small school as JSON's own values, to be broken."""
    loaded: dict[str, object] = json.loads(to_json(small_school()))
    return loaded


def roster() -> Roster:
    """Return a roster of one assignment."""
    problem = small_school()
    shift = problem.shifts[0]
    held = Assignment(
        shift=shift.id, role=shift.needs[0].role, index=0, assignee=problem.people[0].id, pinned=True
    )
    return Roster(horizon=problem.horizon, assignments=(held,))


@pytest.mark.parametrize("make", [small_school, counselling_rota, station_month])
def test_problem_is_read_again(make: object, tmp_path: Path) -> None:
    problem = make()  # type: ignore[operator]
    write_problem_json(problem, tmp_path / "p.json")
    assert read_problem_json(tmp_path / "p.json") == problem


def test_roster_is_read_again(tmp_path: Path) -> None:
    write_roster_json(roster(), tmp_path / "r.json")
    assert read_roster_json(tmp_path / "r.json") == roster()
    assert load_roster(tmp_path / "r.json") == roster()


def test_every_fault_with_its_path() -> None:
    content = as_json()
    content["horizon"] = {"start": "soon", "days": 0}
    content["rules"] = [{"kind": "rest", "minutes": "long"}, {"kind": "nap"}]
    content["colour"] = "red"
    assert [f.path for f in faults_of(content)] == [
        "horizon.start",
        "horizon.days",
        "rules[0].minutes",
        "rules[1]",
        "colour",
    ]


def test_references_with_their_paths() -> None:
    content = as_json()
    people = content["people"]
    assert isinstance(people, list)
    people[1]["unit"] = "U99"
    people[2]["id"] = people[0]["id"]
    found = {(f.path, f.found) for f in faults_of(content)}
    assert {("people[1].unit", "U99"), ("people[2].id", people[0]["id"])} <= found


def test_a_phone_number_is_never_shown() -> None:
    content = as_json()
    people = content["people"]
    assert isinstance(people, list)
    people[0]["phone"] = "13800000001 evenings"
    (fault,) = faults_of(content)
    assert fault.path == "people[0].phone"
    assert "138" not in str(fault)


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"{", b"[]", b"null", b"\xff\xfe", b"PK\x03\x04", b"[" * 100_000]
)
def test_not_a_problem(data: bytes) -> None:
    assert len(faults_of(data)) == 1


def test_size() -> None:
    data = to_json(small_school())
    assert read_problem_json(data, limits=Limits(expanded_bytes=len(data))) == small_school()
    with pytest.raises(InvalidInput, match="at most"):
        read_problem_json(data, limits=Limits(expanded_bytes=len(data) - 1))


def test_byte_order_mark() -> None:
    assert read_problem_json(b"\xef\xbb\xbf" + to_json(small_school())) == small_school()


@pytest.mark.parametrize("name", ["p.json", "p.xlsx"])
def test_files_by_their_ending(name: str, tmp_path: Path) -> None:
    save_problem(small_school(), tmp_path / name)
    assert load_problem(tmp_path / name) == small_school()
    # What stands in a file counts, not what it is called.
    (tmp_path / name).rename(tmp_path / "renamed.bin")
    assert load_problem(tmp_path / "renamed.bin") == small_school()


def test_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.xlsx or \.json"):
        save_problem(small_school(), tmp_path / "p.csv")
    assert not list(tmp_path.iterdir())


def test_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
    save_problem(small_school(), "-")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(out.getvalue())))
    assert load_problem("-") == small_school()


@pytest.mark.parametrize("load", [load_problem, load_roster])
def test_neither_workbook_nor_json(load: object, tmp_path: Path) -> None:
    for name, data in (("a.txt", b"hello"), ("b.xlsx", b""), ("c.json", b"hello")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InvalidInput) as caught:
            load(tmp_path / name)  # type: ignore[operator]
        assert len(caught.value.faults) == 1
        assert caught.value.source == name


def test_schemas_say_what_they_are() -> None:
    assert tuple(schemas()) == SHAPES
    for shape, found in schemas().items():
        assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert found["$id"] == f"urn:huxue:schema:{shape}:1"
        assert isinstance(found["properties"], dict)
    # Only what has no default is needed.
    assert schema("problem")["required"] == ["horizon"]
    assert schema("roster")["required"] == ["horizon"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    write_roster_json(roster(), path)
    before = path.read_bytes()
    broken = Roster.model_construct(horizon=Horizon(start=roster().horizon.start), assignments=(object(),))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="serialize"):
        write_roster_json(broken, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]
