"""A ledger that is missing, empty, replaced or damaged is never taken for a school that begins."""

import gzip
import os
import shutil
from pathlib import Path

import openpyxl
import pytest

from app.core.errors import Gone, Refused
from app.salvage import salvage
from app.store import backup, database, journal, opening, rescue, transfer

FILES = Path(__file__).parent / "files"


@pytest.fixture
def backed_up(demo_file):
    """Give a closed data folder with a ledger and one backup of it."""
    store = opening.open_store(demo_file.parent)
    backup.make(store.folder, "手工")
    database.database.close_everywhere()
    return store.folder


def spoil(data, how):
    for suffix in ("-wal", "-shm"):
        Path(f"{data.file}{suffix}").unlink(missing_ok=True)
    content = data.file.read_bytes()
    if how == "missing":
        data.file.unlink()
    elif how == "empty":
        data.file.write_bytes(b"")
    elif how == "foreign":
        data.file.write_bytes(b"PK\x03\x04" + bytes(5000))
    elif how == "page 1":
        data.file.write_bytes(b"\0" * 4096 + content[4096:])
    elif how == "cut":
        data.file.write_bytes(content[:len(content) // 2])
    elif how == "further in":
        data.file.write_bytes(gzip.decompress((FILES / "rot_page18.db.gz").read_bytes()))


WAYS = ("missing", "empty", "foreign", "page 1", "cut", "further in")


@pytest.mark.parametrize("how", WAYS)
def test_a_lost_ledger_is_told_and_nothing_is_made(backed_up, how):
    spoil(backed_up, how)
    before = sorted(path.name for path in backed_up.root.iterdir())
    with pytest.raises(rescue.LostLedger, match="1 份备份"):
        opening.open_store(backed_up.root)
    assert sorted(path.name for path in backed_up.root.iterdir()) == before


@pytest.mark.parametrize("how", WAYS)
def test_a_backup_leads_back_from_each_of_them(backed_up, how):
    spoil(backed_up, how)
    [made] = backup.listing(backed_up)
    counts = transfer.restore(backed_up, made.path)
    assert counts["asset"] > 100
    opening.open_store(backed_up.root).close()
    assert rescue.look(backed_up) is None
    assert (how == "missing") == (not list(backed_up.backups.glob("unchecked-*.db")))


def test_beginning_anew_keeps_what_lay_there(backed_up):
    spoil(backed_up, "further in")
    opening.open_store(backed_up.root, anew=True).close()
    assert len(list(backed_up.root.glob("损坏的账本-*.db"))) == 1
    assert len(backup.listing(backed_up)) == 1


def test_an_empty_folder_is_a_school_that_begins(tmp_path):
    store = opening.open_store(tmp_path / "new")
    database.database.close_everywhere()
    store.folder.file.unlink()
    for suffix in ("-wal", "-shm"):
        Path(f"{store.folder.file}{suffix}").unlink(missing_ok=True)
    assert rescue.look(store.folder) is None
    (store.folder.printed / "盘点表.pdf").write_bytes(b"x")
    assert rescue.look(store.folder).kind == "missing"


def test_a_sound_ledger_is_not_suspected(demo_file):
    store = opening.open_store(demo_file.parent)
    assert rescue.look(store.folder) is None
    database.database.close_everywhere()


def test_what_can_still_be_read_becomes_a_workbook(tmp_path):
    path = tmp_path / "rot.db"
    path.write_bytes(gzip.decompress((FILES / "rot_page18.db.gz").read_bytes()))
    saved = salvage(path, tmp_path / "out.xlsx")
    assert sum(saved.values()) > 50
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert len(book.sheetnames) == len(saved)
    book.close()
    path.write_bytes(b"\0" * 20_000)
    with pytest.raises(Refused, match=r"一行也(读不|没有读)出来"):
        salvage(path, tmp_path / "none.xlsx")
    assert not (tmp_path / "none.xlsx").exists()


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved there; a pulled stick is another error")
@pytest.mark.parametrize("how", ["deleted", "renamed", "replaced", "folder renamed"])
def test_nothing_is_acknowledged_into_nothing(ledger, how):
    with journal.operation("登记"):
        database.database.execute_sql("INSERT INTO setting (key, value) VALUES ('a', '1')")
    file = ledger.folder.file
    if how == "deleted":
        file.unlink()
    elif how == "renamed":
        file.rename(file.with_name("other.db"))
    elif how == "replaced":
        copy = shutil.copyfile(file, file.with_name("copy.db"))
        os.replace(copy, file)
    else:
        file.parent.rename(file.parent.with_name("elsewhere"))
    with pytest.raises(Gone, match="另存"), journal.operation("登记"):
        database.database.execute_sql("INSERT INTO setting (key, value) VALUES ('b', '2')")
    assert database.database.execute_sql("SELECT key FROM setting WHERE key IN ('a', 'b')").fetchall() == [("a",)]


def test_a_full_disk_says_how_much_is_wanted(ledger, monkeypatch):
    usage = shutil.disk_usage(ledger.folder.root)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=0))
    for words in ("disk I/O error", "unable to open database file", "database or disk is full"):
        with pytest.raises(Refused, match=r"磁盘已满（只剩 0.0 MB）.*20 MB"), database.known_trouble():
            raise database.dbapi2.OperationalError(words)
