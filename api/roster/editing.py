"""Edits by hand: judged by the engine before they are stored, all or none.

Edits of one request are applied one after the other to the posts that they name, and the engine judges the
outcome alone: two can change places without either being free in between.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from api.audit import Entry, record
from api.errors import Conflict, NotFound, RulesBroken, Stale
from api.plans import plans
from api.plans.following import demand_kept
from api.plans.tables import AssignmentRow, ShiftRow
from api.roster import holders
from api.roster.places import shift_tag, shifts_inside
from api.roster.shapes import (
    Assign,
    Clear,
    Edit,
    Edited,
    Exchange,
    Move,
    Pin,
    PostAt,
    PostChange,
    ShiftTag,
    Unpin,
)
from models import Assignment, Post, Violation
from solver.swaps import InvalidSwap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor
    from api.plans.tables import PlanRow
    from api.roster.desk import Desk
    from solver.swaps.verdict import Verdict


class PostOpen(Conflict):
    code = "post_open"
    title = "Nobody holds this post"


class PostHeld(Conflict):
    code = "post_held"
    title = "Somebody holds this post: clear it first, or exchange"


class Held(NamedTuple):
    """Who holds a post, and whether the engine is to keep that."""

    assignee: str
    pinned: bool


Posts = dict[Post, Held | None]
"""Some posts; None is open."""


def shifts_of(edits: Iterable[Edit]) -> list[str]:
    """Return the shifts that edits concern."""
    return sorted({post.shift for edit in edits for post in _posts(edit)})


def edit(
    session: Session,
    actor: Actor,
    desk: Desk,
    scope: Scope,
    plan: str,
    edits: Sequence[Edit],
    tags: Collection[str],
    *,
    dry_run: bool = False,
) -> Edited:
    """Judge edits, and store them unless it is a dry run.

    Parameters
    ----------
    tags
        Entity tags of all shifts concerned, as they were read.

    Raises
    ------
    NotFound
        When a plan, shift, post or assignee isn't there, or is outside of the scope.
    WrongState
        When the plan's roster may not be changed now.
    Stale
        When a shift was changed since; nothing changes.
    PostOpen, PostHeld
        When an edit doesn't fit who holds its posts.
    RulesBroken
        When the outcome would break hard rules that are kept now, here or in a plan that follows.
    """
    row = plans.changeable(session, plan)
    shifts = _shifts(session, scope, row, shifts_of(edits))
    if stale := [s.id for s in shifts.values() if shift_tag(row.id, s.id, s.version) not in tags]:
        raise Stale(f"Changed meanwhile: {', '.join(stale)}; read them again, then decide", shifts=[*stale])
    before = _held(session, row, shifts)
    after, broken = _applied(before, edits)
    changed = {post: new for post, new in after.items() if before[post] != new}
    verdict = _judge(session, desk, scope, row, shifts, before, changed)
    if violations := (*broken, *verdict.violations):
        raise RulesBroken(violations)
    if changed and not dry_run:
        store(session, actor, row, before, changed, action="shift.edit")
    touched = {post.shift for post in changed}
    named = {held.assignee for post in changed for held in (before[post], changed[post]) if held}
    return Edited(
        dry_run=dry_run,
        roster_version=row.roster_version,
        changes=[_change(post, before[post], new) for post, new in changed.items()],
        levels=list(verdict.levels),
        shifts=[
            ShiftTag(
                id=s.id,
                etag=shift_tag(row.id, s.id, s.version + (s.id in touched and not dry_run)),
            )
            for s in shifts.values()
        ],
        undo=_undo(before, changed),
        names=holders.names_of(session, named),
    )


class _Shift(NamedTuple):
    """What an edit must know of a shift."""

    id: str
    site: str
    version: int
    targets: Mapping[str, int]


def _shifts(session: Session, scope: Scope, plan: PlanRow, ids: Sequence[str]) -> dict[str, _Shift]:
    query = select(ShiftRow.id, ShiftRow.site, ShiftRow.version, ShiftRow.needs).where(
        ShiftRow.plan == plan.id, ShiftRow.id.in_(ids), shifts_inside(scope)
    )
    found = {
        shift: _Shift(shift, site, version, {need["role"]: need["target"] for need in needs})
        for shift, site, version, needs in session.execute(query)
    }
    if len(found) < len(ids):
        raise NotFound
    return found


def _held(session: Session, plan: PlanRow, shifts: Mapping[str, _Shift]) -> Posts:
    """Return all posts of some shifts."""
    found: Posts = {
        Post(shift=shift.id, role=role, index=index): None
        for shift in shifts.values()
        for role, target in shift.targets.items()
        for index in range(target)
    }
    query = select(
        AssignmentRow.shift,
        AssignmentRow.role,
        AssignmentRow.index,
        AssignmentRow.assignee,
        AssignmentRow.pinned,
    ).where(AssignmentRow.plan == plan.id, AssignmentRow.shift.in_(shifts))
    for shift, role, index, assignee, pinned in session.execute(query):
        found[Post(shift=shift, role=role, index=index)] = Held(assignee, pinned)
    return found


def _posts(edit: Edit) -> tuple[PostAt, ...]:
    if isinstance(edit, Move):
        return edit, edit.to
    return (edit, edit.other) if isinstance(edit, Exchange) else (edit,)


def _applied(before: Posts, edits: Iterable[Edit]) -> tuple[Posts, list[Violation]]:
    """Return the posts after edits, and the pins that these don't keep."""
    posts, broken = dict(before), []

    def at(place: PostAt) -> tuple[Post, Held | None]:
        post = Post(shift=place.shift, role=place.role, index=place.index)
        if post not in posts:
            raise NotFound
        return post, posts[post]

    def holder(place: PostAt) -> tuple[Post, Held]:
        post, held = at(place)
        if held is None:
            raise PostOpen(f"Nobody holds the {post.role} post {post.index} of {post.shift}")
        return post, held

    def put(post: Post, new: Held | None) -> None:
        old = posts[post]
        if old is not None and old.pinned and (new is None or new.assignee != old.assignee):
            broken.append(_pinned(post, old))
        posts[post] = new

    for edit in edits:
        if isinstance(edit, Assign):
            put(at(edit)[0], Held(edit.assignee, edit.pinned))
        elif isinstance(edit, Clear):
            put(holder(edit)[0], None)
        elif isinstance(edit, Move):
            (origin, held), (to, other) = holder(edit), at(edit.to)
            if other is not None:
                raise PostHeld(f"Somebody holds the {to.role} post {to.index} of {to.shift}")
            put(origin, None)
            put(to, Held(held.assignee, False))
        elif isinstance(edit, Exchange):
            (one, its), (other_post, others) = holder(edit), holder(edit.other)
            put(one, Held(others.assignee, False))
            put(other_post, Held(its.assignee, False))
        else:
            post, held = holder(edit)
            put(post, Held(held.assignee, isinstance(edit, Pin)))
    return posts, broken


def _pinned(post: Post, held: Held) -> Violation:
    return Violation(
        rule="pin",
        bearer=held.assignee,
        shifts=(post.shift,),
        message=f"{held.assignee} is pinned to the {post.role} post {post.index} of {post.shift}",
    )


def _judge(
    session: Session,
    desk: Desk,
    scope: Scope,
    plan: PlanRow,
    shifts: Mapping[str, _Shift],
    before: Posts,
    changed: Posts,
) -> Verdict:
    """Have the engine judge who holds some posts.

    Raises
    ------
    NotFound
        When an assignee isn't there, or is outside of the scope and can't serve in it either.
    RulesBroken
        When it would break a plan that follows.
    """
    names = {held.assignee for held in changed.values() if held is not None}
    known = {held.assignee for held in before.values() if held is not None}
    # Whoever can serve at a site is in its region: who isn't there is a stranger to a district's dispatcher.
    sites = {shift.site for shift in shifts.values()}
    region = desk.region(session, plan, sites=sites, assignees=names if scope.everywhere else ())
    try:
        verdict = region.swaps.change({post: held and held.assignee for post, held in changed.items()})
    except InvalidSwap as error:
        raise NotFound from error
    strangers = {v.bearer for v in verdict.violations if v.rule in ("role", "scope")} - known
    if not holders.are_inside(session, scope, strangers & names):
        raise NotFound
    if not verdict.violations:
        held = region.roster.assignments
        kept = [a for a in held if Post(shift=a.shift, role=a.role, index=a.index) not in changed]
        new = [Assignment(**post.model_dump(), assignee=h.assignee) for post, h in changed.items() if h]
        problem = region.problem
        demand_kept(
            session,
            desk.history_days,
            plan,
            region.regions.problem,
            (problem, held),
            (problem, [*kept, *new]),
        )
    return verdict


def store(
    session: Session, actor: Actor, plan: PlanRow, before: Posts, changed: Posts, *, action: str
) -> None:
    """Store who holds some posts of a locked plan, with the history.

    Parameters
    ----------
    before
        At least the same posts, as they are stored.
    """
    keys = [{"s": post.shift, "r": post.role, "i": post.index} for post in changed]
    connection = session.connection()
    # All go before any comes: in between nobody may hold two posts of a need, not even within a statement.
    connection.execute(
        delete(AssignmentRow.__table__).where(  # type: ignore[arg-type]
            AssignmentRow.plan == plan.id,
            AssignmentRow.shift == bindparam("s"),
            AssignmentRow.role == bindparam("r"),
            AssignmentRow.index == bindparam("i"),
        ),
        keys,
    )
    shifts = sorted({post.shift for post in changed})
    query = select(ShiftRow.id, ShiftRow.site).where(ShiftRow.plan == plan.id, ShiftRow.id.in_(shifts))
    site = {shift: where for shift, where in session.execute(query)}
    rows = [
        {**post.model_dump(), **held._asdict(), "plan": plan.id, "site": site[post.shift]}
        for post, held in changed.items()
        if held is not None
    ]
    if rows:
        session.execute(insert(AssignmentRow), rows)
    session.execute(
        update(ShiftRow)
        .where(ShiftRow.plan == plan.id, ShiftRow.id.in_(shifts))
        .values(version=ShiftRow.version + 1)
    )
    plans.roster_changed(plan)
    record(session, actor, _entries(plan, before, changed, action))


def _entries(plan: PlanRow, before: Posts, changed: Posts, action: str) -> list[Entry]:
    """Return one entry a shift, of the posts that changed."""
    old: dict[str, dict[str, object]] = defaultdict(dict)
    new: dict[str, dict[str, object]] = defaultdict(dict)
    for post, held in changed.items():
        name, was = f"{post.role}/{post.index}", before[post]
        old[post.shift][name] = None if was is None else was._asdict()
        new[post.shift][name] = None if held is None else held._asdict()
    return [Entry(action, "shift", shift, old[shift], new[shift], plan.id) for shift in new]


def _change(post: Post, was: Held | None, held: Held | None) -> PostChange:
    return PostChange(
        shift=post.shift,
        role=post.role,
        index=post.index,
        before=None if was is None else was.assignee,
        after=None if held is None else held.assignee,
        pinned_before=was is not None and was.pinned,
        pinned_after=held is not None and held.pinned,
    )


def _undo(before: Posts, changed: Posts) -> list[Edit]:
    """Return edits that take changes back: first all posts are cleared, then each gets back who held it."""
    cleared: list[Edit] = []
    filled: list[Edit] = []
    for post, held in changed.items():
        at, was = post.model_dump(), before[post]
        if held is not None and was is not None and held.assignee == was.assignee:
            filled.append(Pin(kind="pin", **at) if was.pinned else Unpin(kind="unpin", **at))
            continue
        if held is not None:
            cleared += [Unpin(kind="unpin", **at)] if held.pinned else []
            cleared.append(Clear(kind="clear", **at))
        if was is not None:
            filled.append(Assign(kind="assign", **at, assignee=was.assignee, pinned=was.pinned))
    return [*cleared, *filled]
