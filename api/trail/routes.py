"""The audit over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime

from api.accounts.identity import Permission
from api.pages import Cursor, Limit, Page
from api.routing import Current, InSession, Routes
from api.trail import reading
from api.trail.shapes import AuditEntry

routes = Routes("/audit", "Audit")

Filter = Annotated[str | None, Query(max_length=200)]


def _in_range(moment: dt.datetime) -> dt.datetime:
    if not 1900 <= moment.year < 2200:
        raise ValueError("a moment between 1900 and 2200")
    return moment


When = Annotated[AwareDatetime, AfterValidator(_in_range)] | None


@routes.on("GET", "", Permission.READ_AUDIT)
def list_audit(
    session: InSession,
    identity: Current,
    kind: Filter = None,
    key: Filter = None,
    action: Filter = None,
    plan: Filter = None,
    account: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    since: When = None,
    until: When = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """List who changed what, when, from which value: what belongs to the caller's scope, the latest first."""
    wanted = reading.Wanted(kind, key, action, plan, account, since, until)
    scope = identity.scope(Permission.READ_AUDIT)
    return reading.page(session, scope, wanted, limit=limit, cursor=cursor)
