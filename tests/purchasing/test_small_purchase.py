"""A purchase on one screen: one operation makes request, acceptance, slips or cards and invoice, one undo takes all of it back."""

from dataclasses import replace
from datetime import date

import pytest

from app.assets.tables import Asset
from app.core.errors import Invalid
from app.purchasing import checking, paying, progress, queries, small
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import LineDraft
from app.purchasing.tables import Purchase, PurchaseAcceptance, PurchaseIntake, PurchaseInvoiceShare
from app.school.signing_rules import Signer
from app.school.tables import Invoice, Signature
from app.stock.tables import StockMovement, StockSlip
from app.store import journal
from app.store.database import database
from tests.cli_fixture import tables

DAY = date(2026, 11, 20)
PROJECTOR = LineDraft("投影仪", "EB-X06", "台", 2_000, 345_050, class_code="A02020200")


def fields(problems):
    return {(problem.field, problem.row) for problem in problems}


def test_one_step_makes_the_whole_chain_and_one_undo_takes_it_back(shop):
    before = tables()
    step = shop.buy()
    purchase = queries.purchase(step.made[0])
    assert (purchase.number, purchase.state, purchase.approved_on) == ("QG-2026-00001", "approved", DAY)
    assert [(each.number, each.fen) for each in queries.acceptances(purchase.id)] == [("YS-2026-00001", 8_600)]
    assert [(slip.kind, slip.dated_on, slip.supplier) for slip in StockSlip.select()] == [("入库", DAY, "青河五金店"), ("领用", DAY, "")]
    assert [(each.quantity, each.fen) for each in StockMovement.select()] == [(10_000, 8_600), (-10_000, -8_600)]
    intake, = queries.intakes(purchase.id)
    assert (intake.movement, intake.issue, intake.asset, intake.quantity, intake.fen) == (1, 2, None, 10_000, 8_600)
    share, = paying.shares(purchase.id)
    assert (share.number, share.fen, share.supplier) == ("04410001", 8_600, "青河五金店")
    assert journal.undo(step.id) == "登记一次采购 QG-2026-00001 扫帚"
    after = tables()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_what_is_dear_becomes_cards_whose_values_come_to_what_was_accepted(shop):
    desks = LineDraft("课桌", "", "张", 3_000, None, 100_000, class_code="A05010201", place=shop.room, person=shop.people["赵云"])
    shop.buy(PROJECTOR, replace(desks, goes="建卡"), buyers=(shop.signer("王敏"), shop.signer("张兰")), reply_no="教字1号",
             acceptors=(shop.signer("李强"), shop.signer("赵云")))
    cards = list(Asset.select().order_by(Asset.id))
    assert [(card.name, card.quantity, card.value, card.category) for card in cards] == [
        ("投影仪", 1, 345_050, "固定资产"), ("投影仪", 1, 345_050, "固定资产"),
        ("课桌", 1, 33_333, "低值易耗品"), ("课桌", 1, 33_333, "低值易耗品"), ("课桌", 1, 33_334, "低值易耗品")]
    assert {card.invoice for card in cards} == {"04410001"}
    assert cards[2].place_id == shop.room
    assert cards[0].supplier == "青河五金店"
    assert cards[0].acquired_on == DAY
    assert cards[0].class_name == "投影仪"
    assert not StockSlip.select().exists()


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(shop):
    before = tables()
    with pytest.raises(Invalid) as caught:
        shop.buy(replace(shop.broom, quantity=0, price=None), replace(shop.broom, name=" ", goes="扔掉"))
    assert fields(caught.value.problems) == {("quantity", -1), ("name", -2), ("goes", -2)}
    with pytest.raises(Invalid) as caught:
        shop.buy(supplier="", buyers=(), bought_on=date(2026, 11, 22))
    assert {problem.field for problem in caught.value.problems} == {"supplier", "buyers", "bought_on"}
    assert tables() == before


def test_what_stands_in_the_way_leads_to_where_it_is_mended(shop):
    """Going to the claim would only be refused: the number of the reply is typed at the approval."""
    two = {"buyers": (shop.signer("王敏"), shop.signer("张兰")), "acceptors": (shop.signer("李强"), shop.signer("赵云"))}
    bought = shop.buy(replace(shop.broom, quantity=200_000), **two).made[0]
    found = progress.strip(bought).next
    assert (found.act, found.words) == ("approve", "去填批复号、会议纪要号")
    assert found.text == "这一档要先请示上级。请打印采购请示，批下来以后填批复号。"


def test_who_bought_does_not_accept(shop):
    with pytest.raises(Invalid, match="王敏既是采购人又是验收人"):
        shop.buy(acceptors=(shop.signer("王敏"),))
    with pytest.raises(Invalid, match="既是采购人又是验收人"):     # one typed, not picked: the folded name tells
        shop.buy(acceptors=(Signer(None, " 王 敏"),))
    assert not Purchase.select().exists()


def test_a_tier_asks_for_two_and_two(shop):
    with pytest.raises(Invalid) as caught:
        shop.buy(replace(shop.broom, quantity=200_000))
    assert {problem.field for problem in caught.value.problems} == {"few_buyers", "few_acceptors"}


@pytest.mark.parametrize(("approved", "rule", "count"), [
    (DAY, None, 0), (date(2026, 11, 21), "approved_late", 1), (None, "not_approved", 1)])
def test_bought_before_it_was_approved_is_told_and_counted(shop, approved, rule, count):
    purchase = shop.buy(approved_on=approved).made[0]
    assert [each.rule for each in checking.findings(purchase)] == ([rule] if rule else [])
    assert queries.count_late(2026) == (count, 1)


def test_an_invoice_is_not_entered_twice(shop):
    shop.buy()
    with pytest.raises(Invalid, match="不能重复报销"):
        shop.buy()
    assert Purchase.select().count() == 1
    assert Invoice.select().count() == 1


def test_one_invoice_may_cover_two_purchases(shop):
    paper = PaperDraft(number="04410002", code="3600224130", total=20_000, fen=8_600)
    shop.buy(paper=paper)
    second = shop.buy(replace(shop.broom, price=1_140),
                      paper=replace(paper, fen=None)).made[0]
    assert [share.fen for share in paying.shares(second)] == [11_400]
    assert Invoice.get().fen == 20_000


def test_without_a_paper_none_is_entered(shop):
    purchase = shop.buy(paper=PaperDraft()).made[0]
    assert paying.shares(purchase) == []
    assert progress.strip(purchase).next.act == "paper"


def test_a_receipt_without_number_is_a_paper_of_its_own(shop):
    purchase = shop.buy(paper=PaperDraft("收据", fen=8_600)).made[0]
    share, = paying.shares(purchase)
    assert (share.kind, share.invoice, share.dated_on) == ("收据", None, DAY)


def test_the_screen_hears_what_the_checks_say_and_nothing_is_kept(shop):
    found = small.rehearsed(shop.draft(replace(PROJECTOR, goes="直接领用", quantity=1_000, price=100_000, department=shop.office)))
    assert [each.rule for each in found] == ["off_ledger"]
    assert not Purchase.select().exists()
    assert not journal.steps(1)[0].title.startswith("试填")


def test_the_next_purchase_offers_those_of_the_last(shop):
    shop.buy()
    draft = small.begin()
    assert [each.shown for each in draft.buyers + draft.acceptors] == ["王敏", "李强"]
    assert draft.approved_on == draft.bought_on == date(2026, 11, 21)


def test_last_prices_are_found_by_name_and_spec(shop):
    shop.buy()
    found = queries.last_bought([("扫帚", "塑料"), ("扫帚", ""), ("粉笔", "")])
    assert {key: (each.price, each.supplier, each.day) for key, each in found.items()} == {("扫帚", "塑料"): (860, "青河五金店", DAY)}
    assert [line.name for line in queries.names_again("sz")] == ["扫帚"]


def test_services_go_nowhere(shop):
    purchase = shop.buy(LineDraft("修水管", quantity=1_000, fen=30_000, service="维修维护"), kind="服务").made[0]
    assert queries.intakes(purchase) == []
    assert not StockSlip.select().exists()
    assert "intake" not in [each.key for each in progress.strip(purchase).steps if each.state == "now"]


def test_tables_that_undo_empties_are_those_of_the_chain(shop):
    step = shop.buy(PROJECTOR, shop.broom, buyers=(shop.signer("王敏"), shop.signer("张兰")), reply_no="教字1号",
                    acceptors=(shop.signer("李强"), shop.signer("赵云")))
    journal.undo(step.id)
    for table in (Purchase, PurchaseAcceptance, PurchaseIntake, PurchaseInvoiceShare, Signature, Asset, StockSlip):
        assert table.select().count() == 0
    journal.redo(step.id)
    assert Asset.select().count() == 2
    assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []
