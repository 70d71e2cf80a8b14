"""What `huxue repair` says, in Chinese and English."""

from __future__ import annotations

REPAIR_TEXTS: dict[str, tuple[str, str]] = {
    "help:repair": (
        "修复已发布的排班：有人请假、学校停课、作息变动之后，改动最少",
        "mend a published roster after something happened, with the fewest changes",
    ),
    "help:absent": (
        "不能来的人员或巡组（--from、--to 紧跟其后）",
        "who can't come (--from and --to follow it)",
    ),
    "help:withdraw": ("整个撤出的单位", "a unit that is needed elsewhere"),
    "help:close": ("不需要守护的学校（点位）", "a site that needs nobody"),
    "help:repair-from": (
        "前一项从何时起（省略：--at，再省略：排班期开始）",
        "when the happening before it begins (by default --at, else the horizon's start)",
    ),
    "help:repair-to": ("前一项到何时止（省略：排班期结束）", "when it ends (by default with the horizon)"),
    "help:shift-bell": (
        "铃声移动：学校、时段、日期（或 all）、分钟（推迟为正）",
        "move a bell: site, window, date (or all), minutes (later is positive)",
    ),
    "help:pin": ("指定由谁担任：班次、角色、人", "who is to hold a post: shift, role, assignee"),
    "help:fill": ("要补上的岗位：班次、角色", "what is to be filled: shift, role"),
    "help:happenings": (
        "从 JSON 文件读取（一个列表）；-（标准输入）",
        "read happenings from a JSON file (a list), or - (stdin)",
    ),
    "help:candidates": (
        "只列出谁现在能担任这个岗位（班次、角色），代价小的在前",
        "only list who could take a post now (shift, role), the cheapest first",
    ),
    "help:instead": ("和 --candidates 同用：代替谁", "with --candidates: in whose place"),
    "help:repair-at": (
        "此刻以前开始的岗位不再变动",
        "posts that began before this moment stay as they are",
    ),
    "help:repair-output": (
        "把新的排班表写到哪里：.xlsx、.json，或 -（标准输出，JSON）",
        "where to write the new roster: .xlsx, .json, or - (JSON on stdout)",
    ),
    "help:problem-output": (
        "把事后的数据写到哪里：.json、.xlsx，或 -",
        "where to write the problem as it is afterwards: .json, .xlsx, or -",
    ),
    "repair-stretch": (
        "{option} 要跟在 --absent、--withdraw 或 --close 之后，每项一次",
        "{option} follows --absent, --withdraw or --close, once for each",
    ),
    "repair-nothing": (
        "请说明发生了什么，例如 --absent 人员编号 --from 时间",
        "say what happened, for example --absent ASSIGNEE --from TIME",
    ),
    "repair-bell": (
        "--shift-bell 的日期写作 2026-09-07 或 all，分钟写作整数：{text}",
        "--shift-bell takes a date such as 2026-09-07 or all, and whole minutes: {text}",
    ),
    "repair-one": (
        "--candidates 不写文件；--instead 只和它同用",
        "--candidates writes no files; --instead goes with it alone",
    ),
    "repair:no_assignee": ("没有这个人员或巡组：{what}", "there is no person or crew {what}"),
    "repair:no_unit": ("没有这个单位：{what}", "there is no unit {what}"),
    "repair:no_site": ("没有这个点位：{what}", "there is no site {what}"),
    "repair:no_window": ("没有这个时段：{what}", "there is no window {what}"),
    "repair:no_shift": (
        "没有这个班次：{what}（写作 学校/日期/时段）",
        "there is no shift {what}; it is written site/date/window",
    ),
    "repair:no_role": ("这个班次不要这个角色：{what}", "the shift doesn't ask for that role: {what}"),
    "repair:no_bell": ("那天没有这个时段的班次：{what}", "there is no such shift that day: {what}"),
    "repair:outside": (
        "{what} 不在这份排班之内（{first} 至 {last}）：请给出其中的时间；别的一周另有排班表（huxue solve --week）",
        "{what} lies outside this roster, which goes from {first} to {last}: give a time within it; another "
        "week has a roster of its own (huxue solve --week)",
    ),
    "repair:began": ("{what} 已经开始，铃声不能再移", "{what} has begun: its bell can't be moved any more"),
    "repair:all_pinned": (
        "{what} 的岗位都已固定给别人：请先放开一个",
        "all posts of {what} are pinned to others: unpin one of them first",
    ),
    "repaired-none": ("无需改动。", "Nothing needs to change."),
    "repaired-in-vain": ("没有可行的改动。", "No change would help."),
    "repaired": (
        "改动 {count} 个岗位（名单增减 {entries} 处）{proof}",
        "{count} duties change ({entries} names in or out){proof}",
    ),
    "repaired-proven": (
        "：再少就会有岗位空缺。",
        ": fewer is not possible without an open post.",
    ),
    "repaired-proven-open": (
        "：已证明，更少的改动补不上更多岗位。",
        ": proven, fewer changes would leave more posts open.",
    ),
    "repaired-unproven": (
        "，未证明最少（{reason}）。",
        ", not proven to be the fewest ({reason}).",
    ),
    "repaired-opened": ("补不上的岗位：", "What can't be filled:"),
    "repaired-open": (
        "  {shift} {role}：候选 {candidates} 人；{reasons}",
        "  {shift} {role}: candidates {candidates}; {reasons}",
    ),
    "repaired-effort": (
        "重排了 {components} 个部分，用时 {seconds} 秒",
        "Components solved again: {components}, in {seconds} s",
    ),
    "repaired-dropped": ("没能保留的指定：{count} 个", "Pins that could not be kept: {count}"),
    "repaired-levels": (
        "各级代价（只计重新看过的学校和人员；缺岗只计这次失去或要补的）：",
        "Costs (of the schools and people looked at; posts missing are those lost now or asked for):",
    ),
    "candidates-none": (
        "{post}：没有人能直接担任（可用 huxue repair --fill 看看调动别人能否补上）",
        "{post}: nobody could just take it (huxue repair --fill looks for what else could move)",
    ),
    "candidates": (
        "{post}：{count} 人现在能担任，代价小的在前",
        "{post}: {count} could take it now, the cheapest first",
    ),
    "candidate-free": ("没有代价", "costs nothing"),
    "nobody": ("（无人）", "(nobody)"),
}
