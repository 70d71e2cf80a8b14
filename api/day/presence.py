"""Coming to a duty: scanned at the gate, or said by who is in charge.

What was noted last counts: a scan takes an "absent" back that was said before it was made, and a mark stands above earlier
scans, whenever these are delivered.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from api.audit import Entry, record
from api.database.base import now
from api.day import coming
from api.day.access import directed, find
from api.day.codes import STEP, Code, begin_of, step_at
from api.day.shapes import Presence
from api.day.tables import PresenceRow
from api.errors import Conflict, Invalid, NotFound
from api.plans import plans
from api.plans.tables import DutyRow, PlanRow
from api.roster.own import held_by
from api.roster.weeks import zone_of
from api.standing.tables import CrewRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.day.codes import Codes
    from api.settings import Settings

EARLY = dt.timedelta(hours=2)
"""How long before a duty somebody may be there already."""

SHOWN = dt.timedelta(minutes=10)
"""For how long codes are handed out at once: so long the leader's phone may be without a network."""


class WrongCode(Conflict):
    code = "wrong_code"
    title = "That is no code of this shift: scan the one on your leader's phone at the gate"


class CodeExpired(Conflict):
    code = "code_expired"
    title = "The code is out of date: scan the one that is shown now"


class CheckInClosed(Conflict):
    code = "check_in_closed"
    title = "Nobody checks in now: it begins two hours before the duty, and ends with it"


class DutyGone(Conflict):
    code = "duty_gone"
    title = "This duty has gone to somebody else, or fallen away"


def codes(session: Session, identity: Identity, made: Codes, uid: str) -> list[Code]:
    """Return the codes of a duty's shift for the next minutes, for who is in charge of it.

    Raises
    ------
    NotFound, Forbidden
        When the caller isn't.
    CheckInClosed
        When nobody checks in now.
    """
    duty, _ = directed(session, identity, uid)
    moment = now()
    first, last = duty.start - EARLY, duty.end
    for start, end in session.execute(
        select(DutyRow.start, DutyRow.end).where(DutyRow.shift == duty.shift, DutyRow.cancelled_at.is_(None))
    ):
        first, last = min(first, start - EARLY), max(last, end)
    if not first <= moment < last:
        raise CheckInClosed
    zone = zone_of(session)
    return [
        Code(code, start.astimezone(zone), end.astimezone(zone))
        for code, start, end in made.shown(duty.shift, moment, min(moment + SHOWN, last))
    ]


def check_in(
    session: Session,
    identity: Identity,
    made: Codes,
    settings: Settings,
    uid: str,
    *,
    code: str,
    at: dt.datetime | None,
    key: str | None,
    strength: int | None,
) -> Presence:
    """Note that somebody scanned the code at the gate; said again, it changes nothing.

    Parameters
    ----------
    at
        When, by the phone's clock, if it couldn't be delivered at once; the code has to be of that time.
    key
        The phone's own name for the scan.
    strength
        Of a crew: how many have come.

    Raises
    ------
    NotFound
        When it isn't the caller's duty.
    DutyGone
        When it is nobody's any more, or somebody else's.
    WrongCode, CodeExpired, CheckInClosed
        When the code is none of this shift, or out of date, or it is no time to come.
    """
    duty = session.scalar(select(DutyRow).where(DutyRow.uid == uid, held_by(identity.person)))
    if duty is None:
        raise NotFound
    duty, row = _locked(session, duty)
    if row is not None and key is not None and row.key == key:
        return shown(session, settings, duty, row)
    if duty.cancelled_at is not None:
        raise DutyGone
    members = _members(session, duty, strength)
    known = coming.of(row)
    is_known = row is not None and known.state == "here" and (members is None or members == row.strength)
    # Pressed late, or a second scan: what was scanned before and is delivered only now says when they came.
    if is_known and (at is None or (known.at is not None and known.at <= at)):
        return shown(session, settings, duty, row)
    _demand_open(session, duty)
    step = made.step_of(duty.shift, code)
    if step is None:
        raise WrongCode
    moment = now()
    scanned = _time_of(settings, step, at, moment)
    if not duty.start - EARLY <= scanned < duty.end:
        raise CheckInClosed
    if row is None:
        row = PresenceRow(uid=duty.uid, date=duty.date, version=0)
        session.add(row)
    # Of a scan from before the leader's "absent" that is delivered after it, only the leader can say what it is worth.
    returned = row.marked == "absent" and (row.marked_at is None or scanned >= row.marked_at)
    doubted = returned and row.delivered_at is not None and row.delivered_at > (row.marked_at or scanned)
    later = row.marked == "present" and (row.came_at is None or scanned < row.came_at)
    if row.marked == "absent" or later:
        after = "here" if returned or later else "absent"
        record(session, identity.actor, [_entry(duty, "presence.scan", known.state, after, came_at=scanned)])
    if returned or later:
        row.marked = row.came_at = row.marked_at = row.marked_by = row.marked_how = None
    if row.scanned_at is None or scanned < row.scanned_at or doubted:
        row.scanned_at, row.delivered_at, row.step = scanned, moment, step
        row.scanned_by, row.key = identity.account, key
    row.strength = members if members is not None else row.strength
    row.version += 1
    session.flush()
    return shown(session, settings, duty, row)


def _time_of(settings: Settings, step: int, at: dt.datetime | None, moment: dt.datetime) -> dt.datetime:
    """Return when a code was scanned.

    Raises
    ------
    CodeExpired
        When it is neither of now nor of when the phone says.
    """
    if step in (step_at(moment), step_at(moment) - 1):
        return moment
    if at is None or not at <= moment <= at + dt.timedelta(hours=settings.check_in_hours):
        raise CodeExpired
    # The phone's clock may be half a minute wrong; what counts is when the code was shown.
    if step not in (step_at(at) - 1, step_at(at), step_at(at) + 1):
        raise CodeExpired
    return min(max(at, begin_of(step)), begin_of(step) + dt.timedelta(seconds=2 * STEP))


def mark(
    session: Session,
    identity: Identity,
    settings: Settings,
    uid: str,
    state: Literal["present", "absent"],
    *,
    at: dt.datetime | None,
    strength: int | None,
) -> Presence:
    """Say that somebody has come, or won't.

    Parameters
    ----------
    at
        When they came, if that wasn't just now.
    strength
        Of a crew: how many came.

    Raises
    ------
    NotFound, Forbidden
        When the caller isn't in charge of the shift.
    DutyGone
        When it is nobody's any more, or somebody else's.
    CheckInClosed
        When its day hasn't come, or, for a leader, is past.
    """
    duty, how = directed(session, identity, uid)
    duty, row = _locked(session, duty)
    if duty.cancelled_at is not None:
        raise DutyGone
    _demand_open(session, duty)
    moment = now()
    today = moment.astimezone(zone_of(session)).date()
    if duty.date > today or (how == "leader" and duty.date < today):
        raise CheckInClosed("Who has come is said on the duty's own day; later an admin may")
    known = coming.of(row)
    if state == "absent" and (at is not None or strength is not None):
        raise Invalid("Who is absent didn't come at any time: leave that out")
    # Said after the duty, it isn't known when they came: that is no reason to call them late.
    pressed = moment if moment < duty.end else None
    came = at or (known.at if known.state == "here" else pressed) if state == "present" else None
    if came is not None and (came > moment or came < duty.start - EARLY):
        raise CheckInClosed
    if row is None:
        row = PresenceRow(uid=duty.uid, date=duty.date, version=0)
        session.add(row)
    members = _members(session, duty, strength)
    row.strength = members if members is not None else row.strength if state == "present" else None
    row.marked, row.came_at, row.marked_how = state, came, how
    row.marked_at, row.marked_by = moment, identity.account
    row.version += 1
    record(
        session, identity.actor, [_entry(duty, "presence.mark", known.state, state, how=how, came_at=came)]
    )
    session.flush()
    return shown(session, settings, duty, row)


def unmark(session: Session, identity: Identity, settings: Settings, uid: str) -> Presence:
    """Take a mark back; a scan counts again then.

    Raises
    ------
    NotFound, Forbidden
        When the caller isn't in charge of the shift.
    """
    duty, how = directed(session, identity, uid)
    duty, row = _locked(session, duty)
    _demand_open(session, duty)
    if row is not None and row.marked is not None:
        before = row.marked
        row.marked = row.came_at = row.marked_at = row.marked_by = row.marked_how = None
        row.version += 1
        after = coming.of(row).state
        record(session, identity.actor, [_entry(duty, "presence.undo", before, after, how=how)])
        session.flush()
    return shown(session, settings, duty, row)


def read(session: Session, identity: Identity, settings: Settings, uid: str) -> Presence:
    """Return what is known of one duty, for its holder and who is in charge."""
    duty = find(session, identity, uid)
    return shown(session, settings, duty, session.get(PresenceRow, uid))


def shown(session: Session, settings: Settings, duty: DutyRow, row: PresenceRow | None) -> Presence:
    """Return a presence as it is shown."""
    zone, late = zone_of(session), dt.timedelta(minutes=settings.late_minutes)
    known = coming.of(row)
    gone = duty.cancelled_at is not None
    return Presence(
        duty=duty.uid,
        state="replaced" if gone else known.shown(duty.start, duty.end, now(), late),
        at=known.at and known.at.astimezone(zone),
        how=known.how,
        late=known.late_by(duty.start, late),
        strength=None if row is None else row.strength,
        scanned=known.scanned and known.scanned.astimezone(zone),
        delivered=known.delivered and known.delivered.astimezone(zone),
    )


def clear(session: Session, uid: str) -> None:
    """Forget what was marked of a duty, since it begins anew."""
    row = session.get(PresenceRow, uid)
    if row is not None and row.marked is not None:
        row.marked = row.came_at = row.marked_at = row.marked_by = row.marked_how = None
        row.version += 1


def _locked(session: Session, duty: DutyRow) -> tuple[DutyRow, PresenceRow | None]:
    """Return a duty, and what is known of it, while nobody else notes anything about it."""
    query = select(DutyRow).where(DutyRow.uid == duty.uid).with_for_update()
    found = session.execute(query.execution_options(populate_existing=True)).scalar_one()
    return found, session.get(PresenceRow, duty.uid, populate_existing=True)


def _demand_open(session: Session, duty: DutyRow) -> None:
    """Raise `WrongState` when a duty's plan is closed: the ledger has it."""
    plan = session.get_one(PlanRow, duty.plan)
    plans.in_state(plan, "draft", "submitted", "approved", "published")


def _members(session: Session, duty: DutyRow, strength: int | None) -> int | None:
    """Return how many of a crew came.

    Raises
    ------
    Invalid
        When it is no crew, or more than it has.
    """
    if strength is None:
        return None
    members = session.scalar(select(CrewRow.members).where(CrewRow.id == duty.assignee))
    if members is None or strength > len(members):
        raise Invalid("How many came is said of a crew, and is no more than its members")
    return strength


def _entry(duty: DutyRow, action: str, before: str | None, after: str | None, **told: object) -> Entry:
    said = {
        name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in told.items()
    }
    values = {
        "assignee": duty.assignee,
        "shift": duty.shift,
        "role": duty.role,
        "was": before,
        "is": after,
        **said,
    }
    return Entry(action, "presence", duty.uid, None, values, duty.plan, duty.site)
