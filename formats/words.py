"""What levels, terms, rules and reasons are called: the same words in the terminal and in the workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models import Reason, Role, Window

Language = Literal["zh", "en"]

Pair = tuple[str, str]
"""A word in Chinese and English."""

LEVELS: Mapping[str, Pair] = {
    "core": ("核心岗缺岗", "core posts missing"),
    "volunteers": ("志愿者缺岗", "volunteers missing"),
    "changes": ("改动", "changes"),
    "soonness": ("改动的早晚", "soonness of the changes"),
    "minutes": ("工时不足", "minutes short"),
    "stand_ins": ("替班驻校", "stand-ins"),
    "extra": ("未达目标", "extra posts missing"),
    "fairness": ("公平", "fairness"),
    "wishes": ("意愿与习惯", "wishes"),
}
"""The objective levels."""

TERMS: Mapping[str, Pair] = {
    "missing": ("缺岗", "missing"),
    "escalation": ("同班多缺", "several of one shift"),
    "least_minutes": ("工时不足", "minutes short"),
    "same_station": ("同所替班", "same station"),
    "same_district": ("同区替班", "same district"),
    "extra": ("未达目标", "below target"),
    "fairness": ("公平", "fairness"),
    "under": ("少于标准", "below preferred"),
    "over": ("多于标准", "above preferred"),
    "preferences": ("意愿", "preferences"),
    "continuity": ("固定搭配", "continuity"),
    "travel_minutes": ("路程代价", "travel minutes"),
    "skill_mix": ("技能搭配", "skill mix"),
    "newcomer_alone": ("新人不独岗", "newcomer alone"),
}
"""The terms of the levels' costs, by what stands before a colon in their names."""

BLOCKS: Mapping[str, Pair] = {
    "one_holder": ("一岗一人", "one holder"),
    "known_post": ("无此岗或无此人", "unknown post or holder"),
    "role": ("角色不符", "other role"),
    "qualification": ("资质无效", "not qualified"),
    "scope": ("不在范围", "out of scope"),
    "absence": ("请假", "absent"),
    "timetable": ("上课", "teaching"),
    "offer": ("未报名", "not offered"),
    "crew_strength": ("巡组人数不足", "crew too few"),
    "overlap": ("同时另有岗", "on another post"),
    "travel": ("来不及赶到", "travel"),
    "rest": ("休息不足", "rest"),
    "duty_limit": ("已到上限", "limit"),
    "consecutive_days": ("连续天数", "consecutive days"),
    "days_off": ("连休天数", "days off"),
    "succession": ("班次衔接", "succession"),
    "weekends": ("周末数", "weekends"),
    "own_post_first": ("一校一警", "own post first"),
    "pin": ("指定", "pin"),
    "free": ("可用，但另有更需要处", "free, needed more elsewhere"),
}
"""What is broken, or keeps candidates from an open post, by the names of `models.rules.HARD_RULES`."""

REASONS: Mapping[Reason, Pair] = {
    "time_limit": ("时间用完", "the time limit was reached"),
    "cancelled": ("求解被停止", "the solve was stopped"),
    "search_limit": (
        "有的部分在给定的搜索量内没有证完",
        "some components were not closed within their search limit",
    ),
    "shared_shift": (
        "几个部分同缺一个班次的岗位，合起来或许能少缺",
        "several components miss posts of one shift; together they might miss others at less cost",
    ),
}
"""Why a roster is not proven optimal."""

NOBODY: Pair = ("没有人可在此上岗", "nobody may serve here")
"""What an open post says that has no candidate at all."""


def name_of(named: Role | Window, language: Language) -> str:
    """Return the name of something that has one in each language."""
    return named.name if language == "zh" else named.name_en


def join(items: Iterable[str], language: Language) -> str:
    """Return a list as it stands in a sentence."""
    return ("、" if language == "zh" else ", ").join(items)


def told(pair: Pair, language: Language, **values: object) -> str:
    """Return a text with its values; numbers get thousands separators."""
    shown = {k: f"{v:,}" if isinstance(v, int) else v for k, v in values.items()}
    return pair[0 if language == "zh" else 1].format(**shown)
