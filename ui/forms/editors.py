"""What a form's fields are typed in: text, lines, money, whole number, day, choice. Each gives a value or a complaint."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QPlainTextEdit, QToolButton

from app.core.clock import today
from app.core.money import FULL_WIDTH, format_fen, parse_fen
from app.core.quantity import format_quantity, parse_quantity
from app.exchange.values import read_day, read_text
from ui.base import keys, style
from ui.base.icons import icon
from ui.base.parts import Choices

# What is said of words that cannot be read, by the kind of field.
WRONG = {"money": "金额看不懂，请写成 1200 或 1,200.00",
         "whole": "这里要填整数", "quantity": "数量看不懂，请写成 12 或 1.5，最多三位小数",
         "day": "日期看不懂，请写成 2024-9-1 或 20240901"}
_THOUSANDS = re.compile(r"\s*[-+]?\d{1,3}(,\d{3})+\s*")
MONTH_DAY = re.compile(r"(\d{1,2})[-./月](\d{1,2})[日号]?")     # of this year


class LineEditor(QLineEdit):
    """One line read by ``read`` and shown by ``write``; blank is ``blank``. Not readable: ``complaint()`` says so."""

    edited = Signal()

    def __init__(self, read: Callable[[str], Any] = str, write: Callable[[Any], str] = str, wrong: str = "",
                 blank: object = None) -> None:
        super().__init__()
        self.read, self.write, self.wrong, self.blank = read, write, wrong, blank
        self.textEdited.connect(lambda _: self.edited.emit())

    def value(self) -> Any:
        """Give the value; ``blank`` for nothing and for what cannot be read."""
        try:
            words = read_text(self.text())      # a line break that was pasted into a name does not stay in it
            return self.read(words) if words else self.blank
        except ValueError:
            return self.blank

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.setText("" if value is None else self.write(value))
        self.setCursorPosition(0)

    def complaint(self) -> str:
        """Say why what was typed cannot be read, "" when it can."""
        try:
            if self.text().strip():
                self.read(self.text().strip())
        except ValueError:
            return self.wrong
        return ""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show what was typed as it was understood: 1.2万 becomes 12,000.00."""
        super().focusOutEvent(event)
        if self.text().strip() and not self.complaint():
            self.set_value(self.value())


def whole_from(text: str) -> int:
    """Read a whole number as typed, with commas that part thousands or full-width digits; ``ValueError`` for anything else."""
    plain = text.translate(FULL_WIDTH)
    if "," in plain and not _THOUSANDS.fullmatch(plain):    # 1,2 may be 1.2 as well as 12
        raise ValueError(f"not a whole number: {text}")
    return int(plain.replace(",", ""))


def text_editor() -> LineEditor:
    """Give an editor for words; blank is ""."""
    return LineEditor(blank="")


def money_editor() -> LineEditor:
    """Give an editor for an amount, typed in 元, held in 分; blank is None."""
    made = LineEditor(parse_fen, format_fen, WRONG["money"])
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made


def whole_editor() -> LineEditor:
    """Give an editor for a whole number; blank is None."""
    made = LineEditor(whole_from, lambda number: f"{number:,}", WRONG["whole"])
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made


def quantity_from(text: str) -> int:
    """Read a quantity of goods above zero as typed, in thousandths; ``ValueError`` for anything else."""
    found = parse_quantity(text)
    if found < 0:
        raise ValueError(f"below zero: {text}")
    return found


def quantity_editor() -> LineEditor:
    """Give an editor for a quantity of goods, held in thousandths; blank is None."""
    made = LineEditor(quantity_from, format_quantity, WRONG["quantity"])
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made


class DayEditor(LineEditor):
    """A day as typed here (2024.9.1, 20240901, 9-1 of this year) or from the calendar; Ctrl+; is today; blank is None."""

    def __init__(self) -> None:
        super().__init__(day_from, lambda day: str(day)[:10], WRONG["day"])
        self.setPlaceholderText("年-月-日")
        self.addAction(icon("calendar"), QLineEdit.ActionPosition.TrailingPosition).triggered.connect(self.open)
        keys.bind("today", self, lambda: self._take(today()), inside=False)
        keys.bind("list", self, self.open, inside=False)

    def open(self) -> None:
        """Open the calendar under the field."""
        calendar = QCalendarWidget(self)
        calendar.setWindowFlag(Qt.WindowType.Popup)
        calendar.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        plain = QTextCharFormat()
        plain.setForeground(QColor(style.INK))
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(weekday, plain)
        for name, picture in (("prev", "chevron_left"), ("next", "chevron_right")):
            turn = calendar.findChild(QToolButton, f"qt_calendar_{name}month")
            if turn is not None:
                turn.setIcon(icon(picture))
        day = self.value() or today()
        calendar.setDateRange(QDate(1900, 1, 1), QDate(2100, 12, 31))  # else −2026 may be typed as its year
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        for chosen in (calendar.clicked, calendar.activated):
            chosen.connect(lambda picked: self._take(date(picked.year(), picked.month(), picked.day())))
            chosen.connect(calendar.close)
        calendar.resize(330, 270)
        calendar.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        calendar.show()

    def _take(self, day: date) -> None:
        self.set_value(day)
        self.edited.emit()


def day_from(text: str) -> date:
    """Read a day as typed; a month and day alone mean this year. Refuses with ``ValueError`` what leaves a part open."""
    short = MONTH_DAY.fullmatch(text.translate(FULL_WIDTH).replace(" ", ""))
    if short:
        return date(today().year, int(short[1]), int(short[2]))
    if text.isdigit() and len(text) != len("20240901"):
        raise ValueError(f"a year or Excel's day number, not a day: {text}")
    day, exact = read_day(text)
    if not exact:
        raise ValueError(f"not a whole day: {text}")
    return day


class LinesEditor(QPlainTextEdit):
    """Several lines of words; Tab goes on to the next field."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(tabChangesFocus=True)
        self.setFixedHeight(68)
        self.quiet = False
        self.textChanged.connect(self._typed)

    def value(self) -> str:
        """Give the words without blanks around them."""
        return self.toPlainText().strip()

    def set_value(self, value: str | None) -> None:
        """Show words."""
        self.quiet = True
        self.setPlainText(value or "")
        self.quiet = False

    def _typed(self) -> None:
        if not self.quiet:
            self.edited.emit()

    def complaint(self) -> str:
        """Say nothing: words are always readable."""
        return ""


class ChoiceEditor(Choices):
    """One of few words or (value, text) pairs; ``free`` lets other words be typed."""

    edited = Signal()

    def __init__(self, choices: Sequence[str | tuple[object, str]], free: bool = False) -> None:
        super().__init__()
        self.free = free
        self.setEditable(free)
        self.setMaxVisibleItems(16)
        for choice in choices:
            value, text = (choice, choice) if isinstance(choice, str) else choice
            self.addItem(text, value)
        self.activated.connect(lambda _: self.edited.emit())
        line = self.lineEdit()
        if line is not None:
            line.textEdited.connect(lambda _: self.edited.emit())

    def value(self) -> Any:
        """Give the chosen value, or the words typed where that is allowed."""
        if self.free:
            words = read_text(self.currentText())
            place = self.findText(words)
            return self.itemData(place) if place >= 0 else words
        return self.currentData()

    def set_value(self, value: object) -> None:
        """Choose a value; one that is not listed is kept as an entry of its own, so that history is never lost."""
        place = next((each for each in range(self.count()) if self.itemData(each) == value), -1)
        if place < 0 and self.free:
            self.setCurrentIndex(-1)
            self.setEditText(str(value or ""))
            return
        if place < 0 and value not in (None, ""):
            self.addItem(str(value), value)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def complaint(self) -> str:
        """Say nothing: a choice is always readable."""
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F7 opens the list, as in every field that has one; Enter is the form's, words typed are taken as they stand."""
        if keys.is_key(event, "list"):
            self.showPopup()
        elif self.free and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

