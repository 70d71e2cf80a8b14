"""The day board: every post of a day with its state, and how many are in which."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

from api.accounts.identity import Scope
from api.database.base import now
from api.day import reading
from api.day.access import directed
from api.day.shapes import Board, BoardPost, BoardShift, BoardSite, Counts, DayCounts, SiteCounts
from api.errors import NotFound
from api.roster.shapes import Holder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.day.coming import State
    from api.day.reading import Asked, Day, DayShift, DaySite, Kept
    from api.settings import Settings

    Local = Callable[[dt.datetime], dt.datetime]
    Called = Callable[[str, str], Holder]


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
    day = reading.read(session, asked)
    sums, clock = _Sums(), _Clock(settings)
    sites = []
    for site in day.sites:
        windows: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for shift in site.shifts:
            windows[shift.window].update(sums.add(site, shift, clock))
        sites.append(
            SiteCounts(
                site=site.id,
                name=site.name,
                district=site.district,
                risk=site.risk,
                counts=_counts(sums.sites[site.id]),
                windows=_each(windows),
            )
        )
    return DayCounts(
        date=day.date,
        counts=_counts(sums.total),
        districts=_each(sums.districts),
        windows=_each(sums.windows),
        sites=sites,
    )


def of_duty(session: Session, identity: Identity, settings: Settings, uid: str) -> BoardShift:
    """Return the posts of a duty's shift, for who is in charge of it.

    Raises
    ------
    NotFound, Forbidden
        When the caller isn't, or its day isn't published any more.
    """
    duty, _ = directed(session, identity, uid)
    asked = reading.Asked(Scope(everywhere=True), duty.date, site=duty.site)
    day = reading.read(session, asked, duty.shift)
    if not day.sites:
        raise NotFound
    return _board(day, settings, None).sites[0].shifts[0]


class _Clock:
    """What time it is, and who is late by it.

    Attributes
    ----------
    late
        How long after the start somebody is late.
    """

    def __init__(self, settings: Settings) -> None:
        self.moment = now()
        self.late = dt.timedelta(minutes=settings.late_minutes)

    def state_of(self, duty: Kept) -> State:
        """Return the state of a duty."""
        return "replaced" if duty.gone else duty.coming.shown(duty.start, duty.end, self.moment, self.late)


class _Sums:
    """Counts of posts by state: in all, and by district, window and site."""

    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self.districts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.windows: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.sites: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, site: DaySite, shift: DayShift, clock: _Clock) -> Counter[str]:
        """Count a shift, and return what it adds."""
        found: Counter[str] = Counter()
        held: Counter[str] = Counter()
        for duty in shift.duties:
            state = clock.state_of(duty)
            found[state] += 1
            if not duty.gone:
                held[duty.role] += 1
                found["posts"] += 1
            if state == "here" and duty.coming.late_by(duty.start, clock.late) is not None:
                found["came_late"] += 1
        for need in shift.needs:
            missing = max(0, need.target - held[need.role])
            found["open"] += missing
            found["posts"] += missing
            found["short"] += max(0, need.minimum - held[need.role])
        for sums in (
            self.total,
            self.districts[site.district],
            self.windows[shift.window],
            self.sites[site.id],
        ):
            sums.update(found)
        return found


def _counts(found: Counter[str]) -> Counts:
    return Counts(**found)


def _each(found: Mapping[str, Counter[str]]) -> dict[str, Counts]:
    return {key: _counts(counted) for key, counted in found.items()}


def _board(day: Day, settings: Settings, state: State | None) -> Board:
    sums, clock = _Sums(), _Clock(settings)
    # The same few hundred moments again and again.
    local = cache(lambda moment: moment.astimezone(day.zone))
    called = cache(lambda assignee, name: Holder(id=assignee, name=name))
    sites = []
    for site in day.sites:
        shifts = []
        for shift in site.shifts:
            counted = sums.add(site, shift, clock)
            posts = _posts(day, shift, clock, local, called)
            if state is not None:
                posts = [post for post in posts if post.state == state]
            if posts or state is None:
                shifts.append(
                    BoardShift(
                        shift=shift.id,
                        plan=shift.plan,
                        window=shift.window,
                        start=local(shift.start),
                        end=local(shift.end),
                        counts=_counts(counted),
                        posts=posts,
                    )
                )
        if shifts or state is None:
            at_site = _counts(sums.sites[site.id])
            sites.append(
                BoardSite(
                    site=site.id,
                    name=site.name,
                    district=site.district,
                    risk=site.risk,
                    counts=at_site,
                    shifts=shifts,
                )
            )
    return Board(
        date=day.date,
        counts=_counts(sums.total),
        districts=_each(sums.districts),
        windows=_each(sums.windows),
        sites=sites,
    )


def _posts(day: Day, shift: DayShift, clock: _Clock, local: Local, called: Called) -> list[BoardPost]:
    """Return a shift's posts in the order of its needs; whoever was replaced comes after who holds the post now."""
    by_role: defaultdict[str, list[Kept]] = defaultdict(list)
    for duty in shift.duties:
        by_role[duty.role].append(duty)
    posts: list[BoardPost] = []
    for need in shift.needs:
        held = sorted(by_role.pop(need.role, []), key=_index)
        taken = {duty.index for duty in held if not duty.gone}
        posts += [_post(day, duty, need.minimum, clock, local, called) for duty in held]
        posts += [
            BoardPost(
                role=need.role,
                index=index,
                needed=index < need.minimum,
                state="open",
                start=local(need.start),
                end=local(need.end),
            )
            for index in range(need.target)
            if index not in taken
        ]
    # Asked for no more in the draft, but published still.
    posts += [_post(day, duty, 0, clock, local, called) for held in by_role.values() for duty in held]
    return posts


_index = attrgetter("index", "gone", "uid")


def _post(day: Day, duty: Kept, minimum: int, clock: _Clock, local: Local, called: Called) -> BoardPost:
    came = duty.coming
    other = day.duties.get(day.came.get(duty.uid, "") if duty.gone else day.went.get(duty.uid, ""))
    named = None if other is None else called(other.assignee, other.name)
    return BoardPost(
        role=duty.role,
        index=duty.index,
        needed=duty.index < minimum,
        state=clock.state_of(duty),
        duty=duty.uid,
        holder=called(duty.assignee, duty.name),
        start=local(duty.start),
        end=local(duty.end),
        at=came.at and local(came.at),
        how=came.how,
        late=came.late_by(duty.start, clock.late),
        strength=duty.strength,
        instead_of=None if duty.gone else named,
        by=named if duty.gone else None,
        scanned=came.scanned and local(came.scanned),
        delivered=came.delivered and local(came.delivered),
    )
