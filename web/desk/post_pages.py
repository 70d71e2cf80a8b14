"""One post beside the sheet: who holds it, who else could, why it is open and what would fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.errors import NotFound
from api.plans import plans
from api.roster import questions, weeks
from api.roster.editing import PostHeld
from api.routing import InSession, InState
from formats.words import BLOCKS
from web.desk.costs import dearer
from web.desk.named import roles_of, windows_of
from web.desk.plan_head import head_of
from web.routing import InPage, Pages

if TYPE_CHECKING:
    from api.roster.shapes import PostShown, ShiftShown

pages = Pages()

FIRST = 12
"""How many of those who could take a post are shown at once."""

Shift = Annotated[str, Query(max_length=200)]
Role = Annotated[str, Query(max_length=64)]
Index = Annotated[int, Query(ge=0, le=9999)]


@pages.on("GET", "/plans/{plan}/post", Permission.READ_ROSTER)
def show_post(
    page: InPage, session: InSession, plan: str, shift: Shift, role: Role, index: Index
) -> Response:
    """Show a post: who holds it, and what can be done about it."""
    row, scope = plans.find(session, plan), page.identity.scope(Permission.READ_ROSTER)
    site = weeks.shift_in(session, scope, row, shift).site
    found, post = _post(weeks.site_week(session, scope, row, site).shifts, shift, role, index)
    return page.show(
        "desk/_post.html",
        plan=row,
        shift=found,
        post=post,
        role=roles_of(session)[role],
        window=windows_of(session)[found.window],
        at={"shift": shift, "role": role, "index": index},
        head=head_of(session, page, row),
        advises=page.identity.may(Permission.ADVISE),
    )


def _post(shifts: list[ShiftShown], shift: str, role: str, index: int) -> tuple[ShiftShown, PostShown]:
    for found in shifts:
        if found.id == shift:
            for post in found.posts:
                if (post.role, post.index) == (role, index):
                    return found, post
    raise NotFound


@pages.on("GET", "/plans/{plan}/candidates", Permission.ADVISE)
def show_candidates(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    shift: Shift,
    role: Role,
    index: Index,
    instead: str = "",
    more: bool = False,
) -> Response:
    """Show who could take a post, the cheapest first, and what keeps the others away."""
    row, scope = plans.find(session, plan), page.identity.scope(Permission.ADVISE)
    try:
        found = questions.candidates(session, scope, state.desk, row, shift, role, instead or None)
    except PostHeld:
        # Filled by somebody else while this was asked.
        found = None
    away: dict[str, list[str]] = {}
    if found is not None:
        for blocked in found.answer.blocked:
            away.setdefault(blocked.rule, []).append(found.names.get(blocked.assignee, blocked.assignee))
    free = [] if found is None else found.answer.free
    return page.show(
        "desk/_candidates.html",
        plan=row,
        at={"shift": shift, "role": role, "index": index},
        instead=instead,
        free=[
            (c.assignee, found.names.get(c.assignee, c.assignee), dearer(c.levels, page.words))
            for c in (free if more else free[:FIRST])
        ]
        if found is not None
        else [],
        left=0 if more else max(0, len(free) - FIRST),
        away={page.words.pair(BLOCKS[rule]): names for rule, names in away.items()},
        head=head_of(session, page, row),
    )
