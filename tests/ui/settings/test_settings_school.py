"""Settings of the school's own records, through the widgets on a real ledger: the verb is done and the row is there."""

from datetime import date

import openpyxl
import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.assets import commands as cards
from app.assets import meanings, statuses
from app.assets import settings as asset_settings
from app.assets.dues import dues
from app.assets.fields import AssetDraft
from app.core.listing import Wish
from app.school import commands, place_commands, queries
from app.school import settings as words
from app.school.rules import ClassDraft, PersonDraft, PlaceDraft
from app.store import journal, settings
from ui.paper import preview
from ui.settings.rooms import RoomsDialog


def choose(section, identity):
    section.choose(identity)
    return section.actions_by_key


def place(name):
    return next(row.id for row in queries.places_tree(retired=True) if row.name == name)


@pytest.mark.parametrize("key", [
    "school", "terms", "calendar", "places", "people", "departments", "suppliers", "classes", "group:资产台账", "numbers", "extra_fields", "backup",
    "steps", "recycle_bin", "printed", "check", "about"])
def test_every_section_opens_whole(settings_page, clipped, key):
    section = settings_page.show_section(key)
    assert section.isVisible()
    assert settings_page.pages.currentWidget() is section
    assert section.title
    assert clipped(section) == []


def test_sections_are_built_when_first_shown_and_only_once(settings_page):
    assert list(settings_page.built) == ["school"]
    people = settings_page.show_section("people")
    assert settings_page.show_section("school") is not people
    assert settings_page.show_section("people") is people
    assert settings_page.side.currentItem().text() == "人员"


def test_a_click_on_the_left_shows_the_section_and_its_status(settings_page, qtbot):
    told = []
    settings_page.status_changed.connect(lambda found, chosen: told.append(found))
    side = settings_page.side
    item = next(side.item(number) for number in range(side.count()) if side.item(number).text() == "部门")
    QTest.mouseClick(side.viewport(), Qt.MouseButton.LeftButton, pos=side.visualItemRect(item).center())
    assert told[-1] == "共 1 个部门"
    assert settings_page.status_line()[0] == "共 1 个部门"


# --- the form of declared settings


def test_one_save_is_one_step(settings_page, said, clipped):
    section = settings_page.show_section("school")
    assert not section.keep.isEnabled()
    for setting, text in ((words.PHONE, "0700-6210018"), (words.BUREAU, "青河县教育局")):
        section.editors[setting.key].setText(text)
        section.editors[setting.key].textEdited.emit(text)
    assert section.told.text() == "有 2 项修改还没有保存"
    before = len(journal.steps(-1))
    section.keep.click()
    assert (settings.value(words.PHONE), settings.value(words.BUREAU)) == ("0700-6210018", "青河县教育局")
    assert len(journal.steps(-1)) == before + 1
    assert said.last == "已保存：主管部门、联系电话。"
    said.actions["撤销"]()
    assert section.editors[words.PHONE.key].text() == ""
    assert clipped(section) == []


def test_all_problems_stand_at_their_fields_and_nothing_is_saved(settings_page, clipped):
    section = settings_page.show_section("group:资产台账")
    threshold, statuses = asset_settings.THRESHOLD, asset_settings.BULK_PIECES
    section.editors[threshold.key].setText("很多")
    section.editors[threshold.key].edited.emit()
    section.editors[statuses.key].setText("-1")
    section.editors[statuses.key].edited.emit()
    section.editors[asset_settings.UNITS.key].setPlainText("台\n台\n\n条")
    section.keep.click()
    assert "金额" in section.problems[threshold.key].text()
    section.editors[threshold.key].setText("1500")
    section.keep.click()
    assert section.problems[statuses.key].text().startswith("应在 0 与")
    assert clipped(section) == []
    assert settings.value(threshold) == 100_000
    section.editors[statuses.key].setText("30")
    section.keep.click()
    assert settings.value(threshold) == 150_000
    assert settings.value(asset_settings.UNITS) == ["台", "条"]


def test_the_default_comes_back_when_asked_and_saved(settings_page):
    settings.change({words.OFFICE: "后勤处"})
    section = settings_page.show_section("school")
    assert section.editors[words.OFFICE.key].text() == "后勤处"
    section.resets[words.OFFICE.key].click()
    assert settings.value(words.OFFICE) == "后勤处"
    section.keep.click()
    assert settings.value(words.OFFICE) == "总务处"
    assert not section.resets[words.OFFICE.key].isVisible()


def test_what_is_being_typed_outlives_a_change_elsewhere(settings_page):
    section = settings_page.show_section("school")
    section.editors[words.PHONE.key].setText("123")
    settings.change({words.CODE: "36"})
    assert section.editors[words.PHONE.key].text() == "123"
    section.drop.click()
    assert (section.editors[words.PHONE.key].text(), section.editors[words.CODE.key].text()) == ("", "36")


# --- terms


def test_a_term_is_added_made_current_closed_and_opened_again(settings_page, said, fill, refusal):
    section = settings_page.show_section("terms")
    fill.answers = [{}]
    section.actions_by_key["new"].trigger()
    first, second = queries.terms()[1], queries.terms()[0]
    assert second.title == "2026—2027学年第二学期"
    assert fill.cut == []
    choose(section, second.id)["current"].trigger()
    assert queries.current_term().id == second.id
    said.answers = [False, True]
    choose(section, first.id)["close"].trigger()
    assert queries.terms()[1].closed_on is None
    section.actions_by_key["close"].trigger()
    assert queries.terms()[1].closed_on is not None
    assert "已经" in refusal(section.actions_by_key["current"].trigger) or queries.current_term().id == second.id
    assert "结账" in refusal(section.actions_by_key["close"].trigger)
    said.answers = [True]
    section.actions_by_key["reopen"].trigger()
    assert queries.terms()[1].closed_on is None
    assert "没有结账" in refusal(section.actions_by_key["reopen"].trigger)


def test_wrong_days_of_a_term_are_said_at_the_field(settings_page, fill):
    section = settings_page.show_section("terms")
    fill.answers = [{"starts_on": date(2026, 9, 1), "ends_on": date(2026, 8, 1)}, {"starts_on": date(2026, 9, 2)}]
    choose(section, queries.terms()[0].id)["edit"].trigger()
    assert "晚于" in fill.words["ends_on"]
    section.actions_by_key["edit"].trigger()
    assert queries.terms()[0].starts_on == date(2026, 9, 2)


# --- places


def test_places_are_added_edited_moved_and_kept_apart(settings_page, fill):
    section = settings_page.show_section("places")
    choose(section, place("校本部"))
    fill.answers = [{"name": "教学楼"}, {"name": "综合楼"}, {"name": "教学楼"}]
    for _ in range(3):
        choose(section, place("校本部"))["new"].trigger()
    assert "已经有" in fill.words["name"]
    assert fill.cut == []
    fill.answers = [{"name": "保管室", "level": "室", "kind": "库房", "keeper_id": 1, "custody": "总保管室", "code": "101"}]
    choose(section, place("教学楼"))["new"].trigger()
    room = queries.place(place("保管室"))
    assert (room.path, room.kind, room.keeper, room.custody, room.code) == ("教学楼 保管室", "库房", "周文海", "总保管室", "101")
    assert section.items[room.id].text(5) == "总保管室"
    fill.answers = [{"parent_id": place("综合楼")}]
    choose(section, room.id)["edit"].trigger()
    assert queries.place(room.id).path == "综合楼 保管室"
    choose(section, place("综合楼"))["up"].trigger()
    assert [row.name for row in queries.places_tree() if row.level == "楼"] == ["综合楼", "教学楼"]
    section.actions_by_key["down"].trigger()
    assert [row.name for row in queries.places_tree() if row.level == "楼"] == ["教学楼", "综合楼"]


def test_a_place_in_use_is_not_deleted_but_retired(settings_page, refusal, said):
    place_commands.add_places("教学楼 1层 101室、102室")
    section = settings_page.show_section("places")
    commands.add_class(ClassDraft(2026, 1, 1, place_id=place("101室")))
    assert "班级 1 条" in refusal(choose(section, place("101室"))["delete"].trigger)
    section.actions_by_key["retire"].trigger()
    assert not queries.place(place("101室")).active
    assert section.items[place("101室")].text(7) == "停用"
    section.actions_by_key["reopen"].trigger()
    assert queries.place(place("101室")).active
    choose(section, place("102室"))["delete"].trigger()
    assert said.last == "已删除“教学楼 1层 102室”。"
    assert "102室" not in [row.name for row in queries.places_tree(retired=True)]


def test_several_places_get_one_keeper(settings_page, fill):
    place_commands.add_places("教学楼 1层 101-103室")
    section = settings_page.show_section("places")
    section.tree.clearSelection()
    for name in ("101室", "103室"):
        section.items[place(name)].setSelected(True)
    fill.answers = [{"keeper_id": 1}]
    section.actions_by_key["keeper"].trigger()
    assert [row.keeper for row in queries.rooms()] == ["周文海", "", "周文海"]


def test_rooms_get_the_keeper_that_their_cards_name_once_and_as_one_step(settings_page, said, ledger):
    place_commands.add_places("教学楼 1层 101-104室")
    zhou, wang = 1, commands.add_person(PersonDraft("王敏")).made[0]
    for room, keepers in (("101室", (wang, None)), ("102室", (wang, zhou)), ("103室", (zhou,)), ("104室", (wang,))):
        for keeper in keepers:
            cards.register_asset(AssetDraft(name="课桌", place_id=place(room), keeper_id=keeper))
    place_commands.set_keeper([place("104室")], zhou)
    [due] = [each for each in dues(date(2026, 11, 1), ledger.folder) if each.kind == "assets/keepers"]
    assert due.words.startswith("有 2 处没有登记保管人")
    said.answers = [False]
    settings_page.go(due.act.partition(":")[2])
    assert [row.keeper for row in queries.rooms()] == ["", "", "", "周文海"]
    assert "教学楼 1层 101室：王敏\n教学楼 1层 103室：周文海" in said.details[-1]
    said.answers = [True]
    settings_page.go(due.act.partition(":")[2])
    assert [row.keeper for row in queries.rooms()] == ["王敏", "", "周文海", "周文海"]
    settings_page.go(due.act.partition(":")[2])
    assert "没有这样的地点" in said.last
    journal.undo()
    assert [row.keeper for row in queries.rooms()] == ["", "", "", "周文海"]


def test_words_for_the_status_are_typed_with_their_meaning(settings_page, said):
    section = settings_page.show_section("group:资产台账")
    editor, problem = section.editors["assets.statuses"], section.problems["assets.statuses"]
    cards.register_asset(AssetDraft(name="音箱", status="出借"))
    for typed, told in ((f"{editor.value()}\n坏了", "“坏了”没有写明含义，请写成“坏了＝含义”"),
                        (editor.value().replace("出借＝在外\n", ""), "“出借”还有 1 条登记在用，不能去掉")):
        before = editor.value()
        editor.set_value(typed)
        editor.edited.emit()
        section.keep.click()
        assert told in problem.text()
        editor.set_value(before)
    editor.set_value(f"{editor.value()}\n送外维护＝送修")
    editor.edited.emit()
    section.keep.click()
    assert said.last == "已保存：使用状况。"
    assert statuses.words(meanings.SENT_AWAY) == ["送修", "送外维护"]
    journal.undo()
    assert statuses.words(meanings.SENT_AWAY) == ["送修"]


def test_places_are_found_by_pinyin_number_and_keeper(settings_page):
    place_commands.add_places("教学楼 1层 音乐室、102室\n综合楼 2层 会议室")
    place_commands.set_keeper([place("会议室")], 1)
    section = settings_page.show_section("places")
    for words_typed, names in (("yys", {"音乐室"}), ("102", {"102室"}), ("zhouwenhai", {"会议室"}), ("没有", set())):
        section.search.setText(words_typed)
        section.narrow()
        shown = {section.places[key].name for key, item in section.items.items()
                 if not item.isHidden() and section.places[key].level == "室"}
        assert shown == names
    section.search.clear()
    section.narrow()
    assert not any(item.isHidden() for item in section.items.values())


def test_places_are_exported_and_printed_as_they_are_shown(settings_page, said, tmp_path, monkeypatch):
    place_commands.add_places("教学楼 1层 音乐室、102室\n综合楼 2层 会议室")
    section = settings_page.show_section("places")
    section.search.setText("yys")
    said.files.append(tmp_path / "地点.xlsx")
    section.actions_by_key["export"].trigger()
    head, titles, *rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "地点.xlsx").active]
    assert head[0] == "地点（搜索“yys”）"
    assert titles[0] == "地点"
    assert rows[-1][0].endswith("音乐室")
    assert not any("会议室" in row[0] for row in rows)
    papers = []
    monkeypatch.setattr(preview, "show_pdf", lambda parent, path, *more: papers.append(PdfReader(path).pages[0].extract_text()))
    section.actions_by_key["print"].trigger()
    assert f"共 {len(rows)} 处地点" in papers[0]
    assert "音乐室" in papers[0]


def test_many_rooms_are_seen_before_they_are_made(settings_page, qtbot, said, monkeypatch, clipped):
    place_commands.add_places("教学楼 1层 101室")
    section = settings_page.show_section("places")
    seen = []

    def type_lines(dialog):
        dialog.show()
        dialog.words.setPlainText("教学楼 1-2层 每层 01-04室 教室")
        dialog.preview()
        seen.append((dialog.found.count(), dialog.count.text(), dialog.make_button.text(), clipped(dialog)))
        dialog.words.setPlainText("教学楼 4-1层 每层 01室")
        dialog.preview()
        seen.append((dialog.problem.text(), dialog.make_button.isEnabled()))
        dialog.words.setPlainText("教学楼 1-2层 每层 01-04室 教室")
        dialog.preview()
        dialog.make_button.click()
        dialog.hide()
        return dialog.result()

    monkeypatch.setattr(RoomsDialog, "exec", type_lines)
    section.actions_by_key["rooms"].trigger()
    assert seen[0] == (8, "新增 7 处，1 处已经有了", "新增 7 处", [])
    assert seen[1][0].startswith("第 1 行")
    assert not seen[1][1]
    assert len(queries.rooms()) == 8
    assert said.last.startswith("已新增 8 处地点")     # seven rooms and the second floor


# --- people, departments, classes


def test_a_person_is_added_edited_leaves_with_what_is_kept_and_returns(settings_page, fill, said, refusal):
    place_commands.add_places("教学楼 1层 101室")
    section = settings_page.show_section("people")
    fill.answers = [{"name": "王芳", "department_id": 1, "title": "保管员"}, {"phone": "8001"}]
    section.actions_by_key["new"].trigger()
    person = queries.find_people("wf")[0].id
    choose(section, person)["edit"].trigger()
    assert queries.person_draft(person) == PersonDraft("王芳", 1, "保管员", "8001")
    place_commands.set_keeper([place("101室")], person)
    said.answers = [True]
    section.actions_by_key["leave"].trigger()
    assert "保管地点 1 处（教学楼 1层 101室）" in said.last
    assert queries.find_people("wf") == []
    section.boxes["left"].setCurrentIndex(1)
    assert "地点 1 条" in refusal(choose(section, person)["delete"].trigger)
    section.actions_by_key["return"].trigger()
    assert queries.find_people("wf")[0].id == person


def test_people_are_found_by_pinyin_and_department(settings_page):
    commands.add_person(PersonDraft("王芳"))
    section = settings_page.show_section("people")
    section.search.setText("wangf")
    section.reload()
    assert [row[1] for row in section.listed] == ["王芳"]
    section.clear_narrowing()
    section.boxes["department"].setCurrentIndex(1)
    assert [row[1] for row in section.listed] == ["周文海"]


def test_namesakes_are_warned_of_once(settings_page, fill):
    section = settings_page.show_section("people")
    fill.answers = [{"name": "周文海"}]
    section.actions_by_key["new"].trigger()
    assert "同名" in fill.words["name"]
    assert len(queries.people_listing(Wish())) == 1


def test_departments_are_added_renamed_ordered_and_refuse_to_go_while_used(settings_page, fill, refusal):
    section = settings_page.show_section("departments")
    fill.answers = [{"name": "教务处"}, {"name": "教导处"}, {"name": "总务处"}]
    section.actions_by_key["new"].trigger()
    department = queries.departments_listing()[1][0]
    choose(section, department)["edit"].trigger()
    section.actions_by_key["edit"].trigger()
    assert "已经有" in fill.words["name"]
    section.actions_by_key["up"].trigger()
    assert [row[1] for row in queries.departments_listing()] == ["教导处", "总务处"]
    section.actions_by_key["up"].trigger()
    assert "人员 1 条" in refusal(choose(section, queries.departments_listing()[1][0])["delete"].trigger)
    choose(section, department)["delete"].trigger()
    assert [row[1] for row in queries.departments_listing()] == ["总务处"]


def test_classes_of_a_year(settings_page, fill, said):
    place_commands.add_place(PlaceDraft("101室", place("校本部")))
    section = settings_page.show_section("classes")
    fill.answers = [{"first": 1, "last": 3, "each": 2}, {"each": None}]
    section.actions_by_key["batch"].trigger()
    assert (said.last, len(queries.classes_listing())) == ("已新增 6 个班级。", 6)
    section.actions_by_key["batch"].trigger()
    assert "1 到 99" in fill.words["each"]
    fill.answers = [{"teacher_id": 1, "place_id": place("101室"), "number": 9}, {"number": None}, {}]
    first = queries.classes_listing()[0][0]
    choose(section, first)["edit"].trigger()
    assert next(row for row in queries.classes_listing() if row[0] == first)[1:] == ("一年级9班", 1, 9, "周文海", "101室")
    section.actions_by_key["edit"].trigger()
    assert "班号" in fill.words["number"]
    section.actions_by_key["new"].trigger()
    assert queries.classes_listing()[-1][1] == "三年级3班"
    section.boxes["year"].setCurrentIndex(1)
    assert section.year() == 2027
    assert section.found.records == 0
    assert any(each.text() == "清除筛选" for each in section.findChildren(QPushButton))
