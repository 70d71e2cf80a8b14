"""A roster that came from one before: what is known of it, and the list of its changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from formats.roster_workbook.styles import write_table_head
from formats.roster_workbook.week import day_name

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from formats.answers import Cost
    from formats.roster_workbook.styles import Styles
    from formats.roster_workbook.week import Week
    from models import Change, DroppedPin, Reason, Unfilled

_NOBODY = "（无人）nobody"


@dataclass(frozen=True)
class Changed:
    """What a workbook says of a roster that was changed by hand, by a swap or by a repair.

    Attributes
    ----------
    changes
        Posts with another holder than before.
    levels
        What the whole roster costs; nobody has proven that it could cost no less.
    unfilled
        Needs that are short, with their reasons.
    fewest
        Whether no fewer changes would do; None where nobody asked.
    reason
        Why that is not proven; empty when it is.
    """

    changes: tuple[Change, ...]
    levels: tuple[Cost, ...]
    unfilled: tuple[Unfilled, ...]
    fewest: bool | None = None
    reason: Reason = ""
    dropped_pins: tuple[DroppedPin, ...] = ()


def write_changes(page: Worksheet, styles: Styles, week: Week, changes: tuple[Change, ...]) -> None:
    """Write who left a post and who took it, in the order of time."""
    columns = (
        ("学校 Site", 24),
        ("日期 Date", 17),
        ("时间 From", 9),
        ("时段 Window", 26),
        ("角色 Role", 24),
        ("岗位 Post", 8),
        ("原来 Before", 24),
        ("现在 Now", 24),
    )
    note = f"{len(changes):,} 个岗位换了人 posts with another holder"
    line = first = write_table_head(page, styles, "改动 Changes", note, columns)
    for change in changes:
        shift = week.problem.shift_by_id.get(change.shift)
        start = change.start.astimezone(week.zone)
        texts = (
            change.shift if shift is None else week.problem.site_by_id[shift.site].name,
            day_name(start.date()),
            f"{start:%H:%M}",
            "—" if shift is None else week.window_name(shift.window),
            week.role_name(change.role),
            str(change.index + 1),
            _holder(week, change.before),
            _holder(week, change.after),
        )
        for column, text in enumerate(texts):
            page.write_string(line, column, text, styles.left)
        line += 1
    if not changes:
        page.write_string(line, 0, "没有改动 Nothing has changed", styles.plain)
    page.autofilter(first - 1, 0, max(line - 1, first), len(columns) - 1)


def _holder(week: Week, key: str | None) -> str:
    if key is None:
        return _NOBODY
    name = week.called(key)
    return name if name == key else f"{name}（{key}）"
