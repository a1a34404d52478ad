"""A paper on the screen before it is on paper: thumbnails, zoom, save as, print. Holds no file open."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QBuffer,
    QByteArray,
    QIODevice,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QDialog, QFrame, QListView, QSplitter, QWidget

from app.core.errors import Refused
from app.core.files import why
from app.core.progress import Progress
from ui.base import jobs, keys, notify, style
from ui.base.parts import button, column, label, later, mark, open_at, row, tool
from ui.paper.printing import OffsetDialog, flattened, print_document

Index = QModelIndex | QPersistentModelIndex
WordWriter = Callable[[Path, Progress], object]
THUMB = QSize(96, 136)      # px of a small page; an A4 in either direction fits into it
STEPS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)


def show_pdf(parent: QWidget | None, path: Path, title: str, warnings: Sequence[str] = (),
             on_printed: Callable[[], object] | None = None, word: WordWriter | None = None) -> None:
    """Show a PDF until it is closed. ``on_printed()`` is called each time the printer took it or a copy was saved.

    ``warnings`` (characters that no font has) stand above the pages; ``word`` writes the same as a Word file, for 存为 Word.
    Refuses what is not a readable PDF.
    """
    PreviewDialog(parent, path, title, warnings, on_printed, word).exec()


class PreviewDialog(QDialog):
    """The window of ``show_pdf``. The file is read once into memory, so that Windows can delete it meanwhile."""

    def __init__(self, parent: QWidget | None, path: Path, title: str, warnings: Sequence[str] = (),
                 on_printed: Callable[[], object] | None = None, word: WordWriter | None = None) -> None:
        super().__init__(parent)
        self.path, self.title, self.on_printed, self.word = path, title, on_printed, word
        self.content = path.read_bytes()
        self.document = _load(self, self.content)
        self.setWindowTitle(f"{title} - 预览")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.view = QPdfView(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        ground = self.view.palette()
        ground.setColor(QPalette.ColorRole.Dark, QColor("#dde2e7"))
        self.view.setPalette(ground)
        self.thumbs = QListView()
        self.thumbs.setProperty("role", "thumbs")
        self.thumbs.setModel(_Thumbs(self.document, self.thumbs))
        self.thumbs.setUniformItemSizes(True)
        self.thumbs.setIconSize(THUMB)
        self.thumbs.setFixedWidth(THUMB.width() + 54)
        self.saying = later(self, 0, self._say_scale)
        self.place, self.scale = label("", "hint"), label("", "hint")
        pages = QSplitter(Qt.Orientation.Horizontal)
        pages.addWidget(self.thumbs)
        pages.addWidget(self.view)
        lines = column(self._bar(), _warnings(warnings), pages, gap=0)
        lines.setStretch(2, 1)
        self.setLayout(lines)
        open_at(self, 1120, 820)
        keys.bind("print", self, self.print_it)
        self.view.pageNavigator().currentPageChanged.connect(self._page_changed)
        self.thumbs.clicked.connect(lambda index: self.go_to(index.row()))
        self.view.zoomFactorChanged.connect(lambda _: self._say_scale())
        self.fit_width()
        self._page_changed(0)

    def go_to(self, page: int) -> None:
        """Show that page, counted from 0."""
        self.view.pageNavigator().jump(page, QPointF())

    def fit_width(self) -> None:
        """Make the page as wide as the window."""
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._say_scale()

    def zoom_to(self, factor: float) -> None:
        """Show at that scale, 1.0 being true size."""
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(factor)
        self._say_scale()

    def zoom_by(self, step: int) -> None:
        """Go to the next larger (+1) or smaller (-1) scale."""
        now = self._factor()
        near = [each for each in STEPS if (each > now + 0.01 if step > 0 else each < now - 0.01)]
        if near:
            self.zoom_to(near[0] if step > 0 else near[-1])

    def save_as(self) -> None:
        """Write a copy where the person says."""
        path = notify.save_file("另存为", f"{self.title}.pdf", "PDF 文件 (*.pdf)")
        if path is None:
            return
        try:
            path.write_bytes(self.content)
        except OSError as error:
            notify.refuse(f"没能写到“{path}”：{why(error)}。")
            return
        notify.written(f"已另存为 {path.name}。", path)
        if self.on_printed is not None:
            self.on_printed()

    def save_word(self) -> None:
        """Write the same as a Word file where the person says, to be gone on with there; it is no printed paper and not archived."""
        write, path = self.word, notify.save_file("存为 Word", f"{self.title}.docx", "Word 文件 (*.docx)")
        if path is None or write is None:
            return
        jobs.run_job(self, f"正在把{self.title}存为 Word", lambda progress: write(path, progress),
                     lambda _: notify.said(f"已存为 {path.name}，可以用 Word 或 WPS 接着改。"))

    def print_it(self) -> None:
        """Print through the system's dialog: printer, copies, pages, offset."""
        count = print_document(self, self.document, self.title, notify.remember)
        if count:
            notify.said(f"已送往打印机：{self.title}，{count} 页。")
            if self.on_printed is not None:
                self.on_printed()

    def adjust(self) -> None:
        """Let the person move the print of a printer by some mm."""
        if notify.remember is not None:
            OffsetDialog(self, notify.remember).exec()

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("tabs")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        truly = button("100%", lambda: self.zoom_to(1.0), flat=True)
        self.scale.setFixedWidth(52)
        self.scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        bar.setLayout(row(
            self.place, None, tool("zoom_out", "缩小", lambda: self.zoom_by(-1)), self.scale,
            tool("zoom_in", "放大", lambda: self.zoom_by(1)), tool("fit_width", "适合宽度", self.fit_width), truly, None,
            *([tool("settings", "打印位置", self.adjust)] if notify.remember is not None else []),
            *([button("存为 Word", self.save_word, "document")] if self.word is not None else []),
            button("存为 PDF", self.save_as, "save"), button(f"打印（{keys.shown('print')}）", self.print_it, "print", primary=True),
            margins=(16, 8, 14, 8)))
        return bar

    def _factor(self) -> float:
        """Give the scale on the screen, also while the page follows the window's width."""
        if self.view.zoomMode() == QPdfView.ZoomMode.Custom:
            return self.view.zoomFactor()
        page = max(self.view.pageNavigator().currentPage(), 0)
        margins = self.view.documentMargins()
        points = self.document.pagePointSize(page).width() or 595
        dots = points * self.screen().logicalDotsPerInch() / 72
        return (self.view.viewport().width() - margins.left() - margins.right()) / dots

    def _say_scale(self) -> None:
        self.scale.setText(f"{self._factor():.0%}")

    def _page_changed(self, page: int) -> None:
        self.place.setText(f"第 {page + 1} / {self.document.pageCount()} 页")
        self.thumbs.setCurrentIndex(self.thumbs.model().index(page, 0))
        self.saying.start()

    def resizeEvent(self, event: Any) -> None:
        """Say the scale anew where it follows the width."""
        super().resizeEvent(event)
        self.saying.start()     # the page has its new width only after this


class _Thumbs(QAbstractListModel):
    """Small pictures of the pages, drawn when first seen."""

    def __init__(self, document: QPdfDocument, view: QListView) -> None:
        super().__init__(view)
        self.document, self.view, self.drawn = document, view, dict[int, QPixmap]()

    def rowCount(self, parent: Index | None = None) -> int:
        """Give the number of pages."""
        return 0 if parent is not None and parent.isValid() else self.document.pageCount()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give number and picture of a page."""
        if role == Qt.ItemDataRole.DisplayRole:
            return str(index.row() + 1)
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(THUMB.width() + 30, THUMB.height() + 12)
        if role == Qt.ItemDataRole.DecorationRole:
            if index.row() not in self.drawn:
                self.drawn[index.row()] = self._draw(index.row())
            return self.drawn[index.row()]
        return None

    def _draw(self, page: int) -> QPixmap:
        ratio = self.view.devicePixelRatioF()
        size = self.document.pagePointSize(page).scaled(THUMB.toSizeF() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        image = flattened(self.document.render(page, size.toSize()))
        painter = QPainter(image)
        painter.setPen(QColor("#c3cad2"))
        painter.drawRect(image.rect().adjusted(0, 0, -1, -1))
        painter.end()
        image.setDevicePixelRatio(ratio)
        return QPixmap.fromImage(image)


def _load(owner: QDialog, content: bytes) -> QPdfDocument:
    buffer, document = QBuffer(owner), QPdfDocument(owner)
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready:
        raise Refused("这个 PDF 文件打不开，可能已经损坏。请重新生成一份。")
    return document


def _warnings(warnings: Sequence[str]) -> QFrame:
    strip = QFrame()
    mark(strip, role="banner")
    line = row(tool("warning", "", colour=style.WARNING), label("\n".join(warnings), wrap=True), margins=(14, 5, 14, 5))
    line.setStretch(1, 1)
    strip.setLayout(line)
    strip.setVisible(bool(warnings))
    return strip
