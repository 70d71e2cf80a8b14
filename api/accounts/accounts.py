"""Accounts: made one by one or from the people list, changed, disabled, reset."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, insert, or_, select

from api.accounts import invitations, logins
from api.accounts.shapes import Account, HeldGrant, Invited, MadeAccount
from api.accounts.tables import AccountRow, GrantRow, InvitationRow
from api.audit import Entry, record
from api.database.base import now
from api.errors import Conflict, Invalid, NotFound, Stale
from api.feeds import feeds
from api.pages import Page, cursor_of, key_of
from api.standing.tables import PersonRow, SiteRow, UnitRow
from api.tags import etag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy.orm import Session

    from api.accounts.shapes import AccountFields, GivenGrant, Invitation, Inviting, Language, NewAccount
    from api.audit import Actor
    from api.settings import Settings


class LoginTaken(Conflict):
    code = "login_taken"
    title = "There is an account of that name already"


class PersonHasAccount(Conflict):
    code = "person_has_account"
    title = "The person has an account already"


class LastDispatcher(Conflict):
    code = "last_dispatcher"
    title = "Nobody else could give permissions then: make another dispatcher of the whole city first"


def page(
    session: Session, *, text: str | None, site: str | None, role: str | None, limit: int, cursor: str | None
) -> Page[Account]:
    """Return a page of accounts, by login.

    Parameters
    ----------
    text
        In the login or name.
    site
        Of the site's people and admins.
    role
        Which have this grant.
    """
    query = select(AccountRow).order_by(AccountRow.login).limit(limit + 1)
    if text is not None:
        words = [c.icontains(text, autoescape=True) for c in (AccountRow.login, AccountRow.name)]
        query = query.where(or_(*words))
    if site is not None:
        there = select(PersonRow.id).join(UnitRow, UnitRow.id == PersonRow.unit).where(UnitRow.site == site)
        admins = exists().where(GrantRow.account == AccountRow.id, GrantRow.site == site)
        query = query.where(or_(AccountRow.person.in_(there), admins))
    if role is not None:
        query = query.where(exists().where(GrantRow.account == AccountRow.id, GrantRow.role == role))
    if (after := key_of(cursor, str)) is not None:
        query = query.where(AccountRow.login > after[0])
    rows = session.scalars(query).all()
    items = shown(session, rows[:limit])
    return Page[Account](items=items, next=cursor_of(items[-1].login) if len(rows) > limit else None)


def shown(session: Session, rows: Sequence[AccountRow]) -> list[Account]:
    """Return accounts as they are shown, with their grants."""
    ids = [row.id for row in rows]
    grants: defaultdict[int, list[HeldGrant]] = defaultdict(list)
    for grant in session.scalars(select(GrantRow).where(GrantRow.account.in_(ids)).order_by(GrantRow.id)):
        grants[grant.account].append(HeldGrant.model_validate(grant))
    waiting = set(
        session.scalars(
            select(InvitationRow.account).where(
                InvitationRow.account.in_(ids),
                InvitationRow.used_at.is_(None),
                InvitationRow.expires_at > now(),
            )
        )
    )
    return [
        Account(
            grants=grants[row.id],
            has_password=row.password is not None,
            invited=row.id in waiting,
            **{name: getattr(row, name) for name in _COPIED},
        )
        for row in rows
    ]


_COPIED = ("id", "login", "name", "person", "language", "disabled_at", "created_at", "version")


def find(session: Session, account: int, *, tags: Collection[str] | None = None) -> AccountRow:
    """Return an account; to change it, with the entity tags that the change builds on.

    Raises
    ------
    NotFound
        When there is none of that number.
    Stale
        When it was changed since.
    """
    query = select(AccountRow).where(AccountRow.id == account)
    if tags is not None:
        query = query.with_for_update()
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound
    if tags is not None and etag("account", row.id, row.version) not in tags:
        raise Stale
    return row


def create(session: Session, settings: Settings, actor: Actor, new: NewAccount, base: str) -> MadeAccount:
    """Make an account, with an invitation.

    Raises
    ------
    LoginTaken, PersonHasAccount, Invalid
        As `add` does.
    """
    row = add(session, actor, new)
    (invitation,) = invitations.invite(session, settings, [row], base)
    (account,) = shown(session, [row])
    return MadeAccount(account=account, invitation=invitation)


def add(session: Session, actor: Actor, new: NewAccount, *, password: str | None = None) -> AccountRow:
    """Make an account.

    Parameters
    ----------
    password
        The hash of one, where it is known already.

    Raises
    ------
    LoginTaken, PersonHasAccount
        When there is one already.
    Invalid
        When the person, or a place of a grant, is unknown.
    """
    if session.scalar(select(exists().where(AccountRow.login == new.login))):
        raise LoginTaken
    if new.person is not None:
        person = session.get(PersonRow, new.person)
        if person is None or person.left_on is not None:
            raise Invalid("There is no such person")
        if session.scalar(select(exists().where(AccountRow.person == new.person))):
            raise PersonHasAccount
    row = AccountRow(
        login=new.login,
        name=new.name,
        person=new.person,
        language=new.language,
        password=password,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    _grant(session, row, new.grants)
    after = {"person": new.person, "grants": [g.model_dump(exclude_none=True) for g in new.grants]}
    record(session, actor, [Entry("accounts.create", "accounts", row.login, None, after)])
    return row


def replace(
    session: Session, actor: Actor, account: int, new: AccountFields, tags: Collection[str]
) -> AccountRow:
    """Change an account; one that is disabled loses its log-ins.

    Raises
    ------
    NotFound, Stale
        As `find` does.
    Invalid
        When a place of a grant is unknown.
    LastDispatcher
        When nobody could give permissions afterwards.
    """
    _dispatchers(session)
    row = find(session, account, tags=tags)
    before = _fields(session, row)
    row.name, row.language = new.name, new.language
    if (row.disabled_at is not None) != new.disabled:
        row.disabled_at = now() if new.disabled else None
        if new.disabled:
            logins.end_all(session, actor, row)
    row.version += 1
    session.execute(delete(GrantRow).where(GrantRow.account == row.id))
    _grant(session, row, new.grants)
    session.flush()
    after = _fields(session, row)
    if not _dispatchers(session):
        raise LastDispatcher
    record(session, actor, [Entry("accounts.change", "accounts", row.login, before, after)])
    feeds.touch(session, row.id)
    return row


def speak(session: Session, actor: Actor, account: int, language: Language) -> None:
    """Note the language that an account reads."""
    row = find(session, account)
    if row.language != language:
        entry = Entry(
            "accounts.change", "accounts", row.login, {"language": row.language}, {"language": language}
        )
        row.language = language
        row.version += 1
        record(session, actor, [entry])


def reset(
    session: Session, settings: Settings, actor: Actor, account: int, tags: Collection[str], base: str
) -> tuple[AccountRow, Invitation]:
    """Take an account's password and log-ins away, and return an invitation to set another.

    Raises
    ------
    NotFound, Stale
        As `find` does.
    """
    row = find(session, account, tags=tags)
    return row, start_over(session, settings, actor, row, base)


def start_over(session: Session, settings: Settings, actor: Actor, row: AccountRow, base: str) -> Invitation:
    """Take an account's password and log-ins away, and return an invitation to set another."""
    row.password = None
    row.version += 1
    logins.end_all(session, actor, row)
    (invitation,) = invitations.invite(session, settings, [row], base)
    record(session, actor, [Entry("accounts.reset", "accounts", row.login)])
    return invitation


def invite_people(session: Session, settings: Settings, actor: Actor, wanted: Inviting, base: str) -> Invited:
    """Make accounts of people who have none, each with an invitation.

    Raises
    ------
    NotFound
        When there is no such unit or site, or one of the people isn't there.
    """
    units = select(UnitRow.id).where(
        UnitRow.id == wanted.unit if wanted.unit is not None else UnitRow.site == wanted.site
    )
    if session.scalar(units.limit(1)) is None:
        raise NotFound
    query = (
        select(PersonRow.id, PersonRow.name, AccountRow.id.label("account"))
        .outerjoin(AccountRow, AccountRow.person == PersonRow.id)
        .where(PersonRow.unit.in_(units), PersonRow.left_on.is_(None))
        .order_by(PersonRow.position, PersonRow.id)
    )
    people = session.execute(query).all()
    if wanted.people is not None:
        named = set(wanted.people)
        people = [p for p in people if p.id in named]
        if len(people) != len(named):
            raise NotFound
    new = [p for p in people if p.account is None]
    if not new:
        return Invited(invitations=[], already=len(people))
    taken = _free(session, [logins.folded(p.id.replace(" ", "-")) for p in new])
    moment = now()
    rows = [
        {"login": login, "name": person.name, "person": person.id, "language": "zh", "created_at": moment}
        for person, login in zip(new, taken, strict=True)
    ]
    session.execute(insert(AccountRow), rows)
    made = session.scalars(
        select(AccountRow).where(AccountRow.login.in_(taken)).order_by(AccountRow.id)
    ).all()
    entries = [Entry("accounts.create", "accounts", r.login, None, {"person": r.person}) for r in made]
    record(session, actor, entries)
    links = invitations.invite(session, settings, made, base)
    return Invited(invitations=links, already=len(people) - len(new))


def _free(session: Session, wanted: Sequence[str]) -> list[str]:
    """Return a free login for each that is wanted, with a number behind where it is taken."""
    taken: set[str] = set(session.scalars(select(AccountRow.login)))
    found = []
    for login in wanted:
        number, free = 1, login
        while free in taken:
            number += 1
            free = f"{login}-{number}"
        taken.add(free)
        found.append(free)
    return found


def _grant(session: Session, row: AccountRow, grants: Iterable[GivenGrant]) -> None:
    kept = list(dict.fromkeys(grants))
    for table, column, named in (
        (SiteRow, SiteRow.id, {g.site for g in kept if g.site is not None}),
        (SiteRow, SiteRow.district, {g.district for g in kept if g.district is not None}),
    ):
        known = set(session.scalars(select(column).select_from(table).where(column.in_(named))))
        if unknown := sorted(named - known):
            raise Invalid(f"There is no site or district {unknown[0]}")
    session.add_all(GrantRow(account=row.id, role=g.role, district=g.district, site=g.site) for g in kept)


def _fields(session: Session, row: AccountRow) -> dict[str, Any]:
    grants = session.scalars(select(GrantRow).where(GrantRow.account == row.id).order_by(GrantRow.id))
    return {
        "name": row.name,
        "language": row.language,
        "disabled": row.disabled_at is not None,
        "grants": [
            {k: v for k in ("role", "district", "site") if (v := getattr(g, k)) is not None} for g in grants
        ],
    }


def _dispatchers(session: Session) -> Sequence[int]:
    """Return the accounts that can give permissions, which nobody else changes until this session ends."""
    whole = exists().where(
        GrantRow.account == AccountRow.id,
        GrantRow.role == "dispatcher",
        GrantRow.district.is_(None),
        GrantRow.site.is_(None),
    )
    query = select(AccountRow.id).where(whole, AccountRow.disabled_at.is_(None)).order_by(AccountRow.id)
    return session.scalars(query.with_for_update()).all()
