"""The one root of everything that the service refuses, and its code and status for HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models import Violation

Extra = str | int | bool | None | list[object] | dict[str, object]
"""What a problem's members beyond RFC 9457's own may be."""


class ServiceError(Exception):
    """A request that can't be done; what it says tells the caller what to do.

    Parameters
    ----------
    detail
        A sentence for people, without anything personal.
    extra
        Members beyond RFC 9457's own.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The request can't be done"
    status: ClassVar[int] = 400

    def __init__(self, detail: str = "", **extra: Extra) -> None:
        self.detail = detail or self.title
        self.extra: Mapping[str, Extra] = extra
        super().__init__(self.detail)


class NotFound(ServiceError):
    """There is no such thing, or it is none of the caller's business: both look alike."""

    code = "not_found"
    title = "There is nothing of that name here"
    status = 404

    def __init__(self) -> None:
        super().__init__()


class NotLoggedIn(ServiceError):
    code = "not_logged_in"
    title = "Log in, or send an API token"
    status = 401


class Forbidden(ServiceError):
    code = "forbidden"
    title = "This account may not do that"
    status = 403


class Invalid(ServiceError):
    """Input that has a shape but makes no sense."""

    code = "invalid"
    title = "The input can't be used"
    status = 422


class Conflict(ServiceError):
    """What the request builds on is not so, or not any more."""

    code = "conflict"
    title = "The request doesn't fit what is there"
    status = 409


class Stale(ServiceError):
    """What is to be changed was changed by somebody else meanwhile."""

    code = "stale"
    title = "It was changed meanwhile: read it again, then decide"
    status = 412


class NoPrecondition(ServiceError):
    code = "precondition_required"
    title = "Send If-Match with the ETag of what is to be changed"
    status = 428


class TooLarge(ServiceError):
    code = "too_large"
    title = "The body is larger than the service takes"
    status = 413


class TooMany(ServiceError):
    """Tried too often."""

    code = "too_many"
    title = "Tried too often: wait, then try again"
    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Tried too often: try again in {seconds} seconds")


class Unavailable(ServiceError):
    """The database doesn't answer, or not in time."""

    code = "unavailable"
    title = "The database can't be reached, or is busy: try again"
    status = 503
    seconds: ClassVar[int] = 5


class RulesBroken(Conflict):
    """An edit would break hard rules; whom it concerns is said by id alone."""

    code = "rules_broken"
    title = "That would break hard rules"

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        rules = ", ".join(sorted({v.rule for v in violations}))
        super().__init__(
            f"That would break hard rules: {rules}",
            violations=[v.model_dump(mode="json", exclude={"message"}) for v in violations],
        )
