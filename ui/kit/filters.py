"""What narrows a list besides words: a choice of values, or a branch of a tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from ui.base.icons import icon
from ui.base.parts import Choices, cut, mark
from ui.forms.tree import TreeNode, TreePopup


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


class ChoiceBox(Choices):
    """The widget of a ``ChoiceFilter``."""

    changed = Signal()

    def __init__(self, declared: ChoiceFilter) -> None:
        super().__init__(sizeAdjustPolicy=Choices.SizeAdjustPolicy.AdjustToContents)
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

    def words(self) -> str:
        """Give the chosen value as people read it, "" for all."""
        return self.currentText() if self.value() is not None else ""

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

    def words(self) -> str:
        """Give the name of the chosen branch, "" for all."""
        return next(
            (each.text for each in self.declared.nodes() if self.chosen is not None and each.id == self.chosen), ""
        )

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
        shown = cut(self.fontMetrics(), text, 176)
        self.setText(shown)
        self.setToolTip(text if shown != text else "")
