"""Why a post is open, and the cheapest ways to fill it; each is tried out before it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import Pinned
from models.explanation import Hindered, PostExplained, Way
from solver.advise.people import advise_people
from solver.repair import repair

if TYPE_CHECKING:
    from models import Candidates
    from solver.swaps import Swaps
    from solver.swaps.verdict import Verdict

MOVING = ("overlap", "travel")
"""What keeps somebody away who could come from another post."""

LIMITS = ("rest", "duty_limit", "consecutive_days", "days_off", "succession", "weekends")
"""What a dispatcher may pass over for somebody."""

TRIES = 8
"""How many candidates on other posts are moved for trial."""


def explain_post(
    swaps: Swaps, shift: str, role: str, *, tries: int = TRIES, hire: bool = True
) -> PostExplained:
    """Say why a post is open, and what would fill it.

    Parameters
    ----------
    swaps
        The problem with its roster.
    tries
        How many candidates on other posts to move for trial.
    hire
        Whether to look for what one more person would bring, which solves the region a few times.

    Raises
    ------
    InvalidSwap
        When there is no such need, or no post of it is open.
    """
    candidates = swaps.candidates(shift, role)
    laid = swaps.problem.shift_by_id[shift]
    need = next(n for n in laid.needs if n.role == role)
    held = sum((a.shift, a.role) == (shift, role) for a in swaps.roster.assignments)
    takes = [Way(kind="take", assignee=c.assignee, levels=c.levels, cost=c.cost) for c in candidates.free]
    moves = _moves(swaps, candidates, tries)
    hindered = _hindered(swaps, candidates)
    waives = [way for each in hindered if (way := _waive(*each)) is not None]
    sound = [way for way in moves if not way.opened]
    district = swaps.problem.site_by_id[laid.site].district
    people = advise_people(swaps.problem, top=1, roles=(role,), districts=(district,)) if hire else None
    return PostExplained(
        shift=shift,
        role=role,
        open=need.target - held,
        candidates=candidates,
        hindered=tuple(each for each, _ in hindered),
        ways=(
            *takes,
            *sorted(sound, key=lambda way: way.cost),
            *sorted(waives, key=lambda way: way.cost),
            *sorted((way for way in moves if way.opened), key=lambda way: way.cost),
        ),
        hires=() if people is None else people.hires,
    )


def _moves(swaps: Swaps, candidates: Candidates, tries: int) -> list[Way]:
    """Put candidates who stand elsewhere on the post, and repair the roster around each."""
    found = []
    for blocked in [b for b in candidates.blocked if b.rule in MOVING][:tries]:
        pin = Pinned(shift=candidates.shift, role=candidates.role, assignee=blocked.assignee)
        mended = repair(swaps.problem, swaps.roster, [pin], regions=swaps.regions).repair
        if not mended.dropped_pins:
            cost = tuple(level.value for level in mended.levels)
            found.append(
                Way(
                    kind="move",
                    assignee=blocked.assignee,
                    changes=mended.changes,
                    opened=mended.opened,
                    cost=cost,
                )
            )
    return found


def _hindered(swaps: Swaps, candidates: Candidates) -> list[tuple[Hindered, Verdict]]:
    """Return whom a limit keeps away, with what they would break and cost on the post."""
    found = []
    for blocked in (b for b in candidates.blocked if b.rule in LIMITS):
        verdict = swaps.addition(candidates.shift, candidates.role, blocked.assignee)
        found.append((Hindered(assignee=blocked.assignee, violations=verdict.violations), verdict))
    return found


def _waive(hindered: Hindered, verdict: Verdict) -> Way | None:
    """Return the way that passes over a limit, if nothing else stands against it."""
    rules = {v.rule for v in hindered.violations}
    if len(rules) != 1 or not rules.issubset(LIMITS):
        return None
    return Way(
        kind="waive",
        assignee=hindered.assignee,
        rule=rules.pop(),
        violations=hindered.violations,
        levels=verdict.levels,
        cost=tuple(level.rise for level in verdict.levels),
    )
