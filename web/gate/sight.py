"""How somebody sees the posts of a day, and what they may say and do about each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.accounts.identity import Permission
from api.database.base import now
from api.swaps import policy
from web.desk.named import roles_of, windows_of
from web.gate.states import STATES, Look

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from models import Role, Window
    from web.routing import Page


@dataclass(frozen=True)
class Sight:
    """How somebody sees a day.

    Attributes
    ----------
    marks
        Whether they say who has come.
    finds
        The roles for which they may find somebody else.
    mends
        Whether they may say what happened, and have the day mended.
    moment
        What is over by then needs nobody any more.
    """

    roles: Mapping[str, Role]
    windows: Mapping[str, Window]
    marks: bool
    finds: Collection[str]
    mends: bool
    moment: dt.datetime

    @property
    def states(self) -> Mapping[str, Look]:
        """What states are called, and how they look."""
        return STATES


def sight(session: Session, page: Page) -> Sight:
    """Return how somebody who directs the day sees it, or (an auditor) only looks on."""
    roles, may = roles_of(session), page.identity.may
    mends = may(Permission.EDIT_ROSTER)
    others = set() if mends else _of_dispatchers(session)
    return Sight(
        roles=roles,
        windows=windows_of(session),
        marks=may(Permission.DIRECT_DAY),
        finds=set(roles) - others if may(Permission.DIRECT_DAY) else (),
        mends=mends,
        moment=now(),
    )


def of_leader(session: Session) -> Sight:
    """Return how the leader of a shift sees it."""
    return Sight(roles_of(session), windows_of(session), marks=True, finds=(), mends=False, moment=now())


def _of_dispatchers(session: Session) -> set[str]:
    """Return the roles about which dispatchers decide."""
    lines = policy.listed(session)
    return {line.role for line in lines if line.unit is None and line.approver == "dispatcher"}
