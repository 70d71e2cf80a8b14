"""What calendars say about all duties at a site or of a role: what to bring, and who may be named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from api.audit import Entry, record
from api.errors import NotFound, Stale
from api.feeds.shapes import RoleNote, SiteNote
from api.feeds.tables import FeedNoteRow
from api.feeds.telling import retell
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.rows import alone
from api.standing.tables import RoleRow, SiteRow
from api.tags import etag

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Identity, Scope

NoteT = TypeVar("NoteT", RoleNote, SiteNote)


def of_site(session: Session, scope: Scope, site: str) -> tuple[SiteNote, str]:
    """Return what calendars say about a site, and its entity tag.

    Raises
    ------
    NotFound
        When there is no such site in the scope.
    """
    row = session.get(SiteRow, site)
    if row is None:
        raise NotFound
    scope.check(row.district, row.id)
    return _read(session, "site", site, SiteNote)


def of_role(session: Session, role: str) -> tuple[RoleNote, str]:
    """Return what calendars say about a role, and its entity tag.

    Raises
    ------
    NotFound
        When there is no such role.
    """
    if session.get(RoleRow, role) is None:
        raise NotFound
    return _read(session, "role", role, RoleNote)


def replace_of_site(
    session: Session, identity: Identity, scope: Scope, site: str, new: SiteNote, tags: Collection[str]
) -> tuple[SiteNote, str]:
    """Have calendars say something else about a site.

    Raises
    ------
    NotFound, Stale
        When there is no such site in the scope; when it was changed meanwhile.
    """
    alone(session)
    before, tag = of_site(session, scope, site)
    _expect(tag, tags)
    _store(session, identity, "site", site, before, new)
    retell(session, DutyRow.site == site)
    return _read(session, "site", site, SiteNote)


def replace_of_role(
    session: Session, identity: Identity, role: str, new: RoleNote, tags: Collection[str]
) -> tuple[RoleNote, str]:
    """Have calendars say something else about a role.

    Raises
    ------
    NotFound, Stale
        When there is no such role; when it was changed meanwhile.
    """
    alone(session)
    before, tag = of_role(session, role)
    _expect(tag, tags)
    _store(session, identity, "role", role, before, new)
    retell(session, DutyRow.role == role)
    return _read(session, "role", role, RoleNote)


def _expect(tag: str, tags: Collection[str]) -> None:
    if tag not in tags and "*" not in tags:
        raise Stale


def _read(session: Session, kind: Literal["site", "role"], key: str, shape: type[NoteT]) -> tuple[NoteT, str]:
    row = session.get(FeedNoteRow, (kind, key))
    if row is None:
        return shape(), etag("note", 0)
    return shape.model_validate(row, from_attributes=True), etag("note", row.version)


def _store(
    session: Session,
    identity: Identity,
    kind: Literal["site", "role"],
    key: str,
    before: RoleNote,
    new: RoleNote,
) -> None:
    values = {"names": "nobody", **new.model_dump()}
    values["bring"] = values["bring"] or values["bring_en"]
    values["bring_en"] = values["bring_en"] or values["bring"]
    row = session.get(FeedNoteRow, (kind, key))
    if row is None:
        session.add(FeedNoteRow(kind=kind, key=key, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
    session.flush()
    changed(session, "notes")
    site = key if kind == "site" else None
    entry = Entry(f"feeds.note_{kind}", f"{kind}s", key, before.model_dump(), new.model_dump(), site=site)
    record(session, identity.actor, [entry])
