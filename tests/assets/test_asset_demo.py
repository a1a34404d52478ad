"""The demo school's ledger: its size, the same on every machine, and as untidy as a real one."""

from collections import Counter

import pytest

from app import demo
from app.assets import classes, queries
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Cancelled
from app.school import queries as school
from app.store import check, journal, opening, triggers
from app.store.database import database


def facts():
    """Give every row of every table except when it was done, and the counters."""
    tables = {table: database.execute_sql(f'SELECT * FROM "{table}" ORDER BY id').fetchall()
              for table in (*triggers.journalled_tables(), "counter")}
    return tables | {"change": database.execute_sql("SELECT table_name, row_id, after FROM change ORDER BY id").fetchall()}


def drafts():
    return [card.draft for card in queries.cards(queries.matching_ids(Wish(sort="number")))]


def test_its_size_is_as_promised(demo_ledger):
    assert len(school.classes_listing()) == 24
    assert len(school.people_listing(Wish())) == 60
    assert len(school.rooms()) == 90
    assert queries.totals(Wish()).records == 3_000
    assert queries.totals(Wish()).pieces > 10_000
    assert queries.years()[:-1] == [str(year) for year in range(2026, 2015, -1)]
    assert [step.title for step in journal.steps()] == [
        "建立示范采购", "建立示范仓库 180 种物品", "建立示范收费 3 个学期",
        "修改设置 教育局投诉电话、公示地点", "建立示范盘点 2 次", "建立示范台账 3000 张卡片", "建立示范学校"]


def test_two_builds_are_the_same_row_for_row(demo_ledger, tmp_path, monkeypatch):
    first = facts()
    before = journal.worker.name
    opening.open_store(tmp_path / "other")
    demo.build_demo()
    monkeypatch.setattr(journal.worker, "name", before)
    assert facts() == first


def test_numbers_follow_the_year_and_the_day_without_gaps(demo_ledger):
    by_year = {}
    for draft in drafts():
        _, year, serial = draft.number.split("-")
        day = draft.acquired_on or draft.booked_on
        assert day.year == int(year)
        by_year.setdefault(year, []).append((int(serial), day))
    for lines in by_year.values():
        assert [serial for serial, _ in lines] == list(range(1, len(lines) + 1))
        assert [day for _, day in lines] == sorted(day for _, day in lines)


def test_it_is_as_untidy_as_a_real_ledger(demo_ledger):
    cards = drafts()
    count = len(cards)
    standards = Counter(classes.standard_of(draft.class_code) for draft in cards)
    assert set(standards) == {2022, 2010}
    assert min(standards.values()) > count // 20
    assert all(classes.find_class(draft.class_code) for draft in cards)
    for key in ("acquired_on", "place_id", "keeper_id", "voucher", "supplier", "model", "brand"):
        blank = sum(not getattr(draft, key) for draft in cards)
        assert 0 < blank < count // 2, key
    assert {draft.status for draft in cards} == {"在用", "闲置", "待修理", "待报废", "待核销"}
    assert {draft.category for draft in cards} == {"固定资产", "低值易耗品"}
    assert len({draft.funding for draft in cards}) >= 3
    names = Counter(draft.name for draft in cards)
    assert names["课桌"]
    assert names["学生课桌"]  # one thing under two names
    assert max(map(len, names)) > 30
    assert max(draft.quantity for draft in cards) > 50
    assert any(draft.old_number for draft in cards)
    assert not all(draft.old_number for draft in cards)
    assert any(draft.remark for draft in cards)
    assert len({draft.place_id for draft in cards}) >= 85


def test_nothing_in_it_is_wrong(demo_ledger):
    report = check.run(demo_ledger.folder)
    assert report.problems == []
    assert report.counts["资产卡片"] == 3_000


def test_a_ledger_in_use_is_refused(started_ledger):
    with pytest.raises(Refused, match="--data"):
        demo.build_demo()


def test_a_cancelled_build_leaves_no_card(ledger):
    before = journal.worker.name

    def cancel(done, total, text=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        demo.build_demo(cancel)
    journal.worker.name = before
    assert queries.totals(Wish()).records == 0
