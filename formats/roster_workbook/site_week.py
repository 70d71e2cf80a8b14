"""One school's 值班表 alone, to be printed."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import xlsxwriter

from formats.roster_workbook.site_sheet import write_site
from formats.roster_workbook.styles import SheetNames, Styles
from formats.roster_workbook.week import Week
from formats.workbook.write import OPTIONS

if TYPE_CHECKING:
    from models import Problem, Roster


def write_site_week(
    problem: Problem, roster: Roster, site: str, target: IO[bytes], *, phones: bool = False
) -> None:
    """Write a site's week as a workbook of one sheet.

    Parameters
    ----------
    site
        Its id; the problem must have it.
    phones
        Whether phone numbers are shown.
    """
    place = problem.site_by_id[site]
    with xlsxwriter.Workbook(target, {**OPTIONS, "in_memory": True}) as book:
        book.set_properties({"title": problem.title, "comments": "Huxue"})
        page = book.add_worksheet(SheetNames().give(place.name))
        write_site(page, Styles(book), Week(problem, roster), place, phones=phones)
