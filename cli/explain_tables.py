"""Explanations in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cli.repair_tables import SHOWN, role_name, who
from cli.summary import console
from cli.words import Language, say, word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from models import Candidates, LevelDifference, Problem, Rule
    from models.advice import Hire
    from models.explanation import Conflict, Conflicts, PersonExplained, PostExplained, Way


def print_post(problem: Problem, found: PostExplained, language: Language, out: TextIO) -> None:
    """Print why a post is open, and what would fill it."""
    lines = console(out)
    post = f"{found.shift} {role_name(problem, found.role, language)}"
    lines.print(say(language, "explain-post", post=post, open=found.open))
    blocked = found.candidates.blocked
    if not blocked and not found.candidates.free:
        lines.print(say(language, "explain-nobody"))
    elif blocked:
        lines.print(say(language, "explain-blocked"))
        for rule, kept in groupby(blocked, key=lambda b: b.rule):
            names = [who(problem, b.assignee, language) for b in kept]
            more = f" +{len(names) - SHOWN}" if len(names) > SHOWN else ""
            lines.print(f"  {word(language, 'rule', rule)} ({len(names)}): {', '.join(names[:SHOWN])}{more}")
    lines.print(say(language, "explain-ways" if found.ways or found.hires else "explain-no-way"))
    for way in found.ways[:SHOWN]:
        lines.print(f"  {_way(problem, way, language)}")
    for hire in found.hires:
        lines.print(f"  {_hire(problem, hire, language)}")


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
            cost = _cost(cheapest.levels, language)
            best = say(language, "explain-best", who=who(problem, cheapest.assignee, language), cost=cost)
        post = f"{held.shift} {role_name(problem, held.role, language)}"
        counts = {"free": len(others.free), "blocked": _blocked(others, language)}
        lines.print(say(language, "explain-others", post=post, best=best, **counts))


def print_conflicts(problem: Problem, found: Conflicts, language: Language, out: TextIO) -> None:
    """Print which demands contradict each other."""
    lines = console(out)
    if not found.conflicts:
        lines.print(say(language, "explain-none"))
    for number, conflict in enumerate(found.conflicts, start=1):
        demands = _demands(problem, conflict, language)
        broken = ", ".join(word(language, "rule", rule) for rule in conflict.broken)
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
            post=f"{pin.shift} {role_name(problem, pin.role, language)}",
        )
        for pin in conflict.pins
    ]
    found += [
        say(language, "explain-rule", rule=word(language, "rule", rule.kind), text=_rule(rule))
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


def _rule(rule: Rule) -> str:
    """Return what a rule was given, as in the rules' sheet and JSON."""
    given = rule.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in given.items())


def _way(problem: Problem, way: Way, language: Language) -> str:
    name = who(problem, way.assignee, language)
    if way.kind == "move":
        changes = "; ".join(
            f"{c.shift}: {who(problem, c.before, language)} → {who(problem, c.after, language)}"
            for c in way.changes
        )
        said = say(language, "way:move", who=name, count=len(way.changes), changes=changes)
        opened = ", ".join(f"{o.shift} {role_name(problem, o.role, language)}" for o in way.opened)
        return said + (say(language, "way:opens", opened=opened) if opened else "")
    cost = _cost(way.levels, language)
    rule = word(language, "rule", way.rule)
    return say(language, f"way:{way.kind}", who=name, cost=cost, rule=rule)


def _hire(problem: Problem, hire: Hire, language: Language) -> str:
    windows = problem.window_by_id
    window = ""
    if hire.window is not None:
        names = windows[hire.window]
        window = f", {names.name if language == 'zh' else names.name_en}"
    gained = ", ".join(
        say(language, "explain-gained", level=word(language, "level", level), count=count)
        for level, count in hire.gained.items()
        if count
    )
    unit = problem.unit_by_id[hire.unit].name
    role = role_name(problem, hire.role, language)
    return say(language, "explain-hire", role=role, unit=unit, window=window, gained=gained)


def _cost(levels: Sequence[LevelDifference], language: Language) -> str:
    rises = [(word(language, "level", level.name), level.rise) for level in levels if level.rise]
    return ", ".join(f"{name} {rise:+,}" for name, rise in rises) or say(language, "candidate-free")


def _blocked(others: Candidates, language: Language) -> str:
    counts = [
        f"{word(language, 'rule', rule)} {len(list(kept))}"
        for rule, kept in groupby(others.blocked, key=lambda b: b.rule)
    ]
    return ", ".join(counts) or "0"
