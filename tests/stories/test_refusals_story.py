"""What 采购与库存 refuses, in the window: each time a sentence with the remedy, and nothing is kept."""

from datetime import date

import pytest

from app.core.pinyin import name_keys
from app.fees.money.facts import Facts
from app.purchasing import budget, paying, queries
from app.purchasing.settings import SEVERITY
from app.school import queries as schools
from app.school.tables import Person
from app.stock import queries as stock
from app.store import journal, settings
from app.store.database import scalar
from tests.lines_forms import enter, in_lines_form, pick
from tests.money_fixture import BOOKS, UNIFORM
from ui.fees.money.voucher_form import VoucherForm

NUMBER, OTHER = "24312000000012345678", "24312000000012345679"


@pytest.fixture
def office(fee_school, started_ledger, opened):
    with journal.operation("人员"):
        for name, identity in fee_school.people.items():
            Person.update(keys=name_keys(name)).where(Person.id == identity).execute()
    made = opened(started_ledger)
    made.window.resize(1366, 768)
    made.school, made.supply = fee_school, made.window.show_page("supply")
    return made


@pytest.fixture
def bought(office, monkeypatch, qtbot):
    """Give a function that fills 登记一次采购 and saves once; gives the purchase, or 0 with what the form said."""

    def buy(number="", buyer="经手甲", acceptor="验收乙", times=1, head=None, **line):
        said = []

        def act(form):
            form.set_value("supplier", "新华印刷厂")
            form.set_value("invoice", number)
            for key, value in (head or {}).items():
                form.set_value(key, value)
            pick(form, "buyers1", buyer)
            pick(form, "acceptors1", acceptor)
            enter(form, 1, **{"name": "粉笔", "unit": "盒", "quantity": "10", "price": "3", "goes": "入库", "to": "总保管室", **line})
            for _ in range(times):
                form.save()
            said.append("\n".join([form.banner.text(), *(each.text() for each in form.problems.values())]))

        forms = in_lines_form(monkeypatch, qtbot, act)
        office.supply.show_key("purchases").page_of("list").register()
        return (forms[0].saved.made[0] if forms[0].saved else 0), said[0]

    return buy


def kept():
    """What is there of purchases, their papers and the store, and the latest step."""
    return (len(queries.standing()), len(paying.shares()), stock.balances(), scalar("SELECT count(*) FROM fee_voucher"),
            scalar("SELECT count(*) FROM purchase_acceptance"), journal.undoable())


def test_the_buyer_does_not_accept_and_nothing_is_kept(bought):
    before = kept()
    purchase, said = bought(NUMBER, acceptor="经手甲")
    assert purchase == 0
    assert "经手甲既是采购人又是验收人。请换一位没有参加采购的人验收。" in said
    assert kept() == before


def test_an_invoice_is_claimed_once_here_and_in_the_fees(office, bought, monkeypatch, driven, told):
    assert bought(NUMBER)[0]
    before = kept()
    purchase, said = bought(NUMBER)
    assert purchase == 0
    assert "已经登记过" in said
    assert "同一张票据不能重复报销" in said
    assert kept() == before

    heard = []

    def voucher(number, saves):
        def act(form):
            form.set_value("plan_item", office.school.items[UNIFORM])
            for key, name in (("handler", "经手甲"), ("acceptor", "验收乙"), ("auditor", "审核丙")):
                form.set_value(key, schools.find_people(name)[0].id)
            form.set_value("number", number)
            form.set_value("dated_on", date(2026, 11, 3))
            form.set_value("fen", 3000)
            form.set_value("supplier", "新华印刷厂")
            assert bool(form.save()) is saves
            heard.append("\n".join([form.banner.text(), *(each.text() for each in form.problems.values())]))

        monkeypatch.setattr(VoucherForm, "exec", driven(act))
        office.window.show_page("fees").show_key("spending").list.actions_by_key["new"].trigger()

    office.finish_start()
    voucher(NUMBER, False)          # the purchase holds the whole invoice
    assert "QG-2026-00001" in heard[-1]
    assert kept() == before

    voucher(OTHER, True)            # typed in 收费公示 first
    before = kept()
    purchase, said = bought(OTHER, times=2, money=BOOKS)
    assert purchase == 0
    assert "已经登记过" in said
    assert kept() == before
    assert Facts(office.school.plan).vouchers.get(office.school.items[BOOKS], 0) == 0


def test_no_more_is_issued_than_there_is(office, bought, monkeypatch, qtbot):
    assert bought(NUMBER)[0]
    before, said = kept(), []

    def act(form):
        pick(form, "to", "三年级1班")
        enter(form, 1, item="粉笔", quantity="11")
        assert form.save() is False
        said.append(form.banner.text())

    in_lines_form(monkeypatch, qtbot, act)
    office.supply.show_key("slips").issue()
    assert "只有 10盒" in said[0]
    assert kept() == before


def test_over_budget_is_told_with_what_to_do(office, bought, in_dialog):
    budget.write_lines({}, [{"year": 2026, "name": "办公费", "fen": 2000}])
    purchase, said = bought(NUMBER, times=2, money="办公费")
    assert purchase
    page = office.supply.show_key("purchases")
    page.open_purchase(purchase)
    assert "提醒：预算项目“办公费”超出 10.00 元。请调整预算，或换一个资金来源。" in page.built["one"].found.text()
    settings.change({SEVERITY["over_budget"]: "禁止"})
    page.built["one"].refresh()
    assert "禁止：预算项目“办公费”超出 10.00 元" in page.built["one"].found.text()
    before, said = kept(), []

    def claim(form):
        form.set_value("auditor", schools.find_people("审核丙")[0].id)
        form.save()
        said.append("\n".join([form.banner.text(), *(each.text() for each in form.problems.values())]))

    in_dialog(claim)
    page.built["one"].claim()
    assert "超出 10.00 元。请调整预算，或换一个资金来源。" in said[0]
    assert kept() == before


def test_without_approval_nothing_is_accepted_where_the_school_forbids_it(office, monkeypatch, qtbot, told):
    settings.change({SEVERITY["not_approved"]: "禁止"})

    def wish(form):
        pick(form, "buyers1", "经手甲")
        enter(form, 1, name="粉笔", unit="盒", quantity="10", price="3")
        assert form.save()

    in_lines_form(monkeypatch, qtbot, wish)
    page = office.supply.show_key("purchases")
    page.page_of("list").request()
    one, before, said = page.built["one"], kept(), []

    def deliver(form):
        pick(form, "acceptors1", "验收乙")
        enter(form, 1, accepted="10")
        form.save()
        said.append(form.banner.text())

    in_lines_form(monkeypatch, qtbot, deliver)
    one.accept()
    assert "批准" in said[0]
    assert kept() == before
    for act, words in ((one.take_in, "验收"), (one.claim, "请先登记发票")):
        act()
        assert words in told[-1][0], told[-1]
    assert kept() == before
