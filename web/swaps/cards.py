"""A swap as a card: what is asked of whom, how far it has come, and what one can do about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from api.roster.own import mine_of
from api.swaps import reading
from web.desk.named import roles_of
from web.swaps.costs import effects_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.swaps.shapes import HandoverShown, SwapShown
    from api.swaps.tables import SwapRow
    from web.routing import Page
    from web.swaps.costs import Effect


class Look(NamedTuple):
    """A state on a card: its name, the style of its tag, and what it means."""

    text: str
    tag: str
    meaning: str


class Line(NamedTuple):
    """A duty of a swap, and who passes it to whom.

    Attributes
    ----------
    taker
        None: whoever accepts first.
    """

    uid: str
    start: dt.datetime
    end: dt.datetime
    site: str
    role: str
    giver: str
    taker: str | None
    gives: bool
    takes: bool


@dataclass(frozen=True)
class Card:
    """A swap on a page.

    Attributes
    ----------
    title
        Who asks for what.
    waiting
        Whose word is awaited; empty: nobody's.
    asks
        Whether that of who looks at it, or of their crew, is.
    """

    swap: SwapShown
    title: str
    look: Look
    lines: list[Line]
    effects: list[Effect]
    waiting: str
    asks: bool

    @property
    def live(self) -> bool:
        """Whether it may still come about."""
        return self.swap.state in ("draft", "offered", "accepted")


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


STATES = {
    "draft": Look(_("Not asked yet"), "plain", ""),
    "offered": Look(_("Waiting for an answer"), "warn", ""),
    "accepted": Look(_("Waiting for approval"), "warn", ""),
    "applied": Look(_("In force"), "good", ""),
    "declined": Look(_("Declined"), "plain", _("Nobody who was asked could do it.")),
    "denied": Look(_("Denied"), "bad", ""),
    "withdrawn": Look(_("Taken back"), "plain", ""),
    "expired": Look(_("Too late"), "plain", _("Nobody had agreed in time.")),
    "stale": Look(_("Outdated"), "plain", _("One of its duties was changed: ask anew if you still want it.")),
    "superseded": Look(_("Overtaken"), "plain", _("One of its duties has gone to somebody else meanwhile.")),
}

_OWN = {
    "give_away": _("You give a duty away"),
    "exchange": _("You offer an exchange"),
    "cover": _("You offer to take a duty"),
    "cycle": _("You ask for an exchange among several"),
    "chain": _("You ask for an exchange among several"),
}

_OTHERS = {
    "give_away": _("%(name)s gives a duty away"),
    "exchange": _("%(name)s offers an exchange"),
    "cover": _("%(name)s offers to take a duty"),
    "cycle": _("%(name)s asks for an exchange among several"),
    "chain": _("%(name)s asks for an exchange among several"),
}

_APPROVERS = {
    "school_admin": _("Now the school has to approve it."),
    "dispatcher": _("Now a dispatcher has to approve it."),
}


def cards(session: Session, page: Page, rows: Sequence[SwapRow]) -> list[Card]:
    """Return swaps as who asks sees them."""
    roles = {role.id: page.words.name(role.name, role.name_en) for role in roles_of(session).values()}
    mine = set(mine_of(session, page.identity.person))
    return [_card(page, swap, roles, mine) for swap in reading.shown(session, page.identity, rows)]


def _card(page: Page, swap: SwapShown, roles: dict[str, str], mine: set[str]) -> Card:
    me = page.identity.person
    return Card(
        swap=swap,
        title=_title(page, swap),
        look=STATES[swap.state],
        lines=[_line(handover, swap.names, roles, me) for handover in swap.handovers],
        effects=effects_of(swap.rises, page.words)
        if swap.state in ("offered", "accepted", "applied")
        else [],
        waiting=_waiting(page, swap),
        asks=not mine.isdisjoint(swap.answers_for),
    )


def _title(page: Page, swap: SwapShown) -> str:
    if swap.proposer is None:
        return page._("Given directly") if swap.reason else page._("From everybody's wishes")
    if swap.proposer == page.identity.person:
        return page._(_OWN[swap.kind])
    return page._(_OTHERS[swap.kind], name=swap.names.get(swap.proposer, swap.proposer))


def _line(handover: HandoverShown, names: dict[str, str], roles: dict[str, str], me: str | None) -> Line:
    taker = handover.taker
    return Line(
        uid=handover.duty,
        start=handover.start,
        end=handover.end,
        site=handover.site_name,
        role=roles.get(handover.role, handover.role),
        giver=names.get(handover.giver, handover.giver),
        taker=None if taker is None else names.get(taker, taker),
        gives=handover.giver == me,
        takes=taker is not None and taker == me,
    )


def _waiting(page: Page, swap: SwapShown) -> str:
    if swap.state == "accepted":
        return page._(_APPROVERS[swap.approver]) if swap.approver in _APPROVERS else ""
    if swap.state != "offered":
        return ""
    if any(handover.taker is None for handover in swap.handovers):
        return page._("All who may are asked; who accepts first has it.")
    asked = [swap.names.get(p.assignee, p.assignee) for p in swap.parties if p.word == "asked"]
    joined = page.words.pair(("、", ", ")).join(asked)
    return page._("Awaited: the word of %(names)s.", names=joined) if asked else ""
