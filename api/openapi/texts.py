"""What the OpenAPI says in words: the whole, its headings, and parameters that mean the same everywhere."""

from __future__ import annotations

INTRODUCTION = """
Duty rosters for school-guard shifts: who stands guard where and when, solved and proven.

**Who asks.** Programs send an API token (`Authorization: Bearer …`, made with `POST /api/v1/tokens`). Browsers have a
log-in's cookie, and send with each change the `csrf` of `GET /api/v1/session` as `X-CSRF-Token`. What lies outside of the
caller's scope is answered like what doesn't exist. `x-permission` names what an operation needs.

**What is refused** is a problem as of RFC 9457, `application/problem+json`: `code` is for programs and stays the same,
`detail` says what to do, `request_id` is also in the log.

**Changing what others may have changed.** What is read has an `ETag` (a header, or a field `etag`); its change names that in
`If-Match`. It is refused with 412 when somebody else has changed it meanwhile, and with 428 when nothing is named.

**Long lists** come in pages: `next` of one is the `cursor` of the following.

Times are RFC 3339 with their offset, days are `YYYY-MM-DD`.
"""

TAGS = {
    "Log-ins": "Logging in and out, one's own password and log-ins, invitations.",
    "API tokens": "Tokens for programs, each with the permissions of its account, or only to read.",
    "Accounts": "Who may log in, and as what.",
    "Places": "Sites, units and bells.",
    "People": "People, crews, and what they have carried.",
    "Availability": "When people can't, or offered to come, and what they wish.",
    "Grids": "A unit's people, absences, timetables and offers as whole lists: read, changed, sent back.",
    "City": "Roles, windows, formulas, the school calendar and rules.",
    "Files": "The whole city as one file, in and out.",
    "Plans": "A week's life: collected, drafted, submitted, approved, published, closed.",
    "Runs": "Solving a plan, and following that.",
    "Roster": "Who holds what, and how far it is filled.",
    "Desk": "Edits by hand, judged before they are stored.",
    "Questions": "Who could, why, what would help: the engine's answers.",
    "Repairs": "The fewest changes after something has happened.",
    "Swaps": "Duties that change hands, and the wishes for that.",
    "Own duties": "What one does oneself, has offered, and wishes.",
    "The day": "Who has come and who hasn't: the day's board, the gate's codes, presence.",
    "Calendars": "Feeds that phones subscribe to, and what they say.",
    "Messages": "Where people are told what concerns them, and what was sent.",
    "Audit": "Who changed what, when, from which value.",
    "Personal data": "Everything on one person: handed out, or taken out.",
}
"""The headings, in order."""

PARAMETERS = {
    "absence": "The absence's number.",
    "account": "The account's number.",
    "action": "What was done.",
    "after": "The later revision; left out, the draft.",
    "assignee": "A person's or crew's id.",
    "before": "The earlier revision.",
    "bell": "The bell's number.",
    "call_out": "The call-out's number.",
    "channel": "The channel's number.",
    "code": "What the provider gives.",
    "crew": "The crew's id.",
    "cursor": "The `next` of the page before.",
    "date": "This day alone.",
    "district": "In this district alone.",
    "duty": "The duty's lasting id, as in `GET /me/duties`.",
    "feed": "The feed's number.",
    "first": "From this day on.",
    "goal": "What to gain: fewer crews, or fewer open posts.",
    "grid": "Bells are moved in steps of so many minutes.",
    "instead": "Who would leave the post; left out, it is an open one.",
    "key": "The id of what was changed.",
    "kind": "Of this kind alone.",
    "last": "Up to this day.",
    "left": "Those who have left alone, or those who haven't.",
    "limit": "How many at most.",
    "login": "The log-in's id, as in `GET /session/logins`.",
    "message": "The message's id.",
    "offer": "The offer's number.",
    "person": "The person's id.",
    "plan": "The plan's id: its first day.",
    "posted_to": "Posted to this site alone.",
    "preference": "The wish's number.",
    "qualification": "This one alone.",
    "repair": "The repair's number.",
    "role": "The role's id.",
    "run": "The run's number.",
    "shift": "The shift's id: site, day and window.",
    "since": "From this moment on.",
    "site": "The site's id.",
    "state": "In this state alone.",
    "station": "Of this police station alone.",
    "swap": "The swap's number.",
    "text": "What to look for in ids and names.",
    "timetable": "Of whom: the person's id.",
    "token": "The token's number.",
    "top": "How many answers at most.",
    "uid": "The duty's lasting id, as in `GET /me/duties`.",
    "unit": "The unit's id.",
    "until": "Up to this moment.",
    "window": "The window's id.",
    "wish": "The wish's number.",
    "within": "By how many minutes a bell may move at most.",
}
"""Where a route says nothing of its own."""
