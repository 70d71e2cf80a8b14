"""A region's part of a published roster, laid out once for all questions about swaps in it."""

from __future__ import annotations

import copy
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from models import HARD_RULES, Crew, Person, Roster, Scope
from solver.verify.bearers import clash_by_adding, overlaps, travel_is_short
from solver.verify.facts import Facts
from solver.verify.held import Held
from solver.verify.levels import level_values
from solver.verify.own_post import able

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models import Assignment, Problem
    from solver.verify import LevelValue
    from solver.verify.facts import Duty as Borne

Need = tuple[str, str]
"""A need by its shift and role."""

RANK = {rule: k for k, rule in enumerate(HARD_RULES)}
"""The place of each hard rule in the order in which they are judged."""


class Standing:
    """What stands: who holds what, and what everybody bears.

    Parameters
    ----------
    problem
        Of one or several whole regions.
    assignments
        All that is held in them.
    usual
        Points of a usual duty by role in the whole problem; None: in this one.
    """

    def __init__(
        self, problem: Problem, assignments: Sequence[Assignment], usual: Mapping[str, int] | None = None
    ) -> None:
        self.problem = problem
        self.facts = Facts(problem, usual)
        self.crews_of: defaultdict[str, list[Crew]] = defaultdict(list)
        for crew in problem.crews:
            for member in crew.members:
                self.crews_of[member].append(crew)
        self._fixed: dict[tuple[str, Need], str | None] = {}
        self._take(assignments)

    def _take(self, assignments: Sequence[Assignment]) -> None:
        self.roster = Roster(horizon=self.problem.horizon, assignments=tuple(assignments))
        self.held = Held(self.facts, self.roster)
        self.of: defaultdict[str, list[Assignment]] = defaultdict(list)
        self.at: defaultdict[Need, list[Assignment]] = defaultdict(list)
        for assignment in assignments:
            self.of[assignment.assignee].append(assignment)
            self.at[assignment.shift, assignment.role].append(assignment)

    def on(self, assignments: Sequence[Assignment]) -> Standing:
        """Return what stands with another roster; what follows from the problem alone is shared."""
        other = copy.copy(self)
        other.__dict__.pop("levels", None)
        other._take(assignments)
        return other

    @cached_property
    def levels(self) -> tuple[LevelValue, ...]:
        """What the roster costs as it stands."""
        return level_values(self.held)

    def assignee(self, name: str) -> Person | Crew:
        """Return a person or crew."""
        return self.facts.people.get(name) or self.facts.crews[name]

    def bearers(self, assignee: str) -> tuple[str, ...]:
        """Return whose lines a duty of an assignee is in: the own one, for a crew its members' too."""
        crew = self.facts.crews.get(assignee)
        return (assignee, *(crew.members if crew else ()))

    def carriers(self, bearer: str) -> tuple[str, ...]:
        """Return whose duties are in a bearer's line: the own ones, and those of the person's crews."""
        return (bearer, *(crew.id for crew in self.crews_of.get(bearer, ())))

    def candidates(self, need: Need) -> list[str]:
        """Return who has the role and the site in scope, in the problem's order."""
        duty = self.facts.duties[need]
        role = self.facts.roles[duty.role]
        of_role: Iterable[Person | Crew] = (
            (c for c in self.problem.crews if c.role == role.id)
            if role.by_crew
            else (p for p in self.problem.people if role.id in p.roles)
        )
        return [a.id for a in of_role if self.facts.in_scope(a, role.id, duty.site)]

    def fixed_rule(self, assignee: str, need: Need) -> str | None:
        """Return the first rule that keeps an assignee from a need whatever else they hold, or None."""
        key = (assignee, need)
        if key not in self._fixed:
            self._fixed[key] = _fixed_rule(self.facts, self.assignee(assignee), self.facts.duties[need])
        return self._fixed[key]

    def blocking_rule(self, taker: str, need: Need, gives: Iterable[Need] = ()) -> str | None:
        """Return the first rule that keeps a taker from a need when they give up others; None is no promise.

        What depends on others (the second part of ``own_post_first``, members whom several crews share)
        and rules that more duties can mend are not looked at.
        """
        facts, duty = self.facts, self.facts.duties[need]
        gone = set(gives)
        given = [facts.duties[n] for n in gone]
        if need not in gone and any((a.shift, a.role) == need for a in self.of.get(taker, ())):
            return "one_holder"
        fixed = self.fixed_rule(taker, need)
        if fixed is not None and RANK[fixed] < RANK["overlap"]:
            return fixed
        found = [fixed] if fixed else []
        for bearer in self.bearers(taker):
            if bearer != taker and (len(self.crews_of[bearer]) > 1 or not facts.present(bearer, duty)):
                continue
            clash = clash_by_adding(facts, bearer, self.line_without(bearer, given), duty)
            if clash:
                found.append(clash)
        return min(found, key=RANK.__getitem__, default=None)

    def line_without(self, bearer: str, given: Sequence[Borne]) -> list[Borne]:
        """Return what a bearer carries, history included, without some of the duties."""
        line = list(self.held.lines.get(bearer, self.facts.history.get(bearer, ())))
        for duty in given:
            if duty in line:
                line.remove(duty)
        return line


def _fixed_rule(facts: Facts, assignee: Person | Crew, duty: Borne) -> str | None:
    role = facts.roles[duty.role]
    person = None if isinstance(assignee, Crew) else assignee
    if isinstance(assignee, Crew):
        suits = role.by_crew and assignee.role == role.id
    else:
        suits = not role.by_crew and role.id in assignee.roles
    if not suits:
        return "role"
    if person and facts.lacking(person, duty):
        return "qualification"
    if not facts.in_scope(assignee, role.id, duty.site):
        return "scope"
    if facts.absent(assignee.id, duty):
        return "absence"
    if person and facts.teaching(person.id, duty):
        return "timetable"
    if person and role.offered_only:
        offers = facts.offers.get(person.id, ())
        if not any(offer.covers(duty.window, duty.date) for offer in offers):
            return "offer"
    if isinstance(assignee, Crew):
        present = sum(facts.present(member, duty) for member in assignee.members)
        if present < assignee.minimum_strength:
            return "crew_strength"
    if person and role.scope is Scope.POSTED and _needed_at_home(facts, person, duty):
        return "own_post_first"
    return None


def _needed_at_home(facts: Facts, person: Person, away: Borne) -> bool:
    """Say whether a stand-in could hold the own post at the time (the first part of ``own_post_first``)."""
    if person.posted_to in (None, away.site):
        return False
    for own in facts.minimum_duties.get((away.role, person.posted_to or ""), ()):
        earlier, later = (own, away) if own.start <= away.start else (away, own)
        if (overlaps(earlier, later) or travel_is_short(facts, earlier, later)) and able(facts, person, own):
            return True
    return False
