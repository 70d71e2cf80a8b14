"""``huxue advise`` as people and programs use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from cli.main import main
from formats.json_files import to_json
from models.advice import BellAdvice, CrewAdvice, FairnessAdvice, PeopleAdvice

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small city and its roster."""
    folder = tmp_path_factory.mktemp("city")
    assert main(["example", "city", "--schools", "12", "-o", str(folder / "city.json")]) == 0
    assert main(["solve", str(folder / "city.json"), "-o", str(folder / "roster.json")]) == 0
    return folder


def _run(capfd: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    capfd.readouterr()
    try:
        status = main(["advise", *map(str, args)])
    except SystemExit as leaving:  # argparse
        status = int(leaving.code or 0)
    out, err = capfd.readouterr()
    return status, out, err


QUESTIONS: list[tuple[type[BaseModel], tuple[str, ...]]] = [
    (CrewAdvice, ("crews", "city.json")),
    (BellAdvice, ("bells", "city.json", "--within", "10")),
    (PeopleAdvice, ("people", "city.json", "--top", "1", "--role", "volunteer")),
    (FairnessAdvice, ("fairness", "city.json", "roster.json")),
]


@pytest.mark.parametrize(("shape", "args"), QUESTIONS, ids=[args[0] for _, args in QUESTIONS])
def test_json_is_the_value_and_the_texts_say_it_in_both_languages(
    city: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    shape: type[BaseModel],
    args: tuple[str, ...],
) -> None:
    monkeypatch.chdir(city)
    status, out, _ = _run(capfd, *args, "--json", "--language", "en")
    assert status == 0
    assert to_json(shape.model_validate_json(out)).decode() == out
    texts = []
    for language in ("zh", "en"):
        status, text, err = _run(capfd, *args, "--language", language)
        assert status == 0
        assert not any(
            line for line in err.splitlines() if "/" not in line
        )  # how far it has come, if that takes a while
        texts.append(text)
    assert texts[0] != texts[1]
    # No text was left without its values.
    assert not any(sign in text for text in texts for sign in "{}")


def test_the_printed_proof_names_as_many_schools_as_crews(
    city: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(city)
    advice = CrewAdvice.model_validate_json(_run(capfd, "crews", "city.json", "--json")[1])
    _, text, _ = _run(capfd, "crews", "city.json", "--language", "en")
    named = [line for line in text.splitlines() if line.startswith("    ")]
    assert len(named) == sum(pool.least for pool in advice.pools)
    assert "(S0001)" in text
    _, text, _ = _run(capfd, "crews", "city.json", "--proofs", "--language", "en")
    assert text.count("Proof for") == sum(len(pool.peaks) for pool in advice.pools)
    _, text, _ = _run(capfd, "crews", "city.json", "--role", "traffic_officer", "--language", "en")
    assert text.startswith("Traffic officer")


def test_bells_that_are_fixed_do_not_move(
    city: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(city)
    free = BellAdvice.model_validate_json(_run(capfd, "bells", "city.json", "--json")[1])
    moved = sorted({m.site for p in free.peaks for s in p.steps for m in s.moves})
    assert moved
    given = ["--fixed", *moved[1:], "--limit", moved[0], "5", "--json"]
    fixed = BellAdvice.model_validate_json(_run(capfd, "bells", "city.json", *given)[1])
    assert all(m.site not in moved[1:] for p in fixed.peaks for s in p.steps for m in s.moves)
    assert all(
        abs(m.minutes) <= 5 for p in fixed.peaks for s in p.steps for m in s.moves if m.site == moved[0]
    )
    for before, after in zip(free.peaks, fixed.peaks, strict=False):
        assert before.value >= before.best == before.bound
        assert after.value >= after.best == after.bound
    status, out, _ = _run(capfd, "bells", "city.json", "--goal", "posts", "--language", "en")
    assert status == 0
    assert "fewest open posts" in out


def test_the_plot_is_written_whole(
    city: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(city)
    status, out, _ = _run(capfd, "fairness", "city.json", "roster.json", "--plot", "fair.svg")
    assert status == 0
    assert "fair.svg" in out
    assert ElementTree.fromstring((city / "fair.svg").read_text("utf-8")).tag.endswith("svg")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("crews", "city.json", "--role", "pilot"), "no role 'pilot'"),
        (("people", "city.json", "--district", "Z"), "no district 'Z'"),
        (("people", "city.json", "--top", "0"), "give 1 or more"),
        (("bells", "city.json", "--within", "0"), "within 0"),
        (("bells", "city.json", "--limit", "S0001", "ten"), "'ten'"),
        (("bells", "city.json", "--fixed", "S9"), "no school 'S9'"),
        (("bells", "city.json", "--time-limit", "0"), "time limit 0.0"),
        (("fairness", "city.json", "roster.json", "--top", "0"), "top 0"),
        (("fairness", "city.json", "roster.json", "--plot", "fair.png"), ".svg"),
        (("fairness", "-", "-"), "-"),
        ((), "QUESTION"),
    ],
)
def test_bad_usage_is_said(
    city: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...],
    expected: str,
) -> None:
    monkeypatch.chdir(city)
    status, out, err = _run(capfd, *args)
    assert (status, out) == (2, "")
    assert expected in err


def test_a_problem_that_lacks_nothing_says_so(
    city: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(city)
    problem = json.loads((city / "city.json").read_text("utf-8"))
    problem |= {"shifts": [], "bells": [], "pins": []}
    (city / "empty.json").write_text(json.dumps(problem), "utf-8")
    assert "There are no such posts" in _run(capfd, "crews", "empty.json", "--language", "en")[1]
    assert "no bell" in _run(capfd, "bells", "empty.json", "--language", "en")[1]
    assert "Nothing is missing" in _run(capfd, "people", "empty.json", "--language", "en")[1]
    (city / "nobody.json").write_text(json.dumps({"horizon": problem["horizon"], "assignments": []}), "utf-8")
    assert _run(capfd, "fairness", "empty.json", "nobody.json", "--plot", "none.svg")[0] == 0
