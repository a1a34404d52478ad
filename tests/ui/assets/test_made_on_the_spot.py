"""A person, a room or a supplier who is not there yet is made from the cell or the form in which one is typing."""

import pytest
from PySide6.QtCore import Qt

from app.assets import queries
from app.school import queries as school
from app.school import suppliers
from app.store import journal
from ui.assets.card_form import edit_card
from ui.forms.picker import Picker
from ui.kit.school_fields import department_field, person_field, place_field

Key = Qt.Key


@pytest.fixture
def column_of(page):
    return {column.key: number for number, column in enumerate(page.columns)}.__getitem__


def editor_in(page, number, column):
    """Open the list of a cell by F7 and give its editor."""
    page.grid.layout_of_columns.hide(column, False)
    page.grid.choose_cell(number, column)
    page.grid.setFocus()
    page.grid.ways["list"]()
    return next(each for each in page.grid.viewport().findChildren(Picker) if each.isVisible())


def choose_new(qtbot, picker):
    """Choose the line at the end of the list that makes a new one."""
    picker.view.setCurrentIndex(picker.hits.index(picker.hits.rowCount() - 1, 0))
    qtbot.keyClick(picker.view, Key.Key_Return)


def held(record):
    return queries.card(record).draft


def test_the_list_of_a_cell_shows_everybody_what_stands_there_first(page, qtbot, show_active, column_of):
    show_active(page)
    number = next(each for each in range(page.found.records) if page.model.index(each, column_of("keeper")).data())
    name = page.model.index(number, column_of("keeper")).data()
    picker = editor_in(page, number, column_of("keeper"))
    names = [picker.hits.item(each).text() for each in range(picker.hits.rowCount())]
    assert names[0] == name
    assert len(names) == len(school.find_people("", 3_000)) + 1
    qtbot.waitUntil(lambda: picker.view.currentIndex().row() == 0)
    picker.view.hide()
    place = editor_in(page, number, column_of("place"))
    assert place.hits.rowCount() == len(school.find_places("", 3_000)) + 1
    place.view.hide()


def test_a_new_keeper_is_made_from_a_cell(page, qtbot, show_active, fill, column_of, said):
    show_active(page)
    record, before = page.model.record_at(2), held(page.model.record_at(2)).keeper_id
    picker = editor_in(page, 2, column_of("keeper"))
    picker.setText("欧阳新来")
    picker.textEdited.emit("欧阳新来")
    assert picker.hits.item(picker.hits.rowCount() - 1).text() == "欧阳新来"
    fill.answers = [{"title": "教师"}]
    choose_new(qtbot, picker)
    qtbot.waitUntil(lambda: held(record).keeper_id is not None and school.person_name(held(record).keeper_id) == "欧阳新来")
    assert fill.form.windowTitle() == "新增人员"
    assert said.texts == ["已新增人员“欧阳新来”。"]
    assert page.window().focusWidget() is page.grid
    journal.undo()      # the cell is one step, the person another
    assert held(record).keeper_id == before
    assert school.find_people("欧阳新来")
    journal.undo()
    assert not school.find_people("欧阳新来")


def test_who_changes_his_mind_leaves_the_cell_as_it_was(page, qtbot, show_active, monkeypatch, column_of):
    show_active(page)
    record = page.model.record_at(2)
    before, people = held(record), len(school.find_people("", 3_000))
    asked = []
    monkeypatch.setattr("ui.forms.form.FormDialog.exec", lambda form: asked.append(form.windowTitle()) or 0)
    choose_new(qtbot, editor_in(page, 2, column_of("keeper")))
    qtbot.waitUntil(lambda: asked == ["新增人员"])
    assert (held(record), len(school.find_people("", 3_000))) == (before, people)
    assert page.model.edits.cells == {}


def test_a_new_room_lies_where_its_words_say(page, qtbot, show_active, fill, column_of):
    show_active(page)
    record = page.model.record_at(2)
    floor = next(each for each in school.places_tree() if each.level == "层")
    picker = editor_in(page, 2, column_of("place"))
    picker.setText(f"{floor.path} 399室")
    picker.textEdited.emit(picker.text())
    fill.answers = [{}]
    choose_new(qtbot, picker)
    qtbot.waitUntil(lambda: school.place_path(held(record).place_id) == f"{floor.path} 399室")
    assert school.place(held(record).place_id).parent_id == floor.id


def test_a_new_supplier_is_made_from_a_cell(page, qtbot, show_active, column_of, said):
    show_active(page)
    record = page.model.record_at(2)
    picker = editor_in(page, 2, column_of("supplier"))
    picker.setText("星火文具店")
    picker.textEdited.emit("星火文具店")
    choose_new(qtbot, picker)
    qtbot.waitUntil(lambda: held(record).supplier == "星火文具店")
    assert suppliers.find_suppliers("xhwjd")
    assert "已存为供应商" in said.texts[0]


def test_a_new_person_is_made_from_a_form_without_a_word_typed(page, qtbot, fill, monkeypatch):
    made = []

    def type_in_form(form):
        form.show()
        picker = form.editors["keeper_id"]
        picker.open()
        assert picker.hits.item(picker.hits.rowCount() - 1).text() == ""
        fill.answers = [{"name": "欧阳新来"}]
        choose_new(qtbot, picker)
        made.append((picker.value(), picker.text(), form.dirty))
        form.hide()
        form.dirty = False
        return False

    monkeypatch.setattr("ui.assets.card_form.CardForm.exec", type_in_form)
    edit_card(page, held(page.model.record_at(0)), page.model.record_at(0))
    (person, words, dirty), = made
    assert (school.person_name(person), words, dirty) == ("欧阳新来", "欧阳新来", True)


def test_what_is_refused_stays_in_the_form(page, fill):
    field = person_field("keeper_id", "保管人")
    fill.answers = [{"name": " "}]
    assert field.create("") is None
    assert fill.words["name"]


@pytest.mark.parametrize(("field", "title"), [
    (place_field("place_id", "地点", rooms_only=True), "新增房间"), (place_field("place_id", "地点"), "新增地点"),
    (department_field("department_id", "部门"), "新增部门")])
def test_each_kind_is_made_by_its_own_form(page, fill, field, title):
    fill.answers = [{"name": "新建的"}]
    made = field.create("新建的")
    assert fill.form.windowTitle() == title
    assert made[1].endswith("新建的")
    assert fill.cut == []
    assert ("level" in fill.form.editors) == (title == "新增地点")
