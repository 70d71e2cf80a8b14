"""What people, posts, rules and costs are called in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.names import cost_text, dropped_pin, named, post_name, term_name, who
from cli.violations import violation_text
from examples import small_school, station_month
from formats.limits import limit_text, rule_text
from models import (
    Assignment,
    ConsecutiveDays,
    DaysOff,
    Difference,
    DroppedPin,
    DutyLimit,
    LeastMinutes,
    LevelDifference,
    Limit,
    Rest,
    Rule,
    Travel,
    Violation,
    Weekends,
)

if TYPE_CHECKING:
    from cli.words import Language

SCHOOL, STATION = small_school(), station_month()
MORNING = "school/2026-11-30/morning_arrival"


@pytest.mark.parametrize(
    ("what", "language", "said"),
    [
        ("C", "en", "教师丙 (C)"),
        (MORNING, "zh", f"河畔小学 2026-11-30 上午上学 ({MORNING})"),
        (f"{MORNING} staff C", "en", f"河畔小学 2026-11-30 Morning arrival ({MORNING}) Staff 教师丙 (C)"),
        (
            f"{MORNING} staff 教师丙",
            "zh",
            f"河畔小学 2026-11-30 上午上学 ({MORNING}) 教职员工 教师丙（这是 C 的名称，请给出编号）",
        ),
        ("教师丙", "en", "教师丙 (that is the name of C: give the id)"),
        ("教师丙", "zh", "教师丙（这是 C 的名称，请给出编号）"),
        ("morning_arrivel", "en", "morning_arrivel (the nearest is morning_arrival)"),
        ("nothing like it", "en", "nothing like it"),
    ],
)
def test_ids_are_named_and_names_are_given_ids(what: str, language: Language, said: str) -> None:
    assert named(SCHOOL, what, language) == said


def test_what_the_problem_does_not_have_is_called_by_its_id() -> None:
    assert who(SCHOOL, "Y", "en") == "Y"
    assert who(SCHOOL, None, "zh") == "（无人）"
    assert post_name(SCHOOL, "gone/2026-11-30/noon", "moon", "en") == "gone/2026-11-30/noon moon"


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            DutyLimit(per="week", measure="minutes", maximum=2400),
            "每周最多 2,400 分钟",
            "at most 2,400 minutes a week",
        ),
        (
            DutyLimit(per="day", maximum=2, roles=("officer",), windows=("night",)),
            "每天最多 2 个岗（值班民警、夜班）",
            "at most 2 duties a day (Officer, Night)",
        ),
        (ConsecutiveDays(maximum=5), "最多连续上岗 5 天", "at most 5 days with a duty in a row"),
        (ConsecutiveDays(minimum=2), "至少连续上岗 2 天", "at least 2 days with a duty in a row"),
        (DaysOff(minimum=2), "两段上岗之间至少连休 2 天", "at least 2 days off in a row between duties"),
        (Weekends(maximum=2), "最多 2 个周末上岗", "duties on at most 2 weekends"),
        (LeastMinutes(minutes=480), "整个排班期至少 480 分钟", "at least 480 minutes in the whole horizon"),
        (Rest(minutes=660), "隔日两岗之间至少休息 660 分钟", "at least 660 minutes of rest between days"),
        (Travel(), "来得及赶路（时速 30 公里，绕行 1.3）", "time for the way (30 km/h, detour 1.3)"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_rules_say_their_figures(rule: Rule, zh: str, en: str) -> None:
    assert (rule_text(STATION, rule, "zh"), rule_text(STATION, rule, "en")) == (zh, en)


def test_limits_say_what_there_is_instead() -> None:
    limit = Limit(rule=Weekends(maximum=2), found=3)
    assert limit_text(STATION, limit, "zh") == "最多 2 个周末上岗，而有 3 个"
    assert limit_text(STATION, limit, "en") == "duties on at most 2 weekends, but 3"


def test_costs_and_terms() -> None:
    terms = (
        Difference(name="least_minutes:C", before=480, after=0),
        Difference(name="missing:staff", before=20, after=10),
    )
    core = LevelDifference(name="core", before=500, after=10, terms=terms)
    # Of 490 less, 480 are minutes and 10 a post.
    assert cost_text((core,), "en") == "core posts missing -10, minutes short -480"
    assert cost_text((), "zh") == "没有代价"
    assert term_name(SCHOOL, "least_minutes:C", "zh") == "工时不足 教师丙 (C)"
    assert term_name(SCHOOL, "missing:staff", "en") == "missing Staff"
    assert term_name(SCHOOL, "escalation", "en") == "several of one shift"


def test_dropped_pins_and_violations_name_people_and_schools() -> None:
    pin = Assignment(shift=MORNING, role="staff", index=0, assignee="C", pinned=True)
    dropped = DroppedPin(assignment=pin, rules=("absence", "timetable"))
    post = f"河畔小学 2026-11-30 Morning arrival ({MORNING}) Staff"
    assert dropped_pin(SCHOOL, dropped, "en") == f"  教师丙 (C) on {post}: absent, teaching"
    longer = f"{MORNING}_late"
    found = Violation(
        rule="overlap",
        bearer="C",
        shifts=(MORNING, longer),
        message=f"C: staff of {MORNING} and staff of {longer}",
    )
    named_shift = f"河畔小学 2026-11-30 Morning arrival ({MORNING})"
    said = f"on another post: C: staff of {named_shift} and staff of {longer}"
    assert violation_text(SCHOOL, found, "en") == said
