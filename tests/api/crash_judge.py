"""What must hold of a database after a crash, judged from the outside: nothing lost, nothing by halves."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from crash_clients import EDITED, IMPORTED, SOLVED
from roster_judge import RosterJudge
from sqlalchemy import func, select, text

from api.database.engine import reading
from api.database.schema import is_current
from api.plans import duties, plans, revisions
from api.plans.tables import (
    ACTIVE,
    AssignmentRow,
    AuditRow,
    PlanRow,
    RepairRow,
    RevisionRow,
    RunRow,
)
from api.standing.tables import LedgerRow, PersonRow, UnitRow
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crash_clients import Memory
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.settings import Settings


class Judge:
    """Judges one database, as often as it crashed; made before the first time."""

    def __init__(self, engine: Engine, settings: Settings, memory: Memory) -> None:
        self._engine, self._memory = engine, memory
        with reading(engine) as session:
            self._rosters = {plan: RosterJudge(session, settings, plan) for plan in (EDITED, SOLVED)}

    def judge(self) -> None:
        """Judge the database as it is now, at one moment: a run may still be at work."""
        _opens(self._engine)
        with reading(self._engine) as session:
            audit = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
            edits = {request: sent.body["edits"] for request, sent in self._memory.of("edit").items()}
            for plan in (EDITED, SOLVED):
                entries = [entry for entry in audit if entry.plan == plan]
                self._rosters[plan].judge(session, entries, edits)
                self._repairs(session, plan, entries)
                self._published(session, plan, entries)
            self._runs(session, audit)
            self._imports(session, audit)
            self._renames(session, audit)
            self._none_is_missing(audit)

    def _repairs(self, session: Session, plan: str, entries: Sequence[AuditRow]) -> None:
        """What is in force was applied, with all of its posts; what isn't, changed nothing."""
        applied = {int(entry.key): entry for entry in entries if entry.action == "repair.apply"}
        changed: defaultdict[str | None, dict[tuple[str, str], Any]] = defaultdict(dict)
        for entry in entries:
            if entry.action == "shift.repair":
                changed[entry.request] |= {(entry.key, name): v for name, v in (entry.after or {}).items()}
        for row in session.scalars(select(RepairRow).where(RepairRow.plan == plan)):
            assert (row.applied_at is not None) == (row.id in applied)
            if row.applied_at is not None:
                assert changed.pop(applied[row.id].request, {}) == {
                    (shift, f"{role}/{index}"): assignee and {"assignee": assignee, "pinned": pinned}
                    for shift, role, index, assignee, pinned in row.posts
                }
        assert changed == {}

    def _published(self, session: Session, plan: str, entries: Sequence[AuditRow]) -> None:
        """Each publication is whole; what people are told to do is what the one in force says."""
        row = plans.find(session, plan)
        steps = [entry for entry in entries if entry.kind == "plan"]
        states = [state for entry in steps if (state := (entry.after or {}).get("state"))]
        assert row.state == ["draft", *states][-1]
        told = [(e.after or {})["revision"] for e in steps if e.action == "plan.publish"]
        found = session.scalars(
            select(RevisionRow).where(RevisionRow.plan == plan).order_by(RevisionRow.number)
        ).all()
        assert [revision.number for revision in found] == told == list(range(1, len(found) + 1))
        wanted: dict[duties.Triple, duties.Row] = {}
        for revision in found:
            problem, roster = revisions.problem_of(revision), revisions.roster_of(revision)
            if revision.number == len(found):
                assert Verifier(problem).verify(roster) == ()
            if revision.number == row.revision:
                assert revision.withdrawn_at is None
                wanted = duties.wanted(plan, problem, roster)
        stand = {t: d for t, d in duties.known(session, plan).items() if d["cancelled_at"] is None}
        assert {t: {name: d[name] for name in wanted[t]} for t, d in stand.items()} == wanted
        entered = (
            session.scalar(select(func.count()).select_from(LedgerRow).where(LedgerRow.plan == plan)) or 0
        )
        last = steps[-1].after or {}
        assert entered >= last["carried"] + last["credited"] > 0 if row.state == "closed" else entered == 0

    def _runs(self, session: Session, audit: Sequence[AuditRow]) -> None:
        """A run is done exactly when its roster was stored, all of it."""
        stored = {int(entry.key): entry for entry in audit if entry.action == "run.store"}
        solved = Counter(entry.at for entry in audit if entry.action == "shift.solve")
        assert solved == Counter({e.at: n for e in stored.values() if (n := (e.after or {})["shifts"])})
        runs = {run.id: run for run in session.scalars(select(RunRow))}
        assert {run.id for run in runs.values() if run.state == "done"} == set(stored)
        assert all((run.report is not None) == (run.state == "done") for run in runs.values())
        assert sum(run.state in ACTIVE for run in runs.values()) <= 1
        for sent in self._memory.acknowledged("run").values():
            assert sent.told["id"] in runs
        for sent in self._memory.acknowledged("cancel").values():
            assert runs[sent.told["id"]].state != "done"

    def _imports(self, session: Session, audit: Sequence[AuditRow]) -> None:
        """Everybody has what the last import said, which is whole."""
        values = set(session.scalars(select(getattr(PersonRow, IMPORTED))))
        imports = [e.request for e in audit if e.action == "city.import" and e.request is not None]
        if imports:
            assert values == {self._memory.sent[imports[-1]].body}
        people = Counter(e.request for e in audit if e.action == "people.change")
        everybody = session.scalar(select(func.count()).select_from(PersonRow))
        assert all(count == everybody for count in people.values())
        assert people.keys() <= set(imports)

    def _renames(self, session: Session, audit: Sequence[AuditRow]) -> None:
        """Schools have the names that were given last."""
        names: dict[str, str] = {}
        for entry in audit:
            if entry.action == "units.change" and "name" in (entry.after or {}):
                assert names.get(entry.key, (entry.before or {})["name"]) == (entry.before or {})["name"]
                names[entry.key] = (entry.after or {})["name"]
        kept = session.execute(select(UnitRow.id, UnitRow.name).where(UnitRow.id.in_(names)))
        assert {unit: name for unit, name in kept} == names

    def _none_is_missing(self, audit: Sequence[AuditRow]) -> None:
        """What was acknowledged is there; what was refused is not."""
        known = {entry.request for entry in audit}
        for request, sent in self._memory.acknowledged(*ALWAYS).items():
            if sent.what == "edit" and not sent.told["changes"]:
                continue
            if sent.what == "import" and not sent.told["changes"]:
                continue
            assert request in known, sent


ALWAYS = (
    *("edit", "repair", "propose", "run", "cancel", "import", "rename"),
    *("publish", "withdraw", "close", "reopen", "submit", "approve", "send-back"),
)
"""Work that leaves an entry in the history when it is done."""


def _opens(engine: Engine) -> None:
    assert is_current(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(PlanRow)) == len((EDITED, SOLVED))
        assert session.scalar(select(func.count()).select_from(AssignmentRow))
