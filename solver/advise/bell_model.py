"""A group of bells as a whole model: which time each bell takes, and which post follows which.

One column a bell and time (whole), one a link from a post at a time to a post at a time. With the times
chosen, the links are a flow, so they need not be asked to be whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from solver.advise.chains import chains_needed, fewest_open, in_order
from solver.linear import floor_of, silence

if TYPE_CHECKING:
    from models.advice import Goal
    from solver.advise.bell_groups import BellGroup, Day
    from solver.facts import Ints
    from solver.form import Floats

Shifted = dict[int, int]
"""By bell, the minutes by which it moves; bells that stay are left out."""

NODES = 500
"""Of one search: a limit in nodes, unlike one in seconds, gives the same answer on every run."""

INNER = 1e-4
"""By how much an inner point's value may lie above the relaxation's."""


@dataclass(frozen=True)
class Choice:
    """The times of a group's bells, and a whole number that no other times undercut."""

    moved: Shifted
    bound: int


def value_of(group: BellGroup, goal: Goal, moved: Shifted) -> int:
    """Return the crews or open posts of a group with moved bells, by the matching alone."""
    values = []
    for day in group.days:
        by = np.array([moved.get(k, 0) for k in day.bell.tolist()], dtype=np.int64)
        order = in_order(day.start + by, day.end + by, day.site, group.minutes)
        if goal == "crews":
            values.append(chains_needed(order))
        else:
            values.append(day.times * fewest_open(order, day.present))
    return max(values) if goal == "crews" else sum(values)


class BellModel:
    """The whole model of one group.

    Parameters
    ----------
    group
        The bells.
    goal
        ``crews`` or ``posts``.
    sites
        By bell, its site.
    """

    def __init__(self, group: BellGroup, goal: Goal, sites: dict[int, str]) -> None:
        self._goal = goal
        self._count = 0
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._sides: list[tuple[Floats, Floats]] = []
        self._rows = 0
        self._upper: list[Floats] = []
        self._whole: list[int] = []
        self._choice: dict[tuple[int, int], int] = {}
        self.site_cost = 1 + sum(max(map(abs, options)) for options in group.options.values())
        """What a site that moves costs beside minutes: more than all bells can move."""
        for bell, options in group.options.items():
            first = self._columns(len(options), 1.0, whole=True)
            self._choice |= {(bell, m): first + k for k, m in enumerate(options)}
            self._row([(first + k, 1.0) for k in range(len(options))], 1.0, 1.0)
        self._moving = self._add_sites(group, sites)
        self.value = self._columns(1, float(sum(len(d.start) * d.times for d in group.days)), whole=True)
        open_: list[tuple[int, float]] = []
        for day in group.days:
            open_ += self._add_day(group, day)
        if goal == "posts":
            self._row([*open_, (self.value, -1.0)], 0.0, 0.0)

    def _add_sites(self, group: BellGroup, sites: dict[int, str]) -> list[int]:
        """Add a column for each site that moves, above each of its bells' moving."""
        columns = {site: self._columns(1, 1.0, whole=False) for site in dict.fromkeys(sites.values())}
        for bell in group.options:
            self._row([(columns[sites[bell]], 1.0), (self._choice[bell, 0], 1.0)], 1.0, np.inf)
        return list(columns.values())

    def _add_day(self, group: BellGroup, day: Day) -> list[tuple[int, float]]:
        """Add a day's links; return what its open posts are made of."""
        post, by, column = [], [], []
        for k, bell in enumerate(day.bell.tolist()):
            for minutes in group.options.get(bell, [0]):
                post.append(k)
                by.append(minutes)
                column.append(self._choice.get((bell, minutes), -1))
        p, m, x = (np.array(v, dtype=np.int64) for v in (post, by, column))
        nodes, posts = len(p), len(day.start)
        before, behind = self._add_links(group, day, p, m)
        # What a post has before and behind it, it has at the time that is taken.
        every, moves = np.arange(nodes), x >= 0
        at_most = (~moves).astype(np.float64)
        taken = [(every[moves], x[moves], -1.0)]
        links = [(int(k), 1.0) for k in before[1]]
        if self._goal == "crews":
            for node, link in (before, behind):
                self._add_rows([(node, link, 1.0), *taken], -np.inf, at_most, nodes)
            self._row([(self.value, 1.0), *links], float(posts), np.inf)
            return []
        held = self._columns(nodes, 1.0, whole=False) + every
        self._add_rows([(every, held, 1.0), *taken], -np.inf, at_most, nodes)
        for node, link in (before, behind):
            self._add_rows([(node, link, 1.0), (every, held, -1.0)], -np.inf, 0.0, nodes)
        chains = [*((int(k), 1.0) for k in held), *((k, -value) for k, value in links)]
        self._row(chains, -np.inf, float(day.present))
        all_posts = self._columns(1, 1.0, whole=False)
        self._row([(all_posts, 1.0)], 1.0, 1.0)
        return [(all_posts, float(day.times * posts)), *((int(k), -float(day.times)) for k in held)]

    def _add_links(
        self, group: BellGroup, day: Day, post: Ints, by: Ints
    ) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        """Add the links between a day's posts at their times.

        Whoever has had time for the longest way is idle, wherever the next post is: those links lead
        through the moments of an idle line, which saves most of them.

        Returns
        -------
        two tuples of (node, link)
            What comes before each node, and what behind it.
        """
        start, end, site, bell = (v[post] for v in (day.start, day.end, day.site, day.bell))
        start, end = start + by, end + by
        idle = end + int(group.minutes.max(initial=0))
        moments, joins = np.unique(idle, return_inverse=True)
        leaves = np.searchsorted(moments, start, side="right") - 1
        direct = in_order(start, end, site, group.minutes) & (joins[:, None] > leaves[None, :])
        # A bell has one time, so its own posts can't follow each other at two.
        same = (bell[:, None] == bell[None, :]) & (bell >= 0)[:, None]
        direct &= ~same | (by[:, None] == by[None, :])
        source, target = np.nonzero(direct)
        link = self._columns(len(source), 1.0, whole=False) + np.arange(len(source))
        nodes = np.arange(len(post))
        out = self._columns(len(nodes), 1.0, whole=False) + nodes
        back = nodes[leaves >= 0]
        into = self._columns(len(back), 1.0, whole=False) + np.arange(len(back))
        line = self._columns(len(moments), float(len(day.start)), whole=False) + np.arange(len(moments))
        balance = [(joins, out, 1.0), (leaves[back], into, -1.0), (np.arange(len(moments)), line, -1.0)]
        balance.append((np.arange(1, len(moments)), line[:-1], 1.0))
        self._add_rows(balance, 0.0, np.inf, len(moments))
        before = (np.concatenate([target, back]), np.concatenate([link, into]))
        behind = (np.concatenate([source, nodes]), np.concatenate([link, out]))
        return before, behind

    def relaxed(self, seconds: float) -> Choice:
        """Return times that the relaxation leans to, one for each bell, and its bound on the value."""
        highs = self._highs(self._cost_of_value(), (0, None), whole=False)
        # An inner point says as much of the bound as a corner, and is there much sooner.
        highs.setOptionValue("time_limit", seconds)
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off")
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return Choice({}, 0)
        x = np.array(highs.getSolution().col_value)
        leaning: dict[int, tuple[float, int]] = {}
        for (bell, minutes), column in self._choice.items():
            leaning[bell] = max(leaning.get(bell, (-1.0, 0)), (float(x[column]), minutes))
        moved = {bell: minutes for bell, (_, minutes) in leaning.items() if minutes}
        # The dual side proves the bound, and an inner point's may lie a little off.
        return Choice(moved, floor_of(max(0.0, highs.getInfo().objective_function_value) - INNER))

    def fewest(self, least: int, most: int, seconds: float) -> Choice | None:
        """Return the times with the least value in a range; None when none were found in time."""
        return self._solve(self._cost_of_value(), (least, most), seconds)

    def nearest(self, most: int, seconds: float) -> Choice | None:
        """Return the fewest sites and then minutes moved that reach a value; None when none were found in time."""
        cost = np.zeros(self._count)
        cost[self._moving] = self.site_cost
        for (_, minutes), column in self._choice.items():
            cost[column] = abs(minutes)
        return self._solve(cost, (0, most), seconds)

    def _cost_of_value(self) -> Floats:
        cost = np.zeros(self._count)
        cost[self.value] = 1.0
        return cost

    def _solve(self, cost: Floats, values: tuple[int, int], seconds: float) -> Choice | None:
        highs = self._highs(cost, values, whole=True)
        for name, setting in (
            ("mip_max_nodes", NODES),
            ("time_limit", seconds),
            # The relaxations are degenerate: an interior point is there ten times sooner than the simplex.
            ("mip_lp_solver", "ipm"),
            ("mip_heuristic_run_feasibility_jump", False),
            # Every value is a whole number, so a bound less than one below it proves it.
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.99),
        ):
            highs.setOptionValue(name, setting)
        highs.run()
        info = highs.getInfo()
        if info.primal_solution_status != 2:
            return None
        x = np.array(highs.getSolution().col_value)
        moved = {bell: m for (bell, m), column in self._choice.items() if m and x[column] > 0.5}
        return Choice(moved, floor_of(max(0.0, info.mip_dual_bound)))

    def _highs(self, cost: Floats, values: tuple[int, int | None], *, whole: bool) -> highspy.Highs:
        """Return the model with a cost, and the value within a range."""
        lower, upper = np.zeros(self._count), np.concatenate(self._upper)
        lower[self.value] = values[0]
        upper[self.value] = upper[self.value] if values[1] is None else values[1]
        row, column, value = (np.concatenate(v) for v in zip(*self._entries, strict=True))
        rows = csr_array(coo_array((value, (row, column)), shape=(self._rows, self._count)))
        lower_sides, upper_sides = (np.concatenate(v) for v in zip(*self._sides, strict=True))
        kinds = np.zeros(self._count, dtype=np.int32)
        if whole:
            kinds[self._whole] = 1
        silence()
        highs = highspy.Highs()
        for name, setting in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            highs.setOptionValue(name, setting)
        highs.passModel(
            self._count,
            self._rows,
            rows.nnz,
            highspy.MatrixFormat.kRowwise.value,
            highspy.ObjSense.kMinimize.value,
            0.0,
            cost,
            lower,
            upper,
            lower_sides,
            upper_sides,
            rows.indptr,
            rows.indices,
            rows.data,
            kinds,
        )
        return highs

    def _columns(self, count: int, upper: float, *, whole: bool) -> int:
        first = self._count
        self._upper.append(np.full(count, upper))
        if whole:
            self._whole += range(first, first + count)
        self._count += count
        return first

    def _row(self, entries: list[tuple[int, float]], lower: float, upper: float) -> None:
        columns = np.array([column for column, _ in entries], dtype=np.int64)
        values = np.array([value for _, value in entries])
        self._entries.append((np.full(len(entries), self._rows), columns, values))
        self._sides.append((np.array([lower]), np.array([upper])))
        self._rows += 1

    def _add_rows(
        self, entries: list[tuple[Ints, Ints, float]], lower: float, upper: Floats | float, count: int
    ) -> None:
        for row, column, value in entries:
            self._entries.append((row + self._rows, column, np.full(len(row), value)))
        self._sides.append((np.full(count, lower), np.broadcast_to(np.asarray(upper, float), count)))
        self._rows += count
