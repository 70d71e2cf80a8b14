"""Print docs/workbook.md from the table of sheets that reading and writing follow.

python docs/workbook.py > docs/workbook.md
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from formats.workbook.sheets import SHEET_BY_KEY, SHEETS
from models import DEFAULT_ROLES, RECOMMENDED_RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from formats.workbook.columns import Column, Sheet
    from models import Rule

INTRODUCTION = """\
# The workbook, sheet by sheet

`huxue template -o problem.xlsx` writes it empty, with a comment on each heading and drop-downs where there is
a choice. Fill in the sheets marked *needed*, and of the others what your city has; leave the rest as it is. Three
sheets have rows already, for you to change: the default [roles](#the-default-roles) and formula parts, and
[rules to start from](#rules-to-start-from).

- Sheets and headings may be named in Chinese, in English, or both; their order doesn't matter.
- An id is any short text without `/` and `|`. Where a sheet refers to a school, a unit, a window or a role,
  its id or its name will do, as long as the name belongs to one alone.
- Several values in one cell are divided by commas (also Chinese ones) or semicolons.
- Dates are dates, or text such as 2026-09-07; times are times, or text such as 07:40.
- `huxue check problem.xlsx` lists everything that is wrong at once, with sheet, row and column.

What the rules mean exactly is in [rules.md](rules.md).

## The default roles

They hold when the sheet 角色 roles is blank. Whoever serves in a role needs the qualifications that it requires, in the
column 资质 qualifications of 人员 people: a volunteer without `vetting` and `training` there is never posted, and neither
is one without a row in 志愿报名 offers. `huxue check` says how many are concerned.
"""

RULES = """
## Rules to start from

The template has them in its sheet 规则 rules. Delete what you don't want: **a blank sheet of rules means no rules**, no
travel times, no rest, no limits and no fairness.

| rule | its columns |
|---|---|"""


def page() -> Iterator[str]:
    """Give the page's lines."""
    yield from INTRODUCTION.splitlines()
    yield ""
    yield "| id | name | scope | requires | offered only | held by |"
    yield "|---|---|---|---|---|---|"
    for role in DEFAULT_ROLES:
        offered, crews = "yes" if role.offered_only else "", "crews" if role.by_crew else "persons"
        scope = SHEET_BY_KEY["roles"].by_key["scope"].kind.show(role.scope)
        names = f"`{role.id}` | {role.name} {role.name_en}"
        yield f"| {names} | {scope} | {', '.join(role.requires)} | {offered} | {crews} |"
    yield from RULES.splitlines()
    yield from map(_rule, RECOMMENDED_RULES)
    for sheet in SHEETS:
        yield ""
        yield f"## {sheet.title}"
        yield ""
        needed = "*Needed.* " if sheet.needed else ""
        yield f"{needed}{sheet.help}"
        yield ""
        yield "| column | needed | what to fill in |"
        yield "|---|---|---|"
        for column in sheet.columns:
            yield f"| {column.heading} | {'yes' if column.required else ''} | {_what(column)} |"


def _rule(rule: Rule) -> str:
    columns = SHEET_BY_KEY["rules"].by_key
    stated = {name: getattr(rule, name) for name in type(rule).model_fields if name != "kind"}
    cells = [
        f"{columns[name].heading}: {columns[name].kind.show(value)}"
        for name, value in stated.items()
        if value not in (None, ())
    ]
    return f"| {columns['kind'].kind.show(rule.kind)} | {'; '.join(cells)} |"


def _what(column: Column) -> str:
    what = column.help
    if column.refers:
        referred: Sheet = SHEET_BY_KEY[column.refers]
        what += f" → {referred.title}"
    if column.kind.choices:
        what += " One of: " + ", ".join(column.kind.choices) + "."
    return what.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print("\n".join(page()))
