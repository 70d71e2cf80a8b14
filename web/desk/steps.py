"""The steps of a week's life: when each can be taken, and what is asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.accounts.identity import Permission
from api.plans import life
from api.plans.plans import CHANGEABLE

if TYPE_CHECKING:
    from api.accounts.identity import Identity
    from api.plans.tables import PlanRow
    from api.settings import Settings


class Step(NamedTuple):
    """Something that can be done with a whole week; all texts in English.

    Attributes
    ----------
    address
        Below the week's own.
    text
        On the button.
    question, explained
        Asked and said before.
    done
        Said after.
    reason
        Whether others will want to know why: ``""`` no, ``"may"`` it can be given, ``"must"``.
    """

    address: str
    text: str
    symbol: str
    question: str
    explained: str
    done: str = ""
    reason: str = ""


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


GENERATE = Step(
    "generate",
    _("Generate"),
    symbol="magic",
    question=_("Generate the roster?"),
    explained=_(
        "Every post is given to whom it suits best, and the result is proven. Pinned posts stay as they are."
    ),
)
PROCEED = Step(
    "proceed",
    _("End collecting"),
    symbol="box-arrow-in-down",
    question=_("End collecting?"),
    explained=_("For schools that haven't confirmed, what is known of them is taken as it is."),
    done=_("Collecting has ended: the week is a draft."),
)
SUBMIT = Step(
    "submit",
    _("Submit"),
    symbol="send",
    question=_("Submit for approval?"),
    explained=_("The roster can't be changed while it is looked at."),
    done=_("The week is submitted."),
)
APPROVE = Step(
    "approve",
    _("Approve"),
    symbol="check2-circle",
    question=_("Approve the week?"),
    explained=_("It can be published then."),
    done=_("The week is approved."),
)
SEND_BACK = Step(
    "send-back",
    _("Send back"),
    symbol="reply",
    question=_("Send the week back?"),
    explained=_("It can be changed again, and has to be submitted anew."),
    done=_("The week was sent back."),
    reason="must",
)
PUBLISH = Step(
    "publish",
    _("Publish"),
    symbol="megaphone",
    question=_("Publish the week?"),
    explained=_("Everybody concerned sees these duties from then on, in their calendars too."),
    done=_("The week is published."),
)
WITHDRAW = Step(
    "withdraw",
    _("Un-publish"),
    symbol="arrow-counterclockwise",
    question=_("Un-publish the week?"),
    explained=_("All of its duties are cancelled, in calendars too, and the week is a draft again."),
    done=_("The week is a draft again."),
    reason="must",
)
CLOSE = Step(
    "close",
    _("Close the books"),
    symbol="journal-check",
    question=_("Close the week?"),
    explained=_(
        "What everybody carried goes into the ledger. Give a reason if its last shift isn't over yet."
    ),
    done=_("The week is closed, and in the ledger."),
    reason="may",
)
REOPEN = Step(
    "reopen",
    _("Open again"),
    symbol="journal-arrow-up",
    question=_("Open the week again?"),
    explained=_("What its closing entered is taken out of the ledger."),
    done=_("The week is open again."),
    reason="must",
)

STEPS = {
    step.address: step for step in (PROCEED, SUBMIT, APPROVE, SEND_BACK, PUBLISH, WITHDRAW, CLOSE, REOPEN)
}
"""All but generating, which has a page of its own."""


def offered(settings: Settings, identity: Identity, plan: PlanRow, *, running: bool) -> list[Step]:
    """Return the steps that who asks can take now, the most likely last."""
    found: list[Step] = []
    whole, state = identity.may(Permission.PUBLISH), plan.state
    if whole:
        for step, may in (
            (REOPEN, state == "closed"),
            (CLOSE, state == "published"),
            (WITHDRAW, plan.revision is not None and state != "closed"),
            (PROCEED, state == "collecting"),
            (SEND_BACK, state in ("submitted", "approved")),
        ):
            found += [step] if may else []
    if identity.may(Permission.RUN) and state in CHANGEABLE and not running:
        found.append(GENERATE)
    if whole:
        asked = settings.approval != "nobody"
        for step, may in (
            (SUBMIT, asked and state in ("draft", "published")),
            (APPROVE, state == "submitted"),
            (PUBLISH, state in life.publishable(settings)),
        ):
            found += [step] if may else []
    return found
