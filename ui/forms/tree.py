"""A tree that opens under a button and is narrowed by typing: places, classes, whatever has branches."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem

from app.core import pinyin
from ui.base import style
from ui.base.parts import column


class TreeNode(NamedTuple):
    """One branch: ``keys`` holds what it is also found by (拼音首字母, number)."""

    id: int | str
    parent: int | str | None
    text: str
    keys: str = ""


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
        wanted = pinyin.words(text)
        hits = {node.id for node in self.nodes if not wanted or node.id != "" and all(
            word in pinyin.keys(f"{node.text} {node.keys}") for word in wanted)}
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
