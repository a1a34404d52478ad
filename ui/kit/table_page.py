"""A tab that is a list: acts, search, filters, grid, detail pane. A feature declares columns, filters and acts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QSplitter, QStackedWidget, QWidget

from app.core.columns import Column, Kind
from app.core.listing import Totals, Wish
from app.core.money import format_fen
from ui.base.changes import Changes
from ui.base.icons import icon
from ui.base.page import Page
from ui.base.parts import button, column, label, later, row
from ui.kit.acts import Act, ActBar, act_button, make_actions
from ui.kit.filters import Filter
from ui.kit.grid import Grid
from ui.kit.rows import Row, RowsModel

SEARCH_MS, DETAIL_MS, MOST_SUMMED = 150, 40, 2_000


class TablePage(Page):
    """A list page. Subclasses set the attributes below and write ``fetch`` and ``totals``.

    Sorting, filtering, searching and limiting are the query's work; this class only holds the wish and shows what comes
    back. Rows are sequences: the record's id, then one value for each of ``columns``.
    """

    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    acts: Sequence[Act] = ()
    tones: Mapping[str, str] = {}           # status word → tone
    empty_text = "这里还没有内容。"
    empty_acts: Sequence[str] = ()          # keys of acts that an empty list offers
    settings_key = ""                       # where columns and pane are remembered
    search_hint = "搜索"
    record_word, piece_word = "条", "件"    # 张卡片
    sort: tuple[str, bool] = ("", False)    # order at first: column key, descending

    def __init__(self, changes: Changes, settings: QSettings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(changes, settings, parent)
        self.found = Totals()
        self.model = RowsModel(self.columns, self.tones, self)
        self.grid = Grid(self.model, settings, self.settings_key)
        self.actions_by_key = make_actions(self.acts, self, self.grid)
        self.bar = ActBar(self.acts, self.actions_by_key)
        self.search = QLineEdit(placeholderText=f"{self.search_hint}　Ctrl+F")
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.wipe = self.search.addAction(icon("dismiss"), QLineEdit.ActionPosition.TrailingPosition)
        self.wipe.setVisible(False)
        self.boxes = {each.key: each.box() for each in self.filters}
        self.stack = QStackedWidget()
        self.stack.addWidget(self.grid)
        self.empty: QWidget | None = None
        self.detail = self.detail_widget()
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.splitter.addWidget(self.stack)
        narrowing = row(self.search, *self.boxes.values())
        narrowing.setStretch(0, 1)
        lines = column(self.bar, narrowing, self.splitter, margins=(14, 12, 14, 10), gap=10)
        lines.setStretch(2, 1)
        self.setLayout(lines)
        self._add_detail()
        self.search_timer = later(self, SEARCH_MS, self.reload)
        self.detail_timer = later(self, DETAIL_MS, self._show_row)
        self._connect()
        self.setFocusProxy(self.grid)

    # What a feature writes.

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give that many rows from there on."""
        raise NotImplementedError

    def totals(self, wish: Wish) -> Totals:
        """Give counts and sums over all rows that match."""
        raise NotImplementedError

    def detail_widget(self) -> QWidget | None:
        """Give the pane on the right (a ``DetailPane``), made once; None for a list without one."""
        return None

    def show_detail(self, row: Row | None) -> None:
        """Fill the pane with the current row; None when there is none."""

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row number of a record in that order, where the query can tell; else it is looked for nearby."""
        return None

    # What a feature uses.

    def wish(self) -> Wish:
        """Give what is asked for just now."""
        values = {key: box.value() for key, box in self.boxes.items()}
        chosen = {key: value for key, value in values.items() if value is not None}
        return Wish(self.search.text().strip(), chosen, *self.sort)

    def selected_ids(self) -> list[int]:
        """Give the ids of the chosen records in the order shown."""
        ids = (self.model.id_at(number) for number in self._chosen_numbers())
        return [each for each in ids if each is not None]

    def selected_id(self) -> int | None:
        """Give the id of the one chosen record; None when none or several are chosen."""
        ids = self.selected_ids() if self._chosen_count() == 1 else []
        return ids[0] if ids else None

    def choose(self, record_id: int) -> None:
        """Choose a record and scroll to it, as after it was made; nothing happens when the list leaves it out."""
        number = self.position(self.wish(), record_id)
        number = self.model.find([record_id], [0]).get(record_id) if number is None else number
        if number is not None:
            self.grid.choose_rows([number], number)     # selectRow would toggle while Ctrl+Enter is still down
            self.grid.scrollTo(self.model.index(number, 0))

    def clear_narrowing(self) -> None:
        """Show all rows again: no words, no filters."""
        self.narrow({})

    def narrow(self, filters: Mapping[str, object]) -> None:
        """Show the rows that match these filters, in the place of words and filters before."""
        for thing in (self.search, *self.boxes.values()):
            thing.blockSignals(True)
        self.search.clear()
        self.wipe.setVisible(False)
        for key, box in self.boxes.items():
            box.reload()
            box.set_value(filters.get(key))
        for thing in (self.search, *self.boxes.values()):
            thing.blockSignals(False)
        self.refresh()

    def refresh(self) -> None:
        """Read the filters' options, totals and first rows anew."""
        for box in self.boxes.values():
            box.reload()
        self.reload()

    def reload(self) -> None:
        """Ask for totals and the first rows anew; what was chosen stays chosen, by id."""
        self.search_timer.stop()
        wish = self.wish()
        numbers = self._chosen_numbers()[:MOST_SUMMED]
        ids = [each for each in map(self.model.id_at, numbers) if each is not None]
        current, scroll = self.model.id_at(self.grid.currentIndex().row()), self.grid.verticalScrollBar().value()
        self.found = self.totals(wish)
        self.model.load(lambda limit, offset: self.fetch(wish, limit, offset), self.found.records)
        self.grid.show_sort(*self.sort)
        self.grid.fit()
        self._show_empty(wish)
        self._choose_again(ids, numbers, current, scroll)
        self._selection_changed()

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
        for keys, slot, where in (("Ctrl+F", self._to_search, self), ("Esc", self.search.clear, self.search),
                                  ("Down", self._to_grid, self.search)):
            everywhere = where is self
            shortcut = QShortcut(QKeySequence(keys), where)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut if everywhere
                                else Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)
        for box in self.boxes.values():
            box.changed.connect(self.reload)
        self.grid.sort_asked.connect(self._sort_by)
        self.grid.selectionModel().selectionChanged.connect(self._selection_changed)
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
        self.sort = (key, descending)
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
            self.empty.deleteLater()
        self.empty = None if self.found.records else self._empty_panel(wish.narrowed)
        if self.empty is not None:
            self.stack.addWidget(self.empty)
        self.stack.setCurrentWidget(self.empty or self.grid)
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
                else [act_button(self.actions_by_key[key], replace(acts[key], primary=False)) for key in self.empty_acts])
        panel.setLayout(column(None, picture, words, row(None, *ways, None), None, None, gap=14))
        return panel

    def _choose_again(self, ids: list[int], numbers: list[int], current: int | None, scroll: int) -> None:
        places = self.model.find(ids, numbers) if ids else {}
        self.grid.choose_rows(sorted(places.values()), places.get(current or 0))
        self.grid.verticalScrollBar().setValue(scroll)
        if current in places:
            self.grid.scrollTo(self.model.index(places[current], 0))

    def _chosen_numbers(self) -> list[int]:
        parts = self.grid.selectionModel().selection()     # ranges: selectedRows() takes seconds for 100,000
        spans = [parts.at(number) for number in range(parts.size())]
        return sorted({number for span in spans for number in range(span.top(), span.bottom() + 1)})

    def _chosen_count(self) -> int:
        parts = self.grid.selectionModel().selection()
        return sum(parts.at(number).height() for number in range(parts.size()))

    def _chosen_words(self) -> str:
        count = self._chosen_count()
        if not count:
            return ""
        words = [f"选中 {count:,} {self.record_word}"]
        if count <= MOST_SUMMED:
            rows = [each for each in map(self.model.row, self._chosen_numbers()) if each is not None]
            for kind in (Kind.WHOLE, Kind.MONEY):
                place = next((n for n, each in enumerate(self.columns, 1) if each.kind is kind and each.total), None)
                if place is not None:
                    amount = sum(each[place] or 0 for each in rows)
                    words.append(f"￥{format_fen(amount)}" if kind is Kind.MONEY else f"{amount:,} {self.piece_word}")
        return " · ".join(words)

    def _selection_changed(self, *_: object) -> None:
        count = self._chosen_count()
        for act in self.acts:
            self.actions_by_key[act.key].setEnabled(act.possible(count))
        self.detail_timer.start()
        self.status_changed.emit(*self.status_line())

    def _show_row(self) -> None:
        index = self.grid.currentIndex()
        if self.detail is not None and self.detail.isVisible():
            self.show_detail(self.model.row(index.row()) if index.isValid() else None)

    def _context_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.actions_by_key[act.key] for act in self.acts if act.needs != "none"])
        menu.addSeparator()
        menu.addAction(icon("copy"), "复制选中的行\tCtrl+C").triggered.connect(lambda: self.grid.copy())
        menu.addAction(icon("copy"), "连同标题复制\tCtrl+Shift+C").triggered.connect(lambda: self.grid.copy(True))
        menu.popup(self.grid.viewport().mapToGlobal(place))
