"""Who approves a swap: a policy by role and unit, with a default for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import delete, select

from api.audit import Entry, record
from api.errors import Invalid
from api.standing.tables import CrewRow, PersonRow, RoleRow, UnitRow
from api.swaps.shapes import SwapPolicy
from api.swaps.tables import SwapPolicyRow
from models import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from api.audit import Actor

Approver = Literal["nobody", "school_admin", "dispatcher"]

STRICTNESS: tuple[Approver, ...] = ("nobody", "school_admin", "dispatcher")
"""Of a swap in which several policies meet, the strictest holds."""


class Approval(NamedTuple):
    """Who approves, and whether what makes nothing dearer needs no approval."""

    approver: Approver
    automatic: bool


def approval_of(session: Session, duties: Iterable[tuple[str, str]]) -> Approval:
    """Return who approves that some duties change hands.

    Parameters
    ----------
    duties
        Role and holder of each.
    """
    listed = sorted(set(duties))
    stated = {(row.role, row.unit): row for row in session.scalars(select(SwapPolicyRow))}
    units = _units(session, {assignee for _, assignee in listed})
    found = []
    for role, assignee in listed:
        row = stated.get((role, units.get(assignee, ""))) or stated.get((role, ""))
        found.append(Approval(_approver(row), row.automatic) if row else default_of(session, role))
    approver = max((one.approver for one in found), key=STRICTNESS.index)
    return Approval(approver, all(one.automatic for one in found))


def default_of(session: Session, role: str) -> Approval:
    """Return what holds where nothing is stated: a school's own people are its admin's, others the dispatchers'."""
    scope = session.scalar(select(RoleRow.scope).where(RoleRow.id == role))
    return Approval("school_admin" if scope in (Scope.SITE, Scope.LISTED) else "dispatcher", automatic=True)


def _approver(row: SwapPolicyRow) -> Approver:
    return next(one for one in STRICTNESS if one == row.approver)


def _units(session: Session, assignees: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in (PersonRow, CrewRow):
        query = select(table.id, table.unit).where(table.id.in_(assignees))
        found |= {key: unit for key, unit in session.execute(query)}
    return found


def listed(session: Session) -> list[SwapPolicy]:
    """Return what holds: each role's line, stated or by default, then those of units."""
    stated = list(session.scalars(select(SwapPolicyRow).order_by(SwapPolicyRow.role, SwapPolicyRow.unit)))
    general = {row.role for row in stated if not row.unit}
    lines = [_shown(row) for row in stated]
    for role in session.scalars(select(RoleRow.id).order_by(RoleRow.position)):
        if role not in general:
            approver, automatic = default_of(session, role)
            lines.append(SwapPolicy(role=role, approver=approver, automatic=automatic))
    return sorted(lines, key=lambda line: (line.role, line.unit or ""))


def replace(session: Session, actor: Actor, lines: Sequence[SwapPolicy]) -> list[SwapPolicy]:
    """State who approves, all lines at once; what isn't stated goes by the defaults.

    Raises
    ------
    Invalid
        When a role or unit isn't there, or two lines are for the same.
    """
    keys = [(line.role, line.unit or "") for line in lines]
    if len(set(keys)) < len(keys):
        raise Invalid("Two lines are for the same role and unit: keep one of them")
    roles, units = set(session.scalars(select(RoleRow.id))), set(session.scalars(select(UnitRow.id)))
    if unknown := sorted({r for r, _ in keys} - roles | {u for _, u in keys if u} - units):
        raise Invalid(f"There is no such role or unit: {', '.join(unknown)}")
    before = {"lines": [_shown(row).model_dump() for row in session.scalars(select(SwapPolicyRow))]}
    session.execute(delete(SwapPolicyRow))
    session.add_all(
        SwapPolicyRow(role=line.role, unit=line.unit or "", approver=line.approver, automatic=line.automatic)
        for line in lines
    )
    session.flush()
    after = {"lines": [line.model_dump() for line in lines]}
    record(session, actor, [Entry("swap_policy.change", "swap_policy", "all", before, after)])
    return listed(session)


def _shown(row: SwapPolicyRow) -> SwapPolicy:
    return SwapPolicy(role=row.role, unit=row.unit or None, approver=_approver(row), automatic=row.automatic)
