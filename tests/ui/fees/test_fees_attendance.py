"""就餐登记 in 收费登记: one key a mark, the month noted by a button, the days in 实际数量, undo, the printed sheet."""

from datetime import date

import pypdf
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.core.month_marks import day_key
from app.fees.money import commands
from app.fees.money.facts import Facts
from app.store import archive, journal
from tests.money_fixture import MEALS
from tests.ui.fees.test_fees_collection import FIRST, SECOND, page  # noqa: F401  a fixture

KEY = Qt.Key


def units(page, name):  # noqa: F811
    return Facts(page.school.plan).usage.get((page.school.items[MEALS], page.school.pupils[name]))


def october(page):  # noqa: F811
    page.turn_to(page.attendance)
    made = page.attendance
    made.month.set_value(date(2026, 10, 1))
    made.month.edited.emit()
    made.grid.setFocus()
    QApplication.processEvents()
    return made


def press(qtbot, grid, *keys):
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget() or grid.grid, key)
        QApplication.processEvents()


def test_marks_decide_the_days_and_undo_takes_one_back(page, qtbot, clipped):  # noqa: F811
    made = october(page)
    assert [row[2] for row in made.rows] == ["安一", "白二", "曹三"]
    assert made.item.isHidden()     # one item only
    assert clipped(page) == []
    press(qtbot, made, "0", KEY.Key_Down, "2")
    whole = units(page, "曹三")
    assert (units(page, "安一"), units(page, "白二")) == (whole - 1, whole - 1)
    page.fill()
    assert made.sheet.taken
    assert made.model.index(2, made.place(day_key(1))).data() == "√"
    journal.undo()
    assert units(page, "白二") == whole
    journal.undo()
    assert units(page, "白二") is None
    page.turn_to(page.usage)
    page.fill()
    assert page.usage.rows


def test_a_month_without_absences_is_noted_by_the_button_and_withdrawn(page, said):  # noqa: F811
    made = october(page)
    made.actions_by_key["all"].trigger()
    assert said.last == "已登记2026年10月的就餐，实际数量已经算好。"
    page.fill()
    made.selection_changed()
    assert not made.actions_by_key["all"].isEnabled()
    assert units(page, "安一")
    made.actions_by_key["withdraw"].trigger()
    assert units(page, "安一") is None
    said.actions["撤销"]()
    assert units(page, "安一")


def test_a_typed_count_stays_and_that_is_said(page, qtbot, said):  # noqa: F811
    commands.write_usage(page.school.plan, {page.school.pupils["安一"]: {page.school.items[MEALS]: 50}})
    made = october(page)
    press(qtbot, made, "0")
    assert "有 1 名学生的实际数量是手工填的" in "".join(said.texts)
    assert units(page, "安一") == 50
    made.actions_by_key["anew"].trigger()
    assert units(page, "安一") == units(page, "曹三") - 1


def test_the_sheet_is_printed_blank_for_the_class_that_is_shown(page, monkeypatch):  # noqa: F811
    shown = []

    def look(parent, path, title, warnings, keep):
        with pypdf.PdfReader(path) as reader:
            shown.append((title, len(reader.pages), reader.pages[0].extract_text()))
        keep()

    monkeypatch.setattr("ui.paper.preview.show_pdf", look)
    made = october(page)
    made.actions_by_key["print"].trigger()
    assert shown[0][:2] == ("就餐登记表", 1)
    assert FIRST in shown[0][2]
    assert "2026年10月" in archive.listing(page.data_folder)[0].path.name
    page.groups.choose(0)
    made.actions_by_key["print"].trigger()
    assert shown[1][1] == 3


def test_of_the_whole_school_nothing_is_typed(page, refusal):  # noqa: F811
    made = october(page)
    page.groups.choose(0)
    assert made.rows == []
    assert not made.actions_by_key["all"].isEnabled()
    page.groups.choose(page.school.classes[SECOND])
    assert [row[2] for row in made.rows] == ["龘䶮㛃", "欧阳阿依古丽娜", "冯七"]
