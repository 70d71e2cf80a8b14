"""A bar on stderr: components done, and the gap of each level."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.output import STDOUT, note
from cli.words import Language, say, word

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from types import FrameType

    from models import Level
    from solver.solve import Progress as Stage


EVERY = 5.0
"""Seconds between two lines, where there is no terminal for a bar."""

LARGE_FILE = 400_000
"""Bytes from which reading a file may take more than a second."""

MANY_POSTS = 4_000
"""Posts from which writing or judging a roster may take more than a second."""


class Steps:
    """Says on stderr which long step is being taken: on a terminal alone, and not beside JSON.

    Parameters
    ----------
    args
        The command line, with ``language`` and ``json``.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self._language: Language = args.language
        self._shown = sys.stderr.isatty() and not args.json

    def reading(self, path: str) -> None:
        """Say that a file is being read, when that may take a while."""
        with suppress(OSError):  # reading it says why
            if path != STDOUT and Path(path).stat().st_size >= LARGE_FILE:
                self.taking("reading", path=path)

    def working(self, key: str, posts: int, **values: object) -> None:
        """Say that a step is being taken, when there are so many posts that it may take a while."""
        if posts >= MANY_POSTS:
            self.taking(key, **values)

    def taking(self, key: str, **values: object) -> None:
        """Say that a step is being taken."""
        if self._shown:
            note(say(self._language, key, **values))


@contextmanager
def shown_progress(language: Language, *, quiet: bool = False) -> Iterator[Callable[[Stage], None]]:
    """Give a callback for `solver.solve.solve`: it moves a bar, or names the phases without a terminal.

    Parameters
    ----------
    quiet
        Whether nothing is to be said.
    """
    if quiet:
        yield lambda stage: None
        return
    if not sys.stderr.isatty():
        yield _lines(language)
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


def _lines(language: Language) -> Callable[[Stage], None]:
    """Return what names each phase as it begins, and every few seconds how many parts are settled."""
    named, told = "", time.monotonic()

    def tell(stage: Stage) -> None:
        nonlocal named, told
        now = time.monotonic()
        phase = word(language, "phase", stage.phase)
        if stage.phase != named and stage.phase != "done":  # the roster has still to be written
            note(f"{phase} …")
        elif stage.phase != named or not stage.total or now < told + EVERY:
            return
        else:
            gaps = _gaps(stage.levels, language)
            note(f"{phase} {stage.done:,}/{stage.total:,}{', ' if gaps else ''}{gaps}")
        named, told = stage.phase, now

    return tell


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
    percent = 100 * level.gap / level.value if level.value else 0.0
    share = f" ({percent:.2g} %)" if percent < 10 else f" ({percent:.0f} %)"
    if not level.value:
        share = ""
    return f"{level.gap:,}{share}"


class Stop:
    """Whether somebody asked for an end.

    Attributes
    ----------
    searching
        Whether there is something to keep by now; without it, the first demand leaves at once.
    """

    def __init__(self) -> None:
        self.asked = 0
        self.searching = True

    def __call__(self) -> bool:
        """Say whether somebody asked."""
        return self.asked > 0


@contextmanager
def cancellable(language: Language) -> Iterator[Stop]:
    """Let the first Ctrl-C (or SIGTERM) ask for an end, and the second one leave at once."""
    owner, stop = os.getpid(), Stop()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.asked += 1
        if os.getpid() != owner:
            # A forked worker inherits this. Ctrl-C reaches the whole group: the owner says what follows.
            if stop.asked > 1 or number == signal.SIGTERM:
                os._exit(128 + number)
        elif stop.asked > 1 or not stop.searching:
            raise KeyboardInterrupt
        else:
            note(say(language, "stopping"))

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
