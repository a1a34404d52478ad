"""The photos and files of a record: small pictures, open by double click, add by dropping or pasting, remove with a way back."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.core import clock
from app.core.errors import Refused
from app.store import attachments
from app.store.attachments import Stored
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import style, undoing
from ui.base.crash import shielded
from ui.base.icons import icon
from ui.base.keys import is_key

_THUMB = QSize(92, 72)
_EMPTY = "把照片或文件拖到这里，\n或者复制后按 Ctrl+V 粘贴（截图也可以）"
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")


class FilesList(QListWidget):
    """Shows attachments; ``add(paths)`` takes files dropped or pasted, ``remove(id)`` takes one off."""

    def __init__(
        self, data: DataFolder, add: Callable[[Sequence[Path]], object], remove: Callable[[int], Step]
    ) -> None:
        super().__init__()
        self.data_folder, self.add_files, self.remove_file = data, add, remove
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setIconSize(_THUMB)
        self.setGridSize(QSize(112, 108))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setWordWrap(True)
        self.setAcceptDrops(True)
        self.setToolTip("双击打开；可以把照片或文件拖到这里，或按 Ctrl+V 粘贴；按 Del 移除")
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
        """Remove the chosen file on Del, add what was copied on Ctrl+V."""
        item = self.currentItem()
        if is_key(event, "paste"):
            shielded(self.paste)
        elif is_key(event, "clear") and item is not None:
            identity = item.data(Qt.ItemDataRole.UserRole).id
            shielded(lambda: undoing.told("已移除附件。", self.remove_file(identity)))
        else:
            super().keyPressEvent(event)

    def paste(self) -> None:
        """Add the files, or the picture, on the clipboard; ``Refused`` where it holds neither."""
        if not self.take(QGuiApplication.clipboard().mimeData()):
            raise Refused("剪贴板里没有文件或图片。请先复制照片、文件，或截图。")

    def take(self, mime: QMimeData) -> bool:
        """Add the files of a drop or a paste, or else its picture as a PNG; gives whether it held either."""
        paths = _files(mime)
        if paths:
            self.add_files(paths)
            return True
        image = mime.imageData() if mime.hasImage() else None
        if not isinstance(image, QImage) or image.isNull():
            return False
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"粘贴的图片 {clock.now():%Y-%m-%d %H%M%S}.png"
            if not image.save(str(path)):
                raise Refused("不能保存剪贴板里的图片：临时文件夹写不进去。请检查磁盘是否已满。")
            self.add_files([path])
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from the desktop, and pictures from other programs."""
        if _files(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    dragMoveEvent = dragEnterEvent  # type: ignore[assignment]  # the stubs want the narrower event

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        shielded(lambda: event.acceptProposedAction() if self.take(event.mimeData()) else None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say, while there is nothing, how something comes here."""
        super().paintEvent(event)
        if not self.count():
            painter = QPainter(self.viewport())
            painter.setPen(style.SECOND)
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _EMPTY)


def _files(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
