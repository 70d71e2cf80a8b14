"""All pages, one line a room."""

from __future__ import annotations

from web.city.calendar_pages import pages as school_calendar
from web.city.import_pages import pages as imports
from web.day.board_pages import pages as day
from web.day.happening_pages import pages as happenings
from web.day.report_pages import pages as day_report
from web.day.stand_in_pages import pages as stand_ins
from web.demo.door_pages import pages as door
from web.desk.advice_pages import pages as advice
from web.desk.city_pages import pages as city
from web.desk.comparison_pages import pages as comparison
from web.desk.holder_pages import pages as holders
from web.desk.input_pages import pages as schools_input
from web.desk.open_pages import pages as open_posts
from web.desk.plan_pages import pages as plans
from web.desk.post_pages import pages as posts
from web.desk.run_pages import pages as runs
from web.desk.site_pages import pages as sites
from web.desk.step_pages import pages as steps
from web.gate.call_pages import pages as calls
from web.gate.gate_pages import pages as gate
from web.member.availability_pages import pages as availability
from web.member.calendar_pages import pages as calendars
from web.member.duty_pages import pages as duties
from web.member.settings_pages import pages as settings
from web.repairs.repair_pages import pages as mending
from web.school.absence_pages import pages as absences
from web.school.day_pages import pages as school_day
from web.school.decision_pages import pages as decisions
from web.school.note_pages import pages as notes
from web.school.offer_pages import pages as offers
from web.school.overview_pages import pages as overview
from web.school.people_pages import pages as people
from web.school.timetable_pages import pages as timetables
from web.school.week_pages import pages as school_week
from web.shell.home import pages as home
from web.shell.session import pages as session
from web.swaps.decision_pages import pages as approvals
from web.swaps.swap_pages import pages as swaps
from web.swaps.way_pages import pages as ways
from web.swaps.wish_pages import pages as wishes

PAGES = (
    home,
    session,
    door,
    plans,
    city,
    runs,
    sites,
    posts,
    open_posts,
    holders,
    comparison,
    mending,
    schools_input,
    advice,
    steps,
    day,
    happenings,
    stand_ins,
    day_report,
    imports,
    school_calendar,
    duties,
    calendars,
    settings,
    availability,
    ways,
    wishes,
    swaps,
    approvals,
    gate,
    calls,
    overview,
    notes,
    school_day,
    school_week,
    decisions,
    people,
    absences,
    timetables,
    offers,
)
