"""A day in the office: the program starts for the first time, the old Excel ledger comes in, and goes out again by 撤销.

Everything goes through the real window, dialogs and keys; only questions and file dialogs are answered by the test.
"""

import openpyxl
import pytest
from PySide6.QtCore import Qt

from app.assets import queries
from app.core.listing import Wish
from app.school import queries as school
from app.store import backup, check
from ui.base import notify, style
from ui.home.first_start import FirstStart

HEADS = ["序号", "财产编号", "设备名称", "规格型号", "单位", "数量", "单价（元）", "金额", "购置时间", "放置地点", "责任人", "现状", "备注"]


@pytest.fixture
def ledger_of_years(tmp_path):
    """The office's workbook: titles, merged cells, a blank row, subtotals, words for numbers, and three bad rows."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "2026年台账"
    for line in (
        ["青禾小学固定资产台账"], ["填报单位：总务处", None, None, None, None, None, None, None, None, None, None, "2026.11.20"], HEADS,
        [1, "QH2012-001", "分体空调", "KFR-35GW", "台", "2台", "￥2,899.00元", None, "2012.9.1", "教学楼304", "王敏", "正常", None],
        [2, "QH2012-002", "学生课桌椅（可升降）", None, "套", 45, 180, 8100, "2012年9月", "教学楼304", "王 敏", "正常", "2012年更新"],
        ["小计", None, None, None, None, 47, None, 13898],
        [],
        [3, "QH2019-007", "=多媒体一体机", "86寸", "台", 1, "1.85万", 18500, 20190315, "综合楼 2层 音乐室", "李建国", "在修", "/"],
        [4, "QH2019-008", "打印机", None, "台", 2.5, 900, None, "2019.13.1", "综合楼201", "王敏、李建国", "正常", None],
        [5, "QH2012-001", "电风扇", None, "台", 4, 120, 480, "2014", "食堂", "李建国", "正常", None],
        [6, None, "铁皮柜", None, "个", 3, 450, 1350, None, "食堂", None, "暂存仓库", None],
        ["合计", None, None, None, None, 57.5, None, 34898],
        ["制表人：王敏", None, None, None, None, None, None, None, "审核："],
    ):
        sheet.append(line)
    sheet["C8"].data_type = "s"     # a name that looks like a formula, typed as text
    sheet.merge_cells("A1:M1")
    made.create_sheet("填表说明").append(["本表一式三份"])
    made.save(tmp_path / "固定资产台账.xlsx")
    return tmp_path / "固定资产台账.xlsx"


@pytest.fixture
def office(qtbot, qapp, ledger, opened, type_words):
    """The window over a school just begun through the first-start dialog."""
    style.apply(qapp)
    first = FirstStart(ledger.folder)
    qtbot.addWidget(first)
    first.show()
    first.activateWindow()
    qtbot.waitUntil(first.isActiveWindow)
    type_words(first.editors["name"], "青禾小学")
    type_words(first.editors["operator"], "周文海")
    qtbot.keyClick(first, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    return opened(ledger)


def test_old_ledger_comes_in_and_goes_out_again(office, told, ledger, ledger_of_years, tmp_path, monkeypatch, qtbot, in_dialog):
    monkeypatch.setattr(notify, "open_file", lambda *_: ledger_of_years)
    monkeypatch.setattr(notify, "save_file", lambda title, name, patterns: tmp_path / name)
    assert school.profile().operator == "周文海"
    assert queries.totals(Wish()).records == 0

    def lead(wizard):
        assert wizard.steps[wizard.place] is wizard.check       # nothing to ask: the rehearsal is seen at once
        qtbot.mouseClick(wizard.back, Qt.MouseButton.LeftButton)
        assert wizard.columns.header.text() == "表头：第 3 行"
        assert wizard.columns.words.text() == "将读取 12 列；不导入：序号。"
        qtbot.mouseClick(wizard.onward, Qt.MouseButton.LeftButton)
        assert wizard.check.sentence.text() == "将导入 4 张卡片、51 件、33,748.00 元。"
        assert wizard.check.more.text() == "2 行有错误，不能导入。"
        shown = [(row[3], row[4]) for row in map(wizard.check.problems.model.row, range(99)) if row and row[1] == "错误"]
        assert shown == [("9", "数量"), ("9", "购置时间"), ("10", "财产编号")]
        assert queries.totals(Wish()).records == 0
        assert not wizard.onward.isEnabled()
        wizard.check.good_rows.click()
        qtbot.mouseClick(wizard.onward, Qt.MouseButton.LeftButton)
        assert not wizard.isVisible()

    in_dialog(lead)
    office.open("assets:import")
    text, ways = told[-1]
    assert text == "已导入 4 张卡片（2 行有问题，已另存）。"
    assert list(ways) == ["打印盘点表", "撤销", "查看问题"]

    cards = {card.draft.number: card for card in queries.cards(queries.matching_ids(Wish()))}
    assert len(cards) == 4
    assert cards["QH2012-002"].place == cards["QH2012-001"].place
    assert cards["QH2012-002"].keeper == "王敏"
    assert cards["QH2019-007"].draft.name == "=多媒体一体机"
    assert cards["QH2019-007"].draft.unit_price == 1_850_000
    assert cards["QH2019-007"].draft.status == "待修理"
    assert [card.draft.remark for card in cards.values() if card.draft.name == "铁皮柜"] == ["现状：暂存仓库"]
    assert "4 张卡片" in office.window.found.text()
    assert "导入前" in [each.reason for each in backup.listing(ledger.folder)]
    assert (tmp_path / "固定资产台账-有问题的行.xlsx").exists()

    ways["撤销"]()
    assert told[-1][0].startswith("已撤销：导入台账 固定资产台账.xlsx")
    assert queries.totals(Wish()).records == 0
    assert [row[1] for row in school.people_listing(Wish())] == ["周文海"]
    told[-1][1]["重做"]()
    assert queries.totals(Wish()).records == 4
    office.undo()
    assert queries.totals(Wish()).records == 0
    assert not check.run(ledger.folder).problems
