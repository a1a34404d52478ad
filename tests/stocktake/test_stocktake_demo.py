"""The demo school's stocktakes: one approved, one under way with something of every sort."""

from app.stocktake import approval, queries, rules
from app.stocktake.comparison import compare
from app.store import journal


def test_one_is_finished_and_one_under_way(demo_ledger):
    second, first = queries.stocktakes()
    assert (first.kind, first.state, first.left, first.approval_no) == ("期初", rules.APPROVED, 0, "青小总务〔2026〕9号")
    assert (second.kind, second.state) == ("期末", rules.OPEN)
    assert 0 < second.left < second.lines
    total = queries.result(second.id, "all")[0]
    assert all(total.pieces[word] for word in rules.RESULTS if word != rules.SURPLUS)
    assert {find.decision for find in queries.finds(second.id)} == {"待定", "入账"}
    assert {each.what for each in approval.preview(second.id)} >= {"改地点", "盘亏", "盘盈"}
    assert queries.missing_rooms(second.id)
    assert len(compare(first, second).rooms) > 80


def test_it_is_one_step(demo_ledger):
    step = next(each.id for each in journal.steps() if each.title == "建立示范盘点 2 次")
    journal.undo(step)
    assert queries.stocktakes() == []
