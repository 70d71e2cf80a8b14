"""What of a clearing stands by itself, and when the weekly one is due."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from api.swaps.clearing import independent
from api.swaps.weekly import last_due
from models import Duty, Handover, Settled


def test_what_has_somebody_in_common_goes_together() -> None:
    """Alone, one of two ways of the same person may be against a rule that both together keep."""

    def way(*names: str) -> Settled:
        handovers = tuple(
            Handover(duty=Duty(shift="s", role="r", assignee=giver), taker=taker)
            for giver, taker in zip(names, (*names[1:], names[0]), strict=True)
        )
        return Settled(kind="exchange", handovers=handovers, wishes=(0, 1))

    ways = [way("A", "B"), way("C", "D"), way("K1", "K2"), way("B", "C"), way("E", "M"), way("F", "G")]
    parts = independent(ways, {"K1": ("M",), "K2": ()})
    assert sorted(sorted(ways.index(one) for one in part) for part in parts) == [[0, 1, 3], [2, 4], [5]]


@pytest.mark.parametrize(
    ("when", "moment", "due"),
    [
        ("FR 18:00", "2026-11-27T18:00", "2026-11-27T18:00"),
        ("FR 18:00", "2026-11-27T17:59", "2026-11-20T18:00"),
        ("FR 18:00", "2026-11-26T23:00", "2026-11-20T18:00"),
        ("MO 00:00", "2026-12-06T23:59", "2026-11-30T00:00"),
    ],
)
def test_when_it_was_due_last(when: str, moment: str, due: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    said = dt.datetime.fromisoformat(moment).replace(tzinfo=zone)
    assert last_due(when, said, zone) == dt.datetime.fromisoformat(due).replace(tzinfo=zone)
