"""Taking workbooks in: they are chosen or dropped, what they would write is shown in tabs, and written by one button."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.core.columns import Column
from ui.base import keys, notify
from ui.base.crash import shielded
from ui.base.parts import TabPages, button, column, label, mark, open_at, row
from ui.grid.grid import Grid
from ui.grid.rows import Row, RowsModel


class RehearsalDialog(QDialog):
    """Nothing is written before the button. Subclasses write ``read``, which shows what the ``paths`` hold, and ``write``.

    Places: ``controls`` right of the buttons that choose, ``above`` the sum, ``foot`` left of 取消.
    """

    title = ""
    patterns = ""                                           # what kinds of files there are to choose from
    several = False                                         # whether several files are taken together
    invitation = ""                                         # what stands where nothing was read yet
    button_text = "导入"
    tables: Sequence[tuple[str, Sequence[Column]]] = ()     # the tabs: title and columns
    tones: dict[str, str] = {}

    def __init__(self, parent: QWidget | None, width: int = 1080) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.title)
        self.paths: list[Path] = []
        self.sum = label(self.invitation, "title", wrap=True)
        self.under, self.refused = label("", "hint", wrap=True), label("", "error", wrap=True)
        self.tabs = TabPages()
        self.tabs.setDocumentMode(True)
        self.models = [RowsModel(columns, self.tones) for _, columns in self.tables]
        self.grids = [Grid(model) for model in self.models]
        for (title, _), grid in zip(self.tables, self.grids, strict=True):
            grid.horizontalHeader().setSectionsClickable(False)
            grid.horizontalHeader().setStretchLastSection(True)
            self.tabs.addTab(grid, title)
        self.again = button("重新读取", self.read, "refresh")
        self.again.setToolTip("在 Excel 里改好并保存之后，从这里再读一次")
        self.take_button = button(self.button_text, self.write, primary=True)
        self.take_button.setToolTip(keys.shown("store"))
        keys.bind("store", self, self.take_button.click)
        self.controls, self.above, self.foot = row(), column(gap=0), row()
        first = row(button("选文件…", self.choose, "folder"), self.again, self.controls)
        first.setStretch(2, 1)
        last = row(self.foot, None, button("取消", self.reject), self.take_button)
        lines = column(first, self.above, self.sum, self.under, self.refused, self.tabs, last, margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(5, 1)
        self.setLayout(lines)
        open_at(self, width, 640)
        self.setAcceptDrops(True)
        for each in (self.again, self.under, self.refused):
            each.hide()

    # What a feature writes.

    def read(self) -> object:
        """Read the chosen files as a job and show what they would write."""
        raise NotImplementedError

    def write(self) -> object:
        """Write what was read, as one step."""
        raise NotImplementedError

    def decided(self) -> str:
        """Name what was decided by hand and not written yet, "" where closing loses nothing that the file does not say again."""
        return ""

    # What a feature uses.

    def reject(self) -> None:
        """Ask before what was decided by hand is lost."""
        decided = self.decided()
        if not decided or notify.ask(f"{decided}还没有{self.button_text}，要放弃吗？", "放弃", "继续", danger=True):
            super().reject()

    def open_paths(self, *paths: Path) -> None:
        """Read files that were chosen or dropped."""
        self.paths = list(paths)
        self.read()

    def load(self, number: int, rows: Sequence[Row]) -> None:
        """Show rows on a tab and their count in its title."""
        self.models[number].load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grids[number].fit(measure=True)
        self.tabs.setTabText(number, f"{self.tables[number][0]} {len(rows):,}")

    def offer(self, count: int, unit: str, refused: str = "", under: str = "", blocked: bool = False) -> None:
        """Offer to write that many; ``refused`` says what stays out, or with ``blocked`` why nothing can be written."""
        for words, text in ((self.refused, refused), (self.under, under)):
            words.setText(text)
            words.setVisible(bool(text))
        mark(self.refused)
        self.take_button.setText(f"{self.button_text} {count:,} {unit}" if count else self.button_text)
        self.take_button.setEnabled(count > 0 and not blocked)
        self.again.setVisible(bool(self.paths))

    def choose(self) -> None:
        """Let the person choose, then read."""
        found = (
            notify.open_files(self.title, self.patterns)
            if self.several
            else [notify.open_file(self.title, self.patterns)]
        )
        paths = [path for path in found if path is not None]
        if paths:
            self.open_paths(*paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are dragged here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped as if it had been chosen: all files, or the first."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            shielded(lambda: self.open_paths(*(paths if self.several else paths[:1])))


def some(words: Sequence[Any], most: int = 8) -> str:
    """Name the first of many: 三年级1班、三年级2班等."""
    return "、".join(map(str, words[:most])) + ("等" if len(words) > most else "")
