"""What feeds are made of, in memory: as it is in the database, read whole once and then what has changed.

Thousands of calendars are asked for each minute, and between two changes of the database nothing is read for them.
A snapshot is never changed; a later one shares with it what is as it was.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from sqlalchemy import select

from api.accounts.identity import Grant
from api.accounts.tables import AccountRow, GrantRow
from api.feeds.duty import COLUMNS, Duty
from api.feeds.tables import FeedChoiceRow, FeedRow
from api.feeds.telling import DAYS_BACK, NO_NAMES, Names, read_names
from api.plans.tables import DutyRow
from api.standing.tables import AbsenceRow, CounterRow, CrewRow, PersonRow, UnitRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from api.accounts.identity import RoleName

PartT = TypeVar("PartT")
Interval = tuple[dt.datetime, dt.datetime]


class Count(NamedTuple):
    """How often a kind of data was changed, and when last."""

    value: int
    changed_at: dt.datetime


class PersonShown(NamedTuple):
    """What feeds need of a person."""

    name: str
    unit: str
    left_on: dt.date | None


class CrewShown(NamedTuple):
    """What feeds need of a crew."""

    name: str
    unit: str
    members: frozenset[str]


class UnitShown(NamedTuple):
    """What feeds need of a unit."""

    name: str
    district: str | None
    site: str | None


@dataclass(slots=True)
class Address:
    """A feed's row with what is needed of its account.

    Attributes
    ----------
    person, disabled, grants
        Of the account: who it is, whether it is disabled, and what it may be, where that matters.
    fetched_at
        When it was last noted that it is fetched.
    """

    id: int
    account: int
    kind: str
    subject: str
    created_at: dt.datetime
    rotated_at: dt.datetime | None
    revoked_at: dt.datetime | None
    fetched_at: dt.datetime | None
    fetched_by: str | None
    person: str | None
    disabled: bool
    language: str
    alarms: tuple[int, ...]
    version: int
    chosen_at: dt.datetime
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True)
class People:
    """Who everybody is, and which units and crews they make.

    Attributes
    ----------
    in_unit
        The people and crews of each unit.
    crews_of
        The crews of each person who is in any.
    """

    people: Mapping[str, PersonShown]
    crews: Mapping[str, CrewShown]
    units: Mapping[str, UnitShown]
    in_unit: Mapping[str, tuple[str, ...]] = field(init=False)
    crews_of: Mapping[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        units: defaultdict[str, list[str]] = defaultdict(list)
        crews: defaultdict[str, list[str]] = defaultdict(list)
        for id_, person in self.people.items():
            units[person.unit].append(id_)
        for id_, crew in self.crews.items():
            units[crew.unit].append(id_)
            for member in crew.members:
                crews[member].append(id_)
        object.__setattr__(self, "in_unit", {unit: tuple(ids) for unit, ids in units.items()})
        object.__setattr__(self, "crews_of", {person: tuple(ids) for person, ids in crews.items()})


@dataclass(frozen=True)
class Duties:
    """The duties that calendars show, by who holds them, where, and in which shift."""

    by_assignee: Mapping[str, tuple[Duty, ...]]
    by_site: Mapping[str, tuple[Duty, ...]]
    by_shift: Mapping[str, tuple[Duty, ...]]

    def with_changes(self, changed: Iterable[Duty]) -> Duties:
        """Return the same with some duties added, or in the place of what they were."""
        new = list(changed)
        return Duties(
            _replaced(self.by_assignee, new, lambda d: d.assignee),
            _replaced(self.by_site, new, lambda d: d.site),
            _replaced(self.by_shift, new, lambda d: d.shift),
        )


NO_DUTIES = Duties({}, {}, {})


def _replaced(
    before: Mapping[str, tuple[Duty, ...]], new: Iterable[Duty], key: Callable[[Duty], str]
) -> dict[str, tuple[Duty, ...]]:
    groups: defaultdict[str, dict[str, Duty]] = defaultdict(dict)
    for duty in new:
        groups[key(duty)][duty.uid] = duty
    found = dict(before)
    for name, group in groups.items():
        kept = [duty for duty in before.get(name, ()) if duty.uid not in group]
        found[name] = (*kept, *group.values())
    return found


@dataclass(frozen=True)
class Snapshot:
    """Everything that feeds are made of, as it was at one moment.

    Attributes
    ----------
    counts
        How often each kind of data had been changed.
    today
        The day for which it was read.
    away
        When members of crews are absent.
    """

    counts: Mapping[str, Count]
    today: dt.date
    names: Names
    people: People
    away: Mapping[str, tuple[Interval, ...]]
    addresses: Mapping[str, Address]
    duties: Duties

    @cached_property
    def called(self) -> Mapping[str, str]:
        """The names of people, where calendars may name any."""
        if not self.names.named:
            return {}
        return {id_: person.name for id_, person in self.people.people.items()}

    def changed_at(self, *kinds: str) -> Iterator[dt.datetime]:
        """Yield when some kinds of data were last changed, as far as they ever were."""
        for kind in kinds:
            if kind in self.counts:
                yield self.counts[kind].changed_at

    def known(self, kind: str) -> int:
        """Return how often a kind of data had been changed."""
        return self.counts[kind].value if kind in self.counts else -1


NOTHING = Snapshot({}, dt.date.min, NO_NAMES, People({}, {}, {}), {}, {}, NO_DUTIES)
"""What is known before anything was read."""

_NAMES = ("city", "sites", "windows", "roles", "crews", "notes")
_PEOPLE = ("people", "crews", "units")
_AWAY = ("absences", "crews")
_ERASED = ("erased",)


def take(session: Session, before: Snapshot | None = None) -> Snapshot:
    """Return how things are, given how they were.

    Parameters
    ----------
    session
        Sees one state of the database.
    """
    query = select(CounterRow.name, CounterRow.value, CounterRow.changed_at)
    counts = {name: Count(value, moment) for name, value, moment in session.execute(query)}
    if before is None or before.counts.get("restored") != counts.get("restored"):
        before = NOTHING
    names = before.names if _same(before, counts, _NAMES) else read_names(session)
    today = names.today
    if before.today == today and before.counts == counts:
        return before
    since = today - dt.timedelta(days=DAYS_BACK)
    # What is dated is read whole once a day.
    dated = before if before.today == today else NOTHING
    people = before.people if _same(before, counts, _PEOPLE) else _people(session)
    return Snapshot(
        counts=counts,
        today=today,
        names=names,
        people=people,
        away=dated.away if _same(dated, counts, _AWAY) else _away(session, people, since),
        addresses=_addresses(session, before if _same(before, counts, _ERASED) else NOTHING),
        duties=_duties(session, since, dated),
    )


def _same(before: Snapshot, counts: Mapping[str, Count], kinds: Iterable[str]) -> bool:
    return before is not NOTHING and all(before.counts.get(kind) == counts.get(kind) for kind in kinds)


def _people(session: Session) -> People:
    people = select(PersonRow.id, PersonRow.name, PersonRow.unit, PersonRow.left_on)
    crews = select(CrewRow.id, CrewRow.name, CrewRow.unit, CrewRow.members)
    units = select(UnitRow.id, UnitRow.name, UnitRow.district, UnitRow.site)
    return People(
        people={row.id: PersonShown(row.name, row.unit, row.left_on) for row in session.execute(people)},
        crews={
            id_: CrewShown(name, unit, frozenset(members))
            for id_, name, unit, members in session.execute(crews)
        },
        units={row.id: UnitShown(row.name, row.district, row.site) for row in session.execute(units)},
    )


def _away(session: Session, people: People, since: dt.date) -> dict[str, tuple[Interval, ...]]:
    """Return the absences of members of crews: whoever holds a post alone is taken off it."""
    query = select(AbsenceRow.assignee, AbsenceRow.start, AbsenceRow.end).where(
        AbsenceRow.kind != "released",
        AbsenceRow.end >= dt.datetime.combine(since, dt.time(), dt.UTC) - dt.timedelta(days=1),
    )
    found: defaultdict[str, list[Interval]] = defaultdict(list)
    for assignee, start, end in session.execute(query):
        if assignee in people.crews_of:
            found[assignee].append((start, end))
    return {person: tuple(times) for person, times in found.items()}


def _addresses(session: Session, before: Snapshot) -> dict[str, Address]:
    query = (
        select(
            FeedRow.hash,
            FeedRow.id,
            FeedRow.account,
            FeedRow.kind,
            FeedRow.subject,
            FeedRow.created_at,
            FeedRow.rotated_at,
            FeedRow.revoked_at,
            FeedRow.fetched_at,
            FeedRow.fetched_by,
            AccountRow.person,
            AccountRow.disabled_at.is_not(None),
            FeedChoiceRow.language,
            FeedChoiceRow.alarms,
            FeedChoiceRow.version,
            FeedChoiceRow.changed_at,
        )
        .join(AccountRow, AccountRow.id == FeedRow.account)
        .join(FeedChoiceRow, FeedChoiceRow.account == FeedRow.account)
        .where(FeedRow.number > before.known("feeds"))
    )
    new: dict[str, Address] = {}
    for hash_, *rest in session.execute(query):
        address = Address(*rest)
        address.alarms = tuple(address.alarms)
        new[hash_] = address
    _grant(session, [address for address in new.values() if address.kind != "person"])
    return {**before.addresses, **new}


def _grant(session: Session, addresses: list[Address]) -> None:
    """Fill in what the accounts of some addresses may be."""
    accounts = {address.account for address in addresses}
    grants: defaultdict[int, list[Grant]] = defaultdict(list)
    if accounts:
        query = select(GrantRow.account, GrantRow.role, GrantRow.district, GrantRow.site)
        for account, role, district, site in session.execute(query):
            if account in accounts:
                grants[account].append(Grant(cast("RoleName", role), district, site))
    for address in addresses:
        address.grants = tuple(grants[address.account])


def _duties(session: Session, since: dt.date, before: Snapshot) -> Duties:
    query = select(*COLUMNS).where(DutyRow.date >= since, DutyRow.number > before.known("duties"))
    return before.duties.with_changes(Duty(*row) for row in session.execute(query))
