"""A day in the office: forty rooms' own sheets come in as one step; at term end the corrected export updates the cards.

Everything goes through the real window and dialogs; only questions and file dialogs are answered by the test.
"""

import openpyxl
import pytest
from PySide6.QtCore import Qt

from app.assets import queries, sheets
from app.core.listing import Wish
from app.school import place_commands
from app.school import queries as school
from app.store import check
from ui.base import notify

HEADS = ["序号", "物品名称", "规格", "单位", "数量", "单价（元）", "金额（元）", "购置时间", "备注"]
THINGS = (("学生课桌", "700×500", "张", 45, 148.5), ("学生课椅", "升降", "把", 45, 66), ("讲台", None, "个", 1, 680),
          ("分体空调", "KFR-72", "台", 2, 6499))
SPECIAL = ("音乐室", "科学室", "图书馆", "体育器材室")


def room_sheet(page, room, keeper, line=True):
    page.append([f"青禾小学{room}财产登记表" if line else "青禾小学班级财产登记表"])
    page.merge_cells("A1:I1")
    if line:
        page.append([f"室名：{room}", None, None, f"保管人：{keeper}", None, None, None, "2026年9月1日"])
    page.append(HEADS)
    total = 0
    for group, things in (("一、课桌椅类", THINGS[:2]), ("二、设备", THINGS[2:])):
        page.append([group])
        page.merge_cells(start_row=page.max_row, start_column=1, end_row=page.max_row, end_column=9)
        for at, (name, model, unit, count, price) in enumerate(things, start=1):
            page.append([at, name, model, unit, count, price, count * price, "2019年9月", None])
            total += count * price
    page.append(["合计", None, None, None, 93, None, total])
    page.append([f"保管人：{keeper}", None, None, "总务主任：", None, None, "校长："])


@pytest.fixture
def forty_rooms(tmp_path):
    """Thirty-six class rooms, four special rooms (two of them on one sheet), a summary and a page of explanations."""
    made = openpyxl.Workbook()
    made.active.title = "汇总"
    room_sheet(made.active, "全校", "周文海", line=False)
    for floor in range(1, 7):
        for number in range(1, 7):
            room_sheet(made.create_sheet(f"{floor}0{number}"), f"{floor}0{number}", f"班主任{'甲乙丙丁戊己'[number - 1]}", line=number % 2 == 0)
    for room in SPECIAL[:2]:
        room_sheet(made.create_sheet(room), room, "李建国")
    both = made.create_sheet("专用教室")
    room_sheet(both, SPECIAL[2], "王敏")
    both.append([])
    room_sheet(both, SPECIAL[3], "赵军")
    made.create_sheet("填表说明").append(["本表由班主任填写，一式两份"])
    made.save(tmp_path / "2026年分室财产登记.xlsx")
    return tmp_path / "2026年分室财产登记.xlsx"


def test_forty_rooms_come_in_as_one_step_and_go_out_again(started_ledger, opened, told, forty_rooms, monkeypatch, qtbot, in_dialog):
    place_commands.add_places("教学楼 1-6层 每层 01-06室 教室")
    office = opened(started_ledger)
    monkeypatch.setattr(notify, "open_file", lambda *_: forty_rooms)
    before = len(school.people_listing(Wish()))

    def lead(wizard):
        assert wizard.columns.together.text() == "共 39 张一起导入…"
        words = wizard.check.sentence.text()
        assert words.startswith("将从 39 张工作表导入 160 张卡片、3,720 件、")
        assert wizard.state.outcome.errors == 0
        assert [place for place in wizard.state.outcome.places if "教学楼" in place] == []
        assert queries.totals(Wish()).records == 0
        qtbot.mouseClick(wizard.onward, Qt.MouseButton.LeftButton)

    in_dialog(lead)
    office.open("assets:import")
    text, ways = told[-1]
    assert text == "已导入 160 张卡片。"

    cards = queries.cards(queries.matching_ids(Wish()))
    rooms = {}
    for card in cards:
        rooms.setdefault(card.place, []).append(card)
    assert len(rooms) == 40
    assert all(len(held) == 4 for held in rooms.values())
    assert {"教学楼 1层 101室", "教学楼 6层 606室", *SPECIAL} <= set(rooms)
    assert {card.keeper for card in rooms["教学楼 1层 102室"]} == {"班主任乙"}
    assert {card.keeper for card in rooms["教学楼 1层 101室"]} == {""}        # its name stands below the table only: a signature
    assert [{card.keeper for card in rooms[room]} for room in SPECIAL] == [{"李建国"}, {"李建国"}, {"王敏"}, {"赵军"}]
    assert {card.draft.class_name for card in cards if card.draft.name == "学生课桌"} == {"课桌椅类"}
    assert sum(card.draft.value for card in cards) == 40 * (45 * 14_850 + 45 * 6_600 + 68_000 + 2 * 649_900)

    ways["撤销"]()
    assert queries.totals(Wish()).records == 0
    assert len(school.people_listing(Wish())) == before
    assert not check.run(started_ledger.folder).problems


def test_the_export_corrected_in_excel_updates_the_cards_after_a_look_and_goes_back(
        demo_ledger, opened, told, tmp_path, monkeypatch, qtbot, in_dialog):
    office, path = opened(demo_ledger), tmp_path / "导出.xlsx"
    sheets.export_ledger(path)
    before = {card.id: card for card in queries.cards(queries.matching_ids(Wish()))}
    book = openpyxl.load_workbook(path)
    page = book.active
    at = {cell.value: cell.column for cell in page[1]}
    numbers = [page.cell(row, at["资产编号"]).value for row in range(2, 12)]
    for row in range(2, 12):
        page.cell(row, at["保管人"]).value = "周文海"
        page.cell(row, at["使用状况"]).value = "闲置"
        page.cell(row, at["备注"]).value = None            # a blank clears nothing
    page.append([None, "新到的投影仪"])
    book.save(path)
    monkeypatch.setattr(notify, "open_file", lambda *_: path)

    def lead(wizard):
        wizard.columns.kept["update"].click()
        qtbot.mouseClick(wizard.onward, Qt.MouseButton.LeftButton)
        view = wizard.check.updates
        assert view.isVisible()
        assert {line[3] for line in view.lines} == {"保管人", "使用状况"}
        assert {line[5] for line in view.lines} == {"周文海", "闲置"}
        view.fields.nodes["status"].setCheckState(0, Qt.CheckState.Unchecked)
        qtbot.waitUntil(lambda: {line[3] for line in view.lines} == {"保管人"})
        qtbot.mouseClick(wizard.onward, Qt.MouseButton.LeftButton)

    in_dialog(lead)
    office.open("assets:import")
    text, ways = told[-1]
    assert text == "已导入 1 张卡片，已更新 10 张卡片。"
    after = {card.draft.number: card for card in queries.cards(queries.matching_ids(Wish()))}
    assert [after[number].keeper for number in numbers] == ["周文海"] * 10
    for card in before.values():
        now = after[card.draft.number]
        assert (now.draft.status, now.draft.remark, now.place, now.draft.value) == (
            card.draft.status, card.draft.remark, card.place, card.draft.value)
    ways["撤销"]()
    assert {card.id: card for card in queries.cards(queries.matching_ids(Wish()))} == before
    assert not check.run(demo_ledger.folder).problems
