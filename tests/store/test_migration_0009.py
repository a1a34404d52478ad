"""Version 9: files that were imported are known again by their content."""

from app.store import imported, journal
from app.store.database import database


def test_a_file_is_known_again_until_its_import_is_undone(ledger, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"one")
    digest = imported.digest_of(path)
    assert imported.earlier(digest) is None
    with journal.operation("导入台账 a.xlsx") as work:
        imported.note(digest, "a.xlsx", 42)
    known = imported.earlier(digest)
    assert known is not None
    assert (known.step, known.name, known.rows) == (work.step.id, "a.xlsx", 42)
    assert "42 行" in known.words
    journal.undo(work.step.id)
    assert imported.earlier(digest) is None
    assert imported.digest_of(tmp_path / "gone.xlsx") == ""


def test_nothing_is_noted_of_a_file_without_rows(ledger):
    with journal.operation("导入台账"):
        imported.note("", "a.xlsx", 3)
        imported.note("x", "a.xlsx", 0)
    assert database.execute_sql("SELECT count(*) FROM imported_file").fetchone() == (0,)
