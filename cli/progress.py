"""A bar on stderr: components done, and the gap of each level."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.output import note
from cli.words import Language, say, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from models import Level
    from solver.solve import Progress as Stage


@contextmanager
def shown_progress(language: Language) -> Iterator[Callable[[Stage], None]]:
    """Give a callback for `solver.solve.solve`: it moves a bar, or names the phases without a terminal."""
    if not sys.stderr.isatty():
        named: set[str] = set()

        def name_phase(stage: Stage) -> None:
            if stage.phase not in named:
                named.add(stage.phase)
                note(f"{word(language, 'phase', stage.phase)} …")

        yield name_phase
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[gaps]}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
    )
    task = bar.add_task("", total=None, gaps="")

    def move(stage: Stage) -> None:
        bar.update(
            task,
            description=word(language, "phase", stage.phase),
            completed=stage.done,
            total=stage.total or None,
            gaps=_gaps(stage.levels, language),
        )

    with bar:
        yield move


def _gaps(levels: tuple[Level, ...], language: Language) -> str:
    open_levels = [x for x in levels if not x.optimal]
    if not open_levels:
        return ""
    first = open_levels[0]
    return f"{word(language, 'level', first.name)}: {say(language, 'column:gap')} {gap_text(first, language)}"


def gap_text(level: Level, language: Language) -> str:
    """Return that it is proven, or the gap in cost units and in percent of the value."""
    if level.optimal:
        return say(language, "proven" if level.gap <= 0 else "tolerated")
    share = f" ({100 * level.gap / level.value:.2g} %)" if level.value else ""
    return f"{level.gap:,}{share}"


@contextmanager
def cancellable(language: Language) -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C (or SIGTERM) ask for an end, and the second one leave at once."""
    owner, asked = os.getpid(), 0

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked += 1
        if os.getpid() != owner:
            # A forked worker inherits this. Ctrl-C reaches the whole group: the owner says what follows.
            if asked > 1 or number == signal.SIGTERM:
                os._exit(128 + number)
        elif asked > 1:
            raise KeyboardInterrupt
        else:
            note(say(language, "stopping"))

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked > 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
