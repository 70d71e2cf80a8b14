"""Moments on the command line, with or without an offset."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli.words import Language, say

if TYPE_CHECKING:
    from models import Problem


def moment(language: Language, text: str) -> dt.datetime:
    """Return a moment as it is written, for argparse."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(say(language, "bad-moment", text=text)) from None


def in_zone(problem: Problem, written: dt.datetime) -> dt.datetime:
    """Return a moment; one without an offset is meant in the problem's time zone."""
    return written if written.tzinfo else written.replace(tzinfo=ZoneInfo(problem.timezone))
