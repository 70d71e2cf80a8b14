"""Publishing: the draft, verified once more, becomes what everybody is told to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from api.database.base import now
from api.errors import Conflict, RulesBroken
from api.pages import Page, cursor_of, key_of
from api.plans import duties, life, plans, revisions
from api.plans.following import demand_kept
from api.plans.problems import roster_of
from api.plans.shapes import Affected, Summary
from api.plans.tables import RevisionRow
from api.plans.telling import tell
from api.roster.holders import names_of
from api.standing import rows
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from api.accounts.identity import Scope
    from api.audit import Actor
    from api.plans.problems import Problems
    from api.plans.tables import PlanRow
    from api.settings import Settings
    from models import Problem, Roster

SHOWN = 100
"""Violations that are listed when a plan can't be published."""


class NotPublished(Conflict):
    code = "not_published"
    title = "Nothing of this plan is published"


def publish(
    session: Session,
    actor: Actor,
    settings: Settings,
    problems: Problems,
    plan_id: str,
    tags: Collection[str],
) -> RevisionRow:
    """Make the draft what everybody is told to do, as a new revision; all or nothing.

    Raises
    ------
    RulesBroken
        When the draft breaks hard rules, as after a change of absences, or a plan that follows; the first of them are
        listed.
    plans.WrongState
        When it has to be approved before, or the plan is closed.
    """
    plan = plans.expected(session, plan_id, tags)
    plans.in_state(plan, *life.publishable(settings))
    problem, roster = problems.of(session, plan), roster_of(session, plan)
    if violations := Verifier(problem).verify(roster):
        raise RulesBroken(violations[:SHOWN])
    published = duties.roster_of(session, plan) if plan.revision is not None else None
    demand_kept(
        session, problems.history_days, plan, problem,
        (problem, published.assignments if published else ()), (problem, roster.assignments),
    )  # fmt: skip
    rows.alone(session)
    before = duties.known(session, plan.id)
    found = duties.difference(problem, before, duties.wanted(plan.id, problem, roster))
    number = duties.apply(session, found, before.values())
    first = plan.revision is None
    last = session.scalar(select(func.max(RevisionRow.number)).where(RevisionRow.plan == plan.id))
    revision = RevisionRow(
        plan=plan.id,
        number=(last or 0) + 1,
        problem=revisions.packed_problem(problem),
        roster=revisions.packed_roster(roster),
        summary={**_counted(problem, roster), **found.summary(), "roster_version": plan.roster_version},
        account=actor.account,
        published_at=now(),
    )
    session.add(revision)
    plan.revision = revision.number
    plan.duties_version += 1
    life.step(session, actor, plan, "publish", "published", revision=revision.number)
    tell(session, plan, found, number, first=first)
    return revision


def _counted(problem: Problem, roster: Roster) -> dict[str, int]:
    posts = {(s.id, n.role): n.wished for s in problem.shifts for n in s.needs}
    filled = Counter((a.shift, a.role) for a in roster.assignments)
    return {
        "posts": sum(posts.values()),
        "filled": sum(min(held, posts[need]) for need, held in filled.items()),
    }


def withdraw(
    session: Session, actor: Actor, plan_id: str, tags: Collection[str], reason: str
) -> tuple[PlanRow, dict[str, int]]:
    """Cancel all that a plan has published, and return how many duties and people that concerns.

    Raises
    ------
    NotPublished
        When nothing is.
    plans.WrongState
        When the plan is closed.
    """
    plan = plans.expected(session, plan_id, tags)
    if plan.revision is None:
        raise NotPublished
    plans.in_state(plan, "draft", "submitted", "approved", "published")
    rows.alone(session)
    before = duties.known(session, plan.id)
    found = duties.Difference(removed=[row for row in before.values() if row["cancelled_at"] is None])
    number = duties.apply(session, found, before.values())
    revisions.find(session, plan.id, plan.revision).withdrawn_at = now()
    plan.revision = plan.submitted_by = plan.approved_by = None
    plan.duties_version += 1
    told = found.summary()
    life.step(session, actor, plan, "withdraw", "draft", reason=reason, **told)
    tell(session, plan, found, number, first=False)
    return plan, told


def affected(
    session: Session,
    scope: Scope,
    problems: Problems,
    plan_id: str,
    *,
    district: str | None,
    limit: int,
    cursor: str | None,
) -> tuple[Summary, Page[Affected]]:
    """Return what publishing the draft would change, and for whom; at the sites within a scope.

    Raises
    ------
    NotFound
        When there is no such plan.
    """
    plan = plans.find(session, plan_id)
    problem, roster = problems.of(session, plan), roster_of(session, plan)
    found = duties.difference(
        problem, duties.known(session, plan.id), duties.wanted(plan.id, problem, roster)
    )
    sites = {
        site.id
        for site in problem.sites
        if scope.holds(site.district, site.id) and district in (None, site.district)
    }
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, row in found.visible():
        if row["site"] in sites:
            counts[row["assignee"]][name] += 1
    total: Counter[str] = Counter()
    for counted in counts.values():
        total.update(counted)
    summary = Summary(
        added=total["added"], changed=total["changed"], removed=total["removed"], people=len(counts)
    )
    after = key_of(cursor, str)
    ids = sorted(name for name in counts if after is None or name > after[0])[: limit + 1]
    names = names_of(session, ids)
    items = [
        Affected(
            assignee=one,
            name=names.get(one, one),
            added=counts[one]["added"],
            changed=counts[one]["changed"],
            removed=counts[one]["removed"],
        )
        for one in ids[:limit]
    ]
    page = Page[Affected](items=items, next=cursor_of(items[-1].assignee) if len(ids) > limit else None)
    return summary, page
