"""Rules with their figures, and by what they aren't kept, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formats.limit_words import LIMIT_TEXTS
from formats.words import BLOCKS, Language, join, name_of, told
from models import (
    ConsecutiveDays,
    DaysOff,
    DutyLimit,
    LeastMinutes,
    Rest,
    Succession,
    Travel,
    Weekends,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models import Limit, Problem, Rule


def rule_text(problem: Problem, rule: Rule, language: Language) -> str:
    """Return what a rule asks for, with its figures."""
    names = _counted(problem, rule, language)
    return _asked(problem, rule, language) + (_say(language, "limit:of", names=names) if names else "")


def limit_text(problem: Problem, limit: Limit, language: Language) -> str:
    """Return what a rule asks for, and what there is instead."""
    asked, rule = rule_text(problem, limit.rule, language), limit.rule
    if isinstance(rule, Succession):
        earlier = _windows(problem, rule.earlier, language)
        there = _say(language, "limit:succession-found", date=str(limit.since), earlier=earlier)
    else:
        since = _say(language, "limit:from", date=str(limit.since)) if limit.since else ""
        there = _say(language, f"limit:{_unit(rule)}-found", found=limit.found, since=since)
    return _say(language, "limit:instead", asked=asked, there=there)


def _asked(problem: Problem, rule: Rule, language: Language) -> str:
    if isinstance(rule, DutyLimit):
        per = _say(language, f"limit:per-{rule.per}")
        most = _say(language, f"limit:{rule.measure}-of", count=rule.maximum)
        return _say(language, "limit:duty_limit", per=per, most=most)
    if isinstance(rule, ConsecutiveDays):
        bounds = {"least": rule.minimum, "most": rule.maximum}
        kinds = "-".join(name for name, bound in bounds.items() if bound is not None)
        return _say(language, f"limit:consecutive_days-{kinds}", **bounds)
    if isinstance(rule, Succession):
        earlier, later = (_windows(problem, names, language) for names in (rule.earlier, rule.later))
        return _say(language, "limit:succession", earlier=earlier, later=later)
    if isinstance(rule, DaysOff):
        return _say(language, "limit:days_off", least=rule.minimum)
    if isinstance(rule, Weekends):
        return _say(language, "limit:weekends", most=rule.maximum)
    if isinstance(rule, Rest):
        return _say(language, "limit:rest", least=rule.minutes)
    if isinstance(rule, LeastMinutes):
        return _say(language, "limit:least_minutes", least=rule.minutes)
    if isinstance(rule, Travel):
        return _say(language, "limit:travel", speed=f"{rule.speed_kmh:g}", detour=f"{rule.detour:g}")
    return BLOCKS[rule.kind][0 if language == "zh" else 1] if rule.kind in BLOCKS else rule.kind


def _unit(rule: Rule) -> str:
    """Return what the number that is found counts."""
    if isinstance(rule, DutyLimit):
        return rule.measure
    return "minutes" if isinstance(rule, Rest) else rule.kind


def _counted(problem: Problem, rule: Rule, language: Language) -> str:
    """Return the roles and windows whose duties count, where it isn't all."""
    roles = getattr(rule, "roles", ())
    named = [name_of(problem.role_by_id[role], language) for role in roles]
    windows = _windows(problem, getattr(rule, "windows", ()), language)
    return join([*named, *([windows] if windows else [])], language)


def _windows(problem: Problem, windows: Iterable[str], language: Language) -> str:
    return join((name_of(problem.window_by_id[window], language) for window in windows), language)


def _say(language: Language, key: str, **values: object) -> str:
    return told(LIMIT_TEXTS[key], language, **values)
