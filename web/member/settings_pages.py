"""One's settings: language, calendars, and which messages go where."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Path
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.errors import Invalid
from api.feeds import choices as calendars
from api.feeds.shapes import CalendarChoices
from api.messages import channels, outbox
from api.messages.channels import Owner
from api.messages.shapes import MessageChoices, NewChannel
from api.routing import InSession, InState
from api.standing.tables import PersonRow
from web.member.message_kinds import kinds_for
from web.routing import InPage, Page, Pages

pages = Pages()

SELF = Permission.SELF
ALARMS = (15, 30, 60, 120, 720, 1440)
"""Minutes before a duty that are offered."""

Number = Annotated[int, Path(ge=1, lt=2**31)]
Tag = Annotated[str, Form(max_length=100)]


@pages.on("GET", "/settings", SELF)
def show_settings(page: InPage, session: InSession) -> Response:
    """Show all that somebody can set."""
    return page.show(
        "member/settings.html",
        **_calendar(session, page),
        **_messages(session, page),
        **_outbox(session, page),
    )


@pages.on("POST", "/settings/calendar", SELF)
def set_calendar(
    page: InPage,
    session: InSession,
    tag: Tag,
    language: Annotated[Literal["zh", "en"], Form()],
    alarm: Annotated[list[int], Form(max_length=5)] = [],  # noqa: B006
) -> Response:
    """Choose the language of one's calendars, and when alarms ring."""
    new = CalendarChoices(language=language, alarms=sorted({a for a in alarm if a in ALARMS}, reverse=True))
    calendars.replace(session, page.identity, new, frozenset({tag}))
    return page.show(
        "member/_calendar_settings.html",
        done=page._("Kept. Calendars follow the next time they look."),
        **_calendar(session, page),
    )


@pages.on("POST", "/settings/kinds", SELF)
def set_kinds(
    page: InPage,
    session: InSession,
    kind: Annotated[list[str], Form(max_length=50)] = [],  # noqa: B006
) -> Response:
    """Choose which messages one wants."""
    wanted = {name: name in kind for name in kinds_for(page.identity)}
    channels.choose(session, _owner(page), MessageChoices(wanted=wanted))
    return page.show("shell/_done.html", text=page._("Kept."))


@pages.on("POST", "/settings/channels", SELF)
def add_channel(
    page: InPage,
    session: InSession,
    state: InState,
    scheme: Annotated[Literal["mail", "sms", "robot"], Form()],
    address: Annotated[str, Form(max_length=1000)],
    name: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Have messages sent to one more address."""
    typed = address.strip()
    full = typed if scheme == "robot" else f"{scheme}:{''.join(typed.split())}"
    if not len(full) >= 5 or any(c <= " " for c in full):
        raise Invalid
    called = (
        name.strip() or {"mail": page._("Mail"), "sms": page._("Phone"), "robot": page._("Robot")}[scheme]
    )
    added = channels.add(
        session,
        page.identity.actor,
        state.settings,
        _owner(page),
        NewChannel(name=called, address=full),
        page.language,
    )
    return page.show(
        "member/_channels.html",
        done=page._("Added. Send a test, to see that it arrives.")
        if added.confirmed
        else page._("A code was sent there: enter it."),
        **_messages(session, page),
    )


@pages.on("POST", "/settings/channels/{number}/code", SELF)
def send_code(page: InPage, session: InSession, number: Number) -> Response:
    """Send another code to an address."""
    channels.send_code(session, page.identity.actor, _owner(page), number)
    done = page._("A code was sent there: enter it.")
    return page.show("member/_channels.html", done=done, **_messages(session, page))


@pages.on("POST", "/settings/channels/{number}/confirm", SELF)
def confirm(
    page: InPage, session: InSession, number: Number, code: Annotated[str, Form(max_length=20)]
) -> Response:
    """Confirm an address by the code that was sent there."""
    found = channels.confirm(session, _owner(page), number, "".join(code.split()))
    told = _messages(session, page)
    if not found.confirmed:
        return page.show("member/_channels.html", wrong=number, **told)
    done = page._("Confirmed: messages go there from now on.")
    return page.show("member/_channels.html", done=done, **told)


@pages.on("POST", "/settings/channels/{number}/remove", SELF)
def remove_channel(page: InPage, session: InSession, number: Number) -> Response:
    """Send no more messages to an address."""
    channels.remove(session, page.identity.actor, _owner(page), number)
    session.flush()
    return page.show("member/_channels.html", done=page._("Removed."), **_messages(session, page))


@pages.on("POST", "/settings/channels/{number}/test", SELF)
def test_channel(page: InPage, session: InSession, number: Number) -> Response:
    """Send a test, and watch whether it arrives."""
    return page.show(
        "member/_test.html", message=channels.test(session, page.identity.actor, _owner(page), number)
    )


@pages.on("GET", "/settings/messages/{message}", SELF)
def follow_test(
    page: InPage, session: InSession, message: Annotated[str, Path(min_length=1, max_length=64)]
) -> Response:
    """Show what has become of a test."""
    return page.show("member/_test.html", message=channels.tested(session, _owner(page), message))


@pages.on("POST", "/settings/outbox/retry", Permission.PUBLISH)
def send_again(page: InPage, session: InSession) -> Response:
    """Send all messages again that were given up."""
    count = channels.retry(session, page.identity.actor).messages
    done = page.words.count("%(num)s message is sent again.", "%(num)s messages are sent again.", count)
    return page.show("member/_outbox.html", done=done, **_outbox(session, page))


def _owner(page: Page) -> Owner:
    return Owner(account=page.identity.account)


def _calendar(session: Session, page: Page) -> dict[str, object]:
    chosen, tag = calendars.read(session, page.identity)
    offered = sorted({*ALARMS, *chosen.alarms})
    return {"chosen": chosen, "tag": tag, "alarms": [(m, _before(page, m)) for m in offered]}


def _before(page: Page, minutes: int) -> str:
    """Return how long before a duty an alarm rings."""
    if minutes % 1440 == 0 and minutes:
        return page.words.count("%(num)s day before", "%(num)s days before", minutes // 1440)
    if minutes % 60 == 0 and minutes:
        return page.words.count("%(num)s hour before", "%(num)s hours before", minutes // 60)
    return page.words.count("%(num)s minute before", "%(num)s minutes before", minutes)


def _outbox(session: Session, page: Page) -> dict[str, object]:
    """Return how all messages stand, for who looks after the installation's."""
    if not page.identity.may(Permission.PUBLISH):
        return {"counts": None}
    return {"counts": channels.outbox(session).counts, "given_up": outbox.given_up(session)}


def _messages(session: Session, page: Page) -> dict[str, object]:
    settings, owner = page.state.settings, _owner(page)
    found = channels.listed(session, owner)
    person = None if page.identity.person is None else session.get(PersonRow, page.identity.person)
    phone = None if person is None or any(c.kind == "sms" for c in found) else person.phone
    return {
        "phone": phone if settings.sms_gateway is not None else None,
        "channels": found,
        "kinds": kinds_for(page.identity),
        "wanted": channels.choices(session, owner).wanted,
        "mails": settings.mail_gateway is not None,
        "texts": settings.sms_gateway is not None,
        "robots": sorted(settings.message_schemes),
    }
