"""Judge a roster, independently of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.output import STDOUT, UsageError, write_stdout
from cli.progress import Steps
from cli.summary import posts_of, print_values
from cli.violations import violation_text
from cli.weeks import load_both
from cli.words import Language, say
from formats.answers import Cost, Judged
from formats.json_files import read_report_json, to_json
from solver.verify import Verifier

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from models import Problem, Violation

SHOWN = 50
"""How many violations are printed; ``--json`` has them all."""


def run(args: argparse.Namespace) -> int:
    """Run ``huxue verify``."""
    if [args.file, args.roster, args.report].count(STDOUT) > 1:
        raise UsageError(say(args.language, "one-stdin"))
    problem, roster = load_both(args.file, args.roster, args, strangers=args.json)
    report = read_report_json(args.report) if args.report is not None else None
    posts = posts_of(problem)
    Steps(args).working("verifying", posts)
    verifier = Verifier(problem)
    dropped = [pin.assignment for pin in report.dropped_pins] if report else []
    violations = verifier.verify(roster, dropped)
    claims = verifier.verify_report(roster, report) if report else ()
    levels = verifier.evaluate(roster)
    if args.json:
        found = Judged(
            clean=not violations and not claims,
            horizon=roster.horizon,
            violations=violations,
            claims=claims,
            levels=tuple(
                Cost(name=x.name, value=x.value, terms={t.name: t.value for t in x.terms}) for x in levels
            ),
        )
        write_stdout(to_json(found))
    else:
        print(say(args.language, "held", held=len(roster.assignments), posts=posts))
        _print(problem, violations, claims, args.language)
        print_values([(x.name, x.value) for x in levels], args.language)
    return 1 if violations or claims else 0


def _print(
    problem: Problem, violations: Sequence[Violation], claims: Sequence[str], language: Language
) -> None:
    if not violations:
        print(say(language, "clean"))
    else:
        print(say(language, "violations", count=len(violations)))
    for violation in violations[:SHOWN]:
        print(f"  {violation_text(problem, violation, language)}")
    if len(violations) > SHOWN:
        print(say(language, "more", count=len(violations) - SHOWN))
    for claim in claims:
        print(say(language, "claims", message=claim))
