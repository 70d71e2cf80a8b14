"""What the audit looks like over HTTP."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict


class AuditEntry(BaseModel):
    """Who changed what, when, from which value.

    Parameters
    ----------
    account, login
        Who; None: the service itself, or a command on the machine.
    request
        The request's id, as in the log.
    action
        Such as ``people.change``.
    kind, key
        What was changed.
    before, after
        The values as far as they differ; None where there was, or is, nothing.
    district, site
        Where it belongs; None: to the city as a whole.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: AwareDatetime
    account: int | None
    login: str | None
    request: str | None
    plan: str | None
    district: str | None
    site: str | None
    action: str
    kind: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
