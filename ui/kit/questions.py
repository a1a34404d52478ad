"""What an import cannot know by itself, one question at a time: which column is it, or is it none?"""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from app.exchange.matching import Question, column_letters
from ui.base.parts import button, label, mark, row


class QuestionBar(QFrame):
    """The first open question with its answers as buttons; hidden where nothing wants asking.

    ``titles`` are those of the fields, by their keys. Tab comes to the answers from ``before``. ``answered`` tells the
    question, and the column chosen (-1: none of them); where it asks of whole sheets, 0 leaves them out.
    """

    answered = Signal(object, int)

    def __init__(self, titles: Mapping[str, str], before: QWidget) -> None:
        super().__init__()
        self.titles, self.before = titles, before
        mark(self, role="strip", tone="warning")
        self.words = label("", "section", wrap=True)
        self.ways: list[QPushButton] = []
        self.bar = row(self.words, margins=(14, 7, 12, 7), gap=8)
        self.bar.setStretch(0, 1)
        self.setLayout(self.bar)
        self.hide()

    def ask(self, questions: Sequence[Question]) -> None:
        """Ask the first of the questions."""
        typing = any(way.hasFocus() for way in self.ways)
        for way in self.ways:
            self.bar.removeWidget(way)
            way.deleteLater()
        self.ways = []
        self.setVisible(bool(questions))
        if not questions:
            return
        first = questions[0]
        count = f"（还有 {len(questions) - 1} 个问题）" if len(questions) > 1 else ""
        self.words.setText(first.text + count)
        if first.sheets:
            answers = [(f"不导入这 {len(first.sheets)} 张", 0), ("都要导入", -1)]
        elif len(first.columns) == 1:
            answers = [(f"是{self.titles[first.key]}", first.columns[0]), ("不是，不导入这一列", -1)]
        else:
            same = len(set(first.heads)) < len(first.heads)
            answers = [(f"{column_letters(at)} 列" if same else head, at)
                       for at, head in zip(first.columns, first.heads, strict=True)] + [("都不是", -1)]
        for text, at in answers:
            way = button(text, partial(self.answered.emit, first, at))
            way.setAccessibleDescription(first.heads[first.columns.index(at)] if at in first.columns else "")
            self.bar.addWidget(way)
            way.show()      # now and not when the layout comes to it: what is hidden takes no keys
            QWidget.setTabOrder(self.ways[-1] if self.ways else self.before, way)
            self.ways.append(way)
        if typing:
            self.ways[0].setFocus()
