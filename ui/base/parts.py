"""Small parts made in one line: labels with a role, words that give way, buttons, timers, rows and columns, a first invitation."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabBar,
    QTabWidget,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from ui.base import style
from ui.base.icons import icon

Slot = Callable[[], object]
Margins = tuple[int, int, int, int]
_ARROW_PX = 38     # of a box: its arrow and margins
LOW_PX = 620        # a window lower than this leaves out what is said elsewhere too
NAME_LENGTH = 24    # characters: what is longer is a sentence, no name


def label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """Give a label; ``role`` is the style sheet's: title, section, hint, error, warning. Text is never markup."""
    made = QLabel(text, wordWrap=wrap)
    made.setIndent(0)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    return made


def prose(text: str, width: int, most: int) -> QWidget:
    """Give paragraphs as high as they are ``width`` px wide: a layout would cut them off. Over ``most`` px they scroll."""
    words = label(text, "hint", wrap=True)
    words.ensurePolished()
    words.setMinimumHeight(max(words.heightForWidth(width), 0))      # -1 of no words
    if words.minimumHeight() <= most:
        return words
    area = QScrollArea(widgetResizable=True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    mark(area, role="plain")
    area.setWidget(words)
    area.setFixedHeight(max(most, words.fontMetrics().lineSpacing() * 3))
    return area


def cut(metrics: QFontMetrics, words: str, room: int) -> str:
    """Give words as far as ``room`` px hold them: a name loses its middle, since both its ends tell it from others, a sentence its end."""
    side = Qt.TextElideMode.ElideMiddle if len(words) <= NAME_LENGTH else Qt.TextElideMode.ElideRight
    return metrics.elidedText(words, side, room)


class Elided(QLabel):
    """Words on one line that give way to the room there is; the tip has them in full."""

    def __init__(self, role: str = "hint") -> None:
        super().__init__()
        self.whole = ""
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show these words."""
        self.whole = text
        self.setToolTip(text)
        self.setMaximumWidth(self.fontMetrics().horizontalAdvance(text) + 4)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        words = cut(self.fontMetrics(), self.whole, self.width())
        self.setText(words if len(words) > 1 or words == self.whole else "")


class Sums(QLabel):
    """Sums on one line, parted by “ · ”: where the room is too small the last ones are left out whole; the tip has all."""

    def minimumSizeHint(self) -> QSize:
        """Give way to what stands beside."""
        return QSize(40, super().minimumSizeHint().height())

    def shown(self, room: int) -> str:
        """Give what so many px have room for."""
        parts = self.text().split(" · ")
        lines = (" · ".join([*parts[:count], *["…"] * (count < len(parts))]) for count in range(len(parts), -1, -1))
        return next((each for each in lines if self.fontMetrics().horizontalAdvance(each) <= room), "…")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as there is room for."""
        words = self.shown(self.width())
        self.setToolTip("" if words == self.text() else self.text())
        self.style().drawItemText(QPainter(self), self.rect(), int(self.alignment().value), self.palette(), True, words, self.foregroundRole())


class Choices(QComboBox):
    """A box to choose from; the wheel scrolls the page that lies under it, never what was chosen. Words that are cut are its tip."""

    def event(self, event: QEvent) -> bool:
        """Show the chosen words in full where the box is too narrow for them and has no tip of its own."""
        words = self.currentText()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self.toolTip() \
                and self.fontMetrics().horizontalAdvance(words) > self.width() - _ARROW_PX:
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies below."""
        event.ignore()


class Decimal(QDoubleSpinBox):
    """A number with a fraction; the wheel scrolls what lies under it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies below."""
        event.ignore()


class Tabs(QTabBar):
    """A row of tabs; the wheel turns none of them."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what lies below."""
        event.ignore()


class TabPages(QTabWidget):
    """Pages under tabs that the wheel does not turn."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabBar(Tabs())


class _Button(QPushButton):
    """Enter presses the button that has the frame, as everywhere on Windows, and not the dialog's default.

    A double click is one click: its second half would answer the next question, or take the next step, unread.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():      # a key held down answers one question, not the next one as well
            self.click()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


def button(text: str, slot: Slot, icon_name: str = "", primary: bool = False, flat: bool = False) -> QPushButton:
    """Give a push button; ``primary`` is the one filled with the accent, ``flat`` looks like a link."""
    made = _Button(text, autoDefault=False)
    if icon_name:
        made.setIcon(icon(icon_name, "#ffffff" if primary else style.SECOND))
    made.setProperty("primary", primary)
    made.setProperty("flat", flat)
    made.clicked.connect(lambda *_: slot())
    return made


def tool(icon_name: str, tip: str, slot: Slot | None = None, colour: str = style.SECOND) -> QToolButton:
    """Give a small button that is an icon only; ``tip`` says what it does."""
    made = QToolButton()
    made.setIcon(icon(icon_name, colour))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    if slot:
        made.clicked.connect(lambda *_: slot())
    return made


def invitation(icon_name: str, title: str, text: str, *ways: QWidget) -> QWidget:
    """Give a page that has nothing to show yet: what it is for, in a panel in its middle, and the ways to begin."""
    made, panel, picture, words = QWidget(), QFrame(), QLabel(), label(text, wrap=True)
    mark(panel, role="panel")
    picture.setPixmap(icon(icon_name, "#b8c1ca").pixmap(QSize(40, 40)))
    words.setMinimumWidth(520)
    panel.setLayout(column(picture, label(title, "title"), words, row(*ways, None), margins=(32, 28, 32, 28), gap=14))
    panel.setMaximumWidth(640)
    made.setLayout(column(None, row(None, panel, None), None, None))
    return made


def open_at(dialog: QWidget, width: int, height: int) -> None:
    """Give a dialog its size in px, and less where the screen has no room for it and its frame (150 % on 1366×768: 910×485)."""
    room = dialog.screen().availableGeometry()
    dialog.resize(min(width, room.width() - 40), min(height, room.height() - 50))


def low(widget: QWidget) -> bool:
    """Whether the window of a widget is too low to show everything at once, as on a small screen at 150 %."""
    return widget.window().height() < LOW_PX


def later(parent: QObject, milliseconds: int, slot: Slot) -> QTimer:
    """Give a timer that calls ``slot`` once, that long after its last ``start()``."""
    timer = QTimer(parent, singleShot=True, interval=milliseconds)
    timer.timeout.connect(slot)
    return timer


def row(*things: QWidget | QLayout | None, margins: Margins = (0, 0, 0, 0), gap: int = 8) -> QHBoxLayout:
    """Lay things out from left to right; ``None`` takes the room that is left."""
    return _line(QHBoxLayout(), things, margins, gap)


def column(*things: QWidget | QLayout | None, margins: Margins = (0, 0, 0, 0), gap: int = 8) -> QVBoxLayout:
    """Lay things out from top to bottom; ``None`` takes the room that is left."""
    return _line(QVBoxLayout(), things, margins, gap)


def mark(widget: QWidget, **properties: object) -> None:
    """Set style properties (tone, bad, set) and let the style sheet look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _line(line: Any, things: tuple[QWidget | QLayout | None, ...], margins: Margins, gap: int) -> Any:
    assert isinstance(line, QBoxLayout)
    line.setContentsMargins(*margins)
    line.setSpacing(gap)
    for each in things:
        if each is None:
            line.addStretch(1)
        elif isinstance(each, QLayout):
            line.addLayout(each)
        else:
            line.addWidget(each)
    return line
