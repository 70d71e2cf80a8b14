"""What levels, rules and kinds of units are called, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models import Reason

LEVELS = {
    "core": "核心岗缺岗 core",
    "volunteers": "志愿者缺岗 volunteers",
    "changes": "改动 changes",
    "soonness": "改动的早晚 soonness",
    "stand_ins": "替班驻校 stand-ins",
    "extra": "未达目标 extra",
    "fairness": "公平 fairness",
    "wishes": "意愿与习惯 wishes",
}

BLOCKS = {
    "one_holder": "同班已有岗 has another post of the shift",
    "known_post": "无此岗 no such post",
    "role": "角色不符 other role",
    "qualification": "资质无效 not qualified",
    "scope": "不在范围 out of scope",
    "absence": "请假 absent",
    "timetable": "上课 teaching",
    "offer": "未报名 not offered",
    "crew_strength": "巡组人数不足 crew too few",
    "overlap": "同时另有岗 on another post",
    "travel": "来不及赶到 travel",
    "rest": "休息不足 rest",
    "duty_limit": "已到上限 limit",
    "consecutive_days": "连续天数 consecutive days",
    "days_off": "连休天数 days off",
    "succession": "班次衔接 succession",
    "weekends": "周末数 weekends",
    "own_post_first": "先顾本校 own post first",
    "pin": "与指定冲突 pins",
    "free": "可用，但另有更需要处 free, needed more elsewhere",
}
"""Why candidates of an open post don't take it, by the names of `models.rules.HARD_RULES`."""

NOBODY = "没有人可在此上岗 nobody may serve here"
"""What an open post says that has no candidate at all."""

REASONS: dict[Reason, str] = {
    "time_limit": "时间用完 the time limit was reached",
    "cancelled": "求解被停止 the solve was stopped",
    "search_limit": "有的部分没有证完 some components were not closed within their search limit",
    "shared_shift": "几个部分同缺一班的岗位 several components miss posts of one shift",
}
"""Why a roster is not proven optimal."""

UNIT_KINDS = {
    "school": "学校 school",
    "police_station": "派出所 police station",
    "traffic_brigade": "交警大队 traffic brigade",
    "patrol_brigade": "巡特警大队 patrol brigade",
    "security_company": "保安公司 security company",
    "community": "社区 community",
}


def reasons(blocked: dict[str, int]) -> str:
    """Return what keeps the candidates of an open post away, most frequent first."""
    order = sorted(blocked.items(), key=lambda item: -item[1])
    return "；".join(f"{BLOCKS.get(rule, rule)} {count}" for rule, count in order if count)
