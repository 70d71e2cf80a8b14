"""Export the calendar of a person, a crew, a school or a unit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from cli.names import named
from cli.output import STDOUT, Failure, UsageError, check_output, write_stdout
from cli.weeks import load_both
from cli.words import say
from formats.answers import Written
from formats.atomic import replacing
from formats.calendar import Subject, calendar_for
from formats.json_files import to_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def run(args: argparse.Namespace) -> int:
    """Run ``huxue calendar``."""
    check_output(args.output, args.language, ())
    if args.output == STDOUT and args.json:
        raise UsageError(say(args.language, "one-stdout"))
    if args.file == args.roster == STDOUT:
        raise UsageError(say(args.language, "one-stdin"))
    previous = Path(args.previous).read_bytes() if args.previous else None
    problem, roster = load_both(args.file, args.roster, args)
    if args.person is not None:
        subject = Subject("person", args.person)
    elif args.crew is not None:
        subject = Subject("crew", args.crew)
    elif args.school is not None:
        subject = Subject("site", args.school)
    else:
        subject = Subject("unit", args.unit)
    known: dict[str, Mapping[str, object]] = {
        "person": problem.person_by_id,
        "crew": problem.crew_by_id,
        "site": problem.site_by_id,
        "unit": problem.unit_by_id,
    }
    if subject.id not in known[subject.kind]:
        what = named(problem, subject.id, args.language)
        raise Failure(say(args.language, f"calendar-no-{subject.kind}", what=what))
    now = dt.datetime.now(dt.UTC)
    content = calendar_for(
        problem, roster, subject, now=now, language=args.language, previous=previous, names=args.names
    )
    if args.output == STDOUT:
        write_stdout(content)
        return 0
    with replacing(args.output) as part:
        part.write_bytes(content)
    if args.json:
        write_stdout(to_json(Written(file=args.output)))
    else:
        print(say(args.language, "written", path=args.output))
    return 0
