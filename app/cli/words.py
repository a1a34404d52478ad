"""What the command line understands and how it says that it does not: argparse in Chinese, verbs as declarations."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from app.core.files import why
from app.core.terms import parse_code
from app.exchange.problems import RowProblem, folded
from app.exchange.values import YEARS

DONE, REFUSED, USAGE = 0, 1, 2  # exit status: done, refused, words that are not understood


class Formatter(argparse.HelpFormatter):
    """Help whose first word is Chinese."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with 用法."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class SayAction(argparse.Action):
    """Says ``const``, or where there is none how the words are used, and ends.

    argparse's own actions would pass over that this cannot be written.
    """

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Say it."""
        say(self.const or parser.format_help().rstrip("\n"))
        parser.exit()


class Parser(argparse.ArgumentParser):
    """argparse that speaks Chinese."""

    def __init__(self, **words: Any) -> None:
        super().__init__(add_help=False, formatter_class=Formatter, **words)
        self._positionals.title, self._optionals.title = "内容", "选项"
        self.add_argument("-h", "--help", action=SayAction, nargs=0, help="显示用法后退出")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words typed and leave with status 2."""
        sys.stderr.write(f"用法不对：{_in_chinese(message)}\n可用 {self.prog} --help 查看用法。\n")
        raise SystemExit(USAGE)


@dataclass(frozen=True)
class Verb:
    """One verb of the command line: ``path`` is how it is typed (undo, stocktake open), ``text`` says what it does.

    ``run`` does it and gives the exit status, None for done. ``words`` adds what may be typed after it. A verb without
    ``run`` is the heading over those whose path begins with its own. ``json``: it can answer in JSON.
    """

    path: str
    text: str
    run: Callable[[argparse.Namespace], int | None] | None = None
    words: Callable[[argparse.ArgumentParser], object] | None = None
    json: bool = False


def add_verbs(parser: argparse.ArgumentParser, verbs: Iterable[Verb]) -> None:
    """Let a parser understand the verbs; a heading stands before the verbs below it."""
    below = {"": _branch(parser)}
    for verb in verbs:
        above, _, name = verb.path.rpartition(" ")
        made = below[above].add_parser(name, help=verb.text, description=verb.text)
        made.add_argument(
            "--data", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )  # after the verb as well
        if verb.run is None:
            below[verb.path] = _branch(made)
        else:
            made.set_defaults(run=verb.run, parser=made)
        if verb.words:
            verb.words(made)
        if verb.json:
            made.add_argument("--json", action="store_true", help="输出 JSON")


def _branch(parser: argparse.ArgumentParser) -> Any:
    return parser.add_subparsers(required=True, metavar="动作", parser_class=Parser)


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
    (r"argument ([^:]*): (要写.*|不能是.*)", r"\1 \2"),
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


def month_code(text: str) -> date:
    """Give the first day of a month as typed (2026-10, 2026年10月); what is no month is a usage error."""
    found = re.fullmatch(r"(\d{4})\D(\d{1,2})月?", text.strip())
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) not in YEARS:
        raise argparse.ArgumentTypeError(f"要写月份，例如 2026-10（1900—2100 年），“{text[:20]}”不是")
    return date(int(found[1]), int(found[2]), 1)


def step_number(text: str) -> int:
    """Give the id of a step as typed."""
    if not text.isdecimal() or len(text) > 15:  # SQLite's whole numbers end somewhere
        raise argparse.ArgumentTypeError(f"要写 undo --list 里的编号，“{text[:20]}”不是")
    return int(text)


def day(text: str) -> date:
    """Give a day as typed: 2026-11-20; what is no day of 1900–2100 is a usage error."""
    try:
        typed = date.fromisoformat(text)
    except ValueError:
        typed = None
    if typed is None or typed.isoformat() != text or typed.year not in YEARS:  # 2026-W47-5 would be read as a day as well
        raise argparse.ArgumentTypeError(f"要写日期，例如 2026-11-20（1900—2100 年），“{text[:20]}”不是")
    return typed


class Unheard(Exception):
    """What is said cannot be written; ``text`` says so, "" where whoever read it has heard enough (… | head -1)."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


@contextmanager
def heard() -> Iterator[None]:
    """Tell words that cannot be written from any other file that cannot: around each writing of words, and nothing else."""
    try:
        yield
    except BrokenPipeError as trouble:
        raise Unheard("") from trouble
    except OSError as trouble:
        raise Unheard(f"要输出的话写不出去：{why(trouble)}。账本里已经做完的不受影响，可用 check 和 undo --list 核对。") from trouble


def emit(facts: Any) -> None:
    """Write facts as JSON; ``Unheard`` where they cannot be written."""
    say(json.dumps(facts, ensure_ascii=False, indent=1))


def say(text: str) -> None:
    """Write a line for people; ``Unheard`` where it cannot be written."""
    with heard():
        sys.stdout.write(text + "\n")


def say_problems(problems: Iterable[RowProblem], sheets: int = 1) -> None:
    """Say what is wrong with a workbook, one line a kind with the rows behind it; the sheet where there are several."""
    for told in folded(problems):
        sheet = f"“{told.sheet}”" if sheets > 1 and told.rows else ""
        column = f" {told.column}" if told.column else ""
        value = f"“{told.value}”" if told.value else ""
        count = f"（共 {len(told.rows)} 行）" if len(told.rows) > 1 else ""
        say(f"{'错误' if told.level == 'error' else '提醒'} {sheet}{told.where}{column}{value}：{told.text}{count}")
