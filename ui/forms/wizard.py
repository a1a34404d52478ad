"""A few steps in a row (first start, import, term close): steps on top, back and next below, one primary button."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QFrame, QLabel, QStackedWidget, QWidget

from ui.base import notify
from ui.base.parts import button, column, label, mark, row


class Step(QWidget):
    """One step. Subclasses build their widgets and write what must hold before one goes on."""

    title = ""
    next_text = "下一步"

    def enter(self) -> None:
        """Get ready to be shown; called each time the step comes to the front."""

    def leave(self) -> bool:
        """Take what was filled in; False keeps the person here, having said why."""
        return True


class Wizard(QDialog):
    """Shows steps one after another. ``finish()`` is called after the last; False keeps the dialog open.

    A step that must wait for a job returns False from ``leave`` and calls ``go(+1)`` when the job is done.
    """

    def __init__(self, parent: QWidget | None, title: str, steps: list[Step], finish: Callable[[], bool],
                 lose: str = "") -> None:
        super().__init__(parent)
        self.steps, self.finish, self.lose, self.place = steps, finish, lose, 0
        self.setWindowTitle(title)
        self.marks: list[QLabel] = [label(f"{number}  {step.title}", "step") for number, step in enumerate(steps, 1)]
        self.stack = QStackedWidget()
        for step in steps:
            self.stack.addWidget(step)
        self.back = button("上一步", lambda: self.go(-1))
        self.onward = button("下一步", self.next, primary=True)
        self.onward.setDefault(True)
        head = QFrame()
        head.setObjectName("tabs")
        head.setLayout(row(*self.marks, None, margins=(20, 12, 20, 12), gap=28))
        foot = row(button("取消", self.reject), None, self.back, self.onward, margins=(20, 0, 20, 16))
        lines = column(head, self.stack, foot, gap=16)
        lines.setStretch(1, 1)
        self.stack.setContentsMargins(20, 0, 20, 0)
        self.setLayout(lines)
        self.go(0)

    def go(self, by: int) -> None:
        """Go on or back by that many steps, without asking the step that is left."""
        self.place += by
        for number, words in enumerate(self.marks):
            mark(words, tone="now" if number == self.place else "past" if number < self.place else "")
        step = self.steps[self.place]
        self.back.setVisible(self.place > 0)
        self.onward.setText(step.next_text)
        self.stack.setCurrentWidget(step)
        step.enter()

    def next(self) -> None:
        """Leave this step if it agrees; after the last one finish and close."""
        if not self.steps[self.place].leave():
            return
        if self.place < len(self.steps) - 1:
            self.go(+1)
        elif self.finish():
            self.accept()

    def reject(self) -> None:
        """Close; where something would be lost, ask with the words of ``lose`` first."""
        if not self.lose or notify.ask(self.lose, "放弃", "继续", danger=True):
            super().reject()
