"""关联: what a record has to do with others, on both ends; a double click or Enter opens the other on its own page."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from app.core.errors import Refused
from app.school import links
from app.school.links import Related
from ui.base.crash import shielded
from ui.base.parts import button, column, open_at, row

show: Callable[[Related], object] | None = None    # set by main: brings the page of a record to the front and shows it


def open_record(related: Related) -> None:
    """Show a related record on its own page; ``Refused`` where no page shows such a record."""
    if show is None or not related.page:
        raise Refused(f"{related.noun}“{related.title}”没有单独的一页可以打开。")
    show(related)


class RelatedList(QListWidget):
    """The related records of one record."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Related] = []
        self.setProperty("role", "plain")
        self.setToolTip("双击打开")
        self.itemActivated.connect(lambda item: shielded(lambda: open_record(self.found[self.row(item)])))

    def show_of(self, table: str, identity: int) -> int:
        """Show what a record is related to; gives how many there are."""
        return self.show_records(links.of(table, identity))

    def show_records(self, found: list[Related]) -> int:
        """Show these records; gives how many they are."""
        self.found = found
        self.clear()
        for each in self.found:
            item = QListWidgetItem(f"{each.why}　{each.noun}　{each.title}")
            item.setToolTip(f"{each.noun}　{each.title}\n双击打开")
            self.addItem(item)
        return len(self.found)


class RelatedDialog(QDialog):
    """A record of a list that has no pane (a line of a stocktake's card), and what it has to do with others. ``chosen`` is what is to be opened."""

    def __init__(self, parent: QWidget | None, table: str, identity: int) -> None:
        super().__init__(parent)
        known = links.records()[table]
        title = known.titles([identity]).get(identity)
        if title is None:
            raise Refused("这张卡片已经删除了，可在回收站里恢复。")
        self.setWindowTitle(f"关联　{title}")
        self.list, self.chosen = RelatedList(), list[Related]()
        self.list.itemActivated.disconnect()
        self.list.itemActivated.connect(lambda _: self.open_chosen())
        self.list.show_records([Related(table, identity, "本身", title, known.page), *links.of(table, identity)])
        self.list.setCurrentRow(0)
        lines = column(self.list, row(None, button("关闭", self.reject), button("打开", self.open_chosen, primary=True)),
                       margins=(20, 16, 20, 16), gap=12)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        open_at(self, 620, 320)

    def open_chosen(self) -> None:
        """Close, so that the page of the chosen record comes to the front."""
        self.chosen = [self.list.found[self.list.currentRow()]]
        self.accept()


def show_related(parent: QWidget, table: str, identity: int) -> None:
    """Show a record with what it has to do with others, and open what is chosen of them."""
    dialog = RelatedDialog(parent, table, identity)
    if dialog.exec():
        open_record(dialog.chosen[0])
