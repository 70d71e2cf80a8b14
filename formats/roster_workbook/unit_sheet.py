"""The duties of a unit that is no school: its people down, the days across."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from formats.roster_workbook.site_sheet import PINNED
from formats.roster_workbook.styles import height_of, set_print
from formats.roster_workbook.week import day_name
from formats.roster_workbook.words import UNIT_KINDS

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from formats.roster_workbook.styles import Styles
    from formats.roster_workbook.week import Duty, Week
    from models import Crew, Person, Unit

_WIDTH = 28


def write_unit(
    page: Worksheet, styles: Styles, week: Week, unit: Unit, members: list[Person | Crew], *, phones: bool
) -> None:
    """Write a unit's sheet."""
    dates = sorted({shift.date for shift in week.problem.shifts})
    page.set_row(0, 28)
    page.write_string(0, 0, f"{unit.name} 勤务表 Duties", styles.title)
    kind = UNIT_KINDS.get(unit.kind, unit.kind)
    note = f"{week.problem.title} · {kind} · {PINNED}：指定 pinned"
    page.write_string(1, 0, note, styles.note)
    heads = [
        "姓名 Name",
        "角色 Role",
        *(["电话 Phone"] if phones else []),
        *map(day_name, dates),
        "班数 Duties",
    ]
    first = 3 if phones else 2
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 16)
    page.set_column(2, first - 1 + len(dates), _WIDTH)
    if phones:
        page.set_column(2, 2, 15)
    page.set_column(first + len(dates), first + len(dates), 9)
    for column, heading in enumerate(heads):
        page.write_string(2, column, heading, styles.head)
    row = 3
    for member in members:
        duties = week.borne.get(member.id, [])
        by_day: defaultdict[object, list[str]] = defaultdict(list)
        for duty in duties:
            by_day[duty.shift.date].append(_line(week, member, duty))
        page.set_row(row, height_of(("\n".join(lines) for lines in by_day.values()), _WIDTH))
        page.write_string(row, 0, member.name, styles.left)
        page.write_string(row, 1, _roles(week, member), styles.left)
        if phones:
            page.write_string(row, 2, getattr(member, "phone", None) or "", styles.left)
        for column, day in enumerate(dates, start=first):
            page.write_string(row, column, "\n".join(by_day[day]), styles.left)
        page.write_number(row, first + len(dates), len(duties), styles.number)
        row += 1
    if not members:
        page.write_string(row, 0, "无人员 Nobody", styles.plain)
    page.freeze_panes(3, 1)
    if members:
        page.autofilter(2, 0, row - 1, len(heads) - 1)
    set_print(page, f"{unit.name} 勤务表", 2, 2)


def _roles(week: Week, member: Person | Crew) -> str:
    roles = getattr(member, "roles", None)
    names = (member.role,) if hasattr(member, "role") else roles or ()
    return "、".join(week.problem.role_by_id[r].name for r in names)


def _line(week: Week, member: Person | Crew, duty: Duty) -> str:
    """Return one duty: when, where, at which gate position, and through which crew."""
    site = week.problem.site_by_id[duty.shift.site]
    position = week.position(duty.shift, duty.need.role, duty.assignment.index)
    at = "" if position is None else f" {position.number}号"
    by = duty.assignment.assignee
    crew = "" if by == member.id else f"（{week.problem.crew_by_id[by].name}）"
    pin = f" {PINNED}" if duty.assignment.pinned else ""
    return f"{week.times(duty.shift, duty.need)} {site.name}{at}{crew}{pin}"
