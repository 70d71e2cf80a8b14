"""A roster seen from its posts and from those who bear its duties."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import Assignment, Crew, Person, Roster
    from solver.verify.facts import Duty, Facts


A = TypeVar("A", bound="Person | Crew", covariant=True)


class Holding(NamedTuple, Generic[A]):
    """A known assignment with what it names."""

    assignment: Assignment
    duty: Duty
    assignee: A


class CrewHolding(NamedTuple):
    """A crew's duty and the members present with it."""

    crew: Crew
    duty: Duty
    present: tuple[str, ...]


class Held:
    """A roster's assignments by post, holder and bearer.

    Attributes
    ----------
    unknown
        Assignments of posts or assignees that don't exist, with the reason; in nothing else.
    holdings, by_persons
        All other assignments, in the roster's order; those of persons.
    by_crews
        Those of crews, with the members present.
    assignments, holders
        Assignments and assignees by need, for needs that have one.
    filled
        How many posts of each need are held by somebody.
    borne
        The horizon's duties by bearer.
    """

    def __init__(self, facts: Facts, roster: Roster) -> None:
        self.facts = facts
        self.unknown: list[tuple[Assignment, str]] = []
        self.holdings: list[Holding[Person] | Holding[Crew]] = []
        self.by_persons: list[Holding[Person]] = []
        self.by_crews: list[CrewHolding] = []
        self.assignments: dict[Duty, list[Assignment]] = {}
        self.borne: dict[str, list[Duty]] = {}
        self._take(roster.assignments)
        self.holders = {duty: [a.assignee for a in held] for duty, held in self.assignments.items()}
        self.filled: dict[Duty, int] = dict.fromkeys(facts.duties.values(), 0)
        for duty, held in self.assignments.items():
            self.filled[duty] = len({a.index for a in held})

    def _take(self, assignments: Iterable[Assignment]) -> None:
        facts, borne = self.facts, self.borne
        duties, people, crews = facts.duties, facts.people, facts.crews
        for assignment in assignments:
            duty = duties.get((assignment.shift, assignment.role))
            holder = assignment.assignee
            person = people.get(holder)
            crew = None if person else crews.get(holder)
            if duty is None or not (person or crew) or not 0 <= assignment.index < duty.target:
                self.unknown.append((assignment, self._why_unknown(assignment, duty)))
                continue
            self.assignments.setdefault(duty, []).append(assignment)
            borne.setdefault(holder, []).append(duty)
            if person is not None:
                holding = Holding(assignment, duty, person)
                self.holdings.append(holding)
                self.by_persons.append(holding)
            elif crew is not None:
                self.holdings.append(Holding(assignment, duty, crew))
                present = tuple(m for m in crew.members if facts.present(m, duty))
                self.by_crews.append(CrewHolding(crew, duty, present))
                for member in present:
                    borne.setdefault(member, []).append(duty)

    def _why_unknown(self, assignment: Assignment, duty: Duty | None) -> str:
        if assignment.shift not in self.facts.problem.shift_by_id:
            return f"there is no shift {assignment.shift}"
        if duty is None:
            return f"the shift {assignment.shift} asks for no {assignment.role}"
        if not 0 <= assignment.index < duty.target:
            return f"the shift {assignment.shift} has no {assignment.role} post {assignment.index}"
        return f"there is no person or crew {assignment.assignee}"

    @cached_property
    def lines(self) -> dict[str, list[Duty]]:
        """Every bearer's duties with their history, in the order of time."""
        history = self.facts.history
        return {
            bearer: sorted([*history.get(bearer, ()), *duties], key=in_time)
            if len(duties) > 1 or bearer in history
            else duties
            for bearer, duties in self.borne.items()
        }

    @cached_property
    def carriers(self) -> dict[str, set[str]]:
        """Who bears a duty of each role, history included."""
        found: dict[str, set[str]] = {}
        for bearer, line in self.lines.items():
            for duty in line:
                found.setdefault(duty.role, set()).add(bearer)
        return found

    @cached_property
    def minutes(self) -> dict[str, int]:
        """Every bearer's minutes on post, history included."""
        return {bearer: sum([duty.minutes for duty in line]) for bearer, line in self.lines.items()}

    @cached_property
    def close_pairs(self) -> list[tuple[str, Duty, Duty]]:
        """Every bearer's pairs of duties that overlap or may be too close: earlier, later, one not past."""
        pairs = []
        for bearer, line in self.lines.items():
            if len(line) < 2:
                continue
            reach = self.facts.reach({duty.site for duty in line})
            for position, earlier in enumerate(line, start=1):
                far = earlier.end + reach
                for later in line[position:]:
                    if later.start >= far:
                        break
                    if not later.past or not earlier.past:
                        pairs.append((bearer, earlier, later))
        return pairs


def in_time(duty: Duty) -> tuple[int, int, str, str]:
    """Return the key that puts duties in the order of time."""
    return duty.start, duty.end, duty.shift, duty.role
