"""What a dispatcher does at the desk, over HTTP."""

from __future__ import annotations

from fastapi import Request

from api.accounts.identity import Permission
from api.database.engine import reading
from api.roster import editing
from api.roster.shapes import Edited, NewEdits
from api.routing import Current, InSession, InState, Routes, demanded

routes = Routes("/plans/{plan}", "Desk")


@routes.on("POST", "/edits", Permission.EDIT_ROSTER)
def edit_roster(
    request: Request, session: InSession, identity: Current, state: InState, plan: str, body: NewEdits
) -> Edited:
    """Edit the roster by hand; If-Match names the tags of all shifts concerned."""
    scope, tags = identity.scope(Permission.EDIT_ROSTER), demanded(request)
    # What has to be read first is read before anybody is kept waiting.
    with reading(state.engine) as alone:
        state.desk.warm(alone, plan, editing.shifts_of(body.edits))
    return editing.edit(
        session, identity.actor, state.desk, scope, plan, body.edits, tags, dry_run=body.dry_run
    )
