"""Who changed what, when, from which value: written in the transaction that makes the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from api.database.base import now
from api.plans.tables import AuditRow
from api.trail.places import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Actor:
    """Who does something.

    Attributes
    ----------
    account
        None: the service itself, or a command on the machine.
    request
        The request's id, also in the log.
    """

    account: int | None = None
    request: str | None = None


SERVICE = Actor()
"""The service itself."""


@dataclass(frozen=True)
class Entry:
    """One change.

    Attributes
    ----------
    action
        Such as ``people.change``.
    kind, key
        What was changed.
    before, after
        Values; None where there was, or is, nothing. Of both, only what differs is kept.
    plan
        The plan that it belongs to.
    site
        The site that it belongs to, where neither the key (a shift's) nor the values tell.
    """

    action: str
    kind: str
    key: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    plan: str | None = None
    site: str | None = None


def record(session: Session, actor: Actor, entries: Iterable[Entry]) -> None:
    """Write what was changed."""
    at = now()
    rows = []
    listed = list(entries)
    for entry, place in zip(listed, places_of(session, listed), strict=True):
        before, after = _differing(entry.before, entry.after)
        rows.append(
            {
                "at": at,
                "account": actor.account,
                "request": actor.request,
                "plan": entry.plan,
                "district": place.district,
                "site": place.site,
                "action": entry.action,
                "kind": entry.kind,
                "key": entry.key,
                "before": before,
                "after": after,
            }
        )
    if rows:
        session.execute(insert(AuditRow), rows)


def _differing(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    if before is None or after is None:
        return None if before is None else dict(before), None if after is None else dict(after)
    names = [k for k in {**before, **after} if before.get(k) != after.get(k)]
    return {k: before.get(k) for k in names}, {k: after.get(k) for k in names}
