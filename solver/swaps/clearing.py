"""Clearing: of all that everybody would swap, the most that leaves every rule kept and nobody worse off.

Cycles are columns of their own, chains are built from steps by their place (the formulation PICEF of
Dickerson, Manlove, Plaut, Sandholm and Trimble, "Position-indexed formulations for kidney exchange", 2016).
What several handovers together would break is not in the form to begin with: the verifier judges the best
choice, and each fault that it finds becomes a row, until it finds none. A choice that the last form
calls best is best of all, since rows only ever rule out what is refused.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from models import Clearing, Settled
from solver.cp import search
from solver.form import FormBuilder
from solver.linear import TINY, Linear, Outcome, floor_of, is_whole
from solver.swaps.cuts import Cuts, worse_needs
from solver.swaps.handovers import handed_over, swap_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import Reason
    from solver.facts import Ints
    from solver.form import Floats, Form
    from solver.swaps.cuts import Cut
    from solver.swaps.market import Market
    from solver.swaps.standing import Standing
    from solver.swaps.verdict import Judge, Move

SEED = 1
"""For HiGHS and CP-SAT: the same wishes are settled the same way."""


@dataclass(frozen=True)
class Columns:
    """What can be chosen.

    Attributes
    ----------
    cycles
        Positions of their offers.
    steps
        Offers by their place in a chain.
    offer, column
        Which offer is in which column, one entry for each.
    size
        How many handovers each column is.
    complete
        Whether no cycle is left out.
    """

    cycles: list[tuple[int, ...]]
    steps: list[tuple[int, int]]
    offer: Ints
    column: Ints
    size: Ints
    complete: bool


Ways = list[list[int]]
"""Cycles and chains, each as positions of offers in the order in which duties are passed on."""


class Clearer:
    """Finds the largest set of handovers that wishes agree on and that leaves nobody worse off.

    Parameters
    ----------
    standing, judge
        The roster.
    market
        The wishes in it.
    longest
        How many wishes one cycle or chain may fulfil.
    deadline
        On `time.monotonic`'s clock; the best found so far is taken then.
    """

    def __init__(
        self, standing: Standing, judge: Judge, market: Market, *, longest: int, deadline: float
    ) -> None:
        self._standing = standing
        self._judge = judge
        self._market = market
        self._deadline = deadline
        self._columns = columns_of(market, longest)
        self._cuts = Cuts(standing, market.offers)

    def clear(self) -> Clearing:
        """Return the clearing, with its proof."""
        ways, bound, reason = self._search()
        chosen = [k for way in ways for k in way]
        limit = _matching(self._market)
        bound = min(bound, limit) if self._columns.complete else limit
        if bound == len(chosen):
            reason = ""
        elif not reason:
            reason = "search_limit"
        offers = self._market.offers
        settled = [
            Settled(
                kind=swap_kind(handovers := tuple(offers[k].handover for k in way)),
                handovers=handovers,
                wishes=self._fulfilled(way),
            )
            for way in ways
        ]
        return Clearing(
            status="feasible" if reason else "optimal",
            reason=reason,
            value=len(chosen),
            bound=bound,
            settled=tuple(sorted(settled, key=lambda s: s.wishes)),
            levels=self._judge.judge(self._moves(chosen)).levels,
        )

    def _search(self) -> tuple[Ways, int, Reason]:
        """Return the best choice, how many handovers no other exceeds, and why the search was left."""
        rows = self._cuts.known()
        better: Outcome | None = None
        if not len(self._columns.size):
            return [], 0, ""
        cost = -self._columns.size.astype(np.float64)
        while True:
            form = self._form(rows)
            linear = Linear(form, SEED, self._deadline)
            relaxed = linear.relax(cost)
            found = better or (relaxed and _whole(linear, cost, relaxed))
            if relaxed is None or found is None:
                return [], _matching(self._market), "time_limit"
            ways = ways_of(self._market, self._columns, found.x)
            if faults := self._faults([k for way in ways for k in way]):
                if time.monotonic() >= self._deadline:
                    return self._clean_part(ways), _most(relaxed.value), "time_limit"
                rows += faults
                better = None
                continue
            if _most(relaxed.value) == -round(found.value):
                return ways, _most(relaxed.value), ""
            # Where the relaxation leaves room, two engines have to agree.
            seconds = self._deadline - time.monotonic()
            better = search(form, cost, start=found, bound=relaxed.value, gap=0.0, seed=SEED, seconds=seconds)
            if better is None:
                late: Reason = "time_limit" if time.monotonic() >= self._deadline else "search_limit"
                return ways, _most(relaxed.value), late
            if better.value > found.value - TINY:
                return ways, _most(max(better.bound, relaxed.value)), ""

    def _faults(self, chosen: Sequence[int]) -> list[Cut]:
        """Return what rules out a choice that breaks a rule or leaves somebody worse off."""
        moved = self._moves(chosen)
        broken = self._judge.judge(moved, price_illegal=False).violations if moved else ()
        found = [self._cuts.against_violation(violation, chosen) for violation in broken]
        return found + [self._cuts.against_worse(n, chosen) for n in worse_needs(self._standing, moved)]

    def _clean_part(self, ways: Ways) -> Ways:
        """Return as many of some cycles and chains as can stand together, taken one after the other."""
        kept: Ways = []
        for way in ways:
            if not self._faults([k for w in (*kept, way) for k in w]):
                kept.append(way)
        return kept

    def _moves(self, chosen: Sequence[int]) -> list[Move]:
        offers = [self._market.offers[k] for k in chosen]
        return [(o.held, handed_over(o.held, o.to)) for o in offers]

    def _fulfilled(self, way: Sequence[int]) -> tuple[int, ...]:
        offers = [self._market.offers[k] for k in way]
        return tuple(dict.fromkeys([*(o.giver for o in offers), offers[-1].taker]))

    def _form(self, rows: Sequence[Cut]) -> Form:
        """Return the choice of columns as a linear form."""
        market, columns = self._market, self._columns
        builder = FormBuilder()
        every = builder.add_columns("ways", len(columns.size), 1.0, integer=True)
        giver = np.array([o.giver for o in market.offers], dtype=np.int64)[columns.offer]
        taker = np.array([o.taker for o in market.offers], dtype=np.int64)[columns.offer]
        wishes = len(market.wishes)
        # Each wish is fulfilled once: whoever gives does so once, and so does who only takes.
        ends = np.array([market.takes_for_nothing(w) for w in range(wishes)], dtype=bool)[taker]
        once = [(giver, columns.column, 1.0), (taker[ends], columns.column[ends], 1.0)]
        builder.add_rows(once, -np.inf, 1.0, wishes)
        posts: dict[int, int] = {}
        post = np.array([posts.setdefault(id(o.held), len(posts)) for o in market.offers], dtype=np.int64)
        builder.add_rows([(post[columns.offer], columns.column, 1.0)], -np.inf, 1.0, len(posts))
        self._pass_on(builder, every)
        for cut in rows:
            weight = np.zeros(len(market.offers))
            weight[[k for k, _ in cut.weights]] = [w for _, w in cut.weights]
            entry = weight[columns.offer]
            used = np.flatnonzero(entry)
            at = np.zeros(len(used), dtype=np.int64)
            builder.add_rows([(at, columns.column[used], entry[used])], -np.inf, float(cut.side), 1)
        return builder.build()

    def _pass_on(self, builder: FormBuilder, every: Ints) -> None:
        """Let whoever gets a duty in a chain, and is not its end, give one in the next place."""
        market, columns = self._market, self._columns
        first = len(columns.cycles)
        keys: dict[tuple[int, int], int] = {}
        row, column, sign = [], [], []
        for k, (offer, place) in enumerate(columns.steps, start=first):
            if not market.takes_for_nothing(taker := market.offers[offer].taker):
                row.append(keys.setdefault((taker, place + 1), len(keys)))
                column.append(every[k])
                sign.append(1.0)
            if place:
                row.append(keys.setdefault((market.offers[offer].giver, place), len(keys)))
                column.append(every[k])
                sign.append(-1.0)
        if keys:
            entry = (np.array(row, dtype=np.int64), np.array(column, dtype=np.int64), np.array(sign))
            builder.add_rows([entry], 0.0, 0.0, len(keys))


def columns_of(market: Market, longest: int) -> Columns:
    """Return the cycles and the steps of chains that may be chosen."""
    cycles, complete = market.cycles(longest)
    steps = market.chain_steps(longest)
    offer = [k for cycle in cycles for k in cycle] + [k for k, _ in steps]
    size = np.array([len(cycle) for cycle in cycles] + [1] * len(steps), dtype=np.int64)
    column = np.repeat(np.arange(len(size)), size)
    return Columns(cycles, steps, np.array(offer, dtype=np.int64), column, size, complete)


def ways_of(market: Market, columns: Columns, x: Floats) -> Ways:
    """Return the cycles and chains that a solution chooses."""
    chosen = np.flatnonzero(x > 0.5).tolist()
    first = len(columns.cycles)
    ways = [list(columns.cycles[k]) for k in chosen if k < first]
    steps = [columns.steps[k - first] for k in chosen if k >= first]
    leaving = {(market.offers[k].giver, place): k for k, place in steps}
    for k, place in steps:
        if place == 0:
            way = [k]
            while (at := (market.offers[way[-1]].taker, len(way))) in leaving:
                way.append(leaving[at])
            ways.append(way)
    return ways


def _whole(linear: Linear, cost: Floats, relaxed: Outcome) -> Outcome | None:
    """Return the best whole choice that HiGHS finds."""
    if is_whole(relaxed.x, linear.form.integer):
        return relaxed
    return linear.whole(cost, relaxed, slack=math.inf, gap=0.5, start=None)


def _most(bound: float) -> int:
    """Return how many handovers a lower bound of the cost leaves possible."""
    return -floor_of(bound)


def _matching(market: Market) -> int:
    """Return how many offers can be brought about if only each wish gives once and takes once."""
    if not market.offers:
        return 0
    giver, taker = ([getattr(o, side) for o in market.offers] for side in ("giver", "taker"))
    pairs = coo_array((np.ones(len(giver)), (giver, taker)), shape=[len(market.wishes)] * 2)
    return int((maximum_bipartite_matching(csr_array(pairs)) >= 0).sum())
