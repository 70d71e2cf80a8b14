"""Repairs in words and tables."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli.names import blocker, cost_text, post_name, role_name, shift_name, who
from cli.summary import console, print_dropped, print_levels
from cli.words import Language, join, say, word

if TYPE_CHECKING:
    from typing import TextIO

    from models import Candidates, Change, Problem, Repair, Unfilled


SHOWN = 20
"""How many names are printed; ``--json`` has them all."""


def print_repair(problem: Problem, repair: Repair, language: Language, out: TextIO) -> None:
    """Print what has changed, what stays open, and what is proven.

    Parameters
    ----------
    problem
        As it was before the repair, or after it.
    """
    lines = console(out)
    entries = sum((c.before is not None) + (c.after is not None) for c in repair.changes)
    if not repair.changes:
        lines.print(say(language, "repaired-in-vain" if repair.opened else "repaired-none"))
    else:
        proof = say(language, _proof(repair), reason=word(language, "reason", repair.reason))
        lines.print(say(language, "repaired", count=len(repair.changes), entries=entries, proof=proof))
        for change in repair.changes:
            lines.print(_line(problem, change, language))
    if repair.opened:
        lines.print(say(language, "repaired-opened"))
        for unfilled in repair.opened:
            lines.print(_opened(problem, unfilled, language))
    if repair.dropped_pins:
        lines.print(say(language, "repaired-dropped", count=len(repair.dropped_pins)))
        print_dropped(lines, problem, repair.dropped_pins, language)
    lines.print(say(language, "repaired-levels"))
    print_levels(repair.levels, language, out)
    seconds = f"{repair.wall_s:.2f}"
    lines.print(say(language, "repaired-effort", components=repair.components, seconds=seconds))


def print_candidates(problem: Problem, found: Candidates, language: Language, out: TextIO) -> None:
    """Print who could take a post, the cheapest first, and why the others can't."""
    lines = console(out)
    post = post_name(problem, found.shift, found.role, language)
    key = "candidates" if found.free else "candidates-none"
    lines.print(say(language, key, post=post, count=len(found.free)))
    for candidate in found.free[:SHOWN]:
        cost = cost_text(candidate.levels, language)
        lines.print(f"  {who(problem, candidate.assignee, language)}: {cost}")
    if len(found.free) > SHOWN:
        lines.print(say(language, "more", count=len(found.free) - SHOWN))
    for rule, blocked in groupby(found.blocked, key=lambda b: b.rule):
        names = [who(problem, b.assignee, language) for b in blocked]
        more = say(language, "more", count=len(names) - SHOWN).strip() if len(names) > SHOWN else ""
        shown = join([*names[:SHOWN], *([more] if more else [])], language)
        lines.print(f"  {blocker(rule, language)} ({len(names)}): {shown}")


def _proof(repair: Repair) -> str:
    if not repair.fewest:
        return "repaired-unproven"
    return "repaired-proven-open" if repair.opened else "repaired-proven"


def _line(problem: Problem, change: Change, language: Language) -> str:
    time = change.start.astimezone(ZoneInfo(problem.timezone)).strftime("%m-%d %H:%M")
    shift = problem.shift_by_id.get(change.shift)
    place = problem.site_by_id[shift.site].name if shift else change.shift
    post = f"{place} {role_name(problem, change.role, language)} {change.index + 1}"
    before, after = (who(problem, name, language) for name in (change.before, change.after))
    return f"  {time}  {post}: {before} → {after}"


def _opened(problem: Problem, unfilled: Unfilled, language: Language) -> str:
    there = unfilled.candidates - sum(unfilled.blocked.values())
    blocked = {"one_holder": there, **unfilled.blocked}
    reasons = [f"{blocker(rule, language)} {count:,}" for rule, count in blocked.items() if count]
    return say(
        language,
        "repaired-open",
        shift=shift_name(problem, unfilled.shift, language),
        role=role_name(problem, unfilled.role, language),
        candidates=unfilled.candidates,
        reasons=join(reasons, language) or say(language, "explain-nobody"),
    )
