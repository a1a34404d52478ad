"""What is typed under a column's title: read once into a condition, which SQLite and plain Python ask alike."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.core.columns import Kind
from app.core.errors import Refused
from app.core.money import FULL_WIDTH, format_fen, parse_fen
from app.core.pinyin import fold, folded
from app.core.quantity import format_quantity, parse_quantity

BLANK, FILLED = "空", "非空"
WORDS = frozenset({Kind.TEXT, Kind.CODE, Kind.CHOICE})
Value = str | int | date | None
Test = Literal["blank", "filled", "holds", "is", "within"]

_COMPARED = re.compile(r"(>=|<=|>|<|≥|≤)\s*(.+)")
_SPAN = re.compile(r"(.+?)\s*(?:\.\.|~|～|—|至|到)\s*(.+)")
_NUMBERS = re.compile(r"([\d.,万]+)\s*-\s*([\d.,万]+)")
_DAY = re.compile(r"(\d{4})(?:\D?(\d{1,2})(?:\D?(\d{1,2}))?)?\D?")
_PLAIN = re.compile("[一-鿿]+")         # characters that folding leaves alone and makes of nothing else
_MOST = 2**63 - 1                       # the largest whole number that SQLite holds


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a value is blank, holds a word, is a word, or lies between two amounts, numbers or days (both included).

    ``word`` is folded; ``first`` and ``last`` are whole numbers (money in 分, quantities in thousandths) or ISO days, None for no bound.
    """

    test: Test
    word: str = ""
    first: str | int | None = None
    last: str | int | None = None

    def sql(self, expression: str) -> tuple[str, list[Any]]:
        """Give the condition on an SQL expression and its parameters; ``folded`` is ours (``store.database``)."""
        if self.test in ("blank", "filled"):
            return f"coalesce({expression}, '') {'=' if self.test == 'blank' else '<>'} ''", []
        if self.test == "is":
            return f"folded({expression}) = ?", [self.word]
        if self.test == "holds":
            plain = _PLAIN.fullmatch(self.word)     # needs no folding, which takes twice the time of the search
            return (f"instr({expression}, ?) > 0" if plain else f"instr(folded({expression}), ?) > 0"), [self.word]
        bounds = [(sign, bound) for sign, bound in ((">=", self.first), ("<=", self.last)) if bound is not None]
        filled = [f"{expression} <> ''"] if self.first is None and isinstance(self.last, str) else []
        return " AND ".join([*filled, *(f"{expression} {sign} ?" for sign, _ in bounds)]), [
            bound for _, bound in bounds
        ]

    def fits(self, value: Value) -> bool:
        """Whether a value meets the condition, exactly as ``sql`` would say; a day may come as a date or its ISO text."""
        if isinstance(value, date):
            value = value.isoformat()
        blank = value is None or value == ""
        if self.test in ("blank", "filled"):
            return blank is (self.test == "blank")
        if self.test == "is":
            return folded(str(value or "")) == self.word
        if self.test == "holds":
            text = str(value or "")
            return self.word in (text if _PLAIN.fullmatch(self.word) else folded(text))
        bound: Any = value      # of the bounds' own sort: the kind of the column says so
        return not blank and (self.first is None or self.first <= bound) and (self.last is None or bound <= self.last)


def condition(kind: Kind, typed: str) -> Condition:
    """Read what a person typed under the title of a column of that kind.

    ``空`` and ``非空``; ``=词`` the whole value, whatever it looks like; ``>=100``, ``100..200``, ``100-200`` for amounts
    (in 元) and numbers, the same for days, where 2024 or 2024-9 alone is the whole year or month; any other word is
    contained. Letters' case and width do not count. ``Refused`` with a sentence where an amount, a
    number or a day cannot be read.
    """
    text = typed.strip()
    if text in (BLANK, FILLED):
        return Condition("blank" if text == BLANK else "filled")
    if kind in WORDS:
        word = fold(text.removeprefix("="))
        return Condition("is" if text.startswith("=") else "holds", word)
    read = _days if kind is Kind.DAY else _amount if kind is Kind.MONEY else _quantity if kind is Kind.QUANTITY else _number
    return _within(text.translate(FULL_WIDTH).removeprefix("=").strip(), read, kind)


def exactly(kind: Kind, value: Value) -> str:
    """Give what to type to find exactly the rows with this value: what 使用此值筛选 writes under the title."""
    if value is None or value == "":
        return BLANK
    if kind is Kind.MONEY and isinstance(value, int):
        return f"={format_fen(value)}"
    if kind is Kind.QUANTITY and isinstance(value, int):
        return f"={format_quantity(value)}"
    return f"={value.isoformat() if isinstance(value, date) else value}"


Bounds = tuple[str, str] | tuple[int, int]
Read = Callable[[str], Bounds]


def _within(text: str, read: Read, kind: Kind) -> Condition:
    """Compare with one value, or with two; a value is read as the first and last it stands for (2024: its days)."""
    one = _COMPARED.fullmatch(text)
    if one:
        (first, last), sign = read(one[2]), one[1]
        if sign in (">=", "≥"):
            return Condition("within", first=first)
        if sign in ("<=", "≤"):
            return Condition("within", last=last)
        return Condition("within", first=_next(last, 1)) if sign == ">" else Condition("within", last=_next(first, -1))
    two = _SPAN.fullmatch(text) or (None if kind is Kind.DAY else _NUMBERS.fullmatch(text))
    if two:
        low, high = sorted((read(two[1]), read(two[2])))
        return Condition("within", first=low[0], last=max(low[1], high[1]))
    first, last = read(text)
    return Condition("within", first=first, last=last)


def _next(bound: str | int, step: int) -> str | int:
    """Give the nearest bound that leaves this one out."""
    if isinstance(bound, int):
        return bound + step
    if step > 0:
        return f"{bound}~"      # behind this day, and before any later one
    before = date.fromisoformat(bound).toordinal() - 1
    return date.fromordinal(before).isoformat() if before else "0000"


def _number(text: str) -> tuple[int, int]:
    try:
        number = int(text.replace(",", ""))
    except ValueError:
        raise Refused(_NO_NUMBER.format(text)) from None
    if abs(number) >= _MOST:
        raise Refused(f"“{text}”太大了。")
    return number, number


def _amount(text: str) -> tuple[int, int]:
    try:
        amount = parse_fen(text)
    except ValueError:
        raise Refused(_NO_NUMBER.format(text)) from None
    return amount, amount


def _quantity(text: str) -> tuple[int, int]:
    try:
        quantity = parse_quantity(text)
    except ValueError:
        raise Refused(_NO_NUMBER.format(text)) from None
    return quantity, quantity


_NO_NUMBER = "“{}”不是数。可以写 1200、>=1000、100..200、空、非空。"


def _days(text: str) -> tuple[str, str]:
    """Give the first and last day, as ISO text, that a year, a month or a day stands for."""
    found = _DAY.fullmatch(text.strip())
    wrong = f"“{text}”不是日期。可以写 2024、2024-9、2024-9-1、2023..2024、空、非空。"
    if not found:
        raise Refused(wrong)
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:
        raise Refused(wrong) from None
    return first.isoformat(), last.isoformat()
