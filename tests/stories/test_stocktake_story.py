"""A term's stocktake of 90 rooms: opened, counted in all four ways, finished, approved, written back, and undone."""

from datetime import date

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.assets import commands as cards
from app.assets import queries as assets
from app.assets.fields import AssetDraft
from app.assets.tables import Asset
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.stocktake import queries, rules
from app.store import journal
from tests.cli_fixture import tables
from ui.base import notify

THINGS = (("课桌", 45), ("课椅", 45), ("讲台", 1), ("触控一体机", 1), ("展台", 1), ("分体空调", 2), ("吊扇", 4), ("书柜", 1), ("饮水机", 1),
          ("音箱", 2))
ROOMS, RETURN = 90, Qt.Key.Key_Return


@pytest.fixture
def school_of_90(started_ledger):
    """Three buildings of five floors of six rooms; ten cards a room, three keepers, one loudspeaker lent."""
    place_commands.add_places("\n".join(f"{building} {floor}层 {floor}0{room}室 教室" for building in ("东楼", "南楼", "西楼")
                                        for floor in range(1, 6) for room in range(1, 7)))
    rooms = [room.id for room in school.rooms()]
    assert len(rooms) == ROOMS
    keepers = [school_commands.add_person(PersonDraft(name)).made[0] for name in ("王敏", "李建国", "赵一鸣")]
    drafts = [AssetDraft(name=name, quantity=quantity, unit_price=12_345, value=12_345 * quantity, unit="件", place_id=room,
                         keeper_id=keepers[at % 3], booked_on=date(2025, 9, 1), status="在用")
              for at, room in enumerate(rooms) for name, quantity in THINGS]
    with journal.operation("登记 900 张卡片"):
        for draft, number in zip(drafts, cards.next_numbers(len(drafts), 2025), strict=True):
            draft.number = number
        drafts[-1].status = "出借"
        for draft in drafts:
            Asset.insert(**cards.row_of(draft)).execute()
    return started_ledger, rooms


@pytest.fixture
def page(opened, school_of_90, qtbot):
    """The tab of an office that has never counted, and its rooms."""
    ledger, rooms = school_of_90
    office = opened(ledger)
    office.finish_start()
    office.window.activateWindow()
    qtbot.waitUntil(office.window.isActiveWindow)
    shown = office.window.show_page("stocktake")
    shown.office, shown.rooms = office, rooms
    QApplication.processEvents()
    return shown


def press(qtbot, page, *keys):
    for key in [each for word in keys for each in (word if isinstance(word, str) else [word])]:
        qtbot.keyClick(QApplication.focusWidget() or page.lines.grid, key)


def open_all(page, in_dialog):
    """开始盘点, as the dialog proposes it: the current term, today, the whole school."""
    def fill(dialog):
        dialog.set_value("team", "王敏、李建国")
        dialog.save()

    in_dialog(fill)
    page.actions_by_key["open"].trigger()
    assert (page.stocktake.lines, page.stocktake.left) == (ROOMS * len(THINGS), ROOMS * len(THINGS) - 1)


def count_by_typing(page, qtbot, type_words):
    """Ten rooms by keys alone: 43 desks of 45 and why, Enter for all that is right, on from room to room."""
    page.window().activateWindow()      # a dialog was in front
    qtbot.waitUntil(page.window().isActiveWindow)
    page.groups.choose(str(page.rooms[0]))
    page.lines.grid.setFocus()
    press(qtbot, page, "43", RETURN)
    type_words(QApplication.focusWidget(), "两张损坏后清运")
    press(qtbot, page, RETURN)
    for _ in range(10 * len(THINGS) - 1):
        press(qtbot, page, RETURN)
    assert page.groups.key == str(page.rooms[10])
    assert [group.left for group in page.groups.groups[:11]] == [0] * 10 + [10]


def count_whole_rooms(page, in_dialog, told):
    """Ten rooms 全部相符, in the first of them but for the display that is gone."""
    def fill(dialog):
        at = [column.key for column in dialog.model.columns].index
        row = next(number for number in range(10) if dialog.model.row(number)[at("name") + 1] == "展台")
        dialog.grid.choose_cell(row, at("counted"))
        dialog.grid.put_words("0")
        dialog.grid.choose_cell(row, at("reason"))
        dialog.grid.put_words("暑期施工后去向不明")
        dialog.save()

    for number in range(10, 20):
        in_dialog(fill if number == 10 else lambda dialog: dialog.save())
        page.lines.actions_by_key["room"].trigger()
        assert page.groups.key == str(page.rooms[number + 1])
        if number == 10:
            assert told[-1][0].startswith("东楼 2层 205室 已盘 10 种：")
            assert "盘亏 1 种" in told[-1][0]


def count_by_scanner(page, in_dialog):
    """Five rooms: their codes, everything in them; then a thing from elsewhere, one twice, one that no card knows."""
    lines = {}
    for line in queries.lines(page.stocktake.id):
        lines.setdefault(line.place, []).append(line)
    rooms = [school.place_path(room) for room in page.rooms[20:25]]
    other = lines[school.place_path(page.rooms[25])][0]

    def scan(dialog):
        def heard(*codes):
            for code in codes:
                dialog.line.setText(code)
                dialog.take()
                yield dialog.last.outcome

        for room in rooms:
            assert list(heard(room, *(line.number for line in lines[room]))) == ["room", *["right"] * 10]
        assert list(heard(other.number, lines[rooms[0]][0].number, "6901234567892")) == ["elsewhere", "again", "parked"]
        dialog.close()

    in_dialog(scan)
    page.actions_by_key["scan"].trigger()
    return other


def count_by_workbook(page, in_dialog, monkeypatch, tmp_path):
    """All other rooms: the workbook goes out, comes back sorted otherwise, filled in, with a line at its end."""
    path = tmp_path / "盘点表.xlsx"
    monkeypatch.setattr(notify, "save_file", lambda *_: path)
    monkeypatch.setattr(notify, "open_files", lambda *_: [path])
    in_dialog(lambda dialog: dialog.write())
    page.actions_by_key["send"].trigger()

    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = next(row for row in sheet.iter_rows() if row[0].value == "资产编号")
    columns = {cell.value: cell.column - 1 for cell in head}
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=head[0].row + 1)]
    for row in rows:
        if row[columns["账面状况"]] == "在用" and row[columns["实盘数"]] is None:
            row[columns["实盘数"]] = row[columns["账面数"]]
    rows[-2][columns["实际状况"]] = "闲置"
    sheet.delete_rows(head[0].row + 1, sheet.max_row)
    for row in rows[::-1]:
        sheet.append(row)
    extra = [None] * len(head)
    extra[columns["名称"]], extra[columns["实盘数"]], extra[columns["实际地点"]] = "捐赠书架", 2, "西楼 5层 506室"
    sheet.append(extra)
    book.save(path)

    def take(dialog):
        dialog.choose()
        assert dialog.reading.outcome.counted == (ROOMS - 25) * 10 - 2     # without the thing from elsewhere and the lent one
        dialog.write()

    in_dialog(take)
    page.actions_by_key["take"].trigger()


def explain_finds(page):
    """盘盈: the donated shelf is booked with an estimate, the unknown code is not."""
    page.head.way.click()
    assert page.tabs.currentIndex() == 1
    grid, keys = page.finds.grid, [column.key for column in page.finds.columns]
    ids = {find.name or find.code: find.id for find in queries.finds(page.stocktake.id)}
    for what, key, words in (("捐赠书架", "estimate", "260"), ("捐赠书架", "decision", "入账"), ("6901234567892", "decision", "不入账")):
        page.finds.clear_narrowing()
        grid.choose_cell(page.finds.model.find([ids[what]], [0])[ids[what]], keys.index(key))
        grid.put_words(words)
    assert [(find.decision, find.estimate) for find in queries.finds(page.stocktake.id)] == [("不入账", None), ("入账", 26_000)]


def test_the_first_page_shows_what_is_under_way_and_leads_there(page, in_dialog, qtbot):
    home = page.office.window.show_page("home")
    qtbot.waitUntil(lambda: home.looked)
    assert not any("盘点" in due.words for due in home.dues)     # the term ends in January
    page.office.window.show_page("stocktake")
    open_all(page, in_dialog)
    home = page.office.window.show_page("home")
    due = next(each for each in home.dues if "盘点：" in each.words)
    assert due.words.startswith("2026—2027学年第一学期期末盘点：已盘 1 / 900 种。还有 90 处 899 种没有盘：")
    assert due.words == f"2026—2027学年第一学期期末盘点：已盘 1 / 900 种。{page.head.next.text}"
    home.take(due)
    assert page.office.window.stack.currentWidget() is page
    assert page.groups.key       # 去盘下一处


def test_a_terms_stocktake_from_opening_to_write_back_and_back(page, qtbot, told, in_dialog, type_words, monkeypatch, tmp_path):
    open_all(page, in_dialog)
    identity, before = page.stocktake.id, assets.totals(Wish())
    count_by_typing(page, qtbot, type_words)
    count_whole_rooms(page, in_dialog, told)
    elsewhere = count_by_scanner(page, in_dialog)
    count_by_workbook(page, in_dialog, monkeypatch, tmp_path)
    assert page.stocktake.left == 0
    explain_finds(page)
    total = queries.result(identity, "all")[0]
    assert {word: count for word, count in total.pieces.items() if count} == {
        "相符": 90 * 103 - 2 - 1 - 45 - 1 - 2, "盘亏": 3, "位置不符": 45, "状态不符": 1, "在外或待处置": 2}

    page.actions_by_key["finish"].trigger()
    assert page.head.chip.text() == "清点完毕"
    as_counted, seen = tables(), []

    def approve(dialog):
        seen.extend(dialog.corrections)
        dialog.number.setText("青禾总务〔2026〕12号")
        dialog.approve()

    in_dialog(approve)
    page.actions_by_key["approve"].trigger()
    assert sorted(each.what for each in seen) == ["改地点", "改状况", "盘亏", "盘盈", "部分盘亏"]
    assert page.head.chip.text() == "已批准"
    assert queries.stocktake(identity).approval_no == "青禾总务〔2026〕12号"
    assert assets.card(elsewhere.asset_id).draft.place_id == page.rooms[24]
    after = assets.totals(Wish())
    assert (after.records, after.pieces) == (before.records + 2, before.pieces + 2)     # two desks split off, two shelves found
    assert after.fen == before.fen + 52_000
    assert assets.totals(Wish(filters={"status": "待核销"})).pieces == 3

    page.office.window.undo.trigger()
    assert told[-1][0].startswith("已撤销：批准盘点")
    assert tables() == as_counted
    assert page.head.chip.text() == "清点完毕"
    assert queries.stocktake(identity).state == rules.COUNTED
