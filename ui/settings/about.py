"""关于: what program this is, where the data lies, and whose work it stands on."""

import re
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QTextBrowser

from app import __version__
from app.core.paths import shipped
from app.store.folder import DataFolder
from ui.base.page import Page
from ui.base.parts import button, column, label, row
from ui.settings.sections import heading

LICENCES = "THIRD_PARTY.md"
_HEADING = re.compile("^#+ ", re.MULTILINE)     # a heading as large as a page's title would shout


class AboutSection(Page):
    """Name, version, data folder, licences."""

    title = "关于总务通"
    hint = "学校总务处的台账和单据工具。数据只保存在本机，不联网，不上传。"

    def __init__(self, data: DataFolder, *inherited: Any) -> None:
        super().__init__(*inherited)
        self.data = data
        self.version = label(f"总务通 {__version__}")
        self.folder = label(str(data.root), wrap=True)
        self.folder.setTextInteractionFlags(self.folder.textInteractionFlags().TextSelectableByMouse)
        panel = QFrame()
        panel.setProperty("role", "panel")
        where = row(label("数据文件夹", "hint"), self.folder, button("打开", self.open_folder, "folder"), gap=16)
        where.setStretch(1, 1)
        panel.setLayout(
            column(row(label("版本　　　", "hint"), self.version, None, gap=16), where, margins=(16, 12, 16, 12))
        )
        self.licences = QTextBrowser()
        self.licences.setProperty("role", "panel")
        self.licences.setOpenLinks(False)
        lines = column(heading(self.title, self.hint), panel, label("使用的开源软件和许可", "section"), self.licences,
                       margins=(14, 12, 14, 10), gap=10)
        lines.setStretch(3, 1)
        self.setLayout(lines)

    def fill(self) -> None:
        """Read the licences' text, where it is shipped."""
        file = shipped(LICENCES)
        text = file.read_text("utf-8") if file.exists() else "许可文本没有随这个版本一起提供。"
        self.licences.setMarkdown(_HEADING.sub("#### ", text))

    def open_folder(self) -> None:
        """Show the data folder in the system's file window."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.data.root)))
