"""The whole result workbook, sheet by sheet."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal

import xlsxwriter

from formats.atomic import replacing
from formats.collector import uncollected
from formats.roster_data import ROSTER_DATA
from formats.roster_workbook.changed import Changed, write_changes
from formats.roster_workbook.front import Entry, write_index, write_overview
from formats.roster_workbook.lists import write_data, write_fairness, write_formula_kept, write_open_posts
from formats.roster_workbook.site_sheet import write_site
from formats.roster_workbook.styles import SheetNames, Styles
from formats.roster_workbook.unit_sheet import write_unit
from formats.roster_workbook.week import Week
from formats.roster_workbook.words import UNIT_KINDS
from formats.workbook.write import HEAD, OPTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

    from models import Crew, Person, Problem, Report, Roster, Site, Unit

SheetsFor = Literal["all", "sites", "units"]
"""Whose sheets a result workbook has besides its lists."""


def write_roster(
    problem: Problem,
    roster: Roster,
    found: Report | Changed,
    path: Path | str,
    *,
    phones: bool = False,
    sheets_for: SheetsFor = "all",
) -> None:
    """Write a roster as the workbook that goes round.

    In it: an overview with the proof, an index, what has changed, the open posts with their reasons,
    how well each formula is kept, fairness, a sheet a site, a sheet a unit that is no site, and the
    roster itself as programs read it (see `formats.roster_data.read_roster`).

    Parameters
    ----------
    found
        What the solve reached, or how the roster came from one before.
    phones
        Whether phone numbers are shown.
    sheets_for
        Whose own sheets are written.

    Raises
    ------
    OSError
        When the path can't be written; nothing is changed then.
    """
    week = Week(problem, roster)
    sites = problem.sites if sheets_for != "units" else ()
    members = _members(problem)
    units = [u for u in problem.units if members[u.id]] if sheets_for != "sites" else []
    names = SheetNames()
    with uncollected(), replacing(path) as part, xlsxwriter.Workbook(str(part), OPTIONS) as book:
        book.set_properties({"title": problem.title, "comments": "Huxue"})
        styles = Styles(book)

        def page(title: str) -> Worksheet:
            return book.add_worksheet(names.give(title))

        overview, index = page("概览 overview"), page("目录 index")
        changes = page("改动 changes") if isinstance(found, Changed) else None
        open_posts, kept, fairness = (
            page("缺岗 open posts"),
            page("编成达成 formulas kept"),
            page("公平 fairness"),
        )
        lists = [
            Entry(p.get_name(), p.get_name(), "汇总 lists")
            for p in (overview, changes, open_posts, kept, fairness)
            if p is not None
        ]
        data_name = names.give(ROSTER_DATA.title)
        of_site = {site.id: page(site.name) for site in sites}
        of_unit = {unit.id: page(unit.name) for unit in units}
        write_overview(overview, styles, week, found)
        if isinstance(found, Changed) and changes is not None:
            write_changes(changes, styles, week, found.changes)
        write_open_posts(open_posts, styles, week, found.unfilled)
        write_formula_kept(kept, styles, week)
        write_fairness(fairness, styles, week)
        for site in sites:
            write_site(of_site[site.id], styles, week, site, phones=phones)
        for unit in units:
            write_unit(of_unit[unit.id], styles, week, unit, members[unit.id], phones=phones)
        entries = [_site_entry(week, site, of_site[site.id].get_name()) for site in sites]
        entries += [_unit_entry(unit, of_unit[unit.id].get_name()) for unit in units]
        write_index(index, styles, lists + entries)
        data = book.add_worksheet(data_name)
        data.set_tab_color("#A6A6A6")
        data.hide()  # for programs; who prints the whole workbook doesn't want it
        write_data(data, book.add_format(HEAD), roster)


def _members(problem: Problem) -> defaultdict[str, list[Person | Crew]]:
    """Return who stands on the sheet of each unit that is no site: its crews, then its people."""
    outside = {unit.id for unit in problem.units if unit.site is None}
    found: defaultdict[str, list[Person | Crew]] = defaultdict(list)
    assignees: tuple[Person | Crew, ...] = (*problem.crews, *problem.people)
    for assignee in assignees:
        if assignee.unit in outside:
            found[assignee.unit].append(assignee)
    return found


def _site_entry(week: Week, site: Site, sheet: str) -> Entry:
    posts = filled = lacking = 0
    for shift in week.shifts_of[site.id]:
        for need in shift.needs:
            held = week.filled(shift, need)
            posts += need.wished
            filled += min(held, need.wished)
            lacking += max(0, need.minimum - held)
    return Entry(site.name, sheet, site.district, posts, filled, lacking)


def _unit_entry(unit: Unit, sheet: str) -> Entry:
    return Entry(unit.name, sheet, UNIT_KINDS.get(unit.kind, unit.kind))
