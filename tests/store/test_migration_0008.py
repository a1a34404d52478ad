"""After the eighth migration a ledger knows which one it is, its older backups are still its own, and steps have marks."""

import pytest

from app.store import backup, check, contents, journal, migrations, opening, transfer
from app.store.database import database, scalar
from app.store.migrations import MIGRATIONS
from tests.store.conftest import add_departments


@pytest.fixture
def seventh_version(tmp_path, monkeypatch):
    """Give the folder of a closed ledger that the seventh program wrote, empty."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:7])
        patch.setattr(migrations, "LATEST", 7)
        store = opening.open_store(tmp_path / "data")
        database.execute_sql("INSERT INTO operation (title, kind, undone, who, entered_at, business_date, schema) "
                             "VALUES ('建立账本', 'do', 0, '王芳', '2026-09-01 08:00:00', '2026-09-01', 7)")
        database.close_everywhere()
    return store.folder


def test_an_older_ledger_and_its_older_backups_are_the_same_one(seventh_version):
    store = opening.open_store(seventh_version.root)
    [before] = backup.listing(store.folder)
    assert before.reason == "升级前"
    assert contents.describe(before.path).ledger == contents.identity_of(database.connection()) == "since 2026-09-01 08:00:00"
    assert backup.of_open_ledger(store.folder) == [before]
    assert check.run(store.folder).problems == []
    transfer.restore(store.folder, before.path)
    assert contents.identity_of(database.connection()) == "since 2026-09-01 08:00:00"
    database.close_everywhere()


def test_two_new_ledgers_differ_and_a_restored_copy_keeps_its_identity(tmp_path):
    opening.open_store(tmp_path / "one")
    first = contents.identity_of(database.connection())
    add_departments("总务处")
    assert scalar("SELECT mark FROM operation") != 0
    copy = transfer.export(opening.DataFolder(tmp_path / "one"), tmp_path / "copy.zip")
    other = opening.open_store(tmp_path / "two")
    assert contents.identity_of(database.connection()) != first
    transfer.restore(other.folder, copy.path)
    assert contents.identity_of(database.connection()) == first
    database.close_everywhere()


def test_identity_and_marks_are_no_steps(ledger):
    add_departments("总务处")
    before = contents.identity_of(database.connection())
    journal.undo()
    assert contents.identity_of(database.connection()) == before
