"""The sheets of times and of what changes from week to week."""

from __future__ import annotations

from dataclasses import replace

from formats.workbook import shapes
from formats.workbook.columns import (
    CLOCK,
    DATE,
    INTEGER,
    LIST,
    MOMENT,
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
from formats.workbook.period import Period
from formats.workbook.shared_columns import ID, NAME, NAME_EN, ROLE, SITE, WEIGHT, needed
from models import (
    Absence,
    Assignment,
    Bell,
    DayException,
    FormulaChoice,
    LedgerEntry,
    Need,
    Offer,
    PastDuty,
    Preference,
    RoleTime,
    Shift,
    Term,
    Timetable,
    Window,
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
_WINDOW = Column(
    "window", "时段", "window", TEXT, "时段编号或名称。The window's id or name.", refers="windows"
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
_LEAD = Column(
    "lead", "提前", "lead", INTEGER, "铃前到岗分钟，默认20。Minutes on post before the bell.", width=9
)
_TRAIL = Column(
    "trail", "延后", "trail", INTEGER, "铃后在岗分钟，默认10。Minutes on post after the bell.", width=9
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

WINDOWS = Sheet(
    "windows",
    "时段",
    "windows",
    "一天里的上岗时段，如早到校、午放学。The named times of day.",
    (ID, NAME, NAME_EN, _LEAD, _TRAIL, WEIGHT),
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
    (needed(_WINDOW), needed(ROLE), needed(_LEAD), needed(_TRAIL)),
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
        needed(SITE),
        needed(_WINDOW),
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
        SITE,
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
        NAME,
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
        needed(_DATE),
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

PERIODS = Sheet(
    "periods",
    "节次",
    "periods",
    "课表写节次时，各节几点上下课。When each period is, for timetables that number their lessons.",
    (
        replace(SITE, help="空着为没有自己节次的各校。Blank is every school without periods of its own."),
        Column(
            "number", "节", "period", INTEGER, "第几节，从1起。The period's number.", required=True, width=9
        ),
        Column(
            "weekdays",
            "星期",
            "weekdays",
            WEEKDAYS,
            "空着即未另写的各天。Blank is every day not named.",
            width=20,
        ),
        Column("start", "上课", "start", CLOCK, "如 08:00。Such as 08:00.", required=True),
        Column("end", "下课", "end", CLOCK, "如 08:40。Such as 08:40.", required=True),
    ),
    Period.model_validate,
    lambda problem: (),
    blame="end",
)
"""Only read: a problem knows its lessons by the clock, and that is how they are written."""

TIMETABLES = Sheet(
    "timetables",
    "课表",
    "timetables",
    "一行一人，格内写上课时间，或「节次」表里的节次。A teacher a line; lessons by times, or by periods.",
    (
        _PERSON,
        *(
            Column(
                f"day{k}",
                zh,
                en,
                lessons_of(k),
                "如 08:00-08:40, 10:00-10:40，或 1, 2、第3-4节。Times or periods, with commas.",
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
        WEIGHT,
        SITE,
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
    (_ASSIGNEE, needed(ROLE), needed(SITE), needed(_WINDOW), needed(_DATE), _START, _END),
    PastDuty.model_validate,
    shapes.moments("history"),
    shape=shapes.on_date,
    blame="end",
)

PINS = Sheet(
    "pins",
    "指定",
    "pins",
    "先定下、尽量不动的班。Assignments to keep.",
    (SITE, _DATE, _WINDOW, _SHIFT, needed(ROLE), _INDEX, _ASSIGNEE, _PINNED),
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
        needed(SITE),
        needed(_DATE),
        needed(_WINDOW),
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
        needed(ROLE),
        Column("minimum", "最低", "minimum", INTEGER, "最低人数。The minimum.", required=True),
        Column("target", "目标", "target", INTEGER, "目标人数。The target.", required=True),
        Column(
            "preferred",
            "标准",
            "preferred",
            INTEGER,
            "最好正好这么多人，目标则为上限。Best held by so many; the target is then the most.",
        ),
        Column(
            "under", "少一人代价", "under", INTEGER, "比标准每少一人。Cost of each one short of preferred."
        ),
        Column("over", "多一人代价", "over", INTEGER, "比标准每多一人。Cost of each one beyond preferred."),
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
