"""Chinese and English: texts by gettext, dates by the locale.

The texts stand in English where they are used; ``locale/zh`` has them in Chinese, and a test sees that none is missing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from babel.dates import format_date, format_skeleton
from babel.support import NullTranslations, Translations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from api.accounts.identity import Identity

Language = Literal["zh", "en"]
COOKIE = "huxue_language"
LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
FOLDER = Path(__file__).with_name("locale")

_DAY = {"zh": "M月d日 EEE", "en": "EEE d MMM"}
_SHORT = {"zh": "d日 EEE", "en": "EEE d"}


@dataclass(frozen=True)
class Words:
    """One language."""

    language: Language
    translations: NullTranslations

    def say(self, text: str, **values: object) -> str:
        """Return a text, its ``%(name)s`` filled in."""
        found = self.translations.gettext(text)
        return found % values if values else found

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """Return a text for a number, which is ``%(num)s`` in it."""
        return self.translations.ngettext(one, many, number) % {"num": number, **values}

    def pair(self, pair: tuple[str, str]) -> str:
        """Return this language's of a Chinese and an English word."""
        return pair[0] if self.language == "zh" else pair[1]

    def name(self, name: str, name_en: str) -> str:
        """Return this language's name of a role or window."""
        return name if self.language == "zh" else name_en

    def day(self, date: dt.date) -> str:
        """Return a date with its weekday, without the year: 11月30日 周一."""
        return format_date(date, _DAY[self.language], locale=LOCALES[self.language])

    def short_day(self, date: dt.date) -> str:
        """Return a day of the month with its weekday: 30日 周一."""
        return format_date(date, _SHORT[self.language], locale=LOCALES[self.language])

    def span(self, first: dt.date, days: int) -> str:
        """Return some days with their year: 2026年11月30日 – 12月6日."""
        last = first + dt.timedelta(days=days - 1)
        start = format_date(first, "long", locale=LOCALES[self.language])
        skeleton = "yMMMMd" if last.year != first.year else "MMMMd"
        return f"{start} – {format_skeleton(skeleton, last, locale=LOCALES[self.language])}"

    def moment(self, moment: dt.datetime) -> str:
        """Return a time of a day: 11月30日 周一 07:40."""
        return f"{self.day(moment.date())} {moment:%H:%M}"


@cache
def words_in(language: Language) -> Words:
    """Return a language."""
    if language == "en":
        return Words(language, NullTranslations())
    return Words(language, Translations.load(FOLDER, [language], domain="web"))


def language_of(request: Request, identity: Identity) -> Language:
    """Return the language of whoever asks: their own, what they chose before, or what their browser asks for."""
    if identity.account is not None:
        return identity.language
    chosen = request.cookies.get(COOKIE)
    if chosen in LOCALES:
        return cast("Language", chosen)
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"


def alternates() -> Mapping[Language, str]:
    """Return what each language calls itself."""
    return {"zh": "中文", "en": "English"}
