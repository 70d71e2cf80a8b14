"""What `huxue swap` says, in Chinese and English."""

from __future__ import annotations

SWAP_TEXTS: dict[str, tuple[str, str]] = {
    "help:swap": (
        "换班：试一次换班、找能换的人，或一次撮合大家的换班意愿",
        "swap duties: try one swap, find partners, or clear everybody's wishes",
    ),
    "help:give": (
        "要换出的岗位：班次、角色、现在的人",
        "the duty to be given: its shift, role and holder",
    ),
    "help:for": ("换回的岗位：班次、角色、现在的人", "the duty in return: its shift, role and holder"),
    "help:to": ("转让给谁", "who takes it, with nothing in return"),
    "help:cover": ("由谁顶班", "who covers it"),
    "help:longest": (
        "一个环或链最多几个人（默认 3）",
        "the most people in a cycle or chain (3 by default)",
    ),
    "help:wishes": (
        "撮合这个 JSON 文件里大家的换班意愿；-（标准输入）",
        "clear everybody's wishes in this JSON file, or - (stdin)",
    ),
    "help:at": (
        "此刻以前开始的岗位不能再换",
        "posts that began before this moment can't be swapped any more",
    ),
    "help:unpin": ("也允许换出指定的班", "let pinned duties change hands too"),
    "help:swap-output": (
        "把换班后的排班表写到哪里：.xlsx、.json，或 -（标准输出，JSON）",
        "where to write the roster afterwards: .xlsx, .json, or - (JSON on stdout)",
    ),
    "bad-moment": (
        "{text} 不是时刻，例如 2026-09-07T06:50（排班所在时区）",
        "{text} is not a moment such as 2026-09-07T06:50 (in the problem's time zone)",
    ),
    "swap-modes": (
        "请给出 --give 或 --wishes 之一；--for、--to、--cover 只和 --give 同用，且至多一个",
        "give either --give or --wishes; --for, --to and --cover go with --give, one of them at most",
    ),
    "swap-longest": ("--longest 至少是 2", "--longest is at least 2"),
    "swap:no_duty": (
        "没有人这样在岗：{what}。班次和角色的写法见排班表",
        "nobody holds such a duty: {what}; shifts and roles are written as in the roster",
    ),
    "swap:no_assignee": ("没有这个人员或巡组：{what}", "there is no person or crew {what}"),
    "swap:no_need": (
        "没有这样的岗位：{what}。班次写作 学校/日期/时段",
        "there is no such post: {what}; a shift is written site/date/window",
    ),
    "swap:full": (
        "{what} 没有缺岗：用 --instead 说明代替谁",
        "no post of {what} is open: say with --instead in whose place",
    ),
    "swap:began": (
        "{what} 在 --at 之前已经开始，不能再换",
        "{what} began before --at and can't be swapped any more",
    ),
    "swap:own": ("{what} 本来就是这个人的岗位", "{what} is theirs already"),
    "swap:twice": ("{what} 给出了两次", "{what} is given twice"),
    "swap-legal": ("可以：不违反任何规则", "Legal: no rule is broken"),
    "swap-illegal": ("不可以：违反规则 {count} 处", "Not legal; rules broken: {count}"),
    "kind:exchange": ("互换", "exchange"),
    "kind:give_away": ("转让", "give-away"),
    "kind:cover": ("顶班", "cover"),
    "kind:cycle": ("环", "cycle"),
    "kind:chain": ("链", "chain"),
    "swap-step": ("{shift} {role}：{giver} → {taker}", "{shift} {role}: {giver} -> {taker}"),
    "swap-first": ("已写出 {path}（其中第一种换法）", "Written: {path} (the first of these ways)"),
    "swap-unchanged": ("各级代价不变", "No level's cost changes"),
    "swap-term": ("    {name}：{before} → {after}", "    {name}: {before} -> {after}"),
    "column:before": ("之前", "Before"),
    "column:after": ("之后", "After"),
    "column:rise": ("变化", "Change"),
    "swap-partners": (
        "{duty}：{takers} 人可以接，{exchanges} 种可以互换",
        "{duty}: {takers} could take it, {exchanges} exchanges are possible",
    ),
    "swap-others": ("其余 {count} 人不能接：{reasons}", "The other {count} can't take it: {reasons}"),
    "swap-other": (
        "  {who}：接班 {rule}{exchange}",
        "  {who}: take it: {rule}{exchange}",
    ),
    "swap-other-exchange": ("；互换 {rules}", "; exchange: {rules}"),
    "swap-cost": ("代价 {cost}", "changes {cost}"),
    "swap-free": ("无代价", "costs nothing"),
    "swap-no-partner": (
        "没有人能直接接或互换；以下是至多 {people} 人的环和链：{count} 种",
        "Nobody could take or exchange it alone; cycles and chains of up to {people} people: {count}",
    ),
    "swap-cleared": (
        "{wishes} 条意愿，换手 {value} 个岗位，上界 {bound}：{status}",
        "{wishes} wishes: {value} duties change hands, {bound} at most: {status}",
    ),
    "swap-optimal": ("已证明最多", "proven the most"),
    "swap-feasible": ("未证明最多（{reason}）", "not proven the most ({reason})"),
}
"""Texts by key."""
