"""The end-of-day report as a workbook: what the day came to, by school, unit and person, and every exception."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import xlsxwriter

from formats.roster_workbook.styles import SheetNames, Styles, write_table_head
from formats.roster_workbook.week import day_name
from formats.workbook.write import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from xlsxwriter.worksheet import Worksheet

    from models.day import DayFigures, DayReport, HolderFigures

OUTCOMES = {
    "kept": "到岗 kept",
    "late": "迟到 late",
    "replaced": "顶岗 replaced",
    "absent": "缺勤 absent",
    "unmarked": "未登记 unmarked",
    "open": "缺岗 open",
}

_FIGURES = (
    ("岗位 Posts", 10),
    ("到岗 Kept", 10),
    ("迟到 Late", 10),
    ("顶岗 Replaced", 12),
    ("缺勤 Absent", 11),
    ("未登记 Unmarked", 13),
    ("缺岗 Open", 10),
    ("低于最低 Short of minimum", 14),
    ("到岗率 Kept %", 11),
)

_OF_HOLDERS = (
    ("班数 Duties", 10),
    ("到岗 Kept", 10),
    ("迟到 Late", 10),
    ("缺勤 Absent", 11),
    ("未登记 Unmarked", 13),
    ("顶替他人 Stood in", 12),
    ("被顶替 Was replaced", 13),
    ("迟到分钟 Minutes late", 13),
    ("原定积分 Points planned", 14),
    ("计入台账 Points carried", 14),
)

NOTE = (
    "到岗率＝（到岗＋迟到＋顶岗）÷岗位 kept % = (kept + late + replaced) ÷ posts；"
    "四周内无人签到的学校视为到岗 where nobody has checked in at a school for four weeks, it counts as kept"
)

OWN = (
    "班数为当日最后由其值守的岗位 duties: those that were theirs at the end of the day；"
    "计入台账＝方案关闭时为当日班次计入的积分，顶岗者得、缺勤者不得 points carried: what closing the plan enters for them；"
    "班组成员另各计 each member of a crew carries its points too"
)


def write_day_report(
    report: DayReport, target: IO[bytes], role: Callable[[str], str], window: Callable[[str], str]
) -> None:
    """Write a report as a workbook.

    Parameters
    ----------
    role, window
        From the id of a role or window to its name in both languages.
    """
    with xlsxwriter.Workbook(target, {**OPTIONS, "in_memory": True}) as book:
        day = day_name(report.date)
        book.set_properties({"title": f"护学日报 {day}", "comments": "Huxue"})
        styles, names = Styles(book), SheetNames()

        def page(title: str) -> Worksheet:
            return book.add_worksheet(names.give(title))

        _overview(page("汇总 overview"), styles, report, day)
        _exceptions(page("异常 exceptions"), styles, report, day, role, window)
        _sites(page("学校 sites"), styles, report, day)
        _units(page("单位 units"), styles, report, day)
        _people(page("人员 people"), styles, report, day)


def _sites(page: Worksheet, styles: Styles, report: DayReport, day: str) -> None:
    columns = (("学校 Site", 26), ("区 District", 12), *_FIGURES)
    line = write_table_head(page, styles, f"按学校 By site {day}", NOTE, columns)
    for part in report.sites:
        _texts(page, styles, line, (part.name, part.district or ""))
        _figures(page, styles, line, 2, part.figures)
        line += 1
    _filter(page, line, columns)


def _units(page: Worksheet, styles: Styles, report: DayReport, day: str) -> None:
    columns = (("单位 Unit", 28), *_OF_HOLDERS)
    line = write_table_head(page, styles, f"按单位 By unit {day}", OWN, columns)
    for unit in report.units:
        _texts(page, styles, line, (unit.name,))
        _of_holder(page, styles, line, 1, unit.figures)
        line += 1
    _filter(page, line, columns)


def _people(page: Worksheet, styles: Styles, report: DayReport, day: str) -> None:
    columns = (("姓名 Name", 20), ("编号 Id", 18), ("单位 Unit", 28), *_OF_HOLDERS)
    line = write_table_head(page, styles, f"按人员 By person {day}", OWN, columns)
    called = {unit.id: unit.name for unit in report.units}
    for holder in report.holders:
        _texts(page, styles, line, (holder.name, holder.id, called.get(holder.unit, holder.unit)))
        _of_holder(page, styles, line, 3, holder.figures)
        line += 1
    _filter(page, line, columns)


def _overview(page: Worksheet, styles: Styles, report: DayReport, day: str) -> None:
    columns = (("范围 Scope", 14), ("名称 Name", 28), *_FIGURES)
    line = write_table_head(page, styles, f"护学日报 Day report {day}", NOTE, columns)
    rows = [("全部 All", "", report.figures)]
    rows += [("区 District", part.name, part.figures) for part in report.districts]
    rows += [("时段 Window", part.name, part.figures) for part in report.windows]
    for kind, name, figures in rows:
        _texts(page, styles, line, (kind, name))
        _figures(page, styles, line, 2, figures)
        line += 1
    _filter(page, line, columns)
    if report.coming:
        said = f"另有 {report.coming:,} 岗尚未结束 posts whose time isn't over yet"
        page.write_string(line + 1, 0, said, styles.note)


def _exceptions(
    page: Worksheet,
    styles: Styles,
    report: DayReport,
    day: str,
    role: Callable[[str], str],
    window: Callable[[str], str],
) -> None:
    columns = (
        ("结果 Outcome", 16),
        ("学校 Site", 26),
        ("时段 Window", 26),
        ("时间 Time", 13),
        ("角色 Role", 24),
        ("岗位 Post", 9),
        ("原值守 Holder", 20),
        ("顶岗 Taken over by", 20),
        ("到达 Came at", 12),
        ("扫码补报 Scanned, delivered later", 18),
        ("迟到分钟 Minutes late", 13),
        ("到岗人数 Strength", 12),
    )
    note = f"{len(report.exceptions):,} 个岗位 posts"
    line = write_table_head(page, styles, f"异常 Exceptions {day}", note, columns)
    for one in report.exceptions:
        texts = (
            OUTCOMES[one.outcome],
            one.site_name,
            window(one.window),
            f"{one.start:%H:%M}–{one.end:%H:%M}",
            role(one.role),
            str(one.index + 1),
            one.holder or "（无人）nobody",
            one.by or "",
            "" if one.at is None else f"{one.at:%H:%M}",
            ""
            if one.scanned is None or one.delivered is None
            else f"{one.scanned:%H:%M} → {one.delivered:%H:%M}",
        )
        _texts(page, styles, line, texts)
        for column, number in ((10, one.late_minutes), (11, one.strength)):
            if number is None:
                page.write_string(line, column, "", styles.left)
            else:
                page.write_number(line, column, number, styles.number)
        line += 1
    if not report.exceptions:
        page.write_string(line, 0, "全部到岗 Every post was kept", styles.plain)
    _filter(page, line, columns)


def _texts(page: Worksheet, styles: Styles, line: int, texts: Iterable[str]) -> None:
    for column, text in enumerate(texts):
        page.write_string(line, column, text, styles.left)


def _figures(page: Worksheet, styles: Styles, line: int, first: int, figures: DayFigures) -> None:
    names = ("posts", "kept", "late", "replaced", "absent", "unmarked", "open", "short")
    for column, name in enumerate(names, start=first):
        page.write_number(line, column, getattr(figures, name), styles.number)
    there = figures.kept + figures.late + figures.replaced
    share = there / figures.posts if figures.posts else 1
    page.write_number(line, first + len(names), share, styles.percent)


def _of_holder(page: Worksheet, styles: Styles, line: int, first: int, figures: HolderFigures) -> None:
    for column, name in enumerate(type(figures).model_fields, start=first):
        page.write_number(line, column, getattr(figures, name), styles.number)


def _filter(page: Worksheet, line: int, columns: Sequence[tuple[str, float]]) -> None:
    page.autofilter(2, 0, max(line - 1, 3), len(columns) - 1)
