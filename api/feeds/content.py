"""What a feed says: which duties, since when, and as bytes.

The entity tag comes from what each duty has last told and how often it changed, so it is known before anything is
put into words.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, cast

from api.accounts.identity import Identity
from api.database.base import now
from api.feeds.feeds import EXPIRED_STAYS
from api.feeds.subjects import Subject, may_see
from api.feeds.telling import DAYS_BACK, told_of
from formats.calendar.entry import Entry
from formats.calendar.text import expired
from formats.calendar.write import Head, write_calendar, write_event, write_note
from models import duty_uid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.feeds.duty import Duty
    from api.feeds.snapshot import Address, Snapshot
    from api.feeds.subjects import SubjectKind
    from formats.calendar.text import Language

FORM = "1"
"""Rises when the same duties are written otherwise."""

DUTY_PAGE = "{base}/duties/{uid}"
"""Where a duty is swapped."""


@dataclass(frozen=True)
class Content:
    """What an address answers.

    Attributes
    ----------
    tag
        Of the bytes that `body` gives.
    modified
        When they last changed; it never goes back.
    """

    snapshot: Snapshot
    address: Address
    subject: Subject
    duties: tuple[Duty, ...]
    base: str
    source: str
    tag: str
    modified: dt.datetime

    def body(self) -> bytes:
        """Put it into words."""
        address, language = self.address, cast("Language", self.address.language)
        names = self.snapshot.names
        head = Head(self.subject.name, names.zone.key, language, source=self.source)
        if address.rotated_at is not None:
            return _expired(self, head, language)
        own = address.kind == "person"
        events = [
            write_event(
                self._entry(duty),
                names.zone,
                language,
                holder=not own,
                alarms=address.alarms if own else (),
            )
            for duty in self.duties
        ]
        return write_calendar(head, [duty.start for duty in self.duties], events)

    def _entry(self, duty: Duty) -> Entry:
        shift = self.snapshot.duties.by_shift[duty.shift]
        changed, version = duty.changed_at, self.address.version
        if version:
            changed = max(changed, self.address.chosen_at)
        return Entry(
            uid=duty.uid,
            start=duty.start,
            end=duty.end,
            told=told_of(self.snapshot.names, duty, shift, self.snapshot.called),
            sequence=duty.sequence + version,
            changed=changed,
            cancelled=duty.cancelled_at is not None,
            link=DUTY_PAGE.format(base=self.base, uid=duty.uid),
        )


def _expired(content: Content, head: Head, language: Language) -> bytes:
    """Return the calendar of an address whose place another has taken: one entry, all day for as long as it is there."""
    rotated = content.address.rotated_at
    assert rotated is not None
    first = rotated.astimezone(content.snapshot.names.zone).date()
    title, text = expired(language, content.base)
    uid = duty_uid(content.subject.id, f"feed {content.address.id}", "expired")
    event = write_note(uid, first, first + EXPIRED_STAYS, rotated, title, text)
    return write_calendar(head, [rotated], [event])


def content_of(snapshot: Snapshot, address: Address, base: str, source: str) -> Content | None:
    """Return what an address answers; None: nothing, it opens nothing (any more).

    Parameters
    ----------
    base, source
        The addresses of the service and of the feed, as whoever asks has typed them.
    """
    subject = _subject(snapshot, address)
    if subject is None or address.revoked_at is not None or address.disabled:
        return None
    if address.rotated_at is not None and address.rotated_at + EXPIRED_STAYS <= now():
        return None
    identity = Identity(account=address.account, person=address.person, grants=address.grants)
    if not may_see(identity, subject):
        return None
    if address.rotated_at is not None:
        tag = _tag(["expired", str(address.id), address.language, subject.name, base])
        return Content(snapshot, address, subject, (), base, source, tag, address.rotated_at)
    held = list(_held(snapshot, subject))
    shown = sorted((d for d in held if _is_shown(snapshot, d)), key=lambda d: (d.start, d.uid))
    tag = _tag(
        [
            *(FORM, subject.kind, subject.id, subject.name, snapshot.names.zone.key, base),
            *(address.language, str(address.alarms), str(address.version)),
            *(f"{d.uid} {d.sequence} {d.told}" for d in shown),
        ]
    )
    return Content(
        snapshot,
        address,
        subject,
        tuple(shown),
        base,
        source,
        tag,
        _modified(snapshot, address, subject, held),
    )


def _tag(parts: list[str]) -> str:
    digest = blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
    return f'"{digest}"'


def _subject(snapshot: Snapshot, address: Address) -> Subject | None:
    """Return whose calendar it is; None: they have left, or there is no such thing any more."""
    key, people = address.subject, snapshot.people
    kind = cast("SubjectKind", address.kind)
    if kind == "person":
        person = people.people.get(key)
        if person is None or (person.left_on is not None and person.left_on <= snapshot.today):
            return None
        return Subject(kind, key, person.name)
    if kind == "site":
        site = snapshot.names.sites.get(key)
        return None if site is None else Subject(kind, key, site.name, site.district, key)
    crew = people.crews.get(key) if kind == "crew" else None
    unit = people.units.get(key if crew is None else crew.unit)
    if unit is None or (kind == "crew" and crew is None):
        return None
    if crew is None:
        return Subject(kind, key, unit.name, unit.district, unit.site)
    return Subject(kind, key, crew.name, unit.district, unit.site, crew.members)


def _held(snapshot: Snapshot, subject: Subject) -> Iterator[Duty]:
    """Yield the duties of a subject that are not too old, those through crews but not while away."""
    duties, key = snapshot.duties, subject.id
    if subject.kind == "site":
        yield from duties.by_site.get(key, ())
    elif subject.kind == "unit":
        for assignee in snapshot.people.in_unit.get(key, ()):
            yield from duties.by_assignee.get(assignee, ())
    else:
        yield from duties.by_assignee.get(key, ())
    if subject.kind == "person":
        away = snapshot.away.get(key, ())
        for crew in snapshot.people.crews_of.get(key, ()):
            for duty in duties.by_assignee.get(crew, ()):
                if not any(start < duty.end and duty.start < end for start, end in away):
                    yield duty


def _is_shown(snapshot: Snapshot, duty: Duty) -> bool:
    """Say whether a duty stands, or was cancelled not long ago."""
    if duty.cancelled_at is None:
        return True
    gone = duty.cancelled_at.astimezone(snapshot.names.zone).date()
    return snapshot.today <= gone + dt.timedelta(days=DAYS_BACK)


def _modified(snapshot: Snapshot, address: Address, subject: Subject, held: list[Duty]) -> dt.datetime:
    """Return when what an address answers last changed, to the second.

    It never goes back. Duties leave at midnight, and not before 14 days have passed: no day's midnight is before what
    left on that day. Those that vanish because a crew, a unit or an absence changed leave when that was noted.
    """
    moments = [
        dt.datetime.combine(snapshot.today, dt.time(), snapshot.names.zone),
        address.created_at,
        address.chosen_at,
        *(duty.changed_at for duty in held),
    ]
    if subject.kind == "person":
        moments += snapshot.changed_at("crews")
        if subject.id in snapshot.people.crews_of:
            moments += snapshot.changed_at("absences")
    elif subject.kind == "unit":
        moments += snapshot.changed_at("people", "crews")
    return min(max(moments), now()).astimezone(dt.UTC).replace(microsecond=0)
