"""Plans over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Body, Depends, Query, Response

from api.accounts.identity import Permission
from api.pages import Cursor, Limit, Page
from api.plans import closing, comparison, confirmations, life, plans, publication, revisions
from api.plans.shapes import (
    AffectedPage,
    ClosedPlan,
    Closing,
    Confirmation,
    HolderChange,
    NewPlan,
    Plan,
    Reason,
    Revision,
    Summary,
    WithdrawnPlan,
)
from api.routing import Current, InSession, InState, Routes, demanded

if TYPE_CHECKING:
    from api.plans.tables import PlanRow

routes = Routes("/plans", "Plans")

Tags = Annotated[frozenset[str], Depends(demanded)]
Number = Annotated[int, Query(ge=1, lt=2**31)]


@routes.on("GET", "", Permission.READ_ROSTER)
def list_plans(session: InSession) -> list[Plan]:
    """List all plans, the latest first."""
    return [Plan.model_validate(row) for row in plans.listed(session)]


@routes.on("POST", "", Permission.PUBLISH, status_code=201)
def create_plan(
    session: InSession, identity: Current, state: InState, response: Response, new: NewPlan
) -> Plan:
    """Make a plan, with the shifts that the bells give."""
    plan = plans.create(
        session,
        identity.actor,
        state.problems,
        new.start,
        days=new.days,
        collects_until=new.collects_until,
    )
    return _shown(plan, response)


@routes.on("GET", "/{plan}", Permission.READ_ROSTER)
def read_plan(session: InSession, response: Response, plan: str) -> Plan:
    """Read one plan."""
    return _shown(plans.find(session, plan), response)


@routes.on("POST", "/{plan}/proceed", Permission.PUBLISH)
def proceed_plan(session: InSession, identity: Current, response: Response, tags: Tags, plan: str) -> Plan:
    """End collecting: for schools that haven't confirmed, what stands is taken as it is."""
    return _shown(life.proceed(session, identity.actor, plan, tags), response)


@routes.on("POST", "/{plan}/submit", Permission.PUBLISH)
def submit_plan(session: InSession, identity: Current, response: Response, tags: Tags, plan: str) -> Plan:
    """Have a plan looked at; its roster stays as it is meanwhile."""
    return _shown(life.submit(session, identity.actor, plan, tags), response)


@routes.on("POST", "/{plan}/approve", Permission.PUBLISH)
def approve_plan(
    session: InSession, identity: Current, state: InState, response: Response, tags: Tags, plan: str
) -> Plan:
    """Approve a submitted plan."""
    return _shown(life.approve(session, identity.actor, state.settings, plan, tags), response)


@routes.on("POST", "/{plan}/send-back", Permission.PUBLISH)
def send_back_plan(
    session: InSession, identity: Current, response: Response, tags: Tags, plan: str, why: Reason
) -> Plan:
    """Have a submitted or approved plan changed again."""
    return _shown(life.send_back(session, identity.actor, plan, tags, why.reason), response)


@routes.on("POST", "/{plan}/publish", Permission.PUBLISH, status_code=201)
def publish_plan(
    session: InSession, identity: Current, state: InState, response: Response, tags: Tags, plan: str
) -> Revision:
    """Publish the draft as a new revision: verified as a whole, and all or nothing."""
    revision = publication.publish(session, identity.actor, state.settings, state.problems, plan, tags)
    response.headers["ETag"] = plans.tag_of(plans.find(session, plan))
    return Revision.model_validate(revision)


@routes.on("POST", "/{plan}/withdraw", Permission.PUBLISH)
def withdraw_plan(
    session: InSession, identity: Current, response: Response, tags: Tags, plan: str, why: Reason
) -> WithdrawnPlan:
    """Un-publish a plan: all of its duties are cancelled, and the plan is a draft again."""
    row, told = publication.withdraw(session, identity.actor, plan, tags, why.reason)
    return WithdrawnPlan(plan=_shown(row, response), summary=Summary(**told))


@routes.on("POST", "/{plan}/close", Permission.PUBLISH)
def close_plan(
    session: InSession,
    identity: Current,
    state: InState,
    response: Response,
    tags: Tags,
    plan: str,
    how: Annotated[Closing, Body(default_factory=Closing)],
) -> ClosedPlan:
    """Close a published plan: what everybody carried goes into the ledger."""
    row, told = closing.close(session, identity.actor, state.settings, state.problems, plan, tags, how.reason)
    return ClosedPlan(plan=_shown(row, response), **told)


@routes.on("POST", "/{plan}/reopen", Permission.PUBLISH)
def reopen_plan(
    session: InSession, identity: Current, response: Response, tags: Tags, plan: str, why: Reason
) -> Plan:
    """Open a closed plan again: what its closing entered is taken out of the ledger."""
    return _shown(closing.reopen(session, identity.actor, plan, tags, why.reason), response)


@routes.on("GET", "/{plan}/affected", Permission.READ_ROSTER)
def list_affected(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    district: str | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> AffectedPage:
    """List for whom publishing the draft would change something, at the sites within the caller's scope."""
    scope = identity.scope(Permission.READ_ROSTER)
    summary, page = publication.affected(
        session, scope, state.problems, plan, district=district, limit=limit, cursor=cursor
    )
    return AffectedPage(items=page.items, next=page.next, summary=summary)


@routes.on("GET", "/{plan}/revisions", Permission.READ_ROSTER)
def list_revisions(session: InSession, plan: str) -> list[Revision]:
    """List a plan's publications, the latest first."""
    return [Revision.model_validate(row) for row in revisions.listed(session, plan)]


@routes.on("GET", "/{plan}/comparison", Permission.READ_ROSTER)
def compare_revisions(
    session: InSession,
    identity: Current,
    plan: str,
    before: Number,
    after: Number | None = None,
    district: str | None = None,
    site: str | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[HolderChange]:
    """List the posts whose holders differ between two revisions, or (without `after`) a revision and the draft."""
    scope = identity.scope(Permission.READ_ROSTER)
    return comparison.compare(
        session,
        scope,
        plan,
        before,
        after,
        district=district,
        site=site,
        limit=limit,
        cursor=cursor,
    )


@routes.on("GET", "/{plan}/confirmations", Permission.READ_ROSTER)
def list_confirmations(session: InSession, identity: Current, plan: str) -> list[Confirmation]:
    """List which schools have confirmed their input."""
    found = confirmations.listed(session, identity.scope(Permission.READ_ROSTER), plan)
    return [Confirmation.model_validate(row) for row in found]


@routes.on("PUT", "/{plan}/confirmations/{site}", Permission.CONFIRM_INPUT)
def confirm_input(session: InSession, identity: Current, plan: str, site: str) -> Confirmation:
    """Say that a school's people, absences and offers are complete."""
    scope = identity.scope(Permission.CONFIRM_INPUT)
    return Confirmation.model_validate(confirmations.confirm(session, identity.actor, scope, plan, site))


@routes.on("DELETE", "/{plan}/confirmations/{site}", Permission.CONFIRM_INPUT)
def unconfirm_input(session: InSession, identity: Current, plan: str, site: str) -> Confirmation:
    """Take back that a school's input is complete."""
    scope = identity.scope(Permission.CONFIRM_INPUT)
    found = confirmations.confirm(session, identity.actor, scope, plan, site, given=False)
    return Confirmation.model_validate(found)


@routes.on("POST", "/{plan}/reminders", Permission.EDIT_ROSTER)
def remind_schools(session: InSession, identity: Current, plan: str) -> list[Confirmation]:
    """Remind the schools that haven't confirmed, and list them."""
    found = confirmations.remind(session, identity.actor, identity.scope(Permission.EDIT_ROSTER), plan)
    return [Confirmation.model_validate(row) for row in found]


def _shown(plan: PlanRow, response: Response) -> Plan:
    response.headers["ETag"] = plans.tag_of(plan)
    return Plan.model_validate(plan)
