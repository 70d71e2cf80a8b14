"""The verifier on rules about dates: each planted violation is found, and nothing else.

The horizon is Monday 2026-09-07 (day 0) to Sunday 2026-09-20 (day 13); Saturdays are days 5 and 12.
"""

from __future__ import annotations

import datetime as dt

import pytest
from rota_cases import before, station, watch

from models import (
    Assignment,
    ConsecutiveDays,
    DaysOff,
    DutyLimit,
    LeastMinutes,
    Problem,
    Roster,
    Rule,
    Succession,
    Weekends,
)
from solver.verify import evaluate, verify

MONDAY = dt.date(2026, 9, 7)


def on(day: int) -> dt.date:
    return MONDAY + dt.timedelta(days=day)


SHIFTS = tuple(watch(on(day), window) for day in range(14) for window in ("day", "night"))


def problem(*rules: Rule, history: str = "", **changes: object) -> Problem:
    """``history``: the days before the horizon, the last letter the day before; d, n or a dot."""
    windows = {"d": "day", "n": "night"}
    past = tuple(
        before("a", on(k - len(history)), windows[letter])
        for k, letter in enumerate(history)
        if letter in windows
    )
    return station(MONDAY, 14, "ab", SHIFTS, *rules, history=past, **changes)


def roster(line: str, who: str = "a") -> Roster:
    """A letter a day: d and n are duties."""
    held = {"d": "day", "n": "night"}
    return Roster(
        horizon=problem().horizon,
        assignments=tuple(
            Assignment(shift=f"gate/{on(day)}/{held[letter]}", role="guard", index=0, assignee=who)
            for day, letter in enumerate(line)
            if letter in held
        ),
    )


def broken(given: Problem, line: str, who: str = "a") -> list[str]:
    """The rules that a line breaks, each as often as it does."""
    return [v.rule for v in verify(given, roster(line, who))]


LEAST = ConsecutiveDays(minimum=3)
OFF = DaysOff(minimum=2)
LATE = Succession(earlier=("night",), later=("day",))


@pytest.mark.parametrize(
    ("rule", "history", "line", "found"),
    [
        # Runs of three at least: inside the horizon ...
        (LEAST, "", "..ddd...dddd..", []),
        (LEAST, "", "..dd..........", ["consecutive_days"]),
        (LEAST, "", "..dn..d.......", ["consecutive_days"] * 2),
        # ... at its ends they may go on outside ...
        (LEAST, "", "d............d", []),
        (LEAST, "", "d..dd........d", ["consecutive_days"]),
        # ... but not where the history knows that they don't.
        (LEAST, "d..", "d.............", ["consecutive_days"]),
        (LEAST, ".dd", "d.............", []),
        (LEAST, "d.d", "dd............", []),
        (LEAST, "d.d", "d.............", ["consecutive_days"]),
        # A run that is wholly past is nobody's business any more.
        (LEAST, "d.d", "..............", []),
        # At most so many, the past included.
        (ConsecutiveDays(maximum=3), "", "dddd..........", ["consecutive_days"]),
        (ConsecutiveDays(maximum=3), "ddd", "d.............", ["consecutive_days"]),
        (ConsecutiveDays(maximum=3), "ddd", ".ddd..........", []),
        (ConsecutiveDays(maximum=3), "dddd", "..............", []),
        # Two days off at least between two duties.
        (OFF, "", "d.d...........", ["days_off"]),
        (OFF, "", "d..d...dd....d", []),
        (OFF, "", ".d............", []),
        (OFF, "", "............d.", []),
        (OFF, "d", ".d............", ["days_off"]),
        (OFF, "d.", "d.............", ["days_off"]),
        (OFF, "d..", "d.............", []),
        (OFF, "d.d", "..............", []),
        # No day after a night.
        (LATE, "", "nd............", ["succession"]),
        (LATE, "", "dn.dnn........", []),
        (LATE, "n", "d.............", ["succession"]),
        (LATE, "n.", "d.............", []),
        (LATE, "nd", "..............", []),
        # One weekend.
        (Weekends(maximum=1), "", ".....d......d.", ["weekends"]),
        (Weekends(maximum=1), "", ".....dd.......", []),
        (Weekends(maximum=1), "", "......d......d", ["weekends"]),
        # Last weekend's duty is not of a weekend of the horizon.
        (Weekends(maximum=1), "d.", ".....d........", []),
        (Weekends(maximum=0), "", "....d.........", []),
        (Weekends(maximum=0), "", ".............n", ["weekends"]),
        # Two nights in the horizon; past ones don't count.
        (DutyLimit(per="horizon", maximum=2, windows=("night",)), "nnn", "nn.d.d.d......", []),
        (DutyLimit(per="horizon", maximum=2, windows=("night",)), "", "nn.d...n......", ["duty_limit"]),
        # Days of 480 minutes, nights of 720.
        (DutyLimit(per="horizon", measure="minutes", maximum=1200), "", "d...n.........", []),
        (DutyLimit(per="horizon", measure="minutes", maximum=1199), "", "d...n.........", ["duty_limit"]),
        (DutyLimit(per="week", maximum=1, windows=("night",)), "", "n.....d.n....n", ["duty_limit"]),
    ],
)
def test_each_rule_on_lines_of_one_person(rule: Rule, history: str, line: str, found: list[str]) -> None:
    assert broken(problem(rule, history=history), line) == found


def test_a_past_saturday_counts_for_the_weekend_that_goes_on() -> None:
    # The horizon begins on Sunday, day 6; its Saturdays are days 12 and 19.
    shifts = tuple(watch(on(day), "day") for day in range(6, 20))
    for maximum, line, clean in (
        (1, {12}, False),
        (1, {6}, True),
        (1, {6, 9}, True),
        (2, {6, 12}, True),
        (2, {12, 19}, False),
        (0, {7}, True),
        (0, {6}, False),
    ):
        given = station(on(6), 14, "a", shifts, Weekends(maximum=maximum), history=(before("a", on(5)),))
        held = Roster(
            horizon=given.horizon,
            assignments=tuple(
                Assignment(shift=f"gate/{on(d)}/day", role="guard", index=0, assignee="a") for d in line
            ),
        )
        assert (verify(given, held) == ()) == clean, (maximum, line)


def test_rules_hold_for_their_bearers_and_roles_alone() -> None:
    named = problem(
        LEAST.model_copy(update={"bearers": ("a",)}), OFF.model_copy(update={"roles": ("guard",)})
    )
    assert broken(named, ".d............", "a") == ["consecutive_days"]
    assert broken(named, ".d............", "b") == []
    assert broken(named, ".d.d..........", "b") == ["days_off"]


def test_two_rules_of_one_kind_hold_each_on_its_own() -> None:
    given = problem(
        ConsecutiveDays(maximum=2, bearers=("a",)), ConsecutiveDays(maximum=4), Weekends(maximum=2)
    )
    assert broken(given, "ddd...........", "a") == ["consecutive_days"]
    assert broken(given, "ddd...........", "b") == []
    assert broken(given, "ddddd.........", "b") == ["consecutive_days"]


def test_violations_name_the_shifts_and_say_how_many() -> None:
    (found,) = verify(problem(LEAST, history="d.."), roster("dd............"))
    assert found.shifts == ("gate/2026-09-07/day", "gate/2026-09-08/day")
    assert "2 days in a row from 2026-09-07, 3 are the least" in found.message


def values(given: Problem, line: str) -> dict[str, dict[str, int]]:
    return {level.name: {t.name: t.value for t in level.terms} for level in evaluate(given, roster(line))}


def test_each_minute_short_costs() -> None:
    given = problem(LeastMinutes(minutes=1000, weight=2), LeastMinutes(minutes=700, bearers=("b",)), LEAST)
    # a has 480 + 480, so 40 are short; b has none.
    assert values(given, "d.d...........")["core"] == {
        "least_minutes:a": 80,
        "least_minutes:b": 2000 + 700,
    }


def test_preferred_numbers_cost_both_ways_and_leave_extra_out() -> None:
    shifts = (
        watch(on(0), "day", preferred=2, under=100, over=1),
        watch(on(1), "day", preferred=0, target=1, under=7, over=3),
        watch(on(2), "day", minimum=1, target=3),
    )
    given = station(MONDAY, 14, "ab", shifts)
    found = values(given, "dd............")
    # One short of two, one more than none; and the third day misses its minimum and two more.
    assert found["wishes"] == {"under:guard": 100, "over:guard": 3}
    assert found["extra"] == {"extra:guard": 2}
