"""Whom a message is for, and how it is put together: in their language, with the page that it is about below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import quote

from api.accounts.tables import AccountRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.feeds.telling import Names
    from api.messages.tables import ChannelRow
    from api.plans.tables import DutyRow

Language = Literal["zh", "en"]

DAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


class Text(NamedTuple):
    """A message in words."""

    title: str
    body: str


@dataclass(frozen=True)
class Told:
    """Whom a message is for, and in which language.

    Attributes
    ----------
    person
        Of the account; None: it is nobody who holds posts.
    unit
        Whose group it is; None: it is an account's.
    base
        The service's address, where it is known.
    """

    session: Session
    names: Names
    language: Language
    person: str | None
    unit: str | None
    base: str | None

    def say(self, zh: str, en: str) -> str:
        """Return the words of the language."""
        return zh if self.language == "zh" else en

    def text(self, title: str, lines: Sequence[str], *place: str) -> Text:
        """Return a text of some lines, with the address of a page below, which is given in parts."""
        page = [] if self.base is None else ["/".join([self.base, *(quote(part) for part in place)])]
        return Text(title, "\n".join([*lines, *page]))

    def day(self, date: dt.date) -> str:
        """Return a date with its weekday."""
        weekday = DAYS[self.language][date.weekday()]
        return self.say(f"{date.month}月{date.day}日 {weekday}", f"{weekday} {date:%d %b}")

    def duty(self, duty: DutyRow) -> str:
        """Return a duty in one line."""
        start, end = (moment.astimezone(self.names.zone) for moment in (duty.start, duty.end))
        site = self.names.sites.get(duty.site)
        zh, en = self.names.roles.get(duty.role, (duty.role, duty.role))
        position = site.position(duty.role, duty.index) if site else None
        where = f"({position.name})" if position else ""
        name = site.name if site else duty.site
        return f"{self.day(duty.date)} {start:%H:%M}–{end:%H:%M} {name}{where} {self.say(zh, en)}"


def language_of(session: Session, channel: ChannelRow) -> Language:
    """Return in which language a channel's messages are: its account's, or a unit's as it was said."""
    account = account_of(session, channel)
    return "en" if (channel if account is None else account).language == "en" else "zh"


def account_of(session: Session, channel: ChannelRow) -> AccountRow | None:
    """Return whose a channel is; None: a unit's."""
    return None if channel.account is None else session.get(AccountRow, channel.account)
