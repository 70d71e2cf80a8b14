"""Swaps over HTTP: for members, for who decides, and the weekly clearing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Body, Path, Query

from api.accounts.identity import Permission
from api.database.engine import reading
from api.pages import Cursor, Limit, Page, cursor_of, key_of
from api.routing import Current, InSession, InState, Routes
from api.swaps import asking, clearing, covering, life, policy, ways, wishes
from api.swaps import reading as showing
from api.swaps.shapes import (
    Cleared,
    Direct,
    DutyToCover,
    NewSwap,
    NewWish,
    SwapPolicy,
    SwapShown,
    SwapState,
    Uid,
    Verdict,
    Ways,
    Wish,
    Word,
)

routes = Routes("/swaps", "Swaps")
mine = Routes("/me", "Own duties")
of_duty = Routes("/duties", "Swaps")
of_plan = Routes("/plans/{plan}", "Swaps")
of_wish = Routes("/swap-wishes", "Swaps")
policies = Routes("/swap-policies", "Swaps")

Number = Annotated[int, Path(ge=1, lt=2**31)]
Answer = Annotated[Word, Body(default_factory=Word)]
SELF, DECIDE, READ = Permission.SELF, Permission.DECIDE_SWAPS, Permission.READ_ROSTER


@mine.on("GET", "/swaps", SELF)
def list_own_swaps(
    session: InSession,
    identity: Current,
    live: Annotated[bool, Query(description="Only those that may still come about.")] = False,
) -> list[SwapShown]:
    """List the swaps that one has proposed or is asked for, the latest first."""
    return showing.shown(session, identity, showing.own(session, identity.person, live=live))


@mine.on("GET", "/duties-to-cover", SELF)
def list_duties_to_cover(
    session: InSession,
    identity: Current,
    state: InState,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[DutyToCover]:
    """List colleagues' duties, of one's own unit, that one may take: a `cover` of one can be asked for."""
    return covering.of(session, identity, state.desk, state.settings, first=first, last=last)


@of_duty.on("GET", "/{duty}/ways", SELF)
def list_ways_to_swap(
    session: InSession,
    identity: Current,
    state: InState,
    duty: Annotated[Uid, Path()],
    chains: Annotated[bool, Query(description="Also look for chains where nobody takes it directly.")] = True,
) -> Ways:
    """List who could take a duty of one's own, who could exchange, and what keeps the others away."""
    return ways.of(session, identity, state.desk, duty, chains=chains)


@routes.on("POST", "", SELF, status_code=201)
def ask_for_swap(session: InSession, identity: Current, state: InState, body: NewSwap) -> SwapShown:
    """Ask that duties change hands: give one away, exchange, or cover for somebody."""
    row = asking.ask(session, identity, state.desk, state.settings, body)
    return showing.shown(session, identity, [row])[0]


@routes.on("GET", "", READ)
def list_swaps(
    session: InSession,
    identity: Current,
    plan: str | None = None,
    site: str | None = None,
    state: SwapState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SwapShown]:
    """List the swaps at the sites within the scope, the latest first; `state` as it is written down."""
    key = key_of(cursor, int)
    rows, after = showing.page(
        session, identity.scope(READ), plan=plan, site=site, state=state,
        before=None if key is None else int(key[0]), limit=limit,
    )  # fmt: skip
    items = showing.shown(session, identity, rows)
    return Page[SwapShown](items=items, next=None if after is None else cursor_of(after))


@routes.on("POST", "/direct", DECIDE, status_code=201)
def give_duties(session: InSession, identity: Current, state: InState, body: Direct) -> SwapShown:
    """Give duties to others at once, in an emergency; the engine judges it all the same."""
    row = life.give(session, identity, state.desk, state.settings, body.handovers, body.reason)
    return showing.shown(session, identity, [row])[0]


@routes.on("GET", "/{swap}", SELF)
def read_swap(session: InSession, identity: Current, swap: Number) -> SwapShown:
    """Read a swap that one has part in, or looks after."""
    return showing.shown(session, identity, [showing.find(session, identity, swap)])[0]


@routes.on("GET", "/{swap}/ways", SELF)
def list_ways_to_accept(session: InSession, identity: Current, state: InState, swap: Number) -> Ways:
    """List which of one's duties one could give for an exchange that is offered to all, the cheapest first."""
    return ways.back(session, identity, state.desk, swap)


@routes.on("POST", "/{swap}/offer", SELF)
def offer_swap(session: InSession, identity: Current, state: InState, swap: Number) -> SwapShown:
    """Offer a draft to those whom it asks; it is judged anew."""
    return showing.shown(session, identity, [life.offer(session, identity, state.desk, swap)])[0]


@routes.on("POST", "/{swap}/accept", SELF)
def accept_swap(
    session: InSession, identity: Current, state: InState, swap: Number, body: Answer
) -> SwapShown:
    """Accept a swap; it is in force at once where nobody has to approve. 409 `swap_taken`: another was first."""
    row = life.accept(
        session, identity, state.desk, state.settings, swap, assignee=body.assignee, back=body.back
    )
    return showing.shown(session, identity, [row])[0]


@routes.on("POST", "/{swap}/decline", SELF)
def decline_swap(session: InSession, identity: Current, swap: Number, body: Answer) -> SwapShown:
    """Say no to a swap."""
    return showing.shown(session, identity, [life.decline(session, identity, swap, assignee=body.assignee)])[
        0
    ]


@routes.on("POST", "/{swap}/withdraw", SELF)
def withdraw_swap(session: InSession, identity: Current, swap: Number) -> SwapShown:
    """Take a swap back that one has proposed or accepted."""
    return showing.shown(session, identity, [life.withdraw(session, identity, swap)])[0]


@routes.on("POST", "/{swap}/approve", DECIDE)
def approve_swap(session: InSession, identity: Current, state: InState, swap: Number) -> SwapShown:
    """Approve a swap that all have accepted, and put it into force."""
    return showing.shown(session, identity, [life.approve(session, identity, state.desk, swap)])[0]


@routes.on("POST", "/{swap}/deny", DECIDE)
def deny_swap(session: InSession, identity: Current, swap: Number, body: Verdict) -> SwapShown:
    """Deny a swap; those concerned are told why."""
    return showing.shown(session, identity, [life.deny(session, identity, swap, body.reason)])[0]


@of_plan.on("GET", "/swap-wishes", SELF)
def list_swap_wishes(session: InSession, identity: Current, plan: str) -> list[Wish]:
    """List one's own wishes for the next clearing, and those of one's people."""
    return wishes.listed(session, identity, plan)


@of_plan.on("POST", "/swap-wishes", SELF, status_code=201)
def add_swap_wish(session: InSession, identity: Current, plan: str, body: NewWish) -> Wish:
    """Wish for a swap in the next clearing: "I'd give this for any of those"."""
    return wishes.shown(session, [wishes.wish(session, identity, plan, body)])[0]


@of_wish.on("DELETE", "/{wish}", SELF, status_code=204)
def remove_swap_wish(session: InSession, identity: Current, wish: Number) -> None:
    """Take a wish back."""
    wishes.unwish(session, identity, wish)


@of_plan.on("POST", "/clearing", Permission.EDIT_ROSTER, status_code=201)
def clear_swaps(session: InSession, identity: Current, state: InState, plan: str) -> Cleared:
    """Find the largest set of exchanges that the wishes agree on; as swaps of their own these wait for approval."""
    scope = identity.scope(Permission.EDIT_ROSTER)
    # The search keeps nobody waiting: the session that writes begins after it.
    with reading(state.engine) as alone:
        found = clearing.clear(alone, scope, state.desk, state.settings, plan)
    rows, fulfilled = clearing.propose(session, identity.actor, state.desk, state.settings, found)
    return Cleared(
        status=found.clearing.status,
        value=found.clearing.value,
        bound=found.clearing.bound,
        wishes=len(found.wishes),
        fulfilled=fulfilled,
        swaps=showing.shown(session, identity, rows),
    )


@policies.on("GET", "", READ)
def list_swap_policies(session: InSession) -> list[SwapPolicy]:
    """List who approves swaps, by role and unit."""
    return policy.listed(session)


@policies.on("PUT", "", Permission.WRITE_CITY)
def replace_swap_policies(session: InSession, identity: Current, body: list[SwapPolicy]) -> list[SwapPolicy]:
    """State who approves swaps, all lines at once."""
    return policy.replace(session, identity.actor, body)
