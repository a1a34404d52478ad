"""Fields in a letter's text: the buttons that insert them, by group, and the colours that tell known from unknown."""

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from app.school.letters.text import BRACES, FieldGroups
from ui.base import style
from ui.base.parts import button, column, label


class FieldButtons(QScrollArea):
    """A button for each field; ``wanted`` tells which one is to be inserted."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.setProperty("role", "plain")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("可以插入的字段")
        self.setFixedWidth(196)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons: dict[str, QWidget] = {}

    def show_fields(self, groups: FieldGroups) -> None:
        """Offer the fields of these groups."""
        body, lines = QWidget(), column(gap=4, margins=(0, 0, 8, 0))
        self.buttons = {}
        for title, fields in groups:
            lines.addWidget(label(title, "section"))
            grid = QGridLayout()
            grid.setSpacing(4)
            for number, name in enumerate(fields):
                made = button(name, partial(self.wanted.emit, name))
                made.setFocusPolicy(Qt.FocusPolicy.NoFocus)     # the cursor stays where the field is to go
                made.setToolTip(f"插入 {{{name}}}：{fields[name]}")
                grid.addWidget(made, number // 2, number % 2)
                self.buttons[name] = made
            grid.setColumnStretch(0, 1)
            grid.setColumnStretch(1, 1)
            lines.addLayout(grid)
            lines.addSpacing(6)
        lines.addStretch(1)
        body.setLayout(lines)
        self.setWidget(body)


class FieldColours(QSyntaxHighlighter):
    """Fields in the accent's colour; unknown ones and single braces underlined in red."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.known: Collection[str] = ()
        self.good, self.bad = QTextCharFormat(), QTextCharFormat()
        self.good.setForeground(QColor(style.ACCENT))
        self.good.setBackground(QColor(style.ACCENT_SOFT))
        self.bad.setForeground(QColor(style.DANGER))
        self.bad.setUnderlineColor(QColor(style.DANGER))
        self.bad.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)

    def know(self, fields: Collection[str]) -> None:
        """Take these fields as known from now on."""
        self.known = fields
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour the fields of one line."""
        for match in BRACES.finditer(text):
            if match[0] in ("{{", "}}"):
                continue
            fine = match[1] is not None and match[1].strip() in self.known
            # Qt counts characters in UTF-16, Python in code points.
            start, length = len(text[:match.start()].encode("utf-16-le")) // 2, len(match[0].encode("utf-16-le")) // 2
            self.setFormat(start, length, self.good if fine else self.bad)
