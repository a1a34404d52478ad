"""Things × days typed by one key a mark, with arrows, Enter, Del, fill down, paste; no word of fees in it."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.core.columns import Column
from app.core.errors import Invalid, Problem
from app.core.month_marks import Mark, Marks, MonthSheet, Thing, day_key
from ui.base.changes import Changes
from ui.kit.month_grid import MonthGrid

KEY = Qt.Key
DAYS = (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 12))


class Rooms(MonthGrid):
    """Rooms that are checked every day; what is stored is shown at once."""

    title = "每日巡查"
    who = (Column("room", "房间"),)
    marks = Marks(Mark("√", "正常", ("1",), counts=True), (Mark("△", "有问题", ("2", "t"), counts=True, tone="warning"),
                                                           Mark("×", "没有检查", ("0", "x"), tone="danger")))
    settings_key = "rooms"

    def __init__(self, *args):
        self.kept, self.stored = {1: {}, 2: {}, 3: {}}, []
        super().__init__(*args)

    def store(self, changed):
        if any("×" in days.values() and thing == 3 for thing, days in changed.items()):
            raise Invalid([Problem(day_key(8), "这间每天都要查。", row=3)])
        self.stored.append(changed)
        for thing, days in changed.items():
            self.kept[thing] = {day: sign for day, sign in {**self.kept[thing], **days}.items() if sign}
        self.again(taken=True)

    def again(self, taken):
        things = tuple(Thing(number, (f"{number}01室",)) for number in (1, 2, 3))
        self.show_month(MonthSheet(DAYS[0].replace(day=1), self.marks, DAYS, things, self.kept, frozenset({(2, DAYS[1])}), taken))


@pytest.fixture
def grid(qtbot, settings, show_active):
    made = Rooms(Changes(), settings)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.again(taken=False)
    show_active(made)
    made.grid.setFocus()
    return made


def press(qtbot, grid, *keys):
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget() or grid.grid, key)
        QApplication.processEvents()


def cell(grid, row, day):
    return str(grid.model.index(row, grid.place(day_key(day))).data() or "")


def test_only_school_days_are_shown_with_their_weekday(grid, clipped):
    shown = [grid.columns[each].key for each in grid.grid.layout_of_columns.order()]
    assert shown == ["room", day_key(8), day_key(9), day_key(12), "sum"]
    head = grid.model.headerData(grid.place(day_key(8)), Qt.Orientation.Horizontal)
    assert head == "8\n四"
    assert grid.grid.head.height() >= 2 * grid.grid.head.fontMetrics().height()
    assert cell(grid, 0, 8) == ""       # nothing is said before the month was noted
    assert "还没有登记" in grid.status_line()[0]
    assert clipped(grid) == []


def test_a_mark_is_one_key_and_arrows_go_on(grid, qtbot):
    press(qtbot, grid, "2", KEY.Key_Right, "0", KEY.Key_Down)
    assert grid.stored == [{1: {DAYS[0]: "△"}}, {1: {DAYS[1]: "×"}}]
    assert (cell(grid, 0, 8), cell(grid, 0, 9), cell(grid, 0, 12)) == ("△", "×", "√")
    assert grid.rows[0][-1] == 2
    index = grid.grid.currentIndex()
    assert (index.row(), grid.columns[index.column()].key) == (1, day_key(9))
    press(qtbot, grid, "0")     # closed: nothing happens
    assert len(grid.stored) == 2
    press(qtbot, grid, KEY.Key_Up, "1")
    assert cell(grid, 0, 9) == "√"
    assert "例外 1 处" in grid.status_line()[0]


def test_del_makes_usual_and_enter_goes_to_the_next_day(grid, qtbot):
    press(qtbot, grid, "x", KEY.Key_Return, "t", KEY.Key_Left, KEY.Key_Delete)
    assert grid.kept[1] == {DAYS[1]: "△"}


def test_several_cells_take_a_mark_at_once_and_are_filled_down(grid, qtbot):
    first, last = grid.place(day_key(8)), grid.place(day_key(12))
    grid.grid.choose_spans([(0, first, 0, last)], (0, first))
    press(qtbot, grid, "2")
    assert grid.stored == [{1: dict.fromkeys(DAYS, "△")}]
    grid.grid.choose_spans([(0, last, 1, last)], (0, last))
    qtbot.keyClick(grid.grid, KEY.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert grid.kept[2] == {DAYS[2]: "△"}


def test_a_block_is_pasted_and_what_is_no_mark_stays_red(grid, said):
    QGuiApplication.clipboard().setText("×\t√\t有问题\n")
    grid.grid.choose_cell(0, grid.place(day_key(8)))
    grid.grid.paste()
    assert grid.kept[1] == {DAYS[0]: "×", DAYS[2]: "△"}
    QGuiApplication.clipboard().setText("9")
    grid.grid.choose_cell(0, grid.place(day_key(9)))
    grid.grid.paste()
    assert "没有“9”这样的记号" in grid.model.edits.at(1, day_key(9)).reason
    assert grid.unsaved()


def test_what_the_feature_refuses_is_told_in_the_cell(grid, qtbot):
    grid.grid.choose_cell(2, grid.place(day_key(8)))
    press(qtbot, grid, "0")
    assert grid.model.edits.at(3, day_key(8)).reason == "这间每天都要查。"
    assert grid.kept[3] == {}


def test_the_month_is_chosen_over_the_grid(grid):
    heard = []
    grid.month_chosen.connect(lambda: heard.append(grid.chosen_month()))
    months = [date(2026, 9, 1), date(2026, 10, 1)]
    grid.offer_months(months, months[1])
    assert grid.chosen_month() == months[1]
    grid.month.set_value(months[0])
    grid.month.edited.emit()
    assert heard == [months[0]]
    grid.offer_months(months, months[1])
    assert grid.chosen_month() == months[0]


def test_all_school_days_of_a_month_and_their_sum_are_in_sight_on_a_small_screen(grid):
    """December 2026 has 23 of them; the small screen leaves 860 px beside the classes."""
    days = tuple(day for day in (date(2026, 12, number) for number in range(1, 32)) if day.weekday() < 5)
    assert len(days) == 23
    grid.resize(860, 300)
    kept = {1: dict.fromkeys(days, "△")}
    grid.show_month(MonthSheet(days[0], grid.marks, days, tuple(Thing(number, ("12 欧阳明明",)) for number in range(1, 40)), kept, frozenset(), True))
    QApplication.processEvents()
    grid.grab()     # a sign that finds itself cut makes its column wider
    QApplication.processEvents()
    assert grid.grid.horizontalScrollBar().maximum() == 0
    assert grid.grid.columnWidth(grid.place("sum")) > 0
    metrics, head = grid.grid.fontMetrics(), grid.grid.head.fontMetrics()
    for day in days:
        wide = grid.grid.columnWidth(grid.place(day_key(day.day)))
        assert wide >= metrics.horizontalAdvance("△") + 12
        assert wide >= head.horizontalAdvance(f"{day.day}") + 4
