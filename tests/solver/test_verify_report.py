"""Where a report contradicts its roster: each contradiction planted, and the honest report clean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from verify_cases import city, hold, shift

from models import Assignment, DroppedPin, Fairness, Level, Need, Problem, Report, Roster, ScoreTerm, Unfilled
from solver.verify import Verifier, evaluate, verify_report

ROOT = Path(__file__).parents[2]
GATE = shift("A", 0, "07:00", "07:30", Need(role="staff", minimum=2, target=3), "traffic")
PIN = Assignment(shift=GATE.id, role="traffic", index=0, assignee="s1", pinned=True)
ROSTER = hold((GATE, "staff", "s1"), (GATE, "traffic", "t1"))
# 3 + 1 posts of which s1 and t1 hold one each; of the staff, 2 are missing, 1 of the minimum.
UNFILLED = Unfilled(
    shift=GATE.id, role="staff", missing=2, missing_minimum=1, candidates=2, blocked={"absence": 1, "free": 1}
)


def problem(**changes: object) -> Problem:
    return city(GATE, pins=(PIN,), **changes)


def report(judged: Problem, /, roster: Roster = ROSTER, **changes: object) -> Report:
    """Return an honest report, or one with something changed."""
    levels = tuple(
        Level(name=found.name, value=found.value, bound=found.value, terms=found.terms)
        for found in evaluate(judged, roster)
    )
    honest: dict[str, object] = {
        "status": "optimal",
        "levels": levels,
        "posts": 4,
        "filled": 2,
        "unfilled": (UNFILLED,),
        "dropped_pins": (DroppedPin(assignment=PIN, rules=("role",)),),
        "components": 1,
        "wall_s": 0.1,
        "methods": {"lp": 1},
    }
    return Report.model_validate({**honest, **changes})


def says(**changes: object) -> str:
    """Return the one contradiction of a changed report."""
    (found,) = verify_report(problem(), ROSTER, report(problem(), ROSTER, **changes))
    return found


def changed_level(name: str, **changes: object) -> tuple[Level, ...]:
    levels = report(problem()).levels
    return tuple(found.model_copy(update=changes) if found.name == name else found for found in levels)


def test_an_honest_report_is_clean() -> None:
    assert verify_report(problem(), ROSTER, report(problem())) == ()
    # Terms of 0 may be named, in any order.
    core = report(problem()).levels[0]
    padded = changed_level("core", terms=(ScoreTerm(name="escalation", value=0), *reversed(core.terms)))
    assert verify_report(problem(), ROSTER, report(problem(), levels=padded)) == ()


def test_levels_are_all_there_in_order() -> None:
    levels = report(problem()).levels
    assert "core, volunteers" in says(levels=levels[:-1])
    assert "core, volunteers" in says(levels=tuple(reversed(levels)))


def test_value_and_terms_are_recomputed() -> None:
    # One staff of the minimum is missing at A: 1 x 10 x 1 = 10.
    wrong = verify_report(
        problem(), ROSTER, report(problem(), levels=changed_level("core", value=9, bound=9))
    )
    assert wrong == ("level core: the value is 10, 9 is stated",)
    terms = (ScoreTerm(name="missing:staff", value=4), ScoreTerm(name="missing:traffic", value=6))
    found = verify_report(problem(), ROSTER, report(problem(), levels=changed_level("core", terms=terms)))
    assert found == (
        "level core: the term missing:staff with 4 is only stated",
        "level core: the term missing:staff with 10 is only found",
        "level core: the term missing:traffic with 6 is only stated",
    )
    twice = (ScoreTerm(name="missing:staff", value=10),) * 2
    assert "stated twice" in says(levels=changed_level("core", terms=twice))


def test_no_bound_is_above_its_value() -> None:
    assert "bound 11 is above the value 10" in says(levels=changed_level("core", bound=11))


def test_optimal_means_bound_met() -> None:
    open_gap = changed_level("core", bound=9)
    assert "level core has the value 10, the bound 9" in says(levels=open_gap)
    feasible = report(problem(), status="feasible", reason="time_limit", levels=open_gap)
    assert verify_report(problem(), ROSTER, feasible) == ()
    assert "no reason" in says(status="feasible", levels=open_gap)
    assert "a reason why not is given: cancelled" in says(reason="cancelled")


@pytest.mark.parametrize(
    ("name", "rules", "clean"),
    [
        ("fairness", (Fairness(),), True),
        ("fairness", (Fairness(tolerance=0),), False),
        ("fairness", (), False),
        ("core", (Fairness(),), False),
    ],
)
def test_fairness_alone_has_a_tolerance(name: str, rules: tuple[Fairness, ...], clean: bool) -> None:
    judged = problem(rules=rules)
    levels = tuple(
        found.model_copy(update={"tolerance": 5}) if found.name == name else found
        for found in report(judged).levels
    )
    found = verify_report(judged, ROSTER, report(judged, levels=levels))
    assert found == (() if clean else (f"level {name}: a tolerance of 5 is stated, 0 is expected",))


def test_posts_are_counted() -> None:
    assert says(posts=5) == "the problem has 4 posts, 5 are stated"
    assert says(filled=3) == "2 posts are filled, 3 are stated"


def test_every_open_need_is_stated_once() -> None:
    assert "is unfilled, but not stated" in says(unfilled=())
    assert "stated twice" in says(unfilled=(UNFILLED, UNFILLED))
    full = UNFILLED.model_copy(update={"role": "traffic"})
    assert "isn't" in says(unfilled=(UNFILLED, full))
    assert "misses 2 posts, 1 of the minimum; 1 and 1" in says(
        unfilled=(UNFILLED.model_copy(update={"missing": 1}),)
    )
    assert "misses 2 posts, 1 of the minimum; 2 and 2" in says(
        unfilled=(UNFILLED.model_copy(update={"missing_minimum": 2}),)
    )


def test_reasons_are_rules_and_no_more_than_candidates() -> None:
    assert "reasons for more" in says(unfilled=(UNFILLED.model_copy(update={"candidates": 1}),))
    assert "no hard rule: mood" in says(unfilled=(UNFILLED.model_copy(update={"blocked": {"mood": 1}}),))


def test_dropped_pins_are_pins_that_are_not_kept() -> None:
    no_pin = PIN.model_copy(update={"assignee": "s2"})
    assert "is no pin" in says(dropped_pins=(DroppedPin(assignment=no_pin, rules=("role",)),))
    assert "no hard rule: mood" in says(dropped_pins=(DroppedPin(assignment=PIN, rules=("mood",)),))
    kept = hold((GATE, "staff", "s1"), (GATE, "traffic", "s1"))
    (found,) = Verifier(problem()).verify_report(kept, report(problem(), kept))
    assert "stated as a dropped pin, but is kept" in found


def test_the_verifier_stands_on_models_alone() -> None:
    code = "import sys, solver.verify; print(*(m for m in sys.modules if m.split('.')[0] in ('numpy', 'solver')))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert [m for m in loaded.stdout.split() if m != "solver" and not m.startswith("solver.verify")] == []
