"""The hard rule that a posted person's own post comes first (一校一警)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import Violation
from solver.verify.bearers import broken_by_adding, overlaps, travel_is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models import Person
    from solver.verify.facts import Duty, Facts
    from solver.verify.held import Held


def own_post_first(held: Held) -> Iterator[Violation]:
    """An owner stands in while needed at home, or a stand-in holds what an owner is free to take."""
    yield from _leaves_own_post(held)
    yield from _holds_anothers_post(held)


def _leaves_own_post(held: Held) -> Iterator[Violation]:
    facts = held.facts
    for _, away, person in held.by_persons:
        home = person.posted_to
        if home in (None, away.site) or away.role not in person.roles or not facts.is_posted(away.role):
            continue
        for own in facts.minimum_duties.get((away.role, home), ()):
            if _collide(facts, own, away) and able(facts, person, own):
                message = f"{facts.who(person.id)} stands in as {away}, but could hold the own post {own}"
                yield Violation(
                    rule="own_post_first", bearer=person.id, shifts=(away.shift, own.shift), message=message
                )


def _holds_anothers_post(held: Held) -> Iterator[Violation]:
    facts = held.facts
    for assignment, duty, assignee in held.holdings:
        if not facts.is_posted(duty.role) or facts.distance(assignee, duty.role, duty.site) not in (1, 2):
            continue
        if facts.bound_by_minimum(assignee.id):
            continue
        for owner in facts.owners.get((duty.role, duty.site), ()):
            line = held.lines.get(owner.id, facts.history.get(owner.id, ()))
            if (
                owner.id not in held.holders[duty]
                and not facts.bound_by_minimum(owner.id)
                and able(facts, owner, duty)
                and broken_by_adding(facts, owner.id, line, duty) is None
            ):
                message = (
                    f"{facts.who(assignment.assignee)} stands in as {duty}, "
                    f"but {facts.who(owner.id)} is posted there and free to hold it"
                )
                yield Violation(
                    rule="own_post_first", bearer=assignment.assignee, shifts=(duty.shift,), message=message
                )


def able(facts: Facts, owner: Person, duty: Duty) -> bool:
    """Say whether no rule from ``role`` to ``timetable`` and no release keeps an owner from the own post.

    An owner has the role and is in scope by definition.
    """
    return not (
        facts.roles[duty.role].by_crew
        or facts.lacking(owner, duty)
        or facts.absent(owner.id, duty)
        or facts.teaching(owner.id, duty)
        or facts.released(owner.id, duty)
    )


def _collide(facts: Facts, one: Duty, other: Duty) -> bool:
    earlier, later = (one, other) if one.start <= other.start else (other, one)
    return overlaps(earlier, later) or travel_is_short(facts, earlier, later)
