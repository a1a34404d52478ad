"""One page of a PDF as a picture in a pane, as wide as the pane; a click asks for more."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.base import style
from ui.paper.printing import flattened

_EDGE = 8   # px of ground around the page


class PagePicture(QWidget):
    """Shows the first page of a PDF, or words where there is none."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.content, self.words = b"", ""
        self.document = QPdfDocument(self)
        self.buffer = QBuffer(self)
        self.drawn = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(60)
        self.setAccessibleName("单据的样子")

    def show_pdf(self, content: bytes) -> None:
        """Show the first page of this PDF; held in memory, no file stays open."""
        self.document.close()
        self.buffer.close()
        self.content, self.words, self.drawn = content, "", QImage()
        self.buffer.setData(QByteArray(content))
        self.buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self.buffer)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(f"共 {self.document.pageCount()} 页，点一下看大图")
        self.update()

    def say(self, words: str) -> None:
        """Show words in the place of a page."""
        self.document.close()
        self.content, self.words, self.drawn = b"", words, QImage()
        self.unsetCursor()
        self.setToolTip("")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the page as large as it fits, on the ground that previews have."""
        painter, area = QPainter(self), self.rect()
        painter.fillRect(area, QColor("#dde2e7" if self.content else style.GROUND))
        if not self.content or not self.document.pageCount():
            painter.setPen(QColor(style.SECOND))
            painter.drawText(
                area.adjusted(24, 16, -24, -16),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self.words,
            )
            return
        size = self.document.pagePointSize(0).scaled(
            area.width() - 2 * _EDGE, area.height() - 2 * _EDGE, Qt.AspectRatioMode.KeepAspectRatio
        )
        dots = (size * self.devicePixelRatioF()).toSize()
        if self.drawn.size() != dots and not dots.isEmpty():
            self.drawn = flattened(self.document.render(0, QSize(dots)))
        place = QRectF((area.width() - size.width()) / 2, _EDGE, size.width(), size.height())
        painter.drawImage(place, self.drawn)
        painter.setPen(QColor("#c3cad2"))
        painter.drawRect(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole paper."""
        if self.content:
            self.clicked.emit()
