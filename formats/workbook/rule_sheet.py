"""The sheet of rules: one row a rule, a column a parameter."""

from __future__ import annotations

from typing import cast

from pydantic import TypeAdapter

from formats.workbook import shapes
from formats.workbook.columns import DECIMAL, INTEGER, INTEGERS, LIST, TEXT, Column, Sheet, choice
from formats.workbook.shared_columns import ROLE, WEIGHT
from models import Rule

_RULE = choice(
    ("travel", "路程"),
    ("rest", "休息"),
    ("duty_limit", "上限"),
    ("consecutive_days", "连续天数"),
    ("days_off", "连休天数"),
    ("succession", "班次衔接"),
    ("weekends", "周末数"),
    ("least_minutes", "最少工时"),
    ("coverage", "缺岗代价"),
    ("fairness", "公平"),
    ("preferences", "意愿"),
    ("continuity", "固定搭配"),
    ("travel_minutes", "路程代价"),
    ("skill_mix", "技能搭配"),
    ("newcomer_alone", "新人不独岗"),
)
_PER = choice(("day", "每天"), ("week", "每周"), ("horizon", "全期"))
_MEASURE = choice(("duties", "班次"), ("minutes", "分钟"))

_rule = cast("TypeAdapter[object]", TypeAdapter(Rule))

RULES = Sheet(
    "rules",
    "规则",
    "rules",
    "一行一条规则，只填它用到的列；列空着即默认，整表空着即没有规则。"
    "A rule a line; fill its own columns alone. A blank sheet means no rules.",
    (
        Column("kind", "规则", "rule", _RULE, "规则的种类。What the rule is about.", required=True, width=24),
        ROLE,
        Column(
            "roles",
            "限于角色",
            "only roles",
            LIST,
            "只算这些角色；空着为全部。Only these; blank is all.",
            refers="roles",
            width=20,
        ),
        Column(
            "bearers",
            "限于人员",
            "only bearers",
            LIST,
            "只对这些人或巡组。Only these persons and crews.",
            width=20,
        ),
        Column(
            "windows",
            "限于时段",
            "only windows",
            LIST,
            "上限：只算这些时段。duty_limit: only these windows.",
            refers="windows",
            width=20,
        ),
        Column(
            "earlier",
            "前一天时段",
            "earlier windows",
            LIST,
            "班次衔接：上了这些时段的……。succession: after a duty of these windows ...",
            refers="windows",
            width=20,
        ),
        Column(
            "later",
            "后一天时段",
            "later windows",
            LIST,
            "班次衔接：……次日不上这些。succession: ... none of these on the next date.",
            refers="windows",
            width=20,
        ),
        Column("per", "按", "per", _PER, "上限：每天、每周或全期。duty_limit: day, week or horizon."),
        Column("measure", "计", "measure", _MEASURE, "上限：班次或分钟。duty_limit: duties or minutes."),
        Column(
            "maximum",
            "最多",
            "maximum",
            INTEGER,
            "上限、连续天数、周末数。duty_limit, consecutive_days, weekends.",
            width=9,
        ),
        Column(
            "minimum",
            "最少",
            "minimum",
            INTEGER,
            "连续天数、连休天数。consecutive_days, days_off.",
            width=9,
        ),
        Column(
            "minutes",
            "分钟",
            "minutes",
            INTEGER,
            "休息、最少工时：至少分钟。least_minutes and rest: at least.",
            width=9,
        ),
        WEIGHT,
        Column("qualification", "资质", "qualification", TEXT, "技能搭配的资质。skill_mix."),
        Column("at_least", "至少", "at least", INTEGER, "技能搭配：至少几人。skill_mix.", width=9),
        Column("speed_kmh", "时速", "speed km/h", DECIMAL, "路程：默认30。travel: 30.", width=11),
        Column("detour", "绕行", "detour", DECIMAL, "路程：默认1.3。travel: 1.3.", width=9),
        Column("unknown_minutes", "未知路程", "unknown minutes", INTEGER, "路程：缺位置时的分钟。travel."),
        Column(
            "risk_multipliers",
            "风险倍数",
            "risk multipliers",
            INTEGERS,
            "缺岗代价：五个等级。coverage: 1, 2, 3, 4, 5.",
        ),
        Column("escalation", "递增", "escalation", INTEGER, "缺岗代价：同班每多缺一岗。coverage.", width=11),
        Column("step", "步长", "step", INTEGER, "公平：空着即平常一班的分。fairness.", width=9),
        Column("tolerance", "容差", "tolerance", INTEGER, "公平：几个班，默认1。fairness: duties.", width=11),
    ),
    _rule.validate_python,
    shapes.plain_rows("rules"),
    blame="kind",
)
