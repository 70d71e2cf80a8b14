"""Which of the weeks a school looks at."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from api.plans import plans
from api.standing.records import today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.plans.tables import PlanRow


def current(session: Session) -> PlanRow | None:
    """Return the week of today, else the next one, else the last."""
    date, found = today(session), list(plans.listed(session))
    for plan in reversed(found):
        if plan.start + dt.timedelta(days=plan.days) > date:
            return plan
    return found[0] if found else None


def beside(session: Session, plan: PlanRow) -> tuple[PlanRow | None, PlanRow | None]:
    """Return the weeks before and after one."""
    found = list(plans.listed(session))
    at = next(k for k, row in enumerate(found) if row.id == plan.id)
    return (found[at + 1] if at + 1 < len(found) else None), (found[at - 1] if at else None)
