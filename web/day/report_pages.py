"""The end-of-day report on a page."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.day import reading, reporting
from api.routing import InSession
from api.standing.records import today
from web.day.outcomes import ORDER, OUTCOMES
from web.desk.named import roles_of, windows_of
from web.routing import InPage, Pages

pages = Pages()

READ = Permission.READ_ROSTER
SHOWN = 200
"""Exceptions that are listed at once; the workbook has all."""


@pages.on("GET", "/day/report", READ)
def show_report(
    page: InPage,
    session: InSession,
    date: dt.date | None = None,
    district: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show what a day came to, as far as it is over."""
    here = today(session)
    asked = reading.Asked(page.identity.scope(READ), date or here, district or None)
    report = reporting.report(session, page.state.settings, page.state.desk, asked)
    exceptions = sorted(report.exceptions, key=lambda e: (ORDER.index(e.outcome), e.site_name, e.start))
    sites = sorted(
        (site for site in report.sites if site.figures.posts > site.figures.kept),
        key=lambda site: (-site.figures.short - site.figures.absent, -site.figures.late, -site.figures.open),
    )
    changed = sorted(
        (one for one in report.holders if one.figures.points != one.figures.planned),
        key=lambda one: (one.figures.points - one.figures.planned, one.name),
    )
    chosen = {"date": asked.date.isoformat()} | ({"district": asked.district} if asked.district else {})
    book = urlencode({"district": asked.district}) if asked.district else ""
    return page.show(
        "day/report.html",
        report=report,
        today=here,
        day=dt.timedelta(days=1),
        district=asked.district,
        board=f"/day?{urlencode(chosen)}",
        workbook=f"/api/v1/days/{asked.date.isoformat()}/report.xlsx{'?' if book else ''}{book}",
        outcomes=OUTCOMES,
        exceptions=exceptions[:SHOWN],
        left=len(exceptions) - SHOWN,
        sites=sites[:SHOWN],
        points=sum(one.figures.points for one in report.holders),
        planned=sum(one.figures.planned for one in report.holders),
        changed=changed[:SHOWN],
        unlisted=len(changed) - SHOWN,
        roles=roles_of(session),
        windows=windows_of(session),
    )
