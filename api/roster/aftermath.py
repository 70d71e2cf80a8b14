"""What happened, put where it belongs: absences into standing data, closed and moved shifts into the plan."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from api.audit import Entry, record
from api.plans.tables import ShiftRow
from api.standing.counters import changed
from api.standing.entries import shown
from api.standing.kinds import ABSENCES
from api.standing.rows import alone
from api.standing.tables import AbsenceRow
from models import Absence
from solver.happen import without

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from api.audit import Actor
    from api.plans.tables import PlanRow
    from models import Assignment, Problem, Shift


def store_absences(session: Session, actor: Actor, before: Problem, after: Problem) -> None:
    """Make the absences of a field what they are after something happened.

    Absences that the plan doesn't see, since they lie outside of its days, stay; new ones leave room for them.

    Parameters
    ----------
    before, after
        The problem of the same field.
    """
    old, new = set(before.absences), set(after.absences)
    gone, come = old - new, [absence for absence in after.absences if absence not in old]
    if not gone and not come:
        return
    alone(session)
    rows: defaultdict[str, list[tuple[dict[str, Any], Absence]]] = defaultdict(list)
    concerned = {a.assignee for a in (*gone, *come)}
    query = select(AbsenceRow.__table__).where(AbsenceRow.assignee.in_(concerned))
    for found in session.execute(query).mappings():
        row = dict(found)
        rows[row["assignee"]].append((row, ABSENCES.values_of([row])[0]))
    entries: list[Entry] = []
    for absence in gone:
        for row, value in rows[absence.assignee]:
            if value == absence:
                session.execute(delete(AbsenceRow).where(AbsenceRow.id == row["id"]))
                entries.append(_entry("remove", row, before=row))
    for absence in come:
        others = [value for _, value in rows[absence.assignee] if value not in gone]
        for start, end in without((absence.start, absence.end), [(a.start, a.end) for a in others]):
            piece = ABSENCES.row_of(absence.model_copy(update={"start": start, "end": end}))
            stored = session.execute(
                insert(AbsenceRow).returning(AbsenceRow.id), {**piece, "position": 0, "version": 1}
            )
            entries.append(_entry("add", {**piece, "id": stored.scalar_one()}, after=piece))
    record(session, actor, entries)
    changed(session, ABSENCES.name)


def _entry(
    action: str,
    row: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Entry:
    key = str(row["id"])
    return Entry(f"absences.{action}", ABSENCES.name, key, shown(ABSENCES, before), shown(ABSENCES, after))


def store_shifts(
    session: Session,
    actor: Actor,
    plan: PlanRow,
    before: Problem,
    after: Problem,
    held: Iterable[Assignment],
) -> None:
    """Make the shifts of a field what they are after something happened; who held what falls away goes with it.

    Parameters
    ----------
    before, after
        The problem of the same field.
    held
        Who held the posts before.
    """
    left = after.shift_by_id
    holders: defaultdict[str, dict[str, object]] = defaultdict(dict)
    for a in held:
        holders[a.shift][f"{a.role}/{a.index}"] = {"assignee": a.assignee, "pinned": a.pinned}
    entries = []
    for shift in before.shifts:
        here = (ShiftRow.plan == plan.id) & (ShiftRow.id == shift.id)
        new = left.get(shift.id)
        if new is None:
            session.execute(delete(ShiftRow).where(here))
            entries.append(Entry("shift.close", "shift", shift.id, holders[shift.id], None, plan.id))
        elif new != shift:
            values = {
                "start": new.start,
                "end": new.end,
                "needs": [need.model_dump(mode="json") for need in new.needs],
                "minimum": sum(need.minimum for need in new.needs),
                "target": sum(need.target for need in new.needs),
                "version": ShiftRow.version + 1,
                "moved": ShiftRow.moved + 1,
            }
            session.execute(update(ShiftRow).where(here).values(values))
            entries.append(Entry("shift.move", "shift", shift.id, _told(shift), _told(new), plan.id))
    record(session, actor, entries)


def _told(shift: Shift) -> dict[str, object]:
    return shift.model_dump(mode="json", include={"start", "end", "needs"})
