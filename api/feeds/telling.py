"""What calendars tell of a duty besides its times, and noticing when that reads differently than it did.

A school that is renamed, a gate position that moves, another leader: whatever its holder can see changes the entry,
so its sequence rises. What was told last is kept with each duty as a hash.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from api.database.base import now
from api.feeds.duty import COLUMNS, Duty
from api.feeds.tables import FeedNoteRow
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.kinds import CREWS, PEOPLE, ROLES, SITES, WINDOWS
from api.standing.tables import CityRow, CrewRow, PersonRow, RoleRow, WindowRow
from formats.calendar.entry import Mate, Told, Words
from models import DEFAULT_TIMEZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.standing.kinds import Kind, Row
    from models import Site

DAYS_BACK = 14
"""Days that a duty stays in calendars after its own, and after it was cancelled."""


@dataclass(frozen=True)
class Names:
    """What places, times, roles and crews are called, and what is said about them.

    Attributes
    ----------
    leading
        The roles that lead a shift.
    bring
        What to bring, by ``site`` or ``role`` and its id.
    named
        By site, who may be named, where anybody may: ``leaders`` or ``everybody``.
    """

    zone: ZoneInfo
    sites: Mapping[str, Site]
    windows: Mapping[str, Words]
    roles: Mapping[str, Words]
    crews: Mapping[str, str]
    leading: tuple[str, ...]
    bring: Mapping[tuple[str, str], Words]
    named: Mapping[str, str]

    @property
    def today(self) -> dt.date:
        """The day that it is in the city."""
        return now().astimezone(self.zone).date()


NO_NAMES = Names(ZoneInfo(DEFAULT_TIMEZONE), {}, {}, {}, {}, (), {}, {})
"""What everything is called where there is nothing."""


def read_names(session: Session) -> Names:
    """Read what everything is called."""
    city = session.execute(select(CityRow.timezone, CityRow.parts)).one_or_none()
    notes = session.scalars(select(FeedNoteRow)).all()
    return Names(
        zone=ZoneInfo(DEFAULT_TIMEZONE if city is None else city.timezone),
        sites={site.id: site for site in SITES.values_of(SITES.load(session))},
        windows=_words(session, WindowRow),
        roles=_words(session, RoleRow),
        crews={c: name for c, name in session.execute(select(CrewRow.id, CrewRow.name))},
        leading=tuple(
            role for part in (city.parts if city else ()) if part["id"] == "leader" for role in part["roles"]
        ),
        bring={(note.kind, note.key): (note.bring, note.bring_en) for note in notes if note.bring},
        named={note.key: note.names for note in notes if note.names != "nobody"},
    )


def _words(session: Session, rows: type[WindowRow | RoleRow]) -> dict[str, Words]:
    query = select(rows.id, rows.name, rows.name_en)
    return {id_: (zh, en) for id_, zh, en in session.execute(query)}


def told_of(names: Names, duty: Duty, shift: Iterable[Duty], called: Mapping[str, str]) -> Told:
    """Return what a calendar tells of a duty.

    Parameters
    ----------
    shift
        All duties of its shift.
    called
        The names of people, where calendars may name any.
    """
    site = names.sites.get(duty.site)
    position = None if site is None else site.position(duty.role, duty.index)
    named = names.named.get(duty.site)
    others = [d for d in shift if d.uid != duty.uid and d.cancelled_at is None]
    # Who fell away is told no more about who is there.
    if duty.cancelled_at is not None:
        others = []
    leaders = [d for d in others if d.role in names.leading]
    mates = [d for d in others if d.role not in names.leading] if named == "everybody" else []

    def mates_of(duties: Sequence[Duty], *, by_name: bool) -> tuple[Mate, ...]:
        found = [
            Mate(_called(names.roles, d.role), _name(names, called, d.assignee) if by_name else None)
            for d in sorted(duties, key=lambda d: (d.role, d.index))
        ]
        return tuple(dict.fromkeys(found))

    notes = [names.bring.get(key) for key in (("site", duty.site), ("role", duty.role))]
    return Told(
        site=duty.site if site is None else site.name,
        window=_called(names.windows, duty.window),
        role=_called(names.roles, duty.role),
        location=None if site is None or site.location is None else (site.location.lat, site.location.lon),
        position=None if position is None else (position.number, position.name),
        crew=names.crews.get(duty.assignee),
        holder=_name(names, called, duty.assignee) if named == "everybody" else None,
        leaders=mates_of(leaders, by_name=named is not None),
        mates=mates_of(mates, by_name=True),
        bring=tuple(note for note in notes if note is not None),
    )


def _called(words: Mapping[str, Words], key: str) -> Words:
    return words.get(key, (key, key))


def _name(names: Names, called: Mapping[str, str], assignee: str) -> str:
    return names.crews.get(assignee) or called.get(assignee, assignee)


def hashes(session: Session, duties: Iterable[Duty], names: Names | None = None) -> dict[str, str]:
    """Return a hash of what is told of each duty, by uid; all duties of their shifts must be among them."""
    names = names or read_names(session)
    shifts: defaultdict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        shifts[duty.shift].append(duty)
    called = _people(session) if names.named else {}
    return {
        duty.uid: blake2b(repr(told_of(names, duty, shift, called)).encode(), digest_size=8).hexdigest()
        for shift in shifts.values()
        for duty in shift
    }


def _people(session: Session) -> dict[str, str]:
    return {id_: name for id_, name in session.execute(select(PersonRow.id, PersonRow.name))}


def retell(session: Session, *where: ColumnElement[bool]) -> int:
    """Raise the sequence of duties of which something else is told now, and return of how many.

    Only who is alone with the standing data (`api.standing.rows.alone`) calls this: publishing reads and writes the
    same rows.

    Parameters
    ----------
    where
        Conditions of the duties whose shifts are looked at; left out, all that calendars show.
    """
    names = read_names(session)
    shown = DutyRow.date >= names.today - dt.timedelta(days=DAYS_BACK)
    query = select(*COLUMNS).where(shown)
    if where:
        query = query.where(DutyRow.shift.in_(select(DutyRow.shift).where(shown, *where)))
    duties = [Duty(*row) for row in session.execute(query)]
    told = hashes(session, duties, names) if duties else {}
    different = [duty for duty in duties if duty.told != told[duty.uid]]
    if different:
        number, moment = changed(session, "duties"), now().replace(microsecond=0)
        session.connection().execute(
            update(DutyRow)
            .where(DutyRow.uid == bindparam("of_uid"))
            .values(
                sequence=DutyRow.sequence + 1,
                changed_at=bindparam("moment"),
                told=bindparam("hash"),
                number=number,
            ),
            [
                {
                    "of_uid": duty.uid,
                    "moment": max(moment, duty.changed_at + dt.timedelta(seconds=1)),
                    "hash": told[duty.uid],
                }
                for duty in different
            ],
        )
    return len(different)


_SHOWN = {
    SITES.name: (DutyRow.site, ("name", "location", "positions")),
    WINDOWS.name: (DutyRow.window, ("name", "name_en")),
    CREWS.name: (DutyRow.assignee, ("name",)),
    PEOPLE.name: (DutyRow.assignee, ("name",)),
}
"""What calendars show of each kind, and where a duty names it; roles may be anybody's who leads."""


def renamed(session: Session, kind: Kind, pairs: Sequence[tuple[Row, Row]]) -> None:
    """Raise what reads differently since rows of a kind, before and after, are called something else."""
    fields = ("name", "name_en") if kind is ROLES else _SHOWN.get(kind.name, (None, ()))[1]
    _retell_of(
        session,
        kind,
        [after["id"] for before, after in pairs if any(before[name] != after[name] for name in fields)],
    )


def removed(session: Session, kind: Kind, rows: Sequence[Row]) -> None:
    """Raise what reads differently since rows of a kind are there no more."""
    if kind is ROLES or kind.name in _SHOWN:
        _retell_of(session, kind, [row["id"] for row in rows])


def _retell_of(session: Session, kind: Kind, ids: Sequence[str]) -> None:
    if ids:
        where = () if kind is ROLES else (_SHOWN[kind.name][0].in_(ids),)
        retell(session, *where)
