"""What refusals say beyond their title: which rule, whose state, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.accounts.passwords import BadPassword
from api.errors import RulesBroken, ServiceError, TooMany
from api.plans.plans import WrongState
from api.roster.editing import PostHeld, PostOpen
from formats.phrases import Phrases
from formats.words import BLOCKS
from web.details import detail

if TYPE_CHECKING:
    from web.routing import Page

_PASSWORDS = Phrases(
    [
        ("Take at least {} characters; a short sentence is best", "至少 {} 个字符，一句短话最好"),
        ("Take at most {} characters", "至多 {} 个字符"),
        ("Take at least {} different characters", "至少用 {} 种不同的字符"),
        ("It is one of the passwords that are tried first: take another", "这是最先被试的密码之一，请换一个"),
        ("It is the login or name with little more: take another", "它只比登录名或姓名多一点，请换一个"),
    ]
)


def sentences(refusal: ServiceError, page: Page) -> list[str]:
    """Return what there is to say about a refusal beyond its title."""
    if isinstance(refusal, RulesBroken):
        return [page.words.pair(BLOCKS[rule]) for rule in sorted({v.rule for v in refusal.violations})]
    if isinstance(refusal, BadPassword):
        return [_PASSWORDS.say(refusal.detail) if page.language == "zh" else refusal.detail]
    if isinstance(refusal, TooMany):
        return [page._("Try again in %(seconds)s seconds.", seconds=refusal.seconds)]
    return detail(refusal, page.words)


def advice(refusal: ServiceError, page: Page) -> str:
    """Return what to do about a refusal."""
    told = {
        "not_found": page._(
            "It may have been removed, or it belongs to somebody else. Go back, or start from home."
        ),
        "forbidden": page._("Ask a dispatcher of the whole city if you need it."),
        "csrf": page._("Load the page again, then repeat what you did."),
        "stale": page._("The page now shows the latest. Look at it, then decide again."),
        "conflict": page._("Load the page again, then repeat what you did if it is still needed."),
        "invalid": page._("Look at what you entered, then try again."),
        "defect": page._(
            "This is a defect. Try again; if it stays, tell your administrator the number below."
        ),
        "too_large": page._("Take a smaller file."),
        PostOpen.code: page._("Somebody has cleared it meanwhile. The page now shows the latest."),
        PostHeld.code: page._("The page now shows the latest. Look at it, then decide again."),
        WrongState.code: page._("Load the page again: the plan has gone on meanwhile."),
    }
    return told.get(refusal.code, "")
