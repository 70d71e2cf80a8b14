"""What stands above every page of a school's office: whose it is, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from api.accounts.identity import Permission
from api.errors import NotFound
from api.standing.tables import SiteRow
from api.swaps import reading
from web.swaps.cards import cards

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from web.routing import Page
    from web.swaps.cards import Card


class Tab(NamedTuple):
    """A page of the office; its address is the school's with `path` behind."""

    path: str
    text: str


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


TABS = (
    Tab("", _("Overview")),
    Tab("/day", _("The day")),
    Tab("/week", _("Week")),
    Tab("/swaps", _("Swaps")),
    Tab("/people", _("People")),
    Tab("/absences", _("Absences")),
    Tab("/timetables", _("Timetables")),
    Tab("/offers", _("Offers")),
)


@dataclass(frozen=True)
class Office:
    """A school's office.

    Attributes
    ----------
    others
        All schools that who asks looks after, by id, if there are several.
    waiting
        How many swaps wait for their word.
    path
        Of the tab that is open.
    """

    id: str
    name: str
    others: dict[str, str]
    waiting: int
    path: str

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Its pages."""
        return TABS

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"/school/{self.id}"


def office(session: Session, page: Page, site: str, permission: Permission, path: str) -> Office:
    """Return a school's office for a page that needs a permission.

    Raises
    ------
    NotFound
        When there is no such school where the caller has it.
    """
    row = session.get(SiteRow, site)
    if row is None:
        raise NotFound
    page.identity.scope(permission).check(row.district, row.id)
    own = own_sites(session, page)
    return Office(
        id=row.id,
        name=row.name,
        others=own if len(own) > 1 else {},
        waiting=len(to_decide(session, page, site)),
        path=path,
    )


def own_sites(session: Session, page: Page) -> dict[str, str]:
    """Return the schools that an account looks after, by id."""
    ids = [grant.site for grant in page.identity.grants if grant.site is not None]
    query = select(SiteRow.id, SiteRow.name).where(SiteRow.id.in_(ids)).order_by(SiteRow.position)
    return {id_: name for id_, name in session.execute(query)}


def to_decide(session: Session, page: Page, site: str) -> list[Card]:
    """Return the swaps of a school's duties that wait for who asks to approve them, the latest first."""
    scope = page.identity.where(Permission.READ_ROSTER)
    rows, _ = reading.page(session, scope, plan=None, site=site, state="accepted", before=None, limit=MOST)
    return [card for card in cards(session, page, rows) if "approve" in card.swap.may]


MOST = 100
"""Swaps that are looked at."""
