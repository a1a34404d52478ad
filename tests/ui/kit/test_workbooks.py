"""Any list out as a workbook and on paper, and in again as rows that wait to be looked through."""

import openpyxl
import pytest

from app.school import commands
from app.school.rules import PersonDraft
from app.stocktake import queries
from ui.base.changes import Changes
from ui.kit.workbooks import narrowed_by
from ui.paper import preview
from ui.stocktake.find_list import FindsPage


def cells(path):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active]


@pytest.fixture
def people(settings_page):
    for name, title in (("王芳", "教师"), ("李强", "会计"), ("钱进", "教师")):
        commands.add_person(PersonDraft(name=name, title=title))
    return settings_page.show_section("people")


@pytest.fixture
def finds(begun, qtbot, settings, show_active):
    page = FindsPage(Changes(), settings)
    qtbot.addWidget(page)
    page.resize(1366, 600)
    show_active(page)
    page.show_room(queries.stocktake(begun.id), begun.second)
    page.refresh()
    return page


def workbook(path, *rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def test_a_list_is_exported_as_it_stands_and_its_head_says_what_narrows_it(people, said, tmp_path):
    people.grid.setColumnHidden(3, True)
    people.narrow({})
    people.search.setText("wf")
    people.grid.head.set_conditions({"title": "教师"})
    people.reload()
    said.files.append(tmp_path / "人员.xlsx")
    people.actions_by_key["export"].trigger()
    head, titles, *rows = cells(tmp_path / "人员.xlsx")
    assert head[0] == "人员（搜索：wf；职务：教师）"
    assert titles == ["姓名", "部门", "职务", "状态", "保管地点数"]
    assert rows == [["王芳", None, "教师", "在岗", 0]]


def test_words_that_were_just_typed_count_for_what_is_exported(people, said, tmp_path):
    people.search.setText("wf")
    people.reload()
    people.search.setText("")
    said.files.append(tmp_path / "人员.xlsx")
    people.actions_by_key["export"].trigger()
    assert len(cells(tmp_path / "人员.xlsx")) - 2 == people.found.records > 1


def test_an_unnarrowed_list_has_no_words_of_filters(people):
    people.narrow({"left": True})
    assert narrowed_by(people) == "含离岗人员"
    people.clear_narrowing()
    assert narrowed_by(people) == ""


def test_a_list_is_printed_with_its_narrowing_and_not_archived(people, said, monkeypatch):
    shown = []
    monkeypatch.setattr(preview, "show_pdf", lambda parent, path, title, warnings, keep: shown.append((path.stat().st_size, title, keep())))
    people.grid.head.set_conditions({"title": "教师"})
    people.reload()
    people.actions_by_key["print"].trigger()
    (size, title, kept), = shown
    assert (size > 1000, title, kept) == (True, "人员", None)


def test_rows_of_a_workbook_wait_until_they_are_stored_by_the_button(finds, begun, said, tmp_path, qtbot):
    said.files.append(workbook(tmp_path / "捐赠.xlsx", ["物品名称", "件数", "房间", "捐赠人"], ["书柜", 2, None, "校友会"], ["钢琴", 1, None, None]))
    finds.actions_by_key["import"].trigger()
    assert "读了 2 行" in said.last
    assert "没有读：捐赠人" in said.last
    assert queries.finds(begun.id) == []
    for number in (0, 1, 0):       # going from row to row stores nothing
        finds.grid.choose_cell(number, 1)
    assert queries.finds(begun.id) == []
    finds.storing.store.click()
    assert [(each.name, each.quantity, each.place_id) for each in queries.finds(begun.id)] == [
        ("书柜", 2, begun.second), ("钢琴", 1, begun.second)]
    said.actions["撤销"]()
    assert queries.finds(begun.id) == []


def test_what_cannot_be_stored_is_red_and_is_mended_in_its_cell(finds, begun, said, tmp_path):
    said.files.append(workbook(tmp_path / "捐赠.xlsx", ["名称", "数量"], ["书柜", "若干"], ["钢琴", 1]))
    finds.actions_by_key["import"].trigger()
    assert [each[0] for each in finds.model.edits.bad()] == [-1]
    finds.storing.give_up()
    assert finds.model.edits.cells == {}
    finds.storing.forth()       # they come back, to be looked through as before
    assert [each[0] for each in finds.model.edits.bad()] == [-1]
    finds.grid.choose_cell(1, 1)
    finds.grid.choose_cell(0, 1)
    assert queries.finds(begun.id) == []


def test_the_template_is_read_back_by_its_own_titles(finds, begun, said, tmp_path):
    path = tmp_path / "模板.xlsx"
    said.files.append(path)
    finds.actions_by_key["template"].trigger()
    filled = openpyxl.load_workbook(path)
    titles = [cell.value for cell in filled.worksheets[0][1]]
    assert titles[:2] == ["标签号", "名称*"]
    filled.worksheets[0].append(["7-1", "书柜"])
    filled.save(path)
    said.files.append(path)
    finds.actions_by_key["import"].trigger()
    finds.save()
    assert [(each.code, each.name) for each in queries.finds(begun.id)] == [("7-1", "书柜")]
