"""学生名册 behind the gear: typing, coming and going, promotion, the roster's dialog."""

from datetime import date

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialog

from app.core.errors import Invalid
from app.school import commands, pupil_commands, roster
from app.school.rules import ClassDraft, TermDraft
from app.store import backup, journal
from ui.forms.elsewhere import Elsewhere
from ui.settings.promoting import PromotionDialog
from ui.settings.roster_import import RosterDialog


@pytest.fixture
def section(settings_page):
    """The section over two classes of grade 1 and one of grade 6, with three pupils."""
    classes = [commands.add_class(ClassDraft(2026, grade, number)).made[0] for grade, number in ((1, 1), (1, 2), (6, 1))]
    section = settings_page.show_section("pupils")
    section.ids = pupil_commands.write_pupils({}, [
        {"name": "王强", "class_id": classes[0], "seat": 1}, {"name": "龘䶮㛃", "class_id": classes[0], "waiver": "低保"},
        {"name": "赵六", "class_id": classes[2]}]).made
    section.classes = classes
    return section


def _names(section):
    return [section.model.row(number)[4] for number in range(section.model.stored)]


def test_an_empty_roster_offers_to_begin(settings_page, clipped):
    section = settings_page.show_section("pupils")
    assert section.empty is not None
    assert clipped(section) == []


def test_a_new_year_says_that_the_classes_have_not_risen(section, clipped):
    commands.make_current(commands.add_term(TermDraft(2027, 1)).made[0])
    section.refresh()
    assert "2026—2027学年的班里" in section.empty_text
    assert section.empty_acts == ("rise", "import")
    assert clipped(section) == []


def test_the_list_is_narrowed_by_class_grade_waiver_and_state(section, clipped):
    assert _names(section) == ["王强", "龘䶮㛃", "赵六"]
    assert section.status_line()[0] == "2026—2027学年 · 共 3 人"
    for key, value, names in (("class", section.classes[0], ["王强", "龘䶮㛃"]), ("class", "grade 6", ["赵六"]), ("waiver", "低保", ["龘䶮㛃"]),
                              ("waiver", roster.ANY_WAIVER, ["龘䶮㛃"]), ("state", "left", [])):
        section.narrow({key: value})
        assert _names(section) == names, (key, value)
    section.clear_narrowing()
    assert [node.text for node in section._classes()] == ["一年级", "一年级1班", "一年级2班", "六年级", "六年级1班"]
    section.choose(section.ids[2])
    assert section.selected_id() == section.ids[2]
    hidden = {column.key for at, column in enumerate(section.columns) if section.grid.isColumnHidden(at)}
    assert hidden == {"waiver", "remark", "left_on"}, "what is private is hidden until asked for"
    assert clipped(section) == []


def test_cells_are_read_as_they_are_typed(section):
    assert section.fields["class"].read("一(2)班") == section.classes[1]
    assert section.fields["class"].read("") is None
    with pytest.raises(ValueError, match="还没有三年级1班"):
        section.fields["class"].read("301班")
    section.write({section.ids[0]: {"class_id": section.classes[1]}}, [{"name": "孙七", "class_id": section.classes[1]}])
    assert _names(section) == ["龘䶮㛃", "王强", "孙七", "赵六"]
    section.narrow({"class": section.classes[1]})
    section.write({}, [{"name": "周八", "class_id": None}])
    assert _names(section)[-1] == "周八", "who is added under a class belongs to it"
    with pytest.raises(Invalid):
        section.write({}, [{"name": ""}])


def test_cells_are_pasted_as_they_are_imported(section):
    elsewhere = Elsewhere(section.fields)
    for key, text, value in (("gender", "女生", "女"), ("gender", "M", "男"), ("phone", "妈妈13900000001", "13900000001"),
                             ("name", "王 强", "王强"), ("seat", "12号", 12), ("number", "２０２６００１", "2026001")):
        assert elsewhere.read(key, text)[0] == value
    for number in ("110101201501011234", "11010120150101123X", "G110101201501011234"):
        with pytest.raises(ValueError, match="名册不登记"):
            elsewhere.read("number", number)
    with pytest.raises(ValueError, match="科学计数法"):
        elsewhere.read("number", "1.10101E+17")


def test_pupils_come_go_and_change_class(section, said, fill, refusal):
    fill.answers = [{"name": "孙七", "class_id": section.classes[1], "seat": 4}]
    section.actions_by_key["new"].trigger()
    assert fill.cut == []
    assert section.selected_id() is not None
    section.choose(section.ids[0])
    fill.answers = [{"day": date(2026, 10, 15), "reason": "转出"}]
    section.actions_by_key["leave"].trigger()
    assert said.last.startswith("已登记 1 人离校")
    assert _names(section) == ["龘䶮㛃", "孙七", "赵六"]
    section.narrow({"state": "left"})
    section.choose(section.ids[0])
    fill.answers = [{"class_id": section.classes[1], "day": date(2026, 11, 2), "seat": None}]
    section.actions_by_key["return"].trigger()
    section.clear_narrowing()
    assert set(_names(section)) == {"王强", "龘䶮㛃", "孙七", "赵六"}
    section.choose(section.ids[1])
    fill.answers = [{"class_id": section.classes[1], "day": date(2026, 11, 16)}]
    section.actions_by_key["move"].trigger()
    assert said.last == "已调班 1 人。"
    fill.answers = [{"class_id": None, "day": None}]
    section.actions_by_key["move"].trigger()
    assert fill.words == {"class_id": "请选择班级。"}
    fill.answers = [{"waiver": "孤儿"}]
    section.actions_by_key["waiver"].trigger()
    assert roster.pupil_draft(section.ids[1]).waiver == "孤儿"
    fill.answers = [{"guardian": "陈大鹏"}]
    section.actions_by_key["edit"].trigger()
    assert roster.pupil_draft(section.ids[1]).guardian == "陈大鹏"
    assert "还在读" in refusal(section.actions_by_key["erase"].trigger), "nothing is asked of what cannot be"
    section.actions_by_key["delete"].trigger()
    assert said.last.startswith("已删除 1 名学生")


def test_all_of_a_pupil_is_erased_after_one_question(section, said, settings_page):
    data = settings_page.data
    pupil_commands.transfer_out([section.ids[1]], date(2026, 9, 2))
    section.settings.setValue("settings/pupils/search", "找 龘䶮㛃")
    section.boxes["state"].set_value("left")
    section.refresh()
    section.choose(section.ids[1])
    said.answers = [1]      # 取消: there is nothing besides the ledger
    section.actions_by_key["erase"].trigger()
    backup.make(data, "手工")
    said.answers = [2]
    section.actions_by_key["erase"].trigger()
    assert roster.pupil_name(section.ids[1]) == "龘䶮㛃"
    assert "以前的备份 1 份" in said.details[-1]
    said.answers = [0]
    section.actions_by_key["erase"].trigger()
    assert roster.pupil_name(section.ids[1]) == f"已清除{section.ids[1]}"
    assert said.last == "已清除 1 名学生的个人信息，连同 1 份以前的备份。"
    assert section.settings.value("settings/pupils/search") == "找 ……"


def test_data_go_out(section, said, tmp_path):
    said.files = [tmp_path / "名册.xlsx", tmp_path / "分班.xlsx", tmp_path / "王强.xlsx"]
    section.actions_by_key["export"].trigger()
    assert said.last.startswith("已导出 3 名学生")
    section.actions_by_key["export_classes"].trigger()
    section.choose(section.ids[0])
    section.actions_by_key["export_one"].trigger()
    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == ["分班.xlsx", "名册.xlsx", "王强.xlsx"]


def test_the_promotion_is_looked_at_first(section, said, monkeypatch, clipped, qtbot):
    dialog = PromotionDialog(section)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.sum.text() == "2026—2027学年 → 2027—2028学年：2 人升级，1 人毕业，新建 1 个班。"
    assert clipped(dialog) == []
    dialog.grades[1].setChecked(True)
    assert "0 人升级，3 人毕业" in dialog.sum.text()
    dialog.starts_on.set_value(None)
    dialog.look()
    assert not dialog.go.isEnabled()
    dialog.reject()
    monkeypatch.setattr(QDialog, "exec", lambda dialog: (dialog.promote(), True)[1])
    section.actions_by_key["rise"].trigger()
    assert said.last.startswith("已升级到 2027—2028学年：2 人升级，1 人毕业")
    section.narrow({"year": 2027})
    assert _names(section) == ["王强", "龘䶮㛃"]
    assert section.status_line()[0].startswith("2027—2028学年")
    journal.undo()
    assert _names(section) == ["王强", "龘䶮㛃", "赵六"], "the next school year is gone, so the current one is shown"


def test_a_roster_is_dropped_looked_at_and_taken(section, said, tmp_path, clipped, qtbot):
    book = Workbook()
    book.active.title = "一(1)班"
    for row in (["姓名", "家长", "身份证号"], ["王强", "王建国", "1"], ["钱十", "", "1"], ["钱十", "", "2"]):
        book.active.append(row)
    page = book.create_sheet("三(1)班")
    for row in (["姓名", "家长"], ["吴九", "吴山"]):
        page.append(row)
    book.save(tmp_path / "名册.xlsx")
    dialog = RosterDialog(section, 2026)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.take_button.isEnabled()
    said.files = [tmp_path / "空白.xlsx"]
    dialog.blank.click()
    assert "3 张工作表" in said.last
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "名册.xlsx"))])
    dialog.dropEvent(QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    assert dialog.sum.text() == "名册.xlsx：新增 1 人，更新 1 人，2 行有问题。"
    for grid in dialog.grids:   # words have the room that they need: no width was set by hand
        for number in range(grid.model().columnCount()):
            widest = max(grid.fontMetrics().horizontalAdvance(str(grid.model().index(at, number).data() or ""))
                         for at in range(grid.model().rowCount()))
            assert grid.columnWidth(number) >= min(widest, 240)
    assert "不导入的列：身份证号" in dialog.under.text()
    assert dialog.refused.isVisible()
    assert not dialog.take_button.isEnabled()
    assert clipped(dialog) == []
    dialog.make.setChecked(True)
    assert "新建 1 个班" in dialog.sum.text()
    dialog.skip.setChecked(True)
    assert dialog.take_button.text() == "导入 3 人"
    dialog.take_button.click()
    assert said.last == "新增 2 人，更新 1 人，新建 1 个班，1 行有问题。"
    assert _names(section) == ["王强", "龘䶮㛃", "钱十", "吴九", "赵六"]
    said.actions["撤销"]()
    assert _names(section) == ["王强", "龘䶮㛃", "赵六"]


def test_an_import_asks_which_column_and_which_class_before_it_takes_anything(qtbot, settings_page, tmp_path, show_active):
    path = tmp_path / "名单.csv"
    path.write_text("姓名,姓名,性别\n甲一,王建国,男\n甲二,李梅,女\n甲三,张强,男", "utf-8")
    dialog = RosterDialog(None, roster.current_year())
    qtbot.addWidget(dialog)
    show_active(dialog)
    assert dialog.make.isChecked()      # a school without classes: all of them are new
    dialog.open_paths(path)
    assert dialog.questions.isVisible()
    assert not dialog.take_button.isEnabled()
    dialog.day.setFocus()
    while QApplication.focusWidget() is not dialog.questions.ways[0]:   # within the date there is its calendar
        assert QApplication.focusWidget() is dialog.day or dialog.day.isAncestorOf(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    qtbot.mouseClick(dialog.questions.ways[0], Qt.MouseButton.LeftButton)
    assert not dialog.questions.isVisible()
    assert dialog.one_class.isVisible()
    dialog.one_class.setCurrentText("三年级2班")
    dialog.one_class.lineEdit().editingFinished.emit()
    assert dialog.outcome.counts["新增"] == 3
    assert dialog.take_button.isEnabled()
    dialog.reject()
