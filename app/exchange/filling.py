"""Rows as people read them: a merged cell counts for every row it lies over, 同上 and 〃 stand for what is above.

Offices merge one room over twenty rows, or write 同上 under it; the file holds the room's name only once.
"""

from collections.abc import Collection, Iterable, Sequence

from app.exchange.reading import Cell, Merged, Row
from app.exchange.values import is_blank

_DITTO = frozenset(("同上", "同 上", "同上行", "〃", "″", "〞", "＂", '"', "''", "“", "”", "′′"))
_LONGEST_DITTO = 4


def is_ditto(cell: object) -> bool:
    """Whether a cell only says that what stands above counts here too: 同上, 〃, a lone quotation mark."""
    return isinstance(cell, str) and len(cell) <= _LONGEST_DITTO and cell.strip() in _DITTO


class Filler:
    """Fills rows one after another, from the top down.

    ``shared`` are the columns (from 0) whose merged cells and 同上 count for each row: names, places, days. What adds up
    (a value merged over three rows is the value of all three) must not be among them; ``sums`` are such columns, and
    ``left`` tells afterwards in which of them how many merged cells were left with their first row.
    """

    def __init__(self, merged: Iterable[Merged], shared: Collection[int], sums: Collection[int] = ()) -> None:
        self.shared = sorted(shared)
        self.left: dict[int, int] = {}
        self.filled = 0
        """How many merged cells have served rows below their first."""
        self._sums = frozenset(sums)
        self._blocks: dict[int, list[Merged]] = {}
        for block in sorted(merged):
            if block.last_row > block.first_row and (block.first_column in shared or block.first_column in self._sums):
                self._blocks.setdefault(block.first_column, []).append(block)
        self._values: dict[Merged, Cell] = {}
        self._above: Sequence[Cell] = ()

    def fill(self, number: int, cells: Row) -> Row:
        """Give worksheet row ``number`` filled; the caller's row stays as it is."""
        row = cells
        for column in self._blocks:
            value = self._merged_value(number, column, cells)
            if value is not None:
                row = _put(row, column, value, cells)
        for column in self.shared:
            cell = row[column] if column < len(row) else None
            if type(cell) is str and len(cell) <= _LONGEST_DITTO and is_ditto(cell):
                above = self._above[column] if column < len(self._above) else None
                if above is not None:
                    row = _put(row, column, above, cells)
        self._above = row
        return row

    def _merged_value(self, number: int, column: int, cells: Row) -> Cell:
        """Give what a merged cell that began above says here, None where there is none or the row has its own."""
        blocks = self._blocks[column]
        while blocks and blocks[0].last_row < number:
            self._values.pop(blocks.pop(0), None)
        if not blocks or blocks[0].first_row > number:
            return None
        block, own = blocks[0], cells[column] if column < len(cells) else None
        if block not in self._values:  # the first row of the block that is read: a title above it may be left out
            if not is_blank(own):
                self._values[block] = own
                if column in self._sums:
                    self.left[column] = self.left.get(column, 0) + 1
                else:
                    self.filled += 1
            return None
        return self._values[block] if column not in self._sums and is_blank(own) else None


def _put(row: Row, column: int, value: Cell, original: Row) -> Row:
    """Put a value into a row, which is copied before the first change."""
    if row is original:
        row = list(original)
    row.extend([None] * (column + 1 - len(row)))
    row[column] = value
    return row
