"""The spread of burdens as an SVG that reads in black and white: before a roster above, with it below."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from statistics import quantiles
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import Problem
    from models.advice import FairnessAdvice, FairnessGroup

MOST_ROWS = 40
"""Up to so many groups each has a row of its own; more are pooled by role."""

LEFT, WIDTH, TOP, ROW, BAR = 250, 620, 110, 46, 11

_TEXTS = {
    "title": ("负担的离散程度", "Spread of burdens"),
    "axis": (
        "与本组人均的差，以常规班次计（按满勤折算）",
        "usual duties above or below the mean of the group, at full capacity",
    ),
    "before": ("排班前（台账）", "before (ledger)"),
    "after": ("排班后", "with this roster"),
    "legend": (
        "细线：最少到最多；方框：中间一半的人；竖线：中位数",
        "line: all; box: the middle half; bar: median",
    ),
    "people": ("{count} 人（组）", "{count} people or crews"),
    "units": ("{count} 个单位", "{count} units"),
}


class _Row(NamedTuple):
    label: str
    note: str
    before: list[float]
    after: list[float]


def fairness_svg(problem: Problem, advice: FairnessAdvice, language: Literal["zh", "en"] = "en") -> str:
    """Draw who is above and who below the mean of the group.

    Parameters
    ----------
    problem
        Gives the names.
    advice
        Groups of one role are drawn together when there are more than `MOST_ROWS`.
    language
        Of the texts.

    Returns
    -------
    str
        A whole SVG document.
    """
    rows = _rows(problem, advice, language)
    reach = max([1.0, *(abs(x) for row in rows for x in (*row.before, *row.after))])
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 10**6) if reach / s <= 6)
    reach = -(-reach // step) * step
    height = TOP + ROW * len(rows) + 56

    def at(x: float) -> float:
        return LEFT + WIDTH * (x + reach) / (2 * reach)

    def say(key: str) -> str:
        return _TEXTS[key][0 if language == "zh" else 1]

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 40} {height}" font-size="12"'
        ' font-family="system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">',
        f"<title>{escape(say('title'))}</title>",
        f'<rect width="{LEFT + WIDTH + 40}" height="{height}" fill="#fff"/>',
        f'<text x="16" y="30" font-size="17" font-weight="600">{escape(say("title"))}</text>',
        f'<text x="16" y="50" fill="#444">{escape(problem.title)}</text>',
    ]
    for x, key, fill in ((16, "before", "#fff"), (200, "after", "#000")):
        out.append(f'<rect x="{x}" y="64" width="22" height="{BAR}" fill="{fill}" stroke="#000"/>')
        out.append(f'<text x="{x + 30}" y="74">{escape(say(key))}</text>')
    out.append(
        f'<text x="{LEFT + WIDTH}" y="74" text-anchor="end" fill="#444">{escape(say("legend"))}</text>'
    )
    bottom = TOP + ROW * len(rows)
    tick = -reach
    while tick <= reach + 1e-9:
        dash = "" if abs(tick) < 1e-9 else ' stroke-dasharray="2 4"'
        out.append(
            f'<line x1="{at(tick):.1f}" x2="{at(tick):.1f}" y1="{TOP - 8}" y2="{bottom}" stroke="#888"{dash}/>'
        )
        out.append(
            f'<text x="{at(tick):.1f}" y="{bottom + 16}" text-anchor="middle">{f"{tick:+g}" if tick else "0"}</text>'
        )
        tick += step
    out.append(f'<text x="{at(0):.1f}" y="{bottom + 38}" text-anchor="middle">{escape(say("axis"))}</text>')
    for k, row in enumerate(rows):
        y = TOP + ROW * k
        out.append(f'<text x="16" y="{y + 14}">{escape(row.label)}</text>')
        out.append(f'<text x="16" y="{y + 30}" fill="#444" font-size="10">{escape(row.note)}</text>')
        for values, offset, fill in ((row.before, 2, "#fff"), (row.after, 19, "#000")):
            low, q1, middle, q3, high = _five(values)
            centre = y + offset + BAR / 2
            out.append(
                f'<line x1="{at(low):.1f}" x2="{at(high):.1f}" y1="{centre:g}" y2="{centre:g}" stroke="#000"/>'
            )
            for end in (low, high):
                out.append(
                    f'<line x1="{at(end):.1f}" x2="{at(end):.1f}" y1="{centre - 4:g}" y2="{centre + 4:g}"'
                    ' stroke="#000"/>'
                )
            out.append(
                f'<rect x="{at(q1):.1f}" y="{y + offset}" width="{max(1.0, at(q3) - at(q1)):.1f}"'
                f' height="{BAR}" fill="{fill}" stroke="#000"/>'
            )
            other = "#000" if fill == "#fff" else "#fff"
            out.append(
                f'<line x1="{at(middle):.1f}" x2="{at(middle):.1f}" y1="{y + offset}"'
                f' y2="{y + offset + BAR}" stroke="{other}" stroke-width="2"/>'
            )
    return "\n".join([*out, "</svg>", ""])


def _rows(problem: Problem, advice: FairnessAdvice, language: Literal["zh", "en"]) -> list[_Row]:
    def count(key: str, number: int) -> str:
        return _TEXTS[key][0 if language == "zh" else 1].format(count=f"{number:,}")

    def role_name(role: str) -> str:
        known = problem.role_by_id[role]
        return known.name if language == "zh" else known.name_en

    if len(advice.groups) <= MOST_ROWS:
        return [
            _Row(
                f"{role_name(g.role)} · {problem.unit_by_id[g.unit].name}",
                count("people", len(g.members)),
                *_deviations([g]),
            )
            for g in advice.groups
        ]
    of_role: defaultdict[str, list[FairnessGroup]] = defaultdict(list)
    for group in advice.groups:
        of_role[group.role].append(group)
    return [
        _Row(
            role_name(role),
            f"{count('people', sum(len(g.members) for g in groups))} · {count('units', len(groups))}",
            *_deviations(groups),
        )
        for role, groups in of_role.items()
    ]


def _deviations(groups: Sequence[FairnessGroup]) -> tuple[list[float], list[float]]:
    """Return everybody's distance from the own group's mean in usual duties, before and after."""
    before, after = [], []
    for group in groups:
        for member in group.members:
            share = 100 / member.capacity
            before.append((member.before * share - group.before.mean) / group.usual)
            after.append((member.after * share - group.after.mean) / group.usual)
    return before, after


def _five(values: Sequence[float]) -> tuple[float, float, float, float, float]:
    """Return the least, the quartiles and the most."""
    if len(values) == 1:
        return (values[0],) * 5
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return min(values), low, middle, high, max(values)
