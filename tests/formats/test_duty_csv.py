"""Duties as CSV."""

from __future__ import annotations

import csv
import datetime as dt
from io import StringIO

import pytest

from formats.duty_csv import HEADINGS, Line, write_duties

DAY = dt.date(2026, 11, 30)
START = dt.datetime(2026, 11, 30, 7, 20)
PLAIN = Line(
    DAY,
    START,
    START + dt.timedelta(minutes=30),
    "第1小学",
    "上午上学",
    "教职员工",
    "3号 东门",
    "王,老师",
    "T1",
)


def test_spreadsheets_know_the_letters() -> None:
    content = write_duties([PLAIN])
    assert content.startswith(b"\xef\xbb\xbf")
    heads, line = csv.reader(StringIO(content.decode("utf-8-sig")))
    assert heads == list(HEADINGS)
    assert line == [
        "2026-11-30",
        "07:20",
        "07:50",
        "第1小学",
        "上午上学",
        "教职员工",
        "3号 东门",
        "王,老师",
        "T1",
    ]


@pytest.mark.parametrize("sting", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_is_a_formula(sting: str) -> None:
    content = write_duties([PLAIN._replace(holder=sting)]).decode("utf-8-sig")
    *_, line = csv.reader(StringIO(content))
    assert line[-2] == f"'{sting}"
