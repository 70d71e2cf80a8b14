"""Faults in Chinese: no English sentence is left, and none of the English ones has Chinese in it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import get_args

import pytest
from test_workbook_faults import ONE_FAULT, faults_of
from workbook_cases import small

from examples import small_school
from formats.chinese import in_chinese
from formats.fault_text import fault_text, faults_text, problem_text
from formats.faults import InputFault, InvalidInput
from formats.json_files import Shape, read_problem_json, read_roster_json, to_json
from formats.workbook.sheets import SHEETS
from models import Fault, InvalidProblem
from models.checks import OWNERS

HAN = re.compile("[\u4e00-\u9fff]")
SENTENCE = re.compile(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+")


@pytest.mark.parametrize("case", ONE_FAULT)
def test_every_fault_of_a_workbook(case: str) -> None:
    sheets = small()
    ONE_FAULT[case][0](sheets)
    for fault in faults_of(sheets):
        said = in_chinese(fault.expected)
        assert HAN.search(said), fault
        # Four small English words in a row are a sentence; choices and headings are in both languages.
        assert not SENTENCE.search(said), said
        assert SENTENCE.search(fault.expected) or not HAN.search(
            re.sub(r"'.*'|one of: .*", "", fault.expected)
        )


BROKEN = {
    "people[0].unit": ("U99", "U99", "单位的编号"),
    "people[0].capacity": (0, "0", "大于或等于 1"),
    "people[0].name": ("", "", "至少 1 个字"),
    "people[0].newcomer": ("maybe", "maybe", "true 或 false"),
    "people[0].roles": ("staff", "staff", "列表"),
    "horizon.start": ("2026-13-01", "2026-13-01", "日期，如 2026-09-07"),
    "horizon.days": (1.5, "1.5", "整数"),
    "bells[0].time": ("7 o'clock", "7 o'clock", "时间，如 07:40"),
    "bells[0].weekdays": ([], "0 项的列表", "至少 1 项，现在是 0 项"),
    "absences[0].start": (
        "2026-11-30T08:00:00",
        "2026-11-30T08:00:00",
        "带时区，如 2026-09-07T07:20:00+08:00",
    ),
    "absences[0].kind": ("holiday", "holiday", None),
    "calendar.country": ("DE", "DE", None),
    "formula": ("3+1", "3+1", None),
}


@pytest.mark.parametrize("path", BROKEN)
def test_what_pydantic_says(path: str) -> None:
    content = json.loads(to_json(small_school()))
    value, found, expected = BROKEN[path]
    place = content
    keys = [int(k) if k.isdigit() else k for k in re.split(r"[.\[\]]+", path) if k]
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    content["shifts"] = []
    with pytest.raises(InvalidInput) as caught:
        read_problem_json(json.dumps(content).encode())
    (fault,) = caught.value.faults[:1]
    text = fault_text(fault)
    assert text.startswith((f"{path}：这里是「", f"{path}：现为："))
    assert found in text
    assert not SENTENCE.search(text), text
    if expected is not None:
        assert text.endswith(f"应为：{expected}")


def test_whole_files() -> None:
    for data, expected in (
        (b"", "现为：空文件，应为：数据的 JSON"),
        (b'{"version": "1",', "现为：文件在中途断了，应为：第 1 行第 16 列之后还应有内容"),
        (b"{]", "现为：不是 JSON 的文件，应为：JSON；第 1 行第 2 列起不是"),
        (to_json(small_school()), "现为：数据，应为：排班表"),
    ):
        with pytest.raises(InvalidInput) as caught:
            (read_roster_json if expected.endswith("排班表") else read_problem_json)(data, name="p.json")
        assert faults_text(caught.value, "zh") == f"p.json：1 处错误\n  {expected}"


def test_where_a_fault_stands() -> None:
    fault = InputFault(
        "赵敏", "the id of a person (赵敏 is the name of 赵4)", "请假 absences", 3, "A 人员 assignee"
    )
    assert fault_text(fault) == (
        "表「请假 absences」 第 3 行 A 人员 assignee 列：这里是「赵敏」，应为：人员的编号（赵敏 是 赵4 的名称）"
    )
    many = InvalidInput("p.xlsx", [fault] * 300)
    assert faults_text(many, "zh").splitlines()[-1] == "  还有 100 处"
    assert faults_text(many, "en") == str(many)


def test_a_problem_from_no_file() -> None:
    error = InvalidProblem([Fault(("people", 0, "roles"), "cook", "the id of a role (the nearest is staff)")])
    assert (
        problem_text(error, "zh") == "people[0].roles：这里是「cook」，应为：角色的编号（最接近的是 staff）"
    )
    assert problem_text(error, "en") == str(error)


def test_what_the_table_lacks_stays() -> None:
    assert in_chinese("朝阳小学") == "朝阳小学"


def test_every_column_says_what_it_wants_in_either_language() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            assert HAN.search(column.help_zh), column
            assert column.help_en, column


ROOT = Path(__file__).resolve().parents[2]
SAYING = {"ValueError": (0,), "CellError": (0,), "RowError": (1,), "Fault": (1, 2), "InputFault": (0, 1)}
"""Where what a fault says stands among the arguments."""


def texts_of(node: ast.expr) -> list[str]:
    """Return the texts that an expression writes out, an X for each value in them."""
    if isinstance(node, ast.IfExp):
        return [*texts_of(node.body), *texts_of(node.orelse)]
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and " " in node.value else []
    if isinstance(node, ast.JoinedStr):
        parts = [v.value if isinstance(v, ast.Constant) else "X" for v in node.values]
        return ["".join(map(str, parts))]
    return []


def sentences(path: Path) -> list[str]:
    """Return every sentence of a file that a fault can say."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
            found += [
                text for k in SAYING[node.func.id] if k < len(node.args) for text in texts_of(node.args[k])
            ]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refuse":
            found += [text for argument in node.args[1:] for text in texts_of(argument)]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "expected":
            found += texts_of(node.value)
    return found


OTHERS = {
    "X: a problem is written to a file that ends in .xlsx or .json",  # a mistake of the program
    "now must have a time zone",
    # The kind is a word of its own, which an X is not.
    *("a X", "the id of a X", "the id of a XX", "the JSON of a X"),
    *("more of it after X", "JSON; at X: X"),  # X is a line and a column
}
READ = [
    *(ROOT / "models").glob("*.py"),
    *(ROOT / "formats").glob("*.py"),
    *(ROOT / "formats" / "workbook").glob("*.py"),
]


@pytest.mark.parametrize("path", READ, ids=[f"{p.parent.name}/{p.name}" for p in READ])
def test_every_sentence_of_the_source_has_its_row(path: Path) -> None:
    lacking = [s for s in sentences(path) if s not in OTHERS and not HAN.search(in_chinese(s))]
    assert lacking == []


def test_every_kind_of_thing_has_a_word() -> None:
    for kind in OWNERS:
        assert HAN.search(in_chinese(f"the id of a {kind} (the nearest is X)"))
    for shape in get_args(Shape):
        assert HAN.search(in_chinese(f"a {shape}"))
