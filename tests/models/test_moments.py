"""Moments and times of day that can be reckoned with."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from models import Absence, Lesson


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00+08:00", "2026-01-01T00:00:00+08:00"),
        ("2026-01-01T00:00:00+08:00", "9999-12-31T23:00:00-08:00"),
    ],
)
def test_a_moment_exists_in_every_zone(start: str, end: str) -> None:
    with pytest.raises(ValidationError, match="not in the years 2 to 9998"):
        Absence.model_validate({"assignee": "A", "start": start, "end": end})


def test_a_time_of_day_is_local() -> None:
    with pytest.raises(ValidationError, match="names a time zone"):
        Lesson.model_validate({"weekday": 1, "start": "08:00+08:00", "end": "09:00"})
