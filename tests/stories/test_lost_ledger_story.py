"""The ledger's file is spoilt or replaced while the window is open: what is said, and the ways back, through the real dialog."""

import os
import shutil
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtWidgets import QPushButton

from app.assets import commands, queries
from app.core.listing import Wish
from app.store import backup, check, database, opening, rescue
from ui.base import crash, notify

HEAD = 4 * 4096     # bytes that are left whole: the file still opens


@pytest.fixture
def office(opened, demo_file, monkeypatch):
    """The window over the demo school with one backup; what nobody catches ends where it does in the program."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    store = opening.open_store(demo_file.parent)
    commands.delete_assets([row[0] for row in queries.listing(Wish(), 2)])
    backup.make(store.folder, "手工")
    heard = qInstallMessageHandler(None)
    crash.install(store.folder.log)
    qInstallMessageHandler(heard)
    return opened(store)


def spoil(file: Path) -> None:
    """Overwrite most of the open ledger, as a bad sector or a sync program does; the file stays the same one."""
    database.scalar("PRAGMA wal_checkpoint(TRUNCATE)")
    size = file.stat().st_size
    with file.open("r+b") as raw:
        raw.seek(HEAD)
        raw.write(b"\xa5" * (size - HEAD))
    database.database.close_everywhere()    # what was read before is not remembered for ever


def press(dialog, word: str, qtbot) -> None:
    """Click the button of that word."""
    [found] = [each for each in dialog.findChildren(QPushButton) if each.text() == word]
    assert found.isVisible(), word
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def meet(office, deed: str, qtbot) -> None:
    """Do something that needs what was spoilt."""
    if deed == "tab":
        qtbot.mouseClick(office.window.tabs["assets"], Qt.MouseButton.LeftButton)
        return
    page = office.window.stack.currentWidget()
    if deed == "search":
        qtbot.keyClicks(page.search, "kz")
    elif deed == "delete":
        page.actions_by_key["delete"].trigger()
    elif deed == "form":
        page.actions_by_key["new"].trigger()
    elif deed == "undo":
        office.window.undo.trigger()
    else:
        page.grid.verticalScrollBar().setValue(page.grid.verticalScrollBar().maximum())
        page.grid.grab()


@pytest.mark.parametrize("deed", ["tab", "search", "delete", "form", "undo", "scroll"])
def test_a_file_spoilt_at_work_is_led_back_by_the_dialog(office, told, in_dialog, qtbot, monkeypatch, tmp_path, deed):
    cards = queries.totals(Wish()).records
    if deed != "tab":
        page = office.window.show_page("assets")
        page.choose(page.listing.rows(page.wish(), 1)[0][0])
    spoil(office.store.folder.file)
    told.clear()
    meet(office, deed, qtbot)
    qtbot.waitUntil(lambda: bool(told))
    text, ways = told[-1]
    assert "账本文件已损坏" in text
    assert office.window.tabs["home" if deed == "tab" else "assets"].isChecked()
    out = tmp_path / "读得出的.xlsx"
    monkeypatch.setattr(notify, "save_file", lambda *_: out)
    seen = []

    def lead(dialog):
        seen.append({each.text() for each in dialog.findChildren(QPushButton) if each.isVisible()})
        press(dialog, "把还读得出的存成 Excel…", qtbot)
        press(dialog, "恢复选中的备份", qtbot)

    in_dialog(lead)
    ways["恢复备份…"]()
    assert seen == [{"恢复选中的备份", "另选备份文件…", "把还读得出的存成 Excel…", "返回"}]
    assert check.run(office.store.folder).problems == []
    assert queries.totals(Wish()).records == cards
    page = office.window.show_page("assets")
    page.search.clear()
    page.reload()
    assert page.found.records == cards
    [kept] = office.store.folder.backups.glob("unchecked-*.db")
    assert kept.stat().st_size > HEAD
    office.undo()       # the program goes on: history, undo and all
    assert queries.totals(Wish()).records == cards + 2


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_a_file_replaced_at_work_is_saved_elsewhere_and_comes_back(office, told, in_dialog, qtbot, monkeypatch, tmp_path):
    folder, page = office.store.folder, office.window.show_page("assets")
    cards = page.found.records
    shutil.copyfile(folder.file, tmp_path / "别的.db")
    os.replace(tmp_path / "别的.db", folder.file)
    page.choose(page.listing.rows(page.wish(), 1)[0][0])
    page.actions_by_key["delete"].trigger()
    text, ways = told[-1]
    assert "已经不在原处" in text
    out = tmp_path / "另存.db"
    monkeypatch.setattr(notify, "save_file", lambda *_: out)
    ways["另存一份…"]()
    assert "已存到" in told[-1][0]
    database.database.close_everywhere()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{folder.file}{suffix}").unlink(missing_ok=True)
    folder.file.touch()
    with pytest.raises(rescue.LostLedger, match="是空的"):
        opening.open_store(folder.root)
    monkeypatch.setattr(notify, "open_file", lambda *_: out)
    in_dialog(lambda dialog: press(dialog, "另选备份文件…", qtbot))
    office.lead_back()
    assert queries.totals(Wish()).records == cards
    assert check.run(folder).problems == []


def test_the_manual_names_the_buttons_as_they_are_written(qtbot, demo_file):
    from app.core.paths import shipped
    from ui.home.lost_ledger import LostLedgerDialog

    store = opening.open_store(demo_file.parent)
    manual = shipped("resources", "manual", "manual.md").read_text(encoding="utf-8")
    for working in (False, True):
        dialog = LostLedgerDialog(None, store.folder, rescue.Lost("damaged", "坏了", 0), working)
        qtbot.addWidget(dialog)
        missing = [each.text() for each in dialog.findChildren(QPushButton) if f"“{each.text()}”" not in manual]
        assert missing == []
    assert all(f"“{word}”" in manual for word in ("恢复备份…", "另存一份…"))
    database.database.close_everywhere()
