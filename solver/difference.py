"""What differs between a roster and the one before it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from models import Change

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from models import Assignment, Problem


def changes_between(
    before: Iterable[Assignment],
    after: Iterable[Assignment],
    problem: Problem,
    earlier: Problem | None = None,
) -> tuple[Change, ...]:
    """Return the posts whose holder has changed, in the order of time.

    Parameters
    ----------
    problem
        As it is now: when its posts begin counts.
    earlier
        Before something happened to it; knows the posts that have fallen away.
    """
    old = {(a.shift, a.role, a.index): a.assignee for a in before}
    now = {(a.shift, a.role, a.index): a.assignee for a in after}
    changes = []
    for post in old.keys() | now.keys():
        left, came = old.get(post), now.get(post)
        if left != came:
            start = _start(problem, post) or _start(earlier or problem, post)
            assert start is not None
            shift, role, index = post
            changes.append(Change(shift=shift, role=role, index=index, start=start, before=left, after=came))
    return tuple(sorted(changes, key=lambda c: (c.start, c.shift, c.role, c.index)))


def _start(problem: Problem, post: tuple[str, str, int]) -> dt.datetime | None:
    """Return when a post begins; None where the problem doesn't know it."""
    shift = problem.shift_by_id.get(post[0])
    needs = [n for n in shift.needs if n.role == post[1]] if shift else []
    return shift.on_post(needs[0])[0] if shift and needs else None


def open_needs(
    before: Iterable[Assignment], asked: Mapping[tuple[str, str], int], after: Iterable[Assignment]
) -> dict[tuple[str, str], int]:
    """Return the needs (shift, role) with fewer holders than before, or than were asked for.

    Returns
    -------
    dict
        How many holders they had, or are to have, whichever is more.
    """
    wanted = Counter((a.shift, a.role) for a in before)
    for need, posts in asked.items():
        wanted[need] = max(wanted[need], posts)
    count = Counter((a.shift, a.role) for a in after)
    return {need: posts for need, posts in wanted.items() if count[need] < posts}
