"""Days off that a school typed for its fees are the school's calendar after the fourth migration."""

import json

import pytest

from app.school import settings as words
from app.store import check, journal, migrations, opening, settings
from app.store.database import database
from app.store.migrations import MIGRATIONS


@pytest.fixture
def third_version(tmp_path, monkeypatch):
    """Give the folder of a closed ledger that the third program wrote, with days off and on typed, and one other setting."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:3])
        patch.setattr(migrations, "LATEST", 3)
        store = opening.open_store(tmp_path / "data")
        with journal.operation("修改设置"):
            for key, lines in (("fees.days_off", ["2026-10-01~2026-10-07"]), ("fees.days_on", ["2026-10-10"]),
                               ("fees.fixed_kinds", ["服务性收费"])):
                database.execute_sql("INSERT INTO setting (key, value) VALUES (?, ?)", (key, json.dumps(lines)))
        database.close_everywhere()
    return store.folder


def test_the_calendar_moves_from_the_fees_to_the_school(third_version):
    store = opening.open_store(third_version.root)
    assert settings.value(words.DAYS_OFF) == ["2026-10-01~2026-10-07"]
    assert settings.value(words.DAYS_ON) == ["2026-10-10"]
    assert {key for (key,) in database.execute_sql("SELECT key FROM setting").fetchall()} == {
        "school.days_off", "school.days_on", "fees.fixed_kinds"}
    assert check.run(store.folder).problems == []
    database.close_everywhere()
