"""Pages of a PDF onto paper through the system's print dialog, with an offset in mm remembered for each printer."""

from collections.abc import Sequence

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSettings, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from app.core.errors import Refused
from ui.base.parts import Choices, Decimal, button, column, label, row

MOST_DPI, MOST_OFFSET = 600, 30.0     # finer than 600 dpi costs memory that no office printer shows; mm


def print_document(parent: QWidget, document: QPdfDocument, title: str, settings: QSettings | None) -> int:
    """Ask for printer, pages and copies; print, moved as that printer needs it. Gives the pages sent, 0 for none.

    Refused where no printer is set up: the dialog of Windows would then not even open.
    """
    if not QPrinterInfo.availablePrinterNames():
        raise Refused("这台电脑还没有装打印机。请先在系统的“打印机”设置里添加，或者点“存为 PDF”，拿到别的电脑上打印。")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    last = str(settings.value("printer/last", "")) if settings is not None else ""
    if last:
        printer.setPrinterName(last)
    printer.setDocName(title)
    printer.setPageLayout(_layout(document, 0))
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, document.pageCount())
    dialog.setFromTo(1, document.pageCount())
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return 0
    if settings is not None:
        settings.setValue("printer/last", printer.printerName())
    first, last_page = printer.fromPage() or 1, printer.toPage() or document.pageCount()
    offset = offset_of(settings, printer.printerName())
    return print_pages(document, printer, first - 1, min(last_page, document.pageCount()) - 1, *offset)


def offset_of(settings: QSettings | None, printer: str) -> tuple[float, float]:
    """Give by how many mm to the right and down that printer's print is moved."""
    if settings is None:
        return 0.0, 0.0
    dx, dy = (float(str(settings.value(f"printer/{printer}/{name}", 0))) for name in ("dx", "dy"))
    return dx, dy


def print_pages(document: QPdfDocument, printer: QPrinter, first: int, last: int, dx: float = 0, dy: float = 0) -> int:
    """Draw pages ``first`` to ``last`` (from 0) at their true size, moved by ``dx``, ``dy`` mm. Gives the count sent.

    A landscape page turns the paper. Copies are made here where the printer itself cannot. Refuses with a sentence when
    the printer does not answer.
    """
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    pages = [page for _ in range(copies) for page in range(first, last + 1)]
    printer.setFullPage(True)
    printer.setPageLayout(_layout(document, first))
    painter = QPainter()
    if not painter.begin(printer):
        raise Refused("打印机没有响应。请看看它是否已开机并连好，再试一次。")
    try:
        for number, page in enumerate(pages):
            if number:
                printer.setPageLayout(_layout(document, page))
                printer.newPage()
            _draw(painter, document, page, printer.resolution(), dx, dy)
    finally:
        painter.end()
    return len(pages)


def flattened(image: QImage) -> QImage:
    """Give a rendered page on white paper: a PDF page has no ground of its own."""
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return paper


def _draw(painter: QPainter, document: QPdfDocument, page: int, dpi: int, dx: float, dy: float) -> None:
    points, fine = document.pagePointSize(page), min(dpi, MOST_DPI)
    dots = QSize(round(points.width() * fine / 72), round(points.height() * fine / 72))
    image = flattened(document.render(page, dots))
    place = QPointF(dx * dpi / 25.4, dy * dpi / 25.4)
    painter.drawImage(QRectF(place, QSizeF(points.width() * dpi / 72, points.height() * dpi / 72)), image)


def _layout(document: QPdfDocument, page: int) -> QPageLayout:
    """Give paper and direction of a page, without margins: the paper's own margins are in the PDF."""
    points = document.pagePointSize(page)
    upright = QSizeF(min(points.width(), points.height()), max(points.width(), points.height()))
    turned = points.width() > points.height()
    direction = QPageLayout.Orientation.Landscape if turned else QPageLayout.Orientation.Portrait
    size = QPageSize(upright, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    return QPageLayout(size, direction, QMarginsF(0, 0, 0, 0))


class OffsetDialog(QDialog):
    """Asks by how much each printer must move the print (套打, worn paper feed) and remembers it."""

    def __init__(self, parent: QWidget | None, settings: QSettings, printers: Sequence[str] | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.setWindowTitle("打印位置")
        self.printer, self.right, self.down = Choices(), _millimetres(), _millimetres()
        self.printer.addItems(QPrinterInfo.availablePrinterNames() if printers is None else list(printers))
        self.printer.currentTextChanged.connect(self._show)
        self.printer.setCurrentText(str(settings.value("printer/last", "")) or QPrinterInfo.defaultPrinterName())
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for line, (words, box) in enumerate((("打印机", self.printer), ("向右移", self.right), ("向下移", self.down))):
            grid.addWidget(label(words), line, 0)
            grid.addWidget(box, line, 1)
        grid.setColumnStretch(1, 1)
        self.setLayout(column(grid, label("字印偏了才需要改。负数是向左、向上。", "hint"),
                              row(None, button("取消", self.reject), button("保存", self.accept, primary=True)),
                              margins=(20, 16, 20, 16), gap=12))
        self._show(self.printer.currentText())

    def _show(self, printer: str) -> None:
        for box, millimetres in zip((self.right, self.down), offset_of(self.settings, printer), strict=True):
            box.setValue(millimetres)

    def accept(self) -> None:
        """Remember the offset for this printer."""
        for name, box in (("dx", self.right), ("dy", self.down)):
            self.settings.setValue(f"printer/{self.printer.currentText()}/{name}", box.value())
        super().accept()


def _millimetres() -> Decimal:
    made = Decimal()
    made.setRange(-MOST_OFFSET, MOST_OFFSET)
    made.setSingleStep(0.5)
    made.setDecimals(1)
    made.setSuffix(" mm")
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made
