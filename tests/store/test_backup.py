"""Backups: whole, checked, thinned out with age; a failure is remembered until one succeeds."""

import errno
import threading
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_two_backups_in_one_second_are_two(some_rows, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    first, second = backup.make(some_rows.folder, "手工"), backup.make(some_rows.folder, "导入前")
    assert first.path.name == "zongwu-20261121-120000-manual.db"
    assert second.path.name == "zongwu-20261121-120001-import.db"


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


def test_failure_on_a_disk_too_full_for_the_note_is_still_said(some_rows, monkeypatch):
    data = some_rows.folder
    (data.root / backup.FAILED_NOTE).mkdir()  # stands for "cannot be written"
    monkeypatch.setattr(copying, "flush", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(Refused):
        backup.make(data, "退出")
    assert "磁盘已满" in backup.last_failure(data)


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
    for name in ("zongwu-x.db", "zongwu-20261399-000000-exit.db", "zongwu-20261121-000000-other.db", "notes.txt"):
        (some_rows.folder.backups / name).write_text("x")
    assert backup.listing(some_rows.folder) == []


def test_old_backups_are_thinned_out(some_rows, monkeypatch):
    for days in range(40):
        at = NOON - timedelta(days=days)
        (some_rows.folder.backups / f"zongwu-{at:%Y%m%d-%H%M%S}-exit.db").write_text("x")
    monkeypatch.setattr(clock, "now", lambda: NOON)
    backup.prune(some_rows.folder)
    kept = [one.at.date().isoformat() for one in backup.listing(some_rows.folder)]
    assert kept == ["2026-11-21", "2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16", "2026-11-15",
                    "2026-11-08", "2026-11-01", "2026-10-31"]


moments = st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)), max_size=60, unique=True)  # noqa: DTZ001 - pure arithmetic


@given(moments, st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001 - pure arithmetic
def test_what_is_kept(found, now):
    kept = backup.kept(found, now)
    past = sorted(moment for moment in found if moment <= now)
    assert kept <= set(found)
    assert set(past[-3:]) <= kept
    assert {moment for moment in found if moment > now} <= kept
    assert len(kept & set(past)) <= 7 + 4 + 12 + 3
    assert backup.kept(kept, now) == kept
    for day in range(7):
        that_day = [moment for moment in past if moment.date() == (now - timedelta(days=day)).date()]
        assert not that_day or that_day[-1] in kept
    for back in range(12):
        year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
        that_month = [moment for moment in past if (moment.year, moment.month) == (year, month + 1)]
        assert not that_month or that_month[-1] in kept


@given(st.lists(st.integers(1, 72), min_size=1, max_size=300))
@settings(max_examples=40, deadline=None)
def test_thinning_after_each_backup_loses_no_span(hours):
    """Made and pruned again and again: the newest of each of the last months is still there."""
    now, kept, made = datetime(2025, 9, 1), set(), []  # noqa: DTZ001 - pure arithmetic
    for hour in hours:
        now += timedelta(hours=hour)
        made.append(now)
        kept = backup.kept(kept | {now}, now)
    assert kept == backup.kept(made, now)
