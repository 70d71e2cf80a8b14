"""The texts of ``huxue advise``, Chinese and English."""

from __future__ import annotations

ADVISE_TEXTS: dict[str, tuple[str, str]] = {
    "help:advise": (
        "建议：最少巡组、错峰铃声、增派人员、负担均衡",
        "advice: fewest crews, bell times, one more person, fairness",
    ),
    "help:advise-crews": (
        "每个高峰最少要几个巡组，附证明",
        "the least number of crews for each peak, with the proof",
    ),
    "help:advise-bells": (
        "移动哪些铃声最省巡组，或少缺岗",
        "which bells to move so that fewer crews do, or fewer posts stay open",
    ),
    "help:advise-people": ("再添一人，添在哪里最有用", "where one more person is worth most"),
    "help:advise-fairness": (
        "谁负担最重、谁最轻，各组离散程度",
        "who carries most and least, group by group",
    ),
    "help:only-role": ("只看这个角色（可重复；编号）", "this role alone (an id; may be repeated)"),
    "help:only-district": ("只看这个区县（可重复）", "this district alone (may be repeated)"),
    "help:proofs": (
        "写出每个高峰的证明，不只最紧的",
        "print the proof of every peak, not of the tightest alone",
    ),
    "help:within": ("铃声最多提前或推后几分钟（默认 10）", "minutes by which bells may move (10)"),
    "help:grid": ("按几分钟一格移动（默认 5）", "bells move by multiples of so many minutes (5)"),
    "help:fixed": ("铃声不动的学校", "schools whose bells stay"),
    "help:limit": ("某校自己的上限", "a limit of a school's own"),
    "help:goal": (
        "crews：最少巡组；posts：以现有巡组最少缺岗",
        "crews: fewest crews; posts: fewest open posts with the crews present",
    ),
    "help:bells-time": ("最多搜索多少秒（默认 60）", "seconds to search at most (60)"),
    "help:top-people": ("每个角色试几处（默认 2）", "how many places to try for each role (2)"),
    "help:plot": ("把图写到这个 SVG 文件", "draw the plot into this SVG file"),
    "help:top-fairness": ("列出离散最大的几组（默认 15）", "how many of the widest groups to list (15)"),
    # Crews
    "crews:head": (
        "{role}：各高峰全部岗位（最低编成）最少要几个",
        "{role}: the least number that can hold every minimum post, peak by peak",
    ),
    "crews:pool": (
        "{district}：共 {crews} 个，最紧的高峰最少要 {least} 个",
        "{district}: {crews} there are, {least} are the least in the tightest peak",
    ),
    "crews:proof": (
        "  {date} {windows} 的证明：以下 {count} 岗任两岗都不能由同一个承担",
        "  Proof for {date}, {windows}: of these {count} posts no two can share one",
    ),
    "crews:share": (
        "  少于 {least} 个就有空岗；{least} 个的分法见 --json 的 chains",
        "  With fewer than {least} a post stays open; how {least} do it is in --json, as chains",
    ),
    "crews:none": ("没有这样的岗位", "There are no such posts"),
    "crews:notes": (
        "同一区域的视为可互换；路程按最短路径闭合（{shortened} 对因此变短{exact}）；休息和上限不计。证明已另行核对。",
        "Within a pool all are taken as interchangeable; ways are closed under shortest paths ({shortened} became"
        " shorter{exact}); rest and limits are left out. The proof was checked by code of its own.",
    ),
    "crews:exact": ("，故路程精确", ", so ways are exact"),
    # Bells
    "bells:head:crews": (
        "铃声可移动 {within} 分钟（每格 {grid} 分钟）：先最少巡组，再最少学校，再最少分钟",
        "Bells may move {within} minutes on a grid of {grid}: fewest crews, then schools, then minutes",
    ),
    "bells:head:posts": (
        "铃声可移动 {within} 分钟（每格 {grid} 分钟）：先最少缺岗，再最少学校，再最少分钟",
        "Bells may move {within} minutes on a grid of {grid}: fewest open posts, then schools, then minutes",
    ),
    "bells:peak": (
        "{district} · {role} · {windows}（{first} 至 {last}）：现在 {value}，最少 {best}（{proof}）",
        "{district} · {role} · {windows} ({first} to {last}): {value} now, {best} at best ({proof})",
    ),
    "bells:proven": ("已证明", "proven"),
    "bells:bound": ("未证完，下界 {bound}", "not proven, bound {bound}"),
    "bells:same": (
        "{count} 个高峰移铃无益（已证明）",
        "In {count} peaks moving bells saves nothing (proven)",
    ),
    "bells:none": ("没有可移动的铃声", "There is no bell that may move"),
    "bells:alone": ("  单独移动一处即可：", "  One move alone is enough:"),
    "bells:one:crews": (
        "    {move}：少 {saved} 个",
        "    {move}: {saved} fewer",
    ),
    "bells:one:posts": ("    {move}：少缺 {saved} 岗", "    {move}: {saved} fewer open"),
    "bells:earlier": (
        "{site} {window} {before}→{after}（提前 {minutes} 分钟）",
        "{site}, {window} {before}→{after} ({minutes} minutes earlier)",
    ),
    "bells:later": (
        "{site} {window} {before}→{after}（推后 {minutes} 分钟）",
        "{site}, {window} {before}→{after} ({minutes} minutes later)",
    ),
    "bells:step:crews": (
        "  少 {saved} 个，剩 {value} 个：移 {sites} 校，共 {minutes} 分钟（{proof}）",
        "  {saved} fewer, {value} left: schools that move {sites}, minutes in all {minutes} ({proof})",
    ),
    "bells:step:posts": (
        "  少缺 {saved} 岗，还缺 {value} 岗：移 {sites} 校，共 {minutes} 分钟（{proof}）",
        "  {saved} fewer open, {value} left: schools that move {sites}, minutes in all {minutes} ({proof})",
    ),
    "bells:fewest": ("最少", "the fewest"),
    "bells:at-least": (
        "未证最少，下界 {sites} 校",
        "not proven the fewest: {sites} schools are a bound",
    ),
    "bells:pool": (
        "{district} {role}：各高峰中最多，现在 {value}，移铃后 {best}",
        "{district}, {role}: in the tightest peak {value} now, {best} with the moves",
    ),
    "bells:note": (
        "每一行都以移动后的铃声重算过；铃声在响铃的每一天都随之移动。移动后请重新排班。",
        "Every row was confirmed with the moved bells; a bell moves on all days on which it rings. Solve anew after moving.",
    ),
    # People
    "people:missing": (
        "现缺：核心 {core}，志愿者 {volunteers}，增配 {extra}；替班 {stand_ins} 班",
        "Missing now: {core} core, {volunteers} volunteers, {extra} extra; {stand_ins} duties by stand-ins",
    ),
    "people:tried": (
        "影子价格给出 {candidates} 处，逐一加人重排 {tried} 处，有益的 {useful} 处：",
        "Shadow prices name {candidates} places; {tried} were solved anew with one more, {useful} brought something:",
    ),
    "people:useless": (
        "再多一人也补不上（据影子价格；重排 {tried} 处）",
        "One more person would bring nothing (by the shadow prices; solved anew: {tried})",
    ),
    "people:enough": ("没有缺岗，也没有替班", "Nothing is missing, and nobody stands in"),
    "people:always": ("全时段", "any time"),
    "people:as": ("{unit}（驻 {site}）", "{unit} (posted to {site})"),
    "people:for": ("{unit}（{sites}）", "{unit} (for {sites})"),
    "people:unproven": ("未证最优", "not proven"),
    "people:progress": ("重排 {done}/{total}", "solving {done}/{total}"),
    "bells:progress": ("已查 {done}/{total}", "searches {done}/{total}"),
    # Fairness
    "fairness:roles": ("各角色（以常规班次计，按满勤折算）", "By role (in usual duties, at full capacity)"),
    "fairness:groups": ("离散最大的 {count} 组", "The {count} widest groups"),
    "fairness:person": ("{name} {points}（{duties}）", "{name} {points} ({duties})"),
    "fairness:note": (
        "负担＝台账超出本组最少者的部分（按整班计）＋本期分数；括号内为常规班次。",
        "Burden: what the ledger has above the group's least, in whole duties, plus this horizon's points;"
        " in brackets usual duties.",
    ),
    "column:date": ("日期", "Date"),
    "column:windows": ("时段", "Windows"),
    "column:posts": ("岗位", "Posts"),
    "column:least": ("最少", "Least"),
    "column:there-are": ("共有", "There are"),
    "column:present": ("在岗", "Present"),
    "column:open": ("至少缺", "Open at least"),
    "column:role": ("角色", "Role"),
    "column:unit": ("单位", "Unit"),
    "column:when": ("时段", "When"),
    "column:core": ("核心岗", "Core"),
    "column:volunteers": ("志愿者", "Volunteers"),
    "column:extra": ("增配", "Extra"),
    "column:stand_ins": ("少替班", "Fewer stand-ins"),
    "column:proof": ("证明", "Proof"),
    "column:people": ("人数", "People"),
    "column:units": ("单位数", "Units"),
    "column:usual": ("常规班次", "Usual duty"),
    "column:range-before": ("排班前", "Before"),
    "column:range-after": ("排班后", "After"),
    "column:deviation": ("标准差 前→后", "Deviation"),
    "column:most": ("最重", "Most"),
    "column:least-carried": ("最轻", "Least"),
}
