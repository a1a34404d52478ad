"""What comes next in a stocktake, and what of it wants doing on the first page."""

from datetime import date

from app.school import commands as school_commands
from app.school import queries as school
from app.school.rules import TermDraft
from app.stocktake import commands, queries
from app.stocktake.dues import dues, next_step
from app.stocktake.rules import Count, FindDraft

TODAY = date(2026, 11, 21)


def told(day=TODAY):
    return [(due.kind, due.words, due.act) for due in dues(day)]


def count_all(small, missing=()):
    counts = [Count(line.id, 0 if line.asset_id in missing else line.quantity) for line in queries.lines(small.id)]
    commands.count_lines(small.id, counts)


def test_an_open_stocktake_says_what_is_left_and_leads_there(begun):
    row = queries.stocktake(begun.id)
    following = next_step(row, queries.result(begun.id))
    assert (following.act, following.words) == ("left", "去盘下一处")
    assert "还有 2 处" in following.text
    [(kind, words, act)] = told()
    assert (kind, act) == ("stocktake/next", "stocktake:left")
    assert words == f"{row.title}：已盘 {row.lines - row.left} / {row.lines} 种。{following.text}"


def test_what_is_undecided_is_due_while_others_still_count(begun):
    commands.record_find(begun.id, FindDraft("", "电风扇", quantity=1, place_id=begun.first))
    assert ("stocktake/undecided", "stocktake:finds") in [(kind, act) for kind, _, act in told()]
    commands.count_lines(begun.id, [Count(begun.line(begun.piano).id, 0)])
    found = {kind: (words, act) for kind, words, act in told()}
    assert found["stocktake/undecided"][1] == "stocktake:reasons"
    assert "1 种盘亏、盘盈没有写原因，1 条盘盈登记没有定是否入账" in found["stocktake/undecided"][0]


def test_all_counted_the_next_is_to_finish_then_to_approve(begun):
    count_all(begun)
    [(_, words, act)] = told()
    assert "全部盘完。核对无误后点“清点完毕”" in words
    assert act == "stocktake"
    commands.finish_counting(begun.id)
    [(_, words, act)] = told()
    assert "请打印审批表报批" in words


def test_a_loss_without_a_reason_stands_in_the_way(begun):
    count_all(begun, missing=(begun.piano,))
    [(kind, words, act)] = told()
    assert (kind, act) == ("stocktake/next", "stocktake:reasons")
    assert "1 种盘亏、盘盈没有写原因，写清后才能报批" in words


def test_a_void_or_approved_one_wants_nothing(begun):
    commands.void_stocktake(begun.id, "基准日错了")
    row = queries.stocktake(begun.id)
    assert next_step(row, ()).act == ""
    assert "已作废" in next_step(row, ()).text
    assert told() == []


def test_the_term_end_asks_for_its_stocktake_for_thirty_days(small):
    term = school.current_term()
    school_commands.edit_term(term.id, TermDraft(2026, 1, date(2026, 9, 1), date(2026, 12, 21)))
    assert [kind for kind, *_ in told(date(2026, 11, 20))] == []
    assert [(kind, act) for kind, _, act in told(date(2026, 11, 21))] == [("stocktake/term-end", "stocktake:open")]
    assert [kind for kind, *_ in told(date(2026, 12, 21))] == ["stocktake/term-end"]
    assert [kind for kind, *_ in told(date(2026, 12, 22))] == []
    small.begin()
    assert "stocktake/term-end" not in [kind for kind, *_ in told(date(2026, 12, 1))]
