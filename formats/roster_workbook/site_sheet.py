"""One school's 值班表 as it is printed: the days and windows down, the posts across."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from formats.roster_workbook.styles import height_of, set_print
from formats.roster_workbook.week import both, day_name
from models import Crew

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from formats.roster_workbook.styles import Styles
    from formats.roster_workbook.week import Duty, Week
    from models import Assignment, Need, Shift, Site

OPEN = "【缺岗】OPEN"
OPTIONAL = "可补 optional"
UNASKED = "—"
PINNED = "※"
_WIDTH, _CREW_WIDTH = 14, 20
_LOWEST = 32  # two lines: the window in both languages
LEGEND = (
    f"{OPEN}：最低要求未满足 minimum not met；{OPTIONAL}：未达目标 below target；"
    f"{UNASKED}：不设岗 no post；{PINNED}：指定 pinned"
)


class _Place(NamedTuple):
    """One column: the ``number``-th post of a role, from 0."""

    role: str
    number: int


def write_site(page: Worksheet, styles: Styles, week: Week, site: Site, *, phones: bool) -> None:
    """Write a site's sheet."""
    shifts = week.shifts_of[site.id]
    places = _places(week, shifts)
    last = max(2 + len(places), 3)
    page.set_row(0, 28)
    page.write_string(0, 0, f"{site.name} 护学岗值班表 School guard roster", styles.title)
    dates = week.problem.horizon.dates
    page.write_string(
        1,
        0,
        f"{week.problem.title} · {dates[0].isoformat()} — {dates[-1].isoformat()} · {site.district}",
        styles.note,
    )
    page.write_string(2, 0, LEGEND, styles.note)
    crews = {role.id for role in week.problem.roles if role.by_crew}
    widths = [_CREW_WIDTH if place.role in crews else _WIDTH for place in places]
    for column, width in enumerate(widths, start=3):
        page.set_column(column, column, width)
    heads = _write_heads(page, styles, week, site, places)
    row, before = heads + 1, None
    for shift in shifts:
        needs = {need.role: need for need in shift.needs}
        shown = [_cell(week, shift, needs.get(p.role), p, phones=phones) for p in places]
        page.set_row(row, max(height_of((text for text, _ in shown), *widths), _LOWEST))
        first = shift.date != before
        before = shift.date
        page.write_string(row, 0, day_name(shift.date, "\n"), styles.table["day"][first])
        page.write_string(row, 1, week.window_name(shift.window, "\n"), styles.table["cell"][first])
        page.write_string(row, 2, week.times(shift), styles.table["cell"][first])
        for column, (text, style) in enumerate(shown, start=3):
            page.write_string(row, column, text, styles.table[style][first])
        row += 1
    if not shifts:
        page.write_string(row, 0, "本期无班 No shifts in this horizon", styles.plain)
    page.freeze_panes(heads + 1, 3)
    if shifts:
        page.autofilter(heads, 0, row - 1, last)
    set_print(page, f"{site.name} 护学岗值班表", 3, heads)


def _places(week: Week, shifts: list[Shift]) -> list[_Place]:
    """Return the columns: as many of each role as the largest target, in the order of the formula's parts."""
    most: dict[str, int] = {}
    for shift in shifts:
        for need in shift.needs:
            most[need.role] = max(most.get(need.role, 0), need.target)
    order = {role: k for k, role in enumerate(r for part in week.problem.parts for r in part.roles)}
    roles = sorted(most, key=lambda role: order.get(role, len(order)))
    return [_Place(role, index) for role in roles for index in range(most[role])]


def _write_heads(page: Worksheet, styles: Styles, week: Week, site: Site, places: list[_Place]) -> int:
    """Write the rows of headings: the formula's part, the role, the gate position where there are any.

    Returns
    -------
    int
        The last of these rows.
    """
    part_of = {role: part for part in week.problem.parts for role in part.roles}
    page.set_column(0, 0, 12)
    page.set_column(1, 1, 19)
    page.set_column(2, 2, 11)
    parts = [part_of.get(p.role) for p in places]
    for column in range(3):
        page.write_blank(3, column, None, styles.part)
    start = 0
    for column in range(1, len(places) + 1):
        if column == len(places) or parts[column] != parts[start]:
            part = parts[start]
            name = "其他 Other" if part is None else both(part.name, part.name_en)
            if column - start > 1:
                page.merge_range(3, 3 + start, 3, 2 + column, name, styles.part)
            else:
                page.write_string(3, 3 + start, name, styles.part)
            start = column
    page.set_row(4, 40)
    for column, heading in enumerate(("日期 Date", "时段 Window", "时间 Time")):
        page.write_string(4, column, heading, styles.head)
    alone = {p.role for p in places if p.number > 0}
    for column, place in enumerate(places, start=3):
        number = f" {place.number + 1}" if place.role in alone else ""
        role = week.problem.role_by_id[place.role]
        page.write_string(4, column, f"{role.name}{number}\n{role.name_en}{number}", styles.head)
    positions = [site.position(place.role, place.number) for place in places]
    if not any(positions):
        return 4
    page.set_row(5, 28)
    page.write_string(5, 0, "", styles.place)
    page.write_blank(5, 1, None, styles.place)
    page.write_string(5, 2, "定岗 Position", styles.place)
    for column, position in enumerate(positions, start=3):
        text = "" if position is None else f"{position.number}号 {position.name}"
        if text:
            page.write_string(5, column, text, styles.place)
        else:
            page.write_blank(5, column, None, styles.place)
    return 5


def _cell(week: Week, shift: Shift, need: Need | None, place: _Place, *, phones: bool) -> tuple[str, str]:
    """Return what stands in a cell, and its style."""
    if need is None or place.number >= need.target:
        return UNASKED, "unasked"
    held = week.held[shift.id, need.role]
    assignment = held.get(place.number)
    if assignment is None:
        # The first open places are the ones that the minimum still asks for.
        before = sum(1 for k in range(place.number) if k not in held)
        return (OPEN, "open") if before < need.minimum - len(held) else (OPTIONAL, "optional")
    text = _holder(week, shift, need, assignment, phones=phones)
    if need.early or need.late:
        text += f"\n{week.times(shift, need)}"
    return (f"{text} {PINNED}", "pinned") if assignment.pinned else (text, "cell")


def _holder(week: Week, shift: Shift, need: Need, assignment: Assignment, *, phones: bool) -> str:
    """Return who holds a post; for a crew with the members who are there."""
    found = week.assignee(assignment.assignee)
    if found is None:
        return assignment.assignee
    if not isinstance(found, Crew):
        return f"{found.name}\n{found.phone}" if phones and found.phone else found.name
    duty = next(d for d in week.duties[found.id] if d.assignment is assignment)
    return "\n".join([found.name, *_members(week, found, duty, phones=phones)])


def _members(week: Week, crew: Crew, duty: Duty, *, phones: bool) -> list[str]:
    there = [week.problem.person_by_id[m] for m in crew.members if week.present(m, duty)]
    if phones:
        return [f"{p.name} {p.phone}" if p.phone else p.name for p in there]
    return ["、".join(p.name for p in there)] if there else []
