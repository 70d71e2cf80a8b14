"""Call-outs: people asked in order to take a duty over; the first who says yes, within the rules, has it.

All of it stands in the database, so that it goes on where it was after a restart. Time that passes while nobody
looks is nobody's loss: who is asked next is asked then.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from api.accounts.identity import Permission
from api.accounts.tables import AccountRow
from api.audit import SERVICE, Entry, record
from api.database.base import now
from api.day import replacing, standins, telling
from api.day.access import asking, at_sites
from api.day.tables import CallOutAskRow, CallOutRow
from api.errors import Conflict, Invalid, NotFound, RulesBroken
from api.plans import plans
from api.plans.tables import DutyRow
from api.standing.tables import CrewRow
from api.swaps import judging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.audit import Actor
    from api.roster.desk import Desk
    from api.settings import Settings

MOST = 30
"""People who are asked at most, where nobody names them."""
LOOK_AGAIN = dt.timedelta(seconds=5)
"""After how long it is looked again whether a message has left."""


class AlreadyCalling(Conflict):
    code = "already_calling"
    title = "Somebody is being called out for this duty already"


class NobodyCould(Conflict):
    code = "nobody_could"
    title = "Nobody could take this duty over as things stand"


class CallOutEnded(Conflict):
    code = "call_out_ended"
    title = "This call-out has ended"

    def __init__(self, state: str) -> None:
        super().__init__(f"This call-out has ended: it is {state}", state=state)


class Answered(Conflict):
    code = "answered"
    title = "Your answer is given already"


def start(
    session: Session,
    identity: Identity,
    desk: Desk,
    settings: Settings,
    uid: str,
    *,
    candidates: Sequence[str] | None,
    seconds: int | None,
) -> CallOutRow:
    """Begin to ask for a duty.

    Parameters
    ----------
    candidates
        Whom, in this order; None: all who could and have an account, the best first.

    Raises
    ------
    NotFound, Forbidden, AlreadyReplaced, DutyOver
        As `replacing.replace` does.
    AlreadyCalling
        When a call-out for it goes on.
    NobodyCould
        When nobody is there to be asked.
    Invalid
        When somebody is named who couldn't take it over.
    """
    duty = replacing.directed(session, identity, uid)
    plan, duty = replacing.locked(session, duty)
    going = select(exists().where(CallOutRow.uid == uid, CallOutRow.state == "asking"))
    if session.scalar(going):
        raise AlreadyCalling
    ranked, _ = standins.rank(session, desk, plan, duty)
    could = [one.assignee for one in ranked]
    if candidates is not None:
        if unfit := sorted(set(candidates) - set(could)):
            raise Invalid(f"They couldn't take it over: {', '.join(unfit)}")
        order = list(dict.fromkeys(candidates))
    else:
        order = _reachable(session, could)[:MOST]
    if not order:
        raise NobodyCould
    row = CallOutRow(
        plan=plan.id,
        uid=uid,
        date=duty.date,
        state="asking",
        seconds=seconds or settings.call_out_seconds,
        next_at=now(),
        account=identity.account,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    session.add_all(
        CallOutAskRow(call_out=row.id, place=place, assignee=one) for place, one in enumerate(order)
    )
    session.flush()
    _record(session, identity.actor, row, duty, "start", asked=order, seconds=row.seconds)
    _ask_next(session, identity.actor, row, duty)
    return row


def accept(session: Session, identity: Identity, desk: Desk, number: int, assignee: str | None) -> CallOutRow:
    """Say yes: the duty is theirs at once, unless a rule forbids it by now; then the next is asked.

    Raises
    ------
    NotFound
        When there is no such call-out, or the caller wasn't asked.
    CallOutEnded
        When somebody else was first, or it ended otherwise.
    Answered
        When they said no before.
    """
    row, ask, duty = _locked(session, identity, number, assignee)
    plan, duty = replacing.locked(session, duty)
    try:
        judged = judging.judge(session, desk, plan, [duty], [ask.assignee], unpin=True, free=True)
    except RulesBroken as error:
        rules = sorted({violation.rule for violation in error.violations})
        _answer(session, identity.actor, row, ask, duty, "refused", rules=rules)
        return row
    ask.answer, ask.answered_at = "accepted", now()
    replacement = replacing.hand_over(session, identity.actor, plan, duty, judged, "call_out")
    session.refresh(row)
    row.state, row.ended_at, row.replacement = "filled", now(), replacement.id
    session.flush()
    _record(session, identity.actor, row, duty, "accept", assignee=ask.assignee)
    return row


def decline(session: Session, identity: Identity, number: int, assignee: str | None) -> CallOutRow:
    """Say no: the next is asked at once.

    Raises
    ------
    NotFound, CallOutEnded, Answered
        As `accept` does.
    """
    row, ask, duty = _locked(session, identity, number, assignee)
    _answer(session, identity.actor, row, ask, duty, "declined")
    return row


def cancel(session: Session, identity: Identity, number: int) -> CallOutRow:
    """Ask nobody any more.

    Raises
    ------
    NotFound
        When there is no such call-out in the caller's scope.
    CallOutEnded
        When it has ended.
    """
    query = (
        select(CallOutRow)
        .join(DutyRow, DutyRow.uid == CallOutRow.uid)
        .where(CallOutRow.id == number, at_sites(identity.where(Permission.DIRECT_DAY)))
    )
    row = session.scalar(query)
    if row is None:
        raise NotFound
    duty = replacing.directed(session, identity, row.uid)
    plans.locked(session, row.plan)
    session.refresh(row)
    if row.state != "asking":
        raise CallOutEnded(row.state)
    _end(session, identity.actor, row, duty, "cancelled")
    return row


def due(session: Session) -> list[int]:
    """Return the call-outs of which somebody's time to answer is over."""
    query = select(CallOutRow.id).where(CallOutRow.state == "asking", CallOutRow.next_at <= now())
    return list(session.scalars(query.order_by(CallOutRow.plan, CallOutRow.id)))


def advance(session: Session, number: int) -> None:
    """Ask the next if the time of who was asked is over."""
    row = session.get_one(CallOutRow, number)
    plans.locked(session, row.plan)
    session.refresh(row)
    if row.state != "asking" or row.next_at > now():
        return
    duty = session.get_one(DutyRow, row.uid, populate_existing=True)
    for ask in session.scalars(_asks(row).where(CallOutAskRow.asked_at.is_not(None))):
        if ask.answer is None and _is_being_told(session, row, ask):
            row.next_at = now() + LOOK_AGAIN
            return
        ask.answer = ask.answer or "silent"
    _ask_next(session, SERVICE, row, duty)


def begin_time(session: Session, number: int, place: int) -> None:
    """Begin the time of who is asked to answer: only now the message leaves that tells them."""
    row = session.get(CallOutRow, number)
    if row is None:
        return
    plans.locked(session, row.plan)
    session.refresh(row)
    ask = session.get_one(CallOutAskRow, (number, place), populate_existing=True)
    if row.state == "asking" and ask.until is not None and ask.answer is None:
        ask.until = row.next_at = now() + dt.timedelta(seconds=row.seconds)


def _is_being_told(session: Session, row: CallOutRow, ask: CallOutAskRow) -> bool:
    """Say whether what tells somebody that they are asked is still to leave, and isn't overdue itself."""
    patience = dt.timedelta(seconds=2 * row.seconds)
    return (
        ask.asked_at is not None and now() < ask.asked_at + patience and telling.is_on_its_way(session, ask)
    )


def _locked(
    session: Session, identity: Identity, number: int, assignee: str | None
) -> tuple[CallOutRow, CallOutAskRow, DutyRow]:
    """Return a call-out that goes on, its plan locked, and the caller's place in it."""
    query = (
        select(CallOutRow, CallOutAskRow)
        .join(CallOutAskRow, CallOutAskRow.call_out == CallOutRow.id)
        .where(CallOutRow.id == number, *asking(session, identity))
        .order_by(CallOutAskRow.place)
    )
    if assignee is not None:
        query = query.where(CallOutAskRow.assignee == assignee)
    found = session.execute(query).first()
    if found is None:
        raise NotFound
    row, ask = found
    plans.locked(session, row.plan)
    session.refresh(row)
    session.refresh(ask)
    if row.state != "asking":
        raise CallOutEnded(row.state)
    if ask.answer not in (None, "silent"):
        raise Answered
    return row, ask, session.get_one(DutyRow, row.uid, populate_existing=True)


def _answer(
    session: Session,
    actor: Actor,
    row: CallOutRow,
    ask: CallOutAskRow,
    duty: DutyRow,
    answer: str,
    **told: object,
) -> None:
    was_waiting = ask.answer is None
    ask.answer, ask.answered_at = answer, now()
    session.flush()
    action = "decline" if answer == "declined" else "refuse"
    _record(session, actor, row, duty, action, assignee=ask.assignee, **told)
    if was_waiting:
        _ask_next(session, actor, row, duty)


def _ask_next(session: Session, actor: Actor, row: CallOutRow, duty: DutyRow) -> None:
    """Ask who comes next, or end it."""
    moment = now()
    if duty.cancelled_at is not None or duty.end <= moment:
        _end(session, actor, row, duty, "stale")
        return
    ask = session.scalars(_asks(row).where(CallOutAskRow.asked_at.is_(None)).limit(1)).one_or_none()
    if ask is None:
        _end(session, actor, row, duty, "exhausted")
        return
    ask.asked_at, ask.until = moment, moment + dt.timedelta(seconds=row.seconds)
    row.next_at = ask.until
    session.flush()
    telling.tell_called(session, ask, duty)


def _end(session: Session, actor: Actor, row: CallOutRow, duty: DutyRow, state: str) -> None:
    row.state, row.ended_at = state, now()
    session.flush()
    _record(session, actor, row, duty, state)


def _asks(row: CallOutRow) -> Select[CallOutAskRow]:
    """Return the query for those who are asked, in their order."""
    return select(CallOutAskRow).where(CallOutAskRow.call_out == row.id).order_by(CallOutAskRow.place)


def _reachable(session: Session, assignees: Sequence[str]) -> list[str]:
    """Return those of some people and crews who have an account to answer with, in their order."""
    persons = select(AccountRow.person).where(
        AccountRow.person.is_not(None), AccountRow.disabled_at.is_(None)
    )
    able = set(session.scalars(persons))
    crews = session.execute(select(CrewRow.id, CrewRow.members).where(CrewRow.id.in_(assignees)))
    able |= {crew for crew, members in crews if able.intersection(members)}
    return [one for one in assignees if one in able]


def _record(
    session: Session, actor: Actor, row: CallOutRow, duty: DutyRow, action: str, **told: object
) -> None:
    values = {"duty": row.uid, "shift": duty.shift, "role": duty.role, "state": row.state, **told}
    entry = Entry(f"call_out.{action}", "call_out", str(row.id), None, values, row.plan, duty.site)
    record(session, actor, [entry])
