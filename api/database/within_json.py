"""Questions about lists in JSON columns, in the words of either database."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Boolean, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement


class _Holds(FunctionElement[bool]):
    name = "holds"
    inherit_cache = True
    type = Boolean()


def holds(column: Any, text: str) -> ColumnElement[bool]:
    """Return the condition that a column's list of texts has one of them."""
    return _Holds(column, literal(text), literal(json.dumps([text], ensure_ascii=False)))


@compiles(_Holds, "sqlite")
def _on_sqlite(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    column, text, _ = (compiler.process(clause, **options) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE json_each.value = {text})"


@compiles(_Holds, "postgresql")
def _on_postgresql(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    column, _, listed = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} @> CAST({listed} AS JSONB))"
