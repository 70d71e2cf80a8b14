"""A province of many cities beside one city, in the same run: does time grow linearly?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.options import tell
from benchmarks.solving import solve
from benchmarks.tables import Section, Table

if TYPE_CHECKING:
    from benchmarks.options import Options
    from benchmarks.tables import Cell

WANTED_RATIO = 25.0


def run(options: Options) -> Section:
    """Solve the first seed's city, then a province that is so many times as large."""
    seed = options.seeds[0]
    schools = options.schools * options.province_cities
    city = options.city(options.schools, seed)
    tell("solving the city")
    one = solve(city.path)
    tell(f"now {schools} schools: a province takes minutes and several GiB, making it up alone about 40 s")
    province = options.city(schools, seed)
    tell("solving the province, twice: for its time and for its memory")
    many = solve(province.path)
    ratio = many.report.wall_s / one.report.wall_s
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            found.report.wall_s,
            found.report.status,
            found.report.posts,
            found.report.components,
            found.peak.mib if found.peak else None,
        )
        for name, found in ((f"{options.schools} schools", one), (f"{schools} schools", many))
    ]
    notes = (
        f"Ratio of wall_s: {ratio:.1f} for {options.province_cities} times the schools (wanted at most "
        f"{WANTED_RATIO:g} for 20 times).",
        f"Levels, with the bound where it differs: city {one.proven}; province {many.proven}.",
    )
    figures: dict[str, object] = {
        "seed": seed,
        "ratio": round(ratio, 2),
        "city": one.figures(),
        "province": many.figures(),
        "making_s": province.figures["seconds"],
    }
    table = Table(("problem", "wall_s", "status", "posts", "parts", "peak MiB"), tuple(rows))
    return Section("province", "from a city to a province", (table,), notes, figures)
