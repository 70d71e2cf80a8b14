"""What holds for every roster, drawn at random over a problem with every rule."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from verify_cases import (
    CREWS,
    PEOPLE,
    SITES,
    absence,
    city,
    hold,
    lessons,
    level,
    need,
    past,
    shift,
    terms,
    wish,
)

from models import (
    HARD_RULES,
    LEVELS,
    Continuity,
    Coverage,
    DutyLimit,
    Fairness,
    LedgerEntry,
    NewcomerAlone,
    Offer,
    PreferenceKind,
    Preferences,
    Problem,
    Rest,
    Roster,
    SkillMix,
    Travel,
    TravelMinutes,
)
from solver.verify import Verifier


def everything() -> Problem:
    """Return a problem with every rule and a shift for every role."""
    roles = ("officer", "traffic", "crew", need("staff", 1, 2), need("volunteer", 1, 2, tier=2), "any")
    shifts = [
        shift(site.id, day, clock, f"{clock[:2]}:40", *roles, window=window)
        for site in SITES
        for day in (0, 1)
        for clock, window in (("07:00", "am"), ("07:30", "am"), ("17:00", "pm"))
    ]
    return city(
        *shifts,
        rules=(
            Travel(),
            Rest(minutes=900),
            DutyLimit(per="day", maximum=2),
            DutyLimit(per="week", measure="minutes", maximum=100, roles=("crew", "any")),
            Coverage(),
            Fairness(),
            Preferences(),
            Continuity(role="crew"),
            TravelMinutes(),
            SkillMix(role="staff", qualification="first aid"),
            NewcomerAlone(role="staff"),
        ),
        preferences=(
            wish("s1", PreferenceKind.AVOID, site="A"),
            wish("m1", PreferenceKind.WANT, window="pm"),
        ),
        offers=(Offer(person="v1", window="am"),),
        absences=(absence("own_a", 0, "06:00", "12:00"), absence("m1", 1, "06:00", "07:10")),
        timetables=(lessons("s2", (1, "07:30", "08:10")),),
        history=(past("k1", "A", -1, "21:00", "22:10", role="crew"),),
        ledger=(LedgerEntry(assignee="s1", points=70), LedgerEntry(assignee="k1", points=500)),
    )


EVERYTHING = Verifier(everything())
POSTS = [(s, n.role, index) for s in everything().shifts for n in s.needs for index in range(n.target)]
HOLDERS = [*(p.id for p in PEOPLE), *(c.id for c in CREWS), "nobody"]
ROSTERS = st.lists(st.tuples(st.sampled_from(POSTS), st.sampled_from(HOLDERS)), max_size=25).map(
    lambda held: hold(*((s, role, holder, index) for (s, role, index), holder in held))
)


@given(ROSTERS, st.integers(0, 2**32))
def test_the_order_of_assignments_changes_nothing(roster: Roster, seed: int) -> None:
    mixed = list(roster.assignments)
    random.Random(seed).shuffle(mixed)
    other = roster.model_copy(update={"assignments": tuple(mixed)})
    assert set(EVERYTHING.verify(roster)) == set(EVERYTHING.verify(other))
    assert EVERYTHING.evaluate(roster) == EVERYTHING.evaluate(other)
    assert EVERYTHING.burdens(roster) == EVERYTHING.burdens(other)


@given(ROSTERS)
def test_values_are_the_sums_of_their_terms(roster: Roster) -> None:
    for found in EVERYTHING.evaluate(roster):
        assert found.value == sum(term.value for term in found.terms)
        assert all(term.value > 0 for term in found.terms)
    costs = sum(burden.cost for burden in EVERYTHING.burdens(roster).values())
    assert costs == EVERYTHING.evaluate(roster)[LEVELS.index("fairness")].value


@given(ROSTERS)
def test_fewer_assignments_never_break_more_of_what_one_bearer_carries(roster: Roster) -> None:
    # Own posts and pins aside, every hard rule is about assignments that are there.
    def found(of: Roster) -> set[tuple[str, str, tuple[str, ...]]]:
        rules = {"role", "qualification", "scope", "absence", "timetable", "offer", "crew_strength"}
        rules |= {"overlap", "travel", "rest", "known_post"}
        return {(v.rule, v.bearer, v.shifts) for v in EVERYTHING.verify(of) if v.rule in rules}

    fewer = roster.model_copy(update={"assignments": roster.assignments[: len(roster.assignments) // 2]})
    assert found(fewer) <= found(roster)


def test_the_empty_roster_breaks_nothing() -> None:
    assert EVERYTHING.verify(hold()) == ()
    # 18 shifts, one for each missing minimum: volunteers 18; targets above the minimum are extra.
    assert level(everything(), "volunteers").value == 18
    assert terms(everything(), "extra") == {"extra:staff": 18, "extra:volunteer": 18}


@given(ROSTERS, st.integers(0, len(HARD_RULES)))
def test_rules_judged_apart_find_what_they_find_together(roster: Roster, cut: int) -> None:
    together = EVERYTHING.verify(roster)
    first, rest = (EVERYTHING.verify(roster, rules=names) for names in (HARD_RULES[:cut], HARD_RULES[cut:]))
    assert (*first, *rest) == together
