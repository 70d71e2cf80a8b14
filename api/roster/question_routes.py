"""Questions about a roster, over HTTP: who could take a post, why it is open, what would help."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.accounts.identity import Permission
from api.plans import plans
from api.roster import questions
from api.roster.shapes import Named
from api.routing import Current, InSession, InState, Routes
from models import Candidates, Unfilled
from models.advice import BellAdvice, CrewAdvice, FairnessAdvice, Goal, PeopleAdvice
from models.explanation import PersonExplained, PinConflicts, PostExplained

routes = Routes("/plans/{plan}", "Questions")

Seconds = Annotated[float, Query(gt=0, le=300, description="How long it may take, in seconds.")]
RoleNames = Annotated[list[str], Query(alias="role", max_length=50, description="These roles alone.")]
Minutes = Annotated[int, Query(ge=1, le=180)]
Grid = Annotated[int, Query(ge=1, le=60)]

P = Permission.ADVISE


@routes.on("GET", "/candidates", P)
def list_candidates(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    shift: str,
    role: str,
    instead: str | None = None,
) -> Named[Candidates]:
    """List who could take a post, the cheapest first, and what keeps the others away.

    Without `instead` it is an open post.
    """
    row = plans.find(session, plan)
    return questions.candidates(session, identity.scope(P), state.desk, row, shift, role, instead)


@routes.on("GET", "/open", Permission.READ_ROSTER)
def list_open_posts(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    district: str | None = None,
    site: str | None = None,
) -> list[Unfilled]:
    """List which posts are open, with the counts of what keeps candidates away."""
    scope, row = identity.scope(Permission.READ_ROSTER), plans.find(session, plan)
    return questions.open_posts(session, scope, state.desk, row, district=district, site=site)


@routes.on("GET", "/explanations/post", P)
def explain_open_post(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    shift: str,
    role: str,
    hire: Annotated[bool, Query(description="Also solve what one more person would bring.")] = False,
    time_limit: Seconds = 20,
) -> Named[PostExplained]:
    """Explain why a post is open, and what would fill it; each way is tried out."""
    row, scope = plans.find(session, plan), identity.scope(P)
    return questions.post_explained(
        session, scope, state.desk, row, shift, role, hire=hire, seconds=time_limit
    )


@routes.on("GET", "/explanations/people/{person}", P)
def explain_persons_duties(
    session: InSession, identity: Current, state: InState, plan: str, person: str
) -> Named[PersonExplained]:
    """Explain why a person has these duties, and who else could have them."""
    row = plans.find(session, plan)
    return questions.holder_explained(session, identity.scope(P), state.desk, row, "person", person)


@routes.on("GET", "/explanations/crews/{crew}", P)
def explain_crews_duties(
    session: InSession, identity: Current, state: InState, plan: str, crew: str
) -> Named[PersonExplained]:
    """Explain why a crew has these duties, and which others could have them."""
    row = plans.find(session, plan)
    return questions.holder_explained(session, identity.scope(P), state.desk, row, "crew", crew)


@routes.on("GET", "/explanations/conflicts", P)
def explain_pins_in_conflict(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    district: str | None = None,
    time_limit: Seconds = 20,
) -> Named[PinConflicts]:
    """Explain which pins contradict each other, a rule or an absence, and which to drop."""
    row = plans.find(session, plan)
    return questions.conflicts(session, identity.scope(P), state.desk, row, district, seconds=time_limit)


@routes.on("GET", "/advice/crews", P)
def advise_crew_numbers(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    roles: RoleNames = [],  # noqa: B006 (never changed)
    district: str | None = None,
) -> Named[CrewAdvice]:
    """Advise how few crews could hold every post of each peak, with the proof."""
    row = plans.find(session, plan)
    return questions.crew_certificate(session, identity.scope(P), state.desk, row, district, roles)


@routes.on("GET", "/advice/bells", P)
def advise_bell_times(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    roles: RoleNames = [],  # noqa: B006 (never changed)
    district: str | None = None,
    goal: Goal = "crews",
    within: Minutes = 10,
    grid: Grid = 5,
    time_limit: Seconds = 20,
) -> BellAdvice:
    """Advise which bells to move, by how little, so that fewer crews do or fewer posts stay open."""
    return questions.bells(
        session,
        identity.scope(P),
        state.desk,
        plans.find(session, plan),
        district,
        roles,
        goal=goal,
        within=within,
        grid=grid,
        seconds=time_limit,
    )


@routes.on("GET", "/advice/hires", P)
def advise_hires(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    roles: RoleNames = [],  # noqa: B006 (never changed)
    district: str | None = None,
    top: Annotated[int, Query(ge=1, le=10)] = 2,
    time_limit: Seconds = 20,
) -> Named[PeopleAdvice]:
    """Advise where one more person or crew is worth most; each is solved anew."""
    row, scope = plans.find(session, plan), identity.scope(P)
    return questions.hires(session, scope, state.desk, row, district, roles, top=top, seconds=time_limit)


@routes.on("GET", "/advice/fairness", P)
def advise_on_fairness(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str,
    roles: RoleNames = [],  # noqa: B006 (never changed)
    district: str | None = None,
    unit: str | None = None,
) -> Named[FairnessAdvice]:
    """Show who carries most and least within each group, before the plan and with it."""
    row = plans.find(session, plan)
    return questions.fairness(session, identity.scope(P), state.desk, row, district, roles, unit)
