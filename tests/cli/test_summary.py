"""The summary of a solve, as people read it."""

from __future__ import annotations

import io

from cli.summary import print_report
from examples import small_school
from models import Report, Unfilled


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
