"""What the states of plans and runs are called, and how they look."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """A state on a page.

    Attributes
    ----------
    text
        In English; the catalogue has it in Chinese.
    tag
        The style of its tag.
    """

    text: str
    tag: str


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


PLAN_STATES = {
    "collecting": Look(_("Collecting input"), "warn"),
    "draft": Look(_("Draft"), "plain"),
    "submitted": Look(_("Submitted"), "warn"),
    "approved": Look(_("Approved"), "warn"),
    "published": Look(_("Published"), "good"),
    "closed": Look(_("Closed"), "plain"),
}
"""In the order of a plan's life."""

RUN_STATES = {
    "queued": Look(_("Waiting"), "plain"),
    "running": Look(_("Under way"), "warn"),
    "done": Look(_("Done"), "good"),
    "cancelled": Look(_("Cancelled"), "plain"),
    "failed": Look(_("Failed"), "bad"),
    "interrupted": Look(_("Interrupted"), "bad"),
}

FAILURES = (
    _("The process that solved has ended: nothing was changed; start the run again"),
    _("The run failed by a defect in Huxue; the log has more"),
)
"""What runs say of their end besides the titles of what is refused."""
