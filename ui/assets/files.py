"""The photos and files of a card: small pictures, open by double click, add by dropping, remove with a way back."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.core.errors import Refused
from app.store import attachments
from app.store.attachments import Stored
from app.store.folder import DataFolder
from ui.base import notify
from ui.base.icons import icon

_THUMB = QSize(92, 72)
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")


class FilesList(QListWidget):
    """Shows attachments; ``add(paths)`` takes dropped files, ``remove(id)`` takes one off."""

    def __init__(self, data: DataFolder, add: Callable[[Sequence[Path]], object], remove: Callable[[int], object]) -> None:
        super().__init__()
        self.data_folder, self.add_files, self.remove_file = data, add, remove
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setIconSize(_THUMB)
        self.setGridSize(QSize(112, 108))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setWordWrap(True)
        self.setAcceptDrops(True)
        self.setToolTip("双击打开；可以把照片或文件拖到这里；按 Del 移除")
        self.itemDoubleClicked.connect(self._open)

    def show_files(self, stored: Sequence[Stored]) -> None:
        """Show these attachments in place of those before."""
        self.clear()
        for each in stored:
            item = QListWidgetItem(self._picture(each), each.name)
            item.setData(Qt.ItemDataRole.UserRole, each)
            item.setToolTip(f"{each.name}（{each.size // 1024 + 1} KB，{each.added_on} 添加）")
            self.addItem(item)

    def _picture(self, stored: Stored) -> QIcon:
        path = self._path(stored)
        if path and path.suffix.lower() in _PICTURES:
            pixmap = QPixmap(str(path))
            if not pixmap.isNull():
                return QIcon(pixmap.scaled(_THUMB, Qt.AspectRatioMode.KeepAspectRatio,
                                           Qt.TransformationMode.SmoothTransformation))
        return icon("document" if path else "warning")

    def _path(self, stored: Stored) -> Path | None:
        try:
            return attachments.path_of(self.data_folder, stored)
        except Refused:
            return None  # its content is gone: the list shows a warning sign, opening says what to do

    def _open(self, item: QListWidgetItem) -> None:
        path = attachments.path_of(self.data_folder, item.data(Qt.ItemDataRole.UserRole))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the chosen file on Del."""
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self.remove_file(item.data(Qt.ItemDataRole.UserRole).id)
            notify.said("已移除附件，可用 Ctrl+Z 撤销。")
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from the desktop."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    dragMoveEvent = dragEnterEvent  # type: ignore[assignment]  # the stubs want the narrower event

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the files that were dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.add_files(paths)
