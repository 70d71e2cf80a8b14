"""What a roster is: frozen values, valid from birth, without input or output."""

from models.availability import Absence, AbsenceKind, Lesson, Offer, Preference, PreferenceKind, Timetable
from models.checks import Fault, InvalidProblem
from models.formula import (
    DEFAULT_FORMULA,
    DEFAULT_PARTS,
    FormulaChoice,
    FormulaPart,
    Need,
    parse_formula,
)
from models.ledger import LedgerEntry, PastDuty
from models.people import DEFAULT_ROLES, Crew, Person, Qualification, Role, Scope
from models.place import GatePosition, Location, Site, Unit
from models.problem import DEFAULT_TIMEZONE, Problem
from models.roster import Assignment, Roster
from models.rules import (
    HARD_RULES,
    ConsecutiveDays,
    Continuity,
    Coverage,
    DutyLimit,
    Fairness,
    NewcomerAlone,
    Preferences,
    Rest,
    Rule,
    SkillMix,
    Travel,
    TravelMinutes,
    TravelTime,
)
from models.school_calendar import DayException, SchoolCalendar, Term
from models.score import LEVELS, DroppedPin, Level, Report, Score, Unfilled, Violation
from models.score import Term as ScoreTerm
from models.shift import Bell, Horizon, Post, RoleTime, Shift, Window, shift_id, shifts_from_bells

__all__ = [
    "DEFAULT_FORMULA",
    "DEFAULT_PARTS",
    "DEFAULT_ROLES",
    "DEFAULT_TIMEZONE",
    "HARD_RULES",
    "LEVELS",
    "Absence",
    "AbsenceKind",
    "Assignment",
    "Bell",
    "ConsecutiveDays",
    "Continuity",
    "Coverage",
    "Crew",
    "DayException",
    "DroppedPin",
    "DutyLimit",
    "Fairness",
    "Fault",
    "FormulaChoice",
    "FormulaPart",
    "GatePosition",
    "Horizon",
    "InvalidProblem",
    "LedgerEntry",
    "Lesson",
    "Level",
    "Location",
    "Need",
    "NewcomerAlone",
    "Offer",
    "PastDuty",
    "Person",
    "Post",
    "Preference",
    "PreferenceKind",
    "Preferences",
    "Problem",
    "Qualification",
    "Report",
    "Rest",
    "Role",
    "RoleTime",
    "Roster",
    "Rule",
    "SchoolCalendar",
    "Scope",
    "Score",
    "ScoreTerm",
    "Shift",
    "Site",
    "SkillMix",
    "Term",
    "Timetable",
    "Travel",
    "TravelMinutes",
    "TravelTime",
    "Unfilled",
    "Unit",
    "Violation",
    "Window",
    "parse_formula",
    "shift_id",
    "shifts_from_bells",
]
