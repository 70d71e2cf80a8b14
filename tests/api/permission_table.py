"""Every route × every role × own and other scope: what is answered.

One line a route. The statuses are those of `ROLES` in their order; ``200/404`` is for what lies in the caller's scope and
for what lies elsewhere. Every request carries an ``If-Match`` that fits nothing and, unless a body is given, an empty
one: 412 and 422 are the answers to who may.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from api.standing.resources import BY_NAME

ROLES = ("nobody", "dispatcher", "district_dispatcher", "school_admin", "auditor", "member")

OWN: dict[str, str] = {
    "sites": "S0001",
    "units": "S0001",
    "people": "S0001-T001",
    "crews": "D001-X01",
    "plans": "2026-11-30",
    "days": "2026-11-30",
    "confirmations": "S0001",
    "roles": "staff",
    "windows": "noon_dismissal",
    "timetables": "S0001-L1",
}
"""By the part of a path before it: what lies in the scope of everybody but nobody. The member is this person."""

OTHER: dict[str, str] = {
    "sites": "S0009",
    "confirmations": "S0009",
    "units": "S0009",
    "people": "S0009-T001",
    "crews": "D009-X01",
    "bells": "9001",
    "absences": "9001",
    "timetables": "S0009-T001",
    "offers": "9001",
    "preferences": "9001",
    "runs": "9001",
    "repairs": "9001",
    "duties": "duty-9001",
    "swaps": "9001",
    "swap-wishes": "9001",
    "call-outs": "9001",
    "tokens": "9001",
    "logins": "login-9001",
    "feeds": "9001",
    "channels": "9001",
    "messages": "message-9001",
}
"""What lies in another district, at another school, or is somebody else's."""


class Ask(NamedTuple):
    """A request, and its statuses.

    Attributes
    ----------
    route
        ``METHOD path`` as it is declared, below ``/api/v1``.
    """

    route: str
    statuses: str
    body: Any = None


SELF = "401 200 200 200 200 200"
CITY_ONLY = "401 {} 403 403 403 403"

READ = "401 200 200 200 200 403"
IN_SCOPE = "401 200 200/404 200/404 200 403"
CHANGE = "401 412 412/404 412/404 403 403"

GRANT = {"role": "auditor"}
ROBOT = {"name": "x", "address": "dingtalk://0123456789abcdef/"}
GIVEN_AWAY = {"kind": "give_away", "handovers": [{"duty": "none"}], "proposer": "S0001-T001"}
OPEN_POST = {"shift": "S0001/2026-11-30/morning_arrival", "role": "staff", "index": 0}
MOVED = {"happenings": [{"kind": "moved", "site": "S0001", "window": "noon_dismissal", "minutes": 10}]}
DIRECT = {"handovers": [{"duty": "none", "taker": "S0001-T001"}], "reason": "x"}


def _city_kind(many: str, one: str, *, read: str = IN_SCOPE, history: str = "") -> Iterator[Ask]:
    """Give the routes of what the city's dispatchers alone change."""
    example = BY_NAME[many].example
    yield Ask(f"GET /{many}", SELF if read is SELF else READ)
    yield Ask(f"POST /{many}", CITY_ONLY.format(201), example)
    yield Ask(f"GET /{many}/{{{one}}}", read)
    yield Ask(f"PUT /{many}/{{{one}}}", CITY_ONLY.format(412), example)
    yield Ask(f"DELETE /{many}/{{{one}}}", CITY_ONLY.format(412))
    yield Ask(f"GET /{many}/{{{one}}}/history", history or read)


def _people_kind(many: str, one: str) -> Iterator[Ask]:
    """Give the routes of what districts and schools change of their own people."""
    example = BY_NAME[many].example
    yield Ask(f"GET /{many}", READ)
    yield Ask(f"POST /{many}", "401 201 201 201 403 403", example)
    yield Ask(f"GET /{many}/{{{one}}}", IN_SCOPE)
    yield Ask(f"PUT /{many}/{{{one}}}", CHANGE, example)
    yield Ask(f"DELETE /{many}/{{{one}}}", CHANGE)
    yield Ask(f"GET /{many}/{{{one}}}/history", IN_SCOPE)


def _grid(many: str) -> Iterator[Ask]:
    """Give the routes of a unit's list."""
    yield Ask(f"GET /units/{{unit}}/{many}", IN_SCOPE)
    yield Ask(f"PUT /units/{{unit}}/{many}", CHANGE, {"rows": []})


def _feeds(many: str) -> Iterator[Ask]:
    """Give the routes of all addresses of a calendar."""
    one = {"people": "person"}.get(many, many[:-1])
    yield Ask(f"GET /{many}/{{{one}}}/feeds", IN_SCOPE)
    yield Ask(f"DELETE /{many}/{{{one}}}/feeds/{{feed}}", "401 404 404 404 403 403")


TABLE = (
    # Log-ins
    Ask("POST /session", "401 401 401 401 401 401", {"login": "none", "password": "none"}),
    Ask("GET /session", SELF),
    Ask("DELETE /session", "401 403 403 403 403 403"),  # a token can't log out
    Ask("GET /session/logins", SELF),
    Ask("DELETE /session/logins", SELF),
    Ask("DELETE /session/logins/{login}", "401 404 404 404 404 404"),
    Ask("PUT /session/password", "401 403 403 403 403 403", {"current": "x", "new": "y"}),  # nor change it
    Ask("POST /invitations/read", "404 404 404 404 404 404", {"secret": "none"}),
    Ask("POST /invitations/redeem", "404 404 404 404 404 404", {"secret": "none", "password": "none"}),
    Ask("GET /session/oidc", "404 404 404 404 404 404"),  # no provider is set up
    Ask("GET /session/oidc/callback", "404 404 404 404 404 404"),
    Ask("GET /tokens", SELF),
    Ask("POST /tokens", "401 403 403 403 403 403", {"name": "another"}),  # nor make another
    Ask("DELETE /tokens/{token}", "401 204/404 404 404 404 404"),  # the first is the dispatcher's
    # Accounts
    Ask("GET /accounts", CITY_ONLY.format(200)),
    Ask("POST /accounts", CITY_ONLY.format(201), {"login": "new", "name": "new", "grants": [GRANT]}),
    Ask("POST /accounts/invitations", CITY_ONLY.format(201), {"unit": "S0009"}),
    Ask("GET /accounts/{account}", CITY_ONLY.format(200)),
    Ask("PUT /accounts/{account}", CITY_ONLY.format(412), {"name": "new"}),
    Ask("POST /accounts/{account}/reset", CITY_ONLY.format(412)),
    # Audit
    Ask("GET /audit", "401 200 200 403 200 403"),
    # Places
    *_city_kind("sites", "site"),
    *_city_kind("units", "unit"),
    *_city_kind("bells", "bell"),
    Ask("GET /site-names", SELF),
    # The city
    Ask("GET /city", SELF),
    Ask("PUT /city", CITY_ONLY.format(412), {"title": "x"}),
    Ask("GET /city/history", "401 200 200 403 200 403"),
    *_city_kind("roles", "role", read=SELF, history="401 200 200 403 200 403"),
    *_city_kind("windows", "window", read=SELF, history="401 200 200 403 200 403"),
    # Files
    Ask("POST /imports", CITY_ONLY.format(422)),
    Ask("GET /export.xlsx", "401 200 403 403 200 403"),
    Ask("GET /export.json", "401 200 403 403 200 403"),
    # People
    *_people_kind("people", "person"),
    Ask("GET /people/expiring", READ),
    Ask("POST /people/{person}/return", "401 412 412/404 412/404 403 403"),
    *_city_kind("crews", "crew", read="401 200 200/404 404 200 403"),  # crews are no school's
    Ask("GET /ledger", READ),
    # Availability
    *_people_kind("absences", "absence"),
    *_people_kind("timetables", "timetable"),
    *_people_kind("offers", "offer"),
    *_people_kind("preferences", "preference"),
    *_grid("people"),
    *_grid("absences"),
    *_grid("timetables"),
    *_grid("offers"),
    # Members; the one in this table is no volunteer
    Ask("GET /me/offers", "401 404 404 404 404 200"),
    Ask("POST /me/offers", "401 404 404 404 404 422"),
    Ask("DELETE /me/offers/{offer}", "401 404 404 404 404 404"),
    Ask("GET /me/preferences", "401 404 404 404 404 200"),
    Ask("POST /me/preferences", "401 404 404 404 404 201", {"kind": "avoid"}),
    Ask("DELETE /me/preferences/{preference}", "401 404 404 404 404 404"),
    # Calendars
    Ask("GET /me/feeds", SELF),
    Ask("POST /me/feeds", "401 404 404 404 404 201", {"device": "phone"}),  # the others are nobody
    Ask("POST /me/feeds/{feed}/rotate", "401 404 404 404 404 404"),
    Ask("DELETE /me/feeds/{feed}", "401 404 404 404 404 404"),
    Ask("GET /me/calendar", SELF),
    Ask("PUT /me/calendar", "401 412 412 412 412 412", {"language": "zh", "alarms": []}),
    Ask("GET /sites/{site}/calendar", IN_SCOPE),
    Ask("PUT /sites/{site}/calendar", CHANGE),
    Ask("GET /roles/{role}/calendar", SELF),
    Ask("PUT /roles/{role}/calendar", CITY_ONLY.format(412)),
    Ask("GET /me/duties.csv", SELF),
    Ask("GET /me/duties/{uid}.ics", "401 404 404 404 404 404"),
    Ask("GET /plans/{plan}/duties.csv", READ),
    Ask(
        "GET /plans/{plan}/sites/{site}/week.xlsx", "401 409 409/404 409/404 409 403"
    ),  # nothing is published
    *_feeds("people"),
    *_feeds("sites"),
    *_feeds("units"),
    Ask("GET /crews/{crew}/feeds", "401 200 200/404 404 200 403"),  # crews are no school's
    Ask("DELETE /crews/{crew}/feeds/{feed}", "401 404 404 404 403 403"),
    # Personal data
    Ask("GET /people/{person}/data", "401 200 404 404 404 200/404"),
    Ask("POST /people/{person}/erasure", CITY_ONLY.format(422)),
    # Plans
    Ask("GET /plans", "401 200 200 200 200 403"),
    Ask("POST /plans", CITY_ONLY.format(201), {"start": "2026-12-07"}),
    Ask("GET /plans/{plan}", "401 200 200 200 200 403"),
    # The life of a plan; the one in this table collects no more
    Ask("GET /plans/{plan}/confirmations", READ),
    Ask("PUT /plans/{plan}/confirmations/{site}", "401 409 409/404 409/404 403 403"),
    Ask("DELETE /plans/{plan}/confirmations/{site}", "401 409 409/404 409/404 403 403"),
    Ask("POST /plans/{plan}/reminders", "401 409 409 403 403 403"),
    Ask("POST /plans/{plan}/proceed", CITY_ONLY.format(412)),
    Ask("POST /plans/{plan}/submit", CITY_ONLY.format(412)),
    Ask("POST /plans/{plan}/approve", CITY_ONLY.format(412)),
    Ask("POST /plans/{plan}/send-back", CITY_ONLY.format(412), {"reason": "x"}),
    Ask("POST /plans/{plan}/publish", CITY_ONLY.format(412)),
    Ask("POST /plans/{plan}/withdraw", CITY_ONLY.format(412), {"reason": "x"}),
    Ask("POST /plans/{plan}/close", CITY_ONLY.format(412)),
    Ask("POST /plans/{plan}/reopen", CITY_ONLY.format(412), {"reason": "x"}),
    Ask("GET /plans/{plan}/affected", READ),
    Ask("GET /plans/{plan}/revisions", READ),
    Ask("GET /plans/{plan}/comparison", "401 422 422 422 422 403"),
    # Rosters
    Ask("GET /plans/{plan}/coverage", "401 200 200 200 200 403"),
    Ask("GET /plans/{plan}/sites/{site}/week", "401 200 200/404 200/404 200 403"),
    Ask("GET /plans/{plan}/people/{person}/week", "401 200 200/404 200/404 200 403"),
    Ask("GET /plans/{plan}/crews/{crew}/week", "401 200 200/404 404 200 403"),  # crews are no school's
    Ask("GET /plans/{plan}/units/{unit}/week", "401 200 200/404 200/404 200 403"),
    Ask("GET /me/duties", SELF),
    Ask("POST /plans/{plan}/edits", "401 422 422 403 403 403"),
    # Repairs
    Ask("POST /plans/{plan}/repairs", "401 422 422 403 403 403"),
    Ask("GET /plans/{plan}/repairs", "401 200 200 403 403 403"),
    Ask("GET /repairs/{repair}", "401 404/200 404 403 403 403"),
    Ask("POST /repairs/{repair}/apply", "401 404/412 404 403 403 403"),
    # Questions
    Ask("GET /plans/{plan}/candidates", "401 422 422 403 422 403"),
    Ask("GET /plans/{plan}/open", "401 200 200 200 200 403"),
    Ask("GET /plans/{plan}/explanations/post", "401 422 422 403 422 403"),
    Ask("GET /plans/{plan}/explanations/people/{person}", "401 200 200/404 403 200 403"),
    Ask("GET /plans/{plan}/explanations/crews/{crew}", "401 200 200/404 403 200 403"),
    Ask("GET /plans/{plan}/explanations/conflicts", "401 200 200 403 200 403"),
    Ask("GET /plans/{plan}/advice/crews", "401 200 200 403 200 403"),
    Ask("GET /plans/{plan}/advice/bells", "401 200 200 403 200 403"),
    Ask("GET /plans/{plan}/advice/hires", "401 200 200 403 200 403"),
    Ask("GET /plans/{plan}/advice/fairness", "401 200 200 403 200 403"),
    # Swaps; nothing is published here, so there is no duty to swap
    Ask("GET /me/swaps", SELF),
    Ask("GET /me/duties-to-cover", SELF),
    Ask("GET /duties/{duty}/ways", "401 404/409 404 404 404 404"),
    Ask("POST /swaps", "401 404 404 404 404 404", GIVEN_AWAY),
    Ask("GET /swaps", READ),
    Ask("POST /swaps/direct", "401 404 404 404 403 403", DIRECT),
    Ask("GET /swaps/{swap}", "401 404/200 404 404 404/200 404"),
    Ask("GET /swaps/{swap}/ways", "401 404/403 404 404 404/403 404"),
    Ask("POST /swaps/{swap}/offer", "401 404/409 404 404 404/409 404"),
    Ask("POST /swaps/{swap}/accept", "401 404/409 404 404 404/409 404"),
    Ask("POST /swaps/{swap}/decline", "401 404/409 404 404 404/409 404"),
    Ask("POST /swaps/{swap}/withdraw", "401 404/409 404 404 404/409 404"),
    Ask("POST /swaps/{swap}/approve", "401 404/409 404 404 403 403"),
    Ask("POST /swaps/{swap}/deny", "401 404/409 404 404 403 403", {"reason": "x"}),
    Ask("GET /plans/{plan}/swap-wishes", SELF),
    Ask("POST /plans/{plan}/swap-wishes", "401 409 409 409 404 409", {"assignee": "S0001-T001"}),
    Ask("DELETE /swap-wishes/{wish}", "401 404/204 404 404 404 404"),
    Ask("POST /plans/{plan}/clearing", "401 409 409 403 403 403"),
    Ask("GET /swap-policies", READ),
    Ask("PUT /swap-policies", CITY_ONLY.format(200), []),
    # Messages; this installation has no gateway
    Ask("GET /me/channels", SELF),
    Ask("POST /me/channels", "401 422 422 422 422 422", {"name": "x", "address": "mail:a@example.cn"}),
    Ask("DELETE /me/channels/{channel}", "401 404 404 404 404 404"),
    Ask("POST /me/channels/{channel}/test", "401 404 404 404 404 404"),
    Ask("POST /me/channels/{channel}/code", "401 404 404 404 404 404"),
    Ask("POST /me/channels/{channel}/confirm", "401 404 404 404 404 404", {"code": "012345"}),
    Ask("GET /me/messages/{message}", "401 404 404 404 404 404"),
    Ask("GET /me/message-choices", SELF),
    Ask("PUT /me/message-choices", SELF, {"wanted": {"tomorrow": False}}),
    Ask("GET /units/{unit}/channels", IN_SCOPE),
    Ask("POST /units/{unit}/channels", "401 201 201/404 201/404 403 403", ROBOT),
    Ask("DELETE /units/{unit}/channels/{channel}", "401 404 404 404 403 403"),
    Ask("POST /units/{unit}/channels/{channel}/test", "401 404 404 404 403 403"),
    Ask("POST /units/{unit}/channels/{channel}/code", "401 404 404 404 403 403"),
    Ask("POST /units/{unit}/channels/{channel}/confirm", "401 404 404 404 403 403", {"code": "012345"}),
    Ask("GET /units/{unit}/message-choices", IN_SCOPE),
    Ask("PUT /units/{unit}/message-choices", "401 200 200/404 200/404 403 403", {"wanted": {}}),
    Ask("GET /messages/outbox", CITY_ONLY.format(200)),
    Ask("POST /messages/outbox/retry", CITY_ONLY.format(200)),
    # The day; nothing is published here
    Ask("GET /days/{date}", READ),
    Ask("GET /days/{date}/counts", READ),
    Ask("GET /days/{date}/report", READ),
    Ask("GET /days/{date}/report.xlsx", READ),
    Ask("GET /days/{date}/posts/stand-ins", "401 422 422 422 403 403"),
    Ask(
        "POST /days/{date}/posts/replacement",
        "401 404 404 404 403 403",
        {**OPEN_POST, "assignee": "S0001-T001"},
    ),
    Ask("GET /days/{date}/risk", "401 422 422 403 403 403"),
    Ask("POST /days/{date}/happenings", "401 409 409 403 403 403", MOVED),
    Ask("GET /duties/{duty}/shift", "401 404 404 404 404 404"),
    Ask("GET /duties/{duty}/codes", "401 404/409 404 404 404 404"),
    Ask("GET /duties/{duty}/presence", "401 404/200 404 404 404 404"),
    Ask("PUT /duties/{duty}/presence", "401 404/409 404 404 404 404", {"state": "present"}),
    Ask("DELETE /duties/{duty}/presence", "401 404/200 404 404 404 404"),
    Ask("GET /duties/{duty}/stand-ins", "401 404/409 404 404 403 403"),
    Ask("POST /duties/{duty}/replacement", "401 404/409 404 404 403 403", {"assignee": "S0001-T001"}),
    Ask("POST /duties/{duty}/call-out", "401 404/409 404 404 403 403"),
    Ask("GET /call-outs", "401 422 422 422 403 403"),
    Ask("GET /call-outs/{call_out}", "401 404/200 404 404 404 404"),
    Ask("POST /call-outs/{call_out}/accept", "401 404 404 404 404 404"),
    Ask("POST /call-outs/{call_out}/decline", "401 404 404 404 404 404"),
    Ask("POST /call-outs/{call_out}/cancel", "401 404/200 404 404 403 403"),
    Ask("GET /me/call-outs", SELF),
    Ask("POST /me/duties/{duty}/check-in", "401 404 404 404 404 404", {"code": "none"}),
    # Runs
    Ask("POST /plans/{plan}/runs", "401 422 422 403 403 403", {"seed": "none"}),
    Ask("GET /plans/{plan}/runs", "401 200 200 200 200 403"),
    Ask("GET /runs/{run}", "401 404/200 404/200 404/200 404/200 403"),
    Ask("POST /runs/{run}/cancel", "401 404/409 404 403 403 403"),
    Ask("GET /runs/{run}/events", "401 404/200 404/200 404/200 404/200 403"),
)
