"""From answers to a roster: every post gets its number, and pins that were not kept are named."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from models import DroppedPin, Roster

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import Assignment
    from solver.facts import Bools, Facts, Ints
    from solver.reasons import Reasons
    from solver.split import Split


def assemble(split: Split, held: Ints, before: Iterable[Assignment] = ()) -> tuple[Roster, tuple[Ints, Ints]]:
    """Give every held pair an index: pins keep theirs, the others take the free ones in order.

    Parameters
    ----------
    held
        Positions of the pairs that are held.
    before
        Assignments of a roster before: who holds a post still keeps its index.

    Returns
    -------
    tuple
        The roster, and the positions (assignee, need) of all that is held, ordered by need.
    """
    facts, problem, needs = split.facts, split.facts.problem, split.facts.needs
    need, assignee = split.pairs.need[held], split.pairs.assignee[held]
    order = np.lexsort((assignee, need))
    need, assignee = need[order], assignee[order]
    index: Ints = np.arange(len(need)) - np.searchsorted(need, need)
    pinned = _keep_indices(facts, need, assignee, index, before)
    order = np.lexsort((index, need))
    shift_ids, role_ids = [s.id for s in problem.shifts], [r.id for r in problem.roles]
    shift, role = needs.shift[need][order].tolist(), needs.role[need][order].tolist()
    roster = Roster.model_validate(
        {
            "horizon": problem.horizon,
            "assignments": [
                {
                    "shift": shift_ids[s],
                    "role": role_ids[r],
                    "index": i,
                    "assignee": facts.ids[a],
                    "pinned": p,
                }
                for s, r, i, a, p in zip(
                    shift,
                    role,
                    index[order].tolist(),
                    assignee[order].tolist(),
                    pinned[order].tolist(),
                    strict=True,
                )
            ],
        }
    )
    return roster, (assignee, need)


def _keep_indices(
    facts: Facts, need: Ints, assignee: Ints, index: Ints, before: Iterable[Assignment]
) -> Bools:
    """Put pinned holders, and those who held a post before, back on their own index, in place.

    Returns whose pin it is, shape ``(held,)``.
    """
    pinned = np.zeros(len(need), dtype=bool)
    wanted: dict[int, dict[int, int]] = defaultdict(dict)
    pins = {(facts.need_at[p.shift, p.role], facts.at[p.assignee]): p.index for p in facts.problem.pins}
    held = ((facts.need_at.get((a.shift, a.role)), facts.at.get(a.assignee), a.index) for a in before)
    for n, who, at in (*((n, who, at) for (n, who), at in pins.items()), *held):
        if n is not None and who is not None and at not in wanted[n].values():
            wanted[n].setdefault(who, at)
    for n, indices in wanted.items():
        here = range(*np.searchsorted(need, (n, n + 1)).tolist())
        kept = {k: indices[a] for k in here if (a := int(assignee[k])) in indices}
        taken = set(kept.values())
        free = (i for i in count() if i not in taken)
        for k in here:
            index[k] = kept[k] if k in kept else next(free)
            pinned[k] = (n, int(assignee[k])) in pins
    return pinned


def dropped_pins(facts: Facts, roster: Roster, reasons: Reasons) -> tuple[DroppedPin, ...]:
    """Return the problem's pins that a roster doesn't keep, with the rules that they break."""
    if not facts.problem.pins:
        return ()
    kept = {(a.shift, a.role, a.index, a.assignee) for a in roster.assignments if a.pinned}
    return tuple(
        reasons.dropped(pin, facts.need_at[pin.shift, pin.role])
        for pin in facts.problem.pins
        if (pin.shift, pin.role, pin.index, pin.assignee) not in kept
    )
