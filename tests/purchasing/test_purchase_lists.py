"""The lists answer every wish: each column sorts, each filter narrows, sums leave out what is voided."""

from dataclasses import replace

import pytest

from app.core.listing import Wish, summed
from app.purchasing import budgets, cancelling, claims, ledgers, lists, paying
from app.purchasing.contracts import CONTRACT_LIST
from app.purchasing.paying import PaperDraft

ALL = {"purchases": lists.PURCHASE_LIST, "lines": ledgers.LINE_LIST, "claims": ledgers.CLAIM_LIST, "contracts": CONTRACT_LIST}


@pytest.fixture
def bought(shop):
    """Give three purchases: one claimed, one without a paper, one voided."""
    shop.first = shop.buy().made[0]
    share = paying.shares(shop.first)[0].id
    claims.claim([share], replace(claims.proposed([share]), auditor=shop.signer("钱多")))
    shop.second = shop.buy(replace(shop.broom, name="拖把"), paper=PaperDraft(), approved_on=None).made[0]
    shop.third = shop.buy(replace(shop.broom, name="水桶"), paper=PaperDraft(number="9", code="36")).made[0]
    cancelling.void(shop.third, "退货")
    return shop


@pytest.mark.parametrize("name", ALL)
def test_every_column_sorts_and_every_filter_is_known(bought, name):
    listing = ALL[name]
    for column in listing.columns:
        for descending in (False, True):
            rows = listing.rows(Wish(sort=column.key, descending=descending))
            assert len(rows) == listing.totals(Wish()).records
    for key in listing.filters:
        assert listing.totals(Wish(filters={key: 1})).records <= listing.totals(Wish()).records
    assert {column.key for column in summed(listing.columns)} == set(listing.totals(Wish()).sums)


def test_how_far_each_purchase_is(bought):
    rows = {row[0]: dict(zip([column.key for column in lists.COLUMNS], row[1:], strict=True)) for row in lists.PURCHASE_LIST.rows(Wish())}
    assert {row: (found["what"], found["stage"], found["late"]) for row, found in rows.items()} == {
        bought.first: ("扫帚", "已办完", ""), bought.second: ("拖把", "待发票", "补办"), bought.third: ("水桶", "已作废", "")}
    assert lists.PURCHASE_LIST.totals(Wish()).fen == 2 * 8_600
    assert lists.PURCHASE_LIST.totals(Wish()).sums["fen"] == 2 * 8_600
    assert lists.PURCHASE_LIST.ids(Wish(filters={"stage": "待发票"})) == [bought.second]
    assert lists.PURCHASE_LIST.ids(Wish(search="tb")) == [bought.second]
    assert ledgers.LINE_LIST.totals(Wish(search="saozhou")).records == 1


def test_what_is_owed_and_what_waits_to_be_claimed(bought):
    assert ledgers.OWED_LIST.totals(Wish()).records == 1
    assert [row[1:] for row in ledgers.OWED_LIST.rows(Wish())] == [("青河五金店", 2, 17_200, 8_600, 0, 17_200)]
    assert ledgers.PAPER_LIST.totals(Wish(filters={"claim": ledgers.OPEN})).records == 0
    assert [row[2:4] for row in budgets.listing().rows(Wish())] == []


def test_the_same_sort_bought_again_and_again_is_told(shop):
    for at in range(3):
        shop.buy(replace(shop.broom, name=f"电脑{at}", class_code="A02010105", quantity=1_000, price=90_000),
                 paper=PaperDraft(number=f"7{at}", code="36"))
    (row,) = ledgers.split_rows(2026)
    assert row[:6] == (2026, "计算机", 3, 270_000, 100_001, 30_000_000)
    assert ledgers.split_rows(2025) == []
