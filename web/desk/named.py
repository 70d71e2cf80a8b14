"""Roles and windows by their ids, for pages to name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.standing.kinds import ROLES, WINDOWS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models import Role, Window


def windows_of(session: Session) -> dict[str, Window]:
    """Return all windows, in their order."""
    return {window.id: window for window in WINDOWS.values_of(WINDOWS.load(session))}


def roles_of(session: Session) -> dict[str, Role]:
    """Return all roles, in their order."""
    return {role.id: role for role in ROLES.values_of(ROLES.load(session))}
