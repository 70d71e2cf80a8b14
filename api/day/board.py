"""The day board: every post of a day with its state, and how many are in which."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from api.accounts.identity import Scope
from api.database.base import now
from api.day import reading
from api.day.access import directed
from api.day.shapes import Board, BoardPost, BoardShift, BoardSite, Counts, DayCounts, SiteCounts
from api.roster.shapes import Holder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.day.coming import State
    from api.day.reading import Asked, Day, DayShift, Kept
    from api.settings import Settings


def board(session: Session, settings: Settings, asked: Asked, state: State | None = None) -> Board:
    """Return a day's posts within a scope.

    Parameters
    ----------
    state
        Only posts in it are listed; all are counted.
    """
    return _board(reading.read(session, asked), settings, state)


def counts(session: Session, settings: Settings, asked: Asked) -> DayCounts:
    """Return how many posts of a day within a scope are in which state."""
    found = _board(reading.read(session, asked), settings, None)
    return DayCounts(
        date=found.date,
        counts=found.counts,
        districts=found.districts,
        windows=found.windows,
        sites=[
            SiteCounts(
                site=site.site,
                name=site.name,
                district=site.district,
                counts=site.counts,
                windows={shift.window: shift.counts for shift in site.shifts},
            )
            for site in found.sites
        ],
    )


def of_duty(session: Session, identity: Identity, settings: Settings, uid: str) -> BoardShift:
    """Return the posts of a duty's shift, for who is in charge of it.

    Raises
    ------
    NotFound, Forbidden
        When the caller isn't.
    """
    duty, _ = directed(session, identity, uid)
    asked = reading.Asked(Scope(everywhere=True), duty.date, site=duty.site)
    day = reading.read(session, asked, duty.shift)
    return _board(day, settings, None).sites[0].shifts[0]


def _board(day: Day, settings: Settings, state: State | None) -> Board:
    moment, late = now(), dt.timedelta(minutes=settings.late_minutes)
    total = Counts()
    districts: defaultdict[str, Counts] = defaultdict(Counts)
    windows: defaultdict[str, Counts] = defaultdict(Counts)
    sites = []
    for site in day.sites:
        at_site, shifts = Counts(), []
        for shift in site.shifts:
            posts = _posts(day, shift, moment, late)
            at_shift = _counted(shift, posts)
            for sums in (total, districts[site.district], windows[shift.window], at_site):
                _add(sums, at_shift)
            if state is not None:
                posts = [post for post in posts if post.state == state]
            if posts or state is None:
                shifts.append(
                    BoardShift(
                        shift=shift.id,
                        plan=shift.plan,
                        window=shift.window,
                        start=shift.start.astimezone(day.zone),
                        end=shift.end.astimezone(day.zone),
                        counts=at_shift,
                        posts=posts,
                    )
                )
        if shifts or state is None:
            sites.append(
                BoardSite(site=site.id, name=site.name, district=site.district, counts=at_site, shifts=shifts)
            )
    return Board(date=day.date, counts=total, districts=dict(districts), windows=dict(windows), sites=sites)


def _posts(day: Day, shift: DayShift, moment: dt.datetime, late: dt.timedelta) -> list[BoardPost]:
    """Return a shift's posts in the order of its needs, and after those of a role who was replaced."""
    by_role: defaultdict[str, list[Kept]] = defaultdict(list)
    for duty in shift.duties:
        by_role[duty.role].append(duty)
    minimum = {need.role: need.minimum for need in shift.needs}
    posts: list[BoardPost] = []
    for need in shift.needs:
        held = by_role.pop(need.role, [])
        taken = {duty.index for duty in held if not duty.gone}
        posts += [_post(day, duty, minimum, moment, late) for duty in held]
        posts += [
            BoardPost(
                role=need.role,
                index=index,
                needed=index < need.minimum,
                state="open",
                start=need.start.astimezone(day.zone),
                end=need.end.astimezone(day.zone),
            )
            for index in range(need.target)
            if index not in taken
        ]
    posts += [_post(day, duty, minimum, moment, late) for held in by_role.values() for duty in held]
    return posts


def _post(
    day: Day, duty: Kept, minimum: dict[str, int], moment: dt.datetime, late: dt.timedelta
) -> BoardPost:
    came = duty.coming
    other = day.duties.get(day.came.get(duty.uid, "") if duty.gone else day.went.get(duty.uid, ""))
    named = None if other is None else Holder(id=other.assignee, name=other.name)
    return BoardPost(
        role=duty.role,
        index=duty.index,
        needed=duty.index < minimum.get(duty.role, 0),
        state="replaced" if duty.gone else came.shown(duty.start, duty.end, moment, late),
        duty=duty.uid,
        holder=Holder(id=duty.assignee, name=duty.name),
        start=duty.start.astimezone(day.zone),
        end=duty.end.astimezone(day.zone),
        at=came.at and came.at.astimezone(day.zone),
        how=came.how,
        late=came.late_by(duty.start, late),
        strength=duty.strength,
        instead_of=None if duty.gone else named,
        by=named if duty.gone else None,
    )


def _counted(shift: DayShift, posts: list[BoardPost]) -> Counts:
    found = Counts()
    held: defaultdict[str, int] = defaultdict(int)
    for post in posts:
        setattr(found, post.state, getattr(found, post.state) + 1)
        if post.state not in ("open", "replaced"):
            held[post.role] += 1
        if post.state == "here" and post.late is not None:
            found.came_late += 1
    found.posts = len(posts) - found.replaced
    found.short = sum(max(0, need.minimum - held[need.role]) for need in shift.needs)
    return found


def _add(sums: Counts, more: Counts) -> None:
    for name in Counts.model_fields:
        setattr(sums, name, getattr(sums, name) + getattr(more, name))
