"""The grid of a list page: cells one types and pastes in as in a spreadsheet, sorting asked for, columns remembered."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView as ItemView
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from app.core import clock
from app.core.columns import Kind
from app.core.errors import Refused
from ui.base import notify, style
from ui.base.crash import shielded
from ui.base.keys import is_key
from ui.grid.cells import CellDelegate, words_in
from ui.grid.copying import Copied, as_mime
from ui.grid.edits import Cell, Cells, block_of, named_columns, repeated_above, tiled
from ui.grid.fill_handle import FillHandle
from ui.grid.filling import fill_down, fill_right
from ui.grid.header import Header
from ui.grid.layout import ColumnLayout
from ui.grid.rows import Index, RowsModel

MOST_COPIED = 20_000
_MOVING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_TYPED = ItemView.EditTrigger.AnyKeyPressed | ItemView.EditTrigger.EditKeyPressed | ItemView.EditTrigger.DoubleClicked
Span = tuple[int, int, int, int]    # top, left, bottom, right of cells that are chosen together


class Grid(QTableView):
    """A table over a ``RowsModel``. Whole rows are chosen; with ``edits`` in the model, cells, which can be typed in.

    It stores nothing: what was typed, pasted or filled waits in the model's edits, and ``edited`` tells of it.
    """

    sort_asked = Signal(str, bool)      # column key ("" for the list's own order), descending
    open_asked = Signal()               # double click, or Enter where nothing can be typed
    edited = Signal(object, bool)  # records with new words in their cells; whether by a block, not by typing
    back_asked, forth_asked = (
        Signal(),
        Signal(),
    )  # Ctrl+Z and Ctrl+Y: what was typed and waits goes back a move, or comes back
    drop_asked = Signal()               # Esc: what waits in the chosen cell

    def __init__(self, model: RowsModel, settings: QSettings | None = None, settings_key: str = "") -> None:
        super().__init__()
        self.rows, self.sorted = model, ("", False)
        self.leaves = False     # whether Tab goes on past the last cell, and Shift+Tab before the first: a grid among the fields of a form
        self.gone = False       # whether the row that was typed in has just left the list, and the next one stands in its place
        self.on_enter: Callable[[Index], bool] = lambda index: False
        self.after_cell: Callable[[int, int], object] = self.step   # where to after typing: rows down, fields on
        self.digits_to: int | None = None   # the column that digits go to from a cell of its row that takes nothing
        self.setModel(model)
        self.cells = CellDelegate(self, model)
        self.cells.typed.connect(self._typed)
        self.cells.made.connect(self._made)
        self.cells.left.connect(lambda down, on: self.after_cell(down, on))
        self.setItemDelegate(self.cells)
        typing = bool(model.edits.fields)
        self.setSelectionBehavior(
            ItemView.SelectionBehavior.SelectItems if typing else ItemView.SelectionBehavior.SelectRows
        )
        self.setEditTriggers(_TYPED if typing else ItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(ItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        side = self.verticalHeader()
        side.setVisible(typing)
        side.setDefaultSectionSize(style.ROW_PX)
        side.setMinimumSectionSize(style.ROW_PX)
        side.setSectionResizeMode(side.ResizeMode.Fixed)
        side.setHighlightSections(False)
        side.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.head = Header(self, model.columns)
        self.setHorizontalHeader(self.head)
        # Titles show no selection; asked for it, Qt would go through every row of a column each time it paints them.
        self.head.setSelectionModel(QItemSelectionModel(model, self.head))
        self.head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.head.sectionClicked.connect(self._sort_clicked)
        self.layout_of_columns = ColumnLayout(self, self.head, model, settings, settings_key)
        self.doubleClicked.connect(self._double_clicked)
        self.handle = FillHandle(self) if typing else None

    def fit(self, measure: bool = False) -> None:
        """Give the columns widths that fill the grid, unless someone dragged one."""
        self.layout_of_columns.fit(measure)

    # What is chosen.

    def choose_spans(self, spans: Sequence[Span], current: tuple[int, int] | None) -> None:
        """Choose these blocks of cells without scrolling; ``current`` is the cell that the keys move from."""
        chosen, model = QItemSelection(), self.rows
        for top, left, bottom, right in spans:
            chosen.select(model.index(top, left), model.index(bottom, right))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flags.ClearAndSelect)
        if current is not None:
            self.selectionModel().setCurrentIndex(model.index(*current), flags.NoUpdate)

    def choose_rows(self, numbers: Sequence[int], current: int | None) -> None:
        """Choose whole rows without scrolling; the current cell keeps its column."""
        column = max(self.currentIndex().column(), 0)
        last = self.rows.columnCount() - 1
        self.choose_spans(
            [(number, 0, number, last) for number in numbers], None if current is None else (current, column)
        )

    def selectRow(self, row: int) -> None:
        """Choose one row: Qt's own way would add to what is chosen, or take from it, while Ctrl is still held."""
        self.choose_rows([row], row)

    def choose_cell(self, number: int, column: int) -> None:
        """Choose one cell and scroll to it."""
        self.choose_spans([(number, column, number, column)], (number, column))
        self.scrollTo(self.rows.index(number, column))

    def spans(self) -> list[Span]:
        """Give the chosen blocks of cells: ranges, as listing the cells of 100,000 rows would take seconds."""
        parts = self.selectionModel().selection()
        ranges = (parts.at(number) for number in range(parts.size()))
        return [(each.top(), each.left(), each.bottom(), each.right()) for each in ranges]

    def chosen_block(self) -> tuple[list[int], list[int]]:
        """Give rows and shown columns of the chosen block; raises ``Refused`` where cells here and there are chosen."""
        spans = self.spans()
        whole = {(top, bottom) for top, _, bottom, _ in spans}
        wide = {(left, right) for _, left, _, right in spans}
        columns = [each for each in self.layout_of_columns.order()
                   if any(left <= each <= right for left, right in wide)]
        rows = sorted({number for top, bottom in whole for number in range(top, bottom + 1)})
        area = sum((bottom - top + 1) * sum(left <= each <= right for each in columns)
                   for top, left, bottom, right in spans)
        if area != len(rows) * len(columns) or (rows and rows[-1] - rows[0] + 1 != len(rows)):
            raise Refused("选中的格子不连在一起。请选一块连续的格子再试。")
        return rows, columns

    # Typing, pasting, filling.

    def step(self, down: int, on: int) -> None:
        """Go to the cell below or above, or to the next field, from the last of a row to the first of the next."""
        here = self.currentIndex()
        if not here.isValid():
            return
        if self.gone:
            down, on = min(down, 0), 0
        columns = [each for each in self.layout_of_columns.order() if self.rows.field_at(self.rows.index(0, each))]
        number, column = here.row() + down, here.column()
        if on and columns:
            visual = self.head.visualIndex      # of a hidden column too
            further = [each for each in columns if (visual(each) - visual(column)) * on > 0]
            number += 0 if further else on
            column = (further or columns)[0 if on > 0 else -1]
        if 0 <= number < self.rows.rowCount():
            self.choose_cell(number, column)

    def _at_end(self, on: int) -> bool:
        """Whether there is no cell further on to type in: the row for new ones, where nothing is typed yet, is none."""
        here = self.currentIndex()
        if on > 0:
            return self.rows.adds and here.row() == self.rows.rowCount() - 1
        first = next((each for each in self.layout_of_columns.order() if self.rows.field_at(self.rows.index(0, each))), 0)
        return here.row() <= 0 and here.column() in (first, -1)

    def row_went(self) -> None:
        """Note that the current row has taken the place of one that was typed in: the key that ended the typing stops there."""
        self.gone = True
        QTimer.singleShot(0, self, partial(setattr, self, "gone", False))

    def copy(self, with_titles: bool = False) -> None:
        """Put the chosen cells on the clipboard, as text and as a table, columns as they stand; Shift adds their titles."""
        rows, columns = self.chosen_block() if self.rows.edits.fields else (
            sorted({number for top, _, bottom, _ in self.spans() for number in range(top, bottom + 1)}),
            self.layout_of_columns.order())
        if len(rows) > MOST_COPIED:
            notify.refuse(f"一次最多复制 {MOST_COPIED:,} 行，现在选中了 {len(rows):,} 行。请少选一些，或改用导出。")
            return
        lines = [[Copied(" ".join(self.words_at(number, each).split()), self.rows.index(number, each).data(Qt.ItemDataRole.UserRole))
                  for each in columns] for number in rows]
        QGuiApplication.clipboard().setMimeData(as_mime([self.rows.columns[each] for each in columns], lines, with_titles))

    def paste(self, as_new: bool = False) -> None:
        """Put what is on the clipboard into the chosen cells, or from there on; ``as_new``: as new rows at the end.

        One value goes to every chosen cell, one row to every chosen row; a blank changes nothing. A block with a row of titles goes
        into the columns that it names. Raises ``Refused`` where the block does not fit.
        """
        block = block_of(QGuiApplication.clipboard().text())
        if not block:
            raise Refused("剪贴板里没有文字。请先在 Excel 或 WPS 里选中单元格并复制。")
        rows, columns = self.chosen_block()
        if rows and not columns:
            raise Refused("选中的格子所在的列现在没有显示出来。请先点一个看得见的格子，再粘贴。")
        order = self.layout_of_columns.order()
        first = order.index(columns[0]) if columns else 0
        titles = [self.rows.columns[each].title for each in order[first:first + len(block[0])]]
        places = order[first:]
        if block[0] == titles:
            block = block[1:]
        elif named := self._named(block[0]):
            places = [each for each in named if each is not None]
            block = [[text for text, each in zip(texts, named, strict=True) if each is not None] for texts in block[1:]]
        elif not as_new:
            block = tiled(block, len(rows), len(columns))
        top = self.rows.stored + self.rows.edits.added if as_new or not rows else rows[0]
        over = [self.words_at(top - 1, each) if top and not as_new else "" for each in places]
        block = repeated_above(block, [self.rows.columns[each].kind for each in places], over)
        self.put_block(top, places, block, self.rows.edits.reader_of_others())

    def _named(self, line: Sequence[str]) -> list[int | None] | None:
        """Give which columns a pasted row of titles names; those that can be typed in and are hidden are shown then."""
        order = self.layout_of_columns.order()
        hidden = [at for at, each in enumerate(self.rows.columns) if each.key in self.rows.edits.fields and at not in order]
        named = named_columns(self.rows.columns, [*order, *hidden], line)
        for at in hidden:
            if named and at in named:
                self.layout_of_columns.hide(at, False)
        return named

    def half_typed(self) -> QWidget | None:
        """Give the open editor of a cell in which something was typed that nobody has entered yet, None where there is none."""
        editor = self.indexWidget(self.currentIndex()) if self.state() == ItemView.State.EditingState else None
        return editor if editor is not None and words_in(editor).strip() != self.cells.shown.strip() else None

    def words_at(self, number: int, column: int) -> str:
        """Give the words that stand in a cell."""
        return str(self.rows.index(number, column).data() or "")

    def put_words(self, words: str) -> None:
        """Write the same words into all chosen cells; "" empties them, which nothing but Del does."""
        rows, columns = self.chosen_block()
        block = [[words] * len(columns)] * len(rows)
        self.put_block(rows[0] if rows else 0, columns, block, self.rows.edits.reader(), blank_clears=not words)

    def put_block(self, top: int, columns: Sequence[int], block: Sequence[Sequence[str]], read: Callable[[str, str], Cell | None],
                   blank_clears: bool = False) -> None:
        """Read a block into the cells from row ``top`` on; raises ``Refused`` where it reaches over the edges."""
        self._check_block(top, columns, block)
        found, kept, nothing = Cells(), set[str](), 0
        for number, texts in enumerate(block, top):
            record = self.rows.record_at(number)
            for column, text in zip(columns, texts, strict=False):
                index = self.rows.index(number, column)
                stands = str(index.data() or "")
                if (not text and not blank_clears) or text == stands:
                    continue
                # A row that is still to be made has no index of its own.
                if self.rows.field_at(index if index.isValid() else self.rows.index(0, column)) is None:
                    kept.add(self.rows.columns[column].title)
                    continue
                key = self.rows.columns[column].key
                cell = read(key, text)
                if cell is None:
                    nothing += bool(stands)
                else:
                    found.setdefault(record, {})[key] = cell
        aside = [f"“{'、'.join(sorted(kept))}”不能在表格里直接改，这几列没有动。"] if kept else []
        aside += [f"有 {nothing:,} 格粘贴的是“无”或“-”，当作空白，没有动；要清空请按 Del。"] if nothing else []
        if not found:
            if aside:
                notify.said("".join(aside), tone="warning")
            return
        self.rows.edits.asides += aside
        self._keep(found)
        last = top + len(block) - 1
        self.choose_spans([(top, each, last, each) for each in columns[:len(block[0])]], (top, columns[0]))
        self.edited.emit(list(found), True)

    def take_cells(self, cells: Cells) -> None:
        """Take cells that were worked out elsewhere as one block."""
        self._keep(cells)
        self.edited.emit(list(cells), True)

    def _check_block(self, top: int, columns: Sequence[int], block: Sequence[Sequence[str]]) -> None:
        if self.rows.locked or not self.rows.edits.fields:
            raise Refused("这个表格现在不能修改。")
        width, over = len(block[0]) if block else 0, top + len(block) - self.rows.stored
        if width > len(columns):
            raise Refused(f"要粘贴的内容有 {width} 列，从这一格往右只有 {len(columns)} 列。请从更靠左的格子开始，或显示更多的列。")
        if over > 0 and not self.rows.adds:
            raise Refused(f"要粘贴的内容比表格多出 {over} 行，这里不能添加新的行。请从更靠上的格子开始。")

    def _typed(self, index: Index, cell: Cell) -> None:
        record = self.rows.record_at(index.row())
        self._keep({record: {self.rows.columns[index.column()].key: cell}})
        self.edited.emit([record], False)

    def _made(self, record: int, key: str, cell: Cell) -> None:
        self._keep({record: {key: cell}})
        self.edited.emit([record], False)

    def _keep(self, cells: Cells) -> None:
        """Take cells into the edits; the model tells of new rows."""
        more = max((-record for record in cells if record < 0), default=0) - self.rows.edits.added
        if more > 0:
            self.rows.beginInsertRows(QModelIndex(), self.rows.rowCount(), self.rows.rowCount() + more - 1)
        self.rows.edits.enter(cells)
        if more > 0:
            self.rows.endInsertRows()
        self.viewport().update()

    # Sorting, and what Qt asks.

    def show_sort(self, key: str, descending: bool) -> None:
        """Mark the column that the list is sorted by."""
        self.sorted = (key, descending)
        order, keys = Qt.SortOrder, [column.key for column in self.rows.columns]
        self.head.setSortIndicator(keys.index(key) if key in keys else -1,
                                   order.DescendingOrder if descending else order.AscendingOrder)
        self.head.setSortIndicatorShown(key in keys)

    def _sort_clicked(self, number: int) -> None:
        """Ask for up, down, the list's own order in turn; Qt's indicator has flipped by itself and is no witness."""
        key = self.rows.columns[number].key
        same, down = self.sorted[0] == key, self.sorted[1]
        self.sort_asked.emit("" if same and down else key, same and not down)

    def _double_clicked(self, index: QModelIndex) -> None:
        if self.rows.field_at(index) is None:
            self.open_asked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the columns follow the room; a current cell that was in sight stays so, as where sums come under the grid."""
        super().resizeEvent(event)
        self.fit()
        here = self.visualRect(self.currentIndex())
        if here.isValid() and here.top() >= 0 and here.bottom() <= event.oldSize().height() and here.bottom() > self.viewport().height():
            sideways = self.horizontalScrollBar().value()
            self.scrollTo(self.currentIndex())
            self.horizontalScrollBar().setValue(sideways)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Draw the tint of the current row anew."""
        super().currentChanged(current, previous)
        self.viewport().update()

    def scrollTo(self, index: Index, hint: ItemView.ScrollHint = ItemView.ScrollHint.EnsureVisible) -> None:
        """Scroll to a cell, not leaving it under the frozen columns; a frozen one is in sight already."""
        frozen, bar = self.layout_of_columns.frozen, self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        if frozen.isVisible() and index.column() in frozen.columns():
            bar.setValue(before)
        elif (hidden := frozen.width_kept() - self.columnViewportPosition(index.column())) > 0:
            bar.setValue(bar.value() - hidden)

    def edit(self, index: Index, *more: Any) -> Any:
        """Open the editor of a cell; a frozen one is typed in where it really stands, at the left end."""
        opens = not more or more[0] & self.editTriggers()
        if opens and self.rows.field_at(index) and index.column() in self.layout_of_columns.frozen.columns():
            self.horizontalScrollBar().setValue(0)
        return super().edit(index, *more)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Hand on words that come at once, as a comma of a Chinese input method: Qt opens the editor but drops them."""
        closed = self.state() != ItemView.State.EditingState
        if event.commitString() and not event.preeditString() and closed and self.rows.field_at(self.currentIndex()):
            self.edit(self.currentIndex())
            QApplication.sendEvent(QApplication.focusWidget() or self, event)
        else:
            super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Z and Ctrl+Y from the window while they have something to do here. Tab goes from field to field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.rows.edits.fields \
                and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            on = 1 if event.key() == Qt.Key.Key_Tab else -1
            if self.leaves and self._at_end(on):
                return self.focusNextPrevChild(on > 0)
            self.step(0, on)
            return True
        edits = self.rows.edits
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and (
                (is_key(event, "undo") and edits.cells and edits.done) or (is_key(event, "redo") and edits.undone)):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the frame of the current cell, which Qt finds where there was none, and choose it: keys and acts go there now."""
        super().focusInEvent(event)
        here = self.currentIndex()
        if here.isValid() and not self.selectionModel().hasSelection():
            if self.rows.edits.fields:
                self.choose_spans([(here.row(), here.column()) * 2], None)
            else:
                self.choose_rows([here.row()], None)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away: keys go elsewhere now."""
        super().focusOutEvent(event)
        self.viewport().update()

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """Choose the cell that Ctrl with an arrow, Home or End goes to: Qt would move the frame alone, and Del would clear another cell."""
        held = Qt.KeyboardModifier.ControlModifier
        if isinstance(event, QKeyEvent) and event.key() in _MOVING and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == held:
            flags = QItemSelectionModel.SelectionFlag
            rows = self.selectionBehavior() is ItemView.SelectionBehavior.SelectRows
            return flags.ClearAndSelect | (flags.Rows if rows else flags.NoUpdate)
        return super().selectionCommand(index, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a spreadsheet does on these keys; every other one is Qt's, which opens an editor for letters."""
        self.cells.key_held = event.isAutoRepeat()
        act = next((way for name, way in self.ways.items() if is_key(event, name)), None)
        if act is not None:
            shielded(act)
        else:
            if event.text().isdigit() and not self.rows.locked:
                shielded(self._lead_digits)
            super().keyPressEvent(event)

    def _lead_digits(self) -> None:
        """Go to the column that digits are meant for, where they are typed on a cell of the line that takes nothing."""
        here = self.currentIndex()
        if self.digits_to is not None and here.isValid() and not self.rows.field_at(here):
            self.choose_cell(here.row(), self.digits_to)

    @property
    def ways(self) -> dict[str, Callable[[], object]]:
        """Give what the keys of ``ui.base.keys`` do here; a list that is only read can be copied."""
        read: dict[str, Callable[[], object]] = {
            "enter": self._enter, "copy": self.copy, "copy_titles": partial(self.copy, with_titles=True)}
        typed: dict[str, Callable[[], object]] = {
            "paste": self.paste, "paste_new": partial(self.paste, as_new=True), "fill_down": partial(fill_down, self),
            "fill_right": partial(fill_right, self),
            "clear": partial(self.put_words, ""), "today": self._put_today, "list": self._open_list,
            "undo": self.back_asked.emit, "redo": self.forth_asked.emit, "drop": self.drop_asked.emit}
        return {**read, **typed} if self.rows.edits.fields else read

    def _enter(self) -> None:
        if self.on_enter(self.currentIndex()):
            return
        if self.rows.edits.fields and not self.rows.locked:
            self.step(0, 1)
        else:
            self.open_asked.emit()

    def _open_list(self) -> None:
        """Type in the cell with its list or calendar open."""
        self.edit(self.currentIndex())
        editor = self.indexWidget(self.currentIndex()) or self.focusWidget()
        opener = getattr(editor, "open", None) or getattr(editor, "showPopup", None)
        if editor is not self and opener is not None:
            opener()

    def _put_today(self) -> None:
        if self.rows.columns[self.currentIndex().column()].kind is Kind.DAY:
            self.put_words(clock.today().isoformat())

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: Qt would walk through all rows, and so fetch them all, for one letter."""
