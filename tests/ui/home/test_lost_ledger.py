"""The dialog that leads back to a lost ledger, and what is said when a ledger is lost at work."""

import gzip
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.core.errors import Damaged, Gone, Refused
from app.store import backup, copying, database, opening, rescue
from ui import single
from ui.base import crash, notify
from ui.home.lost_ledger import LostLedgerDialog
from ui.main import Office, _opened

ROT = Path(__file__).parents[2] / "store" / "files" / "rot_page18.db.gz"


@pytest.fixture
def rotten(demo_file):
    """Give a data folder with a backup of the demo school and a damaged ledger."""
    store = opening.open_store(demo_file.parent)
    backup.make(store.folder, "手工")
    database.database.close_everywhere()
    for suffix in ("-wal", "-shm"):
        Path(f"{demo_file}{suffix}").unlink(missing_ok=True)
    demo_file.write_bytes(gzip.decompress(ROT.read_bytes()))
    yield store.folder
    database.database.close_everywhere()


@pytest.fixture
def dialog(qtbot, rotten, show_active):
    """Give the dialog over the damaged ledger."""
    made = LostLedgerDialog(None, rotten, rescue.look(rotten))
    qtbot.addWidget(made)
    show_active(made)
    return made


def test_the_backup_in_the_list_is_restored_by_one_click(dialog, rotten, said, qtbot):
    assert dialog.model.rowCount() == 1
    assert dialog.restore.isEnabled()
    qtbot.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    assert dialog.result() == LostLedgerDialog.DialogCode.Accepted
    assert not dialog.anew
    assert said.last.startswith("账本已恢复，里面有资产卡片 ")
    assert rescue.look(rotten) is None


def test_what_can_be_read_is_saved_as_a_workbook(dialog, said, tmp_path, qtbot):
    said.files = [tmp_path / "读得出的.xlsx"]
    qtbot.mouseClick(dialog.read, Qt.MouseButton.LeftButton)
    assert (tmp_path / "读得出的.xlsx").exists()
    assert "资产卡片 60 行" in said.last


def test_a_broken_source_is_refused_and_the_dialog_stays(dialog, said, tmp_path, qtbot):
    (tmp_path / "x.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    said.files = [tmp_path / "x.zip"]
    qtbot.mouseClick(dialog.other, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert said.tones[-1] == "danger"


def test_a_backup_that_proves_damaged_is_listed_so_from_then_on(dialog, rotten, said, qtbot):
    chosen = dialog.backups[0].made.path
    content = bytearray(chosen.read_bytes())
    content[len(content) // 2:len(content) // 2 + 40_960] = b"\xff" * 40_960
    chosen.write_bytes(content)
    qtbot.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "已损坏" in said.last
    assert [each.state for each in dialog.backups] == ["已损坏"]
    assert dialog.grid.currentIndex().row() == 0
    assert not dialog.restore.isEnabled()


def test_a_head_that_is_gone_leads_to_other_backups_where_none_lies_here(qtbot, rotten, clipped):
    for made in rotten.backups.iterdir():
        made.unlink()
    rotten.file.write_bytes(b"\xff" * 50_000)
    with pytest.raises(rescue.LostLedger) as lost:
        opening.open_store(rotten.root)
    made = LostLedgerDialog(None, rotten, lost.value.lost)
    qtbot.addWidget(made)
    made.show()
    assert str(rotten.file) in lost.value.lost.text
    assert made.other.isVisible()
    assert not made.restore.isVisible()
    assert clipped(made) == []
    words = [each for each in made.findChildren(QLabel) if each.isVisible()]
    assert all(each.height() <= each.heightForWidth(each.width()) + 4 for each in words), "the words stay together"


def test_a_new_ledger_is_asked_about_twice(dialog, said, qtbot):
    said.answers = [True, False]
    qtbot.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    said.answers = [True, True]
    qtbot.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    assert dialog.anew
    assert len(said.questions) == 4


@pytest.mark.parametrize("anew", [False, True])
def test_start_goes_on_only_after_a_way_was_chosen(rotten, monkeypatch, anew):
    shown = []

    def choose(self):
        shown.append(self.lost.kind)
        if len(shown) == 1 and anew:
            self.anew = True
            return 1
        return 0

    monkeypatch.setattr(LostLedgerDialog, "exec", choose)
    store = _opened(rotten.root)
    assert shown == ["damaged"]
    assert (store is not None) is anew


def test_a_second_start_raises_the_dialog_that_stands_before_the_window(rotten, monkeypatch):
    answered = []
    monkeypatch.setattr(LostLedgerDialog, "exec", lambda _: answered.append(single.raise_first(rotten.root)) or 0)
    assert _opened(rotten.root) is None
    assert answered == [True]
    assert not single.raise_first(rotten.root)


def test_damage_met_at_work_leads_to_the_backups(demo_ledger, said, qtbot, monkeypatch):
    office = Office(demo_ledger)
    qtbot.addWidget(office.window)
    led: list[str] = []
    monkeypatch.setattr(office, "lead_back", lambda: led.append("back"))
    assert [word for word, _ in office.ways_back(Damaged("坏了"))] == ["恢复备份…"]
    assert [word for word, _ in office.ways_back(Gone("没了"))] == ["另存一份…"]
    assert office.ways_back(Refused("别的")) == ()
    desk = crash._Desk()
    desk.take(database.dbapi2.DatabaseError("database disk image is malformed"))
    assert "账本文件已损坏" in said.last
    assert said.crashes == []
    office.close()


def test_a_ledger_that_was_moved_away_can_be_saved_elsewhere(demo_ledger, said, qtbot, tmp_path):
    office = Office(demo_ledger)
    qtbot.addWidget(office.window)
    said.files = [tmp_path / "另存.db"]
    office.save_elsewhere()
    qtbot.waitUntil(lambda: "已存到" in said.last)
    office.close()
    with database.beside(tmp_path / "另存.db", read_only=True) as copy:
        assert copy.execute("SELECT count(*) FROM asset").fetchone()[0] > 100


def test_what_lay_there_is_kept_where_saving_elsewhere_fails(demo_ledger, said, qtbot, tmp_path, monkeypatch):
    office = Office(demo_ledger)
    qtbot.addWidget(office.window)
    (tmp_path / "上月.db").write_bytes(b"good")

    def fail(*_):
        raise Refused("磁盘坏了。")

    monkeypatch.setattr(copying, "inspect", fail)
    said.files = [tmp_path / "上月.db"]
    office.save_elsewhere()
    qtbot.waitUntil(lambda: "磁盘坏了" in said.last)
    office.close()
    assert [(path.name, path.read_bytes()) for path in tmp_path.glob("上月*")] == [("上月.db", b"good")]


def test_the_same_crash_is_told_every_time(said, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(notify, "crashed", lambda *_: told.append("box"))
    monkeypatch.setattr(notify, "crashed_again", lambda _: told.append("line"))
    desk = crash._Desk()
    error = ZeroDivisionError("x")
    for _ in range(3):
        desk.take(error)
    assert told == ["box", "line", "line"]
