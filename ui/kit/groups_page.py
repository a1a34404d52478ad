"""A page of groups: classes, items or rooms with their sums on the left, the lists of the chosen one on the right."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget

from ui.base import keys
from ui.base.changes import Changes
from ui.base.page import Page, Typing, measured
from ui.base.parts import Elided, Tabs, column, row
from ui.kit.acts import Act, StateBar
from ui.kit.front import Front
from ui.kit.table_page import TablePage

_NAME_PX = 90       # px for the name of the group and the gaps of the row it stands in


class TypedAhead(QObject):
    """Hands letters and digits that are typed on the list of groups on to the list beside it: there is nothing to type here."""

    def __init__(self, groups: QWidget, front: Callable[[], QWidget | None]) -> None:
        super().__init__(groups)
        self.front = front
        groups.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give what was typed to the cell that is current there."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.text().isprintable() and event.text().strip() \
                and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier):
            front = self.front()
            if front is not None:
                front.setFocus()
                QApplication.sendEvent(front, event)
                return True
        return False


class GroupsPage(Page):
    """Holds the choice of a group. Subclasses hand over their lists (``set_lists``) and write ``show_list`` and ``named``.

    ``groups`` is a ``TotalsPane`` or a pane with the same signals ``chosen`` and ``entered``. Places for what a page
    shows besides: ``top`` over everything, ``over`` both sides, ``lead`` left in the row over the lists,
    ``under_groups``. A page with ``acts`` of its own lays out its ``state_bar``, where undo stands as well; else undo stands
    in the rows of the lists.
    """

    acts: Sequence[Act] = ()
    settings_key = ""                       # where the width of the left side is remembered
    left_px, left_share = 440, 0.36         # px the groups have at first, and how much of a narrow window at most
    margins = (0, 8, 0, 0)
    row_over_all = False                    # whether the row with the lists' acts reaches over the groups as well

    def __init__(self, groups: Any, changes: Changes, settings: QSettings | None) -> None:
        super().__init__(changes, settings)
        self.groups, self.state_bar = groups, StateBar(self.acts, self)
        self.lists: list[TablePage] = []
        self.window_acts: tuple[QAction, ...] = ()
        self.shared = False                 # whether the room was shared between both sides
        self.tabs, self.pages, self.group_name = Tabs(), QStackedWidget(), Elided("title")
        self.tabs.setDrawBase(False)
        self.top, self.over, self.under_groups = column(gap=8), column(gap=8), column(gap=6)
        self.lead, self.bars = row(gap=12), row(gap=0)
        self._lay_out()
        groups.chosen.connect(self.show_front)
        groups.entered.connect(lambda: self.front().grid.setFocus())
        groups.view.clicked.connect(lambda _: self.front().grid.setFocus() if self.lists else None)   # whoever points at a room works in it
        self.ahead = TypedAhead(groups.view, lambda: self.front().grid if self.lists and self.ready() else None)
        self.tabs.currentChanged.connect(lambda _: self._turned())
        self.splitter.splitterMoved.connect(lambda *_: self._keep_width())
        keys.bind("find", groups, lambda: self.front().search.setFocus())      # in the lists it is theirs already

    # What a feature writes.

    def show_list(self, front: Any) -> None:
        """Fill the list in front with what belongs to the chosen group."""
        raise NotImplementedError

    def named(self) -> str:
        """Give what the chosen group is called over its lists."""
        return str(self.groups.name())

    # What a feature uses.

    def set_lists(self, *lists: TablePage) -> None:
        """Show these lists, each under its title; those that are no longer among them go."""
        at = max(self.tabs.currentIndex(), 0)
        for old in self.lists:
            self.pages.removeWidget(old)
            self.bars.removeWidget(old.bar)
            if old not in lists:
                old.bar.deleteLater()
                old.deleteLater()
        fresh = [each for each in lists if each not in self.lists]
        self.lists = list(lists)
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for each in lists:
            self.tabs.addTab(each.title)
            self.pages.addWidget(each)
            self.bars.addWidget(each.bar)
        self.tabs.setCurrentIndex(at)
        self.tabs.blockSignals(False)
        self.tabs.setVisible(len(lists) > 1)
        for each in fresh:
            each.status_changed.connect(lambda *_: self.status_changed.emit(*self.status_line()))
            if self.window_acts and not self.acts:     # else they come with those of the window
                each.place_window_acts(*self.window_acts)
        self._place_line()

    def front(self) -> Any:
        """Give the list in front."""
        return self.lists[max(self.tabs.currentIndex(), 0)]

    def turn_to(self, wanted: TablePage) -> None:
        """Bring a list to the front."""
        self.tabs.setCurrentIndex(self.lists.index(wanted))

    @measured
    def show_front(self) -> None:
        """Show the list in front for the chosen group; the others are filled when they are turned to."""
        if not self.lists or not self.ready():
            return
        front = self.front()
        front.group = self.named()
        self.show_list(front)
        for each in self.lists:
            each.bar.setVisible(each is front)
        self.pages.setCurrentWidget(front)
        self.group_name.say(self.named())
        self.setFocusProxy(front.grid)
        self.sides.show_body()
        self.status_changed.emit(*self.status_line())

    def ready(self) -> bool:
        """Whether there is anything to show."""
        return True

    def invite(self, panel: QWidget) -> None:
        """Show what the page is for and how to begin, in the place of both sides."""
        self.sides.invite(panel)
        self.status_changed.emit("", "")

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """Give the acts of the lists and of the page."""
        of_lists = {key: action for each in self.lists for key, action in each.actions_by_key.items()}
        return {**of_lists, **self.state_bar.actions_by_key}

    def place_window_acts(self, *actions: QAction) -> None:
        """Keep undo and redo on the right of the row of acts."""
        self.window_acts = actions
        if self.acts:
            self.state_bar.place(*actions)
            return
        for each in self.lists:
            each.place_window_acts(*actions)

    def save(self) -> object:
        """Store what waits in the lists."""
        waiting = [each for each in self.lists if each.unsaved()]
        if not waiting:
            return super().save()
        saved = [each.save() for each in waiting]
        return all(saved)

    def typing(self) -> Typing | None:
        """Give what is typed in the list in front."""
        return self.front().typing() if self.lists and self.ready() else None

    def unsaved(self) -> str:
        """Say what waits in the lists."""
        return next((words for each in self.lists if (words := each.unsaved())), "")

    def status_line(self) -> tuple[str, str]:
        """Give what the list in front says."""
        return self.front().status_line() if self.lists and self.ready() else ("", "")

    # Inside.

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        left_lines = column(self.groups, self.under_groups, gap=6)
        left_lines.setStretch(0, 1)
        left.setLayout(left_lines)
        line = row(self.lead, self.tabs, self.group_name, None, self.bars, gap=12)
        line.setStretch(2, 100)
        self.line = QWidget()
        self.line.setLayout(line)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.over_lists, self.over_both = column(gap=0), column(gap=0)      # the one or the other holds the row with the acts
        right.setLayout(column(self.over_lists, self.pages, gap=6))
        lines = column(self.over, self.over_both, self.splitter)
        lines.setStretch(lines.count() - 1, 1)
        (self.over_both if self.row_over_all else self.over_lists).addWidget(self.line)
        self.sides = Front(lines)
        whole = column(self.top, self.sides, margins=self.margins, gap=10)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _place_line(self) -> None:
        """Let the row reach over the groups where tabs and acts of a list have no room beside them: no tab is hidden by its acts."""
        own = sum(part.sizeHint().width() for part in (self.lead, self.tabs)) if len(self.lists) > 1 else 0
        need = own + max((each.bar.sizeHint().width() for each in self.lists), default=0) + _NAME_PX
        beside = self.width() - min(self.left_px, int(self.width() * self.left_share))
        place = self.over_both if self.row_over_all or need > beside else self.over_lists
        if place.indexOf(self.line) < 0:
            place.addWidget(self.line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the row of tabs and acts where it has room."""
        super().resizeEvent(event)
        self._place_line()

    def _turned(self) -> None:
        self.show_front()
        self.front().grid.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room between both sides when the page is first seen: as before, else by its width."""
        super().showEvent(event)
        if not self.shared:
            self.shared = True
            kept = self.settings.value(f"{self.settings_key}/left") if self.settings is not None else None
            left = int(str(kept)) if kept is not None else min(self.left_px, int(self.width() * self.left_share))
            self.splitter.setSizes([left, max(self.width() - left, 1)])

    def _keep_width(self) -> None:
        if self.settings is not None:
            self.settings.setValue(f"{self.settings_key}/left", self.splitter.sizes()[0])
