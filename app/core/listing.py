"""What a list page asks for: search words, filters, order. Queries turn it into SQL; views only hold it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.columns import Kind
from app.core.money import FULL_WIDTH, parse_fen


@dataclass(frozen=True)
class Wish:
    """Which rows a person wants to see and in which order.

    ``filters`` maps a filter's key to its value (a filter that is not set is absent). ``sort`` is a column key, "" for
    the list's own order. ``cells`` maps a column's key to what was typed under its header; see ``cell_condition``.
    """

    search: str = ""
    filters: Mapping[str, object] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether search or filters leave rows out: an empty list then offers to clear them."""
        return bool(self.search.strip() or self.filters or self.cells)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and sums over all rows that match: ``records`` cards, ``pieces``, ``fen``."""

    records: int = 0
    pieces: int = 0
    fen: int = 0


BLANK, FILLED = "空", "非空"
_COMPARED = re.compile(r"(>=|<=|>|<|≥|≤)\s*(.+)")
_SPAN = re.compile(r"(.+?)\s*(?:\.\.|~|～|—|至|到)\s*(.+)")
_NUMBERS = re.compile(r"([\d.,万]+)\s*-\s*([\d.,万]+)")
_DAY = re.compile(r"(\d{4})(?:\D?(\d{1,2})(?:\D?(\d{1,2}))?)?\D?")
_SIGNS = {"≥": ">=", "≤": "<="}


def cell_condition(kind: Kind, expression: str, typed: str) -> tuple[str, list[Any]]:
    """Give the SQL and its parameters for what was typed under a column's header.

    ``空`` and ``非空``; ``=词`` the whole value; ``>=100``, ``100..200``, ``100-200`` for amounts (in 元) and numbers, the
    same for days, where 2024 or 2024-9 alone is the whole year or month; any other word is contained. Raises
    ``ValueError`` with a sentence for a person where an amount or a day cannot be read.
    """
    text = typed.strip()
    if text in (BLANK, FILLED):
        return f"coalesce({expression}, '') {'=' if text == BLANK else '<>'} ''", []
    if kind in (Kind.TEXT, Kind.CODE, Kind.CHOICE):
        word = text.removeprefix("=").strip().casefold()
        return (f"lower({expression}) = ?" if text.startswith("=") else f"instr(lower({expression}), ?)"), [word]
    read = _day_bounds if kind is Kind.DAY else _number(kind)
    return _compared(expression, text.translate(FULL_WIDTH).removeprefix("=").strip(), read)


def _compared(expression: str, text: str, read: Callable[[str], tuple[Any, Any]]) -> tuple[str, list[Any]]:
    """Compare with one value, or with two; a value is read as the first and last it stands for (2024: its days)."""
    one = _COMPARED.fullmatch(text)
    two = _SPAN.fullmatch(text) or (None if read is _day_bounds else _NUMBERS.fullmatch(text))
    if one:
        sign, (first, last) = _SIGNS.get(one[1], one[1]), read(one[2])
        return f"{expression} <> '' AND {expression} {sign} ?", [first if sign in (">=", "<") else last]
    first, last = (read(two[1])[0], read(two[2])[1]) if two else read(text)
    return f"{expression} BETWEEN ? AND ?", [first, last]


def _number(kind: Kind) -> Callable[[str], tuple[int, int]]:
    def read(text: str) -> tuple[int, int]:
        try:
            amount = parse_fen(text) if kind is Kind.MONEY else int(text.replace(",", ""))
        except ValueError:
            raise ValueError(f"“{text}”不是数。可以写 1200、>=1000、100..200、空、非空。") from None
        return amount, amount
    return read


def _day_bounds(text: str) -> tuple[str, str]:
    """Give the first and last day, as ISO text, that a year, a month or a day stands for."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text}”不是日期。可以写 2024、2024-9、2024-9-1、2023..2024、空、非空。")
    year, month, day = found.groups()
    return (f"{year}-{int(month or 1):02d}-{int(day or 1):02d}", f"{year}-{int(month or 12):02d}-{int(day or 31):02d}")
