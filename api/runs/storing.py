"""What a run is given, what it finds, and how that becomes the plan's roster: whole, or not at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import bindparam, delete, insert, select, update

from api.audit import Actor, Entry, record
from api.database.base import now
from api.database.engine import writing
from api.errors import Conflict, Invalid
from api.plans import plans
from api.plans.problems import roster_of
from api.plans.tables import AssignmentRow, RunRow, ShiftRow
from models import Assignment, DroppedPin, Horizon, Report, Roster
from solver.regions import Regions
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.plans.problems import Problems
    from api.plans.tables import PlanRow
    from models import Problem
    from solver.solve import Solution

Holders: TypeAlias = dict[tuple[str, int], tuple[str, bool]]
"""Of one shift: who holds each (role, index), and whether it is pinned."""


class Overtaken(Conflict):
    """What the run built on was changed by somebody meanwhile; their change stays."""

    code = "overtaken"
    title = "The roster was edited during the run: nothing was changed; start the run again"


class NoLongerKept(Conflict):
    code = "overtaken"
    title = (
        "People, places or rules were changed during the run so that its roster doesn't keep the rules any more: "
        "nothing was changed; start the run again"
    )


@dataclass(frozen=True)
class Task:
    """What a run is to solve.

    Attributes
    ----------
    whole, part
        The plan's problem, and what of it is solved, with its pins.
    lost_pins
        Pins of posts or people that aren't there any more.
    versions
        The versions of the shifts that are solved.
    """

    run: int
    plan: str
    whole: Problem
    part: Problem
    lost_pins: tuple[Assignment, ...]
    versions: Mapping[str, int]
    time_limit: float | None
    seed: int


@dataclass(frozen=True)
class Result:
    """What a run has found, in a form that travels quickly.

    Attributes
    ----------
    rows
        Shift, role, index, assignee, pinned.
    report
        The engine's, as JSON.
    """

    rows: list[tuple[str, str, int, str, bool]]
    report: dict[str, Any]


def result_of(solution: Solution) -> Result:
    """Return what a solve has found."""
    rows = [(a.shift, a.role, a.index, a.assignee, a.pinned) for a in solution.roster.assignments]
    return Result(rows, solution.report.model_dump(mode="json"))


def task_of(session: Session, problems: Problems, run_id: int) -> Task:
    """Return what a run is to solve.

    Raises
    ------
    Invalid
        When its districts share people with others, or what stands doesn't fit together.
    """
    run = session.get_one(RunRow, run_id)
    plan = plans.find(session, run.plan)
    whole = problems.of(session, plan)
    part = _within(whole, run.settings["districts"])
    pins = [a for a in roster_of(session, plan).assignments if a.pinned]
    here = {s.id for s in part.shifts}
    known, lost = _sorted_out(part, [pin for pin in pins if pin.shift in here])
    versions = _versions(session, plan.id)
    return Task(
        run=run.id,
        plan=plan.id,
        whole=whole,
        part=part.model_copy(update={"pins": known}),
        lost_pins=lost,
        versions={shift: version for shift, version in versions.items() if shift in here},
        time_limit=run.settings["time_limit"],
        seed=run.settings["seed"],
    )


def _within(problem: Problem, districts: Sequence[str]) -> Problem:
    """Return the problem of some districts; of all, when none is named."""
    if not districts:
        return problem
    of_site = {site.id: site.district for site in problem.sites}
    part = Regions(problem).around(sites=[s for s, district in of_site.items() if district in districts])
    if others := sorted({of_site[shift.site] for shift in part.shifts} - set(districts)):
        raise Invalid(
            f"These districts share people with others: solve {', '.join([*districts, *others])} together"
        )
    return part


def _sorted_out(
    problem: Problem, pins: Iterable[Assignment]
) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """Return the pins that name posts and people of a problem, and those that don't."""
    posts = {(s.id, n.role): n.target for s in problem.shifts for n in s.needs}
    people = problem.person_by_id.keys() | problem.crew_by_id.keys()
    known: list[Assignment] = []
    lost: list[Assignment] = []
    for pin in pins:
        there = pin.assignee in people and pin.index < posts.get((pin.shift, pin.role), 0)
        (known if there else lost).append(pin)
    return tuple(known), tuple(lost)


def _versions(session: Session, plan: str) -> dict[str, int]:
    query = select(ShiftRow.id, ShiftRow.version).where(ShiftRow.plan == plan)
    return {shift: version for shift, version in session.execute(query)}


def store(engine: Engine, problems: Problems, task: Task, result: Result) -> bool:
    """Make what a run has found the plan's roster, and say whether that was done.

    It isn't when the run was cancelled, or counts as interrupted, at the last moment.

    Raises
    ------
    Overtaken
        When somebody has edited one of the shifts meanwhile.
    NoLongerKept
        When what stands has changed so that the roster would break a rule.
    plans.WrongState
        When the plan was submitted or closed meanwhile.
    """
    with writing(engine) as session:
        plan = plans.locked(session, task.plan)
        run = session.get_one(RunRow, task.run, with_for_update=True)
        if run.state != "running":
            return False
        run.ended_at = now()
        if run.cancel:
            run.state = "cancelled"
            return False
        plans.in_state(plan, *plans.CHANGEABLE)
        current = _versions(session, plan.id)
        if any(current.get(shift) != version for shift, version in task.versions.items()):
            raise Overtaken
        roster = Roster(
            horizon=Horizon(start=plan.start, days=plan.days),
            assignments=tuple(
                Assignment.model_construct(shift=s, role=r, index=i, assignee=a, pinned=p)
                for s, r, i, a, p in result.rows
            ),
        )
        _judge(session, problems, plan, task, roster, Report.model_validate(result.report))
        changed = replace(session, plan, task.part, roster)
        entries = [Entry("run.store", "run", str(run.id), None, {"shifts": len(changed)}, plan.id)]
        record(session, Actor(run.account), [*entries, *changed])
        lost = [DroppedPin(assignment=pin, rules=("known_post",)).model_dump() for pin in task.lost_pins]
        run.report = {**result.report, "dropped_pins": [*result.report["dropped_pins"], *lost]}
        run.progress = {**run.progress, "phase": "done"}
        run.state, run.seen_at = "done", run.ended_at
        return True


def _judge(
    session: Session, problems: Problems, plan: PlanRow, task: Task, roster: Roster, report: Report
) -> None:
    """Judge a roster once more when the problem isn't any more what the engine has verified it against."""
    problem = problems.of(session, plan)
    if problem is task.whole:
        return
    here = {site for site in (s.site for s in task.part.shifts)}
    part = Regions(problem).around(sites=here)
    pins = tuple(
        p for p in task.part.pins if p.assignee in part.person_by_id or p.assignee in part.crew_by_id
    )
    dropped = [d.assignment for d in report.dropped_pins]
    if verify(part.model_copy(update={"pins": pins}), roster, dropped):
        raise NoLongerKept


def replace(session: Session, plan: PlanRow, part: Problem, roster: Roster) -> list[Entry]:
    """Make a roster the plan's for the shifts of a part, and return what has changed for the audit.

    Shifts that stay as they are keep their version. The first roster of a shift overwrites nothing and has no
    entry of its own.
    """
    sites = {shift.id: shift.site for shift in part.shifts}
    before: defaultdict[str, Holders] = defaultdict(dict)
    for a in roster_of(session, plan).assignments:
        before[a.shift][a.role, a.index] = a.assignee, a.pinned
    after: defaultdict[str, Holders] = defaultdict(dict)
    for a in roster.assignments:
        after[a.shift][a.role, a.index] = a.assignee, a.pinned
    changed = [shift for shift in sites if before.get(shift, {}) != after.get(shift, {})]
    if not changed:
        return []
    keys = [{"of_plan": plan.id, "of_shift": shift} for shift in changed]
    session.connection().execute(
        delete(AssignmentRow).where(
            AssignmentRow.plan == bindparam("of_plan"), AssignmentRow.shift == bindparam("of_shift")
        ),
        keys,
    )
    rows = [
        {
            "plan": plan.id,
            "shift": shift,
            "role": role,
            "index": index,
            "assignee": assignee,
            "pinned": pinned,
            "site": sites[shift],
        }
        for shift in changed
        for (role, index), (assignee, pinned) in after.get(shift, {}).items()
    ]
    if rows:
        session.execute(insert(AssignmentRow), rows)
    session.connection().execute(
        update(ShiftRow)
        .where(ShiftRow.plan == bindparam("of_plan"), ShiftRow.id == bindparam("of_shift"))
        .values(version=ShiftRow.version + 1),
        keys,
    )
    plans.roster_changed(plan)
    return [
        Entry("shift.solve", "shift", shift, _told(before[shift]), _told(after.get(shift, {})), plan.id)
        for shift in changed
        if before.get(shift)
    ]


def _told(holders: Holders) -> dict[str, dict[str, object]]:
    """Return the holders as the audit tells them."""
    return {
        f"{role}/{index}": {"assignee": assignee, "pinned": pinned}
        for (role, index), (assignee, pinned) in sorted(holders.items())
    }
