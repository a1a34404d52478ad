"""XML 表格 2003 (SpreadsheetML), the other format that web systems export under the name .xls: sheets, rows, typed cells.

Read as a stream; a document type, and with it every entity bomb, is refused. What the file merely declares (an index, a
span) costs no memory before the limits were asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from sys import getsizeof
from xml.parsers import expat

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.extents import DAMAGED, TOO_MUCH, check_box, no_entities
from app.exchange.web_table import page_text

_LONGEST_CELL = 100_000  # characters
_KEPT_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SEPARATOR = " "

Cell = str | float | bool | datetime | None
Block = tuple[int, int, int, int]
"""A merged block: first row (1-based), first column (0-based), last row, last column."""


@dataclass
class XmlSheet:
    """One sheet: its name, its rows from worksheet row 1 on, its merged blocks."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[Block] = field(default_factory=list)


def read_xml_spreadsheet(content: bytes) -> list[XmlSheet]:
    """Give the sheets of a workbook; a file that is broken, holds none, or holds too much is ``Refused``."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = no_entities
    try:
        parser.Parse(page_text(content), True)  # the parser itself knows no GB 2312
    except expat.ExpatError as error:
        raise Refused(DAMAGED) from error
    if not reader.sheets:
        raise Refused("这个 XML 文件不是 Excel 表格。请选 Excel 文件（.xlsx、.xls）。")
    return reader.sheets


class _Reader:
    """Takes tags and text in their order."""

    def __init__(self) -> None:
        self.sheets: list[XmlSheet] = []
        self._row: list[Cell] = []
        self._pieces: list[str] | None = None
        self._kind = ""
        self._attributes: dict[str, str] = {}
        self._value: Cell = None
        self._cells = self._held = self._letters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an opening tag; only those of the spreadsheet's own namespace count."""
        space, _, name = tag.rpartition(_SEPARATOR)
        take: Callable[[dict[str, str]], None] | None = {
            "Worksheet": self._begin_sheet, "Row": self._begin_row, "Cell": self._begin_cell, "Data": self._begin_data,
        }.get(name) if space == _KEPT_NAMESPACE else None
        if take is not None:
            take({key.rpartition(_SEPARATOR)[2]: value for key, value in attributes.items()})

    def text(self, words: str) -> None:
        """Take a piece of text."""
        if self._pieces is not None and self._letters < _LONGEST_CELL:
            self._pieces.append(words)
            self._letters += len(words)

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        space, _, name = tag.rpartition(_SEPARATOR)
        if space != _KEPT_NAMESPACE:
            return
        if name == "Data" and self._pieces is not None:
            self._value, self._pieces = _typed("".join(self._pieces), self._kind), None
        elif name == "Cell" and self.sheets:
            self._end_cell()
        elif name == "Row" and self.sheets:
            self._end_row()
        elif name == "Table" and self.sheets:
            rows = self.sheets[-1].rows
            while rows and not rows[-1]:
                rows.pop()

    def _begin_sheet(self, attributes: dict[str, str]) -> None:
        if len(self.sheets) >= limits.MOST_SHEETS:
            raise Refused(TOO_MUCH)
        self.sheets.append(XmlSheet(attributes.get("Name", "") or f"表{len(self.sheets) + 1}"))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        if not self.sheets:
            return
        rows = self.sheets[-1].rows
        index = _whole(attributes, "Index", len(rows) + 1)
        check_box(index, 1)
        rows += [[] for _ in range(index - 1 - len(rows))]
        self._row = []
        self._span = _whole(attributes, "Span", 0)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._attributes, self._value = attributes, None

    def _begin_data(self, attributes: dict[str, str]) -> None:
        self._kind, self._pieces, self._letters = attributes.get("Type", "String"), [], 0

    def _end_cell(self) -> None:
        row, sheet = self._row, self.sheets[-1]
        index = _whole(self._attributes, "Index", len(row) + 1)
        across, down = _whole(self._attributes, "MergeAcross", 0), _whole(self._attributes, "MergeDown", 0)
        number = len(sheet.rows) + 1
        check_box(number, index)
        row += [None] * (index - 1 - len(row))
        row.append(self._value)
        if across or down:
            across, down = min(across, limits.MOST_COLUMNS - index), min(down, limits.MOST_ROWS)
            sheet.merged.append((number, index - 1, number + down, index - 1 + across))
            row += [None] * across

    def _end_row(self) -> None:
        row, rows = self._row, self.sheets[-1].rows
        while row and row[-1] is None:
            row.pop()
        self._cells += len(row)
        self._held += sum(map(getsizeof, row))
        if self._cells > limits.MOST_CELLS or self._held > limits.MOST_HELD_BYTES:
            raise Refused(TOO_MUCH)
        check_box(len(rows) + 1 + self._span, 1)
        rows.append(row)
        rows += [[] for _ in range(self._span)]
        self._row = []


def _whole(attributes: dict[str, str], name: str, usual: int) -> int:
    """Give a whole number of an attribute, at least what is usual; nonsense counts as damage."""
    text = attributes.get(name)
    if text is None:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(DAMAGED)
    return max(int(text), usual)


def _typed(text: str, kind: str) -> Cell:
    """Give a cell's value by its declared type; what does not fit its type stays text, an error cell is blank."""
    if kind == "Error":
        return None
    try:
        if kind == "Number":
            return float(text) if len(text) < 40 else text
        if kind == "DateTime":
            return datetime.fromisoformat(text.strip())
    except ValueError:
        pass
    if kind == "Boolean":
        return text.strip() == "1"
    return text if text.strip() else None
