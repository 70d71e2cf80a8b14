"""The empty workbook to fill in: headings with comments, drop-downs, and a page that explains."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import xlsxwriter

from formats.atomic import replacing
from formats.workbook.columns import DATE, YES_NO, Column, Sheet
from formats.workbook.sheets import SHEET_BY_KEY, SHEETS
from formats.workbook.write import HEAD, OPTIONS, put, write_headings, write_settings
from models import (
    DEFAULT_FORMULA,
    DEFAULT_ROLES,
    DEFAULT_TIMEZONE,
    RECOMMENDED_RULES,
    Horizon,
    Problem,
    SchoolCalendar,
)

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

INSTRUCTIONS = "说明 instructions"
"""The sheet that explains; it is never read."""

_LAST = 50_000
"""The last row that drop-downs and formats reach, from 0."""

_OWN_LISTS = {"sites": "B", "units": "B", "windows": "B"}
"""Sheets whose names the drop-downs of other sheets offer, and the column of the names."""

_FILLED = ("roles", "parts", "rules", "terms")
"""Sheets that the template has rows in: the default roles and parts, rules to start from, and known terms."""

_TEXTS = (
    ("怎样填", "How to fill it in"),
    (
        "1. 先填「设置」的首日，再依次填学校、单位、人员、时段、铃点；其余各表按需要填，空着即没有。",
        "1. Fill in the first day under settings, then sites, units, people, windows and bells; the other sheets only "
        "as needed.",
    ),
    (
        "2. 深色列标题为必填，浅色为选填；每个标题的批注写着填什么。列的顺序可以换，不用的列可以删。",
        "2. Columns with a dark heading must be filled, those with a light one may. Each heading has a comment. "
        "Columns may be reordered, unused ones deleted.",
    ),
    (
        "3. 表名和列名用中文、英文或两者都行；不要另造列名。空行会跳过。",
        "3. Sheets and columns may be named in Chinese, English or both; invent no further columns. Blank rows are "
        "skipped.",
    ),
    (
        "4. 一格填多项时用逗号分开，如 staff, duty_leader 或 教职员工、值班领导。",
        "4. Several things in a cell have commas between them.",
    ),
    (
        "5. 学校、单位、时段、角色可填编号，也可填名称（名称不重复时）；人员和巡组只填编号。",
        "5. Sites, units, windows and roles are named by id, or by name where only one has it; people and crews by "
        "id alone.",
    ),
    (
        "6. 时间写 07:40，日期写 2026-03-02。请假只写日期即为全天，结束那天也算在内。",
        "6. Times are 07:40, dates 2026-03-02. An absence with dates alone is whole days, the last one included.",
    ),
    (
        "7. 「角色」「编成」已填好默认的七种角色和 3+1+2+2+N，可改。「规则」已填建议的，不要的可删，整表空着即没有规则。",
        "7. Roles and formula parts hold the seven default roles and 3+1+2+2+N; change what differs. Rules to start from "
        "are filled in; delete rows that you don't want. A blank sheet of rules means no rules.",
    ),
    (
        "8. 角色「须有资质」的，担任者在「人员」的「资质」列里都要有，否则不会排上。志愿者默认须有 vetting、training。",
        "8. Whoever serves in a role needs the qualifications under its `requires`, in the column qualifications of people; "
        "without them nobody is posted. Volunteers need vetting and training by default.",
    ),
    (
        "9. 「班次」「班次需求」一般空着，班次由铃点排出。",
        "9. Leave shifts and shift needs empty: the bells give them.",
    ),
    (
        "10. 请勿填家庭住址；电话只给有权的人看。请勿给文件设密码。",
        "10. No home addresses; phones are shown only to those allowed. Don't protect the file with a password.",
    ),
    (
        "11. 填好后用 huxue check 文件名 检查，全部错误会一次列出。",
        "11. Then `huxue check FILE` lists all that is wrong at once.",
    ),
)


def write_template(path: Path | str, calendar: SchoolCalendar | None = None) -> None:
    """Write the empty workbook: every sheet with commented headings and drop-downs, and instructions.

    Parameters
    ----------
    calendar
        What to fill in of the school calendar.

    Raises
    ------
    OSError
        When the path can't be written; nothing is changed then.
    """
    # The comments and validations of a sheet without rows are few: nothing has to be streamed.
    options = OPTIONS | {"constant_memory": False}
    with replacing(path) as part, xlsxwriter.Workbook(str(part), options) as book:
        _write_instructions(book)
        must = book.add_format(HEAD | {"bg_color": "#1F4E79", "font_color": "#FFFFFF"})
        may = book.add_format(HEAD)
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        calendar = calendar or SchoolCalendar()
        defaults = Problem(horizon=Horizon(start=dt.date.min), rules=RECOMMENDED_RULES, calendar=calendar)
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.title)
            page.set_tab_color("#1F4E79" if sheet.needed else "#BDD7EE")
            if sheet.transposed:
                _write_settings(page, sheet, may, calendar)
            else:
                _write_sheet(page, sheet, must, may, text, day)
            if sheet.key in _FILLED:
                _write_rows(page, sheet, defaults)


def _write_instructions(book: Workbook) -> None:
    page = book.add_worksheet(INSTRUCTIONS)
    title = book.add_format({"bold": True, "font_size": 16})
    head = book.add_format(HEAD)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"})
    page.hide_gridlines(2)
    page.set_column(0, 0, 26)
    page.set_column(1, 2, 70)
    page.write_string(0, 0, "护学岗排班数据 · School guard rosters", title)
    line = 2
    for zh, en in _TEXTS:
        page.set_row(line, 30)
        page.write_string(line, 1, zh, wrap)
        page.write_string(line, 2, en, wrap)
        line += 1
    line += 1
    for index, heading in enumerate(("表 sheet", "内容", "content")):
        page.write_string(line, index, heading, head)
    for sheet in SHEETS:
        line += 1
        page.set_row(line, 30)
        zh, _, en = sheet.help.partition("。")
        needed = ("必填。", "Needed. ") if sheet.needed else ("", "")
        page.write_url(line, 0, f"internal:'{sheet.title}'!A1", link, sheet.title)
        page.write_string(line, 1, f"{needed[0]}{zh}。", wrap)
        page.write_string(line, 2, needed[1] + en, wrap)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _write_settings(page: Worksheet, sheet: Sheet, head: Format, calendar: SchoolCalendar) -> None:
    defaults = {
        "timezone": DEFAULT_TIMEZONE,
        "days": 7,
        "formula": DEFAULT_FORMULA,
        "country": calendar.country or "none",
        "makeup_follows": calendar.makeup_follows,
    }
    write_settings(page, sheet, defaults, head)
    for line, column in enumerate(sheet.columns, start=1):
        if column.kind.choices:
            _drop_down(page, column, list(column.kind.choices), (line, 1, line, 1))


def _write_sheet(page: Worksheet, sheet: Sheet, must: Format, may: Format, text: Format, day: Format) -> None:
    write_headings(page, sheet, may)
    for index, column in enumerate(sheet.columns):
        if column.required:
            page.write_string(0, index, column.heading, must)
        page.write_comment(0, index, _comment(column), {"x_scale": 2, "y_scale": 1.2, "author": "huxue"})
        shape = text if column.kind.as_text else day if column.kind is DATE else None
        page.set_column(index, index, column.width, shape)
        source = _source(column)
        if source:
            _drop_down(page, column, source, (1, index, _LAST, index))
    page.autofilter(0, 0, 1, len(sheet.columns) - 1)


def _write_rows(page: Worksheet, sheet: Sheet, problem: Problem) -> None:
    for line, row in enumerate(sheet.rows(problem), start=1):
        for index, column in enumerate(sheet.columns):
            if (value := row.get(column.key)) not in (None, (), False):
                put(page, line, index, column.kind.show(_named(value) if column.refers == "roles" else value))


def _named(roles: object) -> object:
    """Return the names of default roles in the place of their ids, which few people know."""
    names = {role.id: role.name for role in DEFAULT_ROLES}
    return tuple(names[r] for r in roles) if isinstance(roles, tuple) else names.get(str(roles))


def _comment(column: Column) -> str:
    needed = "必填 needed" if column.required else "选填 optional"
    lines = [f"{column.heading}（{needed}）", column.help.replace("。", "。\n", 1)]
    if column.kind.choices and column.kind is not YES_NO:
        lines.append("可选 choices: " + ", ".join(column.kind.choices))
    return "\n".join(lines)


def _source(column: Column) -> list[str] | str:
    """Return what a column's drop-down offers: its own choices, or the names in another sheet."""
    if column.kind.choices:
        return list(column.kind.choices)
    if column.refers == "roles":
        return [role.name for role in DEFAULT_ROLES]
    if column.refers in _OWN_LISTS:
        place = _OWN_LISTS[column.refers]
        return f"='{SHEET_BY_KEY[column.refers].title}'!${place}$2:${place}$2000"
    return []


def _drop_down(
    page: Worksheet, column: Column, source: list[str] | str, cells: tuple[int, int, int, int]
) -> None:
    # Lists, spans of weekdays and the user's own roles can be typed as well: those drop-downs only offer.
    strict = bool(column.kind.choices) and column.key != "weekdays"
    page.data_validation(
        *cells,
        {
            "validate": "list",
            "source": source,
            "show_error": strict,
            "error_title": "请从列表中选择 Choose",
            "error_message": "请从列表中选择。Please choose from the list.",
        },
    )
