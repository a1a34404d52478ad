"""The left side: how far each room, keeper or class is, and what differs there."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView as ItemView
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QWidget

from app.stocktake import queries, rules
from app.stocktake.queries import Result
from ui.base import style
from ui.base.icons import icon
from ui.base.parts import Choices, Tabs, column, row

Index = QModelIndex | QPersistentModelIndex
BY = {"room": "按房间", "keeper": "按保管人", "class": "按分类"}
ALL, UNDONE, DIFFERING = "全部", "没盘完的", "有差异的"
_DIFFERENT = (rules.MISSING, rules.SURPLUS, rules.MOVED, rules.ALTERED)
# Heading, what it says in full, the result whose pieces it counts ("" for the two that are worked out below).
_COUNTED: tuple[tuple[str, str, str], ...] = (
    ("已盘/应盘", "已经盘的种数和应盘的种数", ""), ("未盘", "还没有盘的种数，与已盘、应盘一样按种数", rules.UNSEEN),
    ("盘亏", "账上有、实物没有的件数", rules.MISSING),
    ("盘盈", "实物比账上多的件数，包括账上没有的", rules.SURPLUS), ("位置", "位置不符的件数", rules.MOVED),
    ("状态", "状态不符的件数", rules.ALTERED), ("在外", "借出、送修、待处置、待核销的件数，不算盘亏", rules.AWAY),
    ("相符", "账实相符的件数", rules.MATCHED))
_INKS = {
    rules.MISSING: style.DANGER,
    rules.SURPLUS: style.ACCENT,
    rules.MOVED: style.WARNING,
    rules.ALTERED: style.WARNING,
}
_PADDING, _NAME_PX = 11, 128     # px beside a number; px that names keep at least before the least needed numbers give way
_NAMES_PX, _TICK_PX = 240, 36    # px that long names keep so that two rooms do not look alike; px of the tick and margins beside a name
_GIVE_WAY = (8, 7, 6, 5, 4, 3)   # columns in the order they are left out of a narrow pane; the tip has them all
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


def differs(group: Result) -> bool:
    """Whether anything in a group does not agree with the book."""
    return bool(group.extra or any(group.pieces[word] for word in _DIFFERENT))


def pieces_of(group: Result, word: str) -> int:
    """Give the pieces of one result; what no card stands for is 盘盈 too."""
    return group.gained if word == rules.SURPLUS else group.pieces[word]


def summary(group: Result) -> str:
    """Say what a group came to in one line, what is nought left out."""
    words = [f"{word} {pieces_of(group, word):,} 件" + (f"（{group.left:,} 种）" if word == rules.UNSEEN else "")
             for word in rules.RESULTS if pieces_of(group, word)]
    return "，".join(words) or "没有账面资产"


class GroupsModel(QAbstractTableModel):
    """The whole on top, then the groups; nought is left blank so that what differs stands out."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: Sequence[Result] = ()
        self.whole_name = ""
        clear = QPixmap(16, 16)
        clear.fill(Qt.GlobalColor.transparent)
        self.blank = QIcon(clear)       # keeps the names of what is not done in line with the others

    def show(self, groups: Sequence[Result], whole_name: str) -> None:
        """Show these groups, the whole first."""
        self.beginResetModel()
        self.groups, self.whole_name = groups, whole_name
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Give how many rows there are."""
        return 0 if parent.isValid() else len(self.groups)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Give the name and what is counted."""
        return 0 if parent.isValid() else 1 + len(_COUNTED)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give words, side, colour, and the tick of a group that is done."""
        group, at, roles = self.groups[index.row()], index.column(), Qt.ItemDataRole
        if role == roles.DisplayRole:
            return self._text(group, index.row(), at)
        if role == roles.TextAlignmentRole:
            return _RIGHT if at else _LEFT
        if role == roles.DecorationRole and at == 0:
            done = group.lines and not group.left
            return icon("checkmark", style.DONE) if done else self.blank
        if role == roles.ForegroundRole:
            return self._ink(group, at)
        if role == roles.FontRole and index.row() == 0:
            bold = QFont(QApplication.font())
            bold.setWeight(QFont.Weight.Medium)
            return bold
        if role == roles.ToolTipRole:
            return f"{self._text(group, index.row(), 0)}：{summary(group)}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the short heading, and in full what it means."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        if role == Qt.ItemDataRole.DisplayRole:
            return _COUNTED[section - 1][0] if section else "名称"
        return _COUNTED[section - 1][1] if section and role == Qt.ItemDataRole.ToolTipRole else None

    def _text(self, group: Result, number: int, at: int) -> str:
        if at == 0:
            return self.whole_name if number == 0 else group.name
        word = _COUNTED[at - 1][2]
        if not word:
            return f"{group.lines - group.left:,}/{group.lines:,}"
        count = group.left if word == rules.UNSEEN else pieces_of(group, word)
        return f"{count:,}" if count else ""

    def _ink(self, group: Result, at: int) -> QColor | None:
        done = group.lines and not group.left
        if at == 0:
            return None
        word = _COUNTED[at - 1][2]
        ink = _INKS.get(word, "")
        if not ink and word in (rules.AWAY, rules.MATCHED):
            ink = style.SECOND
        elif not ink and done and not word:
            ink = style.DONE
        return QColor(ink) if ink else None


class GroupsPane(QWidget):
    """Shows the groups of one stocktake; ``chosen`` tells that another group, or another way of grouping, was chosen.

    ``key`` is the chosen group's key ("" for the whole), ``by`` the way of grouping.
    """

    chosen = Signal()
    entered = Signal()      # Enter on a group: on to its lines

    def __init__(self, settings: QSettings | None = None) -> None:
        super().__init__()
        self.reads: Callable[[], AbstractContextManager[object]] = (
            nullcontext  # of the page that holds the pane and shows it
        )
        self.settings, self.stocktake, self.key = settings, 0, ""
        self.by = str(settings.value("stocktake/by", "room")) if settings is not None else "room"
        self.by = self.by if self.by in BY else "room"
        self.whole: Result | None = None
        self.groups: list[Result] = []
        self.model, self.view, self.only = GroupsModel(), QTableView(), Choices()
        self.only.addItems([ALL, UNDONE, DIFFERING])
        self.only.setToolTip("只列出没盘完的，或有差异的")
        self.only.setAccessibleName("列出哪些")
        self.ways = Tabs(drawBase=False, expanding=False)
        for text in BY.values():
            self.ways.addTab(text)
        self.ways.setCurrentIndex(list(BY).index(self.by))
        self.ways.currentChanged.connect(lambda at: self.group_by(list(BY)[at]))
        self._dress()
        self.setLayout(column(row(self.ways, None, self.only), self.view, gap=6))
        self.only.activated.connect(lambda _: self._list())
        self.view.selectionModel().currentRowChanged.connect(self._moved)

    def show_stocktake(self, stocktake: int) -> None:
        """Show the groups of a stocktake as they are now; another stocktake begins with the whole."""
        if stocktake != self.stocktake:
            self.stocktake, self.key = stocktake, ""
        with self.reads():
            self.groups = queries.result(stocktake, self.by)
            self.whole = (
                queries.summed(self.groups) if self.by == "room" else next(iter(queries.result(stocktake, "all")), None)
            )
        if self.key and self.group() is None:
            self.key = ""
        self._list()

    def group(self) -> Result | None:
        """Give the chosen group, None for the whole."""
        return next((each for each in self.groups if each.key == self.key), None) if self.key else None

    def rooms(self) -> list[Result]:
        """Give the rooms, whatever the groups are."""
        return self.groups if self.by == "room" else queries.result(self.stocktake)

    def group_by(self, by: str) -> None:
        """Group in another way, the whole chosen."""
        self.ways.setCurrentIndex(list(BY).index(by))
        if by == self.by:
            return
        self.by, self.key = by, ""
        if self.settings is not None:
            self.settings.setValue("stocktake/by", by)
        self.show_stocktake(self.stocktake)
        self.chosen.emit()

    def choose(self, key: str) -> None:
        """Choose a group by its key; "" chooses the whole."""
        if key != self.key:
            self.key = key
            self._list()
            self.chosen.emit()

    def next_left(self) -> str | None:
        """Give the key of the next group below that nobody finished, going on at the top; None where all are done."""
        keys = [each.key for each in self.groups]
        start = keys.index(self.key) + 1 if self.key in keys else 0
        return next((each.key for each in [*self.groups[start:], *self.groups[:start]]
                     if each.left and each.key != self.key), None)

    def _list(self) -> None:
        """List what the filter lets through; the chosen group stays in sight whatever the filter says."""
        fits = {ALL: lambda each: True, UNDONE: lambda each: bool(each.left), DIFFERING: differs}[
            self.only.currentText()
        ]
        shown = [each for each in self.groups if fits(each) or each.key == self.key]
        whole = [self.whole] if self.whole else []
        noun = {"room": "处", "keeper": "人", "class": "类"}[self.by]
        selection, bar = self.view.selectionModel(), self.view.verticalScrollBar()
        scroll = bar.value()
        selection.blockSignals(True)
        self.model.show([*whole, *shown], f"全部 {len(self.groups)} {noun}")
        number = next((at for at, each in enumerate(shown, len(whole)) if each.key == self.key), 0) if self.key else 0
        flags = selection.SelectionFlag
        selection.setCurrentIndex(self.model.index(number, 0), flags.ClearAndSelect | flags.Rows)
        selection.blockSignals(False)
        bar.setValue(scroll)
        self.view.scrollTo(self.model.index(number, 0))
        self._fit()

    def _fit(self) -> None:
        """Give each number the width that its heading and the whole need; the names have the rest, whole before the least needed numbers."""
        bold = QFont(self.view.font())
        bold.setWeight(QFont.Weight.Medium)
        metrics, orientation, wide = QFontMetrics(bold), Qt.Orientation.Horizontal, dict[int, int]()
        for at in range(1, self.model.columnCount()):
            words = [str(self.model.headerData(at, orientation))]
            words += [str(self.model.index(0, at).data())] if self.model.rowCount() else []
            wide[at] = max(map(metrics.horizontalAdvance, words)) + _PADDING
        for at, width in wide.items():
            self.view.setColumnWidth(at, width)
        names = (QFontMetrics(self.view.font()).horizontalAdvance(each.name) + _TICK_PX for each in self.model.groups)
        room = self.view.viewport().width() - min(max((_NAME_PX, *names)), _NAMES_PX)
        for at in (0, *_GIVE_WAY):
            wide.pop(at, None)
            if sum(wide.values()) <= room:
                break
        for at in _GIVE_WAY:
            self.view.setColumnHidden(at, at not in wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what a narrow pane has no room for."""
        super().resizeEvent(event)
        self._fit()

    def _moved(self, now: QModelIndex, before: QModelIndex) -> None:
        key = self.model.groups[now.row()].key if now.row() > 0 else ""
        if now.isValid() and key != self.key:
            self.key = key
            self.chosen.emit()

    def _dress(self) -> None:
        view, head = self.view, self.view.horizontalHeader()
        view.setModel(self.model)
        view.setSelectionBehavior(ItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(ItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(ItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)   # 教学楼 1层 101室: both its ends tell rooms apart
        view.setIconSize(QSize(16, 16))
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(style.ROW_PX)
        view.setHorizontalScrollMode(ItemView.ScrollMode.ScrollPerPixel)
        view.doubleClicked.connect(lambda _: self.entered.emit())
        view.installEventFilter(self)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(30)
        view.setStyleSheet("QTableView::item { padding: 0 1px; } QHeaderView::section { padding: 0 4px; }")
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setMinimumWidth(260)
        self.setFocusProxy(view)

    def eventFilter(self, watched: object, event: object) -> bool:
        """Enter goes on to the lines of the group."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress \
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return True
        return False
