"""How burdens lie, and what would help: crews, bells, one more person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.plans import plans
from api.roster import questions
from api.roster.places import places
from api.routing import InSession, InState
from formats.fairness_plot import fairness_svg
from formats.words import LEVELS
from web.desk.broken import name_of
from web.desk.named import roles_of, windows_of
from web.desk.plan_head import head_of
from web.routing import InPage, Page, Pages

if TYPE_CHECKING:
    from api.plans.tables import PlanRow

pages = Pages()

P = Permission.ADVISE
SECONDS = 40.0
"""How long the search for bells or people may take."""

GROUPS = 60
"""Groups that are listed at once."""


@pages.on("GET", "/plans/{plan}/fairness", P)
def show_fairness(
    page: InPage, session: InSession, state: InState, plan: str, district: str = "", listed: bool = False
) -> Response:
    """Show who carries most and least: the page at once, what is on it as soon as it is reckoned."""
    row = plans.find(session, plan)
    if not (page.by_htmx and listed):
        return page.show("desk/fairness.html", **_around(page, session, row, "/fairness", district))
    scope = page.identity.scope(P)
    found = questions.fairness(session, scope, state.desk, row, district or None, [], None)
    problem = state.desk.problem(session, row)
    return page.show(
        "desk/_fairness.html",
        plan=row,
        # All text in it is escaped where it is drawn.
        plot=Markup(fairness_svg(problem, found.answer, page.language)),
        groups=found.answer.groups[:GROUPS],
        left=max(0, len(found.answer.groups) - GROUPS),
        names=found.names,
        roles=roles_of(session),
        units={unit.id: unit.name for unit in problem.units},
        crews=problem.crew_by_id,
    )


@pages.on("GET", "/plans/{plan}/advice", P)
def show_advice(page: InPage, session: InSession, plan: str, district: str = "") -> Response:
    """Show what can be asked."""
    row = plans.find(session, plan)
    return page.show("desk/advice.html", **_around(page, session, row, "/advice", district))


@pages.on("GET", "/plans/{plan}/advice/crews", P)
def advise_crews(page: InPage, session: InSession, state: InState, plan: str, district: str = "") -> Response:
    """Say how few crews could hold every post, with what proves it."""
    row, scope = plans.find(session, plan), page.identity.scope(P)
    found = questions.crew_certificate(session, scope, state.desk, row, district or None, [])
    pools = []
    for pool in found.answer.pools:
        tightest = max(pool.peaks, key=lambda peak: peak.least, default=None)
        if tightest is not None:
            pools.append((pool, tightest, sum(peak.missing for peak in pool.peaks)))
    return page.show(
        "desk/_advice_crews.html", pools=pools, roles=roles_of(session), windows=windows_of(session)
    )


@pages.on("GET", "/plans/{plan}/advice/bells", P)
def advise_bells(page: InPage, session: InSession, state: InState, plan: str, district: str = "") -> Response:
    """Say which bells to move, by how little, so that fewer crews do."""
    row, scope = plans.find(session, plan), page.identity.scope(P)
    found = questions.bells(
        session,
        scope,
        state.desk,
        row,
        district or None,
        [],
        goal="crews",
        within=10,
        grid=5,
        seconds=SECONDS,
    )
    problem = state.desk.problem(session, plans.find(session, plan))
    return page.show(
        "desk/_advice_bells.html",
        peaks=[peak for peak in found.peaks if peak.steps],
        sites={site.id: site.name for site in problem.sites},
        windows=windows_of(session),
    )


@pages.on("GET", "/plans/{plan}/advice/people", P)
def advise_people(
    page: InPage, session: InSession, state: InState, plan: str, district: str = ""
) -> Response:
    """Say where one more person or crew is worth most; each is solved anew."""
    row, scope = plans.find(session, plan), page.identity.scope(P)
    found = questions.hires(session, scope, state.desk, row, district or None, [], top=3, seconds=3 * SECONDS)
    problem = state.desk.problem(session, plans.find(session, plan))
    hires = [
        (
            hire,
            next(unit.name for unit in problem.units if unit.id == hire.unit),
            [
                page._("%(count)s more of: %(level)s", count=count, level=page.words.pair(LEVELS[level]))
                for level, count in hire.gained.items()
                if count
            ],
            name_of(problem, hire.like) if hire.like else "",
        )
        for hire in found.answer.hires
    ]
    return page.show(
        "desk/_advice_people.html", hires=hires, roles=roles_of(session), windows=windows_of(session)
    )


def _around(page: Page, session: Session, row: PlanRow, tab: str, district: str) -> dict[str, object]:
    """Return what these pages have in common."""
    districts = list(dict.fromkeys(p.district for p in places(session, page.identity.scope(P), row.id)))
    return {
        "plan": row,
        "head": head_of(session, page, row, tab),
        "districts": districts,
        # A whole city at once is a long wait and a long list.
        "district": district or (districts[0] if districts else ""),
    }
