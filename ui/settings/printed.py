"""打印存档: a copy of every official paper that was printed."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.store import archive
from app.store.folder import DataFolder
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.paper.preview import show_pdf
from ui.settings.sections import ListSection

MOST = 20_000


class PrintedSection(ListSection):
    """The archived papers, newest first."""

    title = "打印存档"
    hint = "打印过的正式单据，每份留有一个 PDF，可以再看、再印。"
    columns = (
        Column("at", "打印时间", Kind.CODE),
        Column("title", "单据"),
        Column("scope", "范围"),
        Column("pages", "页数", Kind.WHOLE),
        Column("who", "打印人", Kind.CODE),
        Column("state", "状态", Kind.CHOICE),
    )
    acts = (
        Act("edit", "打开", "open_paper", "pdf", needs="one", primary=True),
        Act("folder", "打开所在文件夹", "open_folder", "folder", needs="one"),
    )
    tones = {"文件已不在": "warning", "已撤销": "danger"}
    empty_text = "还没有打印过单据。打印盘点表、台账或卡片后，这里会留下存档。"
    settings_key = "settings/printed"
    search_hint = "搜索单据、范围、打印人、日期（例如 2026-11）"
    record_word = "份"

    def __init__(self, data: DataFolder, *inherited: Any) -> None:
        self.data = data
        super().__init__(*inherited)

    def rows(self) -> Sequence[Row]:
        """Give the papers of the archive."""
        self.papers = {paper.id: paper for paper in archive.listing(self.data, MOST)}
        return [(paper.id, paper.printed_at[:16], paper.title, paper.scope, paper.pages or None, paper.who,
                 "文件已不在" if not paper.path.exists() else "已撤销" if paper.undone_at else "") for paper in self.papers.values()]

    def open_paper(self) -> None:
        """Show the chosen paper in the preview."""
        paper = self._chosen()
        if paper is not None:
            show_pdf(self, paper.path, f"{paper.title} {paper.scope}".strip())

    def open_folder(self) -> None:
        """Show the folder that the chosen paper lies in."""
        paper = self._chosen()
        if paper is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(paper.path.parent)))

    def _chosen(self) -> archive.Paper | None:
        paper = self.papers.get(self.selected_id() or 0)
        if paper is not None and not paper.path.exists():
            raise Refused(f"“{paper.path.name}”已经不在存档文件夹里了，可能被移走或删除。请到“打印”里重新打印一份。")
        return paper
