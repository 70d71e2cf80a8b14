"""The usage and help that the argument parser writes itself, in Chinese."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from formats.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Iterable

_ERRORS = Phrases(
    (
        ("the following arguments are required: {}", "缺少参数：{}"),
        ("one of the arguments {} is required", "须给出其中一个参数：{}"),
        ("unrecognized arguments: {}", "不认识的参数：{}"),
        ("argument {}: {s}", "参数 {}：{s}"),
        ("invalid choice: {} (choose from {})", "没有 {}，可选：{}"),
        ("invalid int value: {}", "{} 不是整数"),
        ("invalid float value: {}", "{} 不是数字"),
        ("expected one argument", "需要一个值"),
        ("expected at least one argument", "至少需要一个值"),
        ("expected {} arguments", "需要 {} 个值"),
        ("not allowed with argument {}", "不能与参数 {} 同用"),
        ("ignored explicit argument {}", "不带值，去掉 {}"),
        ("{} is not a date such as {}", "{} 不是 {} 这样的日期"),
    )
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class ChineseParser(argparse.ArgumentParser):
    """An argument parser whose own phrases are Chinese; its subparsers are of the same kind."""

    def __init__(
        self,
        prog: str | None = None,
        *,
        usage: str | None = None,
        description: str | None = None,
        epilog: str | None = None,
        allow_abbrev: bool = True,
    ) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            allow_abbrev=allow_abbrev,
            formatter_class=_Formatter,
            add_help=False,
        )
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示帮助")

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong with the arguments, and leave with 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：错误：{_ERRORS.say(message)}\n")
