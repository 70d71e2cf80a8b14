"""A school's week as it hangs on the wall, and giving a duty to somebody else in an emergency."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

from fastapi import Form, Query
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.database.base import now
from api.errors import NotFound
from api.plans import plans
from api.plans.tables import DutyRow, ShiftRow
from api.roster import weeks
from api.routing import InSession, InState
from api.swaps import life, ways
from api.swaps.parties import holds_sites
from api.swaps.shapes import AskedDuty
from formats.words import BLOCKS
from models import duty_uid
from web.desk.named import roles_of, windows_of
from web.desk.plan_head import head_of
from web.desk.post_pages import Index, Role, Shift
from web.desk.sheet import sheet
from web.routing import InPage, Page, Pages
from web.school.office import office
from web.school.weeks import beside, current
from web.swaps.deciding import NoReason
from web.swaps.ways import listed

if TYPE_CHECKING:
    from api.plans.tables import PlanRow
    from api.roster.shapes import PostShown, ShiftShown

pages = Pages()

P = Permission.READ_ROSTER
DECIDE = Permission.DECIDE_SWAPS
FIRST = 30
"""How many of those who could take a duty are listed."""

Plan = Annotated[str, Query(max_length=64)]
Uid = Annotated[str, Query(min_length=1, max_length=64)]


@pages.on("GET", "/school/{site}/week", P)
def show_week(page: InPage, session: InSession, site: str, plan: Plan = "") -> Response:
    """Show who stands where at a school; nothing is dragged here."""
    found = office(session, page, site, P, "/week")
    row = plans.find(session, plan) if plan else current(session)
    if row is None:
        return page.show("school/week.html", office=found, plan=None)
    head = dataclasses.replace(head_of(session, page, row), edits=False)
    values = {
        "office": found,
        "plan": row,
        "head": head,
        "sheet": sheet(session, page.identity.scope(P), row, site, roles_of(session), windows_of(session)),
        "sheet_address": f"{found.address}/week?plan={row.id}",
        "post_address": f"{found.address}/post",
    }
    if page.by_htmx:
        return page.show("desk/_sheet.html", **values)
    before, after = beside(session, row)
    return page.show("school/week.html", **values, before=before, after=after)


@pages.on("GET", "/school/{site}/post", P)
def show_post(
    page: InPage, session: InSession, site: str, shift: Shift, role: Role, index: Index
) -> Response:
    """Show a post, and offer to give it to somebody else."""
    found = office(session, page, site, P, "/week")
    plan = _plan_of(session, site, shift)
    at, post = _post(session, page, plan, site, shift, role, index)
    uid = None
    if post.holder is not None and plan.state == "published":
        duty = session.get(DutyRow, duty_uid(post.holder.id, shift, role))
        if duty is not None and duty.cancelled_at is None and duty.start > now():
            uid = duty.uid if holds_sites(session, page.identity, DECIDE, [site]) else None
    return page.show(
        "school/_post.html",
        office=found,
        post=post,
        shift=at,
        role=roles_of(session)[role],
        window=windows_of(session)[at.window],
        uid=uid,
    )


@pages.on("GET", "/school/{site}/give", DECIDE)
def ask_to_give(page: InPage, session: InSession, state: InState, site: str, uid: Uid) -> Response:
    """Ask to whom a duty is given, the cheapest first, and why."""
    found = ways.of(session, page.identity, state.desk, uid, chains=False)
    names = found.names
    others = [
        (names.get(o.assignee, o.assignee), page.words.pair(BLOCKS[o.give_away]))
        for o in found.partners.others
    ]
    return page.show(
        "school/_give.html",
        office=office(session, page, site, DECIDE, "/week"),
        uid=uid,
        ways=listed(session, page, found, found.partners.takers[:FIRST]),
        duty=session.get_one(DutyRow, uid),
        zone=weeks.zone_of(session),
        giver=names.get(found.partners.duty.assignee, ""),
        others=others,
    )


@pages.on("POST", "/school/{site}/give", DECIDE)
def give(
    page: InPage,
    session: InSession,
    state: InState,
    site: str,
    uid: Annotated[str, Form(min_length=1, max_length=64)],
    taker: Annotated[str, Form(min_length=1, max_length=64)],
    reason: Annotated[str, Form(max_length=500)],
) -> Response:
    """Give a duty to somebody else at once; both are told why."""
    office(session, page, site, DECIDE, "/week")
    if not reason.strip():
        raise NoReason
    asked = [AskedDuty(duty=uid, taker=taker)]
    life.give(session, page.identity, state.desk, state.settings, asked, reason.strip())
    answer = page.show("shell/_done.html", text=page._("Given: calendars follow."))
    answer.headers["HX-Trigger"] = '{"closedialog": {}, "planchanged": {}}'
    return answer


def _plan_of(session: Session, site: str, shift: str) -> PlanRow:
    plan = session.scalar(select(ShiftRow.plan).where(ShiftRow.id == shift, ShiftRow.site == site))
    if plan is None:
        raise NotFound
    return plans.find(session, plan)


def _post(
    session: Session, page: Page, plan: PlanRow, site: str, shift: str, role: str, index: int
) -> tuple[ShiftShown, PostShown]:
    for found in weeks.site_week(session, page.identity.scope(P), plan, site).shifts:
        if found.id == shift:
            for post in found.posts:
                if (post.role, post.index) == (role, index):
                    return found, post
    raise NotFound
