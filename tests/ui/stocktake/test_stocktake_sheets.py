"""发盘点表、收回盘点表 through their dialogs: what is chosen, what is refused, the preview, the one step."""

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from app.core.errors import Refused
from app.stocktake import commands, queries
from app.stocktake import sheets as engine
from tests.cli_fixture import tables, workbook
from ui.forms.ticks import UNCHECKED
from ui.stocktake import sheets
from ui.stocktake.sheets import SendDialog, TakeDialog


def fill(path, values):
    """Write into 实盘数 by the number's row."""
    book = openpyxl.load_workbook(path)
    page = book.active
    heads = [cell.value for cell in page[2]]
    for row in page.iter_rows(min_row=3):
        if row[1].value in values:
            row[heads.index("实盘数")].value = values[row[1].value]
    book.save(path)


@pytest.fixture
def sender(begun, qtbot):
    made = SendDialog(None, begun.id)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def taker(begun, qtbot):
    made = TakeDialog(None, begun.id)
    qtbot.addWidget(made)
    made.show()
    return made


def test_one_file_of_the_chosen_rooms(begun, sender, said, tmp_path, clipped):
    assert sender.count.text() == "已选 2 处、5 种，未盘 3"
    commands.count_room(begun.id, begun.second)
    assert clipped(sender) == []
    sender.rooms.tick_all(UNCHECKED)
    sender.write()
    assert "还没有选房间" in said.last
    sender.rooms.tick_only({begun.second})
    said.files = [None, tmp_path / "a.xlsx"]
    sender.write()
    assert sender.isVisible()       # changed his mind about the file, not about the sheet
    sender.write()
    assert said.questions[-1] == "写出盘点表"
    assert said.last.startswith("已写出盘点表，1 行")
    assert (tmp_path / "a.xlsx").exists()


def test_only_rooms_that_are_not_done(begun, qtbot):
    commands.count_room(begun.id, begun.second)
    made = SendDialog(None, begun.id)
    qtbot.addWidget(made)
    made._tick_left()
    assert made.rooms.chosen() == [begun.first]


def test_a_file_for_each_keeper_and_no_second_one_over_it(begun, sender, said, tmp_path, refusal):
    sender.ways[engine.BY_KEEPER].setChecked(True)
    said.files = [tmp_path, tmp_path]
    sender.write()
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["PD-2026-00001 王敏.xlsx"]
    assert said.last.startswith("已写出 1 个盘点表")
    sender.write()
    assert "没有覆盖" in said.last


def test_what_comes_back_is_shown_before_it_is_taken(begun, taker, said, tmp_path, clipped):
    paths = engine.write_sheets(begun.id, tmp_path, engine.BY_ROOM)
    fill(paths[0], {"课桌": 43, "投影仪": "几台"})
    fill(paths[1], {"钢琴": "√"})
    paths.append(workbook(tmp_path / "通讯录.xlsx", [("王敏", "138")], ("姓名", "电话")))
    before = tables()
    assert not taker.take_button.isEnabled()
    said.files = [paths]
    taker.choose()
    assert tables() == before
    assert taker.sum.text() == "读了 2 个文件：将录入 2 行，2 行没有填实盘数，不动，1 行有问题，不录入。"
    assert "没有找到“资产编号”" in taker.refused.text()
    assert [taker.tabs.tabText(number) for number in range(3)] == ["将录入 2", "账上没有 0", "有问题 1"]
    assert taker.models[0].row(0)[2:8] == ("课桌", "教学楼 1层 101室", 45, None, 43, "盘亏")
    assert taker.models[2].row(0)[4] == "几台"
    assert clipped(taker) == []
    taker.by.set_value("王敏")
    taker.take_button.click()
    assert begun.line(begun.desk).counted == 43
    assert said.last.endswith("录入 2 行，2 行没有填实盘数，1 行有问题没有录入。")
    said.actions["撤销"]()
    assert tables() == before


def test_a_count_that_would_be_changed_is_told(begun, taker, said, tmp_path):
    commands.count_room(begun.id, begun.second)
    path, = engine.write_sheets(begun.id, tmp_path, engine.BY_ROOM, [begun.second])
    fill(path, {"钢琴": 0})
    said.files = [[path]]
    taker.choose()
    assert "其中 1 行原来录过、这次改" in taker.sum.text()
    assert taker.models[0].row(0)[5:8] == (1, 0, "盘亏")


def test_mended_in_excel_and_read_again(begun, taker, said, tmp_path):
    path, = engine.write_sheets(begun.id, tmp_path, engine.BY_ROOM, [begun.second])
    fill(path, {"钢琴": "不少"})
    said.files = [[path]]
    taker.choose()
    assert (taker.take_button.isEnabled(), taker.tabs.currentIndex()) == (False, 2)
    fill(path, {"钢琴": 1})
    taker.again.click()
    assert taker.take_button.text() == "记下 1 行"


def test_the_sheet_of_another_stocktake_is_refused(begun, taker, said, tmp_path):
    other = begun.begin("期中")
    path = tmp_path / "a.xlsx"
    engine.write_sheet(other, path)
    said.files = [[path]]
    taker.choose()
    assert "属于 PD-2026-00002" in taker.refused.text()
    assert not taker.take_button.isEnabled()


def test_nothing_chosen_changes_nothing(begun, taker, said):
    said.files = [[]]
    taker.choose()
    assert taker.paths == []
    commands.void_stocktake(begun.id, "不盘了")
    with pytest.raises(Refused, match="已作废"):
        sheets.take_sheet(None, begun.id)
    assert queries.stocktake(begun.id).left == 3


def test_files_are_dropped_too(begun, taker, tmp_path):
    path, = engine.write_sheets(begun.id, tmp_path, engine.BY_ROOM, [begun.second])
    fill(path, {"钢琴": 1})
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)), QUrl("http://example.org/a.xlsx")])
    where, keys = QPointF(50, 50), (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(where, *keys)
    QApplication.sendEvent(taker, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(taker, QDropEvent(where, *keys))
    assert taker.take_button.text() == "记下 1 行"
