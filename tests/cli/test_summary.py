"""The summary of a solve, as people read it."""

from __future__ import annotations

import io

from cli.summary import print_report
from examples import small_school
from models import Level, Report, Unfilled


def summary(report: Report, language: str = "en") -> str:
    """Return what is printed."""
    file = io.StringIO()
    print_report(small_school(), report, "zh" if language == "zh" else "en", file)
    return file.getvalue()


def report(*unfilled: Unfilled) -> Report:
    """A report of open posts alone."""
    return Report(
        status="optimal",
        levels=(),
        posts=9,
        filled=5,
        unfilled=unfilled,
        components=1,
        wall_s=0.04,
        methods={},
    )


def test_posts_that_nobody_may_serve_on_say_so() -> None:
    shift = small_school().shifts[0].id
    found = report(
        Unfilled(shift=shift, role="staff", missing=3, missing_minimum=2, candidates=0, blocked={}),
        Unfilled(
            shift=shift, role="volunteer", missing=1, missing_minimum=0, candidates=2, blocked={"offer": 2}
        ),
    )
    assert "Nobody may serve there: 3 of them" in summary(found)
    assert "其中 3 个没有人可在此上岗" in summary(found, "zh")
    assert "Nobody" not in summary(report(found.unfilled[1]))


def test_the_core_is_a_cost_beside_its_number_of_posts() -> None:
    shift = small_school().shifts[0].id
    found = report(
        Unfilled(
            shift=shift, role="staff", missing=3, missing_minimum=2, candidates=3, blocked={"absence": 3}
        ),
        Unfilled(shift=shift, role="volunteer", missing=2, missing_minimum=1, candidates=0, blocked={}),
    )
    levels = (
        Level(name="core", value=45, bound=45),
        Level(name="volunteers", value=1, bound=1),
        Level(name="extra", value=2, bound=2),
    )
    text = summary(found.model_copy(update={"levels": levels}))
    assert "Open minimum posts  Cost  Bound" in text
    rows = {line.split("  ")[0]: line.split()[-4:] for line in text.splitlines()}
    assert rows["core posts missing"] == ["2", "45", "45", "proven"]
    assert rows["volunteers missing"] == ["1", "1", "1", "proven"]
    assert "代价" in summary(found, "zh")


def test_nothing_is_said_of_no_components() -> None:
    assert "Components" in summary(report())
    assert "Components" not in summary(report().model_copy(update={"components": 0}))
