"""The papers of a stocktake through their dialog, and two stocktakes side by side."""

import openpyxl
import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QPushButton

from app.core.errors import Refused
from app.stocktake import commands, queries
from app.stocktake.rules import Count
from app.store import archive
from ui.base.changes import Changes
from ui.forms.ticks import CHECKED, UNCHECKED
from ui.paper import preview
from ui.paper.choosing import PaperDialog
from ui.stocktake import comparing
from ui.stocktake.comparing import CompareDialog
from ui.stocktake.page import StocktakePage
from ui.stocktake.printing import StocktakePapers


@pytest.fixture
def pages(monkeypatch):
    """The text of each paper that was shown; each is "printed" at once."""
    shown = []

    def show(parent, path, title, warnings=(), on_printed=None, word=None):
        shown.append((title, "".join(page.extract_text() for page in PdfReader(path).pages)))
        on_printed()

    monkeypatch.setattr(preview, "show_pdf", show)
    return shown


@pytest.fixture
def dialog(begun, qtbot, started_ledger):
    def make(rooms=()):
        made = StocktakePapers(None, started_ledger.folder, begun.id, list(rooms))
        qtbot.addWidget(made)
        made.show()
        return made
    return make


def test_every_paper_of_the_stocktake_is_made_and_archived(begun, dialog, pages, started_ledger, clipped):
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    start = begun.begin("期初")
    made = dialog()
    keys = list(made.forms)
    assert len(keys) == 14
    for key in keys:
        made = dialog()
        made.form.set_value(key)
        made.form.edited.emit()
        assert clipped(made) == []
        made.print_it()
        assert not made.isVisible()
    assert len(pages) == len(archive.listing(started_ledger.folder)) == 14
    assert all("青禾小学" in text for _, text in pages)
    assert "PD-2026-00001" in archive.listing(started_ledger.folder)[0].scope
    assert queries.stocktake(start)


def test_only_the_chosen_rooms_are_printed(begun, dialog, pages, said):
    made = dialog([begun.second])
    assert made.rooms.chosen() == [begun.second]
    made.print_it()
    assert "102室" in pages[0][1]
    assert "101室" not in pages[0][1]
    made = dialog()
    made.rooms.tick_all(UNCHECKED)
    made.print_it()
    assert said.last.startswith("还没有选打印范围")
    made.form.set_value("stocktake-report")
    made.form.edited.emit()
    assert made.count.text() == "这种单据不分房间"
    assert not made.rooms.isEnabled()
    made.print_it()     # no room is asked for
    assert pages[-1][0] == "盘点报告"
    made.rooms.tick_all(CHECKED)


def test_term_start_against_term_end(begun, qtbot, said, pages, tmp_path, started_ledger, clipped):
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    start = begun.begin("期初")
    lines = {line.asset_id: line.id for line in queries.lines(start)}
    commands.count_lines(start, [Count(lines[begun.desk], 44), Count(lines[begun.projector], 1)])
    row = queries.stocktake(begun.id)
    made = CompareDialog(None, row, [queries.stocktake(start)], started_ledger.folder)
    qtbot.addWidget(made)
    made.show()
    assert [each.kind for each in made.pair()] == ["期初", "期末"]
    assert made.sum.text() == "2 处地点两次都要盘，1 处有增减，多 1 件；其中 1 处还没盘完，不比。"
    assert made.model.row(0)[1] == "教学楼 1层 101室"
    assert made.model.row(1)[6:] == (None, "前次还有 1 种没有盘，不比")
    assert clipped(made) == []
    made.only.setChecked(True)
    assert made.model.rowCount() == 1
    said.files = [tmp_path / "对照.xlsx"]
    made.export()
    sheet = openpyxl.load_workbook(tmp_path / "对照.xlsx").active
    assert sheet["A3"].value == "教学楼 1层 101室"
    made.print_it()
    assert "期初账面" in pages[0][1]
    assert len(archive.listing(started_ledger.folder)) == 1


def test_one_alone_cannot_be_compared(begun):
    with pytest.raises(Refused, match="只有一次盘点"):
        comparing.compare(None, begun.id)


def test_notice_and_plan_are_offered_before_a_stocktake_is_open(started_ledger, qtbot, settings, pages, clipped, monkeypatch):
    made = StocktakePage(Changes(), settings, started_ledger.folder)
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    asked = []

    def answer(dialog):
        qtbot.addWidget(dialog)
        dialog.show()
        asked.extend(dialog.forms)
        assert clipped(dialog) == []
        dialog.print_it()

    monkeypatch.setattr(PaperDialog, "exec", answer)
    (way,) = [each for each in made.findChildren(QPushButton) if each.text() == "盘点通知、方案" and each.isVisible()]
    way.click()
    assert asked == ["stocktake-notice", "stocktake-plan"]
    assert pages[0][0] == "盘点通知"
    assert "关于开展2026—2027学年第一学期" in pages[0][1]
    assert len(archive.listing(started_ledger.folder)) == 1
