"""Where messages go, and which are wanted: of an account, or of a unit's group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from api.accounts.secrets import same
from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, Invalid, NotFound
from api.messages import trials
from api.messages.gateway import checked, shown, way_of
from api.messages.kinds import CHOICES, CHOSEN
from api.messages.outbox import put_again, put_code, put_test
from api.messages.shapes import Channel, MessageChoices, Outbox, SentAgain, SentMessage
from api.messages.tables import ChannelRow, ChoiceRow, MessageRow
from api.messages.told import language_of
from api.roster.holders import units_inside
from api.roster.weeks import zone_of
from api.standing.tables import UnitRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor
    from api.messages.shapes import NewChannel
    from api.settings import Settings

MOST = 10
"""Channels of one account or unit."""
HOLDS = dt.timedelta(hours=1)
"""How long a code does."""
TRIES = 5
"""How often it may be entered in vain."""


class NotConfirmed(Conflict):
    code = "not_confirmed"
    title = "This address isn't confirmed yet: enter the code that was sent there"


class Confirmed(Conflict):
    code = "confirmed"
    title = "This address is confirmed already"


@dataclass(frozen=True)
class Owner:
    """Whose channels and choices are meant: one of the two is given."""

    account: int | None = None
    unit: str | None = None

    @property
    def key(self) -> str:
        """Its name in the choices."""
        return f"unit/{self.unit}" if self.account is None else f"account/{self.account}"

    @property
    def condition(self) -> ColumnElement[bool]:
        """That a channel is its own."""
        if self.account is None:
            return ChannelRow.unit == self.unit
        return ChannelRow.account == self.account


def of_unit(session: Session, scope: Scope, unit: str) -> Owner:
    """Return a unit as an owner.

    Raises
    ------
    NotFound
        When there is none of that id in the scope.
    """
    if session.scalar(select(UnitRow.id).where(UnitRow.id == unit, units_inside(scope))) is None:
        raise NotFound
    return Owner(unit=unit)


def listed(session: Session, owner: Owner) -> list[Channel]:
    """Return an owner's channels."""
    rows = session.scalars(select(ChannelRow).where(owner.condition).order_by(ChannelRow.id))
    return [_shown(session, row) for row in rows]


def add(
    session: Session, actor: Actor, settings: Settings, owner: Owner, new: NewChannel, language: str = "zh"
) -> Channel:
    """Add a channel; to a mail address or phone a code is sent, and nothing else before it is entered.

    Raises
    ------
    Invalid
        When the address is none that is taken.
    Conflict
        When there are enough already.
    TooMany
        When too many codes were asked for.
    """
    address = checked(settings, new.address)
    if (session.scalar(select(func.count()).select_from(ChannelRow).where(owner.condition)) or 0) >= MOST:
        raise Conflict(f"There are {MOST} addresses already: remove one first")
    row = ChannelRow(
        account=owner.account,
        unit=owner.unit,
        name=new.name,
        address=address,
        way=way_of(address),
        language=language,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    if _needs_code(row):
        _send_code(session, actor, row)
    record(session, actor, [_entry("channel.add", owner, row)])
    return _shown(session, row)


def remove(session: Session, actor: Actor, owner: Owner, number: int) -> None:
    """Remove a channel, and what waits to go there.

    Raises
    ------
    NotFound
        When the owner has none of that number.
    """
    row = _find(session, owner, number)
    record(session, actor, [_entry("channel.remove", owner, row)])
    session.delete(row)


def test(session: Session, actor: Actor, owner: Owner, number: int) -> SentMessage:
    """Send a test to a channel.

    Raises
    ------
    NotFound
        When the owner has none of that number.
    NotConfirmed
        While the code isn't entered that was sent there.
    TooMany
        When too many were asked for.
    """
    row = _find(session, owner, number)
    if row.confirms is not None:
        raise NotConfirmed
    trials.count(session, actor.account, row.address)
    return _message(session, session.get_one(MessageRow, put_test(session, row.id)))


def send_code(session: Session, actor: Actor, owner: Owner, number: int) -> SentMessage:
    """Send another code to a channel; the one before holds no more.

    Raises
    ------
    NotFound
        When the owner has none of that number.
    Confirmed
        When it needs none.
    TooMany
        When too many were asked for.
    """
    row = _find(session, owner, number)
    if row.confirms is None:
        raise Confirmed
    return _message(session, session.get_one(MessageRow, _send_code(session, actor, row)))


def confirm(session: Session, owner: Owner, number: int, code: str) -> Channel:
    """Confirm a channel by the code that was sent there; whether it was the right one, the channel says.

    Raises
    ------
    NotFound
        When the owner has none of that number.
    """
    row = _find(session, owner, number, lock=True)
    if row.confirms is not None:
        message = session.get(MessageRow, row.confirms)
        holds = message is not None and now() < message.created_at + HOLDS and row.tries < TRIES
        if holds and message is not None and same(code, message.values["code"]):
            row.confirms = None
        else:
            # It is counted, so that nobody tries them all: therefore a wrong one is no error, which would undo it.
            row.tries += 1
    return _shown(session, row)


def tested(session: Session, owner: Owner, message: str) -> SentMessage:
    """Return what has become of a message to one of an owner's channels.

    Raises
    ------
    NotFound
        When there is none of that id.
    """
    row = session.scalar(
        select(MessageRow)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel)
        .where(MessageRow.id == message, owner.condition)
    )
    if row is None:
        raise NotFound
    return _message(session, row)


def choices(session: Session, owner: Owner) -> MessageChoices:
    """Return which kinds of messages an owner gets, defaults included."""
    stated = {
        kind: wanted
        for kind, wanted in session.execute(
            select(ChoiceRow.kind, ChoiceRow.wanted).where(ChoiceRow.owner == owner.key)
        )
    }
    found = {}
    for kind in CHOSEN:
        default = CHOICES[kind].wanted if owner.unit is None else CHOICES[kind].of_unit
        if default is not None:
            found[kind] = stated.get(kind, default)
    return MessageChoices(wanted=found)


def choose(session: Session, owner: Owner, new: MessageChoices) -> MessageChoices:
    """State which kinds of messages an owner wants.

    Raises
    ------
    Invalid
        When groups are never told of one.
    """
    if owner.unit is not None and (never := [k for k in sorted(new.wanted) if CHOICES[k].of_unit is None]):
        raise Invalid(f"Groups are never told of these: {', '.join(never)}")
    for kind, wanted in sorted(new.wanted.items()):
        row = session.get(ChoiceRow, (owner.key, kind))
        if row is None:
            session.add(ChoiceRow(owner=owner.key, kind=kind, wanted=wanted))
        else:
            row.wanted = wanted
    session.flush()
    return choices(session, owner)


def outbox(session: Session) -> Outbox:
    """Return how the outbox stands."""
    counts = session.execute(select(MessageRow.state, func.count()).group_by(MessageRow.state))
    troubled = (
        select(MessageRow)
        .where(MessageRow.error.is_not(None), MessageRow.state.in_(["waiting", "failed"]))
        .order_by(MessageRow.created_at.desc())
        .limit(100)
    )
    return Outbox(
        counts={state: count for state, count in counts},
        troubled=[_message(session, row) for row in session.scalars(troubled)],
    )


def retry(session: Session, actor: Actor) -> SentAgain:
    """Send all again that was given up."""
    count = put_again(session)
    if count:
        record(session, actor, [Entry("messages.retry", "messages", "outbox", None, {"messages": count})])
    return SentAgain(messages=count)


def _needs_code(row: ChannelRow) -> bool:
    """Say whether an address could be a stranger's: who knows a robot's has its secret."""
    return row.way in ("mail", "sms")


def _send_code(session: Session, actor: Actor, row: ChannelRow) -> str:
    trials.count(session, actor.account, row.address)
    row.confirms, row.tries = put_code(session, row.id), 0
    session.flush()
    return row.confirms


def _find(session: Session, owner: Owner, number: int, *, lock: bool = False) -> ChannelRow:
    query = select(ChannelRow).where(ChannelRow.id == number, owner.condition)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def _shown(session: Session, row: ChannelRow) -> Channel:
    zone = zone_of(session)
    return Channel(
        id=row.id,
        name=row.name,
        kind=row.address.partition(":")[0],
        shown=shown(row.address),
        language=language_of(session, row),
        created_at=row.created_at.astimezone(zone),
        failing_since=row.failing_since and row.failing_since.astimezone(zone),
        confirmed=row.confirms is None,
    )


def _message(session: Session, row: MessageRow) -> SentMessage:
    names = ("id", "kind", "state", "created_at", "due_at", "attempts", "sent_at", "error")
    return SentMessage.model_validate({name: getattr(row, name) for name in names})


def _entry(action: str, owner: Owner, row: ChannelRow) -> Entry:
    told = {"kind": row.address.partition(":")[0], "unit": owner.unit}
    gone = action == "channel.remove"
    return Entry(action, "channel", str(row.id), told if gone else None, None if gone else told)
