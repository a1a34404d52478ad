"""Exercise books: bought with 代收费 on one screen, stocked, given out to the classes, counted, settled in the fees; equal to the 分.

The purchase, what lies in the store, what the classes took and what the pupils bear are one amount all the way.
"""

from datetime import date

import pytest

from app.core.errors import Refused
from app.core.pinyin import name_keys
from app.fees.money import settlement
from app.fees.money.facts import Facts
from app.purchasing import checking, paying
from app.school.tables import Person
from app.stock import counts, plans, queries
from app.store import check, journal
from tests.lines_forms import enter, in_lines_form, pick
from tests.money_fixture import BOOKS

FEN = 27_000        # 300 books at 0.90 元


@pytest.fixture
def office(fee_school, started_ledger, opened):
    with journal.operation("人员"):
        for name, identity in fee_school.people.items():
            Person.update(keys=name_keys(name)).where(Person.id == identity).execute()
    made = opened(started_ledger)
    made.window.resize(1366, 768)
    made.school, made.supply = fee_school, made.window.show_page("supply")
    return made


def test_from_the_invoice_to_the_pupils_account_it_is_one_amount(office, told, in_dialog, monkeypatch, qtbot):
    school = office.school
    purchases = office.supply.show_key("purchases")

    def buy(form):
        form.set_value("supplier", "新华印刷厂")
        form.set_value("invoice", "24312000000012345678")
        pick(form, "buyers1", "经手甲")
        pick(form, "acceptors1", "验收乙")
        enter(form, 1, name="作业本", spec="语文", unit="本", quantity="300", price="0.9", goes="入库", to="总保管室", money=BOOKS)
        assert form.save() or form.save(), (form.banner.text(), [each.text() for each in form.problems.values()])

    forms = in_lines_form(monkeypatch, qtbot, buy)
    purchases.page_of("list").register()
    purchase = forms[0].saved.made[0]
    book = queries.find_items("作业本")[0]
    assert (book.quantity, book.fen) == (300_000, FEN)
    assert checking.invoiced(purchase) == FEN

    stock = office.supply.show_key("items")
    stock.choose(book.id)

    def matrix(form):
        for number, count in ((1, "120"), (2, "90"), (3, "90")):
            enter(form, number, **{f"goods{book.id}": count})
        assert form.save(), form.banner.text()

    in_lines_form(monkeypatch, qtbot, matrix)
    in_dialog(lambda dialog: (dialog.set_value("title", "秋季作业本"), dialog.save()))
    stock.plan()
    page = office.supply.show_key("plans")
    page.choose(plans.plans()[0].id)
    in_dialog(lambda dialog: dialog.save())
    page.issue()
    assert told[-1][0] == "已发放 秋季作业本，3 张领用单。"
    whole = date(2026, 9, 1), date(2026, 11, 21)
    assert sum(row.fen for row in queries.taken(*whole, "class")) == FEN
    assert queries.balances() == []

    def surplus(form):
        form.table.edits.enter({-1: {"quantity": form.table._reader()("quantity", "20")}})
        assert form.save(), form.banner.text()

    in_lines_form(monkeypatch, qtbot, surplus)
    page.choose(plans.plans()[0].id)
    page.surplus()
    assert [(row.quantity, row.fen) for row in queries.balances()] == [(20_000, 1800)]
    counting = office.supply.show_key("counts")
    in_dialog(lambda dialog: dialog.save())
    counting.open()
    count = counts.counts()[0].id
    counting.write({counts.lines(count)[0].id: {"counted": 18_000, "reason": "破损"}}, [])
    counting.refresh()
    counting.finish()
    assert counts.counts()[0].differing == 1
    in_dialog(lambda dialog: (dialog.set_value("approver", "校长"), dialog.save()))
    counting.approve()
    assert told[-1][0] == "已批准库存盘点 KP-2026-00001，调账 1 行。"
    assert [(row.quantity, row.fen) for row in queries.balances()] == [(18_000, 1620)]
    lost = 180
    assert sum(row.fen for row in queries.taken(*whole, "class")) + lost + sum(row.fen for row in queries.balances()) == FEN

    assert [(share.source, share.fen) for share in paying.shares(purchase)] == [("代收费", FEN)]
    facts = Facts(school.plan)
    assert facts.vouchers[school.items[BOOKS]] == FEN
    settlement.settle(school.plan)
    accounts, remainders = Facts(school.plan).settled
    borne = sum(account.spent for account in accounts if account.plan_item == school.items[BOOKS])
    assert borne + remainders.get(school.items[BOOKS], 0) == FEN
    assert [said for _, sound in check.checks() for said in sound()] == []
    with pytest.raises(Refused, match="后来的记录用到它"):
        journal.undo(forms[0].saved.id)
