"""A file of the first version gets the tables of the stocktake; its records stay, and a backup is made before."""

import pytest

from app.school.tables import Department
from app.stocktake.tables import Stocktake
from app.store import backup, check, journal, migrations, opening
from app.store.database import database, scalar
from app.store.migrations import m0001_first


@pytest.fixture
def first_version(tmp_path, monkeypatch):
    """Give the folder of a closed ledger that the first program wrote, with one department."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (m0001_first,))
        patch.setattr(migrations, "LATEST", 1)
        store = opening.open_store(tmp_path / "data")
        with journal.operation("登记部门"):
            Department.insert(name="总务处").execute()
        database.close_everywhere()
    return store.folder


def test_a_file_of_the_first_version_is_brought_up(first_version):
    store = opening.open_store(first_version.root)
    assert scalar("PRAGMA user_version") == migrations.LATEST
    assert [row.name for row in Department.select()] == ["总务处"]
    assert Stocktake.select().count() == 0
    assert len(backup.listing(first_version)) == 1
    assert check.run(store.folder).problems == []
    database.close_everywhere()
