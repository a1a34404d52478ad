"""A backup that failed or is missing for too long wants doing."""

from datetime import date, timedelta

import pytest

from app.core.errors import Refused
from app.store import backup
from app.store.dues import dues
from tests.store.conftest import add_departments


def told(store, day):
    return [(due.words, due.tone) for due in dues(day, store.folder)]


def test_no_backup_an_old_one_a_failed_one(ledger, stopped_clock, monkeypatch):
    today = stopped_clock.date()
    add_departments("总务处")
    assert told(ledger, today) == [("还没有做过备份。", "warning")]
    backup.make(ledger.folder, "手工")
    assert told(ledger, today + timedelta(30)) == []        # nothing was changed since
    add_departments("教导处")
    assert told(ledger, today + timedelta(7)) == []
    assert told(ledger, today + timedelta(8)) == [("已经 8 天没有备份，其间账本有改动。", "warning")]
    monkeypatch.setattr(backup.copying, "copy_open_file", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(Refused):
        backup.make(ledger.folder, "手工")
    [(words, tone)] = told(ledger, today)
    assert "备份失败：磁盘已满" in words
    assert tone == "danger"
    assert date.fromisoformat("2026-11-21") == today
