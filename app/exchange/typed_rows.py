"""Workbooks for lists that are typed in: each line as the words that a person would type into its cells.

What the words mean is left to the list's own fields, as after a paste; here only what Excel holds as numbers and days
becomes words, and headings are found by the columns' titles and other names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.columns import Column, Kind, shown
from app.core.errors import Refused
from app.exchange.headings import FieldSpec, money_factor
from app.exchange.plain_tables import Line, read_list
from app.exchange.reading import Cell, open_workbook
from app.exchange.values import Unreadable, read_code, read_day, read_money, read_quantity, read_text, read_thousandths


@dataclass(frozen=True)
class TypedRows:
    """The lines as words by column key, blanks left out, several lines of a cell kept.

    ``unused`` are headings of filled columns that the list has not.
    """

    rows: Sequence[dict[str, str]]
    unused: Sequence[str]


def read_typed(path: Path, columns: Sequence[Column], needed: Column) -> TypedRows:
    """Read all visible sheets; a head has the column ``needed`` and one more. ``Refused`` where there is none, or no line under it."""
    specs = [FieldSpec(each.key, each.title, each.kind, each.names, each is needed) for each in columns]
    listed = [read_list(sheet, specs, needed.key) for sheet in open_workbook(path).sheets if not sheet.hidden]
    rows = [_words(line, columns) for each in listed for line in each.lines]
    if not rows:
        others = "、".join(each.title for each in columns if each is not needed)
        raise Refused(f"“{path.name}”里没有找到可以导入的行：表头里要有“{needed.title}”，再加一列（{others}），下面要有内容。")
    return TypedRows(rows, list(dict.fromkeys(head for each in listed for head in each.unused)))


def _words(line: Line, columns: Sequence[Column]) -> dict[str, str]:
    words = {each.key: _typed(each.kind, line.cells.get(each.key), line.titles.get(each.key, "")) for each in columns}
    return {key: text for key, text in words.items() if text}


def _typed(kind: Kind, cell: Cell, heading: str) -> str:
    """Give the words for a cell; what is not its kind, or only by guessing, stays as it stands and is judged in the list."""
    text = "\n".join(filter(None, map(read_text, cell.splitlines() if isinstance(cell, str) else [cell])))
    if not text:
        return ""
    try:
        if kind is Kind.MONEY:
            return shown(kind, read_money(cell) * money_factor(heading))
        if kind is Kind.WHOLE:
            return str(read_quantity(cell)[0])
        if kind is Kind.QUANTITY:
            return shown(kind, read_thousandths(cell)[0])
        if kind is Kind.CODE:
            return read_code(cell)
        day, exact = read_day(cell) if kind is Kind.DAY else (None, False)
        return day.isoformat() if day and exact else text
    except Unreadable:
        return text
