"""An edit that is refused, said beside the sheet in the words of who made it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from api.plans import plans
from web.desk.broken import broken_rules
from web.desk.named import windows_of
from web.desk.shifts import labels
from web.refusal_words import advice, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi.responses import Response
    from sqlalchemy.orm import Session

    from api.errors import RulesBroken, ServiceError
    from web.routing import Page


def broken(page: Page, session: Session, plan: str, refusal: RulesBroken, *, undoing: bool) -> Response:
    """Return a notice that names the rules, and whom they keep from what."""
    problem = page.state.desk.problem(session, plans.find(session, plan))
    title = (
        page._("It can't be taken back: that would break hard rules") if undoing else page._(refusal.title)
    )
    rules = broken_rules(problem, refusal.violations, page.words)
    return _beside(page.refuse(refusal.status, "desk/_broken.html", title=title, rules=rules))


def refused(
    page: Page, session: Session, plan: str, refusal: ServiceError, shifts: Iterable[str], *, undoing: bool
) -> Response:
    """Return a notice that names the shifts it is about; the page shows the latest after it.

    Parameters
    ----------
    shifts
        What the edits concern, named where the refusal itself names none.
    """
    row, words, title = plans.find(session, plan), page.words, page._(refusal.title)
    named = refusal.extra.get("shifts")
    known = labels(
        session,
        row,
        windows_of(session),
        [str(one) for one in named] if isinstance(named, list) else shifts,
    )
    said = [
        f"{one.place} {words.day(one.date)} {words.name(one.window.name, one.window.name_en)}"
        for one in known.values()
    ]
    answer = page.refuse(
        refusal.status,
        "shell/_refusal.html",
        refusal=refusal,
        title=page._("It can't be taken back") if undoing else title,
        sentences=[*([title] if undoing else []), *(said or sentences(refusal, page))],
        advice=advice(refusal, page),
    )
    answer.headers["HX-Trigger"] = json.dumps({"planchanged": {}})
    return _beside(answer)


def _beside(answer: Response) -> Response:
    answer.headers.update({"HX-Retarget": "#notices", "HX-Reswap": "beforeend"})
    return answer
