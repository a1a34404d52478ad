"""One-file copies for a U 盘, and restoring: checked before anything is touched, the old file back where it fails."""

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from app.core.errors import Refused
from app.core.progress import Cancelled
from app.store import (
    attachments,
    backup,
    check,
    contents,
    copying,
    journal,
    migrations,
    opening,
    packing,
    settings,
    transfer,
    triggers,
)
from app.store import database as db
from app.store.database import database, scalar
from tests.store.conftest import add_departments, department_names, rename_department


@pytest.fixture
def full(some_rows, tmp_path):
    """Give an open ledger with rows and one attachment."""
    paper = tmp_path / "合同.pdf"
    paper.write_bytes(b"%PDF-1.4 contract")
    with journal.operation("附件"):
        attachments.add(some_rows.folder, "department", 1, paper)
    return some_rows


def leftovers(data):
    return [path.name for path in data.backups.iterdir() if path.name.startswith("unfinished")]


@pytest.mark.parametrize("key", ["", "it's 密钥"])
def test_a_copy_comes_back_whole_on_another_machine(tmp_path, key):
    store = opening.open_store(tmp_path / "one", key)
    add_departments("总务处", "教导处")
    paper = tmp_path / "合同.pdf"
    paper.write_bytes(b"%PDF-1.4 contract")
    with journal.operation("附件"):
        stored = attachments.add(store.folder, "department", 1, paper)
    made = transfer.export(store.folder, tmp_path / "备份.zip")
    assert (made.attachments, made.counts["department"]) == (1, 2)
    assert made.size == made.path.stat().st_size
    with zipfile.ZipFile(made.path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["encrypted"] is bool(key)
    assert manifest["counts"] == made.counts
    other = opening.open_store(tmp_path / "two")
    add_departments("别的")
    counts = transfer.restore(other.folder, made.path, key)
    assert counts["department"] == 2
    assert department_names() == ["总务处", "教导处"]
    assert attachments.path_of(other.folder, stored).read_bytes() == b"%PDF-1.4 contract"
    assert journal.undo() == "附件"
    add_departments("照常")
    assert [one.reason for one in backup.listing(other.folder)] == ["恢复前"]
    assert leftovers(other.folder) == leftovers(store.folder) == []
    database.close_everywhere()
    assert (other.folder.file.read_bytes()[:6] == b"SQLite") is (key == "")


def test_a_copy_restores_where_there_was_no_ledger(full, tmp_path):
    made = transfer.export(full.folder, tmp_path)
    assert made.path.parent == tmp_path
    assert made.path.name.startswith("总务通备份-")
    database.close_everywhere()
    from app.store import folder
    empty = folder.prepare(tmp_path / "fresh")
    transfer.restore(empty, made.path)
    assert department_names() == ["总务处", "教导处"]


def test_restoring_a_backup_takes_the_ledger_back_and_keeps_today(full):
    made = backup.make(full.folder, "手工")
    rename_department("总务处", "后勤处")
    shutil.rmtree(full.folder.attachments)
    told = []
    journal.listeners.append(told.append)
    try:
        transfer.restore(full.folder, made.path)
    finally:
        journal.listeners.remove(told.append)
    assert {"department", "setting", "printed"} <= told[-1]
    assert department_names() == ["总务处", "教导处"]
    assert len(copying.contents_of(full.folder.attachments)) == 1
    safety = backup.listing(full.folder)[0]
    assert safety.reason == "恢复前"
    transfer.restore(full.folder, safety.path)
    assert department_names() == ["后勤处", "教导处"]


def test_settings_of_the_restored_file_count_at_once(full):
    made = backup.make(full.folder, "手工")
    settings.change({attachments.LIMIT: 7})
    assert settings.value(attachments.LIMIT) == 7
    transfer.restore(full.folder, made.path)
    assert settings.value(attachments.LIMIT) == 50


def test_restore_from_a_worker_while_the_window_has_its_connection(full):
    made = backup.make(full.folder, "手工")
    rename_department("总务处", "后勤处")
    troubles = []

    def work():
        try:
            transfer.restore(full.folder, made.path)
        except BaseException as trouble:
            troubles.append(trouble)
        db.close_thread()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert troubles == []
    assert department_names() == ["总务处", "教导处"]
    add_departments("照常")
    assert scalar("SELECT count(*) FROM department") == 3


def test_older_backup_is_migrated(full, monkeypatch):
    from types import SimpleNamespace
    made = backup.make(full.folder, "手工")
    second = SimpleNamespace(TITLE="新列", SQL=("ALTER TABLE department ADD COLUMN phone TEXT NOT NULL DEFAULT ''",))
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, second))
    monkeypatch.setattr(migrations, "LATEST", migrations.LATEST + 1)
    transfer.restore(full.folder, made.path)
    assert scalar("PRAGMA user_version") == migrations.LATEST
    assert "phone" in triggers.columns_of("department")


def damaged(made, tmp_path):
    content = bytearray(made.read_bytes())
    content[8192:9000] = b"\xff" * 808
    (tmp_path / "bad.db").write_bytes(content)
    return tmp_path / "bad.db"


def newer(made, tmp_path):
    path = shutil.copyfile(made, tmp_path / "newer.db")
    with db.beside(path) as copy:
        copy.execute(f"PRAGMA user_version = {migrations.LATEST + 1}")
    return path


def foreign(_, tmp_path):
    with db.beside(tmp_path / "foreign.db") as other:
        other.execute("CREATE TABLE theirs (x)")
    return tmp_path / "foreign.db"


def text(_, tmp_path):
    (tmp_path / "notes.db").write_text("这不是数据库" * 500, "utf-8")
    return tmp_path / "notes.db"


def nothing(_, tmp_path):
    (tmp_path / "empty.db").touch()
    return tmp_path / "empty.db"


def missing(_, tmp_path):
    return tmp_path / "gone.zip"


def other_zip(_, tmp_path):
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.jpg", "x")
    return tmp_path / "photos.zip"


def torn_zip(_, tmp_path):
    with zipfile.ZipFile(tmp_path / "torn.zip", "w") as archive:
        archive.writestr("zongwu.db", os.urandom(9000))
        archive.writestr("manifest.json", '{"sha256": {"zongwu.db": "00"}}')
    return tmp_path / "torn.zip"


def zip_of_lists(_, tmp_path):
    with zipfile.ZipFile(tmp_path / "lists.zip", "w") as archive:
        archive.writestr("zongwu.db", "x")
        archive.writestr("manifest.json", "[1]")
    return tmp_path / "lists.zip"


def with_manifest(tmp_path, manifest, ledger=b"x", **how):
    with zipfile.ZipFile(tmp_path / "odd.zip", "w", **how) as archive:
        archive.writestr("zongwu.db", ledger)
        archive.writestr("manifest.json", manifest)
    return tmp_path / "odd.zip"


def manifest_of_sums_in_a_list(_, tmp_path):
    return with_manifest(tmp_path, '{"sha256": ["a"]}')


def manifest_that_is_no_text(_, tmp_path):
    return with_manifest(tmp_path, b"\xff\xfe\x00{")


def member_of_damaged_lzma(made, tmp_path):
    path = with_manifest(tmp_path, '{"sha256": {"zongwu.db": "00"}}', made.read_bytes(), compression=zipfile.ZIP_LZMA)
    return scratched(path, 0.4)


def scratched(path, where):
    content = bytearray(path.read_bytes())
    at = int(len(content) * where)
    content[at:at + 40] = b"\xff" * 40
    path.write_bytes(content)
    return path


def packed_with_damage(made, tmp_path):
    part = tmp_path / "packed.zip"
    packing.pack(made, part, contents.describe(made))
    return scratched(part, 0.5)


def schema_that_is_not_utf8(made, tmp_path):
    path = shutil.copyfile(made, tmp_path / "schema.db")
    path.write_bytes(path.read_bytes().replace(b'CREATE TABLE "department"', b'CREATE TABLE "d\xff\xfeartment"'))
    return path


def lowered_version(made, tmp_path):
    path = shutil.copyfile(made, tmp_path / "lowered.db")
    with db.beside(path) as copy:
        copy.execute("PRAGMA user_version = 3")
    return path


def rotten_pages(made, tmp_path):
    path = shutil.copyfile(made, tmp_path / "rotten.db")
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // 4096, 3):
        content[page * 4096:page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(content)
    return path


def another_member_packed_with_a_password(made, tmp_path):
    path = with_manifest(tmp_path, '{"sha256": {"zongwu.db": "00"}}', made.read_bytes())
    content = bytearray(path.read_bytes())
    for sign, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + flag] |= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("make", [
    damaged, newer, foreign, text, nothing, missing, other_zip, torn_zip, zip_of_lists, manifest_of_sums_in_a_list,
    manifest_that_is_no_text, member_of_damaged_lzma, packed_with_damage, schema_that_is_not_utf8, rotten_pages,
    another_member_packed_with_a_password])
def test_unfit_source_is_refused_before_anything_is_touched(full, tmp_path, make):
    source = make(backup.make(full.folder, "手工").path, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in full.folder.backups.iterdir()}
    with pytest.raises(Refused) as refusal:
        transfer.restore(full.folder, source)
    assert refusal.value.text.endswith("。")
    assert {path: path.stat().st_mtime_ns for path in full.folder.backups.iterdir()} == before
    assert department_names() == ["总务处", "教导处"]
    add_departments("照常")


def test_a_backup_whose_version_was_lowered_is_refused_and_the_ledger_is_back(full, tmp_path):
    """Only migrating finds out: the old file is put back, today's backup made before it stays."""
    source = lowered_version(backup.make(full.folder, "手工").path, tmp_path)
    with pytest.raises(Refused, match="版本不符，没有恢复"):
        transfer.restore(full.folder, source)
    assert department_names() == ["总务处", "教导处"]
    assert check.of_file() == []
    assert leftovers(full.folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("other_disk", [False, True])
def test_a_ledger_that_is_a_link_stays_one(full, tmp_path, monkeypatch, other_disk):
    """What lies behind the link is restored: who put the file elsewhere finds it there."""
    data = full.folder
    made = backup.make(data, "手工")
    rename_department("总务处", "后勤处")
    database.close_everywhere()
    true = tmp_path / "elsewhere" / "账本.db"
    true.parent.mkdir()
    data.file.rename(true)
    data.file.symlink_to(true)
    opening.open_store(data.root)
    if other_disk:
        rename = os.replace

        def replace(source, target):
            if Path(source).parent != Path(target).parent and Path(target).parent == true.parent:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            rename(source, target)
        monkeypatch.setattr(os, "replace", replace)
    transfer.restore(data, made.path)
    assert data.file.is_symlink()
    assert department_names() == ["总务处", "教导处"]
    database.close_everywhere()
    with db.beside(true, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM department WHERE name = '总务处'").fetchone() == (1,)
    assert {path.name for path in true.parent.iterdir()} <= {"账本.db", "账本.db-wal", "账本.db-shm"}


FULL_DISK = """
import resource, sys
from pathlib import Path
from app.store import opening, transfer
store = opening.open_store(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
transfer.export(store.folder, Path(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_a_disk_that_fills_up_half_way_is_said_once(full, tmp_path):
    for number in range(3):
        paper = tmp_path / f"{number}.pdf"
        paper.write_bytes(os.urandom(900_000))
        with journal.operation("附件"):
            attachments.add(full.folder, "department", 1, paper)
    full.close()
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(full.folder.root), str(tmp_path / "满.zip")],
                          capture_output=True, text=True, check=False)
    assert "Refused: 没有复制成功" in done.stderr
    assert "Exception ignored" not in done.stderr
    assert list(tmp_path.glob("满*")) == []


def test_wrong_key_is_refused(tmp_path, some_rows):
    opening.open_store(tmp_path / "locked", "key")
    made = backup.make(opening.DataFolder(tmp_path / "locked"), "手工")
    opening.open_store(some_rows.folder.root)
    with pytest.raises(Refused, match="口令不对"):
        transfer.restore(some_rows.folder, made.path, "other")
    assert department_names() == ["总务处", "教导处"]


def test_the_ledger_itself_is_no_backup(full):
    with pytest.raises(Refused, match="正在使用"):
        transfer.restore(full.folder, full.folder.file)


@pytest.mark.parametrize("broken", ["connect", "migrate", "replace"])
def test_the_old_file_is_back_where_a_late_step_fails(full, monkeypatch, broken):
    made = backup.make(full.folder, "手工")
    rename_department("总务处", "后勤处")
    with monkeypatch.context() as patch:
        def fail(*_):
            raise OSError(28, "No space left on device")
        if broken == "migrate":
            patch.setattr(migrations, "migrate", fail)
        elif broken == "replace":
            true_replace = os.replace
            patch.setattr(transfer.os, "replace", lambda a, b: fail() if "unfinished" in str(a) and str(a).endswith(
                "zongwu.db") else true_replace(a, b))
        else:
            true_connect = db.connect
            calls = []
            patch.setattr(db, "connect", lambda *a: calls.append(1) or (fail() if len(calls) == 1 else true_connect(*a)))
        with pytest.raises(Refused, match="账本保持原样.*磁盘已满"):
            transfer.restore(full.folder, made.path)
    assert department_names() == ["后勤处", "教导处"]
    add_departments("照常")
    assert leftovers(full.folder) == []


def test_cancelled_restore_changes_nothing(full):
    made = backup.make(full.folder, "手工")
    rename_department("总务处", "后勤处")

    def cancel(done, total, text=""):
        raise Cancelled
    with pytest.raises(Cancelled):
        transfer.restore(full.folder, made.path, progress=cancel)
    assert department_names() == ["后勤处", "教导处"]
    assert leftovers(full.folder) == []


def test_a_damaged_ledger_can_be_replaced_and_is_kept_as_it_was(full):
    made = backup.make(full.folder, "手工")
    database.close_everywhere()
    full.folder.file.write_bytes(b"\xff" * 50_000)
    with pytest.raises(Refused):
        opening.open_store(full.folder.root)
    with pytest.raises(Refused):
        backup.make(full.folder, "手工")
    transfer.restore(full.folder, made.path)
    assert backup.last_failure(full.folder) is None, "it was told of the ledger that is gone"
    assert department_names() == ["总务处", "教导处"]
    kept = list(full.folder.backups.glob("unchecked-*.db"))
    assert [path.read_bytes() for path in kept] == [b"\xff" * 50_000]


# --- refusals of the copy ----------------------------------------------------------------------------------------


def test_bad_targets_are_refused(full, tmp_path, monkeypatch):
    with pytest.raises(Refused, match="U 盘是否插好"):
        transfer.export(full.folder, tmp_path / "没有的盘" / "备份.zip")
    for inside in (full.folder.root / "a.zip", full.folder.backups):
        with pytest.raises(Refused, match="数据文件夹里面"):
            transfer.export(full.folder, inside)
    monkeypatch.setattr(copying.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 1000))
    with pytest.raises(Refused, match="空间不够"):
        transfer.export(full.folder, tmp_path / "备份.zip")
    assert not list(tmp_path.glob("*.zip*"))
    assert leftovers(full.folder) == []


def test_a_disk_that_reads_back_other_content_is_found_out(full, tmp_path, monkeypatch):
    target = tmp_path / "备份.zip"
    target.write_text("an earlier copy")
    monkeypatch.setattr(copying, "sha256_of_stream", lambda _: "00")
    with pytest.raises(Refused, match="读出来不一样"):
        transfer.export(full.folder, target)
    assert target.read_text() == "an earlier copy"
    assert [path.name for path in tmp_path.glob("备份*")] == ["备份.zip"]


def test_names_in_a_copy_cannot_leave_the_folder():
    good = "attachments/ab/abcd.pdf"
    assert transfer._is_content(good)
    for bad in ("attachments/../x", "../zongwu.db", "/attachments/ab/abc", "attachments/ab/..", "attachments/a:/a:b",
                "attachments\\ab\\abc", "attachments/ab/cd/ef", "attachments/cd/abc", "attachments/ab/"):
        assert not transfer._is_content(bad), bad


def test_an_encrypted_ledger_takes_its_own_backups_back_without_being_told_the_key(tmp_path):
    store = opening.open_store(tmp_path / "data", "it's 密钥")
    with journal.operation("记一笔"):
        pass
    copy = transfer.export(store.folder, tmp_path / "copy.zip")
    kept = backup.make(store.folder, "手工")
    for source in (copy.path, kept.path):
        transfer.restore(store.folder, source)
        assert database.key == "it's 密钥"
        assert store.folder.file.read_bytes()[:6] != b"SQLite"
    store.close()


def test_a_ledger_without_its_tables_can_be_replaced(full):
    """So damaged that its backup fails in no known way: it is kept as it is, and the restore goes on."""
    made = backup.make(full.folder, "手工")
    database.execute_sql("DROP TABLE printed")
    transfer.restore(full.folder, made.path)
    assert department_names() == ["总务处", "教导处"]
    assert len(list(full.folder.backups.glob("unchecked-*.db"))) == 1


def test_a_full_disk_stops_the_restore_before_anything_is_replaced(full, monkeypatch):
    """The ledger is sound, its backup is not made: it is not copied as it is into what is left of the disk."""
    made = backup.make(full.folder, "手工")
    rename_department("总务处", "后勤处")

    def fail(*_, **__):
        raise Refused("备份失败：磁盘已满。")
    monkeypatch.setattr(backup, "make", fail)
    with pytest.raises(Refused, match="磁盘已满"):
        transfer.restore(full.folder, made.path)
    assert department_names() == ["后勤处", "教导处"]
    assert list(full.folder.backups.glob("unchecked-*")) == []


def test_a_damaged_ledger_is_kept_wholly_or_not_at_all(full, monkeypatch):
    made = backup.make(full.folder, "手工")
    database.close_everywhere()
    full.folder.file.write_bytes(b"\xff" * 50_000)
    copyfile = shutil.copyfile

    def fills_up(source, target):
        copyfile(source, target)
        if "unchecked" in str(target):
            raise OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(transfer.shutil, "copyfile", fills_up)
    with pytest.raises(Refused, match="账本保持原样.*磁盘已满"):
        transfer.restore(full.folder, made.path)
    assert list(full.folder.backups.glob("unchecked-*")) == []
    assert full.folder.file.read_bytes() == b"\xff" * 50_000


def test_room_for_all_copies_of_a_restore_is_asked_for_first(full, monkeypatch):
    made = backup.make(full.folder, "手工")
    before = sorted(path.name for path in full.folder.backups.iterdir())
    monkeypatch.setattr(copying.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, (20 << 20) + 2 * made.size))
    with pytest.raises(Refused, match="空间不够"):
        transfer.restore(full.folder, made.path)
    assert sorted(path.name for path in full.folder.backups.iterdir()) == before
