"""One duty of one's own, as calendars tell of it: for the page about it, and to be put into a calendar by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from api.errors import NotFound
from api.feeds import choices
from api.feeds.duty import COLUMNS, Duty
from api.feeds.telling import read_names, told_of
from api.plans.tables import DutyRow
from api.roster import holders
from api.roster.own import held_by, own_duties
from api.roster.weeks import zone_of
from formats.calendar.entry import Entry
from formats.calendar.write import Head, write_calendar, write_event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.roster.shapes import OwnDuty
    from formats.calendar.text import Language


def own(session: Session, person: str | None, uid: str) -> OwnDuty:
    """Return a published duty of somebody's, held alone or through a crew.

    Raises
    ------
    NotFound
        When there is none of that id, or it is none of theirs.
    """
    date = session.scalar(select(DutyRow.date).where(DutyRow.uid == uid, held_by(person)))
    if date is not None:
        for duty in own_duties(session, person, first=date, last=date):
            if duty.uid == uid:
                return duty
    raise NotFound


def entry_of(session: Session, duty: OwnDuty, link: str | None = None) -> Entry:
    """Return what calendars tell of a duty."""
    rows = session.execute(select(*COLUMNS).where(DutyRow.shift == duty.shift, DutyRow.plan == duty.plan))
    shift = [Duty(*row) for row in rows]
    mine = next(d for d in shift if d.uid == duty.uid)
    called = holders.names_of(session, {d.assignee for d in shift})
    return Entry(
        uid=duty.uid,
        start=mine.start,
        end=mine.end,
        told=told_of(read_names(session), mine, shift, called),
        sequence=duty.sequence,
        changed=mine.changed_at,
        link=link,
    )


def calendar_of(session: Session, identity: Identity, duty: OwnDuty, link: str) -> bytes:
    """Return a calendar of one duty alone, as its holder's own calendars show it.

    Parameters
    ----------
    link
        The address of its page.
    """
    assert identity.account is not None
    assert identity.person is not None
    chosen, zone = choices.row_of(session, identity.account), zone_of(session)
    language = cast("Language", chosen.language)
    entry = entry_of(session, duty, link)
    if chosen.version:
        changed = max(entry.changed, chosen.changed_at)
        entry = replace(entry, sequence=entry.sequence + chosen.version, changed=changed)
    event = write_event(entry, zone, language, alarms=chosen.alarms)
    name = holders.names_of(session, [identity.person])[identity.person]
    return write_calendar(Head(name, zone.key, language), [entry.start], [event])
