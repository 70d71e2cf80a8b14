"""What messages say, in Chinese and in English; looked up when they are sent, so that it is true then."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.database.base import now
from api.day import coming
from api.day.tables import CallOutAskRow, CallOutRow, PresenceRow
from api.feeds.telling import read_names
from api.messages.told import Told, account_of, language_of
from api.plans.tables import DutyRow, PlanRow
from api.roster import holders
from api.standing.tables import SiteRow
from api.swaps.states import state_of
from api.swaps.tables import SwapRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from api.messages.tables import ChannelRow, MessageRow
    from api.messages.told import Text

MOST = 20
"""Duties that one message lists."""


def words(session: Session, row: MessageRow, channel: ChannelRow, base: str | None) -> Text | None:
    """Return what a message says to who is behind a channel; None when there is nothing to say any more."""
    account = account_of(session, channel)
    told = Told(
        session=session,
        names=read_names(session),
        language=language_of(session, channel),
        person=None if account is None else account.person,
        unit=channel.unit,
        base=None if base is None else base.rstrip("/"),
    )
    if row.kind == "code" and channel.confirms != row.id:
        return None
    return _SAID[row.kind](told, row.values)


def _test(told: Told, values: dict[str, Any]) -> Text | None:
    title = told.say("护学:测试消息", "Huxue: a test")
    return told.text(title, [told.say("这个地址能收到消息。", "Messages reach this address.")], "settings")


def _code(told: Told, values: dict[str, Any]) -> Text | None:
    code = values["code"]
    line = told.say(
        f"请在护学的设置页输入验证码 {code},一小时内有效。若非您本人操作,请忽略。",
        f"Enter the code {code} in Huxue's settings within an hour. If you haven't asked for it, ignore it.",
    )
    return told.text(told.say(f"护学:验证码 {code}", f"Huxue: the code {code}"), [line], "settings")


def _published(told: Told, values: dict[str, Any]) -> Text | None:
    plan = told.session.get(PlanRow, values["plan"])
    if plan is None or plan.revision is None:
        return None
    last = plan.start + dt.timedelta(days=plan.days - 1)
    if last < told.names.today:
        return None
    title = told.say(
        f"护学排班已发布:{plan.start.month}月{plan.start.day}日至{last.month}月{last.day}日",
        f"Roster published: {plan.start:%d %b} to {last:%d %b}",
    )
    if told.unit is not None:
        return _of_unit(told, title)
    duties = _own(told, DutyRow.plan == plan.id)
    return told.text(title, _listed(told, duties), "duties") if duties else None


def _changed(told: Told, values: dict[str, Any]) -> Text | None:
    title = told.say("护学排班有变动", "Your roster has changed")
    if told.unit is not None:
        return _of_unit(told, title)
    duties = _own(told, DutyRow.plan == values["plan"], DutyRow.number >= values["number"], gone=True)
    if not duties:
        return None
    gone = told.say("【已取消】", "[cancelled] ")
    lines = [(gone if d.cancelled_at else "") + told.duty(d) for d in duties[:MOST]]
    return told.text(title, [*lines, *_more(told, duties)], "duties")


def _of_unit(told: Told, title: str) -> Text:
    # The first page leads everybody in a group to what they may see of it.
    return told.text(title, [told.say("请查看本单位的值班表。", "Look at your unit's roster.")])


def _tomorrow(told: Told, values: dict[str, Any]) -> Text | None:
    date = dt.date.fromisoformat(values["date"])
    duties = _own(told, DutyRow.date == date)
    if not duties or date < told.names.today:
        return None
    title = told.say(f"明天({told.day(date)})值守", f"On duty tomorrow, {told.day(date)}")
    if date == told.names.today:
        title = told.say(f"今天({told.day(date)})值守", f"On duty today, {told.day(date)}")
    return told.text(title, _listed(told, duties), "duties")


def _swap(
    zh: str, en: str, *states: str, decides: bool = False
) -> Callable[[Told, dict[str, Any]], Text | None]:
    """Return what is said of a swap, as long as it is in one of some states: to those in it, or who decides."""

    def say(told: Told, values: dict[str, Any]) -> Text | None:
        row = told.session.get(SwapRow, values["swap"])
        if row is None or state_of(told.session, row) not in states:
            return None
        duties = {d.uid: d for d in told.session.scalars(select(DutyRow).where(
            DutyRow.uid.in_([h["uid"] for h in row.handovers])))}  # fmt: skip
        people = [name for h in row.handovers for name in (h["giver"], h["taker"]) if name]
        called = holders.names_of(told.session, people)
        lines = [
            f"{told.duty(duties[h['uid']])}: {called.get(h['giver'], h['giver'])} → "
            + (called.get(h["taker"], h["taker"]) if h["taker"] else told.say("待认领", "whoever accepts"))
            for h in row.handovers
        ]
        lines += [row.note] if row.note else []
        if more := values.get("more"):
            lines.append(told.say(f"另有{more}项待批准", f"and {more} more wait for approval"))
        lines += [told.say(f"原因:{row.reason}", f"Reason: {row.reason}")] if row.reason else []
        place: tuple[str, ...] = ("swaps",)
        if decides:
            site = duties[row.handovers[0]["uid"]].site
            place = ("decisions",) if row.approver == "dispatcher" else ("school", site, "swaps")
        return told.text(told.say(zh, en), lines, *place)

    return say


def _swap_accepted(told: Told, values: dict[str, Any]) -> Text | None:
    row = told.session.get(SwapRow, values["swap"])
    if row is not None and row.proposer is None:
        said = ("换班意愿可以实现,等待批准", "Your wish for a swap can come true, and waits for approval")
    else:
        said = ("换班已被接受,等待批准", "Your swap is accepted and waits for approval")
    return _swap(*said, "accepted")(told, values)


def _swap_ended(told: Told, values: dict[str, Any]) -> Text | None:
    ends = {
        "declined": ("换班被谢绝", "Your swap was declined"),
        "denied": ("换班未批准", "The swap was not approved"),
        "withdrawn": ("换班已撤回", "The swap was taken back"),
        "expired": ("换班已过期", "The swap has expired"),
        "stale": ("换班已失效:班次有变动", "The swap is void: a duty of it has changed"),
        "superseded": (
            "换班已失效:班次已由他人接替",
            "The swap is void: a duty of it has gone to somebody else",
        ),
    }
    row = told.session.get(SwapRow, values["swap"])
    state = None if row is None else state_of(told.session, row)
    if state not in ends:
        return None
    return _swap(*ends[state], state)(told, values)


def _replaced(told: Told, values: dict[str, Any]) -> Text | None:
    duty = _standing(told, values)
    if duty is None:
        return None
    return told.text(
        told.say("值守已由您接替", "You take over this duty"), [told.duty(duty)], "duties", duty.uid
    )


def _called_out(told: Told, values: dict[str, Any]) -> Text | None:
    duty = _standing(told, values)
    row = told.session.get(CallOutRow, values["call_out"])
    ask = told.session.get(CallOutAskRow, (values["call_out"], values["place"]))
    if duty is None or row is None or row.state != "asking" or ask is None:
        return None
    if ask.answer not in (None, "silent"):
        return None
    lines = [told.duty(duty)]
    if ask.answer is None and ask.until is not None:
        until = f"{ask.until.astimezone(told.names.zone):%H:%M:%S}"
        lines.append(
            told.say(f"请在 {until} 前答复,之后会询问下一位。", f"Answer by {until}: then the next is asked.")
        )
    return told.text(told.say("请您临时顶班", "You are asked to step in"), lines, "duties")


def _nobody_came(told: Told, shift: str) -> Text | None:
    """Return that nobody of a shift is there; None when somebody has come by now, or nobody has to."""
    query = (
        select(DutyRow, PresenceRow)
        .outerjoin(PresenceRow, PresenceRow.uid == DutyRow.uid)
        .where(DutyRow.shift == shift, DutyRow.cancelled_at.is_(None))
        .order_by(DutyRow.start, DutyRow.uid)
    )
    found = [(duty, presence) for duty, presence in told.session.execute(query)]
    if not found or any(coming.of(presence).state == "here" for _, presence in found):
        return None
    duty, zone = found[-1][0], told.names.zone
    site = told.names.sites.get(duty.site)
    zh, en = told.names.windows.get(duty.window, (duty.window, duty.window))
    line = (
        f"{told.day(duty.date)} {duty.start.astimezone(zone):%H:%M} {site.name if site else duty.site} {told.say(zh, en)}: "
        + told.say(f"{len(found)} 岗均无人签到", f"none of {len(found)} has checked in")
    )
    return told.text(
        told.say("整班无人到岗", "Nobody of a shift is here"), [line], "school", duty.site, "day"
    )


def _not_checked_in(told: Told, values: dict[str, Any]) -> Text | None:
    if "shift" in values:
        return _nobody_came(told, values["shift"])
    duty = _standing(told, values)
    if duty is None or coming.of(told.session.get(PresenceRow, duty.uid)).state is not None:
        return None
    title, line = told.say("值守人员尚未签到", "Not checked in"), told.duty(duty)
    if told.person is not None and told.person in holders.people_of(told.session, duty.assignee):
        return told.text(title, [line], "duties", duty.uid)
    # Who leads the shift, or looks after the school, has to know whom to look for.
    names = holders.names_of(told.session, [duty.assignee])
    line = f"{line}: {names.get(duty.assignee, duty.assignee)}"
    if told.unit is not None:
        return told.text(title, [line])
    leads = _own(told, DutyRow.shift == duty.shift)
    place = ("duties", leads[0].uid, "gate") if leads else ("school", duty.site, "day")
    return told.text(title, [line], *place)


def _standing(told: Told, values: dict[str, Any]) -> DutyRow | None:
    """Return a duty that stands and isn't over."""
    duty = told.session.get(DutyRow, values["duty"])
    return None if duty is None or duty.cancelled_at is not None or duty.end <= now() else duty


def _input_wanted(told: Told, values: dict[str, Any]) -> Text | None:
    plan = told.session.get(PlanRow, values["plan"])
    site = told.session.get(SiteRow, values["site"])
    if plan is None or site is None or plan.state != "collecting":
        return None
    until = plan.collects_until and plan.collects_until.astimezone(told.names.zone)
    lines = [
        told.say(
            f"请核对 {site.name} 自 {told.day(plan.start)} 起的人员、请假和报名,然后确认。",
            f"Look at the people, absences and offers of {site.name} from {told.day(plan.start)} on, then confirm.",
        )
    ]
    if until is not None:
        lines.append(
            told.say(
                f"截止:{told.day(until.date())} {until:%H:%M}",
                f"Until {told.day(until.date())} {until:%H:%M}",
            )
        )
    return told.text(
        told.say("请确认下周的排班信息", "Confirm your input for the roster"), lines, "school", site.id
    )


_SAID: dict[str, Callable[[Told, dict[str, Any]], Text | None]] = {
    "test": _test,
    "code": _code,
    "published": _published,
    "changed": _changed,
    "tomorrow": _tomorrow,
    "swap_asked": _swap("有人请您换班", "You are asked to swap", "offered"),
    "swap_accepted": _swap_accepted,
    "swap_applied": _swap("换班已生效", "The swap is in force", "applied"),
    "swap_ended": _swap_ended,
    "swap_to_approve": _swap("有换班待批准", "A swap waits for your approval", "accepted", decides=True),
    "not_checked_in": _not_checked_in,
    "called_out": _called_out,
    "replaced": _replaced,
    "input_wanted": _input_wanted,
}


def _own(told: Told, *where: Any, gone: bool = False) -> list[DutyRow]:
    """Return duties of the person, through crews too, in the order of time."""
    if told.person is None:
        return []
    crews = [crew.id for crew in holders.crews_of(told.session, [told.person]).get(told.person, ())]
    query = select(DutyRow).where(DutyRow.assignee.in_([told.person, *crews]), *where)
    if not gone:
        query = query.where(DutyRow.cancelled_at.is_(None))
    return list(told.session.scalars(query.order_by(DutyRow.start, DutyRow.uid)))


def _listed(told: Told, duties: Sequence[DutyRow]) -> list[str]:
    return [*(told.duty(duty) for duty in duties[:MOST]), *_more(told, duties)]


def _more(told: Told, duties: Sequence[DutyRow]) -> list[str]:
    left = len(duties) - MOST
    return [told.say(f"……另有 {left} 班", f"… and {left} more")] if left > 0 else []
