"""Settle a part, and see to it that no stand-in holds what an owner is free to take (一校一警).

Whoever is free depends on all that an owner carries, so the rule isn't written down beforehand. The
level ``stand_ins`` keeps it nearly always; pins and, in a repair, changes come before that. What breaks
it is ruled out, and the part is solved again: an owner whom some duties leave free is left free by
fewer, so the stand-in needs another duty of the owner.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.engine import Answer, solve_part
from solver.greedy import Keeper
from solver.mend import mend_part
from solver.minima import bound_by_minimum
from solver.rules import build_form
from solver.values import part_values

if TYPE_CHECKING:
    from solver.facts import Ints
    from solver.parts import Cut, Part


ROUNDS = 100
"""How often a part is solved again at most."""


def settle(part: Part, seed: int, deadline: float) -> Answer:
    """Return the best answer found by the deadline (on `time.monotonic`'s clock), with its proof."""
    for _ in range(ROUNDS):
        answer = (solve_part if part.before is None else mend_part)(part, seed, deadline)
        cuts = _broken(part, answer.held)
        if not cuts:
            return answer
        if time.monotonic() >= deadline or answer.method == "greedy":
            break
        part = replace(part, cuts=(*part.cuts, *cuts))
    return _owners_first(part, answer)


def _broken(part: Part, held: Ints) -> list[Cut]:
    """Return what rules out the stand-ins held while an owner is free."""
    # For whom a minimum holds, neither giving up nor taking a single duty is asked.
    single = ~bound_by_minimum(part)[part.a]
    able = part.able & single
    contested = np.isin(part.n, part.n[able & (held == 0)])
    stand_ins = np.flatnonzero((held > 0) & (part.distance > 0) & contested & single)
    if not len(stand_ins):
        return []
    keeper = Keeper(build_form(part, escalation=False, minima=False), len(part.n))
    for pair in np.flatnonzero(held).tolist():
        keeper.take(pair)
    cuts: list[Cut] = []
    for stand_in in stand_ins.tolist():
        owners = np.flatnonzero((part.n == part.n[stand_in]) & able & (held == 0))
        for own in owners.tolist():
            if keeper.takes(own):
                borne = part.borne[part.bearer == part.a[own]]
                cuts.append((stand_in, np.unique(borne[held[borne] == 0])))
    return cuts


def _owners_first(part: Part, answer: Answer) -> Answer:
    """Return an answer that is not proven with own posts given back to owners who are free."""
    held = answer.held.copy()
    while cuts := _broken(part, held):
        stand_in, borne = cuts[0]
        held[stand_in] = 0
        held[borne[part.n[borne] == part.n[stand_in]][0]] = 1
    values = part_values(part, held)
    bounds = {level: min(values[level], answer.bounds[level]) for level in values}
    return replace(answer, held=held, values=values, bounds=bounds)
