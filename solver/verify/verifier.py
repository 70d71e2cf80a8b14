"""The verifier's door: a problem is laid out once and any number of rosters are judged by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import HARD_RULES
from solver.verify import fairness, ledger
from solver.verify.changes import repair_values
from solver.verify.facts import Facts
from solver.verify.hard import find_violations
from solver.verify.held import Held
from solver.verify.levels import level_values
from solver.verify.report import contradictions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from models import Assignment, Problem, Report, Roster, Violation
    from solver.verify.fairness import Burden
    from solver.verify.levels import LevelValue


class Verifier:
    """Judges rosters of one problem by docs/rules.md.

    Parameters
    ----------
    problem
        What the rosters are for.
    usual
        Points of a usual duty by role, where the problem is part of a larger one.
    """

    def __init__(self, problem: Problem, usual: Mapping[str, int] | None = None) -> None:
        self._facts = Facts(problem, usual)
        self._last: tuple[Roster, Held] | None = None

    def prepare(self, roster: Roster) -> None:
        """Sort a roster by posts and bearers, once for all that is asked of it next."""
        self._held(roster)

    def verify(
        self,
        roster: Roster,
        dropped_pins: Collection[Assignment] = (),
        rules: Collection[str] = HARD_RULES,
    ) -> tuple[Violation, ...]:
        """Return which of some hard rules a roster breaks, in the order of `models.HARD_RULES`; see `verify`."""
        return find_violations(self._held(roster), dropped_pins, rules)

    def evaluate(self, roster: Roster) -> tuple[LevelValue, ...]:
        """Return what a roster costs at each of `models.LEVELS`; see `evaluate`."""
        return level_values(self._held(roster))

    def evaluate_repair(
        self,
        roster: Roster,
        before: Iterable[Assignment],
        starts: Mapping[tuple[str, str], int],
        asked: Mapping[tuple[str, str], int],
    ) -> tuple[LevelValue, ...]:
        """Return what a repaired roster costs at each of `models.REPAIR_LEVELS`; see `repair_values`."""
        return repair_values(self._held(roster), roster, before, starts, asked)

    def burdens(self, roster: Roster) -> dict[str, Burden]:
        """Return what each assignee of a fairness group carries; see `burdens`."""
        return fairness.burdens(self._held(roster))

    def opening_burdens(self) -> dict[str, int]:
        """Return the burden points with which each assignee of a fairness group starts."""
        return fairness.openings(self._facts)

    def carried(self, roster: Roster) -> dict[str, int]:
        """Return the burden points that the horizon adds to the ledger of each assignee of a fairness group."""
        return ledger.carried(self._held(roster))

    def credited(self, roster: Roster) -> dict[str, int]:
        """Return the burden points that those are credited who were excused while their group carried some."""
        return ledger.credited(self._held(roster))

    def fairness_groups(self) -> dict[tuple[str, str], dict[str, int]]:
        """Return the capacities of the members of each fairness group that counts, by role and unit."""
        return fairness.groups(self._facts)

    def usual_duties(self) -> dict[str, int]:
        """Return the points of a usual duty of each role that the horizon asks for."""
        return fairness.steps(self._facts)

    def verify_report(self, roster: Roster, report: Report) -> tuple[str, ...]:
        """Return where a report contradicts its roster; see `verify_report`."""
        return contradictions(self._held(roster), report)

    def _held(self, roster: Roster) -> Held:
        if self._last is None or self._last[0] is not roster:
            self._last = (roster, Held(self._facts, roster))
        return self._last[1]


def verify(
    problem: Problem, roster: Roster, dropped_pins: Collection[Assignment] = ()
) -> tuple[Violation, ...]:
    """Return every hard rule that a roster breaks.

    Parameters
    ----------
    problem
        What the roster is for.
    roster
        May be malformed: assignments of posts or assignees that don't exist break
        ``known_post`` and are left out of all other rules.
    dropped_pins
        Pins that need not be kept.

    Returns
    -------
    tuple of Violation
        In the order of `models.HARD_RULES`; empty when the roster is clean.
    """
    return Verifier(problem).verify(roster, dropped_pins)


def evaluate(problem: Problem, roster: Roster) -> tuple[LevelValue, ...]:
    """Return what a roster costs at each level.

    Returns
    -------
    tuple of LevelValue
        In the order of `models.LEVELS`, in cost units.
    """
    return Verifier(problem).evaluate(roster)


def burdens(problem: Problem, roster: Roster) -> dict[str, Burden]:
    """Return what each assignee of a fairness group carries.

    Returns
    -------
    dict of Burden
        By the id of a person or crew. Persons without roles and groups whose role no
        shift asks for aren't in it.
    """
    return Verifier(problem).burdens(roster)


def opening_burdens(problem: Problem) -> dict[str, int]:
    """Return the burden points with which each assignee of a fairness group starts."""
    return Verifier(problem).opening_burdens()


def verify_report(problem: Problem, roster: Roster, report: Report) -> tuple[str, ...]:
    """Return where a report contradicts the roster it came with or itself.

    Returns
    -------
    tuple of str
        One sentence each; empty when all agrees. Whether the roster keeps the hard rules
        is `verify`'s question.
    """
    return Verifier(problem).verify_report(roster, report)
