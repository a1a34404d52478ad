"""What the command line understands and how it says that it does not: argparse in Chinese."""

import argparse
import json
import re
import sys
from datetime import date
from typing import Any, NoReturn

from app.core.terms import parse_code

USAGE = 2  # the exit status of words that are not understood


class Formatter(argparse.HelpFormatter):
    """Help whose first word is Chinese."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with 用法."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse that speaks Chinese."""

    def __init__(self, **words: Any) -> None:
        super().__init__(add_help=False, formatter_class=Formatter, **words)
        self._positionals.title, self._optionals.title = "内容", "选项"
        self.add_argument("-h", "--help", action="help", help="显示用法后退出")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words typed and leave with status 2."""
        sys.stderr.write(f"用法不对：{_in_chinese(message)}\n可用 {self.prog} --help 查看用法。\n")
        raise SystemExit(USAGE)


_MESSAGES: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.*)", r"缺少：\1"),
    (r"unrecognized arguments: (.*)", r"不认识：\1"),
    (r"argument ([^:]*): invalid choice: (.*) \(choose from (.*)\)", r"\1 不能是 \2，只能是 \3"),
    (r"argument ([^:]*): invalid int value: (.*)", r"\1 要填整数，\2 不是"),
    (r"argument ([^:]*): expected one argument", r"\1 后面还要写内容"),
    (r"argument ([^:]*): expected at least one argument", r"\1 后面还要写内容"),
    (r"argument ([^:]*): not allowed with argument (.*)", r"\1 不能和 \2 同时用"),
    (r"argument ([^:]*): ignored explicit argument (.*)", r"\1 后面不要写内容"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 不明确，可能是 \2"),
    (r"argument ([^:]*): (要写.*)", r"\1 \2"),
)


def _in_chinese(message: str) -> str:
    for pattern, words in _MESSAGES:
        if re.fullmatch(pattern, message, re.DOTALL):
            return re.sub(pattern, words, message, flags=re.DOTALL)
    return message


def term_code(text: str) -> str:
    """Give the code of a term as typed; what is no term is a usage error."""
    try:
        return parse_code(text).code if text else ""
    except ValueError:
        raise argparse.ArgumentTypeError(f"要写学期，例如 2026-2027-1，“{text}”不是") from None


def step_number(text: str) -> int:
    """Give the id of a step as typed."""
    if not text.isdecimal() or len(text) > 15:  # SQLite's whole numbers end somewhere
        raise argparse.ArgumentTypeError(f"要写 undo --list 里的编号，“{text[:20]}”不是")
    return int(text)


def day(text: str) -> date:
    """Give a day as typed: 2026-11-20; what is no day is a usage error."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"要写日期，例如 2026-11-20，“{text[:20]}”不是") from None


def emit(facts: Any) -> None:
    """Write facts as JSON."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def say(text: str) -> None:
    """Write a line for people."""
    sys.stdout.write(text + "\n")
