"""What stands above every page of a week: its days, how far it has come, and what can be done next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from api.accounts.identity import Permission
from api.plans import plans, revisions
from api.runs import runs
from web.desk.states import PLAN_STATES
from web.desk.steps import GENERATE, offered

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.plans.tables import PlanRow, RunRow
    from web.desk.states import Look
    from web.desk.steps import Step
    from web.routing import Page


class Tab(NamedTuple):
    """A page of a week.

    Attributes
    ----------
    address
        Below the week's own.
    text
        In English; the catalogue has it in Chinese.
    """

    address: str
    text: str


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


CITY = Tab("", _("City"))
OPEN = Tab("/open", _("Open posts"))
FAIRNESS = Tab("/fairness", _("Fairness"))
ADVICE = Tab("/advice", _("Advice"))
MEND = Tab("/repairs", _("Something happened"))
INPUT = Tab("/input", _("Schools' input"))
COMPARISON = Tab("/comparison", _("Compare"))


@dataclass(frozen=True)
class Head:
    """What can be done with a week.

    Attributes
    ----------
    steps
        The states of its life that count here, in order.
    offered
        What who asks can do now.
    next
        Which of that is the most likely; None while a run is under way, or nothing differs.
    same
        Whether nothing differs from what is published.
    run
        The solve that is under way.
    edits
        Whether who asks may change the roster now.
    mends
        Whether there is a roster that can be mended when something happens.
    tabs
        The week's pages.
    tab
        The address of the one that is shown.
    """

    steps: dict[str, Look]
    offered: list[Step]
    next: Step | None
    same: bool
    run: RunRow | None
    edits: bool
    mends: bool
    tabs: list[Tab]
    tab: str | None


def head_of(session: Session, page: Page, plan: PlanRow, tab: str | None = None) -> Head:
    """Return the head of a week's pages.

    Parameters
    ----------
    tab
        The address of the one that is shown; None is none of the tabs.
    """
    me, settings = page.identity, page.state.settings
    skipped = {"submitted", "approved"} if settings.approval == "nobody" else set()
    if plan.collects_until is None:
        skipped.add("collecting")
    run = runs.active(session, plan.id)
    acts = offered(settings, me, plan, running=run is not None)
    # Before anything is generated, that is what is to be done.
    first = GENERATE if GENERATE in acts and not plan.roster_version else acts[-1] if acts else None
    same = plan.state == "published" and revisions.is_latest(session, plan)
    if same or run is not None:
        first = None  # what comes of a run is waited for
    edits = plan.state in plans.CHANGEABLE and me.may(Permission.EDIT_ROSTER)
    mends = edits and bool(plan.roster_version)
    return Head(
        steps={name: look for name, look in PLAN_STATES.items() if name not in skipped or name == plan.state},
        offered=acts,
        next=first,
        same=same,
        run=run,
        edits=edits,
        mends=mends,
        tabs=_tabs(page, plan, mends=mends),
        tab=tab,
    )


def _tabs(page: Page, plan: PlanRow, *, mends: bool) -> list[Tab]:
    advised = [FAIRNESS, ADVICE] if page.identity.may(Permission.ADVISE) else []
    collects = [INPUT] if plan.collects_until is not None else []
    published = [COMPARISON] if plan.revision is not None else []
    return [CITY, OPEN, *([MEND] if mends else []), *advised, *collects, *published]
