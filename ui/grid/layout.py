"""The columns of a grid: widths that fit the room until someone drags them; choice, order and widths remembered."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QSettings, Qt
from PySide6.QtWidgets import QCheckBox, QMenu, QScrollArea, QTableView, QWidget, QWidgetAction

from app.core.columns import Kind
from ui.base.parts import column, later, mark
from ui.grid.cells import PADDING, CellDelegate, is_number
from ui.grid.frozen import Frozen
from ui.grid.header import Header
from ui.grid.rows import RowsModel

SAMPLE, WIDEST = 80, 240     # rows measured; px of the widest text column before it takes spare room
PX_A_MM = 3.4       # on the screen, of a column's declared width on paper
READABLE = 96               # px below which words say nothing any more: 台…机
COMFORTABLE = 128           # px that words get where the grid has to be scrolled sideways anyway
MARK_PADDING = 17           # px beside a single sign: what the cell leaves free around it
WIDEST_NUMBER = 480         # px, of a column of numbers or codes


def fitted(natural: Sequence[int], least: Sequence[int], stretchy: Sequence[bool], room: int) -> list[int]:
    """Give widths that fill ``room``: stretchy columns share what is spare; when it is tight the widest give way first.

    No column gets narrower than ``least``; where even that is too wide, the grid scrolls.
    """
    widths, level = list(natural), max(natural, default=0)
    while sum(widths) > room and level > 0:
        level -= 1
        widths = [max(min(wide, level), min(low, wide)) if soft else wide
                  for wide, low, soft in zip(natural, least, stretchy, strict=True)]
    spare, whole = room - sum(widths), sum(wide for wide, soft in zip(widths, stretchy, strict=True) if soft)
    if spare <= 0 or not whole:
        return widths
    shares = [spare * wide // whole if soft else 0 for wide, soft in zip(widths, stretchy, strict=True)]
    shares[list(stretchy).index(True)] += spare - sum(shares)
    return [wide + share for wide, share in zip(widths, shares, strict=True)]


class ColumnLayout(QObject):
    """Keeps the columns of ``view``. As words it reads ``-key:width,…;frozen``: a minus hides, width 0 fits the room."""

    def __init__(self, view: QTableView, head: Header, rows: RowsModel, settings: QSettings | None, key: str) -> None:
        super().__init__(view)
        self.view, self.rows, self.settings, self.key = view, rows, settings, key
        self.by_hand, self.fitting, self.measured = False, False, list[int]()
        self.under_px: Mapping[int, int] = {}       # what stands under a column (its sum) needs as well
        self.needed = dict[int, int]()      # px that the widest number of a column needs: it is shown whole or not at all
        self.marks: Mapping[int, str] = {}          # columns that hold one sign each: its widest; their titles need no more
        self.blank = set[int]()             # columns that held nothing when they were measured
        self.head, self.frozen = head, Frozen(view, rows)
        self.growing = later(self, 0, self.fit)
        for cells in (view.itemDelegate(), self.frozen.itemDelegate()):
            if isinstance(cells, CellDelegate):
                cells.cramped.connect(self.grow)
        head.frozen = self.frozen
        view.horizontalScrollBar().valueChanged.connect(lambda _: head.place())
        self.saving = later(self, 300, self.save)
        self.show(str(settings.value(f"{key}/columns", "")) if settings is not None and key else "")
        self.head.sectionResized.connect(self._resized)
        self.head.sectionMoved.connect(lambda *_: self.saving.start())
        self.head.customContextMenuRequested.connect(self._choose)

    def order(self) -> list[int]:
        """Give the columns that are shown, as they stand."""
        return [each for each in map(self.head.logicalIndex, range(self.head.count()))
                if not self.view.isColumnHidden(each)]

    def words(self) -> str:
        """Give the layout as words, to be remembered."""
        order = sorted(range(self.head.count()), key=self.head.visualIndex)
        return (
            ",".join(
                f"{'-' if self.view.isColumnHidden(each) else ''}{self.rows.columns[each].key}:"
                f"{self.view.columnWidth(each) if self.by_hand else 0}"
                for each in order
            )
            + f";{self.frozen.count}"
        )

    def show(self, words: str) -> None:
        """Lay the columns out by such words; columns they do not name, or all for "", stand as the page was made."""
        names, _, frozen = words.partition(";")
        numbers = {made.key: each for each, made in enumerate(self.rows.columns)}
        for number, made in enumerate(self.rows.columns):
            self.head.moveSection(self.head.visualIndex(number), number)
            self.hide(number, not made.shown)
        self.by_hand = False
        known = [(key.lstrip("-"), key.startswith("-"), int(width or 0))
                 for key, _, width in (each.rpartition(":") for each in names.split(",") if each)
                 if key.lstrip("-") in numbers and width.isdigit()]
        for place, (key, hidden, width) in enumerate(known):
            self.head.moveSection(self.head.visualIndex(numbers[key]), place)
            self.hide(numbers[key], hidden)
            if width and not hidden:
                self.by_hand = True
                self.view.setColumnWidth(numbers[key], width)
        self.frozen.freeze(int(frozen) if frozen.isdigit() else 0)
        self._keep_cell_in_sight()
        self.fit()

    def save(self) -> None:
        """Remember the layout in the machine's settings."""
        if self.settings is not None and self.key:
            self.settings.setValue(f"{self.key}/columns", self.words())

    def fit(self, measure: bool = False) -> None:
        """Give the columns widths that fill the grid, from what the first rows hold, unless someone dragged one.

        Where there is no row yet (a list to begin, the lines of a form) the declared widths share the room.
        """
        if self.by_hand or not self.rows.stored:
            self._fit_declared()
            return
        if measure or not self.measured:
            self.needed.clear()
            self.blank.clear()
            self.measured = [self._natural(number) for number in range(len(self.rows.columns))]
        measured = [max(wide, self.under_px.get(number, 0)) for number, wide in enumerate(self.measured)]
        if self.rows.unreadable:    # blank rows tell nothing of those that come once the ledger is restored
            self.measured = []
        seen = [number for number in range(len(self.rows.columns)) if not self.view.isColumnHidden(number)]
        soft = [self.rows.columns[number].kind is Kind.TEXT for number in seen]
        least = [max(self._title_width(number), self.needed.get(number, 0), min(measured[number], READABLE) if words else 64)
                 for number, words in zip(seen, soft, strict=True)]
        natural, room = [measured[number] for number in seen], self.view.viewport().width()
        widths = fitted(natural, least, soft, room)
        if sum(widths) > room:      # it scrolls sideways anyway: words need not be cut to a few
            widths = fitted(natural, [max(low, min(wide, COMFORTABLE)) for low, wide in zip(least, natural, strict=True)], soft, room)
        self.fitting = True
        for number, width in zip(seen, widths, strict=True):
            self.view.setColumnWidth(number, width)
        self.fitting = False

    def _fit_declared(self) -> None:
        """Share the room by the widths that the columns have on paper; a title is whole."""
        if self.by_hand:
            return
        seen = [number for number in range(len(self.rows.columns)) if not self.view.isColumnHidden(number)]
        declared = [int(self.rows.columns[number].width * PX_A_MM) for number in seen]
        soft = [self.rows.columns[number].kind is Kind.TEXT for number in seen]
        least = [max(self._title_width(number), 64, min(wide, COMFORTABLE) if words else 0)
                 for number, wide, words in zip(seen, declared, soft, strict=True)]
        natural = [max(low, wide) for low, wide in zip(least, declared, strict=True)]
        self.fitting = True
        for number, width in zip(seen, fitted(natural, least, soft, self.view.viewport().width()), strict=True):
            self.view.setColumnWidth(number, width)
        self.fitting = False

    def grow(self, number: int, width: int, digits: bool) -> None:
        """Let a column have room for a cell further down, or one that came since it was measured; widths set by hand stay.

        Words grow only a column that was measured while it was empty, or one of fixed words: others are cut as they always were.
        """
        kind, wanted = self.rows.columns[number].kind, min(width, WIDEST_NUMBER if digits else WIDEST)
        if self.by_hand or not self.measured or not (digits or number in self.blank or kind is Kind.CHOICE):
            return
        known = self.needed if digits else dict(enumerate(self.measured))
        if known.get(number, 0) < wanted:
            known[number] = wanted
            self.measured[number] = max(self.measured[number], wanted)
            self.growing.start()

    def show_column(self, number: int, on: bool) -> None:
        """Show a column or hide it; the last one stays."""
        if on or len(self.order()) > 1:
            self.hide(number, not on)
            self._keep_cell_in_sight()
            self.fit()
            self.saving.start()

    def _keep_cell_in_sight(self) -> None:
        """Let the current cell not go with its column: the one beside it has the keys then."""
        here = self.view.currentIndex()
        if here.isValid() and self.view.isColumnHidden(here.column()):
            place, order = self.head.visualIndex(here.column()), self.order()
            beside = next((each for each in order if self.head.visualIndex(each) > place), order[-1])
            self.view.setCurrentIndex(self.rows.index(here.row(), beside))

    def hide(self, number: int, away: bool) -> None:
        """Take a column away or bring it back; Qt tells of that as of a drag, but nobody has set a width by hand."""
        before, self.fitting = self.fitting, True
        self.view.setColumnHidden(number, away)
        self.fitting = before

    def freeze(self, count: int) -> None:
        """Keep the first columns in sight when the others scroll; 0 for none."""
        self.frozen.freeze(count)
        self.saving.start()

    def _choose(self, place: QPoint) -> None:
        """Offer, at the title that was clicked, to freeze up to it; to choose columns; to have all as it was made."""
        menu, at = QMenu(self.view), self.head.visualIndex(self.head.logicalIndexAt(place))
        many = sum(not self.view.isColumnHidden(self.head.logicalIndex(each)) for each in range(at + 1))
        if many:
            title = self.rows.columns[self.head.logicalIndexAt(place)].title
            menu.addAction(f"冻结到“{title}”").triggered.connect(lambda: self.freeze(many))
        if self.frozen.count:
            menu.addAction("取消冻结").triggered.connect(lambda: self.freeze(0))
        menu.addAction("恢复默认列").triggered.connect(self.reset)
        menu.addSeparator()
        titles = QWidgetAction(menu)
        titles.setDefaultWidget(self._ticks())
        menu.addAction(titles)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.head.mapToGlobal(place))

    def _ticks(self) -> QScrollArea:
        """Give a box for each column: they scroll where there are many, and stay while one after the other is ticked."""
        area, inside, lines = QScrollArea(widgetResizable=True), QWidget(), column(margins=(10, 4, 10, 4), gap=4)
        for number in sorted(range(len(self.rows.columns)), key=self.head.visualIndex):
            box = QCheckBox(self.rows.columns[number].title.replace("&", "&&"))
            box.setChecked(not self.view.isColumnHidden(number))
            box.toggled.connect(partial(self._ticked, box, number))
            lines.addWidget(box)
        inside.setLayout(lines)
        area.setWidget(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        mark(area, role="plain")
        area.setFixedWidth(inside.sizeHint().width() + 24)
        area.setFixedHeight(min(inside.sizeHint().height() + 4, self.view.screen().availableGeometry().height() // 2))
        return area

    def _ticked(self, box: QCheckBox, number: int, on: bool) -> None:
        self.show_column(number, on)
        box.setChecked(not self.view.isColumnHidden(number))    # the last one stays

    def reset(self) -> None:
        """Go back to the columns, order and widths that the page was made with."""
        self.show("")
        self.saving.start()

    def _natural(self, number: int) -> int:
        metrics, count = self.view.fontMetrics(), min(self.rows.stored, SAMPLE)
        if number in self.marks:
            self.needed[number] = 0
            return max(metrics.horizontalAdvance(self.marks[number]) + MARK_PADDING, self.head.minimumSectionSize())
        kind, words, digits = self.rows.columns[number].kind, 0, 0
        for each in range(count):
            text = str(self.rows.index(each, number).data() or "")
            if text and is_number(kind, text):
                digits = max(digits, metrics.horizontalAdvance(text) + PADDING)
            elif text:
                words = max(words, metrics.horizontalAdvance(text) + PADDING)
        self.needed[number] = min(digits, WIDEST_NUMBER)
        if not words and not digits:
            self.blank.add(number)
        return max(self.needed[number], min(words, WIDEST), self._title_width(number))

    def _title_width(self, number: int) -> int:
        words = self.head.fontMetrics().horizontalAdvance(self.rows.columns[number].title) + PADDING
        return max(words, self.head.minimumSectionSize())   # Qt makes none narrower: the widths would not add up to the room

    def _resized(self, number: int, old: int, new: int) -> None:
        stretched = self.head.stretchLastSection() and number == self.order()[-1]   # by Qt, as the window grew; by nobody's hand
        if not self.fitting and not stretched and old and new:      # one that goes or comes back is told late, and nobody dragged it
            self.by_hand = self.by_hand or self.view.isVisible()
            self.saving.start()
