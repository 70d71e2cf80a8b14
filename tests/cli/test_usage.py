"""Help, usage errors and faults in Chinese: what the argument parser and the formats say by themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = re.compile(r"[a-z]+ [a-z]+ [a-z]+")


def said(args: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run the command in Chinese; return its status and what it says."""
    try:
        status = main([*args, "--language", "zh"])
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    out, err = capsys.readouterr()
    return status, out + err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "缺少参数：COMMAND"),
        (["frobnicate"], "没有 'frobnicate'，可选："),
        (["solve", "p.json"], "缺少参数：-o/--output"),
        (["solve", "p.json", "-o", "r.json", "--workers", "many"], "参数 --workers：'many' 不是整数"),
        (["solve", "p.json", "-o", "r.json", "--time-limit", "x"], "参数 --time-limit：'x' 不是数字"),
        (["solve", "p.json", "-o", "r.json", "--week", "next"], "'next' 不是 2026-09-07 这样的日期"),
        (["solve", "p.json", "-o", "r.json", "--time-limit", "-1"], "时限 -1.0：请给大于 0 的秒数"),
        (["solve", "p.json", "-o"], "参数 -o/--output：需要一个值"),
        (["check", "p.json", "--fast"], "不认识的参数：--fast"),
        (["calendar", "p.json", "r.json", "-o", "x.ics"], "须给出其中一个参数：--person --crew --school"),
        (
            ["calendar", "p.json", "r.json", "-o", "x.ics", "--person", "A", "--crew", "B"],
            "参数 --crew：不能与参数 --person 同用",
        ),
        (["example", "city", "--schools", "0", "-o", "c.json"], "0 所学校的城市无法生成"),
    ],
)
def test_bad_usage(args: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, text = said(args, capsys)
    assert status == 2
    assert message in text
    assert "错误：" in text
    assert not SENTENCE.search(text)


@pytest.mark.parametrize(
    "command", ["", "check", "solve", "verify", "calendar", "example", "template", "schema"]
)
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, text = said([*([command] if command else []), "--help"], capsys)
    assert status == 0
    assert text.startswith("用法：huxue")
    assert "选项:" in text
    assert not SENTENCE.search(text)


def test_faults_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.json").write_text('{"horizon": {"start": "soon"}, "colour": 1}', "utf-8")
    status, text = said(["check", str(tmp_path / "p.json")], capsys)
    assert status == 1
    assert text.splitlines() == [
        "错误：p.json：2 处错误",
        "  horizon.start：这里是「soon」，应为：日期，如 2026-09-07",
        "  colour：这里是「1」，应为：不填（没有这个字段）",
    ]


def test_an_unknown_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem, roster = str(tmp_path / "p.json"), str(tmp_path / "r.json")
    assert main(["example", "school", "-o", problem]) == 0
    assert main(["solve", problem, "-o", roster]) == 0
    capsys.readouterr()
    status, text = said(["calendar", problem, roster, "--person", "X", "-o", str(tmp_path / "x.ics")], capsys)
    assert (status, text) == (1, "错误：没有这个人员：巡组一 (X)\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["people", "--role", "moon"], "没有角色 'moon'；现有"),
        (["bells", "--within", "0"], "--within 0：请给出 1 至 180 分钟"),
        (["bells", "--time-limit", "0"], "时限 0.0：请给大于 0 的秒数"),
    ],
)
def test_advice_that_cannot_be_asked(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = str(tmp_path / "p.json")
    assert main(["example", "school", "-o", problem]) == 0
    capsys.readouterr()
    status, text = said(["advise", options[0], problem, *options[1:]], capsys)
    assert status == 2
    assert words in text
    assert not SENTENCE.search(text.partition("现有")[0])
