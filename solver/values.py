"""What a choice of pairs costs a part, in exact integers, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models import NewcomerAlone, SkillMix
from solver.rules.fairness import borne_points, burden_cost

if TYPE_CHECKING:
    from solver.facts import Bools, Ints
    from solver.parts import Part

Values = dict[str, int]


def part_values(part: Part, held: Ints) -> Values:
    """Return the value of each level for the pairs held (0 or 1, shape ``(pairs,)``)."""
    needs = part.needs
    filled = np.rint(np.bincount(part.n, held, minlength=len(needs))).astype(np.int64)
    missing = np.maximum(0, needs.minimum - filled)
    tier1 = needs.tier == 1
    _, at = np.unique(needs.shift[tier1], return_inverse=True)
    of_shift = np.bincount(at, missing[tier1]).astype(np.int64)
    elsewhere = np.zeros(len(of_shift), dtype=np.int64)
    elsewhere[at] = part.missing_elsewhere[tier1]
    # With b missing elsewhere, m more cost b + (b + 1) + ... + (b + m - 1) escalations.
    rising = of_shift * elsewhere + of_shift * (of_shift - 1) // 2
    burden = part.opening + borne_points(part, held)
    short = _minutes_short(part, held)
    return {
        "pins": -int(held[part.pinned].sum()),
        "core": int((missing * needs.weight)[tier1].sum())
        + part.coverage.escalation * int(rising.sum())
        + (short if part.before is None else 0),
        "volunteers": int(missing[~tier1].sum()),
        **({} if part.before is None else _of_repair(part, part.before, held, short)),
        "stand_ins": int((held * part.distance).sum()),
        "extra": int((needs.target - np.maximum(filled, needs.minimum))[needs.preferred < 0].sum()),
        "fairness": int(burden_cost(burden, part.step, part.weight).sum()) if len(burden) else 0,
        "wishes": _wishes(part, held, filled),
    }


def _of_repair(part: Part, before: Bools, held: Ints, short: int) -> Values:
    changed = (held > 0) != before
    soonness = int(part.soon[part.n[changed]].sum())
    return {"changes": int(changed.sum()), "soonness": soonness, "minutes": short}


def _minutes_short(part: Part, held: Ints) -> int:
    cost = 0
    for rule, whom in part.least:
        mine = part.borne_by((), rule.roles)
        pair = part.borne[mine]
        minutes = part.needs.minutes[part.n[pair]] * held[pair]
        borne = np.bincount(part.bearer[mine], minutes, minlength=len(part.bearer_ids))[whom]
        cost += rule.weight * int(np.maximum(0, rule.minutes - np.rint(borne).astype(np.int64)).sum())
    return cost


def _wishes(part: Part, held: Ints, filled: Ints) -> int:
    cost = int((held * part.cost).sum())
    priced = part.needs.preferred >= 0
    if priced.any():
        beyond = filled - part.needs.preferred
        price = part.needs.under * np.maximum(0, -beyond) + part.needs.over * np.maximum(0, beyond)
        cost += int(price[priced].sum())
    cost += sum(weight for weight, pairs in part.wants if not held[pairs].any())
    role = part.needs.role
    skills = [r for r in part.rules if isinstance(r, SkillMix)]
    for k, rule in enumerate(skills):
        mine = role == part.role_ids.index(rule.role)
        have = np.bincount(part.n, held * part.skilled[k], minlength=len(role)).astype(np.int64)
        wanted = np.minimum(rule.at_least, part.needs.target)
        cost += rule.weight * int(np.maximum(0, wanted - have)[mine].sum())
    for lonely in (r for r in part.rules if isinstance(r, NewcomerAlone)):
        mine = role == part.role_ids.index(lonely.role)
        new = np.bincount(part.n, held * part.newcomer, minlength=len(role)).astype(np.int64)
        cost += lonely.weight * int((mine & (filled > 0) & (new == filled)).sum())
    return cost
