"""All routes of the API, one line a feature."""

from __future__ import annotations

from api.plans.routes import routes as plans
from api.standing.routes import routes as standing

ROUTES = (standing, plans)
