"""Why a post is open, and the cheapest ways to fill it; each is tried out before it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import Pinned
from models.explanation import PostExplained, Way
from solver.advise.people import advise_people
from solver.repair import repair

if TYPE_CHECKING:
    from models import Blocked, Candidates
    from solver.swaps import Swaps

MOVING = ("overlap", "travel")
"""What keeps somebody away who could come from another post."""

LIMITS = ("rest", "duty_limit", "consecutive_days", "succession", "weekends")
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
    waives = _waives(swaps, candidates)
    sound = [way for way in moves if not way.opened]
    district = swaps.problem.site_by_id[laid.site].district
    people = advise_people(swaps.problem, top=1, roles=(role,), districts=(district,)) if hire else None
    return PostExplained(
        shift=shift,
        role=role,
        open=need.target - held,
        candidates=candidates,
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


def _waives(swaps: Swaps, candidates: Candidates) -> list[Way]:
    """Return candidates whom one limit alone keeps away."""
    found = []
    for blocked in (b for b in candidates.blocked if b.rule in LIMITS):
        way = _waive(swaps, candidates, blocked)
        if way is not None:
            found.append(way)
    return found


def _waive(swaps: Swaps, candidates: Candidates, blocked: Blocked) -> Way | None:
    violations, levels = swaps.addition(candidates.shift, candidates.role, blocked.assignee)
    if {v.rule for v in violations} != {blocked.rule}:
        return None
    cost = tuple(level.rise for level in levels)
    return Way(kind="waive", assignee=blocked.assignee, rule=blocked.rule, levels=levels, cost=cost)
