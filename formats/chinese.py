"""What faults say, in Chinese: every fixed sentence of the domain and the formats, in one table.

Faults are English where they arise, as programs read them; people may read them in Chinese.
A sentence that stands in no row below, such as a user's own words, stays as it is.
"""

from __future__ import annotations

from functools import cache

from formats.phrases import Phrases

_KINDS = {
    "role": "角色",
    "site": "学校",
    "unit": "单位",
    "window": "时段",
    "person": "人员",
    "crew": "巡组",
    "person or crew": "人员或巡组",
    "problem": "数据",
    "roster": "排班表",
    "report": "求解报告",
    "swapwishes": "换班意愿",
    "swap-wishes": "换班意愿",
    "happenings": "变动",
    "repair": "修复结果",
    "candidates": "候选人选",
    "swap": "换班试算",
    "swap-partners": "换班对象",
    "swap-clearing": "换班撮合",
    "explain-post": "岗位说明",
    "explain-person": "个人说明",
    "explain-conflicts": "冲突说明",
    "advise-crews": "巡组证明",
    "advise-bells": "铃点建议",
    "advise-people": "增员建议",
    "advise-fairness": "公平情况",
    "check": "检查结果",
    "verify": "验证结果",
    "example": "示例",
    "written": "写出的文件",
    "shift": "班次",
    "absence": "请假",
    "lesson": "课",
    "period": "节次",
    "term": "学期",
    "item": "项",
    "character": "字",
    "characters": "字",
}
"""Words that stand in the place of a group named ``kind`` or ``kind2``."""

_TABLE = (
    # What advice can't be asked
    ("there is no role {}; there are {}", "没有角色 {}；现有 {}"),
    ("there is no district {}; there are {}", "没有区 {}；现有 {}"),
    ("there is no school {}; there are {}", "没有学校 {}；现有 {}"),
    ("within {}: give minutes from {} to {}", "--within {}：请给出 {} 至 {} 分钟"),
    ("grid {}: give minutes from {} to {}", "--grid {}：请给出 {} 至 {} 分钟"),
    ("grid {}: for {} minutes give minutes from {} to {}", "--grid {}：移动 {} 分钟时请给出 {} 至 {} 分钟"),
    ("limit {} of site {}: give minutes from {} to {}", "--limit {}（学校 {}）：请给出 {} 至 {} 分钟"),
    ("top {}: give 1 or more", "--top {}：请给 1 或更多"),
    ("time limit {}: give seconds above 0", "时限 {}：请给大于 0 的秒数"),
    # What was found
    ("nothing", "空白"),
    ("(not shown)", "（不显示）"),
    ("no such file", "没有这个文件"),
    ("a folder", "文件夹"),
    ("a file that can't be read", "无法读取的文件"),
    ("an empty file", "空文件"),
    ("a file of {} bytes", "{} 字节的文件"),
    ("a file that is not JSON", "不是 JSON 的文件"),
    ("a file that ends in the middle", "文件在中途断了"),
    ("an object with {}", "含 {} 的对象"),
    ("a list of {}", "{} 项的列表"),
    ("a {kind}", "{kind}"),
    ("no such sheet", "没有这张表"),
    ("no such column", "没有这一列"),
    ("no rows", "没有数据行"),
    ("no first day", "没有首日"),
    ("a second sheet of {}", "又一张 {} 表"),
    ("an unknown sheet", "不认识的表"),
    ("nothing filled in", "什么都没填"),
    ("none of the sheets of a duty workbook", "没有填报工作簿的任何一张表"),
    ("a password-protected workbook or an old .xls file", "加了密码的工作簿或旧的 .xls 文件"),
    ("a password-protected archive", "加了密码的压缩包"),
    ("a file that is not an Excel workbook", "不是 Excel 工作簿的文件"),
    ("an archive that is not an .xlsx workbook", "不是 .xlsx 工作簿的压缩包"),
    ("an archive with repeated or too many parts", "内容重复或过多的压缩包"),
    ("a damaged workbook", "损坏的工作簿"),
    ("a damaged workbook ({})", "损坏的工作簿（{}）"),
    ("a workbook that expands to {} bytes or more", "展开后有 {} 字节或更多的工作簿"),
    ("a workbook without a roster", "没有排班的工作簿"),
    ("sheets of {} cells", "共 {} 格的表"),
    ("{} rows", "{} 行"),
    ("cells far outside the table", "表格以外很远处有内容"),
    ("sheet {} in an unusual encoding", "表 {} 用了少见的编码"),
    ("{} to {}", "{} 至 {}"),
    # Files
    ("a file", "文件"),
    ("a file that exists", "存在的文件"),
    ("a file that can be read", "可以读取的文件"),
    ("at most {} bytes", "至多 {} 字节"),
    ("at most {} cells", "至多 {} 格"),
    ("at most {} rows", "至多 {} 行"),
    ("at most {} columns and {} rows (clear stray cells)", "至多 {} 列、{} 行（请清除零散的格）"),
    ("more of it after line {}, column {}", "第 {} 行第 {} 列之后还应有内容"),
    ("JSON; at line {}, column {}: {}", "JSON；第 {} 行第 {} 列起不是"),
    ("the JSON of a {kind}", "{kind}的 JSON"),
    ("an .xlsx workbook or JSON", ".xlsx 工作簿或 JSON"),
    ("an .xlsx workbook", ".xlsx 工作簿"),
    ("an .xlsx workbook that Excel can open", "Excel 能打开的 .xlsx 工作簿"),
    ("an .xlsx workbook saved by Excel or WPS", "由 Excel 或 WPS 保存的 .xlsx 工作簿"),
    ("an .xlsx workbook without a password", "没有密码的 .xlsx 工作簿"),
    (
        "an .xlsx workbook without a password (in Excel: save as, Excel workbook .xlsx)",
        "没有密码的 .xlsx 工作簿（在 Excel 里另存为“Excel 工作簿 .xlsx”）",
    ),
    ("an .xlsx workbook (not .xlsb, .ods or .zip)", ".xlsx 工作簿（不是 .xlsb、.ods 或 .zip）"),
    # Calendars
    ("the problem has no {kind} with the id {}", "数据里没有编号为 {} 的{kind}"),
    (
        "the roster names a post that the problem doesn't have: {} of {}",
        "排班表里有数据没有的岗位：{1} 的 {0}",
    ),
    ("the roster names {}, whom the problem doesn't have", "排班表里有数据没有的人：{}"),
    ("the previous calendar is not one that huxue exported", "上次的日历不是 huxue 导出的"),
    ("the previous calendar is not that of the {kind} {}", "上次的日历不是{kind} {} 的"),
    # Settings
    ("time limit {}: give seconds above 0, or none", "时限 {}：请给大于 0 的秒数，或不给"),
    ("workers {}: give 1 or more", "进程数 {}：请给 1 或更多"),
    ("seed {}: give a number from {} to {}", "种子 {}：请给 {} 至 {} 的整数"),
    ("a city of {} schools can't be made; give 1 or more", "{} 所学校的城市无法生成，请给 1 或更多"),
    # Sheets, columns and rows
    ("each sheet once", "每张表一次"),
    ("each column once", "每列一次"),
    ("each item once", "每项一次"),
    ("a sheet {}", "表 {}"),
    ("a sheet {}, as a solve writes it", "排班结果里的表 {}"),
    ("a column {}", "列 {}"),
    ("a known heading", "已知的标题"),
    ("a known heading; the nearest is {}", "已知的标题，最接近的是 {}"),
    ("the name {}, if that is meant", "如果是它，表名应为 {}"),
    ("filled sheets {}", "填好的表 {}"),
    ("at least one row for it in the sheet {}", "表 {} 里至少有它的一行"),
    ("rows in this sheet, to which {} cells of other sheets refer", "数据行：其他表有 {} 格引用这张表"),
    ("{s} (this sheet is empty, so its defaults hold)", "{s}（这张表空着，用的是默认值）"),
    ("the horizon's first day and days", "排班期的首日和天数"),
    # Cells
    ("something to stand here", "不能空着"),
    ("one of: {}", "其中之一：{}"),
    ("yes or no (是 or 否)", "是或否"),
    ("a value (the formula in this cell ends in an error)", "数值（这一格的公式出错）"),
    (
        "text (Excel has lost digits of this long number; format the cell as text and retype it)",
        "文本（Excel 丢了这个长数字的末几位，请把格设为文本后重填）",
    ),
    (
        "text (Excel made a date or time of it; format the cell as text and retype it)",
        "文本（Excel 把它当成了日期或时间，请把格设为文本后重填）",
    ),
    ("a whole number", "整数"),
    ("a number", "数字"),
    ("whole numbers with commas between them", "用逗号分开的整数"),
    ("a date such as {}", "日期，如 {}"),
    ("a date without a time, such as {}", "不带时间的日期，如 {}"),
    ("a date that the calendar has, such as {}", "真实存在的日期，如 {}"),
    (
        "a date (Excel has the number of {} here; format the cell as a date)",
        "日期（这里是 Excel 里 {} 的序数，请把格设为日期）",
    ),
    ("a date and time such as {}", "日期和时间，如 {}"),
    ("a date and time, as the row has no date", "日期和时间（这一行没有日期）"),
    ("a date, or a date and time such as {}", "日期，或日期和时间，如 {}"),
    ("a time, or a date and time such as {}", "时间，或日期和时间，如 {}"),
    ("a time of day such as {}", "时间，如 {}"),
    ("a time of day from {} to {}", "{} 至 {} 之间的时间"),
    ("one weekday: 1 to 7, 周一 or Mon", "一个星期几：1 至 7、周一或 Mon"),
    ("weekdays: 1-5, 1,2,3, 周一至周五 or Mon-Fri", "星期：1-5、1,2,3、周一至周五或 Mon-Fri"),
    (
        "weekdays such as 周一至周五 (Excel made a date of it; format the cell as text)",
        "星期，如 周一至周五（Excel 把它当成了日期，请把格设为文本）",
    ),
    ("qualifications such as: {}", "资质，如 {}"),
    (
        "lessons such as {}, or periods such as 1, 2 or 第3-4节",
        "上课时间，如 {}，或节次，如 1, 2、第3-4节",
    ),
    ("a lesson that ends after it starts, not {}", "下课晚于上课，而不是 {}"),
    ("periods from the earlier to the later, not {}", "由前到后的节次，而不是 {}"),
    ("times such as {}, or a row of the sheet {} for period {}", "时间，如 {}，或在表 {} 里写出第 {} 节"),
    (
        "periods that the sheet {} has for {} on {} ({}), not {}",
        "表 {} 里 {} {} 有的节次（{}），而不是 {}",
    ),
    ("periods that the sheet {} has for {} ({}), not {}", "表 {} 里 {} 有的节次（{}），而不是 {}"),
    ("each period once for a school and a weekday", "一校一天每节一次"),
    ("both latitude and longitude, or neither", "纬度和经度都填，或都不填"),
    ("nothing: the rule {} has no such parameter", "空白：规则 {} 没有这一项"),
    ("an end after the start, {}", "晚于开始 {} 的结束"),
    # References
    ("the id of a {kind}", "{kind}的编号"),
    ("the id of an {kind}", "{kind}的编号"),
    ("the id of a {kind} ({} is the name of {})", "{kind}的编号（{} 是 {} 的名称）"),
    ("the id of a {kind} (the nearest is {})", "{kind}的编号（最接近的是 {}）"),
    ("{s} (it is in position {})", "{s}（第 {} 项已有）"),
    ("{s} (it is in row {})", "{s}（第 {} 行已有）"),
    ("an id that no other row has", "别的行没有的编号"),
    ("an id that no person has", "没有人员用过的编号"),
    ("one timetable a person", "每人一张课表"),
    ("one ledger row a person or crew", "每个人员或巡组一行台账"),
    ("one bell for each site, window and day", "每校每时段每天一个铃点"),
    ("one pin for each post and each holder", "每个岗位、每个人在一班里只指定一次"),
    ("each role in one part, once", "每个角色只在一个部分里出现一次"),
    ("each role once", "每个角色一次"),
    ("this rule at most once", "这条规则至多一次"),
    ("a role that single persons hold", "由个人担任的角色"),
    ("a role that crews hold", "由巡组担任的角色"),
    ("a role that shift {} asks for", "班次 {} 需要的角色"),
    ("an index from 0 to {}", "0 至 {} 的序号"),
    ("a date of the horizon, {} to {}", "排班期（{} 至 {}）内的日期"),
    ("a date before the horizon's first day, {}", "排班期首日 {} 之前的日期"),
    ("a shift of the horizon, {} to {}", "排班期（{} 至 {}）内的班次"),
    (
        "a shift of the horizon, {} to {}: a day on which the site has a shift in this window",
        "排班期（{} 至 {}）内该校这个时段有班的日子",
    ),
    ("an absence that touches the horizon, {} to {}", "与排班期（{} 至 {}）有交集的请假"),
    ("no overlap with the absence in position {}", "不与第 {} 项请假重叠"),
    ("no overlap with the absence in row {}", "不与第 {} 行的请假重叠"),
    ("an IANA time zone such as {}", "IANA 时区，如 {}"),
    # Values that don't fit together
    ("values that fit together: {s}", "前后一致的内容：{s}"),
    ("value error, {s}", "{s}"),
    ("absence of {} ends at {}, not after its start at {}", "{} 的请假结束于 {}，没有晚于开始 {}"),
    ("past duty of {} ends at {}, not after its start at {}", "{} 的历史班次结束于 {}，没有晚于开始 {}"),
    ("shift {} ends at {}, not after its start at {}", "班次 {} 结束于 {}，没有晚于开始 {}"),
    ("ends at {}, not after its start at {}", "结束于 {}，没有晚于开始 {}"),
    ("lesson on weekday {} ends at {}, not after {}", "星期 {} 的课 {} 下课，没有晚于上课 {}"),
    ("period {} ends at {}, not after {}", "第 {} 节 {} 下课，没有晚于上课 {}"),
    ("term {} ends on {}, before it starts on {}", "学期 {} 结束于 {}，早于开始 {}"),
    ("shift {} is longer than 24 hours", "班次 {} 超过 24 小时"),
    ("shift {} names a role twice", "班次 {} 有重复的角色"),
    ("shift {}: the role {} would leave before it comes", "班次 {}：角色 {} 还没到岗就离岗了"),
    ("window {} ends when it starts: lead and trail are both 0", "时段 {} 没有长度：提前和延后都是 0"),
    ("role {}: the target {} is below the minimum {}", "角色 {}：目标 {} 低于最低 {}"),
    (
        "role {}: under and over cost nothing without a preferred number",
        "角色 {}：没有标准人数，少一人、多一人的代价无从谈起",
    ),
    (
        "role {}: the preferred number {} is not between the minimum {} and the target {}",
        "角色 {}：标准 {} 不在最低 {} 与目标 {} 之间",
    ),
    ("volunteers of site {}: the target is below the minimum", "学校 {} 的志愿者：目标低于最低"),
    ("crew {} names a member twice", "巡组 {} 有重复的成员"),
    (
        "crew {} has {} members and a minimum strength of {}",
        "巡组 {} 只有 {} 名成员，最低人数却是 {}",
    ),
    ("travel time from {} to itself", "{} 到自己的路程时间"),
    ("consecutive_days says nothing: give maximum, minimum or both", "连续天数：请填最多、最少或两者"),
    ("consecutive_days: the minimum {} is above the maximum {}", "连续天数：最少 {} 多于最多 {}"),
    ("the wish of {} neither gives nor takes: state one of them", "{} 的换班意愿既不让也不接，请写明其一"),
    ("formula {} has {} summands; {} are expected: {}", "编成 {} 有 {} 项，应有 {} 项：{}"),
    ("formula {}: {} is not a number, a range such as 2-4, or N", "编成 {}：{} 不是数字、2-4 这样的范围或 N"),
    ("formula {}: the range {} ends below its start", "编成 {}：范围 {} 的后一个数小于前一个"),
    ("{} is not on a whole minute; leave out the seconds", "{} 不是整分钟，请去掉秒"),
    ("{} is not in the years 2 to 9998", "{} 不在公元 2 年至 9998 年之间"),
    ("{} names a time zone; leave it out", "{} 带有时区，请去掉"),
    ("an id without / and |", "不含 / 和 | 的编号"),
    ("no control character, such as a tab or a line break, in it", "不含制表符、换行等控制字符"),
    (
        "a phone number: digits, spaces, hyphens and brackets alone, with or without a + in front",
        "电话号码：只含数字、空格、短横和括号，前面可有 +",
    ),
    # What pydantic says, by its names of the mistakes
    ("field required", "必填"),  # missing
    ("extra inputs are not permitted", "不填（没有这个字段）"),  # extra_forbidden
    ("input should be {s}", "{s}"),
    ("greater than or equal to {}", "大于或等于 {}"),
    ("less than or equal to {}", "小于或等于 {}"),
    ("greater than {}", "大于 {}"),
    ("less than {}", "小于 {}"),
    ("a valid integer", "整数"),  # int_type
    ("a valid integer, unable to parse string as an integer", "整数"),  # int_parsing
    ("a valid integer, got a number with a fractional part", "整数"),  # int_from_float
    ("a valid number", "数字"),  # float_type
    ("a valid number, unable to parse string as a number", "数字"),  # float_parsing
    ("a finite number", "有限的数字"),
    ("a valid string", "文本"),  # string_type
    ("a valid boolean", "true 或 false"),  # bool_type
    ("a valid boolean, unable to interpret input", "true 或 false"),  # bool_parsing
    ("a valid date", "日期，如 2026-09-07"),  # date_type
    ("a valid date in the format YYYY-MM-DD, {}", "日期，如 2026-09-07"),  # date_parsing
    ("a valid date or datetime, {}", "日期，如 2026-09-07"),  # date_from_datetime_parsing
    ("a valid datetime", "日期和时间，如 2026-09-07T07:20:00+08:00"),  # datetime_type
    ("a valid datetime, {}", "日期和时间，如 2026-09-07T07:20:00+08:00"),  # datetime_parsing
    ("a valid datetime or date, {}", "日期和时间，如 2026-09-07T07:20:00+08:00"),
    ("in a valid time format, {}", "时间，如 07:40"),  # time_parsing
    ("a valid time", "时间，如 07:40"),  # time_type
    ("have timezone info", "带时区，如 2026-09-07T07:20:00+08:00"),
    ("input should have timezone info", "带时区，如 2026-09-07T07:20:00+08:00"),  # timezone_aware
    ("a valid array", "列表"),  # list_type, in JSON
    ("a valid tuple", "列表"),  # tuple_type
    ("a valid list", "列表"),
    ("an object", "对象"),  # dict_type, in JSON
    ("a valid dictionary or instance of {}", "对象"),  # model_type
    ("a valid dictionary", "对象"),
    ("{} or {}", "{} 或 {}"),  # literal_error, enum
    ("string should have at least {} {kind}", "至少 {} 个字"),  # string_too_short
    ("string should have at most {} {kind}", "至多 {} 个字"),  # string_too_long
    ("{} should have at least {} {kind} after validation, not {}", "至少 {1} 项，现在是 {2} 项"),  # too_short
    ("{} should have at most {} {kind} after validation, not {}", "至多 {1} 项，现在是 {2} 项"),  # too_long
    ("unable to extract tag using discriminator {}", "写明 {}"),  # union_tag_not_found
    (
        "input tag {} found using {} does not match any of the expected tags: {}",
        "{1} 应为其中之一：{2}",
    ),  # union_tag_invalid
)
"""English and Chinese, as `formats.phrases.Phrases` reads them."""


@cache
def _phrases() -> Phrases:
    # The sheets know what each column holds; they are loaded with the first fault that is shown.
    from formats.workbook.sheets import SHEETS

    columns = [column for sheet in SHEETS for column in sheet.columns]
    wanted = tuple((column.wanted, f"不能空着：{column.help_zh}") for column in columns)
    return Phrases((*_TABLE, *wanted), _KINDS)


def in_chinese(sentence: str) -> str:
    """Return a fault's sentence in Chinese, or as it is where the table doesn't have it.

    Examples
    --------
    >>> in_chinese("the id of a role (the nearest is staff)")
    '角色的编号（最接近的是 staff）'
    """
    return _phrases().say(sentence)
