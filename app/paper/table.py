"""Columns on paper: where each stands, how a value becomes the operators of its cell, rows of every sort."""

from collections.abc import Sequence
from typing import Any

from app.core.columns import NUMBERS, Column, Kind, shown, written
from app.paper.book import MM, Book
from app.paper.fitting import LEADING, fit, place
from app.paper.fonts import Role
from app.paper.page import Heading, boxed, third_spans
from app.paper.ruling import PAD, Line

SERIAL = Column("serial", "序号", Kind.CHOICE, width=10.5)  # CHOICE: centred and without thousands separators
_NUMBERS = (*NUMBERS, Kind.DAY)
_INDENT = 2.6         # more room at the right of numbers, where the column has it: digits must not touch a rule
_LEAST_NUMBER = 0.5   # a number broken over two lines is read wrongly, so numbers shrink further than words
_SIGNED = 10 * MM     # a row that a hand signs in
_BREATH = 3.6         # points left free above and below the lines of a row that grew


class Table:
    """The columns of one ledger, fitted to the width of the page; keeps every cell it has drawn for the next row.

    All measures are points. ``tallest`` is how high a row may grow; text beyond it is cut with … and noted.
    """

    def __init__(self, columns: Sequence[Column], book: Book, left: float, right: float, row_height: float,
                 size: float, tallest: float) -> None:
        self.columns, self.book, self.left, self.right = tuple(columns), book, left, right
        self.row_height, self.size, self.tallest = row_height, size, max(tallest, row_height)
        self.edges = _edges(self.columns, left, right)
        self.bounds = self.edges[1:-1]
        self.total_height = max(row_height, 7 * MM)
        self.head = self._head()
        self._cells = [_Cells(self, index) for index in range(len(self.columns))]
        self._row = 0

    def row_line(self, values: Sequence[object], number: int) -> Line:
        """Give the line of one record; ``number`` names it in warnings, a wrong count of values is a ``ValueError``."""
        self._row = number
        drawn = [cells[value] for cells, value in zip(self._cells, values, strict=True)]
        height = max([height for _operators, height in drawn])
        return Line("".join([operators for operators, _height in drawn]), height, self.bounds)

    def empty_lines(self, room: float, words: str) -> list[Line]:
        """Give as many blank rows as fit into ``room``, the first saying that nothing follows."""
        count = int((room + 0.01) / self.row_height)
        lines = [Line("", self.row_height, self.bounds) for _ in range(count)]
        if lines:
            start, end = self._naming_column()
            lines[0].operators = boxed(self.book.ink, "body", words, self.size, start, end, "center")
        return lines

    def words_line(self, words: str) -> Line:
        """Give a row of one merged cell with a few words in its middle."""
        text = boxed(self.book.ink, "body", words, self.size, self.left + PAD, self.right - PAD, "center")
        return Line(text, self.row_height)

    def heading_line(self, heading: Heading) -> Line:
        """Give the merged row that begins a section: left · centre · right in bold."""
        ink, face, sides = self.book.ink, self.book.ink.face("bold"), ("left", "center", "right")
        inner = self.right - self.left - 2 * PAD
        spans = third_spans([face.width(text, self.size) for text in heading], inner, 4 * PAD)
        fits = [fit(face, text, end - start, self.size) for text, (start, end) in zip(heading, spans, strict=True)]
        parts = [place(ink, "bold", fitted, self.left + PAD + start, self.left + PAD + end, side)
                 for fitted, (start, end), side in zip(fits, spans, sides, strict=True)]
        high = max(self.row_height, 7 * MM, *(fitted.height + 2 * _BREATH for fitted in fits))
        return Line("".join(parts), high, part="head")

    def signing_line(self, labels: Sequence[str]) -> Line:
        """Give the merged row in which those who answer for a section sign below it, with the day at the right."""
        texts = [*(f"{label}：" for label in labels), "日期：　　　　年　　月　　日"]
        slot = (self.right - self.left - 2 * PAD) / len(texts)
        parts = [boxed(self.book.ink, "body", text, self.size, self.left + PAD + at * slot, self.left + PAD + (at + 1) * slot, "left")
                 for at, text in enumerate(texts)]
        return Line("".join(parts), max(self.row_height, _SIGNED), part="foot")

    def total_line(self, label: str, sums: Sequence[int | None]) -> Line:
        """Give a row of sums in bold, its label in one cell merged from the first column to the first sum."""
        first = next((index for index, amount in enumerate(sums) if amount is not None), len(self.columns))
        first = first or (1 if len(self.columns) > 1 else 0)
        if sums and sums[0] is not None:
            label = f"{label} {shown(self.columns[0].kind, sums[0])}"
        merged = self.edges[first]
        parts = [boxed(self.book.ink, "bold", label, self.size, self.left + PAD, merged - PAD, "center")]
        for index in range(first, len(self.columns)):
            amount = sums[index]
            if amount is not None:
                parts.append(self.draw(index, amount, "bold")[0])
        return Line("".join(parts), self.total_height, self.bounds[first - 1:] if first else (), part="foot")

    def sums(self, rows: Sequence[Sequence[object]], offset: int) -> list[int | None]:
        """Give the sum of each total column, None for the others; ``offset`` columns stand before the rows' first."""
        sums: list[int | None] = []
        for index, column in enumerate(self.columns):
            if not column.total or column.by_hand:
                sums.append(None)
            else:
                values = [row[index - offset] for row in rows]
                sums.append(sum(value for value in values if isinstance(value, int)))
        return sums

    def has_figures(self, rows: Sequence[Sequence[object]], offset: int) -> bool:
        """Whether any row has something to sum: a page of rooms that nobody counted has no 本页小计 of zeros."""
        return any(isinstance(row[index - offset], int) for row in rows
                   for index, column in enumerate(self.columns) if column.total and not column.by_hand)

    def draw(self, index: int, value: object, role: Role = "body") -> tuple[str, float]:
        """Give a cell's operators and the height its row needs."""
        column = self.columns[index]
        start, end = self.edges[index] + PAD, self.edges[index + 1] - PAD
        text = "" if column.by_hand else written(column.kind, value)
        if not text:
            return "", self.row_height
        face = self.book.ink.face(role)
        if column.align == "right" and face.width(text, self.size) <= end - start - _INDENT:
            end -= _INDENT
        if column.kind in _NUMBERS:
            fitted = fit(face, text, end - start, self.size, self.tallest - _BREATH, least=_LEAST_NUMBER)
        else:
            fitted = fit(face, text, end - start, self.size, self.tallest - _BREATH)
        if fitted.kept is not None:
            lost = f"共 {len(text):,} 字，纸上只印了前 {fitted.kept:,} 字"
            self.book.note(f"第 {self._row} 行的“{column.title}”太长，{lost}。")
        align = column.align
        if align == "center" and len(fitted.lines) > 1:
            align = "left"
        height = max(self.row_height, fitted.height + _BREATH)
        return place(self.book.ink, role, fitted, start, end, align), height

    def _head(self) -> Line:
        """Give the row of column titles, centred in bold, as high as its highest title."""
        ink = self.book.ink
        fits = [fit(ink.face("bold"), column.title, end - start - PAD, self.size, 8 * self.size * LEADING)
                for column, start, end in zip(self.columns, self.edges, self.edges[1:], strict=False)]
        parts = [place(ink, "bold", fitted, start, end, "center")
                 for fitted, start, end in zip(fits, self.edges, self.edges[1:], strict=False)]
        height = max([8 * MM, *(fitted.height + 2 * _BREATH for fitted in fits)])
        return Line("".join(parts), height, self.bounds, part="head")

    def _naming_column(self) -> tuple[float, float]:
        """Give the edges of the widest printed column of words, where （以下空白） is looked for."""
        words = [index for index, column in enumerate(self.columns) if column.kind is Kind.TEXT and not column.by_hand]
        index = max(words or range(len(self.columns)), key=lambda each: self.edges[each + 1] - self.edges[each])
        return self.edges[index] + PAD, self.edges[index + 1] - PAD


class _Cells(dict[Any, tuple[str, float]]):
    """One column's cells by value: names, units and places repeat on most rows, so most cells are drawn once."""

    def __init__(self, table: Table, index: int) -> None:
        super().__init__()
        self._table, self._index = table, index

    def __missing__(self, value: object) -> tuple[str, float]:
        cell = self[value] = self._table.draw(self._index, value)
        return cell


def _edges(columns: Sequence[Column], left: float, right: float) -> tuple[float, ...]:
    """Give the x of all vertical rules: the columns' widths in mm, scaled so that together they fill the page."""
    scale = (right - left) / sum(column.width for column in columns)
    edges = [left]
    for column in columns:
        edges.append(edges[-1] + column.width * scale)
    return (*edges[:-1], right)
