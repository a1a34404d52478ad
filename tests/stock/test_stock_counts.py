"""Counting: frozen figures, differences with reasons, the correction only by an approval."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.stock import commands, counts, queries
from app.stock.rules import Out
from app.store import journal


@pytest.fixture
def count(store):
    store.fill()
    made = counts.open_count(1, date(2026, 11, 20), team="王芳、李娜").made[0]
    lines = {line.item: line for line in counts.lines(made)}
    return made, lines[store.chalk].id, lines[store.paper].id


def now():
    return {row.item: (row.quantity, row.fen) for row in queries.balances()}


def test_figures_are_frozen(count, store):
    commands.issue(date(2026, 11, 21), 1, [Out(store.chalk, 4000)], store.office)
    assert [(line.book, line.book_fen) for line in counts.lines(count[0])] == [(100_000, 25_000), (40_000, 80_000)]
    row = counts.require(count[0])
    assert (row.number, row.lines, row.counted, row.state_words) == ("KP-2026-00001", 2, 0, "盘点中")


def test_an_approval_corrects_and_nothing_before_it(count, store):
    identity, chalk, paper = count
    with pytest.raises(Refused, match="还有 2 种没有盘"):
        counts.finish(identity)
    counts.write_counts(identity, {chalk: {"counted": 98_000, "reason": "破损"}, paper: {"counted": 41_000}})
    counts.finish(identity)
    assert now() == {store.chalk: (100_000, 25_000), store.paper: (40_000, 80_000)}
    with pytest.raises(Invalid) as wrong:
        counts.approve(identity, " ", None)
    assert [each.field for each in wrong.value.problems] == ["dated_on", "approver", "reason"]
    with pytest.raises(Refused, match="盘点 KP-2026-00001现在是“清点完毕”，不能录入。请先重新打开。"):
        counts.write_counts(identity, {paper: {"reason": "上次少记"}})
    counts.reopen(identity)
    counts.write_counts(identity, {paper: {"reason": "上次少记"}})
    counts.finish(identity)
    step = counts.approve(identity, "校长", date(2026, 11, 21), "校办〔2026〕12号")
    assert step.title == "批准库存盘点 KP-2026-00001，调账 2 行"
    assert now() == {store.chalk: (98_000, 24_500), store.paper: (41_000, 82_000)}
    slip = queries.slip_numbered("KP-2026-00001")
    assert [(line.kind, line.quantity, line.fen, line.remark) for line in queries.lines([slip.id])[slip.id]] == [
        ("盘亏", -2000, -500, "破损"), ("盘盈", 1000, 2000, "上次少记")]
    with pytest.raises(Refused, match="不能单独作废"):
        commands.void_slips([slip.id], "错了")
    with pytest.raises(Refused, match="已经批准入账的，请撤销批准那一步"):
        counts.void_count(identity, "错了")
    journal.undo(step.id)
    assert now()[store.chalk] == (100_000, 25_000)


def test_what_the_book_does_not_know_needs_a_price(count, store):
    identity, *_ = count
    with journal.operation("加"):
        from app.stock import items
        broom = items.found_or_made("扫帚", "", "把")
    counts.add_found(identity, broom, 5000)
    with pytest.raises(Refused, match="已经在盘点表里"):
        counts.add_found(identity, broom)
    assert counts.count_as_booked(identity).count == 2
    with pytest.raises(Refused, match="没有还未盘"):
        counts.count_as_booked(identity)
    line = next(line for line in counts.lines(identity) if line.item == broom)
    counts.write_counts(identity, {line.id: {"reason": "捐赠未登记"}})
    counts.finish(identity)
    with pytest.raises(Invalid, match="没有账面单价可用，请填单价"):
        counts.approve(identity, "校长", date(2026, 11, 21))
    counts.reopen(identity)
    counts.write_counts(identity, {line.id: {"price": 1250}})
    counts.finish(identity)
    counts.approve(identity, "校长", date(2026, 11, 21))
    assert now()[broom] == (5000, 6250)


def test_less_there_than_is_to_go_is_refused(count, store):
    identity, chalk, _ = count
    commands.issue(date(2026, 11, 21), 1, [Out(store.chalk, 99_000)], store.office)
    counts.write_counts(identity, {chalk: {"counted": 90_000, "reason": "破损"}})
    counts.count_as_booked(identity)
    counts.finish(identity)
    with pytest.raises(Invalid, match="只有 1盒"):
        counts.approve(identity, "校长", date(2026, 11, 21))


def test_a_count_is_refused_where_nothing_lies_and_can_be_given_up(count):
    with pytest.raises(Refused, match="没有库存"):
        counts.open_count(2, date(2026, 11, 20))
    with pytest.raises(Refused, match="没有库存"):
        counts.open_count(1, date(2026, 11, 20), "教材")
    with pytest.raises(Invalid):
        counts.open_count(1, date(2026, 12, 1))
    counts.void_count(count[0], "开错了")
    assert counts.counts()[0].state_words == "已作废"
    with pytest.raises(Invalid, match="0 以上"):
        counts.write_counts(counts.open_count(1, date(2026, 11, 20)).made[0], {3: {"counted": -1}})
