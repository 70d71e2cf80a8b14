"""The sheets of what stands from week to week: settings, places, people, rules."""

from __future__ import annotations

from formats.workbook import shapes
from formats.workbook.columns import (
    DATE,
    DECIMAL,
    INTEGER,
    LIST,
    QUALIFICATIONS,
    TEXT,
    VERBATIM,
    WEEKDAY,
    YES_NO,
    Column,
    Sheet,
    choice,
)
from formats.workbook.shared_columns import ID, NAME, NAME_EN, ROLE, SITE, needed
from models import Crew, FormulaPart, GatePosition, Person, Role, Site, TravelTime, Unit

_SCOPE = choice(
    ("site", "本校"),
    ("posted", "驻校"),
    ("station", "辖区"),
    ("district", "本区"),
    ("listed", "指定"),
    ("anywhere", "不限"),
)
_COUNTRY = choice(("CN", "中国"), ("none", "不用"))
_LAT = Column("lat", "纬度", "latitude", DECIMAL, "WGS 84，单位度。Degrees, WGS 84.", width=11)
_LON = Column("lon", "经度", "longitude", DECIMAL, "WGS 84，单位度。Degrees, WGS 84.", width=11)
_ROLES = Column(
    "roles",
    "角色",
    "roles",
    LIST,
    "角色，用逗号分开，第一个为主。Roles with commas, the primary first.",
    refers="roles",
    width=24,
)
_UNIT = Column(
    "unit",
    "单位",
    "unit",
    TEXT,
    "单位编号或名称。The unit's id or name.",
    required=True,
    refers="units",
    width=18,
)
_SITES = Column(
    "sites",
    "其他学校",
    "sites",
    LIST,
    "还可去的学校，用逗号分开。Further sites, with commas.",
    refers="sites",
    width=20,
)
_CAPACITY = Column(
    "capacity", "负荷", "capacity", INTEGER, "应承担份额的百分数，默认100。Percent of a full share.", width=10
)


def _same(values: dict[str, object]) -> object:
    return dict(values)


SETTINGS = Sheet(
    "settings",
    "设置",
    "settings",
    "整个排班期的设置，一行一项。What holds for the whole horizon, one line each.",
    (
        Column("title", "标题", "title", TEXT, "值班表的标题。The heading of the sheets.", width=30),
        Column("timezone", "时区", "timezone", TEXT, "默认 Asia/Shanghai。An IANA time zone."),
        Column(
            "start",
            "首日",
            "first day",
            DATE,
            "排班期的第一天，如 2026-03-02。The horizon's first day, such as 2026-03-02.",
            required=True,
        ),
        Column("days", "天数", "days", INTEGER, "默认7天。How many days; 7 by default."),
        Column("formula", "默认编成", "default formula", VERBATIM, "如 3+1+2+2+N。Such as 3+1+2+2+N."),
        Column(
            "country",
            "公历假日",
            "public calendar",
            _COUNTRY,
            "中国：按国务院放假调休；不用：周一至周五。CN follows public holidays and make-up days.",
        ),
        Column(
            "makeup_follows",
            "调休日按",
            "make-up day follows",
            WEEKDAY,
            "调休上班日按周几的铃点。Whose bells hold on a make-up workday.",
        ),
    ),
    _same,
    shapes.settings_rows,
    needed=True,
    transposed=True,
)

ROLES = Sheet(
    "roles",
    "角色",
    "roles",
    "岗位的角色；整张表空着即用默认的七种。The roles of posts; leave the sheet empty for the seven defaults.",
    (
        ID,
        NAME,
        NAME_EN,
        Column(
            "scope",
            "范围",
            "scope",
            _SCOPE,
            "可去哪些学校。Which sites its holders may serve.",
            required=True,
        ),
        Column("by_crew", "由巡组担任", "by crew", YES_NO, "岗位由巡组担任。Its posts are held by crews."),
        Column(
            "offered_only",
            "须本人报名",
            "offered only",
            YES_NO,
            "只在报名的时间来。They come only when they offered to.",
        ),
        Column(
            "requires",
            "须有资质",
            "requires",
            LIST,
            "担任者须有的资质，用逗号分开；没有的人不会排上。What its holders must have; without it nobody is posted.",
            width=20,
        ),
        Column(
            "missing_weight",
            "缺岗权重",
            "missing weight",
            INTEGER,
            "缺一个最低岗的代价。Cost of a missing minimum post.",
        ),
    ),
    Role.model_validate,
    shapes.plain_rows("roles"),
    blame="id",
)

PARTS = Sheet(
    "parts",
    "编成",
    "formula parts",
    "编成的各部分，按顺序；空着即用 3+1+2+2+N。What each summand stands for, in order; empty is 3+1+2+2+N.",
    (
        ID,
        NAME,
        NAME_EN,
        needed(_ROLES),
        Column("tier", "层级", "tier", INTEGER, "1 必保，2 志愿。1 is core, 2 is volunteers.", width=8),
    ),
    FormulaPart.model_validate,
    shapes.plain_rows("parts"),
    blame="roles",
)

SITES = Sheet(
    "sites",
    "学校",
    "sites",
    "护学点位，一行一所学校。The guarded places, a school a line.",
    (
        ID,
        NAME,
        Column("district", "区", "district", TEXT, "所在区的编号。The district's id.", required=True),
        Column(
            "kind",
            "类型",
            "kind",
            TEXT,
            "如小学、初中；可按它筛选。What it is; lists narrow by it.",
            width=12,
        ),
        _LAT,
        _LON,
        Column(
            "risk",
            "风险等级",
            "risk",
            INTEGER,
            "1（一般）至5（最高）。1 (ordinary) to 5 (highest).",
            width=10,
        ),
        Column(
            "station",
            "派出所",
            "station",
            TEXT,
            "主管派出所（单位编号）。The unit in charge.",
            refers="units",
            width=18,
        ),
        Column(
            "volunteers_min",
            "N最低",
            "N minimum",
            INTEGER,
            "本校 N 的最低人数，默认2。What N means here; 2.",
            width=10,
        ),
        Column(
            "volunteers_target",
            "N目标",
            "N target",
            INTEGER,
            "本校 N 的目标人数，默认4。What N means here; 4.",
            width=10,
        ),
        Column("formula", "编成", "formula", VERBATIM, "本校自己的编成。The site's own formula."),
    ),
    Site.model_validate,
    shapes.site_rows,
    shape=shapes.site,
    blame="volunteers_target",
    needed=True,
    also=("点位", "schools", "学校点位"),
)

POSITIONS = Sheet(
    "positions",
    "定岗",
    "gate positions",
    "校门口的固定岗位。The named, numbered places at the gates.",
    (
        needed(SITE),
        Column(
            "number",
            "岗号",
            "number",
            INTEGER,
            "图上的编号，从1起。The number on the plan.",
            required=True,
            width=8,
        ),
        NAME,
        Column(
            "role",
            "角色",
            "role",
            TEXT,
            "站在这里的角色；空着不限。Who stands there; blank is anybody.",
            refers="roles",
        ),
    ),
    GatePosition.model_validate,
    shapes.child_rows("sites", "site", "positions"),
    parent="sites",
    into="positions",
    blame="number",
)

UNITS = Sheet(
    "units",
    "单位",
    "units",
    "学校、派出所、交警大队、巡特警大队、保安公司、社区等。What people belong to.",
    (
        ID,
        NAME,
        Column("kind", "类别", "kind", TEXT, "如 school、police_station。A free word.", width=18),
        Column("district", "区", "district", TEXT, "所在区的编号。The district's id."),
        Column(
            "site",
            "所属学校",
            "site",
            TEXT,
            "学校单位填学校编号。The site that a school's unit is.",
            refers="sites",
        ),
        _LAT,
        _LON,
    ),
    Unit.model_validate,
    shapes.located_rows("units", "location"),
    shape=shapes.locate("location"),
    blame="id",
    needed=True,
)

PEOPLE = Sheet(
    "people",
    "人员",
    "people",
    "能上岗的人，一行一人。Who can hold a post, a person a line.",
    (
        ID,
        Column("name", "姓名", "name", TEXT, "姓名。The person's name.", required=True),
        _UNIT,
        _ROLES,
        _SITES,
        Column(
            "posted_to",
            "驻校",
            "posted to",
            TEXT,
            "驻校民警的学校。A resident officer's site.",
            refers="sites",
        ),
        _LAT,
        _LON,
        _CAPACITY,
        Column(
            "qualifications",
            "资质",
            "qualifications",
            QUALIFICATIONS,
            "角色「须有资质」的都要填，可写有效期：training [2025-09-01~2026-08-31]。"
            "All that the roles require; valid days in brackets.",
            width=30,
        ),
        Column("newcomer", "新人", "newcomer", YES_NO, "不宜独自上岗。Not to be left alone.", width=9),
        Column("phone", "电话", "phone", TEXT, "只给有权的人看。Shown only to those allowed.", secret=True),
    ),
    Person.model_validate,
    shapes.located_rows("people", "base"),
    shape=shapes.locate("base"),
    blame="id",
    needed=True,
)

CREWS = Sheet(
    "crews",
    "巡组",
    "crews",
    "几个人作为一个整体上岗。Several people who hold a post as one.",
    (
        ID,
        NAME,
        _UNIT,
        needed(ROLE),
        Column(
            "members",
            "成员",
            "members",
            LIST,
            "人员编号，用逗号分开。Ids of persons, with commas.",
            required=True,
            width=30,
        ),
        Column(
            "minimum_strength",
            "最低人数",
            "minimum strength",
            INTEGER,
            "至少几人到岗，默认1。How many must be present.",
        ),
        _SITES,
        _LAT,
        _LON,
        _CAPACITY,
    ),
    Crew.model_validate,
    shapes.located_rows("crews", "base"),
    shape=shapes.locate("base"),
    blame="members",
)

TRAVEL_TIMES = Sheet(
    "travel_times",
    "路程时间",
    "travel times",
    "两校之间的分钟；没写的按距离算。Minutes between two sites; others go by distance.",
    (
        Column("origin", "从", "from", TEXT, "学校。A site.", required=True, refers="sites"),
        Column("destination", "到", "to", TEXT, "学校。A site.", required=True, refers="sites"),
        Column("minutes", "分钟", "minutes", INTEGER, "分钟。Minutes.", required=True),
    ),
    TravelTime.model_validate,
    shapes.plain_rows("travel_times"),
    blame="destination",
)
