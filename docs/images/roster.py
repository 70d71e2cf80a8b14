"""Draw a solved roster as an SVG: one school's week, window by weekday.

python docs/images/roster.py docs/images/roster.svg draws the picture of README.md.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from examples import reference_city
from solver.solve import solve

if TYPE_CHECKING:
    from models import Problem, Roster

LEFT, TOP, WIDTH, LINE = 130, 104, 180, 17
WEEKDAYS = ("周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat", "周日 Sun")
# One hue a role, light enough for black text.
HUES = (212, 268, 186, 24, 140, 340, 48)
OPEN = 'fill="#fff" stroke="#c62828" stroke-dasharray="3 2"'


def draw(problem: Problem, roster: Roster, site_id: str) -> str:
    """Return the SVG of a site's week."""
    site = problem.site_by_id[site_id]
    dates = sorted({s.date for s in problem.shifts if s.site == site_id})
    windows = [
        w for w in problem.windows if any(s.site == site_id and s.window == w.id for s in problem.shifts)
    ]
    held: dict[tuple[str, str, int], str] = {
        (a.shift, a.role, a.index): a.assignee for a in roster.assignments
    }
    cells: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    roles = [r.id for r in problem.roles]
    asked = {n.role for s in problem.shifts if s.site == site_id for n in s.needs}
    for shift in problem.shifts:
        if shift.site == site_id:
            for need in shift.needs:
                filled = _fill(roles.index(need.role))
                for index in range(need.target):
                    who = held.get((shift.id, need.role, index))
                    if who is not None or index < need.minimum:
                        name = "缺岗 open" if who is None else _name(problem, who)
                        text = f"{problem.role_by_id[need.role].name} {name}"
                        look = OPEN if who is None else filled
                        cells[shift.window, dates.index(shift.date)].append((look, text))
    heights = [LINE * max(len(cells[w.id, d]) for d in range(len(dates))) + 14 for w in windows]
    width, height = LEFT + WIDTH * len(dates) + 8, TOP + sum(heights) + 16
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="12"'
        ' font-family="system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">',
        f"<title>{escape(site.name)}: {dates[0]} to {dates[-1]}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
        f'<text x="16" y="30" font-size="17" font-weight="600">{escape(site.name)} 护学岗值班表</text>',
        f'<text x="{width - 16}" y="30" text-anchor="end" fill="#666">{dates[0]} – {dates[-1]}</text>',
    ]
    x = 16.0
    for k, role in enumerate(problem.roles):
        if role.id in asked:
            text = f"{role.name} {role.name_en}"
            wide = 12 + sum(11.5 if ord(c) > 255 else 6.2 for c in text)
            out.append(_chip(x, 42, wide, _fill(k), text, size=11))
            x += wide + 6
    for day, date in enumerate(dates):
        x = LEFT + WIDTH * day
        label = f"{WEEKDAYS[date.isoweekday() - 1]} {date.month}/{date.day}"
        out.append(f'<text x="{x + 6}" y="{TOP - 14}" font-weight="600">{label}</text>')
    y = TOP
    for window, tall in zip(windows, heights, strict=True):
        out.append(f'<line x1="8" x2="{width - 8}" y1="{y - 4}" y2="{y - 4}" stroke="#ddd"/>')
        out.append(f'<text x="16" y="{y + 12}" font-weight="600">{escape(window.name)}</text>')
        out.append(f'<text x="16" y="{y + 28}" fill="#666" font-size="10">{escape(window.name_en)}</text>')
        for day in range(len(dates)):
            for line, (look, text) in enumerate(cells[window.id, day]):
                out.append(_chip(LEFT + WIDTH * day, y + LINE * line, WIDTH - 8, look, text))
        y += tall
    return "\n".join([*out, "</svg>", ""])


def _fill(role: int) -> str:
    return f'fill="hsl({HUES[role % len(HUES)]} 70% 92%)"'


def _chip(x: float, y: float, width: float, look: str, text: str, size: int = 12) -> str:
    return (
        f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{LINE - 2}" rx="3" {look}/>'
        f'<text x="{x + 6:g}" y="{y + 12}" font-size="{size}">{escape(text)}</text>'
    )


def _name(problem: Problem, assignee: str) -> str:
    person = problem.person_by_id.get(assignee)
    return person.name if person else problem.crew_by_id[assignee].name


def main() -> None:
    """Solve a reference city of four schools and draw one of them."""
    problem = reference_city(schools=4)
    solution = solve(problem)
    Path(sys.argv[1]).write_text(draw(problem, solution.roster, problem.sites[1].id), "utf-8")


if __name__ == "__main__":
    main()
