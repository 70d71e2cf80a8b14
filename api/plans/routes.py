"""Plans over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from api.accounts.identity import Permission
from api.plans import plans
from api.plans.shapes import NewPlan, Plan
from api.routing import Current, InSession, InState, Routes, etag

if TYPE_CHECKING:
    from api.plans.tables import PlanRow

routes = Routes("/plans", "Plans")


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


def _shown(plan: PlanRow, response: Response) -> Plan:
    response.headers["ETag"] = etag(plan.id, plan.version)
    return Plan.model_validate(plan)
