"""Calendar addresses: made, listed, replaced by another, revoked. What opens a calendar is told once; a hash is kept."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any, cast

import segno
from sqlalchemy import delete, func, or_, select, update

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow
from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, NotFound
from api.feeds import choices, subjects
from api.feeds.shapes import Feed, MadeFeed
from api.feeds.tables import FeedRow
from api.standing.counters import changed

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity
    from api.audit import Actor
    from api.feeds.shapes import NewFeed
    from api.feeds.subjects import Subject, SubjectKind

MOST = 50
"""Addresses of one account."""

EXPIRED_STAYS = dt.timedelta(days=30)
"""How long an address whose place another has taken says so."""

PATH = "/calendar/{token}.ics"


class TooManyFeeds(Conflict):
    code = "too_many_feeds"
    title = f"There are {MOST} calendar addresses: revoke one first"


def create(session: Session, identity: Identity, new: NewFeed, base: str) -> MadeFeed:
    """Make an address for a calendar that the caller may see.

    Raises
    ------
    NotFound
        When there is no such subject, or it is none of the caller's business.
    TooManyFeeds
        When there are enough.
    """
    assert identity.account is not None
    subject = subjects.find(session, new.kind, new.subject or identity.person or "")
    if subject is None or not subjects.may_see(identity, subject):
        raise NotFound
    number = changed(session, "feeds")
    _clear(session, identity.account)
    live = select(func.count()).where(FeedRow.account == identity.account, *_LIVE)
    if (session.scalar(live) or 0) >= MOST:
        raise TooManyFeeds
    choices.settle(session, identity.account)
    row, secret = _new(session, identity.account, subject.kind, subject.id, new.device, number)
    record(session, identity.actor, [_entry("create", row)])
    return _made(row, subject.name, secret, base)


def rotate(session: Session, identity: Identity, feed: int, base: str) -> MadeFeed:
    """Put another address in the place of one of the caller's: the old one says that it has expired.

    Raises
    ------
    NotFound
        When it is none of theirs, or has expired already.
    """
    number = changed(session, "feeds")
    row = _own(session, identity, feed)
    if row.rotated_at is not None:
        raise NotFound
    subject = subjects.find(session, cast("SubjectKind", row.kind), row.subject)
    if subject is None or not subjects.may_see(identity, subject):
        raise NotFound
    row.rotated_at, row.number = now().replace(microsecond=0), number
    new, secret = _new(session, row.account, row.kind, row.subject, row.device, number)
    record(session, identity.actor, [_entry("rotate", row)])
    return _made(new, subject.name, secret, base)


def revoke(session: Session, identity: Identity, feed: int) -> None:
    """Have one of the caller's addresses open nothing any more.

    Raises
    ------
    NotFound
        When it is none of theirs.
    """
    number = changed(session, "feeds")
    _revoke(session, identity.actor, _own(session, identity, feed), number)


def revoke_of(session: Session, actor: Actor, subject: Subject, feed: int) -> None:
    """Have an address of a subject open nothing any more, whoever made it.

    Raises
    ------
    NotFound
        When it is none of the subject's.
    """
    number = changed(session, "feeds")
    query = select(FeedRow).where(FeedRow.id == feed, *_of(subject), *_LIVE)
    row = session.scalar(query)
    if row is None:
        raise NotFound
    _revoke(session, actor, row, number)


def revoke_all(session: Session, actor: Actor, person: str) -> None:
    """Have no address of a person's open anything any more."""
    number = changed(session, "feeds")
    theirs = select(AccountRow.id).where(AccountRow.person == person)
    query = select(FeedRow).where(FeedRow.account.in_(theirs), FeedRow.revoked_at.is_(None))
    for row in session.scalars(query.order_by(FeedRow.id)):
        _revoke(session, actor, row, number)


def touch(session: Session, account: int) -> None:
    """Have an account's addresses looked at anew: what it may see has changed."""
    number = changed(session, "feeds")
    session.execute(update(FeedRow).where(FeedRow.account == account).values(number=number))


def own(session: Session, account: int) -> list[Feed]:
    """Return an account's addresses, the latest first."""
    return _listed(session, FeedRow.account == account)


def of_subject(session: Session, subject: Subject) -> list[Feed]:
    """Return all addresses of a subject's calendar, whoever made them, the latest first."""
    return _listed(session, *_of(subject))


_LIVE = (FeedRow.revoked_at.is_(None), FeedRow.rotated_at.is_(None))


def _of(subject: Subject) -> tuple[ColumnElement[bool], ...]:
    return FeedRow.kind == subject.kind, FeedRow.subject == subject.id


def _listed(session: Session, *where: ColumnElement[bool]) -> list[Feed]:
    oldest = now() - EXPIRED_STAYS
    query = (
        select(FeedRow)
        .where(FeedRow.revoked_at.is_(None), or_(FeedRow.rotated_at.is_(None), FeedRow.rotated_at > oldest))
        .where(*where)
        .order_by(FeedRow.id.desc())
    )
    found = []
    for row in session.scalars(query):
        subject = subjects.find(session, cast("SubjectKind", row.kind), row.subject)
        found.append(_shown(row, row.subject if subject is None else subject.name))
    return found


def _own(session: Session, identity: Identity, feed: int) -> FeedRow:
    row = session.get(FeedRow, feed, populate_existing=True)
    if row is None or row.account != identity.account or row.revoked_at is not None:
        raise NotFound
    return row


def _new(
    session: Session, account: int, kind: str, subject: str, device: str, number: int
) -> tuple[FeedRow, str]:
    secret = new_secret()
    row = FeedRow(
        hash=hash_of(secret),
        account=account,
        kind=kind,
        subject=subject,
        device=device,
        created_at=now(),
        number=number,
    )
    session.add(row)
    session.flush()
    return row, secret


def _revoke(session: Session, actor: Actor, row: FeedRow, number: int) -> None:
    row.revoked_at, row.number = now(), number
    session.flush()
    record(session, actor, [_entry("revoke", row)])


def _clear(session: Session, account: int) -> None:
    """Forget addresses that have opened nothing for long; every process has noticed by now."""
    oldest = now() - EXPIRED_STAYS
    old = or_(FeedRow.revoked_at < oldest, FeedRow.rotated_at < oldest)
    session.execute(delete(FeedRow).where(FeedRow.account == account, old))


def _entry(action: str, row: FeedRow) -> Entry:
    after: dict[str, Any] = {"kind": row.kind, row.kind: row.subject}
    return Entry(f"feeds.{action}", "feeds", str(row.id), None, after)


def _shown(row: FeedRow, name: str) -> Feed:
    names = ("id", "kind", "subject", "device", "created_at", "fetched_at", "fetched_by")
    return Feed(**{key: getattr(row, key) for key in names}, name=name, expired_at=row.rotated_at)


def _made(row: FeedRow, name: str, secret: str, base: str) -> MadeFeed:
    url = base + PATH.format(token=secret)
    webcal = "webcal" + url[url.index(":") :]
    return MadeFeed(**_shown(row, name).model_dump(), url=url, webcal=webcal, qr=_qr(webcal))


def _qr(text: str) -> str:
    """Return a picture of a text that a phone's camera reads, as SVG."""
    written = io.BytesIO()
    segno.make(text, error="m").save(
        written, kind="svg", xmldecl=False, border=4, scale=4, omitsize=False, light="#fff"
    )
    return written.getvalue().decode().strip()
