"""The demo school's purchases: as many of each sort as it should have, sound, and tied to its store, cards and fees."""

from collections import Counter

from app.core.listing import Wish
from app.fees.money import queries as money
from app.purchasing import checking, checks, lists, paying, queries
from app.store import check
from app.store.database import database, scalar


def test_its_purchases(demo_ledger):
    rows = [dict(zip([column.key for column in lists.COLUMNS], row[1:], strict=True)) for row in lists.PURCHASE_LIST.rows(Wish())]
    assert len(rows) == 155
    assert Counter(row["stage"] for row in rows) == {"已办完": 151, "待报销": 2, "部分到货": 1, "未批准": 1}
    assert Counter(row["late"] for row in rows) == {"": 153, "补办": 2}
    assert Counter(row["day"][:4] for row in rows) == {"2025": 84, "2026": 71}
    assert sum(row["way"] == "政府采购" for row in rows) == 1
    assert scalar("SELECT count(DISTINCT purchase_id) FROM purchase_quote") == 10
    assert list(checks.purchases_sound()) == []
    assert check.run(demo_ledger.folder).problems == []


def test_none_is_forbidden_and_the_exercise_books_are_a_voucher_of_the_closed_term(demo_ledger):
    for row in queries.standing():
        assert [each.text for each in checking.findings(row.id) if each.level == "error"] == [], row.number
    share = next(each for each in paying.shares() if each.voucher)
    assert (share.source, share.money_words, share.supplier) == ("代收费", "作业本费", "青河县新华印刷厂")
    plan = scalar("SELECT i.plan_id FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id WHERE v.id = ?", (share.voucher,))
    assert scalar("SELECT state FROM fee_plan WHERE id = ?", (plan,)) == "closed"
    assert money.problems(money.Facts(plan)) == []
    assert sum(line.accepted_fen for line in queries.lines(share.purchase)) == share.fen


def test_what_the_store_took_in_stands_behind_the_small_ones(demo_ledger):
    assert scalar("SELECT count(DISTINCT movement) FROM purchase_intake WHERE movement IS NOT NULL") > 140
    assert scalar("SELECT count(*) FROM purchase_intake WHERE asset IS NOT NULL") == 10
    assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []
