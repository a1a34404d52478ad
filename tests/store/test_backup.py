"""Backups: whole, checked, listed in the order in which they were made; a failure is remembered until one succeeds."""

import errno
import threading
from datetime import datetime, timedelta, timezone

import pytest

from app.core import clock
from app.core.errors import Refused
from app.core.progress import Cancelled
from app.school.tables import Department
from app.store import attachments, backup, copying, journal, numbering, opening
from app.store import database as db
from app.store.database import database, scalar
from tests.store.conftest import add_departments, rename_department

NOON = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=8)))


def names_in(path, key=""):
    with db.beside(path, key, read_only=True) as copy:
        return [name for (name,) in copy.execute("SELECT name FROM department ORDER BY id").fetchall()]


def test_a_backup_holds_what_only_the_wal_file_has(some_rows):
    made = backup.make(some_rows.folder, "手工")
    assert names_in(made.path) == ["总务处", "教导处"]
    assert backup.listing(some_rows.folder) == [made]
    assert made.path.name.endswith("-manual.db")
    assert made.reason == "手工"
    assert sorted(path.name for path in some_rows.folder.backups.iterdir()) == sorted([made.path.name, backup.MARK_FILE])


def test_an_encrypted_ledger_has_encrypted_backups(tmp_path):
    store = opening.open_store(tmp_path / "data", "it's 密钥")
    add_departments("总务处")
    made = backup.make(store.folder, "退出", store.key)
    assert made.path.read_bytes()[:6] != b"SQLite"
    assert names_in(made.path, "it's 密钥") == ["总务处"]
    with pytest.raises(Refused, match="口令不对"):
        names_in(made.path)
    database.close_everywhere()


def test_two_backups_in_one_second_are_two_and_the_later_comes_first(some_rows, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    made = [backup.make(some_rows.folder, reason) for reason in ("手工", "导入前")]
    tag = made[0].ledger
    assert [one.path.name for one in made] == [
        f"zongwu-20261121-120000-00001-{tag}-manual.db", f"zongwu-20261121-120000-00002-{tag}-import.db"]
    assert [one.path for one in backup.listing(some_rows.folder)] == [one.path for one in made[::-1]]
    assert backup.of_open_ledger(some_rows.folder) == backup.listing(some_rows.folder)


def test_one_from_a_clock_that_was_ahead_is_never_the_latest_for_ever(some_rows, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON.replace(year=2036))
    backup.make(some_rows.folder, "退出")
    monkeypatch.setattr(clock, "now", lambda: NOON)
    now = backup.make(some_rows.folder, "退出")
    assert backup.listing(some_rows.folder)[0].path == now.path


def test_those_of_an_earlier_release_come_after_all_that_have_a_number(some_rows):
    old = some_rows.folder.backups / "zongwu-20300101-080000-exit.db"
    old.write_text("x")
    made = backup.make(some_rows.folder, "手工")
    assert [one.path for one in backup.listing(some_rows.folder)] == [made.path, old]


def test_changed_since_last(some_rows):
    data = some_rows.folder
    assert backup.changed_since_last(data)
    made = backup.make(data, "退出")
    assert not backup.changed_since_last(data)
    rename_department("总务处", "后勤处")
    assert backup.changed_since_last(data)
    backup.make(data, "退出")
    journal.undo()
    assert backup.changed_since_last(data)
    last = backup.make(data, "退出")
    numbering.raise_to(numbering.Rule("asset", "ZC"), 2026, 9)
    assert backup.changed_since_last(data)
    backup.make(data, "退出")
    assert not backup.changed_since_last(data)
    for one in backup.listing(data):
        one.path.unlink()
    assert backup.changed_since_last(data)
    assert made.at <= last.at


def test_daily_backup_is_due_once_a_day(some_rows):
    assert backup.due_today(some_rows.folder)
    backup.make(some_rows.folder, "每日")
    rename_department("总务处", "后勤处")
    assert not backup.due_today(some_rows.folder)


def test_a_backup_while_another_thread_writes_is_of_one_moment(ledger):
    """Each step adds two departments: a copy with an odd number would be torn."""
    stop = threading.Event()
    begun = threading.Event()

    def work():
        number = 0
        while not stop.is_set():
            add_departments(f"甲{number}" * 50, f"乙{number}" * 50)
            number += 1
            if number == 20:
                begun.set()
        db.close_thread()

    writer = threading.Thread(target=work)
    writer.start()
    begun.wait(10)
    try:
        made = [backup.make(ledger.folder, "手工") for _ in range(5)]
    finally:
        stop.set()
        writer.join()
    counts = [len(names_in(one.path)) for one in made if one.path.exists()]
    assert counts
    assert all(count >= 40 and count % 2 == 0 for count in counts)


def test_a_worker_thread_can_make_it(some_rows):
    made = []

    def work():
        made.append(backup.make(some_rows.folder, "每日"))
        db.close_thread()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert names_in(made[0].path) == ["总务处", "教导处"]


def test_inside_an_operation_it_raises(some_rows):
    with pytest.raises(RuntimeError), journal.operation("导入"):
        backup.make(some_rows.folder, "导入前")


def test_attachments_travel_along_once(some_rows, tmp_path):
    photo = tmp_path / "证书.pdf"
    photo.write_bytes(b"%PDF-1.4")
    with journal.operation("附件"):
        stored = attachments.add(some_rows.folder, "department", 1, photo)
    backup.make(some_rows.folder, "手工")
    copy = some_rows.folder.backups / "attachments" / stored.sha256[:2] / f"{stored.sha256}.pdf"
    assert copy.read_bytes() == b"%PDF-1.4"
    assert copying.mirror(some_rows.folder.attachments, some_rows.folder.backups / "attachments") == 0


@pytest.mark.parametrize(("trouble", "said"), [
    (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"), (PermissionError(errno.EACCES, "denied"), "没有权限"),
    (OSError(errno.EIO, "I/O"), "读写磁盘出错")])
def test_failure_is_remembered_until_one_succeeds(some_rows, monkeypatch, trouble, said):
    data = some_rows.folder
    assert backup.last_failure(data) is None
    with monkeypatch.context() as patch:
        def fail(*_):
            raise trouble
        patch.setattr(copying, "flush", fail)
        with pytest.raises(Refused, match=said):
            backup.make(data, "退出")
    assert said in backup.last_failure(data)
    assert backup.listing(data) == []
    assert list(data.backups.iterdir()) == []
    backup.make(data, "退出")
    assert backup.last_failure(data) is None
    assert not (data.root / backup.FAILED_NOTE).exists()


@pytest.mark.parametrize("as_empty", [False, True])
def test_failure_on_a_disk_too_full_for_the_note_is_still_said(some_rows, monkeypatch, as_empty):
    data = some_rows.folder
    if as_empty:
        (data.root / backup.FAILED_NOTE).write_text("")  # a full disk takes names of files
        monkeypatch.setattr(type(data.root), "write_text", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    else:
        (data.root / backup.FAILED_NOTE).mkdir()  # stands for "cannot be written"
    monkeypatch.setattr(copying, "flush", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(Refused):
        backup.make(data, "退出")
    assert "磁盘已满" in backup.last_failure(data)


def test_a_disk_without_room_is_said_with_how_much_is_wanted(some_rows, monkeypatch):
    monkeypatch.setattr(copying.shutil, "disk_usage", lambda _: copying.shutil._ntuple_diskusage(10, 10, 20 << 20))
    with pytest.raises(Refused, match=r"空间不够：大约需要 \d\.\d MB，只剩 20\.0 MB"):
        backup.make(some_rows.folder, "退出")
    assert "空间不够" in backup.last_failure(some_rows.folder)
    assert list(some_rows.folder.backups.iterdir()) == []


def test_a_copy_that_differs_is_no_backup(some_rows, monkeypatch):
    monkeypatch.setattr(copying, "count_rows", lambda connection, calls=[]: calls.append(1) or {"x": len(calls)})  # noqa: B006 - counts its calls
    with pytest.raises(Refused, match="不一致"):
        backup.make(some_rows.folder, "手工")
    assert backup.listing(some_rows.folder) == []


def test_cancelled_backup_leaves_nothing(some_rows):
    def cancel(done, total, text=""):
        raise Cancelled
    with pytest.raises(Cancelled):
        backup.make(some_rows.folder, "手工", progress=cancel)
    assert list(some_rows.folder.backups.iterdir()) == []
    assert backup.last_failure(some_rows.folder) is None
    add_departments("还能写")
    assert scalar("SELECT count(*) FROM department") == 3
    assert Department.select().count() == 3


def test_listing_leaves_other_files_out(some_rows):
    for name in ("zongwu-x.db", "zongwu-20261399-000000-exit.db", "zongwu-20261121-000000-other.db", "notes.txt",
                 "zongwu-20261121-000000-x-12345678-exit.db", "zongwu-20261121-000000-1-exit.zip"):
        (some_rows.folder.backups / name).write_text("x")
    assert backup.listing(some_rows.folder) == []
