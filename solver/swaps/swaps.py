"""The door to swaps: one published roster, and all questions about duties that change hands in it."""

from __future__ import annotations

import math
import time
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from models import (
    Assignment,
    Candidates,
    Duty,
    Handover,
    NoPartner,
    Partners,
    Post,
    Roster,
    Trial,
    Violation,
)
from solver.regions import Regions
from solver.solve import EngineError
from solver.swaps.chains import Steps, find_chains
from solver.swaps.clearing import Clearer
from solver.swaps.handovers import InvalidSwap, duty_of, exchange, give_away, handed_over, swap_kind
from solver.swaps.market import Market
from solver.swaps.standing import RANK, Standing
from solver.swaps.substitutes import rank
from solver.swaps.verdict import RULES, Change, Judge, Move, Verdict, new_violations
from solver.verify import Verifier

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from models import Clearing, Problem, SwapWish
    from solver.swaps.standing import Need

MOST_CHAINS = 10
"""Chains that are looked for at the shortest length that has any."""


class Swaps:
    """Swaps on one published roster.

    Parameters
    ----------
    problem
        What the roster is for.
    roster
        As it is published. What it breaks already is not held against a swap.
    at
        Posts that began before can't be swapped any more; None: all can.
    unpin
        Whether pinned posts may be handed over; they aren't pinned any more then.
    regions
        Those of ``problem``, where they are known already.
    """

    def __init__(
        self,
        problem: Problem,
        roster: Roster,
        *,
        at: dt.datetime | None = None,
        unpin: bool = False,
        regions: Regions | None = None,
    ) -> None:
        self.problem = problem
        self.roster = roster
        self._at = at
        self._unpin = unpin
        self.regions = regions or Regions(problem)
        self._duties = {(a.shift, a.role, a.assignee): a for a in roster.assignments}
        self._of_shift: dict[str, list[Assignment]] = {}
        for assignment in roster.assignments:
            self._of_shift.setdefault(assignment.shift, []).append(assignment)
        self._pinned = {(p.shift, p.role, p.index, p.assignee) for p in problem.pins}
        self._judges: dict[frozenset[int], tuple[Standing, Judge]] = {}
        self._standings: dict[frozenset[int], Standing] = {}

    def on(self, roster: Roster) -> Swaps:
        """Return the same for another roster of the problem; what follows from the problem alone is shared."""
        other = Swaps(self.problem, roster, at=self._at, unpin=self._unpin, regions=self.regions)
        other._standings = self._standings
        return other

    def trial(self, handovers: Sequence[Handover], *, cover: bool = False) -> Trial:
        """Say what some handovers, all at once, would break and cost.

        Parameters
        ----------
        cover
            Whether a single handover is a cover rather than a give-away; it is judged alike.

        Raises
        ------
        InvalidSwap
            When they make no sense.
        """
        moved = self._moves(handovers)
        _, judge = self._judge(handovers)
        violations, levels = judge.judge(moved)
        return Trial(
            kind="cover" if cover and len(handovers) == 1 else swap_kind(handovers),
            handovers=tuple(handovers),
            violations=(*violations, *self._pins(moved)),
            levels=levels,
        )

    def partners(self, duty: Duty) -> Partners:
        """Find everybody who could take a duty, or exchange one of theirs for it.

        Raises
        ------
        InvalidSwap
            When nobody of that name holds such a post, or it has begun.
        """
        given = self._assignment(duty)
        need = (duty.shift, duty.role)
        standing, judge = self._judge([Handover(duty=duty, taker=duty.assignee)])
        takers: list[Trial] = []
        exchanges: list[Trial] = []
        others: list[NoPartner] = []
        for name in standing.candidates(need):
            if name == duty.assignee:
                continue
            taking = self._try(standing, judge, given, name)
            theirs = [a for a in self._open_to_swap(standing.of.get(name, ())) if (a.shift, a.role) != need]
            exchanging = [self._try(standing, judge, given, name, held) for held in theirs]
            legal = [found for found in exchanging if isinstance(found, Trial)]
            exchanges += legal
            if isinstance(taking, Trial):
                takers.append(taking)
            elif not legal:
                rules = Counter(str(rule) for rule in exchanging)
                counted = {rule: rules[rule] for rule in sorted(rules, key=RANK.__getitem__)}
                others.append(NoPartner(assignee=name, give_away=taking, exchange=counted))
        return Partners(
            duty=duty,
            takers=tuple(sorted(takers, key=lambda t: t.cost)),
            exchanges=tuple(sorted(exchanges, key=lambda t: t.cost)),
            others=tuple(others),
        )

    def _try(
        self,
        standing: Standing,
        judge: Judge,
        given: Assignment,
        taker: str,
        back: Assignment | None = None,
    ) -> Trial | str:
        """Return the trial of a legal give-away or exchange, else the first rule that it breaks."""
        need = (given.shift, given.role)
        moved = [(given, handed_over(given, taker))]
        if back is None:
            handovers = give_away(duty_of(given), taker)
            rules = [standing.blocking_rule(taker, need)]
        else:
            other = (back.shift, back.role)
            moved.append((back, handed_over(back, given.assignee)))
            handovers = exchange(duty_of(given), duty_of(back))
            rules = [
                standing.blocking_rule(taker, need, [other]),
                standing.blocking_rule(given.assignee, other, [need]),
            ]
        if broken := [rule for rule in rules if rule is not None]:
            return min(broken, key=RANK.__getitem__)
        violations, levels = judge.judge(moved, price_illegal=False)
        if violations := (*violations, *self._pins(moved)):
            return violations[0].rule
        return Trial(kind=swap_kind(handovers), handovers=handovers, levels=levels)

    def candidates(self, shift: str, role: str, instead: str | None = None) -> Candidates:
        """Rank who could take one post while everything else stands.

        Parameters
        ----------
        instead
            Who would leave it; None: it is an open post.

        Raises
        ------
        InvalidSwap
            When there is no such need, no post of it is open, or nobody of that name holds one.
        """
        standing, judge, post, old = self._post(shift, role, instead)
        return rank(standing, judge, post, old)

    def addition(self, shift: str, role: str, assignee: str) -> Verdict:
        """Say what somebody on an open post would break and cost.

        Raises
        ------
        InvalidSwap
            When there is no such need, no post of it is open, or there is no such assignee.
        """
        if not self._is_known(assignee):
            raise InvalidSwap("no_assignee", assignee)
        _, judge, post, _ = self._post(shift, role, None)
        new = Assignment(shift=shift, role=role, index=post.index, assignee=assignee)
        return judge.judge([(None, new)])

    def change(self, posts: Mapping[Post, str | None]) -> Verdict:
        """Say what other holders of some posts, all at once, would break and cost.

        Pins, and what has begun, are the caller's to look at.

        Parameters
        ----------
        posts
            Who is to hold each; None clears it.

        Raises
        ------
        InvalidSwap
            When there is no such post or assignee.
        """
        moved: list[Change] = []
        for post, assignee in posts.items():
            shift = self.problem.shift_by_id.get(post.shift)
            need = next((n for n in shift.needs if n.role == post.role), None) if shift else None
            if need is None or post.index >= need.target:
                raise InvalidSwap("no_need", f"{post.shift} {post.role} {post.index}")
            if assignee is not None and not self._is_known(assignee):
                raise InvalidSwap("no_assignee", assignee)
            here = (a for a in self._of_shift.get(post.shift, ()) if a.role == post.role)
            old = next((a for a in here if a.index == post.index), None)
            new = None if assignee is None else Assignment(**post.model_dump(), assignee=assignee)
            if (old and old.assignee) != assignee:
                moved.append((old, new))
        names = {a.assignee for move in moved for a in move if a is not None}
        sites = {self.problem.shift_by_id[post.shift].site for post in posts}
        _, judge = self._region(sites, {name for name in names if self._is_known(name)})
        return judge.judge(moved)

    def region_of(self, assignee: str) -> tuple[Problem, Roster]:
        """Return the region in which somebody serves, and its part of the roster.

        Raises
        ------
        InvalidSwap
            When there is no such assignee.
        """
        if not self._is_known(assignee):
            raise InvalidSwap("no_assignee", assignee)
        standing, _ = self._region(set(), {assignee})
        return standing.problem, standing.roster

    def _post(
        self, shift: str, role: str, instead: str | None
    ) -> tuple[Standing, Judge, Post, Assignment | None]:
        """Return one post, open or to be left, and who holds it, with the region it is in."""
        need = (shift, role)
        laid = self.problem.shift_by_id.get(shift)
        asked = next((n for n in laid.needs if n.role == role), None) if laid else None
        if laid is None or asked is None:
            raise InvalidSwap("no_need", f"{shift} {role}")
        duty = None if instead is None else Duty(shift=shift, role=role, assignee=instead)
        old = None if duty is None else self._assignment(duty)
        standing, judge = self._region({laid.site}, set() if instead is None else {instead})
        if old is None:
            taken = {a.index for a in standing.at.get(need, ())}
            free = next((k for k in range(asked.target) if k not in taken), None)
            if free is None:
                raise InvalidSwap("full", f"{shift} {role}")
            index = free
        else:
            index = old.index
        return standing, judge, Post(shift=shift, role=role, index=index), old

    def chains(self, duty: Duty, longest: int = 4, most: int = MOST_CHAINS) -> tuple[Trial, ...]:
        """Find ways to get rid of a duty in which three or more take part, of the fewest that it takes.

        In a cycle each passes a duty on, and the holder of the first gets the last; in a chain the holder
        gets nothing, and the last gives nothing.

        Parameters
        ----------
        longest
            How many may take part.
        most
            How many ways to look for; the cheapest of the first found come first.

        Returns
        -------
        tuple of Trial
            Legal ones; empty when there are none.

        Raises
        ------
        InvalidSwap
            When nobody of that name holds such a post, or it has begun.
        """
        given = self._assignment(duty)
        standing, judge = self._judge([Handover(duty=duty, taker=duty.assignee)])
        pool = [] if self._is_pinned(given) else self._open_to_swap(standing.roster.assignments)
        steps = Steps(standing, [held for held in pool if not self._is_pinned(held)])
        found: list[Trial] = []
        for people in range(3, longest + 1):
            for way in find_chains(steps, given, people):
                moved = [(old, handed_over(old, taker)) for old, taker in way]
                violations, levels = judge.judge(moved, price_illegal=False)
                if not violations:
                    handovers = tuple(Handover(duty=duty_of(old), taker=taker) for old, taker in way)
                    found.append(Trial(kind=swap_kind(handovers), handovers=handovers, levels=levels))
                if len(found) == most:
                    break
            if found:
                break
        return tuple(sorted(found, key=lambda t: t.cost))

    def clear(
        self, wishes: Sequence[SwapWish], *, longest: int = 3, time_limit: float | None = None
    ) -> Clearing:
        """Find the largest set of handovers that wishes agree on and that leaves nobody worse off.

        Parameters
        ----------
        longest
            How many wishes one cycle or chain may fulfil, at least 2.
        time_limit
            Seconds; None takes the time that the proof needs.

        Raises
        ------
        InvalidSwap
            When a wish gives what its assignee doesn't hold or what has begun, or there is no such assignee.
        EngineError
            When the verifier refuses the roster afterwards: a defect in Huxue.
        """
        given = [self._given(wish) for wish in wishes]
        stuck = {k for k, held in enumerate(given) if held is not None and self._is_pinned(held)}
        names = {wish.assignee for wish in wishes}
        standing, judge = self._region({s for held in given if held for s in (self._site(held),)}, names)
        deadline = time.monotonic() + (math.inf if time_limit is None else time_limit)
        market = Market(standing, wishes, given, stuck)
        clearing = Clearer(standing, judge, market, longest=longest, deadline=deadline).clear()
        self._confirm(standing, [h for way in clearing.settled for h in way.handovers])
        return clearing

    def after(self, handovers: Iterable[Handover]) -> Roster:
        """Return the roster after some handovers, in the same order; nothing is judged.

        Raises
        ------
        InvalidSwap
            When they make no sense.
        """
        new = {id(old): moved for old, moved in self._moves(list(handovers))}
        kept = tuple(new.get(id(a), a) for a in self.roster.assignments)
        return self.roster.model_copy(update={"assignments": kept})

    def released(self, handovers: Iterable[Handover]) -> tuple[Assignment, ...]:
        """Return the problem's pins that some handovers do away with."""
        keys = {(a.shift, a.role, a.index, a.assignee) for a, _ in self._moves(list(handovers))}
        return tuple(p for p in self.problem.pins if (p.shift, p.role, p.index, p.assignee) in keys)

    def _judge(self, handovers: Sequence[Handover]) -> tuple[Standing, Judge]:
        """Return the regions in which some handovers are."""
        sites = {self.problem.shift_by_id[h.duty.shift].site for h in handovers}
        return self._region(sites, {n for h in handovers for n in (h.duty.assignee, h.taker)})

    def _region(self, sites: set[str], names: set[str]) -> tuple[Standing, Judge]:
        numbers = self.regions.numbers(sites=sites, assignees=names)
        if numbers not in self._judges:
            known = self._standings.get(numbers)
            problem = known.problem if known else self.regions.around(sites=sites, assignees=names)
            held = chain.from_iterable(self._of_shift.get(shift.id, ()) for shift in problem.shifts)
            standing = known.on(list(held)) if known else Standing(problem, list(held), self.regions.usual)
            self._standings[numbers] = standing
            self._judges[numbers] = standing, Judge(standing)
        return self._judges[numbers]

    def _confirm(self, standing: Standing, handovers: Sequence[Handover]) -> None:
        """Have the whole regions verified before and after.

        Raises
        ------
        EngineError
            When something is broken anew.
        """
        new = {id(old): moved for old, moved in self._moves(handovers)}
        before = standing.roster
        after = before.model_copy(
            update={"assignments": tuple(new.get(id(a), a) for a in before.assignments)}
        )
        verifier = Verifier(standing.problem)
        known, found = (verifier.verify(roster, rules=RULES) for roster in (before, after))
        if broken := new_violations(known, found):
            raise EngineError("; ".join(v.message for v in broken[:5]))

    def _site(self, held: Assignment) -> str:
        return self.problem.shift_by_id[held.shift].site

    def _given(self, wish: SwapWish) -> Assignment | None:
        """Return the post that a wish would give."""
        if wish.give is not None:
            duty = Duty(shift=wish.give.shift, role=wish.give.role, assignee=wish.assignee)
            return self._assignment(duty)
        if not self._is_known(wish.assignee):
            raise InvalidSwap("no_assignee", wish.assignee)
        return None

    def _is_known(self, name: str) -> bool:
        return name in self.problem.person_by_id or name in self.problem.crew_by_id

    def _assignment(self, duty: Duty) -> Assignment:
        found = self._duties.get((duty.shift, duty.role, duty.assignee))
        shift = self.problem.shift_by_id.get(duty.shift)
        known = self._is_known(duty.assignee)
        if found is None or shift is None or not known or all(n.role != duty.role for n in shift.needs):
            raise InvalidSwap("no_duty", _named(duty))
        if self._began(found):
            raise InvalidSwap("began", _named(duty))
        return found

    def _moves(self, handovers: Sequence[Handover]) -> list[Move]:
        """Return the posts before and after.

        Raises
        ------
        InvalidSwap
            When the handovers make no sense.
        """
        given: dict[str, set[Need]] = {}
        moved = []
        for handover in handovers:
            duty, taker = handover.duty, handover.taker
            held = self._assignment(duty)
            if not self._is_known(taker):
                raise InvalidSwap("no_assignee", taker)
            if taker == duty.assignee:
                raise InvalidSwap("own", _named(duty))
            needs = given.setdefault(duty.assignee, set())
            if (duty.shift, duty.role) in needs:
                raise InvalidSwap("twice", _named(duty))
            needs.add((duty.shift, duty.role))
            moved.append((held, handed_over(held, taker)))
        return moved

    def _began(self, held: Assignment) -> bool:
        if self._at is None:
            return False
        shift = self.problem.shift_by_id[held.shift]
        need = next(n for n in shift.needs if n.role == held.role)
        return shift.on_post(need)[0] < self._at

    def _open_to_swap(self, held: Iterable[Assignment]) -> list[Assignment]:
        """Return which posts have not begun."""
        return [a for a in held if not self._began(a)]

    def _pins(self, moved: Iterable[Move]) -> tuple[Violation, ...]:
        """Return the posts that are to stay with their holders."""
        return tuple(
            Violation(
                rule="pin",
                bearer=held.assignee,
                shifts=(held.shift,),
                message=f"{held.assignee} is pinned to the {held.role} post {held.index} of {held.shift}",
            )
            for held, _ in moved
            if self._is_pinned(held)
        )

    def _is_pinned(self, held: Assignment) -> bool:
        key = (held.shift, held.role, held.index, held.assignee)
        return not self._unpin and (held.pinned or key in self._pinned)


def _named(duty: Duty) -> str:
    return f"{duty.shift} {duty.role} {duty.assignee}"
