"""All routes of the API, one line a feature."""

from __future__ import annotations

from api.accounts.account_routes import account_routes, token_routes
from api.accounts.oidc_routes import routes as oidc
from api.accounts.session_routes import invitation_routes, session_routes
from api.day import routes as day
from api.feeds import download_routes as downloads
from api.feeds.routes import own as own_feeds
from api.feeds.routes import places as feeds_of_places
from api.messages import routes as messages
from api.personal.routes import routes as personal
from api.plans.routes import routes as plans
from api.roster.desk_routes import routes as desk
from api.roster.question_routes import routes as questions
from api.roster.repair_routes import of_plan as repairs_of_plan
from api.roster.repair_routes import routes as repairs
from api.roster.routes import mine as own_duties
from api.roster.routes import routes as roster
from api.runs.routes import routes as runs
from api.standing.city_routes import ALL as city
from api.standing.file_routes import export_routes, import_routes
from api.standing.routes import ALL as standing
from api.swaps import routes as swaps
from api.trail.routes import routes as trail

ROUTES = (
    session_routes,
    oidc,
    invitation_routes,
    token_routes,
    account_routes,
    *standing,
    *city,
    import_routes,
    export_routes,
    plans,
    runs,
    roster,
    desk,
    questions,
    repairs_of_plan,
    repairs,
    own_duties,
    messages.mine,
    messages.of_unit,
    messages.routes,
    swaps.routes,
    swaps.mine,
    swaps.of_duty,
    swaps.of_plan,
    swaps.of_wish,
    swaps.policies,
    day.routes,
    day.of_duty,
    day.mine,
    day.call_outs,
    own_feeds,
    feeds_of_places,
    downloads.of_own,
    downloads.of_plan,
    trail,
    personal,
)
