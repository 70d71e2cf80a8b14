"""All pages, one line a room."""

from __future__ import annotations

from web.desk.plan_pages import pages as plans
from web.shell.home import pages as home
from web.shell.session import pages as session

PAGES = (home, session, plans)
