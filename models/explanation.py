"""What explains a roster: an open post, a person's week, demands that contradict each other."""

from __future__ import annotations

from typing import Literal

from models.advice import Hire
from models.availability import Absence, Timetable
from models.base import Id, Value
from models.happenings import Change
from models.roster import Assignment
from models.rules import Rule
from models.score import Unfilled, Violation
from models.swap import Candidates, LevelDifference

WayKind = Literal["take", "move", "waive"]
"""How an open post can be filled.

``take``: somebody is free for it. ``move``: somebody comes from another post, and the roster is repaired
around it. ``waive``: one limit is passed over for somebody.
"""


class Way(Value):
    """One way to fill an open post, tried out.

    Parameters
    ----------
    assignee
        Who would hold it.
    rule, violations
        The limit to be passed over, and what would not be kept; empty but for ``waive``.
    levels
        Of ``take`` and ``waive``: what differs, as in `models.Trial`.
    changes
        Of ``move``: all posts with another holder, this one included.
    opened
        Of ``move``: needs that have fewer holders afterwards.
    cost
        By how much each level is dearer afterwards; of ``move``, the values of `models.REPAIR_LEVELS`.
    """

    kind: WayKind
    assignee: Id
    rule: str = ""
    violations: tuple[Violation, ...] = ()
    levels: tuple[LevelDifference, ...] = ()
    changes: tuple[Change, ...] = ()
    opened: tuple[Unfilled, ...] = ()
    cost: tuple[int, ...]


class Hindered(Value):
    """Somebody whom a limit keeps from a post, and all that they would break on it, with the figures."""

    assignee: Id
    violations: tuple[Violation, ...]


class PostExplained(Value):
    """Why a post is open, and what would fill it.

    Parameters
    ----------
    open
        Posts of the need short of its target.
    candidates
        Who has the role and the site in scope, free or blocked and by what.
    hindered
        Those of them whom a limit keeps away.
    ways
        Those that were tried: people who are free first, then moves that open nothing else, limits to
        be passed over, and moves that open another post.
    hires
        What one more person or crew would fill here and elsewhere, solved anew.
    """

    version: Literal["1"] = "1"
    shift: str
    role: Id
    open: int
    candidates: Candidates
    hindered: tuple[Hindered, ...]
    ways: tuple[Way, ...]
    hires: tuple[Hire, ...]


class Carried(Value):
    """What somebody carries beside their peers, in burden points.

    Parameters
    ----------
    before, after
        Above the smallest of the group before the horizon, and with the horizon's duties.
    peers
        Members of the group: same role and unit.
    least_before, mean_before, most_before, least_after, mean_after, most_after
        Over the group, in proportion to capacity.
    """

    role: Id
    unit: Id
    before: int
    after: int
    peers: int
    least_before: int
    mean_before: int
    most_before: int
    least_after: int
    mean_after: int
    most_after: int


class DutyExplained(Value):
    """One duty, and who else could have it as everything else stands."""

    assignment: Assignment
    others: Candidates


class PersonExplained(Value):
    """Why somebody has these duties."""

    version: Literal["1"] = "1"
    assignee: Id
    duties: tuple[DutyExplained, ...]
    carried: Carried | None


class Conflict(Value):
    """Demands of which all together can't be kept, while any one less can.

    Parameters
    ----------
    pins, rules, absences, timetables
        The demands. Facts that can't be dropped (who has which role, where, with which qualification)
        are not among them.
    broken
        The hard rules that break when all are kept, by name.
    cheapest
        Which of the demands to drop for the best roster, by its place in the order above.
    """

    pins: tuple[Assignment, ...]
    rules: tuple[Rule, ...] = ()
    absences: tuple[Absence, ...] = ()
    timetables: tuple[Timetable, ...] = ()
    broken: tuple[str, ...]
    cheapest: int


class PinConflicts(Value):
    """All that contradicts itself in a problem's demands."""

    version: Literal["1"] = "1"
    conflicts: tuple[Conflict, ...]
