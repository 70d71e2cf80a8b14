"""Repairs over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from api.accounts.identity import Permission
from api.database.engine import reading
from api.pages import Cursor, Limit, Page, cursor_of, key_of
from api.roster import repairs
from api.roster.shapes import NewRepair, RepairShown
from api.routing import Current, InSession, InState, Routes

of_plan = Routes("/plans/{plan}/repairs", "Repairs")
routes = Routes("/repairs", "Repairs")

Number = Annotated[int, Path(ge=1, lt=2**31)]

P = Permission.EDIT_ROSTER


@of_plan.on("POST", "", P, status_code=201)
def repair_roster(
    session: InSession, identity: Current, state: InState, plan: str, body: NewRepair
) -> RepairShown:
    """Propose the fewest changes that mend the roster after something happened, or apply them at once.

    A unit is withdrawn from all duties by one happening of the kind `withdrawn`.
    """
    scope, desk = identity.scope(P), state.desk
    # The search keeps nobody waiting: the session that writes begins after it.
    with reading(state.engine) as alone:
        proposal = repairs.propose(
            alone, scope, desk, plan, body.happenings, at=body.at, seconds=body.time_limit
        )
    row = repairs.keep(session, identity.actor, proposal)
    if body.apply:
        repairs.put_in_force(session, identity.actor, scope, desk, row.id, publish=body.publish)
    return repairs.shown(session, row)


@of_plan.on("GET", "", P)
def list_repairs(
    session: InSession, identity: Current, plan: str, limit: Limit = 50, cursor: Cursor = None
) -> Page[RepairShown]:
    """List a plan's repairs, the latest first."""
    key = key_of(cursor, int)
    rows, after = repairs.page(
        session, identity.scope(P), plan, before=None if key is None else int(key[0]), limit=limit
    )
    items = [repairs.shown(session, row) for row in rows]
    return Page[RepairShown](items=items, next=None if after is None else cursor_of(after))


@routes.on("GET", "/{repair}", P)
def read_repair(session: InSession, identity: Current, repair: Number) -> RepairShown:
    """Read one repair."""
    return repairs.shown(session, repairs.read(session, identity.scope(P), repair))


@routes.on("POST", "/{repair}/apply", P)
def apply_repair(
    session: InSession,
    identity: Current,
    state: InState,
    repair: Number,
    publish: Annotated[bool, Query(description="Publish what it touches with it.")] = False,
) -> RepairShown:
    """Put a proposed repair into force: the changes, and what happened. 412: what it is made for has changed."""
    scope = identity.scope(P)
    row = repairs.put_in_force(session, identity.actor, scope, state.desk, repair, publish=publish)
    return repairs.shown(session, row)
