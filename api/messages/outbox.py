"""The outbox: messages are written in the transaction of the change that they tell of, and sent after it."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from api.accounts.tables import AccountRow, GrantRow
from api.database.base import now
from api.messages.kinds import CHOICES, TRIALS, URGENT
from api.messages.tables import ChannelRow, ChoiceRow, MessageRow
from api.standing.tables import CrewRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.messages.kinds import MessageKind

CHUNK = 500
DIGITS = 6
"""Of a code."""


def put(
    session: Session,
    kind: MessageKind,
    people: Iterable[str],
    *,
    key: str,
    values: Mapping[str, Any],
    at: dt.datetime | None = None,
) -> None:
    """Tell some people something, by all channels of those who want it.

    Parameters
    ----------
    people
        Ids of people and crews, which stand for their members; who has no account or channel isn't told.
    key
        What it tells: the same isn't told twice to anybody.
    values
        What it is about, by ids; names are looked up when it is sent.
    at
        When to send it; None: at once.
    """
    for part in _chunks(sorted(_persons(session, set(people)))):
        _put(session, kind, AccountRow.person.in_(part), key, values, at)


def put_to_accounts(
    session: Session, kind: MessageKind, accounts: Collection[int], *, key: str, values: Mapping[str, Any]
) -> None:
    """Tell some accounts something, as `put` does."""
    if accounts:
        _put(session, kind, AccountRow.id.in_(accounts), key, values, None)


def put_to_units(
    session: Session, kind: MessageKind, units: Iterable[str], *, key: str, values: Mapping[str, Any]
) -> None:
    """Tell some units' groups something, where they want it."""
    default = CHOICES[kind].of_unit
    if default is None:
        return
    for part in _chunks(sorted(set(units))):
        choice = and_(ChoiceRow.owner == "unit/" + ChannelRow.unit, ChoiceRow.kind == kind)
        query = (
            select(ChannelRow.id)
            .outerjoin(ChoiceRow, choice)
            .where(ChannelRow.unit.in_(part), ChannelRow.confirms.is_(None), _is_wanted(default))
        )
        _write(session, kind, session.scalars(query).all(), key, values, None)


def put_test(session: Session, channel: int) -> str:
    """Send a test to one channel, and return the message's id."""
    return _put_trial(session, "test", channel, {})


def put_code(session: Session, channel: int) -> str:
    """Send a code to one channel, and return the message's id; the code is among its values."""
    return _put_trial(session, "code", channel, {"code": f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"})


def _put_trial(session: Session, kind: MessageKind, channel: int, values: Mapping[str, Any]) -> str:
    row = _row(kind, channel, uuid.uuid4().hex, values, None)
    session.add(MessageRow(**row))
    session.flush()
    return str(row["id"])


def is_untried(session: Session, kind: MessageKind, key: str) -> bool:
    """Say whether messages of a key wait, and none of them was tried."""
    query = select(func.max(MessageRow.attempts)).where(
        MessageRow.kind == kind,
        MessageRow.key.startswith(f"{kind}:{key}:", autoescape=True),
    )
    return session.scalar(query) == 0


def put_again(session: Session) -> int:
    """Send all again that was given up, and return how many there are; what has become untrue since isn't said."""
    again = update(MessageRow).where(_given_up()).values(state="waiting", attempts=0, due_at=now())
    return len(session.scalars(again.returning(MessageRow.id)).all())


def given_up(session: Session) -> int:
    """Return how many messages have failed for good; a test that failed is nothing that anybody waits for."""
    return session.scalar(select(func.count()).select_from(MessageRow).where(_given_up())) or 0


def _given_up() -> ColumnElement[bool]:
    return and_(MessageRow.state == "failed", MessageRow.kind.not_in(TRIALS))


def admins_of(session: Session, sites: Collection[str]) -> list[int]:
    """Return the accounts of the school admins of some sites."""
    query = select(GrantRow.account).where(GrantRow.role == "school_admin", GrantRow.site.in_(sites))
    return sorted(set(session.scalars(query)))


def dispatchers_of(session: Session, districts: Collection[str]) -> list[int]:
    """Return the accounts of the dispatchers of some districts; where a district has none, of the city's."""
    query = (
        select(GrantRow.account, GrantRow.district)
        .join(AccountRow, AccountRow.id == GrantRow.account)
        .where(
            GrantRow.role == "dispatcher",
            or_(GrantRow.district.is_(None), GrantRow.district.in_(districts)),
            AccountRow.disabled_at.is_(None),
        )
    )
    local: set[int] = set()
    city: set[int] = set()
    covered: set[str] = set()
    for account, district in session.execute(query):
        if district is None:
            city.add(account)
        else:
            local.add(account)
            covered.add(district)
    return sorted(local if covered >= set(districts) else local | city)


def _persons(session: Session, assignees: set[str]) -> set[str]:
    """Return the people among assignees, and the members of the crews."""
    crews = {crew: members for crew, members in session.execute(select(CrewRow.id, CrewRow.members))}
    members = {member for crew in assignees & crews.keys() for member in crews[crew]}
    return (assignees - crews.keys()) | members


def _put(
    session: Session,
    kind: MessageKind,
    whose: ColumnElement[bool],
    key: str,
    values: Mapping[str, Any],
    at: dt.datetime | None,
) -> None:
    owner = "account/" + _text(AccountRow.id)
    choice = and_(ChoiceRow.owner == owner, ChoiceRow.kind == kind)
    query = (
        select(ChannelRow.id)
        .join(AccountRow, AccountRow.id == ChannelRow.account)
        .outerjoin(ChoiceRow, choice)
        .where(
            whose,
            AccountRow.disabled_at.is_(None),
            ChannelRow.confirms.is_(None),
            _is_wanted(CHOICES[kind].wanted),
        )
    )
    _write(session, kind, session.scalars(query).all(), key, values, at)


def _is_wanted(default: bool) -> ColumnElement[bool]:
    stated = ChoiceRow.wanted.is_(True)
    return or_(stated, ChoiceRow.owner.is_(None)) if default else stated


def _text(column: Any) -> ColumnElement[str]:
    return cast(column, String)


def _write(
    session: Session,
    kind: MessageKind,
    channels: Collection[int],
    key: str,
    values: Mapping[str, Any],
    at: dt.datetime | None,
) -> None:
    rows = [_row(kind, channel, key, values, at) for channel in channels]
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for part in _chunks(rows):
        statement = dialect.insert(MessageRow).on_conflict_do_nothing(index_elements=["key"])
        session.execute(statement, part)


def _row(
    kind: MessageKind, channel: int, key: str, values: Mapping[str, Any], at: dt.datetime | None
) -> dict[str, Any]:
    moment = now()
    return {
        "id": uuid.uuid4().hex,
        "channel": channel,
        "kind": kind,
        "rank": 0 if kind in URGENT else 1,
        "key": f"{kind}:{key}:{channel}",
        "values": dict(values),
        "state": "waiting",
        "created_at": moment,
        "due_at": at or moment,
        "attempts": 0,
    }


def _chunks(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
