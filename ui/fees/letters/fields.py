"""Fields in a letter's text: the buttons that insert them, by group, and the colours that tell known from unknown."""

from collections.abc import Collection, Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from app.fees.letters import text as letters
from ui.base import style
from ui.base.parts import button, column, label

_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("学生", ("家长称谓", "姓名", "班级", "年级")),
    ("项目和金额", (letters.TABLE, letters.CHOICES, "合计", "大写", "自愿合计", "必缴合计", "预收合计", "实支合计", "应退", "应退大写", "应补",
               "应补大写", "退补说明", "退费说明", "结算办法", "减免说明")),
    ("日期", ("学期", "学年", "落款日期", "回执截止", "缴费时间", "放假日期", "开学日期")),
    ("学校", ("学校", "部门", "咨询电话", "监督电话", "公示地点")),
)
_OTHERS = "其他"


def groups(fields: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Give the fields that a letter may use, by group; one that belongs to none stands at the end."""
    known = {name for _, names in _GROUPS for name in names}
    found = [(title, [name for name in names if name in fields]) for title, names in _GROUPS]
    return [each for each in [*found, (_OTHERS, [name for name in fields if name not in known])] if each[1]]


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

    def show_fields(self, fields: Mapping[str, str]) -> None:
        """Offer these fields: name → what stands there."""
        body, lines = QWidget(), column(gap=4, margins=(0, 0, 8, 0))
        self.buttons = {}
        for title, names in groups(fields):
            lines.addWidget(label(title, "section"))
            grid = QGridLayout()
            grid.setSpacing(4)
            for number, name in enumerate(names):
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
        for match in letters.BRACES.finditer(text):
            if match[0] in ("{{", "}}"):
                continue
            fine = match[1] is not None and match[1].strip() in self.known
            # Qt counts characters in UTF-16, Python in code points.
            start, length = len(text[:match.start()].encode("utf-16-le")) // 2, len(match[0].encode("utf-16-le")) // 2
            self.setFormat(start, length, self.good if fine else self.bad)
