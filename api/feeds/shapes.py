"""What calendar feeds look like over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.accounts.shapes import Closed, Language
from models.base import Id, Name

LONGEST_ALARM = 7 * 24 * 60
"""Minutes before a duty at most."""


class NewFeed(Closed):
    """A calendar address to make.

    Parameters
    ----------
    device
        Where it is going to be subscribed to; one address for each, so that each can be revoked alone.
    kind, subject
        Whose duties, by id; left out, one's own.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"device": "My phone"},
                {"device": "Office", "kind": "site", "subject": "S0001"},
            ]
        }
    )

    device: Name
    kind: Literal["person", "crew", "site", "unit"] = "person"
    subject: Id | None = None

    @model_validator(mode="after")
    def _names_its_subject(self) -> Self:
        if self.kind != "person" and self.subject is None:
            raise ValueError("name the subject: the id of the crew, site or unit")
        return self


class Feed(BaseModel):
    """A calendar address, without what opens it.

    Parameters
    ----------
    kind, subject, name
        Whose duties it shows.
    expired_at
        When another address took its place: it says so for 30 days.
    fetched_at, fetched_by
        When it was last fetched, to the hour, and by which program.
    """

    id: int
    kind: Literal["person", "crew", "site", "unit"]
    subject: str
    name: str
    device: str
    created_at: AwareDatetime
    expired_at: AwareDatetime | None
    fetched_at: AwareDatetime | None
    fetched_by: str | None


class MadeFeed(Feed):
    """A new calendar address: it is told this once.

    Parameters
    ----------
    url, webcal
        The address, for programs that ask for one and for those that open links.
    qr
        The same for a phone's camera, as SVG.
    """

    url: str
    webcal: str
    qr: str


def _distinct(minutes: list[int]) -> list[int]:
    if len(set(minutes)) != len(minutes):
        raise ValueError("the same time twice")
    return sorted(minutes, reverse=True)


class CalendarChoices(Closed):
    """How somebody wants their calendars to be.

    Parameters
    ----------
    language
        Chinese or English.
    alarms
        Minutes before each duty of one's own; none: no alarm.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"language": "zh", "alarms": [1440, 60]}]})

    language: Language
    alarms: Annotated[
        list[Annotated[int, Field(ge=0, le=LONGEST_ALARM)]], Field(max_length=5), AfterValidator(_distinct)
    ]


Bring = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class RoleNote(Closed):
    """What calendars say about all duties of a role.

    Parameters
    ----------
    bring, bring_en
        What to bring, in Chinese and English; where one is empty, the other stands for both.
    """

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"bring": "反光背心、哨子", "bring_en": "Reflective vest, whistle"}]},
    )

    bring: Bring = ""
    bring_en: Bring = ""


class SiteNote(RoleNote):
    """What calendars say about all duties at a site.

    Parameters
    ----------
    names
        Whom they name to those on the same shift; phone numbers never.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"bring": "袖标", "bring_en": "Armband", "names": "leaders"}]}
    )

    names: Literal["nobody", "leaders", "everybody"] = "nobody"
