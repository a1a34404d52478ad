"""A file of the second version gets pupils and fees; its stocktake stays."""

import pytest

from app.fees.tables import FeePlan
from app.school.tables import Department, Pupil
from app.store import check, journal, migrations, opening
from app.store.database import database, scalar
from app.store.migrations import m0001_first, m0002_stocktake


@pytest.fixture
def second_version(tmp_path, monkeypatch):
    """Give the folder of a closed ledger that the second program wrote, with one department."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (m0001_first, m0002_stocktake))
        patch.setattr(migrations, "LATEST", 2)
        store = opening.open_store(tmp_path / "data")
        with journal.operation("登记部门"):
            Department.insert(name="总务处").execute()
        database.close_everywhere()
    return store.folder


def test_a_file_of_the_second_version_is_brought_up(second_version):
    store = opening.open_store(second_version.root)
    assert scalar("PRAGMA user_version") == migrations.LATEST
    assert [row.name for row in Department.select()] == ["总务处"]
    assert (Pupil.select().count(), FeePlan.select().count()) == (0, 0)
    assert check.run(store.folder).problems == []
    database.close_everywhere()
