"""The tab 盘点: counting by keys, groups and filters, what comes next, what is locked, finds, an empty start."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from app.assets import commands as cards
from app.assets import queries as assets
from app.assets.fields import AssetDraft
from app.core.errors import Refused
from app.school import commands as school_commands
from app.school import links, place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.stocktake import approval, commands, lists, queries, rules
from app.stocktake.rules import Count, FindDraft, StocktakeDraft
from app.store import journal
from ui.base.changes import Changes
from ui.kit import related
from ui.stocktake import room_exceptions
from ui.stocktake.groups import DIFFERING, UNDONE
from ui.stocktake.page import StocktakePage

KEY = Qt.Key


@pytest.fixture
def page(qtbot, started_ledger, settings, show_active, changes):
    """The page over three rooms: 101 with desks, a projector and a lent loudspeaker, 102 with a piano, 103 with two lamps."""
    place_commands.add_places("\n".join(f"教学楼 1层 {number}室 教室" for number in (101, 102, 103)))
    rooms = [room.id for room in school.rooms()]
    wang = school_commands.add_person(PersonDraft("王敏")).made[0]
    for name, quantity, room, status in (("课桌", 45, 0, "在用"), ("投影仪", 1, 0, "在用"), ("音箱", 1, 0, "出借"),
                                         ("钢琴", 1, 1, "在用"), ("台灯", 1, 2, "在用"), ("吊灯", 1, 2, "在用")):
        cards.register_asset(AssetDraft(name=name, quantity=quantity, unit_price=10_000, place_id=rooms[room], status=status,
                                        keeper_id=wang if room else None))
    made = StocktakePage(changes, settings, started_ledger.folder)
    made.rooms = rooms
    qtbot.addWidget(made)
    made.resize(1366, 690)
    show_active(made)
    return made


@pytest.fixture
def counting(page, qtbot):
    """The page with a stocktake of all under way, room 101 chosen, keys in the grid."""
    made = commands.open_stocktake(StocktakeDraft(school.current_term().id, "期末", date(2026, 11, 20))).made[0]
    page.groups.choose(str(page.rooms[0]))
    page.lines.grid.setFocus()
    page.desk, page.projector, page.lent, page.piano, page.lamp, page.light = (line.id for line in queries.lines(made))
    page.id = made
    return page


def press(qtbot, page, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in [each for word in keys for each in (word if isinstance(word, str) else [word])]:
        qtbot.keyClick(QApplication.focusWidget() or page.lines.grid, key, modifier)
        QApplication.processEvents()


def at(page):
    """Give the line and column that the cursor stands on."""
    index = page.lines.grid.currentIndex()
    return page.lines.model.id_at(index.row()), lists.LINES[index.column()].key


def line(identity):
    return queries.lines_by_id([identity])[identity]


def test_before_the_first_stocktake_the_page_says_what_one_is(page, monkeypatch, clipped):
    assert page.sides.inviting
    assert [each.text() for each in page.findChildren(QPushButton) if each.isVisible()] == ["开始盘点", "盘点通知、方案"]
    assert clipped(page) == []
    asked = []
    monkeypatch.setattr("ui.stocktake.opening.open_stocktake", lambda parent: asked.append(parent) or commands.open_stocktake(
        StocktakeDraft(school.current_term().id, "期末", date(2026, 11, 20))).made[0])
    page.actions_by_key["open"].trigger()
    assert asked == [page]
    assert not page.sides.inviting
    assert page.head.chip.text() == "盘点中"
    assert "还有 3 处 5 种没有盘" in page.head.words.whole
    assert clipped(page) == []


def test_enter_counts_as_the_book_has_it_and_goes_on(counting, qtbot, said):
    page = counting
    assert at(page) == (page.desk, "counted")
    press(qtbot, page, KEY.Key_Return)
    assert (line(page.desk).counted, line(page.desk).result) == (45, "相符")
    assert at(page) == (page.projector, "counted")
    assert said.texts == []
    press(qtbot, page, KEY.Key_Return)      # the last of the room: told, and on to the next room
    assert said.last.startswith("教学楼 1层 101室 盘完了：相符 46 件，在外或待处置 1 件")
    assert page.groups.key == str(page.rooms[1])
    assert at(page) == (page.piano, "counted")
    press(qtbot, page, KEY.Key_Return, KEY.Key_Return, KEY.Key_Return)
    assert queries.stocktake(page.id).left == 0
    assert line(page.lent).counted is None
    assert "全部盘完" in page.head.words.whole
    assert page.state_bar.primary == "finish"
    steps = len(journal.steps(-1))
    press(qtbot, page, KEY.Key_Return)      # nothing left: nothing happens
    assert len(journal.steps(-1)) == steps
    said.actions["撤销"]()
    assert queries.stocktake(page.id).left == 1


def test_digits_count_and_a_difference_asks_for_its_reason(counting, qtbot, type_words):
    page = counting
    press(qtbot, page, "44", KEY.Key_Return)
    assert (line(page.desk).counted, line(page.desk).result) == (44, "盘亏")
    assert at(page) == (page.desk, "reason")
    type_words(page.lines.grid, "丢失一张")
    press(qtbot, page, KEY.Key_Return)
    assert line(page.desk).reason == "丢失一张"
    assert at(page) == (page.projector, "counted")
    press(qtbot, page, "1", KEY.Key_Return)
    assert line(page.projector).result == "相符"
    assert page.groups.key == str(page.rooms[1])


def test_other_fields_are_typed_in_place(counting, qtbot):
    page = counting
    grid, model, keys = page.lines.grid, page.lines.model, [column.key for column in lists.LINES]
    grid.choose_cell(0, keys.index("damaged"))
    press(qtbot, page, "3", KEY.Key_Return)
    assert (line(page.desk).counted, line(page.desk).damaged) == (45, 3)      # who saw damage saw the thing
    page.lines.write({page.desk: {"found_place_id": page.rooms[2]}}, [])
    assert line(page.desk).result == "位置不符"
    grid.choose_cell(0, keys.index("counted"))
    press(qtbot, page, "2", KEY.Key_Return)     # fewer than the damaged ones: the cell stays, with its reason
    cell = model.edits.at(page.desk, "counted")
    assert "损坏" in cell.reason
    assert line(page.desk).counted == 45
    grid.choose_cell(0, keys.index("counted"))
    press(qtbot, page, KEY.Key_Escape)
    assert model.edits.at(page.desk, "counted") is None


def test_del_takes_a_count_back(counting, qtbot, said):
    page = counting
    press(qtbot, page, KEY.Key_Return)
    page.lines.go_to(page.desk)
    press(qtbot, page, KEY.Key_Delete)
    assert line(page.desk).result == "未盘"
    press(qtbot, page, KEY.Key_Return)
    page.lines.grid.choose_rows([0, 1, 2], 0)
    page.lines.actions_by_key["same"].trigger()
    assert line(page.lent).counted is None
    assert {line(each).result for each in (page.desk, page.projector)} == {"相符"}
    page.lines.grid.choose_rows([0, 1], 0)
    page.lines.actions_by_key["take_back"].trigger()
    assert said.last == "已取消 2 种的盘点结果。"
    assert {line(each).result for each in (page.desk, page.projector)} == {"未盘"}


def test_what_is_lent_is_passed_over_and_may_be_typed(counting, qtbot):
    page = counting
    page.lines.go_to(page.lent)
    press(qtbot, page, KEY.Key_Return)
    assert line(page.lent).counted is None
    assert at(page) == (page.desk, "counted")
    page.lines.go_to(page.lent)
    press(qtbot, page, "1", KEY.Key_Return)
    assert line(page.lent).result == "相符"


def test_enter_goes_on_in_a_narrowed_list_too(counting, qtbot, said):
    page = counting
    page.groups.choose("")
    page.lines.narrow({"result": "未盘"})
    page.lines.go_to(page.projector)
    press(qtbot, page, KEY.Key_Return)
    assert at(page) == (page.piano, "counted")
    press(qtbot, page, "1", KEY.Key_Return)
    assert at(page) == (page.lamp, "counted")
    assert page.lines.found.records == 3
    page.lines.search.setText("td")
    page.lines.reload()
    assert page.lines.found.records == 1
    page.lines.go_to(page.lamp)
    press(qtbot, page, KEY.Key_Return)      # not on to another group: something is left that the words hide
    assert said.last.startswith("筛选出来的都盘完了")
    assert page.groups.key == ""
    said.actions["清除筛选"]()
    assert page.lines.found.records == 6


def test_what_happened_in_the_ledger_since_stands_beside(counting):
    page, since = counting, [column.key for column in lists.LINES].index("since")
    assert page.lines.grid.isColumnHidden(since)
    card = assets.card(line(page.desk).asset_id)
    card.draft.place_id, card.draft.status = page.rooms[1], "闲置"
    cards.edit_asset(card.id, card.draft)
    assert not page.lines.grid.isColumnHidden(since)
    assert not page.lines.grid.layout_of_columns.by_hand
    shown = page.lines.model.row(0)
    assert (shown[since + 1], line(page.desk).place_id) == ("现在教学楼 1层 102室 现在闲置", page.rooms[0])
    assert page.lines.model.row(2)[[column.key for column in lists.LINES].index("result") + 1] == "借出"


def test_groups_by_keeper_and_class_and_only_what_is_not_done(counting):
    page = counting
    assert [group.name for group in page.groups.groups] == [f"教学楼 1层 {number}室" for number in (101, 102, 103)]
    assert page.groups.model.index(0, 0).data() == "全部 3 处"
    commands.count_lines(page.id, [Count(page.piano, 0, reason="丢失")])
    assert page.groups.model.index(2, 3).data() == "1"       # 盘亏 of room 102
    page.groups.only.setCurrentText(UNDONE)
    page.groups.only.activated.emit(1)
    assert [group.name for group in page.groups.model.groups[1:]] == ["教学楼 1层 101室", "教学楼 1层 103室"]
    page.groups.only.setCurrentText(DIFFERING)
    page.groups.only.activated.emit(2)
    assert [group.name[-4:] for group in page.groups.model.groups[1:]] == ["101室", "102室"]     # the chosen one stays
    page.groups.group_by("keeper")
    assert page.groups.key == ""
    assert {group.name for group in page.groups.groups} == {"王敏", "未填保管人"}
    page.groups.choose("0")
    assert page.lines.found.records == 3
    assert not page.lines.actions_by_key["room"].isEnabled()
    page.groups.group_by("class")
    page.groups.choose(page.groups.groups[0].key)
    assert page.lines.found.records == 6


def test_a_room_alike_but_for_some_goes_on_to_the_next(counting, monkeypatch):
    page = counting
    monkeypatch.setattr(room_exceptions, "count_room", lambda parent, stocktake, room: bool(commands.count_room(stocktake, room).count))
    page.groups.choose("")
    page.lines.grid.choose_rows([0, 1], 0)
    assert not page.lines.actions_by_key["room"].isEnabled()
    page.groups.choose(str(page.rooms[0]))
    page.lines.actions_by_key["room"].trigger()
    assert line(page.desk).result == "相符"
    assert page.groups.key == str(page.rooms[1])


def test_the_head_leads_to_what_stands_in_the_way(counting, said, qtbot):
    page = counting
    page.head.way.click()
    assert page.groups.key == str(page.rooms[1])
    for room in page.rooms:
        commands.count_room(page.id, room)
    commands.count_lines(page.id, [Count(page.desk, 44)])
    commands.record_find(page.id, FindDraft(name="屏风", place_id=page.rooms[1]))
    assert "1 种盘亏、盘盈没有写原因，1 条盘盈登记没有定是否入账" in page.head.words.whole
    page.head.way.click()
    assert [row[3] for row in lists.LINE_LIST.rows(page.lines.whole())] == ["课桌"]
    commands.edit_lines(page.id, {page.desk: {"reason": "丢失"}})
    page.head.way.click()
    assert page.tabs.currentIndex() == 1
    assert page.finds.found.records == 1
    said.answers.append(False)
    page.actions_by_key["finish"].trigger()
    assert said.dangers[-1], "Enter goes back to what is missing"
    assert queries.stocktake(page.id).state == rules.OPEN
    page.finds.grid.choose_rows([0], 0)
    page.finds.actions_by_key["book"].trigger()
    assert queries.finds(page.id)[0].decision == "入账"
    page.actions_by_key["finish"].trigger()
    assert page.head.chip.text() == "清点完毕"
    assert page.state_bar.primary == "approve"


def test_a_stocktake_that_is_not_open_is_only_looked_at(counting, qtbot, clipped):
    page = counting
    for room in page.rooms:
        commands.count_room(page.id, room)
    approval.approve(page.id, "总务〔2026〕1号", date(2026, 11, 21))
    assert page.head.chip.text() == "已批准"
    assert "总务〔2026〕1号" in page.head.words.whole
    assert "只能查看" in page.head.words.whole
    assert [act.key for act in page.lines.acts if page.lines.actions_by_key[act.key].isVisible()] == ["related", "print_list", "export_list"]
    before = line(page.desk)
    page.lines.go_to(page.desk)
    press(qtbot, page, "3", KEY.Key_Return)
    with pytest.raises(Refused, match="不能修改"):
        page.lines.grid.put_words("")
    with pytest.raises(Refused, match="不能再录入"):
        page.lines.write({page.desk: {"counted": 1}}, [])
    assert line(page.desk) == before
    assert not page.actions_by_key["finish"].isEnabled()
    assert clipped(page) == []
    journal.undo()
    assert page.head.chip.text() == "盘点中"
    assert page.lines.actions_by_key["room"].isVisible()


def test_finds_are_typed_below_the_last(counting, said):
    page = counting
    page.tabs.setCurrentIndex(1)
    page.finds.write({}, [{"name": "书柜", "quantity": 2}])
    found, = queries.finds(page.id)
    assert (found.name, found.quantity, found.place_id) == ("书柜", 2, page.rooms[0])
    assert page.tabs.tabText(1) == "盘盈登记 1"
    page.finds.grid.choose_rows([0], 0)
    page.finds.actions_by_key["delete"].trigger()
    assert queries.finds(page.id) == []
    said.actions["撤销"]()
    assert len(queries.finds(page.id)) == 1


def test_several_stocktakes_are_chosen_from_and_one_that_was_undone_goes(counting):
    page = counting
    second = commands.open_stocktake(StocktakeDraft(school.current_term().id, "期中", date(2026, 11, 21))).made[0]
    page.refresh()
    assert page.head.choice.count() == 2
    page.head.choice.setCurrentIndex(1)
    page.head.choice.activated.emit(1)
    assert page.stocktake.id == page.id
    page.show_stocktake(second)
    assert page.groups.key == ""
    commands.void_stocktake(second, "弄错了")      # it stays in front, though the other one wants doing
    assert (page.stocktake.id, page.head.chip.text()) == (second, "已作废")
    journal.undo()
    journal.undo()
    assert page.stocktake.id == page.id
    assert page.head.choice.count() == 1


def test_every_dialog_is_reached_with_the_stocktake_and_the_room(counting, monkeypatch):
    page, called = counting, []
    for name, function in (("scanner", "scan_rooms"), ("sheets", "send_sheets"), ("sheets", "take_sheet"), ("printing", "print_stocktake"),
                           ("comparing", "compare"), ("approving", "void_stocktake"), ("approving", "reopen_stocktake"),
                           ("approving", "approve_stocktake"), ("finds", "edit_find")):
        monkeypatch.setattr(f"ui.stocktake.{name}.{function}", lambda *given, what=function: called.append((what, *given[1:])))
    room = page.rooms[0]
    for key in ("scan", "send", "take", "print", "compare", "void", "find"):
        page.actions_by_key[key].trigger()
    commands.void_stocktake(page.id, "弄错")
    page.actions_by_key["reopen"].trigger()
    assert called == [
        ("scan_rooms", page.id, room), ("send_sheets", page.id), ("take_sheet", page.id),
        ("print_stocktake", page.data_folder, page.id, [room]), ("compare", page.id, page.data_folder), ("void_stocktake", page.id),
        ("edit_find", page.id, None, room), ("reopen_stocktake", page.id)]


def test_the_layout_is_remembered(counting, settings):
    page = counting
    page.groups.group_by("keeper")
    page.splitter.setSizes([600, 700])
    page.splitter.splitterMoved.emit(600, 1)
    again = SimpleNamespace(by=str(settings.value("stocktake/by")), left=int(str(settings.value("stocktake/left"))))
    assert (again.by, again.left) == ("keeper", page.splitter.sizes()[0])


def test_a_page_that_is_first_seen_with_a_stocktake_under_way(qtbot, begun, settings, started_ledger, show_active):
    """The lists are shown before they know what to show; an error then would end the program later, in PySide."""
    made = StocktakePage(Changes(), settings, started_ledger.folder)
    qtbot.addWidget(made)
    with qtbot.capture_exceptions() as errors:
        show_active(made)
        QApplication.processEvents()
    assert errors == []
    assert made.lines.model.rowCount() == 5


def click_room(qtbot, page, room):
    number = next(at for at, group in enumerate(page.groups.model.groups) if group.key == str(room))
    view = page.groups.view
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(page.groups.model.index(number, 0)).center())
    QApplication.processEvents()


def test_who_points_at_a_room_types_its_counts(counting, qtbot):
    page = counting
    click_room(qtbot, page, page.rooms[2])
    assert QApplication.focusWidget() is page.lines.grid
    press(qtbot, page, "1", KEY.Key_Return, KEY.Key_Return)
    counts = queries.lines_by_id([page.lamp, page.light])
    assert [counts[each].counted for each in (page.lamp, page.light)] == [1, 1]


def test_digits_typed_while_the_rooms_have_the_keys_are_not_lost(counting, qtbot):
    page = counting
    page.groups.view.setFocus()
    assert at(page) == (page.desk, "counted")
    press(qtbot, page, "4", "4", KEY.Key_Return)
    assert queries.lines_by_id([page.desk])[page.desk].counted == 44
    page.groups.view.setFocus()
    press(qtbot, page, KEY.Key_Down)      # the arrows still walk through the rooms
    assert QApplication.focusWidget() is page.groups.view


def test_who_points_at_the_name_of_a_thing_types_its_count(counting, qtbot):
    page = counting
    grid, names = page.lines.grid, [column.key for column in lists.LINES].index("name")
    where = grid.visualRect(page.lines.model.index(1, names)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert at(page) == (page.projector, "name")
    press(qtbot, page, "1", KEY.Key_Return)
    assert line(page.projector).counted == 1
    assert line(page.desk).counted is None


def test_what_is_counted_and_what_is_left_are_in_one_unit(counting, qtbot):
    """A line of 45 desks is one in both columns of the rooms, in the head and in the foot of the lines."""
    page = counting
    press(qtbot, page, "45", KEY.Key_Return)
    for number, group in enumerate(page.groups.model.groups):
        done, lines = (int(each) for each in page.groups.model.index(number, 1).data().split("/"))
        assert lines - done == int(page.groups.model.index(number, 2).data() or 0) == group.left
    assert page.groups.model.index(0, 1).data() == "2/6"        # the one that is lent is not looked for
    assert "已盘 2 / 6 种" in page.head.share.text()
    assert "4 种没有盘" in page.head.words.whole
    assert page.lines.record_word == "种"


def test_enter_held_down_ends_with_the_room(counting, qtbot, said):
    page = counting
    for _ in range(6):
        event = QKeyEvent(QKeyEvent.Type.KeyPress, KEY.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(QApplication.focusWidget(), event)
        QApplication.processEvents()
    assert page.groups.key == str(page.rooms[0])
    assert said.last.startswith("这里盘完了")
    assert queries.lines_by_id([page.piano])[page.piano].counted is None
    press(qtbot, page, KEY.Key_Return)
    assert page.groups.key == str(page.rooms[1])


def test_the_first_count_is_typed_as_soon_as_a_stocktake_is_open(page, qtbot, monkeypatch):
    made = []
    monkeypatch.setattr("ui.stocktake.opening.open_stocktake", lambda _: made.append(commands.open_stocktake(
        StocktakeDraft(school.current_term().id, "期末", date(2026, 11, 20))).made[0]) or made[-1])
    page.actions_by_key["open"].trigger()
    assert QApplication.focusWidget() is page.lines.grid
    press(qtbot, page, KEY.Key_Return)
    assert queries.lines(made[0])[0].counted == queries.lines(made[0])[0].quantity


def test_a_wrong_number_of_an_approval_is_corrected(counting, fill, said):
    page = counting
    for room in page.rooms:
        commands.count_room(page.id, room)
    approval.approve(page.id, "总务〔2026〕1号", date(2026, 11, 21))
    fill.answers = [{"number": " "}, {"number": "总务〔2026〕11号"}]
    page.actions_by_key["correct"].trigger()
    assert fill.words["number"]
    page.actions_by_key["correct"].trigger()
    assert "总务〔2026〕11号" in page.head.words.whole
    assert (said.last, fill.cut) == ("批准文号已更正。", [])
    assert journal.undoable()[1].endswith("：总务〔2026〕1号 改为 总务〔2026〕11号")
    journal.undo()
    assert "总务〔2026〕1号" in page.head.words.whole


def test_names_of_rooms_are_whole_before_the_least_needed_numbers(counting, qtbot):
    pane = counting.groups
    group = pane.whole
    names = ["教学楼 1层 一年级组办公室", "教学楼 1层 三年级组办公室", "教学楼 1层 101室"]
    pane.groups = [replace(group, key=str(at), name=name) for at, name in enumerate(names)]
    pane.view.setFixedWidth(460)
    pane._list()
    QApplication.processEvents()
    room, metrics = pane.view.columnWidth(0), pane.view.fontMetrics()
    assert room >= max(map(metrics.horizontalAdvance, names)) + 30
    assert pane.view.isColumnHidden(8), "what is alike is counted in the tip"
    assert not pane.view.isColumnHidden(1)
    assert not pane.view.isColumnHidden(3)


def test_a_line_leads_to_its_card_and_to_the_purchase_it_came_by(counting, qtbot, monkeypatch, said):
    """What 关联 says of the card is reached from the stocktake's line, and the right page opens."""
    monkeypatch.setattr(links, "relating", lambda: (lambda table, identity: [links.Related("asset", other, "同一次采购")],))
    opened, other = [], line(counting.piano).asset_id
    monkeypatch.setattr(related, "show", opened.append)
    titles = []

    def choose(dialog):
        qtbot.addWidget(dialog)
        titles.append((dialog.windowTitle(), [dialog.list.item(at).text() for at in range(dialog.list.count())]))
        dialog.list.setCurrentRow(1)
        dialog.open_chosen()
        return dialog.result()

    monkeypatch.setattr(related.RelatedDialog, "exec", choose)
    counting.lines.choose(counting.desk)
    counting.lines.actions_by_key["related"].trigger()
    card = assets.card(line(counting.desk).asset_id)
    assert titles[0][0] == f"关联　{card.draft.number} 课桌"
    assert titles[0][1][0] == f"本身　资产卡片　{card.draft.number} 课桌"
    assert [(each.table, each.id) for each in opened] == [("asset", other)]
    counting.lines.lock(True)
    assert counting.lines.actions_by_key["related"].isVisible()      # it is only looked at
    cards.delete_assets([card.id])
    counting.lines.choose(counting.desk)
    with pytest.raises(Refused, match="已经删除"):
        counting.lines.show_related()
