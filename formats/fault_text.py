"""Faults as people read them, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from formats.chinese import in_chinese
from formats.faults import SHOWN, InputFault, InvalidInput, clip

if TYPE_CHECKING:
    from models import Fault, InvalidProblem

Language = Literal["zh", "en"]


def faults_text(error: InvalidInput, language: Language) -> str:
    """Return all faults of a file, one a line, the first lines of very many."""
    if language == "en":
        return str(error)
    count = len(error.faults)
    lines = [f"{error.source}：{count} 处错误", *(f"  {fault_text(f)}" for f in error.faults[:SHOWN])]
    if count > SHOWN:
        lines.append(f"  还有 {count - SHOWN} 处")
    return "\n".join(lines)


def problem_text(error: InvalidProblem, language: Language) -> str:
    """Return all faults of a problem that came from no file, one a line."""
    return str(error) if language == "en" else "\n".join(map(_domain_text, error.faults))


def fault_text(fault: InputFault) -> str:
    """Return one fault in Chinese."""
    where = [f"表「{fault.sheet}」"] if fault.sheet else []
    if fault.row is not None:
        where.append(f"第 {fault.row} 行")
    if fault.column:
        where.append(f"{fault.column} 列")
    if fault.path:
        where.append(fault.path)
    place = " ".join(where)
    return f"{place + '：' if place else ''}{_found(fault.found)}，应为：{in_chinese(fault.expected)}"


def _found(found: str) -> str:
    meant = in_chinese(found)
    if not found or meant != found:
        return f"现为：{meant or '空白'}"
    return f"这里是「{clip(found)[1:-1]}」"


def _domain_text(fault: Fault) -> str:
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in fault.path).lstrip(".")
    return fault_text(InputFault(fault.found, fault.expected, path=where))
