"""The table of all sheets and columns: reading, writing, the template and its comments follow it."""

from __future__ import annotations

from typing import cast

from pydantic import TypeAdapter

from formats.workbook import shapes
from formats.workbook.columns import (
    CLOCK,
    DATE,
    DECIMAL,
    INTEGER,
    INTEGERS,
    LIST,
    MOMENT,
    QUALIFICATIONS,
    TEXT,
    VERBATIM,
    WEEKDAY,
    WEEKDAYS,
    YES_NO,
    Column,
    Sheet,
    choice,
    lessons_of,
)
from models import (
    Absence,
    Assignment,
    Bell,
    Crew,
    DayException,
    FormulaChoice,
    FormulaPart,
    GatePosition,
    LedgerEntry,
    Need,
    Offer,
    PastDuty,
    Person,
    Preference,
    Role,
    RoleTime,
    Rule,
    Shift,
    Site,
    Term,
    Timetable,
    TravelTime,
    Unit,
    Window,
)

_SCOPE = choice(
    ("site", "本校"),
    ("posted", "驻校"),
    ("station", "辖区"),
    ("district", "本区"),
    ("listed", "指定"),
    ("anywhere", "不限"),
)
_ABSENCE = choice(
    ("leave", "请假"),
    ("sick", "病假"),
    ("training", "培训"),
    ("withdrawn", "退出"),
    ("other", "其他"),
    ("released", "抽调"),
)
_WISH = choice(("want", "希望"), ("avoid", "避免"))
_COUNTRY = choice(("CN", "中国"), ("none", "不用"))
_RULE = choice(
    ("travel", "路程"),
    ("rest", "休息"),
    ("duty_limit", "上限"),
    ("consecutive_days", "连续天数"),
    ("coverage", "缺岗代价"),
    ("fairness", "公平"),
    ("preferences", "意愿"),
    ("continuity", "固定搭配"),
    ("travel_minutes", "路程代价"),
    ("skill_mix", "技能搭配"),
    ("newcomer_alone", "新人不独岗"),
)
_PER = choice(("day", "每天"), ("week", "每周"))
_MEASURE = choice(("duties", "班次"), ("minutes", "分钟"))

_ID = Column("id", "编号", "id", TEXT, "唯一的编号。A unique id.", required=True)
_NAME = Column("name", "名称", "name", TEXT, "名称。The name people read.", required=True, width=24)
_NAME_EN = Column(
    "name_en", "英文名", "name in English", TEXT, "英文名称。The English name.", required=True, width=20
)
_LAT = Column("lat", "纬度", "latitude", DECIMAL, "WGS 84，单位度。Degrees, WGS 84.", width=11)
_LON = Column("lon", "经度", "longitude", DECIMAL, "WGS 84，单位度。Degrees, WGS 84.", width=11)
_SITE = Column("site", "学校", "site", TEXT, "学校编号或名称。The site's id or name.", refers="sites")
_WINDOW = Column(
    "window", "时段", "window", TEXT, "时段编号或名称。The window's id or name.", refers="windows"
)
_ROLE = Column(
    "role", "角色", "role", TEXT, "角色编号或名称。The role's id or name.", refers="roles", width=18
)
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
_ASSIGNEE = Column(
    "assignee",
    "人员或巡组",
    "assignee",
    TEXT,
    "人员或巡组编号。The id of a person or crew.",
    required=True,
    width=18,
)
_PERSON = Column("person", "人员", "person", TEXT, "人员编号。The person's id.", required=True, width=18)
_DATE = Column("date", "日期", "date", DATE, "如 2026-03-02。Such as 2026-03-02.")
_WEEKDAY = Column(
    "weekday", "星期", "weekday", WEEKDAY, "周一至周日中的一天；空着为每天。One weekday; blank is any."
)
_WEIGHT = Column(
    "weight", "权重", "weight", INTEGER, "整数，越大越重要。A whole number; more matters more.", width=10
)


def _must(column: Column) -> Column:
    return Column(
        column.key,
        column.zh,
        column.en,
        column.kind,
        column.help,
        required=True,
        refers=column.refers,
        secret=column.secret,
        width=column.width,
    )


def _same(values: dict[str, object]) -> object:
    return dict(values)


_rule = cast("TypeAdapter[object]", TypeAdapter(Rule))

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
            "排班期的第一天，如 2026-03-02。The horizon's first day.",
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
        _ID,
        _NAME,
        _NAME_EN,
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
            "须有效的资质，用逗号分开。Qualifications, with commas.",
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
        _ID,
        _NAME,
        _NAME_EN,
        _must(_ROLES),
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
        _ID,
        _NAME,
        Column("district", "区", "district", TEXT, "所在区的编号。The district's id.", required=True),
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
        _must(_SITE),
        Column(
            "number",
            "岗号",
            "number",
            INTEGER,
            "图上的编号，从1起。The number on the plan.",
            required=True,
            width=8,
        ),
        _NAME,
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
        _ID,
        _NAME,
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
        _ID,
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
            "用逗号分开，可写有效期：training [2025-09-01~2026-08-31]。With commas; valid days in brackets.",
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
        _ID,
        _NAME,
        _UNIT,
        _must(_ROLE),
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

_LEAD = Column(
    "lead", "提前", "lead", INTEGER, "铃前到岗分钟，默认20。Minutes on post before the bell.", width=9
)
_TRAIL = Column(
    "trail", "延后", "trail", INTEGER, "铃后在岗分钟，默认10。Minutes on post after the bell.", width=9
)

WINDOWS = Sheet(
    "windows",
    "时段",
    "windows",
    "一天里的上岗时段，如早到校、午放学。The named times of day.",
    (_ID, _NAME, _NAME_EN, _LEAD, _TRAIL, _WEIGHT),
    Window.model_validate,
    shapes.plain_rows("windows"),
    blame="trail",
    needed=True,
)

ROLE_TIMES = Sheet(
    "role_times",
    "角色时间",
    "role times",
    "某时段里早来或晚走的角色。Roles that come earlier or stay longer in a window.",
    (_must(_WINDOW), _must(_ROLE), _must(_LEAD), _must(_TRAIL)),
    RoleTime.model_validate,
    shapes.child_rows("windows", "window", "roles"),
    parent="windows",
    into="roles",
    blame="role",
)

BELLS = Sheet(
    "bells",
    "铃点",
    "bells",
    "每校每时段几点打铃。When each window's bell rings at each site.",
    (
        _must(_SITE),
        _must(_WINDOW),
        Column("time", "时间", "time", CLOCK, "如 07:40。Such as 07:40.", required=True),
        Column(
            "weekdays",
            "星期",
            "weekdays",
            WEEKDAYS,
            "如 周一至周五；空着即周一至周五。Blank is Monday to Friday.",
            width=20,
        ),
        Column(
            "date", "日期", "date", DATE, "只在这一天，优先于星期。On this day alone; wins over the weekdays."
        ),
    ),
    Bell.model_validate,
    shapes.plain_rows("bells"),
    blame="weekdays",
    needed=True,
)

FORMULAS = Sheet(
    "formulas",
    "编成选择",
    "formula choices",
    "哪里用别的编成；越具体越优先。Where another formula holds; the most specific wins.",
    (
        Column("formula", "编成", "formula", VERBATIM, "如 2+1+2+1+4。Such as 2+1+2+1+4.", required=True),
        _SITE,
        _WINDOW,
        Column("risk", "风险等级", "risk", INTEGER, "1至5；空着不限。1 to 5; blank is any.", width=10),
    ),
    FormulaChoice.model_validate,
    shapes.plain_rows("formulas"),
    blame="formula",
)

TERMS = Sheet(
    "terms",
    "学期",
    "terms",
    "有学期时，只在学期内上学。When given, there is school only inside a term.",
    (
        _NAME,
        Column("first", "开学", "first day", DATE, "第一天。The first day.", required=True),
        Column("last", "放假", "last day", DATE, "最后一天（含）。The last day, included.", required=True),
    ),
    Term.model_validate,
    lambda problem: shapes.fields(problem.calendar.terms),
    blame="last",
)

EXCEPTIONS = Sheet(
    "exceptions",
    "例外日",
    "exceptions",
    "与校历不同的日子。Days that differ from the calendar.",
    (
        _must(_DATE),
        Column("school", "上学", "school", YES_NO, "这天是否上学。Whether there is school.", required=True),
        Column(
            "follows", "按星期", "follows", WEEKDAY, "按周几的铃点和课表。Whose bells and timetable hold."
        ),
        Column(
            "sites",
            "学校",
            "sites",
            LIST,
            "只对这些学校；空着为全部。Only these sites; blank is all.",
            refers="sites",
            width=20,
        ),
        Column("note", "备注", "note", VERBATIM, "说明。A note.", width=30),
    ),
    DayException.model_validate,
    lambda problem: shapes.fields(problem.calendar.exceptions),
    blame="date",
)

_START = Column(
    "start",
    "开始",
    "start",
    MOMENT,
    "如 2026-03-02 07:20。Such as 2026-03-02 07:20.",
    required=True,
    width=18,
)
_END = Column(
    "end", "结束", "end", MOMENT, "如 2026-03-02 07:50。Such as 2026-03-02 07:50.", required=True, width=18
)

ABSENCES = Sheet(
    "absences",
    "请假",
    "absences",
    "什么时候不能来；只写日期即全天（含末日）。When they can't come; a date alone is the whole day.",
    (
        _ASSIGNEE,
        _START,
        _END,
        Column("kind", "类别", "kind", _ABSENCE, "抽调只让出本校岗位。released gives up the own post only."),
    ),
    Absence.model_validate,
    shapes.moments("absences"),
    shape=shapes.absence,
    blame="end",
)

TIMETABLES = Sheet(
    "timetables",
    "课表",
    "timetables",
    "一行一人，格内写上课时间：08:00-08:40, 10:00-10:40。A teacher a line; the lessons in the cells.",
    (
        _PERSON,
        *(
            Column(
                f"day{k}",
                zh,
                en,
                lessons_of(k),
                "如 08:00-08:40, 10:00-10:40。The lessons, with commas.",
                width=26,
            )
            for k, (zh, en) in enumerate(
                (
                    ("周一", "Monday"),
                    ("周二", "Tuesday"),
                    ("周三", "Wednesday"),
                    ("周四", "Thursday"),
                    ("周五", "Friday"),
                    ("周六", "Saturday"),
                    ("周日", "Sunday"),
                ),
                start=1,
            )
        ),
    ),
    Timetable.model_validate,
    shapes.timetable_rows,
    shape=shapes.timetable,
    blame="person",
)

OFFERS = Sheet(
    "offers",
    "志愿报名",
    "offers",
    "志愿者能来的时间；空着的列不限。When volunteers offered to come; a blank column is any.",
    (_PERSON, _WINDOW, _WEEKDAY, _DATE),
    Offer.model_validate,
    shapes.plain_rows("offers"),
    blame="person",
)

PREFERENCES = Sheet(
    "preferences",
    "意愿",
    "preferences",
    "想要或想避开的班。Duties they would rather or rather not have.",
    (
        _ASSIGNEE,
        Column("kind", "希望或避免", "kind", _WISH, "希望或避免。want or avoid.", required=True),
        _WEIGHT,
        _SITE,
        _WINDOW,
        _WEEKDAY,
        _DATE,
    ),
    Preference.model_validate,
    shapes.plain_rows("preferences"),
    blame="assignee",
)

LEDGER = Sheet(
    "ledger",
    "台账",
    "ledger",
    "过去几周各人已承担的分。What each has carried over the weeks before.",
    (
        _ASSIGNEE,
        Column(
            "points",
            "积分",
            "points",
            INTEGER,
            "在岗分钟×时段权重之和。Minutes × the window's weight.",
            required=True,
        ),
    ),
    LedgerEntry.model_validate,
    shapes.plain_rows("ledger"),
    blame="points",
)

HISTORY = Sheet(
    "history",
    "历史",
    "history",
    "排班期之前几天的班，供休息、连续天数等规则回看。The duties of the days before.",
    (_ASSIGNEE, _must(_ROLE), _must(_SITE), _must(_WINDOW), _must(_DATE), _START, _END),
    PastDuty.model_validate,
    shapes.moments("history"),
    shape=shapes.on_date,
    blame="end",
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

RULES = Sheet(
    "rules",
    "规则",
    "rules",
    "一行一条规则，只填它用到的列；空着即默认。A rule a line; fill its own columns alone.",
    (
        Column("kind", "规则", "rule", _RULE, "规则的种类。What the rule is about.", required=True, width=24),
        _ROLE,
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
        Column("per", "按", "per", _PER, "上限：每天或每周。duty_limit: day or week."),
        Column("measure", "计", "measure", _MEASURE, "上限：班次或分钟。duty_limit: duties or minutes."),
        Column(
            "maximum", "最多", "maximum", INTEGER, "上限、连续天数。duty_limit, consecutive_days.", width=9
        ),
        Column("minutes", "分钟", "minutes", INTEGER, "休息：至少分钟。rest: at least.", width=9),
        _WEIGHT,
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

_INDEX = Column(
    "index", "序号", "index", INTEGER, "从0起；空着即自动。From 0; blank is the next free one.", width=9
)
_SHIFT = Column(
    "shift",
    "班次",
    "shift",
    TEXT,
    "班次编号；或填学校、日期、时段。Its id, or site, date and window.",
    width=26,
)
_PINNED = Column("pinned", "锁定", "pinned", YES_NO, "标记为锁定。Marked as pinned.", width=9)

PINS = Sheet(
    "pins",
    "指定",
    "pins",
    "先定下、尽量不动的班。Assignments to keep.",
    (_SITE, _DATE, _WINDOW, _SHIFT, _must(_ROLE), _INDEX, _ASSIGNEE, _PINNED),
    Assignment.model_validate,
    shapes.pin_rows,
    prepare=shapes.pins,
    blame="shift",
)

SHIFTS = Sheet(
    "shifts",
    "班次",
    "shifts",
    "不按铃点排的班；一般空着。Only for shifts that no bell gives; usually empty.",
    (
        Column("id", "编号", "id", TEXT, "空着即 学校/日期/时段。Blank is site/date/window.", width=26),
        _must(_SITE),
        _must(_DATE),
        _must(_WINDOW),
        _START,
        _END,
    ),
    Shift.model_validate,
    shapes.shift_rows,
    shape=shapes.shift,
    blame="end",
)

NEEDS = Sheet(
    "needs",
    "班次需求",
    "shift needs",
    "上表各班次要的岗位。What those shifts ask for.",
    (
        Column("shift", "班次", "shift", TEXT, "班次编号。The shift's id.", required=True, width=26),
        _must(_ROLE),
        Column("minimum", "最低", "minimum", INTEGER, "最低人数。The minimum.", required=True),
        Column("target", "目标", "target", INTEGER, "目标人数。The target.", required=True),
        Column("tier", "层级", "tier", INTEGER, "1 必保，2 志愿。1 is core, 2 is volunteers."),
        Column("early", "提早", "early", INTEGER, "比班次早到的分钟。Minutes before the shift's start."),
        Column("late", "延迟", "late", INTEGER, "比班次晚走的分钟。Minutes after the shift's end."),
    ),
    Need.model_validate,
    shapes.need_rows,
    parent="shifts",
    into="needs",
    blame="target",
)

SHEETS: tuple[Sheet, ...] = (
    SETTINGS,
    SITES,
    POSITIONS,
    UNITS,
    PEOPLE,
    CREWS,
    WINDOWS,
    ROLE_TIMES,
    BELLS,
    FORMULAS,
    TERMS,
    EXCEPTIONS,
    ABSENCES,
    TIMETABLES,
    OFFERS,
    PREFERENCES,
    RULES,
    LEDGER,
    HISTORY,
    TRAVEL_TIMES,
    PINS,
    ROLES,
    PARTS,
    SHIFTS,
    NEEDS,
)
"""All sheets, in the order in which they stand in a workbook."""

SHEET_BY_KEY = {s.key: s for s in SHEETS}
