"""What must hold of a plan's roster and of its history, whatever was done to it, and by how many at once."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from edit_cases import played
from sqlalchemy import select

from api.plans import plans
from api.plans.problems import Problems, roster_of
from api.plans.tables import ShiftRow
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edit_cases import Posts
    from sqlalchemy.orm import Session

    from api.plans.tables import AuditRow
    from api.settings import Settings

ACTIONS = ("shift.edit", "shift.solve", "shift.repair", "shift.swap")


class RosterJudge:
    """Judges one plan's roster, as often as one likes; made before anything is done to it."""

    def __init__(self, session: Session, settings: Settings, plan: str) -> None:
        self._settings, self._plan = settings, plan
        self._posts, self._versions = self._held(session), self._tags(session)

    def judge(
        self, session: Session, entries: Sequence[AuditRow], edits: Mapping[str, Sequence[dict[str, Any]]]
    ) -> None:
        """Judge what stands now.

        Parameters
        ----------
        entries
            The plan's history.
        edits
            All that was sent, by the id of the request.
        """
        self._keeps_the_rules(session)
        posts, versions = dict(self._posts), Counter(self._versions)
        of_roster = [entry for entry in entries if entry.action in ACTIONS]
        for request, group in groupby(of_roster, key=lambda entry: entry.request or entry.at):
            made: Posts = {}
            for entry in group:
                versions[entry.key] += 1
                for name, new in (entry.after or {}).items():
                    # Each step began where the one before ended.
                    assert posts.get((entry.key, name)) == (entry.before or {})[name], entry.id
                    made[entry.key, name] = new
            if str(request) in edits:
                # Also of one that nobody was told about: all of it, not a part.
                assert made == played(posts, edits[str(request)])
            posts |= made
        # The history, played from the beginning, gives what is stored.
        assert {post: held for post, held in posts.items() if held} == self._held(session)
        assert self._tags(session) == versions

    def _keeps_the_rules(self, session: Session) -> None:
        row = plans.find(session, self._plan)
        problem, roster = Problems(self._settings).of(session, row), roster_of(session, row)
        place = {
            (s.id, n.role): k for k, (s, n) in enumerate((s, n) for s in problem.shifts for n in s.needs)
        }
        held = sorted(roster.assignments, key=lambda a: (place[a.shift, a.role], a.index))
        assert Verifier(problem).verify(roster.model_copy(update={"assignments": tuple(held)})) == ()

    def _held(self, session: Session) -> Posts:
        return {
            (a.shift, f"{a.role}/{a.index}"): {"assignee": a.assignee, "pinned": a.pinned}
            for a in roster_of(session, plans.find(session, self._plan)).assignments
        }

    def _tags(self, session: Session) -> dict[str, int]:
        kept = session.execute(select(ShiftRow.id, ShiftRow.version).where(ShiftRow.plan == self._plan))
        return {shift: version for shift, version in kept}
