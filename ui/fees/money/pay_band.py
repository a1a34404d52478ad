"""The band over a list in which Enter means "paid": on which day, how, and from which receipt number on."""

from datetime import date

from PySide6.QtWidgets import QFrame, QWidget

from app.core import clock
from app.core.errors import Invalid, Problem
from app.fees.money.rules import METHODS, run_of_numbers
from ui.base.parts import Elided, label, mark, row
from ui.forms.editors import WRONG, ChoiceEditor, DayEditor, text_editor


class PayBand(QFrame):
    """What holds for each payment until it is changed. The number counts on by itself; without one the program numbers."""

    def __init__(self, day_title: str, hint: str, numbered: bool) -> None:
        super().__init__()
        mark(self, role="panel")
        self.day_title, self.numbered = day_title, numbered
        self.day, self.method, self.number = DayEditor(), ChoiceEditor(["", *METHODS], free=True), text_editor()
        self.day.set_value(clock.today())
        self.day.setFixedWidth(118)
        self.method.setFixedWidth(96)
        self.method.setToolTip("可以不填；也可以输入别的方式")
        self.number.setFixedWidth(128)
        self.number.setPlaceholderText("自动编号")
        self.number.setToolTip("用自己的收据本时，填第一张的号，后面依次往下数；不填由程序编号")
        for editor, name in ((self.day, day_title), (self.method, "方式"), (self.number, "下一张票据号")):
            editor.setAccessibleName(name)
        self.hint, self.usual = Elided(), hint
        self.hint.say(hint)
        numbers: list[QWidget] = [label("下一张票据号"), self.number] if numbered else []
        line = row(
            label(day_title), self.day, label("方式"), self.method, *numbers, self.hint, None, margins=(10, 5, 10, 5)
        )
        line.setStretch(line.count() - 2, 100)
        self.setLayout(line)

    def say(self, text: str = "") -> None:
        """Say why nothing can be entered now; "" says again how it is done."""
        self.hint.say(text or self.usual)
        self.setEnabled(not text)

    def paid_on(self) -> date | None:
        """Give the day that is set; ``Invalid`` for one that cannot be read."""
        if self.day.complaint():
            raise Invalid([Problem("paid_on", f"{self.day_title}：{WRONG['day']}。")])
        day: date | None = self.day.value()
        return day

    def how(self) -> str:
        """Give the way of paying that is set, "" for none."""
        return str(self.method.value() or "")

    def first_number(self) -> str:
        """Give the number that was typed for the next receipt, "" where the program numbers."""
        return str(self.number.value()) if self.numbered else ""

    def numbers(self, count: int) -> list[str]:
        """Give that many numbers from the next on, each "" where the program numbers; ``Invalid`` where it cannot be counted on."""
        return run_of_numbers(self.first_number(), count)

    def used(self, count: int) -> None:
        """Count on after that many receipts were written."""
        if self.first_number():
            self.number.set_value(self.numbers(count + 1)[-1])
