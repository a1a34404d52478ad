"""Term end: find a thing by initials, mend its card, take it back, print the inventory sheets, delete and restore, leave."""

import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from app.assets import queries
from app.core.listing import Wish
from app.store import archive, backup, folder
from ui import single
from ui.base import notify
from ui.paper import preview

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def office(opened, demo_ledger):
    """The window over the demo school."""
    made = opened(demo_ledger)
    made.finish_start()
    return made


@pytest.fixture
def page(office, qtbot):
    """The ledger page in front."""
    shown = office.window.show_page("assets")
    QApplication.processEvents()
    return shown


def search(page, words):
    """Type into the search box and wait for what it finds."""
    page.search.setText(words)
    page.reload()
    QApplication.processEvents()


def test_find_edit_undo_redo(office, page, qtbot, told, in_dialog, type_words):
    search(page, "cktj 三年级")     # 触控一体机 by initials has no j: nothing matches
    assert page.found.records == 0
    assert page.empty is not None
    page.clear_narrowing()
    search(page, "ckytj")
    assert page.found.records > 0
    assert {row[2] for row in (page.model.row(number) for number in range(min(20, page.found.records)))} <= {
        "触控一体机", "班班通一体机"}
    page.grid.selectRow(0)
    chosen = page.selected_id()
    before = queries.card(chosen)

    def mend(form):
        assert form.windowTitle().startswith("编辑资产")
        form.activateWindow()
        qtbot.waitUntil(form.isActiveWindow)
        form.editors["remark"].setFocus()
        type_words(form.editors["remark"], "触摸屏已换")
        form.set_value("status", "待修理")
        form.editors["status"].edited.emit()
        qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        if form.isVisible():  # a warning is shown once
            qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    in_dialog(mend)
    page.actions_by_key["edit"].trigger()
    after = queries.card(chosen)
    assert after.draft.status == "待修理"
    assert "触摸屏已换" in after.draft.remark
    assert page.selected_id() == chosen
    page.detail_timer.timeout.emit()
    assert page.pane.chip.text() == "待修理"

    office.window.undo.trigger()
    assert queries.card(chosen) == before
    assert told[-1][0].startswith("已撤销：修改资产")
    office.window.redo.trigger()
    assert queries.card(chosen) == after


def test_inventory_sheets_are_printed_and_archived(office, page, told, in_dialog, monkeypatch, tmp_path, demo_ledger):
    shown = []

    def look(parent, path, title, warnings=(), on_printed=None, word=None):
        dialog = preview.PreviewDialog(parent, path, title, warnings, on_printed)
        shown.append((dialog.document.pageCount(), "".join(page.extract_text() for page in PdfReader(path).pages)))
        dialog.save_as()
        dialog.close()
        dialog.deleteLater()

    monkeypatch.setattr(preview, "show_pdf", look)
    monkeypatch.setattr(notify, "save_file", lambda title, name, patterns: tmp_path / name)

    def choose(dialog):
        dialog.rooms.tick_all(Qt.CheckState.Unchecked)
        dialog.print_it()
        assert told[-1][0].startswith("还没有选打印范围")
        room = next(item for place, item in dialog.rooms.nodes.items() if dialog.rooms.stock.get(place, None)
                    and dialog.rooms.stock[place].users)
        room.setCheckState(0, Qt.CheckState.Checked)
        assert dialog.count.text().startswith("已选 1 处")
        dialog.print_it()
        assert not dialog.isVisible()

    in_dialog(choose)
    page.actions_by_key["print"].trigger()
    (pages, text), = shown
    assert pages >= 1
    for words in ("青禾小学期末财产盘点表", "2026—2027学年第一学期", "学生代表", "总务主任", "本室合计", "一式三份"):
        assert words in text
    kept, = archive.listing(demo_ledger.folder)
    assert kept.title == "期末盘点表"
    assert kept.path.exists()
    assert (tmp_path / "期末盘点表.pdf").read_bytes() == kept.path.read_bytes()


def test_deleted_cards_come_back(office, page, told):
    search(page, "讲台")
    count = queries.totals(Wish()).records
    page.grid.selectAll()
    chosen = page.selected_ids()
    assert len(chosen) == page.found.records
    page.actions_by_key["delete"].trigger()
    assert queries.totals(Wish()).records == count - len(chosen)
    assert "回收站" in told[-1][0]
    told[-1][1]["撤销"]()
    assert queries.totals(Wish()).records == count
    assert {card.id for card in queries.cards(chosen)} == set(chosen)


def test_first_page_leads_to_what_wants_doing(office, qtbot):
    home = office.window.show_page("home")
    qtbot.waitUntil(lambda: home.looked)
    for words in ("没有登记地点", "待报废"):
        due = next(each for each in home.dues if words in each.words)
        assert due.words.startswith(f"有 {due.count:,} 张卡片")
        home.take(due)
        page = office.window.built["assets"]
        assert office.window.stack.currentWidget() is page
        assert page.found.records == due.count > 0
        assert office.window.found.text().startswith("符合")
    fees = next(each for each in home.dues if each.kind == "fees/next")
    home.take(fees)
    assert office.window.stack.currentWidget() is office.window.built["fees"]
    assert fees.words.endswith(office.window.built["fees"].head.next.text)


def test_leaving_backs_up_what_changed(office, demo_ledger, page):
    search(page, "讲台")
    page.grid.selectRow(0)
    page.actions_by_key["delete"].trigger()
    office.back_up_on_exit()
    made = backup.listing(demo_ledger.folder)
    assert [each.reason for each in made] == ["退出"]
    office.back_up_on_exit()
    assert backup.listing(demo_ledger.folder) == made


def test_a_failed_backup_stays_in_sight_until_one_succeeds(office, demo_ledger, page, monkeypatch, told):
    search(page, "讲台")
    page.grid.selectRow(0)
    page.actions_by_key["delete"].trigger()
    backups = demo_ledger.folder.backups
    backups.rmdir()
    backups.write_text("in the way")
    answers = [True, False]     # once more, then let it be
    monkeypatch.setattr(notify, "ask", lambda *_, **__: answers.pop(0))
    office.back_up_on_exit()
    assert answers == []
    office.show_state()
    assert office.window.strip.isVisible()
    assert "备份" in office.window.strip_words.text()
    backups.unlink()
    office.back_up_on_exit()
    office.show_state()
    assert not office.window.strip.isVisible()


def test_second_start_raises_the_first_window(office, demo_ledger, qtbot):
    root = demo_ledger.folder.root
    lock = folder.take(demo_ledger.folder)
    try:
        with pytest.raises(folder.Taken):
            folder.take(folder.prepare(root))
        office.window.showMinimized()
        knock = subprocess.Popen(
            [sys.executable, "-m", "ui.main", "--data", str(root)], cwd=ROOT)
        qtbot.waitUntil(lambda: knock.poll() is not None, timeout=20_000)
        assert knock.returncode == 0
        qtbot.waitUntil(lambda: not office.window.isMinimized(), timeout=5_000)
        dialog = QDialog(office.window, modal=True)     # with a dialog open it is the dialog that can be used
        dialog.show()
        office.window.showMinimized()
        dialog.hide()
        dialog.showMinimized()
        assert single.raise_first(root)
        qtbot.waitUntil(lambda: not office.window.isMinimized() and not dialog.isMinimized(), timeout=5_000)
        dialog.close()
        dialog.deleteLater()
        assert not single.raise_first(root.parent)
    finally:
        lock.release()


def test_f1_opens_the_manual(office, qtbot):
    office.window.activateWindow()
    qtbot.waitUntil(office.window.isActiveWindow)
    qtbot.keyClick(office.window, Qt.Key.Key_F1)
    manual = next(each for each in QApplication.topLevelWidgets() if each.windowTitle() == "总务通使用手册")
    assert "导入原有台账" in [manual.chapters.item(number).text() for number in range(manual.chapters.count())]
    manual.close()
