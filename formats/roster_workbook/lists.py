"""The lists over all schools: open posts, how well the formulas are kept, fairness, and the data sheet."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from formats.roster_data import ROSTER_DATA, roster_rows
from formats.roster_workbook.fairness import fairness_rows
from formats.roster_workbook.styles import write_table_head
from formats.roster_workbook.week import both, day_name
from formats.roster_workbook.words import reasons
from formats.words import NOBODY
from formats.workbook.write import put, write_headings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from formats.roster_workbook.styles import Styles
    from formats.roster_workbook.week import Week
    from models import Roster, Unfilled

_NEEDED = "必保 required"
_WISHED = "可补 optional"


def write_open_posts(page: Worksheet, styles: Styles, week: Week, unfilled: Iterable[Unfilled]) -> None:
    """Write every need that is short of its target, those short of their minimum first."""
    columns = (
        ("学校 Site", 24),
        ("区 District", 12),
        ("日期 Date", 17),
        ("时段 Window", 26),
        ("时间 Time", 13),
        ("角色 Role", 24),
        ("性质 Kind", 14),
        ("缺最低 Short of minimum", 13),
        ("缺目标 Short of target", 13),
        ("候选 Candidates", 12),
        ("已在本班 In the shift", 12),
        ("候选人为何不能来 What keeps the candidates away", 70),
    )
    told = {(u.shift, u.role): u for u in unfilled}
    rows = []
    for shift in week.problem.shifts:
        for need in shift.needs:
            filled = week.filled(shift, need)
            if filled < need.wished:
                rows.append((max(0, need.minimum - filled), need.wished - filled, shift, need))
    rows.sort(key=lambda r: (r[0] == 0, r[3].tier, r[2].date))
    minimum = sum(r[0] for r in rows)
    title = "缺岗 Open posts"
    note = (
        f"最低要求缺 {minimum:,} 岗 short of minimum；目标缺 {sum(r[1] for r in rows):,} 岗 short of target"
        "。候选＝已在本班＋各原因的人数 candidates = those in the shift + those whom each reason keeps away"
    )
    line = first = write_table_head(page, styles, title, note, columns)
    for lacking, missing, shift, need in rows:
        site = week.problem.site_by_id[shift.site]
        why_open = told.get((shift.id, need.role))
        page.write_string(line, 0, site.name, styles.left)
        page.write_string(line, 1, site.district, styles.left)
        page.write_string(line, 2, day_name(shift.date), styles.left)
        page.write_string(line, 3, week.window_name(shift.window), styles.left)
        page.write_string(line, 4, week.times(shift, need), styles.left)
        page.write_string(line, 5, week.role_name(need.role), styles.left)
        page.write_string(line, 6, _NEEDED if lacking else _WISHED, styles.bad if lacking else styles.left)
        page.write_number(line, 7, lacking, styles.number)
        page.write_number(line, 8, missing, styles.number)
        if why_open is not None:
            page.write_number(line, 9, why_open.candidates, styles.number)
            there = why_open.candidates - sum(why_open.blocked.values())
            page.write_number(line, 10, there, styles.number)
            why = reasons(why_open.blocked) if why_open.candidates else " ".join(NOBODY)
            page.write_string(line, 11, why or "—", styles.left)
        line += 1
    if not rows:
        page.write_string(line, 0, "没有缺岗 Every post is filled", styles.plain)
    page.autofilter(first - 1, 0, max(line - 1, first), len(columns) - 1)


def write_formula_kept(page: Worksheet, styles: Styles, week: Week) -> None:
    """Write how well each site's formula is kept, by window and part, after the totals."""
    columns = (
        ("学校 Site", 26),
        ("区 District", 12),
        ("时段 Window", 28),
        ("部分 Part", 24),
        ("班次 Shifts", 10),
        ("最低 Minimum", 11),
        ("目标 Target", 10),
        ("到岗 Filled", 10),
        ("最低达成 Minimum kept", 14),
        ("目标达成 Target kept", 14),
    )
    everywhere = "全部 All"
    parts = {role: part.id for part in week.problem.parts for role in part.roles}
    names = {part.id: both(part.name, part.name_en) for part in week.problem.parts} | {"": "其他 Other"}
    order = {key: k for k, key in enumerate(names)}
    # Of each key: shifts, minimum, target, filled, and what counts of it towards minimum and target.
    sums: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 6)
    seen: set[tuple[str, str, str, str]] = set()
    for shift in week.problem.shifts:
        for need in shift.needs:
            filled = week.filled(shift, need)
            figures = (need.minimum, need.wished, filled, min(filled, need.minimum), min(filled, need.wished))
            part = parts.get(need.role, "")
            for key in ((shift.site, shift.window, part), ("", shift.window, part), ("", "", part)):
                total = sums[key]
                for k, figure in enumerate(figures, start=1):
                    total[k] += figure
                if (*key, shift.id) not in seen:
                    seen.add((*key, shift.id))
                    total[0] += 1
    windows = {window.id: k for k, window in enumerate(week.problem.windows)}
    sites = {site.id: k for k, site in enumerate(week.problem.sites)}
    ordered = sorted(sums, key=lambda s: (sites.get(s[0], -1), windows.get(s[1], -1), order[s[2]]))
    note = "最低达成＝到岗（不超过最低）÷最低 filled up to the minimum ÷ minimum；目标达成同理 likewise for the target"
    line = first = write_table_head(page, styles, "编成达成 How well the formulas are kept", note, columns)
    for key in ordered:
        site, window, part = key
        shifts, minimum, target, filled, kept, reached = sums[key]
        place = week.problem.site_by_id.get(site)
        page.write_string(line, 0, everywhere if place is None else place.name, styles.left)
        page.write_string(line, 1, "" if place is None else place.district, styles.left)
        page.write_string(line, 2, week.window_name(window) if window else everywhere, styles.left)
        page.write_string(line, 3, names[part], styles.left)
        for column, figure in enumerate((shifts, minimum, target, filled), start=4):
            page.write_number(line, column, figure, styles.number)
        page.write_number(line, 8, kept / minimum if minimum else 1, styles.percent)
        page.write_number(line, 9, reached / target if target else 1, styles.percent)
        line += 1
    if line > first:
        page.conditional_format(
            first, 8, line - 1, 8, {"type": "cell", "criteria": "<", "value": 1, "format": styles.short}
        )
    page.autofilter(first - 1, 0, max(line - 1, first), len(columns) - 1)


def write_fairness(page: Worksheet, styles: Styles, week: Week) -> None:
    """Write what everybody carried before, carries now, and has carried after."""
    columns = (
        ("单位 Unit", 24),
        ("角色 Role", 24),
        ("编号 Id", 18),
        ("姓名 Name", 18),
        ("负荷 Capacity %", 11),
        ("台账 Ledger", 11),
        ("起点 Opening", 11),
        ("本期班数 Duties", 11),
        ("本期积分 Points", 11),
        ("期末 After", 11),
    )
    note = (
        "积分＝在岗分钟×时段权重 points = minutes on post × weight；起点＝台账减同组最小、取整班，无台账按组均值 "
        "opening = ledger above the group's smallest in whole duties; without an entry, the group's mean"
    )
    line = first = write_table_head(page, styles, "公平 Fairness", note, columns)
    for row in fairness_rows(week):
        unit = week.problem.unit_by_id[row.unit]
        for column, text in enumerate((unit.name, week.role_name(row.role), row.id, row.name)):
            page.write_string(line, column, text)
        figures = (row.capacity, row.ledger, row.opening, row.duties, row.points, row.opening + row.points)
        for column, figure in enumerate(figures, start=4):
            if figure is not None:
                page.write_number(line, column, figure)
        line += 1
    page.autofilter(first - 1, 0, max(line - 1, first), len(columns) - 1)


def write_data(page: Worksheet, head: Format, roster: Roster) -> None:
    """Write the roster as programs read it."""
    write_headings(page, ROSTER_DATA, head)
    plan = [(index, column.key, column.kind.show) for index, column in enumerate(ROSTER_DATA.columns)]
    for line, row in enumerate(roster_rows(roster), start=1):
        for index, key, show in plan:
            if key in row:
                put(page, line, index, show(row[key]))
