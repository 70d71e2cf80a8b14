"""The first two sheets: what was reached, and where everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from formats.answers import Cost
from formats.open_posts import open_minimum
from formats.roster_workbook.changed import Changed
from formats.roster_workbook.styles import height_of, set_print, write_table_head
from formats.roster_workbook.words import said, term
from formats.words import BLOCKS, LEVELS, REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from formats.roster_workbook.styles import Styles
    from formats.roster_workbook.week import Week
    from models import DroppedPin, Report

_OPTIMAL = "已证明最优 proven optimal"
_TERMS = 70
_FEASIBLE = "可行，未证明最优 feasible, not proven optimal"
_CHANGED = {
    True: "已证明改动最少 proven to be the fewest changes",
    False: "未证明改动最少 not proven to be the fewest changes",
    None: "改动过，已核验 changed, and verified",
}
"""What is said of a changed roster, by `Changed.fewest`."""


class Entry(NamedTuple):
    """One line of the index.

    Attributes
    ----------
    title, sheet
        What it is called, and its sheet's name.
    group
        The district of a site, or ``单位 unit``.
    posts, filled, lacking
        Posts at their target, how many are held, and how many the minimum still lacks.
    """

    title: str
    sheet: str
    group: str
    posts: int | None = None
    filled: int | None = None
    lacking: int | None = None


def write_overview(page: Worksheet, styles: Styles, week: Week, found: Report | Changed) -> None:
    """Write the title, the week, the proof, the levels, and what could not be kept."""
    problem = week.problem
    dates = problem.horizon.dates
    page.hide_gridlines(2)
    page.set_column(0, 0, 30)
    page.set_column(1, 6, 16)
    page.set_column(7, 7, _TERMS)
    page.set_row(0, 32)
    page.write_string(0, 0, problem.title, styles.title)
    needs = [(shift, need) for shift in problem.shifts for need in shift.needs]
    posts = sum(need.wished for _, need in needs)
    filled = sum(min(week.filled(shift, need), need.wished) for shift, need in needs)
    lines: list[tuple[str, str | float, Format]] = [
        ("排班期 Horizon", f"{dates[0].isoformat()} — {dates[-1].isoformat()}", styles.left),
        ("学校 Sites", len(problem.sites), styles.number),
        ("人员 People", len(problem.people), styles.number),
        ("巡组 Crews", len(problem.crews), styles.number),
        ("班次 Shifts", len(problem.shifts), styles.number),
        ("岗位（按目标）Posts at target", posts, styles.number),
        ("已排 Filled", filled, styles.number),
        ("已排比例 Share filled", filled / posts if posts else 1.0, styles.percent),
    ]
    if isinstance(found, Changed):
        lines.append(("改动的岗位 Posts changed", len(found.changes), styles.number))
    row = 2
    for label, value, style in lines:
        page.write_string(row, 0, label, styles.left)
        page.merge_range(row, 1, row, 3, value, style)
        row += 1
    status, good = _status(found)
    page.write_string(row, 0, "结果 Status", styles.left)
    page.merge_range(row, 1, row, 3, status, styles.good if good else styles.bad)
    row += 1
    if found.reason:
        page.write_string(row, 0, "原因 Reason", styles.left)
        page.merge_range(row, 1, row, 6, " ".join(REASONS[found.reason]), styles.left)
        row += 1
    row = _write_levels(page, styles, week, found, row + 1)
    if found.dropped_pins:
        _write_dropped(page, styles, week, found.dropped_pins, row + 1)
    set_print(page, problem.title, 0, 0)


def _status(found: Report | Changed) -> tuple[str, bool]:
    """Return what a roster is said to be, and whether that is as good as can be."""
    if isinstance(found, Changed):
        return _CHANGED[found.fewest], found.fewest is not False
    optimal = found.status == "optimal"
    return _OPTIMAL if optimal else _FEASIBLE, optimal


def _write_levels(page: Worksheet, styles: Styles, week: Week, found: Report | Changed, row: int) -> int:
    heads = (
        "目标（先后次序）Level, in order",
        "最低缺岗 Open minimum posts",
        "代价 Cost",
        "下界 Bound",
        "差距 Gap",
        "容差 Tolerance",
        "已证明 Proven",
        "构成 Terms",
    )
    page.set_row(row, 30)
    for column, heading in enumerate(heads):
        page.write_string(row, column, heading, styles.head)
    lacking = open_minimum(week.problem, found.unfilled)
    for level in found.levels:
        row += 1
        page.write_string(row, 0, said(LEVELS, level.name), styles.left)
        if level.name in lacking:
            page.write_number(row, 1, lacking[level.name], styles.number)
        else:
            page.write_blank(row, 1, None, styles.number)
        page.write_number(row, 2, level.value, styles.number)
        if isinstance(level, Cost):
            for column in range(3, 7):
                page.write_string(row, column, "—", styles.number)
        else:
            for column, figure in enumerate((level.bound, level.gap, level.tolerance), start=3):
                page.write_number(row, column, figure, styles.number)
            proven = styles.good if level.optimal else styles.bad
            page.write_string(row, 6, "是 yes" if level.optimal else "否 no", proven)
        pairs = level.terms.items() if isinstance(level, Cost) else ((t.name, t.value) for t in level.terms)
        terms = "；".join(term(name, value, week.called) for name, value in pairs if value)
        page.set_row(row, height_of((terms,), _TERMS))
        page.write_string(row, 7, terms, styles.left)
    return row + 1


def _write_dropped(
    page: Worksheet, styles: Styles, week: Week, dropped_pins: Sequence[DroppedPin], row: int
) -> None:
    for column, heading in enumerate(("未能保留的指定 Dropped pin", "角色 Role", "人员或巡组 Assignee")):
        page.write_string(row, column, heading, styles.head)
    page.merge_range(row, 3, row, 7, "原因 Rules", styles.head)
    for dropped in dropped_pins:
        row += 1
        pin = dropped.assignment
        found = week.assignee(pin.assignee)
        page.write_string(row, 0, pin.shift, styles.left)
        page.write_string(row, 1, week.role_name(pin.role), styles.left)
        page.write_string(row, 2, pin.assignee if found is None else found.name, styles.left)
        text = "；".join(said(BLOCKS, rule) for rule in dropped.rules)
        page.merge_range(row, 3, row, 7, text or "—", styles.left)


def write_index(page: Worksheet, styles: Styles, entries: Sequence[Entry]) -> None:
    """Write a link to every sheet."""
    columns = (
        ("名称 Name", 34),
        ("区或类别 District or kind", 30),
        ("岗位 Posts", 12),
        ("已排 Filled", 12),
        ("缺最低 Short of minimum", 16),
    )
    row = first = write_table_head(page, styles, "目录 Index", "点名称跳转 Click a name to go there", columns)
    for entry in entries:
        page.write_url(row, 0, f"internal:'{_quoted(entry.sheet)}'!A1", styles.link, entry.title)
        page.write_string(row, 1, entry.group, styles.left)
        for column, figure in enumerate((entry.posts, entry.filled, entry.lacking), start=2):
            if figure is None:
                page.write_blank(row, column, None, styles.left)
            else:
                style = styles.bad if column == 4 and figure else styles.number
                page.write_number(row, column, figure, style)
        row += 1
    page.autofilter(first - 1, 0, max(row - 1, first), len(columns) - 1)


def _quoted(sheet: str) -> str:
    return sheet.replace("'", "''")
