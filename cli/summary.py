"""What a solve reached, in words."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Literal, TextIO

from rich.console import Console
from rich.table import Table

from cli.names import dropped_pin
from cli.progress import gap_text
from cli.words import Language, join, say, word
from formats.open_posts import open_minimum

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models import DroppedPin, Level, Problem, Report, Unfilled

WIDE = 240
"""Columns of what is no terminal: whoever reads a pipe or a file wants whole rows."""

SHOWN = 20
"""How many pins are named; ``--json`` has them all."""


def size_text(problem: Problem, language: Language) -> str:
    """Return how large a problem is."""
    return say(
        language,
        "size",
        sites=len(problem.sites),
        people=len(problem.people),
        crews=len(problem.crews),
        shifts=len(problem.shifts),
        posts=posts_of(problem),
    )


def posts_of(problem: Problem) -> int:
    """Return how many posts a problem has, at the preferred numbers or the targets."""
    return sum(need.wished for shift in problem.shifts for need in shift.needs)


def print_report(problem: Problem, report: Report, language: Language, file: TextIO | None = None) -> None:
    """Print a report's summary."""
    out = console(file)
    out.print(say(language, report.status, reason=word(language, "reason", report.reason)))
    out.print(say(language, "filled", filled=report.filled, posts=report.posts))
    print_levels(report.levels, language, file, open_minimum(problem, report.unfilled))
    if report.unfilled:
        _print_unfilled(out, problem, report.unfilled, language)
    if report.dropped_pins:
        out.print(say(language, "dropped", count=len(report.dropped_pins)))
        print_dropped(out, problem, report.dropped_pins, language)
    methods = ", ".join(f"{name} {count:,}" for name, count in report.methods.items())
    if report.components:
        seconds = f"{report.wall_s:.1f}"
        out.print(say(language, "effort", components=report.components, seconds=seconds, methods=methods))


def print_levels(
    levels: Sequence[Level],
    language: Language,
    file: TextIO | None = None,
    open_posts: Mapping[str, int] | None = None,
) -> None:
    """Print a table of levels with value, bound and gap.

    Parameters
    ----------
    open_posts
        How many posts of the minimum are open, by level, when that is to stand beside the cost.
    """
    columns = (
        ("level", "value", "bound", "gap")
        if open_posts is None
        else ("level", "open-minimum", "value", "bound", "gap")
    )
    rows = []
    for x in levels:
        beside = [] if open_posts is None else [f"{open_posts[x.name]:,}" if x.name in open_posts else ""]
        name = word(language, "level", x.name)
        rows.append((name, *beside, f"{x.value:,}", f"{x.bound:,}", gap_text(x, language)))
    print_table(columns, rows, language, file)


def print_values(values: Sequence[tuple[str, int]], language: Language) -> None:
    """Print a table of levels with their values alone."""
    rows = [(word(language, "level", name), f"{value:,}") for name, value in values]
    print_table(("level", "value"), rows, language, None)


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    language: Language,
    file: TextIO | None,
    *,
    left: Sequence[str] = ("level",),
) -> None:
    """Print rows under columns with names of their own, all to the right but those named."""
    heads = [say(language, f"column:{column}") for column in columns]
    console(file).print(table_of(heads, ["left" if c in left else "right" for c in columns], rows))


def table_of(
    heads: Sequence[str], sides: Sequence[Literal["left", "right"]], rows: Sequence[Sequence[str]]
) -> Table:
    """Return a table without lines."""
    table = Table(box=None, pad_edge=False)
    for head, side in zip(heads, sides, strict=True):
        table.add_column(head, justify=side)
    for row in rows:
        table.add_row(*row)
    return table


def print_dropped(out: Console, problem: Problem, dropped: Sequence[DroppedPin], language: Language) -> None:
    """Print the pins that could not be kept, each with its rules."""
    for pin in dropped[:SHOWN]:
        out.print(dropped_pin(problem, pin, language))
    if len(dropped) > SHOWN:
        out.print(say(language, "more", count=len(dropped) - SHOWN))


def _print_unfilled(out: Console, problem: Problem, unfilled: Sequence[Unfilled], language: Language) -> None:
    missing: Counter[str] = Counter()
    minimum: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    nobody = 0
    for need in unfilled:
        missing[need.role] += need.missing
        minimum[need.role] += need.missing_minimum
        blocked.update(need.blocked)
        nobody += 0 if need.candidates else need.missing
    out.print(say(language, "open", missing=missing.total(), minimum=minimum.total()))
    for role, count in missing.most_common():
        names = problem.role_by_id[role]
        name = names.name if language == "zh" else names.name_en
        out.print(say(language, "open-role", role=name, missing=count, minimum=minimum[role]))
    reasons = [f"{word(language, 'rule', rule)} {count:,}" for rule, count in blocked.most_common() if count]
    if reasons:
        out.print(say(language, "why", reasons=join(reasons, language)))
    if nobody:
        out.print(say(language, "open-nobody", count=nobody))


def console(file: TextIO | None = None) -> Console:
    """Return what prints plain text, tables included, to a file or stdout."""
    found = Console(file=file or sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not found.is_terminal:
        found.width = WIDE
    return found
