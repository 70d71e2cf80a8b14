"""The table of all sheets: reading, writing, the template and its comments follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formats.workbook.rule_sheet import RULES
from formats.workbook.standing_sheets import (
    CREWS,
    PARTS,
    PEOPLE,
    POSITIONS,
    ROLES,
    SETTINGS,
    SITES,
    TRAVEL_TIMES,
    UNITS,
)
from formats.workbook.weekly_sheets import (
    ABSENCES,
    BELLS,
    EXCEPTIONS,
    FORMULAS,
    HISTORY,
    LEDGER,
    NEEDS,
    OFFERS,
    PERIODS,
    PINS,
    PREFERENCES,
    ROLE_TIMES,
    SHIFTS,
    TERMS,
    TIMETABLES,
    WINDOWS,
)

if TYPE_CHECKING:
    from formats.workbook.columns import Sheet

SHEETS: tuple[Sheet, ...] = (
    SETTINGS,
    SITES,
    POSITIONS,
    UNITS,
    PEOPLE,
    CREWS,
    WINDOWS,
    ROLE_TIMES,
    BELLS,
    FORMULAS,
    TERMS,
    EXCEPTIONS,
    ABSENCES,
    PERIODS,
    TIMETABLES,
    OFFERS,
    PREFERENCES,
    RULES,
    LEDGER,
    HISTORY,
    TRAVEL_TIMES,
    PINS,
    ROLES,
    PARTS,
    SHIFTS,
    NEEDS,
)
"""All sheets, in the order in which they stand in a workbook."""

SHEET_BY_KEY = {s.key: s for s in SHEETS}
