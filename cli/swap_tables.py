"""Swaps in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.names import blocker, cost_text, post_name, role_name, shift_name, term_name, who
from cli.summary import console, print_table
from cli.violations import violation_text
from cli.words import Language, join, say, word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from models import Clearing, Duty, Handover, LevelDifference, NoPartner, Partners, Problem, Trial

SHOWN = 20
"""How many ways or people are printed; ``--json`` has them all."""


def print_trial(problem: Problem, trial: Trial, language: Language, out: TextIO) -> None:
    """Print what a trial breaks and costs."""
    lines = console(out)
    lines.print(f"{word(language, 'kind', trial.kind)}: {_steps(problem, trial.handovers, language)}")
    if trial.legal:
        lines.print(say(language, "swap-legal"))
    else:
        lines.print(say(language, "swap-illegal", count=len(trial.violations)))
    for violation in trial.violations:
        lines.print(f"  {violation_text(problem, violation, language)}")
    _print_levels(problem, trial.levels, language, out)


def print_partners(problem: Problem, partners: Partners, language: Language, out: TextIO) -> None:
    """Print who could take a duty, what each way costs, and why the others can't."""
    lines = console(out)
    counts = {"takers": len(partners.takers), "exchanges": len(partners.exchanges)}
    lines.print(say(language, "swap-partners", duty=_duty(problem, partners.duty, language), **counts))
    for trials in (partners.takers, partners.exchanges):
        for trial in trials[:SHOWN]:
            lines.print(f"  {_way(problem, trial, language)}")
        if len(trials) > SHOWN:
            lines.print(say(language, "more", count=len(trials) - SHOWN))
    if partners.others:
        reasons = _counted(partners.blocked, language)
        lines.print(say(language, "swap-others", count=len(partners.others), reasons=reasons))
        for other in partners.others[:SHOWN]:
            lines.print(_other(problem, other, language))
        if len(partners.others) > SHOWN:
            lines.print(say(language, "more", count=len(partners.others) - SHOWN))


def print_chains(
    problem: Problem, chains: Sequence[Trial], longest: int, language: Language, out: TextIO
) -> None:
    """Print the ways in which several pass duties on."""
    lines = console(out)
    lines.print(say(language, "swap-no-partner", people=longest, count=len(chains)))
    for trial in chains:
        lines.print(f"  {word(language, 'kind', trial.kind)}: {_way(problem, trial, language)}")


def print_clearing(
    problem: Problem, clearing: Clearing, wishes: int, language: Language, out: TextIO
) -> None:
    """Print what is brought about, and how it is proven."""
    lines = console(out)
    reason = word(language, "reason", clearing.reason)
    status = say(language, f"swap-{clearing.status}", reason=reason)
    counts = {"wishes": wishes, "value": clearing.value, "bound": clearing.bound}
    lines.print(say(language, "swap-cleared", status=status, **counts))
    for way in clearing.settled:
        steps = _steps(problem, way.handovers, language)
        lines.print(f"  {word(language, 'kind', way.kind)}: {steps}")
    _print_levels(problem, clearing.levels, language, out)


def _print_levels(
    problem: Problem, levels: Sequence[LevelDifference], language: Language, out: TextIO
) -> None:
    changed = [level for level in levels if level.terms]
    if not changed:
        console(out).print(say(language, "swap-unchanged"))
        return
    rows = []
    for level in changed:
        rows.append((word(language, "level", level.name), level.before, level.after, level.rise))
        # A level of one term says it all.
        rows += [
            (f"  {term_name(problem, term.name, language)}", term.before, term.after, term.rise)
            for term in level.terms
        ]
    shown = [(name, f"{before:,}", f"{after:,}", f"{rise:+,}") for name, before, after, rise in rows]
    print_table(("level", "before", "after", "rise"), shown, language, out)


def _way(problem: Problem, trial: Trial, language: Language) -> str:
    free = not any(level.rise for level in trial.levels)
    cost = cost_text(trial.levels, language)
    said = say(language, "swap-free") if free else say(language, "swap-cost", cost=cost)
    return f"{_steps(problem, trial.handovers, language)} ({said})"


def _other(problem: Problem, other: NoPartner, language: Language) -> str:
    exchange = ""
    if other.exchange:
        exchange = say(language, "swap-other-exchange", rules=_counted(other.exchange, language))
    rule = blocker(other.give_away, language)
    return say(
        language, "swap-other", who=who(problem, other.assignee, language), rule=rule, exchange=exchange
    )


def _counted(rules: dict[str, int], language: Language) -> str:
    return join((f"{blocker(rule, language)} {count:,}" for rule, count in rules.items()), language)


def _steps(problem: Problem, handovers: Sequence[Handover], language: Language) -> str:
    return ("；" if language == "zh" else "; ").join(
        say(
            language,
            "swap-step",
            shift=shift_name(problem, h.duty.shift, language),
            role=role_name(problem, h.duty.role, language),
            giver=who(problem, h.duty.assignee, language),
            taker=who(problem, h.taker, language),
        )
        for h in handovers
    )


def _duty(problem: Problem, duty: Duty, language: Language) -> str:
    between = "，" if language == "zh" else ", "
    return (
        post_name(problem, duty.shift, duty.role, language) + between + who(problem, duty.assignee, language)
    )
