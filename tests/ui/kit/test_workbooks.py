"""Any list out as a workbook and on paper, and in again as rows that wait to be looked through."""

import openpyxl
import pytest
from pypdf import PdfReader
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu

from app.core.errors import Refused
from app.school import commands
from app.school.rules import PersonDraft
from app.stocktake import queries
from ui.base.changes import Changes
from ui.kit.workbooks import export_list, narrowed_by, print_list
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
    assert head[0] == "人员（职务：教师；搜索“wf”）"
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


def test_only_the_chosen_rows_are_exported_and_printed(people, said, tmp_path, monkeypatch):
    people.grid.choose_rows([0, 2], 2)
    menu = offered(people)
    assert [words for words in menu if "选中的 2" in words] == ["打印选中的 2 人…", "导出选中的 2 人…"]
    said.files.append(tmp_path / "人员.xlsx")
    menu["导出选中的 2 人…"].trigger()
    head, _, *rows = cells(tmp_path / "人员.xlsx")
    assert head[0] == "人员（选中的行）"
    assert [row[0] for row in rows] == [people.model.row(number)[1] for number in (0, 2)]
    shown = []
    monkeypatch.setattr(preview, "show_pdf", lambda parent, path, *more: shown.append(PdfReader(path).pages[0].extract_text()))
    menu["打印选中的 2 人…"].trigger()
    assert "共 2 人" in shown[0]


def test_one_chosen_row_is_no_reason_to_ask(people):
    people.grid.choose_rows([0], 0)
    assert not any("选中的 " in words for words in offered(people))


def offered(page):
    """Give what the menu of the right button offers, by its words."""
    page.grid.customContextMenuRequested.emit(page.grid.viewport().rect().center())
    menu = page.findChildren(QMenu)[-1]
    found = {action.text(): action for action in menu.actions()}
    menu.close()
    return found


def test_what_waits_in_the_cells_is_stored_before_it_is_printed(finds, refusal):
    finds.grid.choose_cell(0, 2)
    finds.grid.put_words("若干")
    with pytest.raises(Refused, match="没保存"):
        print_list(finds)
    assert "没保存" in refusal(finds.actions_by_key["export"].trigger)
    finds.storing.give_up()


def test_what_was_written_is_opened_from_the_strip(people, said, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    path = tmp_path / "人员.xlsx"
    said.files.append(path)
    people.actions_by_key["export"].trigger()
    said.actions["打开"]()
    assert opened == [str(path)]
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    with pytest.raises(Refused, match="没有能打开"):
        said.actions["打开"]()
    path.unlink()
    with pytest.raises(Refused, match="已经不在"):
        said.actions["打开"]()


def test_a_list_of_pupils_says_that_it_is_internal(office_pupils, said, tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr(preview, "show_pdf", lambda parent, path, *more: shown.append(PdfReader(path).pages[0].extract_text()))
    print_list(office_pupils)
    assert "内部资料" in shown[0]
    said.files.append(tmp_path / "名册.xlsx")
    export_list(office_pupils)
    assert "内部资料　请勿张贴" in str(cells(tmp_path / "名册.xlsx")[-1][0])


@pytest.fixture
def office_pupils(settings_page):
    return settings_page.show_section("pupils")
