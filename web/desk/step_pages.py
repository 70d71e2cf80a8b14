"""The steps of a week's life: asked about in a dialog, then taken."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Form
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.errors import Invalid, NotFound
from api.pages import Page as Listed
from api.plans import closing, life, plans, publication
from api.plans.shapes import Affected, Summary
from api.routing import InSession, InState
from web.desk.plan_head import head_of
from web.desk.steps import STEPS, Step
from web.routing import InPage, Pages

pages = Pages()

SHOWN = 50
"""How many of those concerned are listed at once."""


class NoReason(Invalid):
    code = "no_reason"
    title = "Say why: others will want to know"


@pages.on("GET", "/plans/{plan}/head", Permission.READ_ROSTER)
def show_head(page: InPage, session: InSession, plan: str, tab: str = "none") -> Response:
    """Show how far a week has come, anew."""
    row = plans.find(session, plan)
    return page.show("desk/_plan_head.html", plan=row, head=head_of(session, page, row, tab))


@pages.on("GET", "/plans/{plan}/affected", Permission.READ_ROSTER)
def list_affected(page: InPage, session: InSession, state: InState, plan: str, after: str) -> Response:
    """List more of those whom publishing concerns."""
    scope = page.identity.scope(Permission.READ_ROSTER)
    _, found = publication.affected(
        session, scope, state.problems, plan, district=None, limit=SHOWN, cursor=after
    )
    return page.show("desk/_affected.html", plan=plans.find(session, plan), affected=found)


@pages.on("GET", "/plans/{plan}/steps/{step}", Permission.PUBLISH)
def ask_about_step(page: InPage, session: InSession, state: InState, plan: str, step: str) -> Response:
    """Ask whether a step is to be taken; for publishing, say whom it concerns."""
    row, found = plans.find(session, plan), _step(step)
    summary: Summary | None = None
    affected: Listed[Affected] | None = None
    if found.address == "publish":
        scope = page.identity.scope(Permission.PUBLISH)
        summary, affected = publication.affected(
            session, scope, state.problems, plan, district=None, limit=SHOWN, cursor=None
        )
    return page.show(
        "desk/_step.html", plan=row, step=found, tag=plans.tag_of(row), summary=summary, affected=affected
    )


@pages.on("POST", "/plans/{plan}/steps/{step}", Permission.PUBLISH)
def take_step(
    page: InPage,
    session: InSession,
    state: InState,
    plan: str,
    step: str,
    tag: Annotated[str, Form(max_length=100)],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Take a step, on the week as it was seen."""
    found, actor, tags, why = _step(step), page.identity.actor, frozenset({tag}), reason.strip()
    if found.reason == "must" and not why:
        raise NoReason
    if found.address == "proceed":
        life.proceed(session, actor, plan, tags)
    elif found.address == "submit":
        life.submit(session, actor, plan, tags)
    elif found.address == "approve":
        life.approve(session, actor, state.settings, plan, tags)
    elif found.address == "send-back":
        life.send_back(session, actor, plan, tags, why)
    elif found.address == "publish":
        publication.publish(session, actor, state.settings, state.problems, plan, tags)
    elif found.address == "withdraw":
        publication.withdraw(session, actor, plan, tags, why)
    elif found.address == "close":
        closing.close(session, actor, state.settings, state.problems, plan, tags, why or None)
    else:
        closing.reopen(session, actor, plan, tags, why)
    answer = page.show("shell/_done.html", text=page._(found.done))
    answer.headers["HX-Trigger"] = json.dumps({"planchanged": {}})
    return answer


def _step(name: str) -> Step:
    if name not in STEPS:
        raise NotFound
    return STEPS[name]
