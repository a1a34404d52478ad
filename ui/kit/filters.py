"""What narrows a list besides words: a choice of values, or a branch of a tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPushButton, QSizePolicy, QTreeWidget, QTreeWidgetItem

from ui.base import style
from ui.base.icons import icon
from ui.base.parts import column, mark


class TreeNode(NamedTuple):
    """One branch: ``keys`` holds what it is also found by (拼音首字母, number)."""

    id: int | str
    parent: int | str | None
    text: str
    keys: str = ""


@dataclass(frozen=True)
class ChoiceFilter:
    """One value out of few; ``options()`` gives (value, text) and is asked again at each refresh of the page."""

    key: str
    all_text: str
    options: Callable[[], Sequence[tuple[object, str]]]

    def box(self) -> "ChoiceBox":
        """Give the widget."""
        return ChoiceBox(self)


@dataclass(frozen=True)
class TreeFilter:
    """One branch with all below it (a building, a class), found by typing; ``nodes()`` is asked when it opens."""

    key: str
    all_text: str
    nodes: Callable[[], Sequence[TreeNode]]

    def box(self) -> "TreeBox":
        """Give the widget."""
        return TreeBox(self)


Filter = ChoiceFilter | TreeFilter


class ChoiceBox(QComboBox):
    """The widget of a ``ChoiceFilter``."""

    changed = Signal()

    def __init__(self, declared: ChoiceFilter) -> None:
        super().__init__(sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.declared = declared
        self.setMaximumWidth(190)
        self.setMaxVisibleItems(16)
        self.reload()
        self.currentIndexChanged.connect(self._moved)

    def reload(self) -> None:
        """Read the options anew; a value that is gone falls back to all."""
        kept = self.value()
        self.blockSignals(True)
        self.clear()
        self.addItem(self.declared.all_text, None)
        for value, text in self.declared.options():
            self.addItem(text, value)
        self.set_value(kept)
        self.blockSignals(False)
        mark(self, set=self.currentIndex() > 0)

    def value(self) -> object:
        """Give the chosen value, None for all."""
        return self.currentData()

    def set_value(self, value: object) -> None:
        """Choose a value; None or an unknown one chooses all."""
        places = [place for place in range(1, self.count()) if self.itemData(place) == value]
        self.setCurrentIndex(places[0] if places and value is not None else 0)

    def _moved(self, place: int) -> None:
        mark(self, set=place > 0)
        self.changed.emit()


class TreeBox(QPushButton):
    """The widget of a ``TreeFilter``: a button that opens a searchable tree."""

    changed = Signal()

    def __init__(self, declared: TreeFilter) -> None:
        super().__init__(autoDefault=False)
        self.declared = declared
        self.chosen: int | str | None = None
        self.setProperty("role", "filter")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(220)
        self.clicked.connect(self.open)
        self._say(declared.all_text)

    def reload(self) -> None:
        """Say the branch's name anew; fall back to all when it is gone."""
        if self.chosen is not None:
            self.blockSignals(True)
            self.set_value(self.chosen)
            self.blockSignals(False)

    def value(self) -> object:
        """Give the id of the chosen branch, None for all."""
        return self.chosen

    def set_value(self, value: object) -> None:
        """Choose a branch by its id; None chooses all."""
        nodes = self.declared.nodes()
        node = next((each for each in nodes if value is not None and each.id == value), None)
        before, self.chosen = self.chosen, node.id if node else None
        below = any(node and each.parent == node.id for each in nodes)
        self._say(f"{node.text}{'及以下' if below else ''}" if node else self.declared.all_text)
        mark(self, set=node is not None)
        if before != self.chosen:
            self.changed.emit()

    def open(self) -> None:
        """Open the tree under the button, ready for typing."""
        popup = TreePopup(self, self.declared.all_text, self.declared.nodes())
        popup.picked.connect(self.set_value)
        popup.move(self.mapToGlobal(QPoint(min(0, self.width() - popup.width()), self.height() + 2)))
        popup.show()
        popup.words.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow of a combo box on the right."""
        super().paintEvent(event)
        icon("chevron_down").paint(QPainter(self), QRect(self.width() - 22, (self.height() - 14) // 2, 14, 14))

    def _say(self, text: str) -> None:
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 176))


class TreePopup(QFrame):
    """A tree under a line for typing; Enter takes the first hit, a click takes the branch."""

    picked = Signal(object)

    def __init__(self, owner: QPushButton, all_text: str, nodes: Sequence[TreeNode]) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "panel")
        self.resize(QSize(300, 380))
        self.words = QLineEdit(placeholderText="输入名称或拼音首字母")
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.setLayout(column(self.words, self.tree, margins=(8, 8, 8, 8)))
        self.items: dict[object, QTreeWidgetItem] = {}
        self.nodes = [TreeNode("", None, all_text), *nodes]
        for node in self.nodes:
            item = QTreeWidgetItem([node.text])
            item.setData(0, Qt.ItemDataRole.UserRole, node.id)
            item.setSizeHint(0, QSize(0, style.ROW_PX))
            self.items[node.id] = item
        for node in self.nodes:
            above = self.items.get(node.parent)
            if above is not None:
                above.addChild(self.items[node.id])
            else:
                self.tree.addTopLevelItem(self.items[node.id])
        self.tree.expandToDepth(0)
        self.words.textChanged.connect(self._narrow)
        self.words.returnPressed.connect(self._take_first)
        self.tree.itemClicked.connect(lambda item, _: self._take(item))
        self.tree.itemActivated.connect(lambda item, _: self._take(item))

    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        hits = {node.id for node in self.nodes if wanted in f"{node.text} {node.keys}".casefold()}
        for each in self.items.values():
            each.setHidden(True)
        for hit in hits:
            item: QTreeWidgetItem | None = self.items[hit]
            while item is not None:
                item.setHidden(False)
                item = item.parent()
        self.tree.expandAll() if wanted else self.tree.expandToDepth(0)
        first = next((node.id for node in self.nodes if node.id in hits), None)
        if first is not None:
            self.tree.setCurrentItem(self.items[first])

    def _take_first(self) -> None:
        item = self.tree.currentItem()
        if item is not None and not item.isHidden():
            self._take(item)

    def _take(self, item: QTreeWidgetItem) -> None:
        chosen = item.data(0, Qt.ItemDataRole.UserRole)
        self.close()
        self.picked.emit(None if chosen == "" else chosen)
