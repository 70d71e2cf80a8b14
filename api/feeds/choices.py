"""How somebody wants their calendars to be: the language, and when alarms ring."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from sqlalchemy import update

from api.accounts.tables import AccountRow
from api.audit import Entry, record
from api.database.base import now
from api.errors import Stale
from api.feeds.shapes import CalendarChoices
from api.feeds.tables import FeedChoiceRow, FeedRow
from api.standing.counters import changed
from api.tags import etag

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.accounts.shapes import Language

ALARMS = (60,)
"""Minutes before a duty, until somebody chooses."""


def row_of(session: Session, account: int) -> FeedChoiceRow:
    """Return what an account has chosen; until it does, its language as it is now. Nothing is stored."""
    row = session.get(FeedChoiceRow, account)
    if row is not None:
        return row
    language = session.get_one(AccountRow, account).language
    return FeedChoiceRow(account=account, language=language, alarms=list(ALARMS), version=0, changed_at=now())


def settle(session: Session, account: int) -> None:
    """Keep what an account's calendars are like, so that only a choice changes them."""
    row = row_of(session, account)
    if row not in session:
        session.add(row)
        session.flush()


def made(session: Session, account: int) -> CalendarChoices | None:
    """Return what an account has chosen; None: nothing, and it has no calendar."""
    row = session.get(FeedChoiceRow, account)
    return None if row is None else _shown(row)


def read(session: Session, identity: Identity) -> tuple[CalendarChoices, str]:
    """Return the caller's choices and their entity tag."""
    assert identity.account is not None
    row = row_of(session, identity.account)
    return _shown(row), etag("choices", row.version)


def replace(
    session: Session, identity: Identity, new: CalendarChoices, tags: Collection[str]
) -> tuple[CalendarChoices, str]:
    """Choose otherwise: every entry of the caller's calendars has changed then.

    Raises
    ------
    Stale
        When it was changed meanwhile.
    """
    assert identity.account is not None
    number = changed(session, "feeds")
    settle(session, identity.account)
    row = session.get_one(FeedChoiceRow, identity.account, populate_existing=True)
    if etag("choices", row.version) not in tags and "*" not in tags:
        raise Stale
    before = _shown(row)
    if before != new:
        row.language, row.alarms = new.language, list(new.alarms)
        row.version += 1
        row.changed_at = max(now().replace(microsecond=0), row.changed_at + dt.timedelta(seconds=1))
        session.execute(update(FeedRow).where(FeedRow.account == row.account).values(number=number))
        session.flush()
        values = [value.model_dump(mode="json") for value in (before, new)]
        entry = Entry("feeds.choose", "feeds", identity.login, values[0], values[1])
        record(session, identity.actor, [entry])
    return _shown(row), etag("choices", row.version)


def _shown(row: FeedChoiceRow) -> CalendarChoices:
    return CalendarChoices(language=cast("Language", row.language), alarms=row.alarms)
