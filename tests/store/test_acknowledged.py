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
ACTS = st.lists(st.tuples(
    st.sampled_from(["work", "work", "back_up", "back_up", "tidy", "restore", "begin_anew", "season"]), DAYS, st.integers(0, 20)),
    min_size=10, max_size=25)
REASONS = ("退出", "每日", "导入前", "手工")


class Office:
    """An office with a real data folder and a clock that jumps; ``acknowledged`` are the names it was told to be stored."""

    def __init__(self, root):
        self.data = opening.open_store(root).folder
        self.now, self.acknowledged = NOON, set()

    def work(self, _which):
        name = f"第 {len(self.acknowledged)} 步"
        add_departments(name)
        self.acknowledged.add(name)

    def back_up(self, which):
        backup.make(self.data, REASONS[which % len(REASONS)])

    def tidy(self, _which):
        upkeep.tidy(self.data)

    def restore(self, which):
        made = backup.listing(self.data)
        if made:
            transfer.restore(self.data, made[which % len(made)].path)

    def begin_anew(self, _which):
        """The program was left; then the ledger's file was lost."""
        backup.make(self.data, "退出")
        database.close_everywhere()
        for path in self.data.root.glob("zongwu.db*"):
            path.unlink()
        opening.open_store(self.data.root, anew=True)

    def season(self, which):
        for _ in range(4):
            self.now += timedelta(days=12)
            self.work(which)
            backup.make(self.data, "退出")
        self.tidy(which)

    def kept(self):
        """Give the names in the ledger and in every backup."""
        found = names(database.connection())
        for each in backup.listing(self.data):
            with upkeep.opened(self.data, each) as (_, connection):
                found |= names(connection)
        return found


def names(connection):
    return {name for (name,) in connection.execute("SELECT name FROM department").fetchall()}


@given(ACTS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_acknowledged_is_lost(tmp_path_factory, monkeypatch, acts):
    office = Office(tmp_path_factory.mktemp("ledger"))
    monkeypatch.setattr(clock, "now", lambda: office.now)
    for act, days, which in acts:
        office.now += timedelta(days=days)     # no time at all is frequent: many steps in one second
        getattr(office, act)(which)
    office.tidy(0)
    kept = office.kept()
    database.close_everywhere()
    assert office.acknowledged <= kept
