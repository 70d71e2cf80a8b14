"""Lessons as people write them: times with a dash between, one after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.errors import Invalid
from web.swaps.wishing import weekdays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import Timetable
    from web.language import Words

_LESSON = re.compile(r"(\d{1,2})[:：.](\d{2})\s*[-–—~～到至]\s*(\d{1,2})[:：.](\d{2})")
_BETWEEN = re.compile(r"[\s,，;；、]*")


class NoLesson(Invalid):
    code = "no_lesson"
    title = "Write lessons as 08:00-09:35, several with a comma between"


def of_lines(lines: Sequence[str]) -> list[dict[str, object]]:
    """Return the fields of lessons that are written in a line for each weekday, Monday first.

    Raises
    ------
    NoLesson
        When something else stands there.
    """
    found: list[dict[str, object]] = []
    for weekday, line in enumerate(lines, start=1):
        for match in _LESSON.finditer(line):
            first, last = f"{int(match[1]):02d}:{match[2]}", f"{int(match[3]):02d}:{match[4]}"
            if max(first, last) >= "24:00" or max(match[2], match[4]) >= "60":
                raise NoLesson
            found.append({"weekday": weekday, "start": first, "end": last})
        if not _BETWEEN.fullmatch(_LESSON.sub("", line)):
            raise NoLesson
    return found


def said(table: Timetable, words: Words) -> list[tuple[str, list[str]]]:
    """Return the weekdays with lessons, and their times."""
    found = []
    for number, name in weekdays(words).items():
        times = [f"{x.start:%H:%M}–{x.end:%H:%M}" for x in table.lessons if x.weekday == number]
        if times:
            found.append((name, times))
    return found
