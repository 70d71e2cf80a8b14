"""Rosters as files: the workbook that goes round, or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.output import STDOUT, write_stdout, wrote
from cli.summary import posts_of
from formats.answers import Cost
from formats.atomic import replacing
from formats.json_files import to_json, write_roster_json
from formats.roster_workbook import Changed, write_roster
from models import Report
from solver.explain.open_posts import explain_open
from solver.verify import Verifier

if TYPE_CHECKING:
    from cli.progress import Steps
    from models import Change, Problem, Repair, Roster

SUFFIXES = (".xlsx", ".json")
"""What a roster's name may end in."""


def save_roster(
    problem: Problem,
    roster: Roster,
    found: Report | Repair | tuple[Change, ...],
    path: str,
    steps: Steps,
    *,
    phones: bool = False,
) -> None:
    """Write a roster as a workbook or as JSON; an existing file is replaced by the finished one alone.

    Parameters
    ----------
    problem
        As the roster keeps it.
    found
        What the solve or the repair reached, or which posts were swapped.
    phones
        Whether phone numbers are shown.
    """
    if path == STDOUT:
        write_stdout(to_json(roster))
        return
    steps.working("writing", posts_of(problem), path=path)
    with replacing(path) as part:
        if Path(path).suffix.lower() == ".xlsx":
            told = found if isinstance(found, Report) else _changed(problem, roster, found)
            write_roster(problem, roster, told, part, phones=phones)
        else:
            write_roster_json(roster, part)
    wrote(path)


def _changed(problem: Problem, roster: Roster, found: Repair | tuple[Change, ...]) -> Changed:
    """Return what a workbook says of a roster that was changed: all of it, not only what was looked at."""
    levels = tuple(
        Cost(name=x.name, value=x.value, terms={t.name: t.value for t in x.terms})
        for x in Verifier(problem).evaluate(roster)
    )
    unfilled = explain_open(problem, roster)
    if isinstance(found, tuple):
        return Changed(found, levels, unfilled)
    return Changed(
        changes=found.changes,
        levels=levels,
        unfilled=unfilled,
        fewest=found.fewest,
        reason="" if found.fewest else found.reason,
        dropped_pins=found.dropped_pins,
    )
