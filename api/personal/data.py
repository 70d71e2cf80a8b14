"""Everything that is held on one person, for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select

from api.accounts.identity import Permission
from api.accounts.tables import AccountRow, GrantRow, LoginRow, TokenRow
from api.audit import Entry, record
from api.database.engine import reading, writing
from api.day.tables import CallOutAskRow, CallOutRow, PresenceRow
from api.errors import NotFound
from api.feeds import choices
from api.feeds.tables import FeedRow
from api.messages.tables import ChannelRow
from api.personal.mentions import entries_about
from api.personal.shapes import (
    HeldAccount,
    HeldCall,
    HeldChannel,
    HeldDuty,
    HeldFeed,
    HeldLogin,
    HeldPoints,
    HeldPost,
    HeldPresence,
    HeldSwap,
    HeldToken,
    HeldWish,
    Noted,
    PersonalData,
)
from api.plans.tables import AssignmentRow, AuditRow, DutyRow
from api.standing.kinds import ABSENCES, OFFERS, PEOPLE, PREFERENCES, TIMETABLES, Kind
from api.standing.tables import CrewRow, LedgerRow, PastDutyRow, PersonRow
from api.swaps.tables import SwapPartyRow, SwapRow, SwapWishRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Engine
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity


def handed_out(engine: Engine, identity: Identity, person: str) -> PersonalData:
    """Return what is held on a person, to themselves or who manages accounts; the audit says that it was.

    Raises
    ------
    NotFound
        When there is nobody of that id, or it is somebody else.
    """
    if identity.person != person and not identity.may(Permission.MANAGE_ACCOUNTS):
        raise NotFound
    with reading(engine) as session:
        found = held_on(session, person)
    with writing(engine) as session:
        record(session, identity.actor, [Entry("people.export", "people", person)])
    return found


def held_on(session: Session, person: str) -> PersonalData:
    """Return what is held on a person.

    Raises
    ------
    NotFound
        When there is nobody of that id.
    """
    row = session.get(PersonRow, person)
    if row is None:
        raise NotFound
    account = session.scalar(select(AccountRow).where(AccountRow.person == person))
    timetables = _values(session, TIMETABLES, "person", person)
    crews = session.execute(select(CrewRow.id, CrewRow.members).order_by(CrewRow.id))
    return PersonalData(
        person=_values(session, PEOPLE, "id", person)[0],
        left_on=row.left_on,
        crews=[id_ for id_, members in crews if person in members],
        absences=_values(session, ABSENCES, "assignee", person),
        timetable=timetables[0] if timetables else None,
        offers=_values(session, OFFERS, "person", person),
        preferences=_values(session, PREFERENCES, "assignee", person),
        posts=[
            HeldPost.model_validate(post)
            for post in _rows(session, AssignmentRow, AssignmentRow.assignee == person, AssignmentRow.shift)
        ],
        duties=[
            HeldDuty.model_validate(duty)
            for table in (PastDutyRow, DutyRow)
            for duty in _rows(session, table, table.assignee == person, table.start)
        ],
        presences=_presences(session, person, account),
        call_outs=_calls(session, person),
        ledger=[
            HeldPoints.model_validate(entry)
            for entry in _rows(session, LedgerRow, LedgerRow.assignee == person, LedgerRow.week)
        ],
        swaps=[
            HeldSwap.model_validate(swap) for swap in _rows(session, SwapRow, _has_part(person), SwapRow.id)
        ],
        swap_wishes=[
            HeldWish.model_validate(wish)
            for wish in _rows(session, SwapWishRow, SwapWishRow.assignee == person, SwapWishRow.id)
        ],
        account=None if account is None else _account(session, account),
        audit_about=[
            Noted.model_validate(entry)
            for entry in entries_about(session, person, None if account is None else account.login)
        ],
        audit_by=[]
        if account is None
        else [
            Noted.model_validate(entry)
            for entry in _rows(session, AuditRow, AuditRow.account == account.id, AuditRow.id)
        ],
    )


def _presences(session: Session, person: str, account: AccountRow | None) -> list[HeldPresence]:
    """Return when a person came to duties of their own, or scanned for their crew."""
    theirs = DutyRow.assignee == person
    if account is not None:
        theirs = or_(theirs, PresenceRow.scanned_by == account.id)
    query = (
        select(
            DutyRow.shift,
            DutyRow.role,
            PresenceRow.scanned_at,
            PresenceRow.marked,
            PresenceRow.came_at,
            PresenceRow.strength,
        )
        .join(DutyRow, DutyRow.uid == PresenceRow.uid)
        .where(theirs)
        .order_by(DutyRow.start, DutyRow.uid)
    )
    return [HeldPresence.model_validate(row) for row in session.execute(query)]


def _calls(session: Session, person: str) -> list[HeldCall]:
    query = (
        select(
            DutyRow.shift,
            DutyRow.role,
            CallOutAskRow.asked_at,
            CallOutAskRow.answer,
            CallOutAskRow.answered_at,
        )
        .join(CallOutRow, CallOutRow.id == CallOutAskRow.call_out)
        .join(DutyRow, DutyRow.uid == CallOutRow.uid)
        .where(CallOutAskRow.assignee == person)
        .order_by(CallOutRow.id)
    )
    return [HeldCall.model_validate(row) for row in session.execute(query)]


def _has_part(person: str) -> ColumnElement[bool]:
    asked = exists().where(SwapPartyRow.swap == SwapRow.id, SwapPartyRow.assignee == person)
    return or_(SwapRow.proposer == person, asked)


def _values(session: Session, kind: Kind, column: str, person: str) -> list[Any]:
    table = kind.table
    query = select(table).where(table.c[column] == person).order_by(*table.primary_key.columns)
    return list(kind.values_of(dict(row) for row in session.execute(query).mappings()))


def _rows(session: Session, table: Any, condition: ColumnElement[bool], order: Any) -> Sequence[Any]:
    return session.scalars(select(table).where(condition).order_by(order)).all()


def _account(session: Session, row: AccountRow) -> HeldAccount:
    grants = _rows(session, GrantRow, GrantRow.account == row.id, GrantRow.id)
    return HeldAccount(
        **{name: getattr(row, name) for name in ("login", "name", "language", "created_at", "disabled_at")},
        has_password=row.password is not None,
        elsewhere=row.subject is not None,
        grants=[
            {k: v for k in ("role", "district", "site") if (v := getattr(g, k)) is not None} for g in grants
        ],
        logins=[
            HeldLogin.model_validate(r)
            for r in _rows(session, LoginRow, LoginRow.account == row.id, LoginRow.created_at)
        ],
        tokens=[
            HeldToken.model_validate(r)
            for r in _rows(session, TokenRow, TokenRow.account == row.id, TokenRow.id)
        ],
        channels=[
            HeldChannel.model_validate(r)
            for r in _rows(session, ChannelRow, ChannelRow.account == row.id, ChannelRow.id)
        ],
        calendars=choices.made(session, row.id),
        feeds=[
            HeldFeed.model_validate(r) for r in _rows(session, FeedRow, FeedRow.account == row.id, FeedRow.id)
        ],
    )
