"""Explanations in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cli.names import blocker, cost_text, counted, post_name, role_name, who
from cli.repair_tables import SHOWN
from cli.summary import console
from cli.words import Language, join, say, word
from formats.limits import limit_text, rule_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

    from rich.console import Console

    from models import Change, Limit, Problem
    from models.advice import Hire
    from models.explanation import Conflict, Hindered, PersonExplained, PinConflicts, PostExplained, Way


def print_post(problem: Problem, found: PostExplained, language: Language, out: TextIO) -> None:
    """Print why a post is open, and what would fill it."""
    lines = console(out)
    post = post_name(problem, found.shift, found.role, language)
    lines.print(say(language, "explain-post", post=post, open=found.open))
    blocked = found.candidates.blocked
    if not blocked and not found.candidates.free:
        lines.print(say(language, "explain-nobody"))
    elif blocked:
        lines.print(say(language, "explain-blocked"))
        hindered = {each.assignee: each for each in found.hindered}
        for rule, kept in groupby(blocked, key=lambda b: b.rule):
            _print_kept_away(lines, problem, rule, [b.assignee for b in kept], hindered, language)
    lines.print(say(language, "explain-ways" if found.ways or found.hires else "explain-no-way"))
    for way in found.ways[:SHOWN]:
        lines.print(f"  {_way(problem, way, language)}")
    if len(found.ways) > SHOWN:
        lines.print(say(language, "more", count=len(found.ways) - SHOWN))
    for hire in found.hires:
        lines.print(f"  {_hire(problem, hire, language)}")


def _print_kept_away(
    lines: Console,
    problem: Problem,
    rule: str,
    kept: Sequence[str],
    hindered: Mapping[str, Hindered],
    language: Language,
) -> None:
    """Print whom a rule keeps away: in one line, or each with the figures where there are some."""
    names = [who(problem, name, language) for name in kept[:SHOWN]]
    limits = [
        [v.limit for v in hindered[name].violations if v.limit is not None] if name in hindered else []
        for name in kept[:SHOWN]
    ]
    head = f"  {blocker(rule, language)} ({len(kept)})"
    more = say(language, "more", count=len(kept) - SHOWN) if len(kept) > SHOWN else ""
    if not any(limits):
        lines.print(f"{head}: {join([*names, *([more.strip()] if more else [])], language)}")
        return
    lines.print(f"{head}:")
    for name, mine in zip(names, limits, strict=True):
        lines.print(
            f"    {say(language, 'explain-limit', who=name, limits=_limits(problem, mine, language))}"
        )
    if more:
        lines.print(f"  {more}")


def _limits(problem: Problem, limits: Iterable[Limit], language: Language) -> str:
    return say(language, "explain-and").join(limit_text(problem, limit, language) for limit in limits)


def print_person(problem: Problem, found: PersonExplained, language: Language, out: TextIO) -> None:
    """Print what somebody has, who else could have it, and what peers carry."""
    lines = console(out)
    name = who(problem, found.assignee, language)
    lines.print(say(language, "explain-person", who=name, count=len(found.duties)))
    if found.carried is not None:
        lines.print(say(language, "explain-carried", **found.carried.model_dump(exclude={"role", "unit"})))
    for duty in found.duties:
        held, others = duty.assignment, duty.others
        best = ""
        if others.free:
            cheapest = others.free[0]
            cost = cost_text(cheapest.levels, language)
            best = say(language, "explain-best", who=who(problem, cheapest.assignee, language), cost=cost)
        post = post_name(problem, held.shift, held.role, language)
        rest = say(
            language,
            "explain-rest",
            count=len(others.blocked),
            rules=counted((b.rule for b in others.blocked), language),
        )
        counts = {"free": len(others.free), "rest": rest if others.blocked else ""}
        lines.print(say(language, "explain-others", post=post, best=best, **counts))


def print_conflicts(problem: Problem, found: PinConflicts, language: Language, out: TextIO) -> None:
    """Print which demands contradict each other."""
    lines = console(out)
    if not found.conflicts:
        lines.print(say(language, "explain-none"))
    for number, conflict in enumerate(found.conflicts, start=1):
        demands = _demands(problem, conflict, language)
        broken = join((word(language, "rule", rule) for rule in conflict.broken), language)
        counts = {"number": number, "count": len(demands)}
        lines.print(say(language, "explain-conflict", broken=broken, **counts))
        for place, demand in enumerate(demands):
            cheapest = say(language, "explain-cheapest") if place == conflict.cheapest else ""
            lines.print(f"  {demand}{cheapest}")


def _demands(problem: Problem, conflict: Conflict, language: Language) -> list[str]:
    found = [
        say(
            language,
            "explain-pin",
            who=who(problem, pin.assignee, language),
            post=post_name(problem, pin.shift, pin.role, language),
        )
        for pin in conflict.pins
    ]
    found += [
        say(
            language,
            "explain-rule",
            rule=word(language, "rule", rule.kind),
            text=rule_text(problem, rule, language),
        )
        for rule in conflict.rules
    ]
    found += [
        say(
            language,
            "explain-absence",
            who=who(problem, absence.assignee, language),
            start=f"{absence.start:%Y-%m-%d %H:%M}",
            end=f"{absence.end:%Y-%m-%d %H:%M}",
        )
        for absence in conflict.absences
    ]
    found += [
        say(language, "explain-timetable", who=who(problem, timetable.person, language))
        for timetable in conflict.timetables
    ]
    return found


def _way(problem: Problem, way: Way, language: Language) -> str:
    name = who(problem, way.assignee, language)
    if way.kind == "move":
        changes = "; ".join(_change(problem, change, language) for change in way.changes)
        said = say(language, "way:move", who=name, count=len(way.changes), changes=changes)
        opened = join((post_name(problem, o.shift, o.role, language) for o in way.opened), language)
        return said + (say(language, "way:opens", opened=opened) if opened else "")
    cost = cost_text(way.levels, language)
    rule = word(language, "rule", way.rule)
    limits = _limits(problem, (v.limit for v in way.violations if v.limit is not None), language)
    return say(language, f"way:{way.kind}", who=name, cost=cost, rule=rule, limits=limits)


def _change(problem: Problem, change: Change, language: Language) -> str:
    before, after = (who(problem, name, language) for name in (change.before, change.after))
    return f"{post_name(problem, change.shift, change.role, language)}: {before} → {after}"


def _hire(problem: Problem, hire: Hire, language: Language) -> str:
    windows = problem.window_by_id
    window = ""
    if hire.window is not None:
        names = windows[hire.window]
        window = f"，{names.name}" if language == "zh" else f", {names.name_en}"
    gained = join(
        [say(language, f"gained:{level}", count=count) for level, count in hire.gained.items() if count],
        language,
    )
    unit = problem.unit_by_id[hire.unit].name
    role = role_name(problem, hire.role, language)
    return say(language, "explain-hire", role=role, unit=unit, window=window, gained=gained)
