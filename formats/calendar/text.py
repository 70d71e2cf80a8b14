"""What a calendar entry says, in Chinese and English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from formats.calendar.entry import Entry, Mate, Words

Language = Literal["zh", "en"]

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "duty": "护学",
        "position": "定岗：{number}号 {name}",
        "crew": "巡组：{name}",
        "leaders": "带班：{names}",
        "mates": "同岗：{names}",
        "bring": "携带：{what}",
        "link": "换班：{link}",
        "comma": "、",
    },
    "en": {
        "duty": "School guard",
        "position": "Position: no. {number}, {name}",
        "crew": "Crew: {name}",
        "leaders": "Led by: {names}",
        "mates": "With: {names}",
        "bring": "Bring: {what}",
        "link": "Swap: {link}",
        "comma": ", ",
    },
}

CANCELLED: dict[Language, str] = {"zh": "【已取消】", "en": "[Cancelled] "}
"""What stands before the title of a duty that has fallen away."""

# Line breaks of any kind, and control characters: none may reach a content line.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def line(text: str) -> str:
    """Return a text as one line."""
    return text.strip() if text.isprintable() else _BREAKS.sub(" ", text).strip()


def calendar_name(name: str, language: Language) -> str:
    """Return what the calendar of somebody, or of a place, is called."""
    return line(f"{_WORDS[language]['duty']} · {name}")


def summary(entry: Entry, language: Language, *, holder: bool) -> str:
    """Return an entry's title.

    Parameters
    ----------
    holder
        Whether it says who is on duty: in the calendar of a place or unit.
    """
    told, words = entry.told, _WORDS[language]
    title = f"{words['duty']} {told.site} {_of(told.window, language)} · {_of(told.role, language)}"
    if holder and told.holder is not None:
        title += f" · {told.holder}"
    return line(CANCELLED[language] + title if entry.cancelled else title)


def description(entry: Entry, language: Language) -> str:
    """Return what stands below the title, line by line."""
    return "\n".join(map(line, _lines(entry, language)))


def expired(language: Language, base: str) -> tuple[str, str]:
    """Return title and text of the one entry of an address whose place another has taken."""
    if language == "zh":
        return "护学日历地址已失效", f"此日历地址已更换，不再更新。请取消订阅，并到 {base} 获取新地址。"
    return (
        "This school guard calendar has expired",
        f"Another address has taken its place. Unsubscribe, and get the new one at {base}.",
    )


def _lines(entry: Entry, language: Language) -> Iterator[str]:
    told, words = entry.told, _WORDS[language]
    if told.position is not None:
        number, name = told.position
        yield words["position"].format(number=number, name=name)
    if told.crew is not None:
        yield words["crew"].format(name=told.crew)
    for what, mates in (("leaders", told.leaders), ("mates", told.mates)):
        if mates:
            yield words[what].format(names=words["comma"].join(_mate(mate, language) for mate in mates))
    for bring in told.bring:
        yield words["bring"].format(what=_of(bring, language))
    if entry.link is not None and not entry.cancelled:
        yield words["link"].format(link=entry.link)


def _mate(mate: Mate, language: Language) -> str:
    role = _of(mate.role, language)
    return role if mate.name is None else f"{role} {mate.name}"


def _of(words: Words, language: Language) -> str:
    zh, en = words
    return zh if language == "zh" else en
