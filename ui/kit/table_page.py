"""A tab that is a list: acts, search, filters, grid, detail pane. A feature declares columns, filters, acts and fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, final

from PySide6.QtCore import QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.core.columns import NUMBERS, Column, Kind, shown
from app.core.conditions import exactly
from app.core.listing import Listing, Totals, Wish
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.store.journal import Step
from ui.base import keys
from ui.base.changes import Changes
from ui.base.icons import icon
from ui.base.keys import KEYS
from ui.base.page import Page, Typing, measured
from ui.base.parts import button, column, label, later, row, tool
from ui.forms.form import Field
from ui.grid.edits import Edits
from ui.grid.foot import Foot
from ui.grid.grid import Grid
from ui.grid.rows import Index, Row, RowsModel
from ui.grid.storing import Storing
from ui.kit import workbooks
from ui.kit.acts import Act, ActBar, act_button, make_actions
from ui.kit.filters import Filter
from ui.kit.staying import Staying
from ui.kit.usual_acts import with_usual_acts
from ui.kit.views import View, Views, ViewsButton

SEARCH_MS, DETAIL_MS, MOST_SUMMED, LOW = 150, 40, 2_000, 230     # px of a list that shows hardly five rows


class TablePage(Page):
    """A list page. Subclasses set the attributes below; ``listing`` answers what is asked.

    Sorting, filtering, searching and limiting are the query's work; this class only holds the wish and shows what comes
    back. Rows are sequences: the record's id, then one value for each of ``columns``. With ``fields`` (column key →
    ``Field``, whose own key is the draft's) cells are typed in; ``write`` stores them.

    Places for what a list shows besides: ``top`` over everything, ``above`` the grid, ``below`` it.
    """

    columns: Sequence[Column] = ()
    listing: Listing                        # of the class, or set before ``super().__init__``
    filters: Sequence[Filter] = ()
    acts: Sequence[Act] = ()
    fields: Mapping[str, Field] = {}
    narrows = True  # whether it can be searched and filtered; a short list in an order of its own cannot
    embedded = False                        # whether it stands inside another page, which has the margins
    row_numbers = True                      # whether rows of a list that is typed in are numbered at their side
    internal = False                        # whether it names pupils: printed or exported it says that it must not hang in public
    always_one = False  # whether a row is always chosen, the first where none was
    grid_when_empty = False  # whether an empty list that ``adds`` shows its grid, to be typed into at once
    goes_on = False     # whether a row that the filters leave out once it was typed in goes at once: a list of what is still to be done
    adds = False                            # whether rows can be added by typing or pasting below the last
    rows_model: type[RowsModel] = RowsModel # a list whose cells say more (tinted, some not to be typed in) has its own
    tones: Mapping[str, str] = {}           # status word → tone
    empty_text = "这里还没有内容。"
    empty_acts: Sequence[str] = ()          # keys of acts that an empty list offers
    settings_key = ""                       # where columns and pane are remembered
    search_hint = "搜索"
    record_word, piece_word = "条", "件"    # 张卡片
    empty: QWidget | None = None            # what stands in the place of the rows while there are none
    begun = False                           # whether an empty list was opened for typing its first row
    group = ""                              # what the page around it has chosen on its left
    sort: tuple[str, bool] = ("", False)    # order at first: column key, descending

    def __init__(self, changes: Changes, settings: QSettings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(changes, settings, parent)
        self.found, self.acts = Totals(), with_usual_acts(self.acts, self.embedded, bool(self.fields))
        self.model = self.rows_model(self.columns, self.tones, self, Edits(self.fields), self.adds)
        self.grid = Grid(self.model, settings, self.settings_key)
        self.grid.verticalHeader().setVisible(bool(self.fields) and self.row_numbers)
        self.staying = Staying()        # rows that were typed in and keep their places
        self.storing = Storing(self, self.grid, self._write_in_place, self.choose, changes)
        self.actions_by_key = make_actions(self.acts, self, self.grid)
        self.bar = ActBar(self.acts, self.actions_by_key)
        self.search = QLineEdit(placeholderText=f"{self.search_hint}　{keys.shown('find')}")
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.wipe = self.search.addAction(icon("dismiss"), QLineEdit.ActionPosition.TrailingPosition)
        self.wipe.setVisible(False)
        self.boxes = {each.key: each.box() for each in self.filters}
        self.conditions = tool("filter", f"在标题下按列筛选（{keys.shown('conditions')}）", self.toggle_conditions)
        self.views = ViewsButton(Views(settings, self.settings_key), self.view_now, self.show_view)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.grid)
        self.below_titles = QVBoxLayout(self.grid.viewport())
        self.detail = self.detail_widget()
        self.sums_row = Foot(self.grid)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.top, self.above, self.below = column(gap=8), column(gap=8), column(gap=8)
        holder, inside = QWidget(), column(self.stack, self.storing, self.sums_row, self.below, gap=0)
        inside.setStretch(0, 1)
        holder.setLayout(inside)
        self.splitter.addWidget(holder)
        narrowing = row(self.search, *self.boxes.values(), self.conditions, self.views)
        narrowing.setStretch(0, 1)
        lines = column(self.top, self.bar, narrowing, self.above, self.splitter,
                       margins=(0, 0, 0, 0) if self.embedded else (14, 12, 14, 10), gap=8 if self.embedded else 10)
        lines.setStretch(4, 1)
        self.setLayout(lines)
        self._add_detail()
        if not self.narrows:
            for widget in (self.search, *self.boxes.values(), self.conditions, self.views):
                widget.hide()
            self.grid.head.setSectionsClickable(False)
        self.search_timer = later(self, SEARCH_MS, self.reload)
        self.detail_timer = later(self, DETAIL_MS, self._show_row)
        self._connect()
        self.setFocusProxy(self.grid)

    # What a feature writes.

    def whole(self, wish: Wish) -> Wish:
        """Give what the listing is asked: the wish, and within what the page itself has chosen (a plan, a year)."""
        return wish

    def scope_words(self) -> str:
        """Give of what the list is, for the head of its paper and workbook: the chosen class or room, ``group`` of the page around it."""
        return self.group

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give that many rows from there on."""
        return self.listing.rows(self.whole(wish), limit, offset)

    def totals(self, wish: Wish) -> Totals:
        """Give counts and sums over all rows that match."""
        return self.listing.totals(self.whole(wish))

    def detail_widget(self) -> QWidget | None:
        """Give the pane on the right (a ``DetailPane``), made once; None for a list without one."""
        return None

    def show_detail(self, row: Row | None) -> None:
        """Fill the pane with the current row; None when there is none."""

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row number of a record in that order, None where the list leaves it out."""
        return self.listing.position(self.whole(wish), record_id)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store values by field key, of records by id and of new rows, as one step; many rows are stored in a job.

        Gives the step, None where nothing changed; the list goes to the first of the new records in its ``made``.

        Raises ``Invalid`` with every problem, each with its ``row``: the record's id, or -1, -2 … for the new ones.
        """
        raise NotImplementedError

    def enter(self, record: int, key: str) -> bool:
        """Do what Enter means on a cell that is not being typed in; False: on to the next field."""
        return False

    def after_cell(self, down: int, on: int) -> None:
        """Go on from a cell that was typed in: rows ``down``, or fields ``on``."""
        self.grid.step(down, on)

    def able(self) -> Mapping[str, bool]:
        """Give by key which acts are possible just now, where more than their ``needs`` decides."""
        return {}

    # What a feature uses.

    def wish(self) -> Wish:
        """Give what is asked for just now."""
        values = {key: box.value() for key, box in self.boxes.items()}
        chosen = {key: value for key, value in values.items() if value is not None}
        return Wish(self.search.text().strip(), chosen, *self.sort, cells=self.grid.head.conditions())

    def selected_ids(self) -> list[int]:
        """Give the ids of the chosen records in the order shown."""
        ids = (self.model.id_at(number) for number in self._chosen_numbers())
        return [each for each in ids if each is not None]

    def selected_id(self) -> int | None:
        """Give the id of the one chosen record; None when none or several are chosen."""
        ids = self.selected_ids() if self.chosen_count() == 1 else []
        return ids[0] if ids else None

    def number_of(self, record_id: int) -> int | None:
        """Give the row in which a record is shown, None where it is not."""
        return self.staying.place_of(record_id, self.position(self.wish(), record_id))

    def choose(self, record_id: int) -> None:
        """Choose a record and scroll to it, as after it was made; nothing happens when the list leaves it out."""
        number = self.number_of(record_id)
        number = self.model.find([record_id], [0]).get(record_id) if number is None else number
        if number is not None:
            self.grid.choose_rows([number], number)     # selectRow would toggle while Ctrl+Enter is still down
            self.grid.scrollTo(self.model.index(number, 0))

    def clear_narrowing(self) -> None:
        """Show all rows again: no words, no filters."""
        self.narrow({})

    def narrow(self, filters: Mapping[str, object]) -> None:
        """Show the rows that match these filters, in the place of words and filters before."""
        self.show_view({"filters": dict(filters), "sort": self.sort})

    def view_now(self) -> View:
        """Give what narrows and sorts the list and how its columns stand."""
        wish = self.wish()
        return {
            "search": wish.search,
            "filters": dict(wish.filters),
            "cells": dict(wish.cells),
            "sort": list(self.sort),
            "columns": self.grid.layout_of_columns.words(),
        }

    def show_view(self, view: View) -> None:
        """Show a view as ``view_now`` gave it; what it does not name is cleared, columns stay."""
        filters = view.get("filters", {})
        for thing in (self.search, *self.boxes.values()):
            thing.blockSignals(True)
        self.search.setText(view.get("search", ""))
        self.wipe.setVisible(bool(self.search.text()))
        self.grid.head.set_conditions(view.get("cells", {}))
        for key, box in self.boxes.items():
            box.reload()
            box.set_value(filters.get(key))
        for thing in (self.search, *self.boxes.values()):
            thing.blockSignals(False)
        key, descending = view.get("sort", ("", False))
        self.sort = (
            (key, descending) if key in {each.key for each in self.columns} else ("", False)
        )  # a column may be gone
        if "columns" in view:
            self.grid.layout_of_columns.show(view["columns"])
        self.refresh()

    def toggle_conditions(self) -> None:
        """Show the line of conditions under the titles, or take it away with what is typed there."""
        head = self.grid.head
        head.open_lines(not head.opened)
        self.conditions.setChecked(head.opened)

    def narrow_to_cell(self, index: Index) -> None:
        """Show only the rows that have in this column what this cell has (使用此值筛选)."""
        column = self.columns[index.column()]
        typed = exactly(column.kind, index.data(Qt.ItemDataRole.UserRole))
        self.grid.head.set_conditions({**self.grid.head.conditions(), column.key: typed})
        self.reload()

    def fill(self) -> None:
        """Read the filters' options, totals and first rows anew."""
        for box in self.boxes.values():
            box.reload()
        self.fill_list()

    @final
    @measured
    def reload(self) -> None:
        """Ask for totals and the first rows anew."""
        self.fill_list()

    def fill_list(self) -> None:
        """Ask for totals and the first rows anew; what was chosen stays chosen, by id. Everybody else calls ``reload``."""
        self.search_timer.stop()
        wish = self.wish()
        spans = [(number, left, right) for top, left, bottom, right in self.grid.spans()
                 for number in range(top, min(bottom + 1, top + MOST_SUMMED))][:MOST_SUMMED]
        chosen = [(self.model.record_at(number), number, left, right) for number, left, right in spans]
        current, scroll = self.grid.currentIndex(), self.grid.verticalScrollBar().value()
        at = (self.model.record_at(current.row()), current.column()) if current.isValid() else None
        self.found = self.totals(wish)
        self._settle(wish)
        self.model.load(partial(self._block, wish), self.found.records + self.staying.besides)
        self.grid.show_sort(*self.sort)
        self._show_sums()
        self.grid.fit()
        self._show_empty(wish)
        self._choose_again(chosen, at, current.row(), scroll)
        if self.always_one and self.found.records and not self.grid.currentIndex().isValid():
            self.grid.choose_rows([0], 0)
        self.selection_changed()

    def _show_sums(self) -> None:
        """Show under the list how many rows it has and what its columns come to, where it has any that are summed."""
        kinds = {each.key: each.kind for each in self.columns}
        sums = {key: shown(kinds[key], sum_) for key, sum_ in self.found.sums.items()}
        self.sums_row.show_lines([(f"合计　{self.found.records:,} {self.record_word}", sums)])
        self._place_sums()

    def _place_sums(self) -> None:
        """In a window so low that few rows are seen, as at 150 %, the room is theirs: the status line says the sums as well."""
        low = self.isVisible() and self.splitter.height() < LOW
        self.sums_row.setVisible(bool(self.found.sums) and self.found.records > 0 and not low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether there is room for the line of sums."""
        super().resizeEvent(event)
        self._place_sums()

    def _write_in_place(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
                        progress: Progress = silent) -> Step | None:
        """Store what was typed; the rows it was typed in stay where they are, whatever the order says of them now."""
        here = self.grid.currentIndex().row()
        near = [here, *(top for top, *_ in self.grid.spans())]
        places = {} if added else self.model.find(changed, [each for each in near if each >= 0])
        if len(places) == len(changed):
            self.staying.hold(self.whole(self.wish()), places)
        else:
            self.staying.clear()
        return self.write(changed, added, progress)

    def _settle(self, wish: Wish) -> None:
        """See where the list's order has the rows that stay."""
        held, before, self.staying.went = list(self.staying.places), self.model.stored, ()
        if not held:
            return
        if len(held) > 3 and type(self).position is TablePage.position:     # one look at all instead of many
            order = {record: number for number, record in enumerate(self.listing.ids(self.whole(wish)))}
            found = {each: order.get(each) for each in held}
        else:
            found = {each: self.position(wish, each) for each in held}
        went = [each for each, number in found.items() if number is None and (self.goes_on or self._left_out(wish, each) is None)]
        self.staying.drop(went)
        self.staying.settle(self.whole(wish), {each: number for each, number in found.items() if number is not None},
                            self.found.records, before - len(went))

    def _left_out(self, wish: Wish, record: int) -> Row | None:
        """Give the row of a record that the filters leave out; None where it is no more."""
        bare = Wish(sort=wish.sort, descending=wish.descending)
        number = self.position(bare, record)
        return None if number is None else next(iter(self.fetch(bare, 1, number)), None)

    def typing(self) -> Typing | None:
        """Give what waits in the grid."""
        return self.storing

    def save(self) -> object:
        """Store what waits in the grid (Ctrl+S), the words of an open cell as well."""
        half_typed = self.grid.half_typed()
        if half_typed is not None:
            self.grid.cells.commitData.emit(half_typed)
            self.grid.cells.closeEditor.emit(half_typed)
            if not self.model.edits.cells:
                return True
        if not self.model.edits.cells:
            return super().save()
        self.storing.store_all()
        return not self.model.edits.cells

    def unsaved(self) -> str:
        """Say how many cells wait to be mended and stored, and whether one is being typed in."""
        count = sum(map(len, self.model.edits.cells.values())) + (self.grid.half_typed() is not None)
        return f"“{self.title}”里有 {count} 格还没有保存" if count else ""

    def status_line(self) -> tuple[str, str]:
        """Give what matches (cards · pieces · yuan) and what is chosen."""
        word = "符合" if self.wish().narrowed else "共"
        found = [f"{word} {self.found.records:,} {self.record_word}"]
        found += [f"{self.found.pieces:,} {self.piece_word}"] if self.found.pieces else []
        found += [f"￥{format_fen(self.found.fen)}"] if self.found.fen else []
        return " · ".join(found), self._chosen_words()

    def place_window_acts(self, *actions: QAction) -> None:
        """Take undo and redo into the row of acts, left of the switch of the pane."""
        self.bar.place(*actions, *([self.pane_switch] if self.detail else []))

    # Inside.

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search_typed)
        self.wipe.triggered.connect(self.search.clear)
        self.search.returnPressed.connect(self._to_grid)
        if self.narrows:
            keys.bind("find", self, self._to_search)
            keys.bind("conditions", self, self.toggle_conditions)
            keys.bind("wipe", self.search, self.search.clear, inside=False)
            keys.bind("below", self.search, self._to_grid, inside=False)
        for box in self.boxes.values():
            box.changed.connect(self.reload)
        self.grid.sort_asked.connect(self._sort_by)
        self.grid.head.conditions_changed.connect(self.reload)
        self.grid.head.down_asked.connect(self._to_grid)
        self.grid.after_cell = self.after_cell
        self.grid.on_enter = lambda index: self.enter(
            self.model.record_at(index.row()), self.columns[index.column()].key
        )
        self.grid.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed())
        self.grid.selectionModel().currentRowChanged.connect(lambda *_: self.detail_timer.start())
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(self._context_menu)
        if "edit" in self.actions_by_key:
            self.grid.open_asked.connect(self.actions_by_key["edit"].trigger)

    def _add_detail(self) -> None:
        if self.detail is None:
            return
        self.detail.setMinimumWidth(300)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([940, int(self._remembered("pane_width", 372))])
        self.pane_switch = QAction(icon("panel_right"), "显示或收起右侧详情", self, checkable=True)
        self.pane_switch.setChecked(str(self._remembered("pane", "1")) == "1")
        self.detail.setVisible(self.pane_switch.isChecked())
        self.pane_switch.toggled.connect(self._switch_pane)
        self.splitter.splitterMoved.connect(lambda *_: self._remember("pane_width", self.splitter.sizes()[1]))

    def _switch_pane(self, on: bool) -> None:
        self._remember("pane", "1" if on else "0")
        self._show_pane()
        self.detail_timer.start()

    def _remembered(self, name: str, default: Any) -> Any:
        if self.settings is None or not self.settings_key:
            return default
        return self.settings.value(f"{self.settings_key}/{name}", default)

    def _remember(self, name: str, value: object) -> None:
        if self.settings is not None and self.settings_key:
            self.settings.setValue(f"{self.settings_key}/{name}", value)

    def _sort_by(self, key: str, descending: bool) -> None:
        """Sort as asked; rows that stayed where they were typed in are first sorted in, by the same click on the same title."""
        if not (self.staying.places and self.sort[0] and key in (self.sort[0], "")):
            self.sort = (key, descending)
        self.staying.clear()
        self.reload()

    def _search_typed(self, text: str) -> None:
        self.wipe.setVisible(bool(text))
        self.search_timer.start()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _to_grid(self) -> None:
        if self.search_timer.isActive():
            self.reload()
        if self.found.records and not self.grid.currentIndex().isValid():
            self.grid.choose_rows([0], 0)
        self.grid.setFocus()

    def _show_empty(self, wish: Wish) -> None:
        if self.empty is not None:
            self.stack.removeWidget(self.empty)
            self.empty.hide()
            self.empty.deleteLater()
        self.begun = self.begun and not self.found.records and not wish.narrowed and not self.model.locked
        filled = self.found.records or self.model.edits.cells or self.begun
        self.empty = None if filled else self._empty_panel(wish.narrowed)
        if self.empty is not None and wish.cells:      # the line in which a condition is being typed stays
            self.below_titles.addWidget(self.empty)
        elif self.empty is not None:
            self.stack.addWidget(self.empty)
        typed_into = self.grid_when_empty and not wish.narrowed and not self.model.locked
        self.stack.setCurrentWidget(self.grid if self.empty is None or wish.cells or typed_into else self.empty)
        # Keys reach the acts of an empty list as well.
        self.setFocusProxy(self.search if self.stack.currentWidget() is self.empty and self.narrows else self.grid)
        self._show_pane()

    def _show_pane(self) -> None:
        if self.detail is not None:
            self.detail.setVisible(self.found.records > 0 and self.pane_switch.isChecked())

    def _empty_panel(self, narrowed: bool) -> QWidget:
        """Answer "what now?": clear what narrows the list, or begin with one of the ``empty_acts``."""
        panel, picture = QWidget(), QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        picture.setPixmap(icon("search" if narrowed else "archive", "#b8c1ca").pixmap(QSize(40, 40)))
        words = label("没有符合条件的内容。" if narrowed else self.empty_text, "hint")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        acts = {act.key: act for act in self.acts}
        ways = ([button("清除筛选", self.clear_narrowing)] if narrowed
                else [act_button(self.actions_by_key[key], replace(acts[key], primary=False))
                      for key in self.empty_acts])
        if self.adds and not narrowed and not self.model.locked:
            ways.append(button("在表格里输入或粘贴", self.begin_typing))
        panel.setLayout(column(None, picture, words, row(None, *ways, None), None, None, gap=14))
        return panel

    def begin_typing(self) -> None:
        """Show the empty grid with the cursor in its first cell, for the first row to be typed or pasted."""
        self.begun = True
        self.reload()
        first = next((each for each in self.grid.layout_of_columns.order() if self.columns[each].key in self.fields), 0)
        self.grid.choose_cell(0, first)
        self.grid.setFocus()

    def _choose_again(
        self, chosen: list[tuple[int, int, int, int]], current: tuple[int, int] | None, was: int, scroll: int
    ) -> None:
        records = {record for record, *_ in (*chosen, *([current] if current else ())) if record > 0}
        places = self.model.find(records, [number for _, number, *_ in chosen]) if records else {}
        new = range(self.model.stored, self.model.rowCount())
        places.update({self.model.record_at(number): number for number in new})
        spans = [(places[record], left, places[record], right) for record, _, left, right in chosen if record in places]
        here = (places[current[0]], current[1]) if current and current[0] in places else None
        if current and here is None and current[0] in self.staying.went and 0 <= was < self.model.rowCount():
            here = (was, current[1])        # the keys do not lead nowhere: the next row stands there now
            self.grid.row_went()
        self.grid.choose_spans(spans, here)
        self.grid.verticalScrollBar().setValue(scroll)
        if here is not None:
            self.grid.scrollTo(self.model.index(*here))

    def _row_ranges(self) -> list[tuple[int, int]]:
        """Give the chosen rows as ranges (first, last) that do not meet, without those that are not stored yet."""
        ranges: list[tuple[int, int]] = []
        for top, bottom in sorted((top, min(bottom, self.model.stored - 1)) for top, _, bottom, _ in self.grid.spans()):
            if ranges and top <= ranges[-1][1] + 1:
                ranges[-1] = (ranges[-1][0], max(bottom, ranges[-1][1]))
            elif top <= bottom:
                ranges.append((top, bottom))
        return ranges

    def _chosen_numbers(self) -> list[int]:
        return [number for top, bottom in self._row_ranges() for number in range(top, bottom + 1)]

    def chosen_count(self) -> int:
        """Give how many records the chosen rows or cells belong to."""
        return sum(bottom - top + 1 for top, bottom in self._row_ranges())

    def _summed_columns(self) -> list[int]:
        """Give the columns of numbers whose chosen cells are summed: those chosen, or all where whole rows are."""
        spans, last = self.grid.spans(), len(self.columns) - 1
        whole = all(left == 0 and right == last for _, left, _, right in spans)
        inside = {each for _, left, _, right in spans for each in range(left, right + 1)}
        return [number for number, each in enumerate(self.columns) if each.kind in NUMBERS and not each.ordinal
                and (each.total if whole else number in inside and not self.grid.isColumnHidden(number))]

    def _chosen_words(self) -> str:
        """Say how many records are chosen, and sum and average of the chosen numbers."""
        count = self.chosen_count()
        if not count:
            return ""
        words = [f"选中 {count:,} {self.record_word}"]
        if count <= MOST_SUMMED:
            rows = [each for each in map(self.model.row, self._chosen_numbers()) if each is not None]
            for number in self._summed_columns()[:2]:
                kind, title = self.columns[number].kind, self.columns[number].title
                amounts = [each[number + 1] for each in rows if each[number + 1] is not None]
                total, average = sum(amounts), sum(amounts) / max(len(amounts), 1)
                sign = "￥" if kind is Kind.MONEY else ""
                said = f"{sign}{shown(kind, total)}"
                mean = f"{average:,.1f}" if kind is Kind.WHOLE else f"{sign}{shown(kind, round(average))}"
                words.append(f"{title} {said}" + (f"（平均 {mean}，{len(amounts)} 个数）" if len(amounts) > 1 else ""))
        return " · ".join(words)

    def selection_changed(self) -> None:
        """Make the acts possible that the chosen rows allow, show the current one, say how many there are."""
        count, able = self.chosen_count(), self.able()
        for act in self.acts:
            self.actions_by_key[act.key].setEnabled(act.possible(count) and able.get(act.key, True))
        self.detail_timer.start()
        self.status_changed.emit(*self.status_line())

    @measured
    def _block(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give rows that come into sight while the list is scrolled."""
        return self.staying.rows(partial(self.fetch, wish), partial(self._left_out, wish), limit, offset)

    @measured
    def _show_row(self) -> None:
        index = self.grid.currentIndex()
        if self.detail is not None and self.detail.isVisible():
            self.show_detail(self.model.row(index.row()) if index.isValid() else None)

    def _context_menu(self, place: QPoint) -> None:
        menu, index = QMenu(self), self.grid.indexAt(place)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.actions_by_key[act.key] for act in self.acts if act.needs != "none"])
        menu.addSeparator()
        if index.isValid() and self.narrows:
            menu.addAction(icon("filter"), "使用此值筛选").triggered.connect(lambda: self.narrow_to_cell(index))
        ways = self.grid.ways
        offered = ["copy", "copy_titles"]
        if self.fields and not self.model.locked:
            offered += ["paste", *(["paste_new"] if self.adds else []), "fill_down", "fill_right"]
        count = self.chosen_count()
        for words, slot in (("打印", workbooks.print_list), ("导出", workbooks.export_list)) if count > 1 else ():
            menu.addAction(f"{words}选中的 {count:,} {self.record_word}…").triggered.connect(partial(_do, partial(slot, self, chosen=True)))
        for key in offered:
            picture = icon("copy") if key.startswith("copy") else QIcon()
            menu.addAction(picture, f"{KEYS[key].does}\t{keys.shown(key)}").triggered.connect(partial(_do, ways[key]))
        menu.popup(self.grid.viewport().mapToGlobal(place))


def _do(way: Callable[[], object], *_: object) -> None:
    """Do what a line of the context menu says; Qt's own argument is left out."""
    way()
