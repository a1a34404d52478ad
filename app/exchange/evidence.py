"""What the values of a column say about what it holds, and which columns are price, number and amount of one another."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.core.columns import Kind
from app.exchange.headings import FieldSpec
from app.exchange.reading import Cell
from app.exchange.row_kinds import is_total_row
from app.exchange.values import Unreadable, is_blank, read_day, read_money, read_quantity, read_text, says_nothing

MOST_ROWS = 200         # looked at below a head
LEAST_CELLS = 3         # filled cells from which a column's values count against its heading
AGREES, DENIES = 0.8, 0.4
LEAST_REPEATED = 5      # cells that share their value with another: fewer are slips of the pen
CONFIRMED, LEAST_PRODUCTS = 0.9, 2
_CENT = 0.005
_CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff()（）\-_/.#·]{1,40}")
_LINK = re.compile(r"(?i)https?://|www\.")
_SAME_NAME = 4     # times that a name may stand in a list; what stands there more often is a class or a place
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(?:·[\u3400-\u9fff]{1,8})?")
_PLAUSIBLE_DAYS = range(1950, 2101)


def column(rows: Sequence[Sequence[Cell]], at: int) -> list[Cell]:
    """Give the filled cells of a column."""
    return [row[at] for row in rows if at < len(row) and not says_nothing(row[at])]


def agreement(spec: FieldSpec, cells: Sequence[Cell]) -> float | None:
    """Give the share of filled cells that can be values of a field; None where too few are filled or anything goes.

    Few cells speak against a field that has a test of its own, where none of them passes: 武汉隧道局 is no 计量单位.
    """
    test = _TESTS.get(spec.kind)
    if spec.fits is not None and cells:
        fits = spec.fits
        share = sum(fits(read_text(cell)) for cell in cells) / len(cells)
        return share if len(cells) >= LEAST_CELLS or not share else None
    if len(cells) < LEAST_CELLS or test is None or spec.fits is not None:
        return None
    return sum(test(cell) for cell in cells) / len(cells)


def are_links(cells: Sequence[Cell]) -> bool:
    """Whether most cells of a column are addresses on the web: 地址 over such is no room."""
    return sum(isinstance(cell, str) and _LINK.match(cell.strip()) is not None for cell in cells) * 2 > len(cells)


def are_names(cells: Sequence[Cell]) -> bool:
    """Whether most cells of a column may be names of people, few of them twice: 王敏, 欧阳小红, 阿依古丽·买买提."""
    names = [cell for cell in cells if isinstance(cell, str) and _NAME.fullmatch(cell.replace(" ", ""))]
    return len(names) >= LEAST_CELLS and len(names) * 2 > len(cells) and len(set(names)) * _SAME_NAME > len(names)


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number, typed or as text."""
    return number(cell) is not None


def number(cell: Cell) -> float | None:
    """Give a cell's number, None where it holds none; amounts in 元."""
    if isinstance(cell, (bool, date)):
        return None
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else None
    if is_blank(cell):
        return None
    try:
        return read_money(cell) / 100
    except Unreadable:
        return None


def _is_count(cell: Cell) -> bool:
    try:
        read_quantity(cell)
    except Unreadable:
        return False
    return True


def _is_day(cell: Cell) -> bool:
    if isinstance(cell, (date, datetime)):
        return True
    try:
        return read_day(cell)[0].year in _PLAUSIBLE_DAYS
    except Unreadable:
        return False


def _is_code(cell: Cell) -> bool:
    return not isinstance(cell, (date, bool)) and _CODE.fullmatch(read_text(cell).replace(" ", "")) is not None


_TESTS = {Kind.DAY: _is_day, Kind.MONEY: is_number, Kind.WHOLE: _is_count, Kind.QUANTITY: is_number, Kind.CODE: _is_code}


@dataclass(frozen=True, slots=True)
class Product:
    """Columns (from 0) of which price × count = amount in so large a ``share`` of the rows that tell."""

    price: int
    amount: int
    share: float


def product(
    rows: Sequence[Sequence[Cell]], count: int, prices: Mapping[int, int], amounts: Mapping[int, int],
) -> Product | None:
    """Find the price and the amount among candidate columns (column to its factor in 元); None where none multiply.

    Rows of one piece tell nothing: there price and amount are the same.
    """
    best: Product | None = None
    for price, its in prices.items():
        for amount, whole in amounts.items():
            if price == amount:
                continue
            told = [_multiplies(row, count, price, its, amount, whole) for row in rows]
            known = [each for each in told if each is not None]
            share = sum(known) / len(known) if known else 0.0
            if len(known) >= LEAST_PRODUCTS and share >= CONFIRMED and (best is None or share > best.share):
                best = Product(price, amount, share)
    return best


def _multiplies(row: Sequence[Cell], count: int, price: int, its: int, amount: int, whole: int) -> bool | None:
    """Whether price × count is the amount in one row, to the rounding of either; None where the row tells nothing."""
    if max(count, price, amount) >= len(row):
        return None
    pieces, one, all_of_them = number(_count(row[count])), number(row[price]), number(row[amount])
    if not pieces or pieces == 1 or one is None or all_of_them is None or (not one and not all_of_them):
        return None
    return abs(pieces * one * its - all_of_them * whole) <= max(0.005 * pieces * its, 0.005 * whole, 0.011)


def stands_in_few(rows: Sequence[Sequence[Cell]], count: int, price: int, amount: int) -> bool:
    """Whether most rows with a price and a number have no amount: what stands there adds up several rows."""
    priced = [row for row in rows if max(count, price) < len(row) and number(row[price]) is not None and number(_count(row[count])) is not None]
    filled = [row for row in priced if amount < len(row) and number(row[amount]) is not None]
    return len(priced) >= LEAST_CELLS and len(filled) * 2 < len(priced)


def adds_up_alone(rows: Sequence[Sequence[Cell]], count: int, price: int) -> bool:
    """Whether the sheet's own total is what the prices come to without their numbers, and not with them."""
    prices, amounts = 0.0, 0.0
    for row in rows:
        one, pieces = (number(row[price]) if price < len(row) else None), (number(_count(row[count])) if count < len(row) else None)
        if one is not None and is_total_row(row):
            return abs(prices - one) < _CENT and abs(amounts - one) >= _CENT
        if one is not None:
            prices += one
            amounts += one * (1 if pieces is None else pieces)
    return False


def _count(cell: Cell) -> Cell:
    """Give the number of 40套."""
    try:
        return read_quantity(cell)[0]
    except Unreadable:
        return None


def are_barcodes(cells: Sequence[Cell]) -> bool:
    """Whether a column holds the codes printed on goods (EAN-13, GB 12904): the last digit checks the others."""
    codes = [read_text(cell) for cell in cells]
    return len(codes) >= LEAST_CELLS and sum(map(_checks, codes)) >= AGREES * len(codes)


def _checks(code: str) -> bool:
    if len(code) != 13 or not code.isascii() or not code.isdecimal():
        return False
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(code)) % 10 == 0


def most_repeated(cells: Sequence[Cell]) -> str:
    """Give the value that stands in the most rows of a column of which half and more stand in several; "" for others."""
    counts = Counter(map(read_text, cells))
    again = sum(count for count in counts.values() if count > 1)
    return counts.most_common(1)[0][0] if again >= LEAST_REPEATED and again * 2 >= len(cells) else ""


def is_rising(cells: Sequence[Cell]) -> bool:
    """Whether a column only counts the rows: 1, 2, 3, …"""
    numbers = [number(cell) for cell in cells]
    return len(numbers) >= LEAST_CELLS and all(
        each is not None and before is not None and each == before + 1 for before, each in zip(numbers, numbers[1:], strict=False))
