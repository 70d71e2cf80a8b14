"""Rules to start from."""

from __future__ import annotations

from models.rules import (
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
)

RECOMMENDED_RULES: tuple[Rule, ...] = (
    Travel(speed_kmh=30),
    Rest(minutes=540),
    ConsecutiveDays(maximum=6),
    DutyLimit(per="day", maximum=5, roles=("resident_officer",)),
    DutyLimit(per="day", maximum=8, roles=("traffic_officer",)),
    DutyLimit(per="day", measure="minutes", maximum=270, roles=("patrol_crew",)),
    DutyLimit(per="day", maximum=2, roles=("staff",)),
    DutyLimit(per="week", maximum=5, roles=("staff",)),
    DutyLimit(per="day", maximum=4, roles=("security_guard",)),
    DutyLimit(per="week", maximum=5, roles=("volunteer",)),
    Coverage(),
    Fairness(),
    Preferences(),
    Continuity(role="patrol_crew"),
    TravelMinutes(roles=("patrol_crew", "traffic_officer")),
    SkillMix(role="staff", qualification="first_aid"),
    NewcomerAlone(role="security_guard"),
)
"""What a city with the default roles may well start from; a problem has the rules that it states, and no others."""
