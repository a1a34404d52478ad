"""关联: what a record has to do with others, on both ends; a double click or Enter opens the other on its own page."""

from collections.abc import Callable

from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.core.errors import Refused
from app.school import links
from app.school.links import Related
from ui.base.crash import shielded

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
        self.found = links.of(table, identity)
        self.clear()
        for each in self.found:
            item = QListWidgetItem(f"{each.why}　{each.noun}　{each.title}")
            item.setToolTip(f"{each.noun}　{each.title}\n双击打开")
            self.addItem(item)
        return len(self.found)
