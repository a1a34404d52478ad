"""A tree whose branches are ticked: rooms of a building, classes of a group. Ticking a branch ticks all below it."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from app.core import pinyin
from app.school import queries as school
from ui.base import style

CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_ID = Qt.ItemDataRole.UserRole


class Branch(NamedTuple):
    """One branch: ``words`` fill the columns of the tree, parents come before their children."""

    id: Hashable
    parent: Hashable | None
    words: tuple[str, ...]


class TickTree(QTreeWidget):
    """Branches with ticks; ``itemChanged`` tells that one was ticked. ``heads`` are the columns, figures on the right."""

    def __init__(
        self,
        heads: Sequence[str],
        branches: Sequence[Branch],
        ticked: Callable[[Hashable], bool] = lambda _: False,
        widths: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.setHeaderLabels(list(heads))
        self.setHeaderHidden(len(heads) == 1)
        self.setUniformRowHeights(True)
        self.nodes: dict[Hashable, QTreeWidgetItem] = {}
        self.parents = {branch.id: branch.parent for branch in branches}
        for branch in branches:
            self._add(branch, CHECKED if ticked(branch.id) else UNCHECKED)
        self.expandToDepth(1 if len(branches) < 300 else 0)
        for number, width in enumerate(widths):
            self.setColumnWidth(number, width)

    def _add(self, branch: Branch, tick: Qt.CheckState) -> None:
        item = QTreeWidgetItem(list(branch.words))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        item.setData(0, _ID, branch.id)
        item.setSizeHint(0, QSize(0, style.ROW_PX))
        for number, text in enumerate(branch.words):
            if text.replace(",", "").isdigit():
                item.setTextAlignment(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        above = self.nodes.get(branch.parent)
        if above is None:
            self.addTopLevelItem(item)
        else:
            above.addChild(item)
        item.setCheckState(0, tick)
        self.nodes[branch.id] = item

    def tick_all(self, state: Qt.CheckState) -> None:
        """Tick or clear all that is in sight; one change is told for all."""
        last = None
        blocked = self.blockSignals(True)
        for item in self.nodes.values():
            if not item.isHidden() and not item.childCount():    # those above follow: they may hide others below them
                item.setCheckState(0, state)
                last = item
        self.blockSignals(blocked)
        if last is not None:
            self.viewport().update()
            self.itemChanged.emit(last, 0)

    def ticked(self) -> list[Hashable]:
        """Give all branches that are ticked with everything below them."""
        return [key for key, item in self.nodes.items() if item.checkState(0) == CHECKED]

    def tops(self) -> list[Hashable]:
        """Give the ticked branches that stand for all others below them: a building, not its forty rooms."""
        chosen = set(self.ticked())
        return [key for key in self.nodes if key in chosen and self.parents[key] not in chosen]

    def narrow(self, typed: str) -> None:
        """Show only branches with every word typed (拼音首字母 too), with all above and below them; nothing typed shows all.

        A word may stand in the name of what lies above: jxl 304 finds 304室 of 教学楼.
        """
        wanted = pinyin.words(typed)
        seen, paths = set[Hashable](), dict[Hashable, str]()
        for key, item in self.nodes.items():      # parents come first
            paths[key] = f"{paths.get(self.parents[key], '')} {item.text(0)}"
            found = pinyin.keys(paths[key])
            if self.parents[key] in seen or all(word in found for word in wanted):
                seen.add(key)
            item.setHidden(key not in seen)
        for key in seen:
            above = self.nodes[key].parent()
            while above is not None:
                above.setHidden(False)
                above = above.parent()
        if wanted:
            self.expandAll()


class RoomTree(TickTree):
    """The places that hold something under the buildings they lie in; what is ticked gets printed or sent.

    ``words`` are a place's name and the columns after it, 0 for things without a place; ``wanted`` are ticked from the
    start with all below them, none of them means all. Subclasses say in ``sentence`` how much is ticked.
    """

    def __init__(self, heads: Sequence[str], words: Mapping[int, tuple[str, ...]], wanted: Collection[int],
                 widths: Sequence[int]) -> None:
        self.held = words
        chosen = {below for place in wanted for below in school.places_below(place) or [place]}
        super().__init__(heads, self.branches(len(heads)), lambda place: not wanted or place in chosen, widths)

    def branches(self, columns: int) -> list[Branch]:
        """Give the places as branches."""
        places = school.places_tree(retired=True)
        parents = {each.id: each.parent_id for each in places}
        needed: set[int] = set()
        for place in self.held:
            at: int | None = place
            while at:
                needed.add(at)
                at = parents.get(at)
        branches = [Branch(each.id, each.parent_id, (each.name, *self.held.get(each.id, ("",) * columns)[1:]))
                    for each in places if each.id in needed]
        # What lies nowhere, and a place that was deleted since, stand at the end under the name they are known by.
        return branches + [Branch(place, None, words) for place, words in self.held.items() if place not in parents]

    def chosen(self) -> list[int]:
        """Give the places that are ticked and hold something."""
        return [place for place in self.held if self.nodes[place].checkState(0) == CHECKED]

    def rooms(self) -> tuple[int, ...]:
        """Give the places that are ticked; empty for all, so that a paper says 全校."""
        chosen = self.chosen()
        return () if len(chosen) == len(self.held) else tuple(chosen)

    def tick_only(self, places: Collection[int]) -> None:
        """Tick these places and no other."""
        self.tick_all(UNCHECKED)
        for place in places:
            if not self.nodes[place].childCount():
                self.nodes[place].setCheckState(0, CHECKED)

    def sentence(self) -> str:
        """Say how much is ticked."""
        raise NotImplementedError
