"""What the API offers of each kind of standing data: its names, who may read and write it, its filters, an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.accounts.identity import Permission
from api.standing import filters
from api.standing.kinds import (
    ABSENCES,
    BELLS,
    CREWS,
    OFFERS,
    PEOPLE,
    PREFERENCES,
    ROLES,
    SITES,
    TIMETABLES,
    UNITS,
    WINDOWS,
)

if TYPE_CHECKING:
    from api.standing.kinds import Kind

P = Permission


@dataclass(frozen=True)
class Resource:
    """One kind of standing data over HTTP.

    Attributes
    ----------
    kind
        Which; its name is the address.
    one
        What one of it is called in operation ids.
    tag
        The heading in the documentation.
    read, write
        The permissions.
    filters
        What its list can be narrowed to.
    example
        A value.
    """

    kind: Kind
    one: str
    tag: str
    read: Permission
    write: Permission
    filters: type[filters.Listing]
    example: dict[str, Any]


_MORNING = {"window": "morning_arrival", "weekday": 2}

RESOURCES: tuple[Resource, ...] = (
    Resource(
        SITES,
        "site",
        "Places",
        P.READ_PLACES,
        P.WRITE_CITY,
        filters.SiteFilters,
        {
            "id": "S0241",
            "name": "实验小学",
            "district": "D001",
            "kind": "小学",
            "location": {"lat": 36.06, "lon": 120.38},
            "risk": 2,
            "volunteers": [2, 4],
            "positions": [{"number": 1, "name": "东门斑马线", "role": "traffic_officer"}],
        },
    ),
    Resource(
        UNITS,
        "unit",
        "Places",
        P.READ_PLACES,
        P.WRITE_CITY,
        filters.UnitFilters,
        {"id": "S0001-C", "name": "实验小学家委会", "kind": "community", "district": "D001", "site": "S0001"},
    ),
    Resource(
        BELLS,
        "bell",
        "Places",
        P.READ_PLACES,
        P.WRITE_CITY,
        filters.BellFilters,
        {"site": "S0001", "window": "evening_dismissal", "time": "21:40", "weekdays": [6, 7]},
    ),
    Resource(
        ROLES,
        "role",
        "City",
        P.READ_CITY,
        P.WRITE_CITY,
        filters.Named,
        {
            "id": "first_aider",
            "name": "急救员",
            "name_en": "First aider",
            "scope": "district",
            "requires": ["first_aid"],
            "missing_weight": 10,
        },
    ),
    Resource(
        WINDOWS,
        "window",
        "City",
        P.READ_CITY,
        P.WRITE_CITY,
        filters.Named,
        {"id": "evening_study", "name": "晚自习放学", "name_en": "Evening study", "lead": 20, "trail": 10},
    ),
    Resource(
        PEOPLE,
        "person",
        "People",
        P.READ_PEOPLE,
        P.WRITE_PEOPLE,
        filters.PersonFilters,
        {
            "id": "S0001-V901",
            "name": "王芳",
            "unit": "S0001-V",
            "roles": ["volunteer"],
            "qualifications": [
                {"name": "vetting", "valid_from": "2026-03-01", "valid_until": "2028-02-29"},
                {"name": "training", "valid_from": "2026-03-15", "valid_until": "2027-03-14"},
            ],
            "phone": "+86 532 0000 0000",
        },
    ),
    Resource(
        CREWS,
        "crew",
        "People",
        P.READ_PEOPLE,
        P.WRITE_CITY,
        filters.CrewFilters,
        {
            "id": "D001-X20",
            "name": "巡组二十",
            "unit": "D001-X",
            "role": "patrol_crew",
            "members": ["D001-X01-1", "D001-X01-2", "D001-X02-1"],
            "minimum_strength": 2,
        },
    ),
    Resource(
        ABSENCES,
        "absence",
        "Availability",
        P.READ_PEOPLE,
        P.WRITE_PEOPLE,
        filters.AbsenceFilters,
        {
            "assignee": "S0001-T001",
            "start": "2026-12-01T00:00:00+08:00",
            "end": "2026-12-03T00:00:00+08:00",
            "kind": "leave",
        },
    ),
    Resource(
        TIMETABLES,
        "timetable",
        "Availability",
        P.READ_PEOPLE,
        P.WRITE_PEOPLE,
        filters.TimetableFilters,
        {"person": "S0001-V001", "lessons": [{"weekday": 1, "start": "08:00", "end": "09:35"}]},
    ),
    Resource(
        OFFERS,
        "offer",
        "Availability",
        P.READ_PEOPLE,
        P.WRITE_PEOPLE,
        filters.OfferFilters,
        {"person": "S0001-V001", **_MORNING},
    ),
    Resource(
        PREFERENCES,
        "preference",
        "Availability",
        P.READ_PEOPLE,
        P.WRITE_PEOPLE,
        filters.PreferenceFilters,
        {"assignee": "S0001-T001", "kind": "avoid", "weight": 2, **_MORNING},
    ),
)
"""All of them; the ledger, the city and what is imported have routes of their own."""

BY_NAME = {resource.kind.name: resource for resource in RESOURCES}
