"""What a usual duty is, and all else that the parts of a problem take from the whole."""

from __future__ import annotations

import datetime as dt

import pytest
from rota_cases import ZONE

from models import (
    Absent,
    Assignment,
    Closed,
    Fairness,
    FormulaPart,
    Happening,
    Horizon,
    LeastMinutes,
    LedgerEntry,
    Need,
    Person,
    Problem,
    Role,
    Roster,
    SchoolCalendar,
    Scope,
    Shift,
    Site,
    Unit,
    Window,
    shift_id,
)
from solver.explain import explain_person
from solver.repair import repair
from solver.swaps import Swaps
from solver.usual import points_of_posts, usual_duties
from solver.verify import Verifier, burdens

MONDAY = dt.date(2026, 11, 30)


def two_districts(*rules: LeastMinutes) -> Problem:
    """Two short posts in one district, four long ones in the other: a usual duty is a long one in both.

    The clerks of the near district are only guards beside that; clerks are asked for in the far one alone.
    """
    shifts = [_shift("near", 8 + k, 30, "guard") for k in range(2)]
    shifts += [_shift("far", 8 + k, 60, "guard") for k in range(4)]
    shifts.append(_shift("far", 13, 60, "clerk"))
    return Problem(
        horizon=Horizon(start=MONDAY, days=1),
        roles=tuple(Role(id=r, name=r, name_en=r, scope=Scope.DISTRICT) for r in ("guard", "clerk")),
        parts=(FormulaPart(id="guard", name="值守", name_en="Guard", roles=("guard",)),),
        formula="0",
        sites=tuple(Site(id=d, name=d, district=d) for d in ("near", "far")),
        units=tuple(Unit(id=d, name=d, district=d) for d in ("near", "far")),
        people=(
            *(Person(id=p, name=p, unit="near", roles=("guard",)) for p in "ab"),
            Person(id="c", name="c", unit="near", roles=("clerk", "guard")),
            *(Person(id=p, name=p, unit="far", roles=("guard",)) for p in "de"),
        ),
        windows=tuple(Window(id=f"w{h}", name="w", name_en="w") for h in range(24)),
        calendar=SchoolCalendar(country=None),
        shifts=tuple(shifts),
        ledger=(LedgerEntry(assignee="a", points=50),),
        rules=(Fairness(tolerance=0), *rules),
    )


def _shift(site: str, hour: int, minutes: int, role: str) -> Shift:
    start = dt.datetime.combine(MONDAY, dt.time(hour), ZONE)
    return Shift(
        id=shift_id(site, MONDAY, f"w{hour}"),
        site=site,
        date=MONDAY,
        window=f"w{hour}",
        start=start,
        end=start + dt.timedelta(minutes=minutes),
        needs=(Need(role=role, minimum=1, target=1),),
    )


def _held(problem: Problem, *by: tuple[int, str]) -> Roster:
    return Roster(
        horizon=problem.horizon,
        assignments=tuple(
            Assignment(shift=problem.shifts[k].id, role="guard", index=0, assignee=who) for k, who in by
        ),
    )


@pytest.mark.parametrize("step", [None, 20])
def test_the_usual_duty_is_the_lower_median_of_all_posts_or_the_step(step: int | None) -> None:
    problem = two_districts().model_copy(update={"rules": (Fairness(step=step),)})
    points = points_of_posts(problem, ((s, n) for s in problem.shifts for n in s.needs))
    # Guards: 30, 30, 60, 60, 60, 60.
    assert usual_duties(problem, points) == {"guard": step or 60, "clerk": step or 60}
    assert usual_duties(problem, points) == Verifier(problem).usual_duties()


def test_prices_within_a_district_are_those_of_the_whole() -> None:
    problem = two_districts()
    roster = _held(problem, (0, "c"), (2, "d"))
    verifier = Verifier(problem)
    before = [level.value for level in verifier.evaluate(roster)]
    found = Swaps(problem, roster).candidates(problem.shifts[1].id, "guard")
    # b begins; a's 50 points are no whole usual duty, so that a costs the same; c has one duty already,
    # which counts although clerks are asked for elsewhere alone.
    assert [c.assignee for c in found.free] == ["a", "b", "c"]
    for candidate in found.free:
        added = Assignment(shift=found.shift, role="guard", index=0, assignee=candidate.assignee)
        after = verifier.evaluate(roster.model_copy(update={"assignments": (*roster.assignments, added)}))
        assert candidate.cost == tuple(a.value - b for a, b in zip(after, before, strict=True))
    carried = explain_person(Swaps(problem, roster), "a").carried
    assert carried is not None
    assert carried.before == burdens(problem, roster)["a"].opening == 0


def test_a_repair_is_as_fair_as_the_whole_asks_for() -> None:
    problem = two_districts()
    roster = _held(problem, (0, "c"), (1, "b"))
    start = dt.datetime.combine(MONDAY, dt.time(0), ZONE)
    found = repair(problem, roster, [Absent(assignee="b", start=start)])
    # a and c can take b's duty. With 30 points as a step a would open with 30, and c wouldn't count at all.
    assert [a.assignee for a in found.roster.assignments] == ["c", "a"]
    levels = {level.name: level.value for level in found.repair.levels}
    # 60 x 30 points each, below the first step of 60.
    assert levels["fairness"] == 2 * 60 * 30
    # When the far district closes, the usual duty is what is left: 30 points, and a opens with one.
    happenings: list[Happening] = [Absent(assignee="b", start=start), Closed(site="far", start=start)]
    found = repair(problem, roster, happenings)
    fairness = next(v.value for v in Verifier(found.problem).evaluate(found.roster) if v.name == "fairness")
    assert {level.name: level.value for level in found.repair.levels}["fairness"] == fairness


def test_a_rule_that_names_people_elsewhere_says_nothing_here() -> None:
    problem = two_districts(
        LeastMinutes(minutes=90, bearers=("d", "a")), LeastMinutes(minutes=60, bearers=("e",))
    )
    roster = _held(problem, (0, "c"), (1, "b"), (2, "d"))
    start = dt.datetime.combine(MONDAY, dt.time(0), ZONE)
    found = repair(problem, roster, [Absent(assignee="b", start=start)])
    # a takes what b held and is 60 minutes short; nobody asks what d and e are.
    levels = {level.name: level for level in found.repair.levels}
    assert levels["minutes"].value == 60
    assert [term.name for term in levels["minutes"].terms] == ["least_minutes:a"]
    assert found.problem.rules == problem.rules
