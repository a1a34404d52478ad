"""One description of a column serves grid, workbook and paper alike.

The *kind* decides alignment, how a value is shown, Excel's number format and how typed text is read; nobody formats
money or a day by hand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal

from app.core.money import format_fen
from app.core.quantity import ONE, format_quantity
from app.core.terms import chinese_day

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Align = Literal["left", "right", "center"]


class Kind(Enum):
    """What sort of value a column holds."""

    TEXT = "text"       # free words
    CODE = "code"       # digits and letters that must stay text: 2010301000000
    WHOLE = "whole"     # int
    MONEY = "money"     # int, 分
    QUANTITY = "quantity"   # int, thousandths: 1500 is 1.5 包
    DAY = "day"         # datetime.date or ISO text
    CHOICE = "choice"   # one word of a fixed list: status, 取得方式


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: ``key`` names the value, ``title`` is what people read, ``width`` is mm on paper."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width: float = 24.0
    total: bool = False     # summed in page totals and grand totals
    by_hand: bool = False   # left blank on paper, filled in with a pen
    shown: bool = True      # in the grid when a page is first opened
    person: bool = False    # names of people: sorted by the surname's own reading
    ordinal: bool = False   # a place in an order (序号, 年级), no count: nobody sums it
    names: tuple[str, ...] = ()     # other headings that foreign workbooks give it, best first

    @property
    def align(self) -> Align:
        """Give the side that values of this kind stand at."""
        return ALIGN[self.kind]


ALIGN: dict[Kind, Align] = {
    Kind.TEXT: "left", Kind.CODE: "left", Kind.WHOLE: "right", Kind.MONEY: "right",
    Kind.QUANTITY: "right", Kind.DAY: "center", Kind.CHOICE: "center",
}
NUMBERS = (Kind.WHOLE, Kind.MONEY, Kind.QUANTITY)
"""Kinds whose values are whole numbers of something: they can be summed."""


def shown(kind: Kind, value: object) -> str:
    """Give a value as people read it: 2,899.00 for 289900 分, 2023-07-18 for a day, nothing for None."""
    if value is None or value == "":
        return ""
    if kind is Kind.MONEY and isinstance(value, int):
        return format_fen(value)
    if kind is Kind.WHOLE and isinstance(value, int):
        return f"{value:,}"
    if kind is Kind.QUANTITY and isinstance(value, int):
        return format_quantity(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain_number(kind: Kind, value: int) -> float:
    """Give a number as a spreadsheet holds it: 元 for 分, pieces for thousandths."""
    return value / {Kind.MONEY: 100, Kind.QUANTITY: ONE}.get(kind, 1)


def written(kind: Kind, value: object) -> str:
    """Give a value as signed papers write it: as ``shown``, but a day as 2023年7月18日; a month alone stays as it is."""
    if kind is Kind.DAY and isinstance(value, str) and _DAY.fullmatch(value):
        value = date.fromisoformat(value)
    return chinese_day(value) if kind is Kind.DAY and isinstance(value, date) else shown(kind, value)


def by_key(columns: Sequence[Column], *keys: str) -> tuple[Column, ...]:
    """Give the named columns in the order asked for; an unknown key is a ``KeyError`` (a bug, not a user's mistake)."""
    index = {column.key: column for column in columns}
    return tuple(index[key] for key in keys)
