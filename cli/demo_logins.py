"""Who may log in to a demo: one of each kind of user, with passwords that are new each time it is started."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel
from sqlalchemy import select

from api.accounts import accounts, passwords
from api.accounts.shapes import GivenGrant, NewAccount
from api.accounts.tables import AccountRow
from api.audit import SERVICE
from api.database.engine import writing
from cli.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from cli.words import Language
    from models import Person, Problem, Roster

MEMBERS = {"staff": "teacher", "resident_officer": "officer", "volunteer": "volunteer"}
"""The roles of which one is shown, and the name to log in with."""

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Nothing that is mistaken for something else when it is read off a screen."""


class Login(BaseModel):
    """One who may log in.

    Attributes
    ----------
    kind
        ``dispatcher``, ``district``, ``school``, ``auditor``, or the role of a member.
    place
        The district, the school, or who of the people it is; empty: the whole city.
    """

    kind: str
    login: str
    place: str


class Opened(NamedTuple):
    """A log-in with the password that it has just got."""

    login: Login
    password: str


def make(engine: Engine, problem: Problem, roster: Roster, language: Language) -> list[Login]:
    """Make an account of each kind; nobody knows a password yet."""
    made: list[Login] = []
    with writing(engine) as session:
        for login, new in _wanted(problem, roster, language):
            accounts.add(session, SERVICE, new)
            made.append(login)
    return made


def open_all(engine: Engine, logins: Sequence[Login]) -> list[Opened]:
    """Give everybody a new password: nothing but this answer knows them."""
    given = {login.login: Opened(login, _new_password()) for login in logins}
    hashes = {name: passwords.hashed(one.password) for name, one in given.items()}
    with writing(engine) as session:
        rows = session.scalars(
            select(AccountRow).where(AccountRow.login.in_(hashes), AccountRow.disabled_at.is_(None))
        ).all()
        for row in rows:
            row.password = hashes[row.login]
            row.version += 1
        there = {row.login for row in rows}
    return [one for name, one in given.items() if name in there]


def _wanted(problem: Problem, roster: Roster, language: Language) -> Iterator[tuple[Login, NewAccount]]:
    site = problem.sites[0]
    for kind, place, grant in (
        ("dispatcher", "", GivenGrant(role="dispatcher")),
        ("district", site.district, GivenGrant(role="dispatcher", district=site.district)),
        ("school", site.name, GivenGrant(role="school_admin", site=site.id)),
        ("auditor", "", GivenGrant(role="auditor")),
    ):
        name = say(language, f"demo-kind:{kind}")
        new = NewAccount(login=kind, name=name, language=language, grants=[grant])
        yield Login(kind=kind, login=kind, place=place), new
    for role, login in MEMBERS.items():
        if (person := _busiest(problem, roster, role, site.id)) is not None:
            new = NewAccount(login=login, name=person.name, person=person.id, language=language)
            yield Login(kind=role, login=login, place=person.name), new


def _busiest(problem: Problem, roster: Roster, role: str, site: str) -> Person | None:
    """Return who holds most posts of a role, at a school if anybody does there."""
    sites = {shift.id: shift.site for shift in problem.shifts}
    held = [a for a in roster.assignments if a.role == role and a.assignee in problem.person_by_id]
    counts = Counter(a.assignee for a in held if sites[a.shift] == site) or Counter(a.assignee for a in held)
    return problem.person_by_id[counts.most_common(1)[0][0]] if counts else None


def _new_password() -> str:
    """Return three groups of five letters and digits: 75 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
