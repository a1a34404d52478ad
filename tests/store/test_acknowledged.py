"""With real files, under a random calendar: whatever was acknowledged is in the ledger or in a kept copy that can be opened."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.store import backup, opening, transfer, upkeep
from app.store.database import database
from tests.store.conftest import add_departments

NOON = datetime(2026, 11, 21, 12).astimezone()
DAYS = st.sampled_from([0, 0, 1, 1, 1, 7, 30, 45, 90, 3650, -1, -45, -6000])
ACTS = st.lists(st.tuples(st.sampled_from(["work", "work", "退出", "每日", "导入前", "手工", "tidy", "restore", "begin anew", "season"]),
                          DAYS, st.integers(0, 20)), min_size=10, max_size=25)


def names(connection):
    return {name for (name,) in connection.execute("SELECT name FROM department").fetchall()}


@given(ACTS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_acknowledged_is_lost(tmp_path_factory, monkeypatch, acts):
    store = opening.open_store(tmp_path_factory.mktemp("ledger"))
    data, now, acknowledged = store.folder, NOON, set()
    monkeypatch.setattr(clock, "now", lambda: now)
    for number, (act, days, which) in enumerate(acts):
        now += timedelta(days=days)     # no time at all is frequent: many steps in one second
        made = backup.listing(data)
        if act == "work":
            add_departments(f"第 {number} 步")
            acknowledged.add(f"第 {number} 步")
        elif act == "tidy":
            upkeep.tidy(data)
        elif act == "season":
            for part in range(4):
                now += timedelta(days=12)
                add_departments(f"第 {number} 步 {part}")
                acknowledged.add(f"第 {number} 步 {part}")
                backup.make(data, "退出")
            upkeep.tidy(data)
        elif act == "restore" and made:
            transfer.restore(data, made[which % len(made)].path)
        elif act == "begin anew":
            backup.make(data, "退出")
            database.close_everywhere()
            for path in data.root.glob("zongwu.db*"):
                path.unlink()
            opening.open_store(data.root)
        elif act in backup.REASONS:
            backup.make(data, act)
    upkeep.tidy(data)
    kept = names(database.connection())
    for each in backup.listing(data):
        with upkeep.opened(data, each) as (_, connection):
            kept |= names(connection)
    database.close_everywhere()
    assert acknowledged <= kept
