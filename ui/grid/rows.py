"""The rows of a list, fetched in blocks as one scrolls: a list of 100,000 costs no more memory than one of 6,000."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.core.columns import Column, Kind, shown
from ui.base import style
from ui.base.crash import shielded
from ui.forms.form import Field
from ui.grid.edits import Cell, Edits

Row = Sequence[Any]
Fetch = Callable[[int, int], Sequence[Row]]     # (limit, offset) → rows; row[0] is the record's id, then the columns
Index = QModelIndex | QPersistentModelIndex
BLOCK, BLOCKS_KEPT = 200, 30
_BAD, _WAITING = QColor("#fbd5d0"), QColor(style.WARNING_SOFT)
_ROLE = Qt.ItemDataRole     # as plain numbers below: painting asks for them thousands of times a frame
_DISPLAY, _VALUE, _INK, _GROUND, _TIP, _ALIGN = map(
    int,
    (
        _ROLE.DisplayRole,
        _ROLE.UserRole,
        _ROLE.ForegroundRole,
        _ROLE.BackgroundRole,
        _ROLE.ToolTipRole,
        _ROLE.TextAlignmentRole,
    ),
)
_SHOWN = frozenset({_DISPLAY, _VALUE, _INK, _GROUND, _TIP, _ALIGN})
_SIDE = Qt.AlignmentFlag
ALIGN = {side: flag | _SIDE.AlignVCenter for side, flag in
         (("left", _SIDE.AlignLeft), ("right", _SIDE.AlignRight), ("center", _SIDE.AlignHCenter))}
_CHOSEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_TYPED = _CHOSEN | Qt.ItemFlag.ItemIsEditable


class RowsModel(QAbstractTableModel):
    """Shows what a query gives, never more than it was asked for, and over it what waits in ``edits``.

    ``tones`` colours the words of CHOICE columns: {"在修": "warning"}. With ``adds`` an empty row ends the list, where
    the next record can be typed. Rows are stored by the page's command only, never here. A list that gives cells a ground
    of their own (``data`` under BackgroundRole) says so by ``tinted``: the others are not asked while painting.
    """

    tinted = False

    def __init__(self, columns: Sequence[Column], tones: Mapping[str, str] | None = None,
                 parent: QObject | None = None, edits: Edits | None = None, adds: bool = False) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.edits, self.adds, self.locked = edits or Edits({}), adds, False
        self._colours = {word: QColor(style.TONES[tone][0]) for word, tone in (tones or {}).items()}
        self._fetch: Fetch = lambda limit, offset: ()
        self._count = 0
        self._blocks: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self.unreadable: set[int] = set()       # blocks that could not be read since the list was loaded

    def load(self, fetch: Fetch, count: int) -> None:
        """Show ``count`` rows that ``fetch(limit, offset)`` gives from now on."""
        self.beginResetModel()
        self._fetch, self._count = fetch, count
        self._blocks.clear()
        self.unreadable.clear()
        self.endResetModel()

    def row(self, number: int) -> Row | None:
        """Give one row, fetching its block when it is not at hand; None past the end of what the query gives."""
        if not 0 <= number < self._count:
            return None
        block = self._block(number // BLOCK)
        place = number % BLOCK
        return block[place] if place < len(block) else None

    def id_at(self, number: int) -> int | None:
        """Give the id of the record in that row; None in the rows of new ones."""
        row = self.row(number)
        return None if row is None else row[0]

    @property
    def stored(self) -> int:
        """Give how many rows stand for records; those below are new."""
        return self._count

    def record_at(self, number: int) -> int:
        """Give the id of the record in that row; -1, -2 … in the rows of new ones."""
        return self._count - number - 1 if number >= self._count else self.id_at(number) or 0

    def number_of_new(self, record: int) -> int:
        """Give the row in which a new record (-1, -2 …) stands."""
        return self._count - record - 1

    def field_at(self, index: Index) -> Field | None:
        """Give the field that a cell is typed in, None where it cannot be."""
        return None if self.locked else self.edits.fields.get(self.columns[index.column()].key)

    def is_invitation(self, index: Index) -> bool:
        """Whether this is the first cell to type in of the empty last row."""
        first = next((number for number, each in enumerate(self.columns)
                      if each.key in self.edits.fields and each.shown), -1)
        return index.row() == self.rowCount() - 1 and index.column() == first and self.waiting(index) is None

    def waiting(self, index: Index) -> Cell | None:
        """Give what was typed into a cell and is not stored yet."""
        if not self.edits.cells:
            return None
        return self.edits.at(self.record_at(index.row()), self.columns[index.column()].key)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Give whether a cell can be chosen and typed in."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _TYPED if self.field_at(index) else _CHOSEN

    def find(self, ids: Collection[int], near: Iterable[int]) -> dict[int, int]:
        """Give the row numbers of those records that stand in the blocks around the given rows, and in the first."""
        wanted, found = set(ids), dict[int, int]()
        blocks = {0} | {each // BLOCK + step for each in near for step in (-1, 0, 1)}
        for number in sorted(each for each in blocks if 0 <= each * BLOCK < self._count):
            for place, row in enumerate(self._block(number)):
                if row[0] in wanted:
                    found[row[0]] = number * BLOCK + place
        return found

    def _fetched(self, number: int) -> Row | None:
        """Give a row to paint from a block not at hand. One that cannot be read (damaged file) is told once and stays blank."""
        block = number // BLOCK
        found = list[Row | None]()
        if block not in self.unreadable:
            shielded(lambda: found.append(self.row(number)), soon=True)
            if not found:
                self.unreadable.add(block)
        return found[0] if found else None

    def _block(self, number: int) -> Sequence[Row]:
        if number not in self._blocks:
            self._blocks[number] = self._fetch(BLOCK, number * BLOCK)
            if len(self._blocks) > BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Give how many rows match."""
        if parent.isValid():
            return 0
        return self._count + self.edits.added + (1 if self.adds and not self.locked else 0)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Give how many columns there are, hidden ones too."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Give text, side and colour by the column's kind; the plain value under UserRole."""
        if role not in _SHOWN:
            return None
        place = index.column()
        column = self.columns[place]
        if role == _ALIGN:
            return ALIGN[column.align]
        if self.edits.cells and (cell := self.waiting(index)) is not None:
            return {_DISPLAY: cell.text, _TIP: cell.reason, _VALUE: cell.value,
                    _GROUND: _BAD if cell.reason else _WAITING}.get(role)
        if role in (_TIP, _GROUND) or (role == _INK and column.kind is not Kind.CHOICE):
            return None
        number = index.row()
        row = self.row(number) if number // BLOCK in self._blocks else self._fetched(number)
        if row is None:
            return None
        value = row[place + 1]
        if role == _INK:
            return self._colours.get(str(value))
        return shown(column.kind, value) if role == _DISPLAY else value

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the title of a column, standing where its values stand; the number of a row, a star for a new one."""
        if orientation == Qt.Orientation.Vertical and role == Qt.ItemDataRole.DisplayRole:
            return str(section + 1) if section < self._count else "＊"
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return ALIGN[self.columns[section].align]
        return None
