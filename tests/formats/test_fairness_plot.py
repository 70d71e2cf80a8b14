"""The plot of burdens: whole XML, true to scale, readable without colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from examples import small_school
from formats.fairness_plot import MOST_ROWS, fairness_svg
from models.advice import Carrier, FairnessAdvice, FairnessGroup, Spread

if TYPE_CHECKING:
    from models import Problem

NAMESPACE = "{http://www.w3.org/2000/svg}"


def _group(unit: str, before: tuple[int, ...], after: tuple[int, ...], role: str = "staff") -> FairnessGroup:
    def spread(points: tuple[int, ...]) -> Spread:
        return Spread(least=min(points), mean=sum(points) / len(points), most=max(points), deviation=0)

    members = tuple(
        Carrier(assignee=f"{unit}{k}", capacity=100, duties=0, before=b, after=a)
        for k, (b, a) in enumerate(zip(before, after, strict=True))
    )
    return FairnessGroup(
        role=role, unit=unit, usual=30, before=spread(before), after=spread(after), members=members
    )


@pytest.fixture
def problem() -> Problem:
    """Return the small school, whose names the plots show."""
    return small_school()


def _texts(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter(f"{NAMESPACE}text")]


def test_lines_reach_from_the_least_to_the_most(problem: Problem) -> None:
    # Before 0, 30, 60: one duty below and above the mean; after all the same.
    svg = fairness_svg(problem, FairnessAdvice(groups=(_group("school", (0, 30, 60), (90, 90, 90)),)), "zh")
    root = ElementTree.fromstring(svg)
    solid = [
        e for e in root.iter(f"{NAMESPACE}line") if e.get("stroke") == "#000" and not e.get("stroke-width")
    ]
    level = [e for e in solid if e.get("y1") == e.get("y2")]
    ticks = {
        e.text: float(e.get("x", ""))
        for e in root.iter(f"{NAMESPACE}text")
        if e.get("text-anchor") == "middle"
    }
    before, after = level
    assert float(before.get("x1", "")) == pytest.approx(ticks["-1"], abs=0.1)
    assert float(before.get("x2", "")) == pytest.approx(ticks["+1"], abs=0.1)
    assert after.get("x1") == after.get("x2") == f"{ticks['0']:.1f}"
    # Before is white, after is black.
    boxes = [e.get("fill") for e in root.iter(f"{NAMESPACE}rect") if e.get("stroke") == "#000"]
    assert boxes == ["#fff", "#000", "#fff", "#000"]
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg)) <= {"#fff", "#000", "#444", "#888"}


def test_both_languages_and_names_with_signs(problem: Problem) -> None:
    unit = problem.units[0].model_copy(update={"name": "一<二>&三"})
    odd = problem.model_copy(update={"units": (unit, *problem.units[1:])})
    advice = FairnessAdvice(groups=(_group(unit.id, (0, 30), (30, 30)),))
    assert "教职员工 · 一<二>&三" in _texts(fairness_svg(odd, advice, "zh"))
    assert "Staff · 一<二>&三" in _texts(fairness_svg(odd, advice, "en"))


def test_many_groups_are_pooled_by_role(problem: Problem) -> None:
    groups = tuple(_group("school", (0, 30), (30, 60)) for _ in range(MOST_ROWS))
    apart = _texts(fairness_svg(problem, FairnessAdvice(groups=groups)))
    assert sum(text.startswith("Staff · ") for text in apart) == MOST_ROWS
    more = (*groups, _group("station", (0,), (0,), "resident_officer"))
    pooled = _texts(fairness_svg(problem, FairnessAdvice(groups=more)))
    assert {"Staff", "Resident officer"} <= set(pooled)
    assert f"{2 * MOST_ROWS} people or crews · {MOST_ROWS} units" in pooled


def test_no_group_is_an_empty_plot(problem: Problem) -> None:
    assert "Spread of burdens" in _texts(fairness_svg(problem, FairnessAdvice(groups=())))
