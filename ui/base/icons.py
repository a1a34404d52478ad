"""Icons by name, drawn from SVG in the colour asked for, sharp at any scale."""

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.base import style


class _Tinted(QIconEngine):
    """Draws one SVG in one colour at the very size asked for; faint when disabled, accent when switched on."""

    def __init__(self, text: str, colour: str) -> None:
        super().__init__()
        self.text, self.colour = text, colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colour = style.FAINT if mode == QIcon.Mode.Disabled else self.colour
        if state == QIcon.State.On and mode != QIcon.Mode.Disabled:
            colour = style.ACCENT
        tinted = self.text.replace("<svg ", f'<svg fill="{colour}" ', 1)
        QSvgRenderer(QByteArray(tinted.encode())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Tinted(self.text, self.colour)


@cache
def icon(name: str, colour: str = style.SECOND) -> QIcon:
    """Give the icon of that file name in ``resources/icons``; an unknown name is a ``FileNotFoundError`` (a bug)."""
    return QIcon(_Tinted((style.RESOURCES / "icons" / f"{name}.svg").read_text("utf-8"), colour))
