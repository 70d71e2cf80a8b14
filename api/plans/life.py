"""A plan's life: collecting → draft → submitted → approved → published → closed, and the ways back.

Who approves is a setting, and may be nobody. A published plan goes on being edited: it is submitted and published
anew, while what was published before stays in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.audit import Entry, record
from api.errors import Forbidden
from api.plans.plans import expected, in_state

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from api.plans.tables import PlanRow
    from api.settings import Settings


class OwnSubmission(Forbidden):
    code = "own_submission"
    title = "Who submitted a plan doesn't approve it: ask another dispatcher"


def step(
    session: Session, actor: Actor, plan: PlanRow, action: str, state: str, **told: str | int | None
) -> PlanRow:
    """Bring a plan into a state, raise its version, and write that down."""
    before = {"state": plan.state}
    plan.state = state
    plan.version += 1
    record(
        session, actor, [Entry(f"plan.{action}", "plan", plan.id, before, {"state": state, **told}, plan.id)]
    )
    session.flush()
    return plan


def proceed(session: Session, actor: Actor, plan_id: str, tags: Collection[str]) -> PlanRow:
    """Go on to the draft: for schools that haven't confirmed, what stands is taken as it is."""
    plan = expected(session, plan_id, tags)
    in_state(plan, "collecting")
    return step(session, actor, plan, "proceed", "draft")


def submit(session: Session, actor: Actor, plan_id: str, tags: Collection[str]) -> PlanRow:
    """Have a plan looked at; its roster stays as it is meanwhile."""
    plan = expected(session, plan_id, tags)
    in_state(plan, "draft", "published")
    plan.submitted_by, plan.approved_by = actor.account, None
    return step(session, actor, plan, "submit", "submitted")


def approve(
    session: Session, actor: Actor, settings: Settings, plan_id: str, tags: Collection[str]
) -> PlanRow:
    """Approve what was submitted.

    Raises
    ------
    OwnSubmission
        When another than who submitted it has to.
    """
    plan = expected(session, plan_id, tags)
    in_state(plan, "submitted")
    if settings.approval == "another" and plan.submitted_by == actor.account:
        raise OwnSubmission
    plan.approved_by = actor.account
    return step(session, actor, plan, "approve", "approved")


def send_back(session: Session, actor: Actor, plan_id: str, tags: Collection[str], reason: str) -> PlanRow:
    """Have a plan changed again, for a reason."""
    plan = expected(session, plan_id, tags)
    in_state(plan, "submitted", "approved")
    plan.submitted_by = plan.approved_by = None
    back = "draft" if plan.revision is None else "published"
    return step(session, actor, plan, "send_back", back, reason=reason)


def publishable(settings: Settings) -> tuple[str, ...]:
    """Return the states from which a plan may be published."""
    if settings.approval == "nobody":
        return ("draft", "submitted", "approved", "published")
    return ("approved",)
