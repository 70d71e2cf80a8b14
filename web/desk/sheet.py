"""A school's week as it hangs on the wall, the 值班表: days and windows down, posts across."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from api.roster import weeks

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow
    from api.roster.shapes import PostShown, ShiftShown, SiteWeek
    from models import GatePosition, Role, Window


@dataclass(frozen=True)
class Column:
    """The ``index``-th post of a role, from 0."""

    role: Role
    index: int
    position: GatePosition | None


class Line(NamedTuple):
    """A shift; None where it has no such post."""

    shift: ShiftShown
    window: Window
    posts: list[PostShown | None]


@dataclass(frozen=True)
class Sheet:
    """A school's week.

    Attributes
    ----------
    positions
        The places at the gate that columns stand for, by number.
    parts
        How many posts each role has at most, in the order of `columns`.
    days
        Each with its shifts.
    short, open
        Posts short of the minimum, and of the target besides.
    """

    site: SiteWeek
    positions: list[GatePosition]
    columns: list[Column]
    parts: list[tuple[Role, int]]
    days: list[tuple[dt.date, list[Line]]]
    posts: int
    filled: int
    short: int
    open: int


def sheet(
    session: Session,
    scope: Scope,
    plan: PlanRow,
    site: str,
    roles: dict[str, Role],
    windows: dict[str, Window],
) -> Sheet:
    """Return a school's week.

    Raises
    ------
    NotFound
        When there is no such school in the scope.
    """
    week = weeks.site_week(session, scope, plan, site)
    posts = [post for shift in week.shifts for post in shift.posts]
    columns = _columns(posts, roles)
    lines = [
        Line(shift, windows[shift.window], [_post(shift, column) for column in columns])
        for shift in week.shifts
    ]
    return Sheet(
        site=week,
        positions=sorted({c.position for c in columns if c.position}, key=lambda place: place.number),
        columns=columns,
        parts=[(role, len(list(found))) for role, found in groupby(columns, key=lambda c: c.role)],
        days=[(date, list(found)) for date, found in groupby(lines, key=lambda line: line.shift.date)],
        posts=len(posts),
        filled=sum(post.holder is not None for post in posts),
        short=sum(post.holder is None and post.needed for post in posts),
        open=sum(post.holder is None and not post.needed for post in posts),
    )


def _columns(posts: list[PostShown], roles: dict[str, Role]) -> list[Column]:
    order = {role: place for place, role in enumerate(roles)}
    found = {(post.role, post.index): post.position for post in posts}
    return [
        Column(roles[role], index, found[role, index])
        for role, index in sorted(found, key=lambda key: (order[key[0]], key[1]))
    ]


def _post(shift: ShiftShown, column: Column) -> PostShown | None:
    return next((p for p in shift.posts if (p.role, p.index) == (column.role.id, column.index)), None)
