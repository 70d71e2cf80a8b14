"""A school's week on a page, and changing it by hand."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Form
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from api.accounts.identity import Permission
from api.database.engine import reading
from api.errors import Conflict, Invalid, RulesBroken, Stale
from api.plans import plans
from api.roster import editing
from api.roster.places import places
from api.roster.shapes import Edit
from api.routing import InSession, InState
from web.desk.named import roles_of, windows_of
from web.desk.plan_head import head_of
from web.desk.refused import broken, refused
from web.desk.sheet import sheet
from web.routing import InPage, Page, Pages

pages = Pages()

P = Permission.READ_ROSTER
_EDITS = TypeAdapter(list[Edit])
MOST = 200


@pages.on("GET", "/plans/{plan}/sites/{site}", P)
def show_site(page: InPage, session: InSession, plan: str, site: str) -> Response:
    """Show who holds which post of a school."""
    return _shown(page, session, plan, site, part=page.by_htmx)


def _shown(page: Page, session: InSession, plan: str, site: str, *, part: bool) -> Response:
    row, scope = plans.find(session, plan), page.identity.scope(P)
    found = sheet(session, scope, row, site, roles_of(session), windows_of(session))
    values = {"plan": row, "sheet": found, "head": head_of(session, page, row)}
    if part:
        return page.show("desk/_sheet.html", **values)
    others = places(session, scope, row.id)
    at = next((k for k, place in enumerate(others) if place.id == site), 0)
    if page.identity.may(Permission.ADVISE):
        # Who looks at a school will ask who could take a post; the first answer takes the longest.
        page.state.desk.prepare(page.state.engine, plan)
    return page.show(
        "desk/site.html",
        **values,
        place=others[at] if others else None,
        before=others[at - 1] if at else None,
        after=others[at + 1] if at + 1 < len(others) else None,
    )


@pages.on("POST", "/plans/{plan}/sites/{site}/edits", Permission.EDIT_ROSTER)
def edit_site(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    site: str,
    edits: Annotated[str, Form(max_length=100_000)],
    tags: Annotated[str, Form(max_length=50_000)],
    undoing: Annotated[bool, Form()] = False,
) -> Response:
    """Change who holds posts, judged by the engine; the sheet comes back as it is then, with what takes it back."""
    scope, wanted = page.identity.scope(Permission.EDIT_ROSTER), _read(edits)
    with reading(state.engine) as alone:
        state.desk.warm(alone, plan, editing.shifts_of(wanted))
    try:
        done = editing.edit(
            session, page.identity.actor, state.desk, scope, plan, wanted, frozenset(tags.split())
        )
    except RulesBroken as refusal:
        # Nothing is changed then.
        return broken(page, session, plan, refusal, undoing=undoing)
    except (Conflict, Stale) as refusal:
        return refused(page, session, plan, refusal, editing.shifts_of(wanted), undoing=undoing)
    answer = _shown(page, session, plan, site, part=True)
    told = {
        "address": page.request.url.path,
        "undo": [edit.model_dump(mode="json") for edit in done.undo],
        # What takes it back builds on what it made, whatever the page may show by then.
        "shifts": {shift.id: shift.etag for shift in done.shifts},
        "built": tags.split(),
        "undoing": undoing,
    }
    answer.headers["HX-Trigger"] = json.dumps({"edited": told, "headchanged": {}})
    return answer


def _read(edits: str) -> list[Edit]:
    try:
        found = _EDITS.validate_json(edits)
    except ValidationError as error:
        raise Invalid from error
    if not 0 < len(found) <= MOST:
        raise Invalid
    return found
