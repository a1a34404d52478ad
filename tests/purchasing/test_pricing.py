"""Cards follow what the papers come to, once all came and a difference is explained, as one step; what was changed since is left and named."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.assets import commands as cards
from app.assets import queries as ledger
from app.assets.tables import Asset
from app.core.errors import Refused
from app.purchasing import accepting, cancelling, commands, intake, paying, pricing, queries
from app.purchasing.commands import People
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import AcceptanceDraft, AcceptedLine, LineDraft, RequestDraft
from app.stock.tables import StockMovement
from app.store import journal
from tests.cli_fixture import tables
from tests.purchasing.conftest import DAY


@pytest.fixture
def desks(shop):
    """Give a purchase of seven desks, 120 yuan each, that came without an invoice; ``worth`` what the cards are worth."""
    line = LineDraft("课桌", "", "张", 7_000, 12_000, goes="建卡", place=shop.room, department=shop.office, class_code="A05010201")
    shop.bought = shop.buy(line, paper=PaperDraft()).made[0]
    shop.worth = lambda: [card.value for card in Asset.select().order_by(Asset.id)]
    shop.invoice = lambda fen, number, why="", **more: paying.enter(shop.bought, PaperDraft(
        number=number, code="36", dated_on=DAY, fen=fen, differs_reason=why, **more))
    return shop


def test_cards_bear_the_invoice_that_came_later_and_what_it_came_to(desks):
    assert {card.invoice for card in Asset.select()} == {""}
    before = tables()
    step = desks.invoice(81_000, "77", "优惠 30 元")
    assert step.title == "登记采购票据 QG-2026-00001 77（7 张卡片的价值随发票）"
    assert desks.worth() == [11_571, 11_571, 11_571, 11_571, 11_571, 11_571, 11_574]
    assert {(card.invoice, card.unit_price == card.value) for card in Asset.select()} == {("77", True)}
    journal.undo(step.id)
    assert {name for name, rows in tables().items() if rows != before[name]} == set()
    assert desks.worth() == [12_000] * 7


def test_a_difference_that_nobody_explained_changes_no_value(desks):
    desks.invoice(81_000, "77")
    assert (desks.worth(), {card.invoice for card in Asset.select()}) == ([12_000] * 7, {"77"})
    desks.invoice(2_000, "78", "优惠 10 元")
    assert sum(desks.worth()) == 83_000
    assert {card.invoice for card in Asset.select()} == {"77 等 2 张"}
    assert paying.void([each.id for each in paying.shares(desks.bought) if each.number == "78"], "错票").title.endswith("78（7 张卡片的价值随发票）")
    assert (sum(desks.worth()), {card.invoice for card in Asset.select()}) == (81_000, {"77"})
    cancelling.void(desks.bought, "退货")        # the cards stand as the papers made them: nobody changed them
    assert not Asset.select().exists()


def test_a_card_that_was_changed_since_is_left_and_named(desks):
    first = Asset.select().order_by(Asset.id).first()
    cards.edit_asset(first.id, replace(ledger.card(first.id).draft, value=9_900))
    step = desks.invoice(81_000, "77", "优惠 30 元")
    assert step.title == (f"登记采购票据 QG-2026-00001 77（6 张卡片的价值随发票；卡片 {first.number} 课桌建好以后改过，没有跟着改，请自己核对）")
    assert desks.worth() == [9_900, *[11_571] * 5, 11_574]
    with pytest.raises(Refused, match="改过数量或价值"):
        cancelling.void(desks.bought, "退货")


def test_a_card_that_was_valued_by_hand_as_the_invoice_says_needs_nothing(desks):
    for card in ledger.cards([each.id for each in Asset.select()]):
        cards.edit_asset(card.id, replace(card.draft, value=12_100, invoice="没有票"))
    assert desks.invoice(84_700, "77", "运费").title.endswith("77")
    assert {card.invoice for card in Asset.select()} == {"没有票"}


def test_what_comes_or_goes_in_after_the_invoice_is_priced_by_it(shop):
    line = LineDraft("课桌", "", "张", 5_000, 10_000, goes="建卡", place=shop.room, department=shop.office, class_code="A05010201")
    asked = commands.request(RequestDraft(DAY, lines=(line, replace(shop.broom, goes="入库"))),
                             People(buyers=[shop.signer("王敏")])).made[0]
    commands.approve(asked, replace(commands.approval_of(asked), approved_on=DAY))
    lines = [each.id for each in queries.lines(asked)]
    accepting.accept(asked, AcceptanceDraft(DAY, lines=(AcceptedLine(lines[0], 2_000), AcceptedLine(lines[1], 10_000))), [shop.signer("李强")])
    intake.take_in(asked, intake.proposed(asked))
    paying.enter(asked, PaperDraft(number="5", code="36", dated_on=DAY, fen=52_740, differs_reason="九折"))
    assert sum(card.value for card in Asset.select()) == 20_000       # three desks did not come yet
    accepting.accept(asked, AcceptanceDraft(DAY, lines=(AcceptedLine(lines[0], 3_000),)), [shop.signer("李强")])
    assert sum(card.value for card in Asset.select()) == 18_000
    intake.take_in(asked, intake.proposed(asked))
    assert [card.value for card in Asset.select().order_by(Asset.id)] == [9_000] * 5
    assert sum(each.fen for each in StockMovement.select().where(StockMovement.stands == 1)) == 7_740
    assert pricing.prices(asked).invoice == "5"


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 90_000), st.sampled_from(["建卡", "入库", "直接领用"])), min_size=1, max_size=4),
       st.integers(1, 400_000))
@hypothesis(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cards_and_goods_come_to_the_invoice(shop, lines, fen):
    begun = journal.undoable()
    drafts = tuple(LineDraft(f"物{at}", "", "个", pieces * 1_000, price, goes=goes, place=shop.room, department=shop.office)
                   for at, (pieces, price, goes) in enumerate(lines))
    people = {"buyers": (shop.signer("王敏"), shop.signer("张兰")), "acceptors": (shop.signer("李强"), shop.signer("赵云"))}
    bought = shop.buy(*drafts, paper=PaperDraft(), reply_no="1", **people).made[0]
    paying.enter(bought, PaperDraft(number="1", code="36", dated_on=DAY, fen=fen, differs_reason="议定"))
    now = pricing.prices(bought)
    assert sum(now.cards.values()) + sum(now.receipts.values()) == fen
    assert sum(card.value for card in Asset.select()) == sum(now.cards.values())
    received = StockMovement.select().where(StockMovement.stands == 1, StockMovement.kind.in_(["入库", "价差"]))
    assert sum(each.fen + each.difference for each in received) == sum(now.receipts.values())
    while journal.undoable() != begun:
        journal.undo()
