"""Which posts are open and why, and what would fill one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from fastapi import Query
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.plans import plans
from api.roster import questions, weeks
from api.roster.editing import PostHeld
from api.roster.places import places
from api.routing import InSession, InState
from formats.words import BLOCKS, NOBODY
from web.desk.broken import broken_rules
from web.desk.costs import dearer
from web.desk.named import roles_of, windows_of
from web.desk.plan_head import head_of
from web.desk.post_pages import Index, Role, Shift
from web.desk.shifts import labels
from web.routing import InPage, Page, Pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.plans.tables import PlanRow
    from models import Unfilled
    from models.explanation import Way

pages = Pages()

SECONDS = 30.0
"""How long looking for ways may take."""

SHOWN = 300
"""Open needs that are listed at once."""

REASONS = 3
"""Reasons that are named for each."""


@pages.on("GET", "/plans/{plan}/open", Permission.READ_ROSTER)
def show_open(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    district: str = "",
    needed: Annotated[bool, Query()] = False,
    listed: bool = False,
) -> Response:
    """List which posts are open: the page at once, what is on it as soon as the engine has been asked."""
    row, scope = plans.find(session, plan), page.identity.scope(Permission.READ_ROSTER)
    values = {
        "plan": row,
        "head": head_of(session, page, row, "/open"),
        "district": district,
        "needed": needed,
        "advises": page.identity.may(Permission.ADVISE),
    }
    if not (page.by_htmx and listed):
        districts = list(dict.fromkeys(place.district for place in places(session, scope, row.id)))
        return page.show("desk/open.html", **values, districts=districts)
    found = questions.open_posts(session, scope, state.desk, row, district=district or None)
    found = sorted((u for u in found if u.missing_minimum or not needed), key=lambda u: not u.missing_minimum)
    shown = found[:SHOWN]
    return page.show(
        "desk/_open.html",
        **values,
        found=[(u, reasons(page, u)) for u in shown],
        left=len(found) - len(shown),
        short=sum(u.missing_minimum for u in found),
        missing=sum(u.missing for u in found),
        labels=labels(session, row, windows_of(session), (u.shift for u in shown)),
        roles=roles_of(session),
    )


def reasons(page: Page, unfilled: Unfilled) -> str:
    """Return in one line what keeps candidates away, the commonest first."""
    if not unfilled.candidates:
        return page.words.pair(NOBODY)
    commonest = Counter(unfilled.blocked).most_common(REASONS)
    said = [f"{page.words.pair(BLOCKS[rule])} {count}" for rule, count in commonest]
    return page.words.pair(("、", ", ")).join(said)


@pages.on("GET", "/plans/{plan}/explanation", Permission.ADVISE)
def explain_post(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    shift: Shift,
    role: Role,
    index: Index | None = None,
) -> Response:
    """Say what would fill an open post, by default the need's first: each way is tried out, the cheapest first."""
    row, scope = plans.find(session, plan), page.identity.scope(Permission.ADVISE)
    found = questions.post_explained(
        session, scope, state.desk, row, shift, role, hire=False, seconds=SECONDS
    )
    row = plans.find(session, plan)
    ways = found.answer.ways
    problem = state.desk.problem(session, row)
    concerned = {
        shift,
        *(c.shift for way in ways for c in way.changes),
        *(o.shift for w in ways for o in w.opened),
    }
    named = labels(session, row, windows_of(session), concerned)
    if index is None:
        index = _first_open(session, scope, row, shift, role)
    at = {"shift": shift, "role": role, "index": index}
    return page.show(
        "desk/_explanation.html",
        plan=row,
        site=named[shift].site,
        ways=[
            {
                "way": way,
                "name": found.names.get(way.assignee, way.assignee),
                "costs": dearer(way.levels, page.words),
                "broken": broken_rules(problem, way.violations, page.words),
                "edits": _edits(way, at),
                "tags": " ".join(named[s].tag for s in sorted(_shifts(way, shift)) if s in named),
            }
            for way in ways
        ],
        names=found.names,
        labels=named,
        roles=roles_of(session),
        head=head_of(session, page, row),
    )


def _first_open(session: Session, scope: Scope, plan: PlanRow, shift: str, role: str) -> int:
    site = weeks.shift_in(session, scope, plan, shift).site
    found = weeks.site_week(session, scope, plan, site).shifts
    posts = next((one.posts for one in found if one.id == shift), [])
    open_ = [post.index for post in posts if post.role == role and post.holder is None]
    if not open_:
        raise PostHeld
    return open_[0]


def _shifts(way: Way, shift: str) -> set[str]:
    return {shift, *(change.shift for change in way.changes)}


def _edits(way: Way, at: dict[str, object]) -> Sequence[dict[str, object]]:
    """Return the edits that take a way; none where it would break a rule."""
    if way.kind == "take":
        return [{**at, "kind": "assign", "assignee": way.assignee}]
    if way.kind == "waive":
        return []
    posts = [(c, {"shift": c.shift, "role": c.role, "index": c.index}) for c in way.changes]
    return [
        *({**post, "kind": "clear"} for change, post in posts if change.before is not None),
        *(
            {**post, "kind": "assign", "assignee": change.after}
            for change, post in posts
            if change.after is not None
        ),
    ]
