"""What the store tells: balances of any day, accounts, months, who got what, what runs low; its lists."""

from datetime import date

from app.core.listing import Wish
from app.stock import commands, lists, months, queries
from app.stock.rules import In, Out
from app.store import journal
from app.store.database import database


def september(store):
    store.fill()
    commands.issue(date(2026, 9, 5), 1, [Out(store.chalk, 10_000, swapped=True), Out(store.paper, 2500)], store.office)
    commands.issue(date(2026, 10, 8), 1, [Out(store.chalk, 20_000)], store.class_one)
    commands.transfer(date(2026, 10, 9), 1, 2, [Out(store.chalk, 5000)])


def test_balances_of_a_past_day(store):
    september(store)
    assert {(row.item, row.storeroom): (row.quantity, row.fen) for row in queries.balances(date(2026, 9, 30))} == {
        (store.chalk, 1): (90_000, 22_500), (store.paper, 1): (37_500, 75_000)}
    assert {(row.item, row.storeroom): row.quantity for row in queries.balances()} == {
        (store.chalk, 1): 65_000, (store.chalk, 2): 5000, (store.paper, 1): 37_500}
    assert queries.balances(date(2026, 9, 1)) == []
    assert [row.quantity for row in queries.balances(None, 2)] == [5000]


def test_the_month_agrees_with_the_account(store):
    september(store)
    rows = {row.item: row for row in queries.span(*months.bounds("2026-10"))}
    chalk = rows[store.chalk]
    assert (chalk.opening, chalk.incoming, chalk.outgoing, chalk.closing) == (90_000, 0, 20_000, 70_000)
    assert (chalk.opening_fen, chalk.outgoing_fen, chalk.closing_fen) == (22_500, 5000, 17_500)
    main = {row.item: row for row in queries.span(*months.bounds("2026-10"), 1)}[store.chalk]
    assert (main.outgoing, main.closing) == (25_000, 65_000)
    account = queries.account(store.chalk, *months.bounds("2026-10"))
    assert [(row.kind, row.quantity, row.left) for row in account] == [
        ("上期结存", 0, 90_000), ("领用", -20_000, 70_000), ("调出", -5000, 65_000), ("调入", 5000, 70_000)]
    for row in queries.span(date(2026, 9, 1), date(2026, 11, 21)):
        assert row.opening + row.incoming - row.outgoing == row.closing
        assert row.opening_fen + row.incoming_fen - row.outgoing_fen == row.closing_fen


def test_who_got_what(store):
    september(store)
    whole = date(2026, 9, 1), date(2026, 11, 21)
    assert [(row.receiver, row.name, row.quantity, row.fen) for row in queries.taken(*whole, "department")] == [
        ("教导处", "粉笔", 10_000, 2500), ("教导处", "A4纸", 2500, 5000)]
    assert [row.receiver for row in queries.taken(*whole)] == ["三年级1班", "教导处、王芳、教学楼 304室", "教导处、王芳、教学楼 304室"]
    assert [(row.name, row.swapped) for row in queries.issue_card(*whole, person=1)] == [("粉笔", True), ("A4纸", False)]
    assert len(queries.issue_card(*whole, place=1)) == 2
    assert queries.taken(*whole, "class", 2) == []


def test_goods_are_found_by_pinyin_with_last_price(store):
    september(store)
    found = queries.find_items("fb")
    assert [(row.title, row.quantity, row.fen, row.last_price) for row in found] == [("粉笔 白色", 70_000, 17_500, 250)]
    assert queries.find_items("a4 70")[0].pack_size == 8000
    with journal.operation("停用"):
        database.execute_sql("UPDATE stock_item SET active = 0, minimum = 100000 WHERE id = 1")
    assert queries.find_items("粉笔") == []


def test_what_runs_low(store):
    september(store)
    with journal.operation("最低"):
        database.execute_sql("UPDATE stock_item SET minimum = 80000 WHERE id = ?", (store.chalk,))
        database.execute_sql("UPDATE stock_item SET minimum = 37500 WHERE id = ?", (store.paper,))
    assert [(row.name, row.quantity, row.wanted) for row in queries.low()] == [("粉笔", 70_000, 10_000)]
    assert queries.unsigned(date(2026, 10, 8)) == 1
    assert queries.unsigned(date(2026, 10, 9)) == 2


def test_lists(store):
    september(store)
    assert lists.ITEM_LIST.totals(Wish()).sums == {"fen": 92_500}      # which reads the ledger anew
    rows = lists.ITEM_LIST.rows(Wish("fenbi"))
    assert rows[0][1:9] == ("粉笔", "白色", "盒", 70_000, 250, 17_500, None, lists.ENOUGH)
    slips = lists.SLIP_LIST.rows(Wish())
    assert [(row[2], row[4], row[5], row[6]) for row in slips] == [
        ("DK-2026-00001", "粉笔", "", 1250), ("CK-2026-00002", "粉笔", "三年级1班", 5000),
        ("CK-2026-00001", "粉笔、A4纸", "教导处、王芳、教学楼 304室", 7500), ("RK-2026-00001", "粉笔、A4纸", "为民文具店", 105_000)]
    commands.void_slips([3], "领错")
    assert lists.SLIP_LIST.totals(Wish(filters={"kind": "领用"})).sums == {"fen": 7500}
    assert len(lists.SLIP_LIST.rows(Wish("A4"))) == 2
    assert lists.SLIP_LIST.ids(Wish(filters={"signed": "未签回"})) == [2]
    moved = lists.MOVEMENT_LIST.rows(Wish(filters={"item": store.chalk}))
    assert [(row[3], row[7], row[8]) for row in moved] == [
        ("调入", 5000, None), ("调出", None, 5000), ("领用", None, 10_000), ("入库", 100_000, None)]
    assert lists.span_rows(*months.bounds("2026-09"))[0][6:10] == (0, 100_000, 25_000, 10_000)


def test_slips_by_number_and_what_may_come_back(store):
    september(store)
    slip = queries.slip_numbered("ck-2026-00001")
    assert (slip.receiver, slip.storeroom, len(queries.lines([slip.id])[slip.id])) == ("教导处、王芳、教学楼 304室", "总保管室", 2)
    assert [(line.quantity, row.number) for line, row in queries.last_issues(store.chalk)] == [
        (-20_000, "CK-2026-00002"), (-10_000, "CK-2026-00001")]
    assert [row.number for row in queries.slips_between(date(2026, 9, 1), date(2026, 9, 30), ("领用",))] == ["CK-2026-00001"]
    commands.receive(date(2026, 11, 1), 2, [In(store.chalk, 1000, 0)])
    assert queries.storeroom_of("分保管室") == 2
