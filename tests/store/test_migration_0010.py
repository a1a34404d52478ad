"""After the tenth migration older images of the journal may be packed into blocks."""

from app.store import check, journal, migrations, opening
from app.store.database import database, scalar
from app.store.migrations import MIGRATIONS
from tests.store.conftest import add_departments


def test_history_of_an_older_file_is_as_it_was(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:9])
        patch.setattr(migrations, "LATEST", 9)
        opening.open_store(tmp_path / "data")
        add_departments("总务处")
        database.close_everywhere()
    store = opening.open_store(tmp_path / "data")
    assert journal.history("department", 1)[0].fields["name"] == (None, "总务处")
    assert scalar("SELECT count(*) FROM change_block") == 0
    assert check.run(store.folder).problems == []
    database.close_everywhere()
