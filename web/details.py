"""What services say in a sentence about a refusal, in Chinese where that is read: every such sentence that pages meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formats.fault_text import fault_text
from formats.faults import InputFault
from formats.phrases import Phrases

if TYPE_CHECKING:
    from api.errors import ServiceError
    from web.language import Words

_SENTENCES = Phrases(
    [
        # Swaps
        ("It isn't offered yet", "它还没有提出"),
        ("Not everybody has accepted it yet", "还有人没有答应"),
        ("It is accepted already", "大家都已答应"),
        ("It is in force already", "它已经生效"),
        ("It is too late for it: its first duty begins soon", "来不及了：其中第一班很快就要开始"),
        ("One of its duties has changed: ask anew", "其中一班有了变化，请重新提出"),
        ("One of its duties has gone to somebody else meanwhile", "其中一班已由别人接走"),
        ("It is declined", "它已被谢绝"),
        ("It is denied", "它没有获得批准"),
        ("It is withdrawn", "它已被撤回"),
        ("It is expired", "它已过期"),
        ("It neither gives nor takes: state one of them", "请说明让出哪一班，或想要哪些班"),
        ("There are {} wishes already: take one back first", "已有 {} 条意愿，请先撤回一条"),
        ("Duties have changed meanwhile: clear again", "班次刚有变化，请重新撮合"),
        ("Their word is given already", "已经答复过了"),
        ("Who proposed or accepted this swap can take it back", "只有提出或答应的人可以撤回"),
        ("Say who takes each duty", "请说明每一班由谁接"),
        ("Dispatchers decide about these duties", "这些班由勤务调度决定"),
        ("It is an exchange: say which of your duties you give for it", "这是互换，请选择您用哪一班来换"),
        ("Somebody else decides about this swap", "这个换班由别人批准"),
        ("Say for whom: this account is none of the people", "这个账号没有对应的上岗人员"),
        ("So many swaps are going already: withdraw some first", "进行中的换班太多，请先撤回一些"),
        ("Somebody would take their own duty", "有人会接到自己的班"),
        ("The taker isn't among those who serve any more", "接班的人已不在岗"),
        ("This duty has begun: ask who is in charge", "这一班已经开始，请联系负责人"),
        # Repairs
        ("A bell has begun: {}", "铃声已过：{}"),
        ("All posts of a need are pinned to others: {}", "这些岗位都已固定给别人：{}"),
        ("That lies outside of the plan's days: {}", "不在这一周之内：{}"),
        ("Nobody of this unit serves: there is nothing to repair", "这个单位无人上岗，不需要补救"),
        (
            "What it is made for isn't there any more: propose a repair anew",
            "所针对的内容已不存在，请重新查找",
        ),
        (
            "Holders or shifts that it is made for have changed: propose a repair anew",
            "相关的班次或人员有了变化，请重新查找",
        ),
        (
            "It would break a rule by now, as people's times have changed: propose a repair anew",
            "有人的时间有了变化，这样会违反规则，请重新查找",
        ),
        # The day
        ("Who is absent didn't come at any time: leave that out", "缺勤的人没有到岗时间，请不要填"),
        (
            "The leader of the shift, or who directs the day, says who has come",
            "由带班领导或当日调度登记到岗",
        ),
        # Messages
        ("There are {} addresses already: remove one first", "已有 {} 个地址，请先删去一个"),
        (
            "That is no mail address: write it as name@example.cn",
            "这不是邮箱地址，请按 name@example.cn 的样子填写",
        ),
        (
            "That is no phone number: write digits, with + and the country before them if need be",
            "这不是电话号码：请填写数字，需要时前面加 + 和国家代码",
        ),
        ("Addresses begin with {}", "地址以这些开头：{}"),
        (
            "That is no address of {}: copy it from the robot's settings once more",
            "这不是 {} 的地址，请从机器人的设置里重新复制",
        ),
        # Standing data
        (
            "A file holds the whole city: only who sees all of it can have it",
            "文件包含全市数据，只有能看到全市的人可以导出",
        ),
        ("There is no such person", "没有这个人"),
        (
            "No bell rings on these days: look at the school calendar and the bells",
            "这些天没有上下学铃点：请查看校历和铃点",
        ),
        ("Other things refer to it ({}): change those first", "还有内容引用它（{}），请先修改那些内容"),
    ]
)


def detail(refusal: ServiceError, words: Words) -> list[str]:
    """Return what a service says about a refusal beyond its title: the faults of an input, or a sentence."""
    faults = refusal.extra.get("faults")
    if isinstance(faults, list):
        return [_fault(fault, words) for fault in faults[:SHOWN] if isinstance(fault, dict)]
    said = refusal.detail
    if said == refusal.title:
        return []
    if words.language == "en":
        return [said]
    translated = _SENTENCES.say(said)
    return [] if translated == said else [translated]


SHOWN = 10
"""Faults that are said at once."""


def _fault(fault: dict[str, object], words: Words) -> str:
    path = fault.get("path")
    where = ".".join(str(part) for part in path[1:]) if isinstance(path, list) else ""
    said = InputFault(str(fault.get("found")), str(fault.get("expected")), path=where)
    return fault_text(said) if words.language == "zh" else str(said)
