"""The list of backups: a wrong date is told, another ledger's are marked, what is damaged or doubtful is said."""

from datetime import datetime, timedelta

import pytest

from app.core import clock
from app.store import backup, backup_list, contents, opening, upkeep
from app.store.database import database
from tests.store.conftest import add_departments

NOON = datetime(2026, 11, 21, 12).astimezone()


@pytest.fixture
def made(ledger, monkeypatch):
    """Give a function that enters a department and makes a backup at a moment."""
    def make(moment, reason="退出"):
        monkeypatch.setattr(clock, "now", lambda: moment)
        add_departments(f"{moment:%Y%m%d%H%M%S}")
        return backup.make(ledger.folder, reason)
    return make


def test_what_a_backup_is_said_to_be(ledger, made):
    data = ledger.folder
    plain = made(NOON)
    [told] = backup_list.of_open_ledger(data)
    assert (told.made, told.moment, told.ledger, told.state) == (plain, "2026-11-21 12:00:00", "本账本", "完好")
    assert told.last_step == "2026-11-21 12:00 添加部门 1 个"
    upkeep.tidy(data)
    [packed] = backup_list.of_open_ledger(data)
    assert packed.holds == told.holds


def test_a_date_from_a_wrong_clock_is_told_and_is_not_the_latest(ledger, made):
    for day in (0, 1, 3650, 2, 3):
        made(NOON + timedelta(days=day))
    told = backup_list.of_open_ledger(ledger.folder)
    assert [each.dated for each in told] == [True, True, False, True, True]
    assert told[2].moment == "2036-11-18 12:00:00（日期不对）"


def test_those_of_another_ledger_are_marked_and_the_latest_is_our_own(ledger, made):
    data = ledger.folder
    made(NOON)
    database.close_everywhere()
    for path in data.root.glob("zongwu.db*"):
        path.unlink()
    opening.open_store(data.root, anew=True)
    assert [each.ledger for each in backup_list.of_open_ledger(data)] == ["另一个账本"]
    assert backup.of_open_ledger(data) == []
    made(NOON + timedelta(hours=1))
    assert [each.ledger for each in backup_list.of_open_ledger(data)] == ["本账本", "另一个账本"]
    assert {each.ledger for each in backup_list.described(data)} == {"不清楚"}      # no ledger is open


def test_damaged_and_doubtful_ones_are_said_to_be_so(ledger, made):
    data = ledger.folder
    damaged = made(NOON).path
    damaged.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    database.execute_sql("DROP TRIGGER journal_department_update")
    database.execute_sql("UPDATE department SET name = '被改坏' WHERE id = 1")
    backup.make(data, "退出")
    upkeep.tidy(data)
    told = backup_list.of_open_ledger(data)
    assert [(each.state, each.ledger) for each in told] == [("检查未通过", "本账本"), ("已损坏", "不清楚")]
    assert told[1].holds.trouble.endswith("。")
    assert contents.describe(damaged).counts == {}
