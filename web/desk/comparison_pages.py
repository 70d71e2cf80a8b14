"""What was published beside the draft, or another publication: the posts whose holders differ."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.plans import comparison, plans, revisions
from api.routing import InSession
from web.desk.named import roles_of, windows_of
from web.desk.plan_head import head_of
from web.desk.shifts import labels
from web.routing import InPage, Pages

pages = Pages()

SHOWN = 100
Number = Annotated[int, Query(ge=0, lt=2**31)]


@pages.on("GET", "/plans/{plan}/comparison", Permission.READ_ROSTER)
def compare(
    page: InPage, session: InSession, plan: str, before: Number = 0, after: Number = 0, cursor: str = ""
) -> Response:
    """Show the posts whose holders differ: by default between what is published and the draft (0)."""
    row, scope = plans.find(session, plan), page.identity.scope(Permission.READ_ROSTER)
    known = [revision.number for revision in revisions.listed(session, plan)]
    first = before or row.revision or (known[0] if known else 0)
    found = None
    if first:
        found = comparison.compare(
            session,
            scope,
            plan,
            first,
            after or None,
            district=None,
            site=None,
            limit=SHOWN,
            cursor=cursor or None,
        )
    template = "desk/_changes.html" if page.by_htmx and cursor else "desk/comparison.html"
    return page.show(
        template,
        plan=row,
        head=head_of(session, page, row, "/comparison"),
        found=found,
        known=known,
        before=first,
        after=after,
        labels=labels(session, row, windows_of(session), {c.shift for c in found.items} if found else ()),
        roles=roles_of(session),
        windows=windows_of(session),
    )
