"""The user's manual behind F1: chapters on the left, text on the right, from ``resources/manual``."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QDialog, QListWidget, QTextBrowser, QWidget

from app.core.paths import shipped
from ui.base.parts import open_at, row

_LINE_PERCENT = 130
OBJECT = "\ufffc"     # what stands for a picture in the text


class Manual(QDialog):
    """Shows the manual beside the work: not modal, so that one reads and does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("总务通使用手册")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.chapters, self.text = QListWidget(), QTextBrowser()
        self.text.setOpenExternalLinks(False)
        self.text.document().setDocumentMargin(18)
        manual = shipped("resources", "manual", "manual.md")
        self.text.setSearchPaths([str(manual.parent)])      # for its pictures
        self.text.setMarkdown(manual.read_text("utf-8"))
        self.chapters.setFixedWidth(170)
        self.chapters.setSpacing(3)
        self._space_out()
        self.places = self._headings()
        self.chapters.addItems([block.text() for block in self.places])
        self.chapters.currentRowChanged.connect(self._go)
        self.setLayout(row(self.chapters, self.text, margins=(12, 12, 12, 12), gap=10))
        open_at(self, 940, 640)

    def _space_out(self) -> None:
        """Give paragraphs room: what Markdown makes stands too close to read at a glance."""
        cursor = QTextCursor(self.text.document())
        while True:
            level = cursor.blockFormat().headingLevel()
            spaced = QTextBlockFormat(cursor.blockFormat())
            picture = cursor.block().text() == OBJECT      # a line of words 30 % higher reads well, a picture so is a hole
            spaced.setLineHeight(100 if picture else _LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            spaced.setTopMargin(18 if level else 3)
            spaced.setBottomMargin(6 if level else 3)
            cursor.setBlockFormat(spaced)
            if level:
                letters = QTextCharFormat()
                letters.setProperty(QTextFormat.Property.FontPixelSize, 20 if level == 1 else 16)
                letters.clearProperty(QTextFormat.Property.FontSizeAdjustment)
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                cursor.mergeCharFormat(letters)
                cursor.clearSelection()
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                return

    def _headings(self) -> list[QTextBlock]:
        found = []
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() in (1, 2):
                found.append(block)
            block = block.next()
        return found

    def _go(self, chapter: int) -> None:
        cursor = QTextCursor(self.places[chapter])
        self.text.moveCursor(QTextCursor.MoveOperation.End)  # so that the heading comes to the top, not to the bottom
        self.text.setTextCursor(cursor)
        self.text.ensureCursorVisible()
