"""The hard rules that one assignment or one post can break, and the pins; one function a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import Assignment, Crew, Violation
from solver.verify.bearers import duty_limit, overlap, rest, travel
from solver.verify.days import consecutive_days, days_off, succession, weekends
from solver.verify.own_post import own_post_first

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from solver.verify.facts import Duty
    from solver.verify.held import Held


def find_violations(
    held: Held, dropped_pins: Collection[Assignment], names: Collection[str]
) -> tuple[Violation, ...]:
    """Return what a roster breaks of the named rules, in the order of `models.HARD_RULES`."""
    found = [violation for rule in RULES if rule.__name__ in names for violation in rule(held)]
    return (*found, *(pin(held, dropped_pins) if "pin" in names else ()))


def one_holder(held: Held) -> Iterator[Violation]:
    """A post has two assignments, or an assignee holds two posts of one shift and role."""
    for duty, assignments in held.assignments.items():
        if held.filled[duty] < len(assignments):
            yield from _two_holders(held, duty, assignments)
        if len(set(held.holders[duty])) < len(assignments):
            yield from _two_posts(held, duty, assignments)


def _two_holders(held: Held, duty: Duty, assignments: Sequence[Assignment]) -> Iterator[Violation]:
    for index in sorted({a.index for a in assignments}):
        holders = sorted(a.assignee for a in assignments if a.index == index)
        if len(holders) > 1:
            who = " and ".join(held.facts.who(a) for a in holders)
            message = f"the post {index} of {duty} has {len(holders)} assignments: {who}"
            yield Violation(rule="one_holder", shifts=(duty.shift,), message=message)


def _two_posts(held: Held, duty: Duty, assignments: Sequence[Assignment]) -> Iterator[Violation]:
    for holder in sorted(set(held.holders[duty])):
        indices = sorted({a.index for a in assignments if a.assignee == holder})
        if len(indices) > 1:
            posts = ", ".join(map(str, indices))
            message = f"{held.facts.who(holder)} holds several posts of {duty}: {posts}"
            yield Violation(rule="one_holder", bearer=holder, shifts=(duty.shift,), message=message)


def known_post(held: Held) -> Iterator[Violation]:
    """The shift, its role, the index or the assignee doesn't exist."""
    for post, why in held.unknown:
        yield Violation(rule="known_post", bearer=post.assignee, shifts=(post.shift,), message=why)


def role(held: Held) -> Iterator[Violation]:
    """A person lacks the role, a crew has another, or one holds what only the other may."""
    roles = held.facts.roles
    for _, duty, assignee in held.holdings:
        by_crew = roles[duty.role].by_crew
        if isinstance(assignee, Crew):
            if by_crew and assignee.role == duty.role:
                continue
            why = (
                f"is a crew for {assignee.role}"
                if by_crew
                else "is a crew, the role is held by single persons"
            )
        else:
            if not by_crew and duty.role in assignee.roles:
                continue
            why = "is a single person, the role is held by crews" if by_crew else "doesn't have the role"
        message = f"{held.facts.who(assignee.id)} holds {duty}, but {why}"
        yield Violation(rule="role", bearer=assignee.id, shifts=(duty.shift,), message=message)


def qualification(held: Held) -> Iterator[Violation]:
    """A person lacks, on the shift's date, what the role requires."""
    for _, duty, person in held.by_persons:
        if lacking := held.facts.lacking(person, duty):
            what = ", ".join(lacking)
            message = f"{held.facts.who(person.id)} holds {duty} without a valid {what} on {duty.date}"
            yield Violation(rule="qualification", bearer=person.id, shifts=(duty.shift,), message=message)


def scope(held: Held) -> Iterator[Violation]:
    """The site is outside the assignee's scope for the role."""
    for _, duty, assignee in held.holdings:
        if not held.facts.in_scope(assignee, duty.role, duty.site):
            message = (
                f"{held.facts.who(assignee.id)} holds {duty}, but may not serve {duty.site} in this role"
            )
            yield Violation(rule="scope", bearer=assignee.id, shifts=(duty.shift,), message=message)


def absence(held: Held) -> Iterator[Violation]:
    """An absence of the assignee, of any kind but ``released``, meets the on-post interval."""
    for _, duty, assignee in held.holdings:
        if held.facts.absent(assignee.id, duty):
            message = f"{held.facts.who(assignee.id)} holds {duty}, but is absent then"
            yield Violation(rule="absence", bearer=assignee.id, shifts=(duty.shift,), message=message)


def timetable(held: Held) -> Iterator[Violation]:
    """A lesson of the person meets the on-post interval."""
    for _, duty, person in held.by_persons:
        if held.facts.teaching(person.id, duty):
            message = f"{held.facts.who(person.id)} holds {duty}, but teaches then"
            yield Violation(rule="timetable", bearer=person.id, shifts=(duty.shift,), message=message)


def offer(held: Held) -> Iterator[Violation]:
    """The role is ``offered_only`` and no offer of the person covers the shift's window and date."""
    offered_only = {r.id for r in held.facts.roles.values() if r.offered_only}
    offers = held.facts.offers
    for _, duty, person in held.by_persons:
        if duty.role in offered_only and not any(
            offer.covers(duty.window, duty.date) for offer in offers.get(person.id, ())
        ):
            message = f"{held.facts.who(person.id)} holds {duty}, but didn't offer to come then"
            yield Violation(rule="offer", bearer=person.id, shifts=(duty.shift,), message=message)


def crew_strength(held: Held) -> Iterator[Violation]:
    """Fewer members are present than the crew's minimum strength."""
    for crew, duty, present in held.by_crews:
        if len(present) < crew.minimum_strength:
            message = (
                f"{held.facts.who(crew.id)} holds {duty} with {len(present)} members present, "
                f"{crew.minimum_strength} are the least"
            )
            yield Violation(rule="crew_strength", bearer=crew.id, shifts=(duty.shift,), message=message)


def pin(held: Held, dropped_pins: Collection[Assignment]) -> Iterator[Violation]:
    """A pin of the problem is neither kept nor dropped."""
    settled = {_pair(h.assignment) for h in held.holdings} | {_pair(p) for p in dropped_pins}
    for pinned in held.facts.problem.pins:
        if _pair(pinned) not in settled:
            post = f"the {pinned.role} post {pinned.index} of {pinned.shift}"
            message = f"{held.facts.who(pinned.assignee)} is pinned to {post}, but doesn't hold it"
            yield Violation(rule="pin", bearer=pinned.assignee, shifts=(pinned.shift,), message=message)


def _pair(post: Assignment) -> tuple[str, str, int, str]:
    return post.shift, post.role, post.index, post.assignee


RULES: tuple[Callable[[Held], Iterator[Violation]], ...] = (
    one_holder,
    known_post,
    role,
    qualification,
    scope,
    absence,
    timetable,
    offer,
    crew_strength,
    overlap,
    travel,
    rest,
    duty_limit,
    consecutive_days,
    days_off,
    succession,
    weekends,
    own_post_first,
)
"""All rules but ``pin``, in the order in which they are judged."""
