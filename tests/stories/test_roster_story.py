"""A school's roster through the real window: the file comes in, thirty pupils are pasted, some come and go, the year turns."""

from datetime import date

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.school import promotion, roster
from app.store import journal
from app.store.database import database
from ui.base import notify

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def office(opened, demo_ledger, qtbot):
    """The window over the demo school, keys reaching it."""
    made = opened(demo_ledger)
    made.finish_start()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    return made


@pytest.fixture
def section(office):
    """学生名册 behind the gear, the grid in front."""
    shown = office.window.show_page("settings").show_section("pupils")
    shown.grid.setFocus()
    QApplication.processEvents()
    return shown


def _state():
    return [database.execute_sql(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in ("pupil", "enrolment", "school_class")]


def _column(section, key):
    return [each.key for each in section.columns].index(key)


def test_the_demo_school_has_its_pupils(section):
    assert section.found.records == len(roster.pupils_in(None, date(2026, 11, 21)))
    assert 950 <= section.found.records <= 1_050
    section.search.setText("oysg")
    section.reload()
    assert section.model.row(0)[4] == "欧阳上官慕容雪"
    section.narrow({"state": "left"})
    assert section.found.records == 14


def test_a_class_is_pasted_and_one_bad_cell_is_mended(section, qtbot, told):
    before = _state()
    (class_id, name), *_ = roster.classes_of()
    section.narrow({"class": class_id})
    old = section.found.records
    lines = [f"一(1)班\t{60 + at}\t\t新同学{'甲乙丙丁戊己庚辛壬癸'[at % 10]}{at // 10}\t{'女' if at != 7 else '姑娘'}\t家长{at}" for at in range(30)]
    QGuiApplication.clipboard().setText("\n".join(lines))
    section.grid.choose_cell(old, _column(section, "class"))
    qtbot.keyClick(section.grid, Key.Key_V, Control)
    assert section.unsaved() != "", "all thirty wait until the bad cell is mended"
    assert section.found.records == old
    bad = section.model.index(old + 7, _column(section, "gender"))
    assert bad.data(Qt.ItemDataRole.ToolTipRole)
    section.grid.choose_cell(old + 7, _column(section, "gender"))
    QGuiApplication.clipboard().setText("女")
    qtbot.keyClick(section.grid, Key.Key_V, Control)
    section.save()      # the mended row went first, the others with Ctrl+S
    assert section.unsaved() == ""
    assert section.found.records == old + 30
    assert [step.title for step in journal.steps(2)] == ["新增 29 名学生", "新增学生 新同学辛0"]
    assert {row.class_name for row in roster.pupils_in(class_id)} == {name}
    journal.undo()
    journal.undo()
    assert _state() == before


def test_a_file_comes_in_and_the_year_turns(section, qtbot, told, in_dialog, tmp_path, monkeypatch):
    before = _state()
    book = Workbook()
    book.remove(book.active)
    moved = None
    for class_id, name in roster.classes_of()[:4]:
        page = book.create_sheet(name.replace("年级", "（").replace("班", "）班"))
        page.append(["青禾小学学生花名册"])
        page.append(["序号", "学号", "姓名", "性别", "身份证号", "家长姓名", "联系电话", "家庭住址"])
        there = roster.pupils_in(class_id, date(2026, 11, 21))
        if moved is None:
            moved, there = there[5], [row for row in there if row is not there[5]]
        elif moved.class_id != class_id and moved not in there and class_id == roster.classes_of()[1][0]:
            there = [*there, moved]
        for seat, row in enumerate(there, 1):
            page.append([seat, row.number, row.name, row.gender, "330101201701010011", row.guardian, row.phone, "青禾路 1 号"])
    page.append([99, "2026990001", "龘䶮㛃", "女", "", "陈大鹏", "13900009999", ""])
    book.save(tmp_path / "花名册.xlsx")
    monkeypatch.setattr(notify, "open_file", lambda *_: tmp_path / "花名册.xlsx")

    def look_and_take(dialog):
        dialog.choose()
        assert dialog.outcome.counts["新增"] == 1
        assert dialog.outcome.counts["调班"] == 1
        assert (dialog.outcome.errors, dialog.outcome.counts["文件里没有"]) == (0, 0)
        assert dialog.outcome.unused == ["身份证号", "家庭住址"]
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        dialog.take_button.click()

    in_dialog(look_and_take)
    section.actions_by_key["import"].trigger()
    assert told[-1][0].startswith("新增 1 人，调班 1 人")
    assert "33010120" not in str(database.execute_sql("SELECT * FROM pupil").fetchall())
    section.search.setText("13900009999")
    section.reload()
    assert [section.model.row(0)[4], section.model.row(0)[1]] == ["龘䶮㛃", "一年级4班"]
    section.clear_narrowing()

    plan = promotion.look()

    def rise(dialog):
        assert f"{plan.rising} 人升级，{plan.leaving} 人毕业，新建 20 个班" in dialog.sum.text()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        dialog.go.click()

    in_dialog(rise)
    section.actions_by_key["rise"].trigger()
    assert told[-1][0].startswith("已升级到 2027—2028学年")
    section.narrow({"year": 2027})
    assert section.found.records == plan.rising
    assert section.model.row(0)[1] == "二年级1班"
    journal.undo()
    journal.undo()
    assert _state() == before
