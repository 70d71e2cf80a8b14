"""Columns that several sheets have."""

from __future__ import annotations

from dataclasses import replace

from formats.workbook.columns import INTEGER, TEXT, Column

ID = Column("id", "编号", "id", TEXT, "唯一的编号。A unique id.", required=True)
NAME = Column("name", "名称", "name", TEXT, "名称。The name people read.", required=True, width=24)
NAME_EN = Column(
    "name_en", "英文名", "name in English", TEXT, "英文名称。The English name.", required=True, width=20
)
SITE = Column("site", "学校", "site", TEXT, "学校编号或名称。The site's id or name.", refers="sites")
ROLE = Column(
    "role", "角色", "role", TEXT, "角色编号或名称。The role's id or name.", refers="roles", width=18
)
WEIGHT = Column(
    "weight", "权重", "weight", INTEGER, "整数，越大越重要。A whole number; more matters more.", width=10
)


def needed(column: Column) -> Column:
    """Return the same column where it must be filled."""
    return replace(column, required=True)
