"""Nobody in two places: overlap, travel and rest, as cliques of needs that exclude each other.

At-most-one rows over large cliques give a far tighter relaxation than pairs do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import Rest
from solver.facts import Ints, ranges

if TYPE_CHECKING:
    from solver.form import FormBuilder
    from solver.parts import Part


def one_place_at_a_time(part: Part, form: FormBuilder) -> None:
    """Let every bearer hold at most one need of each clique."""
    cliques = cliques_of(*conflicting_needs(part), len(part.needs))
    if not cliques and len(part.bearer) == len(part.n):
        return
    order = np.lexsort((part.n[part.borne], part.bearer))
    twice = _same_need_twice(part.bearer[order], part.n[part.borne[order]])
    at_most_one(part, form, [*cliques, *twice], order)


def at_most_one(part: Part, form: FormBuilder, cliques: list[Ints], borne: Ints) -> None:
    """Let bearers hold at most one need of each clique; ``borne``: positions of what they bear."""
    if not cliques:
        return
    bearer, pair = part.bearer[borne], part.borne[borne]
    member, need = np.concatenate(cliques), part.n[pair]
    order = np.argsort(member, kind="stable")
    clique = np.repeat(np.arange(len(cliques)), [len(c) for c in cliques])[order]
    first = np.searchsorted(member[order], np.arange(len(part.needs) + 1))
    # What is borne of a need counts once in each of the need's cliques.
    at, mine = ranges(first[need], first[need + 1])
    key = clique[at] * len(part.bearer_ids) + bearer[mine]
    _, row, count = np.unique(key, return_inverse=True, return_counts=True)
    several = count > 1
    keep = several[row]
    if keep.any():
        number = np.cumsum(several) - 1
        form.add_rows([(number[row[keep]], pair[mine[keep]], 1.0)], -np.inf, 1.0, int(several.sum()))


def _same_need_twice(bearer: Ints, need: Ints) -> list[Ints]:
    """Return the needs that somebody could hold both alone and through a crew, each as a clique."""
    same = (np.diff(bearer) == 0) & (np.diff(need) == 0)
    return [np.array([n]) for n in np.unique(need[1:][same]).tolist()]


def conflicting_needs(part: Part) -> tuple[Ints, Ints]:
    """Return the pairs (earlier, later) of needs that one bearer can't both hold."""
    needs = part.needs
    rest = max((r.minutes for r in part.rules if isinstance(r, Rest)), default=0)
    travel = part.minutes_between if part.travel else np.zeros_like(part.minutes_between)
    reach = max(rest, int(travel.max(initial=0)))
    order = np.argsort(needs.start, kind="stable")
    start, end = needs.start[order], needs.end[order]
    last = np.searchsorted(start, np.maximum.accumulate(end) + reach) if len(order) else order
    other, one = ranges(np.arange(len(order)) + 1, np.maximum(last, np.arange(len(order)) + 1))
    i, j = order[one], order[other]
    gap = needs.start[j] - needs.end[i]
    clash = gap < travel[part.site[i], part.site[j]]
    clash |= gap < 0
    clash |= (needs.date[i] != needs.date[j]) & (gap < rest)
    return i[clash], j[clash]


def cliques_of(one: Ints, other: Ints, count: int) -> list[Ints]:
    """Cover conflicts between needs (pairs of positions below a count) with maximal cliques, grown greedily."""
    near = [0] * count
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        near[i] |= 1 << j
        near[j] |= 1 << i
    open_ = list(near)
    found = []
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        if not open_[i] >> j & 1:
            continue
        clique = [i, j]
        common = near[i] & near[j]
        while common:
            # Prefer a neighbour that still covers something new.
            fresh = common & open_[i]
            chosen = ((fresh or common) & -(fresh or common)).bit_length() - 1
            clique.append(chosen)
            common &= near[chosen]
        mask = sum(1 << k for k in clique)
        for k in clique:
            open_[k] &= ~mask
        found.append(np.array(clique))
    return found
