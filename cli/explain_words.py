"""What `huxue explain` says, in Chinese and English."""

from __future__ import annotations

EXPLAIN_TEXTS: dict[str, tuple[str, str]] = {
    "help:explain": (
        "说明：岗位为何空缺、怎样补上；某人为何排这些班；哪些要求互相矛盾",
        "say why a post is open and what would fill it, why somebody has these duties, which demands contradict",
    ),
    "help:explain-roster": ("排班表（--conflicts 不需要）", "the roster (not for --conflicts)"),
    "help:post": ("空缺的岗位：班次、角色", "the open post: its shift and role"),
    "help:whom": ("人员或巡组", "the person or crew"),
    "help:conflicts": (
        "找出互相矛盾的指定、规则、请假和课表",
        "find pins, rules, absences and timetables that contradict",
    ),
    "help:no-hire": ("不试算增加一个人", "don't try what one more person would bring"),
    "explain-mode": (
        "--post 和 --person 需要排班表，--conflicts 不用",
        "--post and --person need a roster, --conflicts takes none",
    ),
    "explain-full": (
        "{what} 没有缺岗；谁能代替在岗的人：huxue repair --candidates 班次 角色 --instead 人员",
        "{what} has no open post; who could replace a holder: huxue repair --candidates SHIFT ROLE --instead ASSIGNEE",
    ),
    "explain-post": ("{post}：空缺 {open} 个", "{post}: {open} open"),
    "explain-blocked": (
        "不能来的候选人（数字按排上这个岗之后计）：",
        "Candidates who can't come (figures as they would be with this post):",
    ),
    "explain-limit": ("{who}：{limits}", "{who}: {limits}"),
    "explain-and": ("；另有：", "; also "),
    "explain-nobody": ("没有人有这个角色并能到这里。", "Nobody has the role and may serve here."),
    "explain-ways": (
        "补上的办法（已逐一试算，代价小的在前）：",
        "Ways to fill it (each tried out, the cheapest first):",
    ),
    "explain-no-way": ("没有找到补上的办法。", "No way to fill it was found."),
    "way:take": ("{who} 可以直接担任：{cost}", "{who} can take it: {cost}"),
    "way:move": (
        "调 {who} 过来，改动 {count} 个岗位：{changes}",
        "move {who}, {count} duties change: {changes}",
    ),
    "way:opens": ("；随之空缺 {opened}", "; then open: {opened}"),
    "way:waive": (
        "对 {who} 放宽“{rule}”（{limits}）：{cost}",
        'allow {who} past the rule "{rule}" ({limits}): {cost}',
    ),
    "explain-hire": (
        "多一名{role}（{unit}{window}）：{gained}",
        "one more {role} ({unit}{window}): {gained}",
    ),
    "gained:core": ("多补核心岗 {count} 个", "core posts filled: {count} more"),
    "gained:volunteers": ("多补志愿者岗 {count} 个", "volunteer posts filled: {count} more"),
    "gained:extra": ("多补增配岗 {count} 个", "extra posts filled: {count} more"),
    "gained:stand_ins": ("少替班 {count} 班", "duties by stand-ins: {count} fewer"),
    "explain-person": ("{who}：本期 {count} 个岗位", "{who}: {count} duties"),
    "explain-carried": (
        "负担 {before} → {after} 分；同组 {peers} 人平均 {mean_before} → {mean_after}（{least_after} 至 {most_after}）",
        "burden {before} → {after} points; {peers} peers {mean_before} → {mean_after} ({least_after} to {most_after})",
    ),
    "explain-others": (
        "  {post}：另有 {free} 人能担任{best}{rest}",
        "  {post}: {free} others could have it{best}{rest}",
    ),
    "explain-rest": ("；其余 {count} 人不能（{rules}）", "; {count} can't ({rules})"),
    "explain-best": ("，最省的是 {who}（{cost}）", ", the cheapest {who} ({cost})"),
    "explain-none": ("没有互相矛盾的要求。", "No demands contradict each other."),
    "explain-conflict": (
        "矛盾 {number}：以下 {count} 项不能同时满足（{broken}），去掉任何一项即可：",
        "Conflict {number}: these {count} can't all be kept ({broken}); any one less resolves it:",
    ),
    "explain-pin": ("指定 {who} 担任 {post}", "{who} is pinned to {post}"),
    "explain-rule": ("规则 {rule}：{text}", "the rule {rule}: {text}"),
    "explain-absence": ("{who} 请假 {start} 至 {end}", "{who} is absent from {start} to {end}"),
    "explain-timetable": ("{who} 的课表", "the timetable of {who}"),
    "explain-cheapest": ("  ← 去掉这一项代价最小", "  ← the cheapest to drop"),
}
