"""The texts that people read, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.advise_words import ADVISE_TEXTS
from cli.demo_words import DEMO_TEXTS
from cli.explain_words import EXPLAIN_TEXTS
from cli.repair_words import REPAIR_TEXTS
from cli.service_words import SERVICE_TEXTS
from cli.swap_words import SWAP_TEXTS
from formats.words import BLOCKS, LEVELS, REASONS, TERMS, Language, join, name_of, told

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Language", "join", "language_of", "name_of", "say", "word"]


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language that the environment asks for: Chinese for a Chinese locale, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(language: Language, key: str, **values: object) -> str:
    """Return a text with its values; numbers get thousands separators."""
    return told(_TEXTS[key], language, **values)


def word(language: Language, kind: str, name: str) -> str:
    """Return the text of a named thing (a level, a rule), or the name itself where there is none."""
    pair = _TEXTS.get(f"{kind}:{name}")
    return name if pair is None else pair[0 if language == "zh" else 1]


_TEXTS: dict[str, tuple[str, str]] = {
    # Help
    "about": (
        "护学岗排班：从学校和人员到一张证明为最优的排班表。",
        "Duty rosters for school-guard shifts: from schools and people to a proven week.",
    ),
    "exits": (
        "退出码：0 完成；1 发现问题（输入有误、排班违反规则）；2 用法有误；130 被中断。",
        "Exit status: 0 done; 1 a problem was found (bad input, violations); 2 bad usage; 130 interrupted.",
    ),
    "help:example": ("生成一个示例", "write an example problem"),
    "help:template": ("写出空白的填报工作簿", "write the empty workbook to fill in"),
    "help:check": ("检查数据文件，一次列出全部错误", "check a file and list all that is wrong with it"),
    "help:solve": ("排班", "make a roster"),
    "help:verify": ("独立核验一张排班表", "judge a roster, independently of the engine"),
    "help:schema": (
        "输出文件或 --json 结果的 JSON Schema",
        "print the JSON Schema of a file or of what --json prints",
    ),
    "help:calendar": ("导出一个人、巡组或学校的日历", "export the calendar of a person, a crew or a school"),
    "help:name": ("示例名称", "which example"),
    "help:problem": (
        "数据文件：.xlsx、.json，或 -（标准输入，JSON）",
        "the problem: .xlsx, .json, or - (JSON on stdin)",
    ),
    "help:roster": ("排班表：.json，或 -（标准输入）", "the roster: .json, or - (stdin)"),
    "help:output": ("写到哪里", "where to write"),
    "help:output-json": (
        "写到哪里：.xlsx、.json，或 -（标准输出，JSON）",
        "where to write: .xlsx, .json, or - (JSON on stdout)",
    ),
    "help:report": ("把求解报告写到这个 JSON 文件", "write the report to this JSON file"),
    "help:report-in": ("同时核对这份报告里的数值", "also judge what this report claims"),
    "help:week": ("一周的第一天", "first day of the week, instead of the file's own"),
    "help:time-limit": ("最多用多少秒", "seconds to use at most"),
    "help:workers": ("用几个进程（默认每核一个）", "how many processes (one a core by default)"),
    "help:seed": ("随机种子", "random seed"),
    "help:cluster": ("Dask 调度器地址", "address of a Dask scheduler"),
    "help:phones": ("在工作簿中写出电话", "put phone numbers into the workbook"),
    "help:schools": ("学校数", "how many schools"),
    "help:shape": (
        "哪一种文件或 --json 输出：{shapes}（默认 problem）",
        "of which file or --json output: {shapes} (problem by default)",
    ),
    "help:person": ("人员编号", "a person's id"),
    "help:crew": ("巡组编号", "a crew's id"),
    "help:school": ("学校编号", "a school's id"),
    "help:unit": ("单位编号", "a unit's id"),
    "help:previous": (
        "上次导出的日历：条目沿用其编号和版次",
        "the calendar exported before, whose entries are carried on",
    ),
    "help:names": ("写出同岗人员姓名", "name the others on post"),
    "help:folder": ("写到哪个文件夹", "the folder to write into"),
    "help:json": ("以 JSON 输出结果", "print the result as JSON"),
    "help:language": ("文字语言（默认取自 LANG）", "language of the texts (from LANG by default)"),
    "help:version": ("显示版本", "show the version"),
    # Errors
    "error": ("错误：{message}", "error: {message}"),
    "no-folder": ("没有文件夹 {path}", "there is no folder {path}"),
    "is-folder": ("{path} 是文件夹，请给出文件名", "{path} is a folder; give a file's name"),
    "not-writable": ("无法写入 {path}：{reason}", "{path} can't be written: {reason}"),
    "bad-suffix": ("{path}：文件名须以 {expected} 结尾", "{path}: the name must end in {expected}"),
    "one-stdin": ("只能有一个输入来自 -", "only one input can be -"),
    "one-stdout": (
        "标准输出只能有一份结果：-o - 不能与 --json 或 --report - 同用",
        "stdout takes one result: -o - goes with neither --json nor --report -",
    ),
    "same-file": (
        "{path} 会被覆盖：输出文件须与输入文件、其他输出文件不同",
        "{path} would be overwritten; give an output a file of its own, apart from inputs and other outputs",
    ),
    "not-sized": ("示例 {name} 没有大小和种子", "the example {name} has no size and no seed"),
    "refused": (
        "核验程序拒绝了求解引擎的排班，没有写出文件。这是护学的缺陷，请附上数据文件报告：{message}",
        "the verifier refused the engine's roster; nothing was written. Please report this defect with the"
        " file: {message}",
    ),
    "no-cluster": ("集群无法使用，没有写出文件：{message}", "{message}; nothing was written"),
    "interrupted": ("已中断，没有写出文件", "interrupted; nothing was written"),
    "interrupted-after": ("已中断，此前已写出 {paths}", "interrupted; written before that: {paths}"),
    "kept-optimal": (
        "已中断，但排班已经完成并证明为最优",
        "interrupted, but the roster was done and is proven optimal",
    ),
    "reading": ("读取 {path} …", "reading {path} …"),
    "writing": ("写出 {path} …", "writing {path} …"),
    "making": ("生成示例 …", "making the example …"),
    "checking": ("检查 …", "checking …"),
    "calendar-no-person": ("没有这个人员：{what}", "there is no person {what}"),
    "calendar-no-crew": ("没有这个巡组：{what}", "there is no crew {what}"),
    "calendar-no-unit": ("没有这个单位：{what}", "there is no unit {what}"),
    "calendar-no-site": ("没有这所学校：{what}", "there is no school {what}"),
    "in-the-shift": ("已在本班", "in the shift already"),
    "name-of": ("（这是 {ids} 的名称，请给出编号）", " (that is the name of {ids}: give the id)"),
    "nearest": ("（最接近的是 {id}）", " (the nearest is {id})"),
    "repairing": ("修复 …", "repairing …"),
    "trying": ("试算 …", "trying it out …"),
    "counting": ("计算 …", "counting …"),
    "verifying": ("核验 …", "verifying …"),
    "stopping": (
        "正在停止，保留目前最好的排班（再按一次 Ctrl-C 立即退出）",
        "stopping with the best roster so far (Ctrl-C again to leave at once)",
    ),
    "kept": (
        "已中断：写出的是目前最好的排班，未证明最优",
        "interrupted: the roster written is the best so far, not proven",
    ),
    # Results
    "written": ("已写出 {path}", "Written: {path}"),
    "size": (
        "{sites} 所学校，{people} 人，{crews} 个巡组，{shifts} 个班次，{posts} 个岗位",
        "schools {sites}, people {people}, crews {crews}, shifts {shifts}, posts {posts}",
    ),
    "valid": ("数据无误：{size}", "No faults: {size}"),
    "warning": ("注意：{message}", "Warning: {message}"),
    "warn:calendar": (
        "尚无 {year} 年的法定节假日和调休，按周一至周五上学计",
        "the public calendar of {year} isn't known yet; every Monday to Friday counts as a school day",
    ),
    "warn:no-shifts": ("这一周没有任何班次", "no shift falls into this horizon"),
    "warn:site-without-bell": (
        "{count} 所学校没有铃点，没有班次：{names}",
        "sites without a bell, and so without a shift: {count} ({names})",
    ),
    "warn:window-without-bell": (
        "{count} 个时段没有铃点，没有班次：{names}",
        "windows without a bell, and so without a shift: {count} ({names})",
    ),
    "warn:long-absence": (
        "{count} 条请假在排班期过后半年多才结束，请核对年份：{names}",
        "absences that end more than half a year after the horizon; is the year right? {count}: {names}",
    ),
    "warn:nobody": (
        "{role}：{sites} 所学校中有 {count} 所没有人能上岗：{names}",
        "{role}: at {count} of {sites} sites nobody could ever serve: {names}",
    ),
    "warn:unqualified": (
        "{role}：{people} 人中有 {count} 人缺少角色须有的资质，排不上：{names}",
        "{role}: {count} of {people} people lack a qualification that the role requires, so they are never "
        "posted: {names}",
    ),
    "and-more": ("{names} 等，还有 {count} 个", "{names} and {count} more"),
    "open-nobody": ("  其中 {count} 个没有人可在此上岗", "  Nobody may serve there: {count} of them"),
    "warn:pin": ("指定的班 {post} 无法保留：{message}", "the pin of {post} can't be kept: {message}"),
    "optimal": ("排班完成：最优，每一级都已证明", "Roster done: optimal, proven at every level"),
    "feasible": (
        "排班完成：可行，未证明最优（{reason}）",
        "Roster done: feasible, not proven optimal ({reason})",
    ),
    "filled": ("岗位：{filled} / {posts} 已排", "Posts: {filled} of {posts} filled"),
    "open": (
        "缺岗：{missing} 个，其中最低要求 {minimum} 个",
        "Open: {missing}, of them {minimum} of the minimum",
    ),
    "open-role": (
        "  {role}：{missing}（最低要求 {minimum}）",
        "  {role}: {missing} ({minimum} of the minimum)",
    ),
    "why": ("  原因（候选人次）：{reasons}", "  Why (candidates kept away): {reasons}"),
    "dropped": ("未能保留的指定：{count} 个", "Dropped pins: {count}"),
    "dropped-pin": ("  {who} → {post}：{rules}", "  {who} on {post}: {rules}"),
    "effort": (
        "独立部分 {components} 个，{seconds} 秒（{methods}）",
        "Components: {components}, settled in {seconds} s ({methods})",
    ),
    "column:level": ("级别", "Level"),
    "column:value": ("代价", "Cost"),
    "column:open-minimum": ("最低缺岗", "Open minimum posts"),
    "column:bound": ("下界", "Bound"),
    "column:gap": ("差距", "Gap"),
    "proven": ("已证明", "proven"),
    "tolerated": ("已证明（容差内）", "proven, within tolerance"),
    "phase": ("{phase} {done}/{total}", "{phase} {done}/{total}"),
    "other-week": (
        "排班表是 {first} 至 {last} 的，与数据文件的排班期不同：按这一期的班次处理",
        "the roster is of {first} to {last}, not of the file's own horizon: taken with that horizon's shifts",
    ),
    "stranger": (
        "这份排班表不属于这份数据：{of} 个岗位中有 {count} 个的班次或人员在数据里没有，如 {example}",
        "the roster belongs to another problem: of {of} assignments {count} name a shift or a holder that this"
        " one doesn't have, such as {example}",
    ),
    "held": ("已排 {held} 岗，共 {posts} 岗", "{held} assignments for {posts} posts"),
    "clean": ("排班符合全部规则", "The roster keeps every rule"),
    "violations": ("违反规则 {count} 处", "Violations: {count}"),
    "more": ("  还有 {count} 处", "  and {count} more"),
    "claims": ("报告与排班不符：{message}", "The report doesn't fit the roster: {message}"),
    # Phases of a solve
    "phase:compile": ("整理", "compiling"),
    "phase:solve": ("求解", "solving"),
    "phase:verify": ("核验", "verifying"),
    "phase:done": ("完成", "done"),
    # Levels, reasons, and rules as what is broken or keeps candidates away
    **{f"level:{name}": words for name, words in LEVELS.items()},
    **{f"term:{name}": words for name, words in TERMS.items()},
    **{f"reason:{name}": words for name, words in REASONS.items()},
    **{f"rule:{name}": words for name, words in BLOCKS.items()},
    **EXPLAIN_TEXTS,
    **REPAIR_TEXTS,
    **SWAP_TEXTS,
    **ADVISE_TEXTS,
    **SERVICE_TEXTS,
    **DEMO_TEXTS,
}
