"""Lists over all purchases: every paper with its payment and claim, and what is owed to each supplier."""

from typing import Any

from app.core.columns import Column, Kind
from app.core.listing import MemoryList
from app.purchasing import paying, queries

PAPERS: tuple[Column, ...] = (
    Column("dated_on", "日期", Kind.DAY, 20), Column("kind", "种类", Kind.CHOICE, 18), Column("number", "号码", Kind.CODE, 40),
    Column("supplier", "收款单位", Kind.TEXT, 40), Column("fen", "金额", Kind.MONEY, 24, total=True), Column("money", "资金来源", Kind.TEXT, 28),
    Column("purchase", "采购", Kind.TEXT, 40), Column("claim", "报销单", Kind.CODE, 28), Column("paid_on", "付款日期", Kind.DAY, 20))
OWED: tuple[Column, ...] = (
    Column("supplier", "供应商", Kind.TEXT, 60), Column("purchases", "采购次数", Kind.WHOLE, 20, total=True),
    Column("accepted", "已验收", Kind.MONEY, 28, total=True), Column("papers", "已开票", Kind.MONEY, 28, total=True),
    Column("paid", "已付", Kind.MONEY, 28, total=True), Column("owed", "未付", Kind.MONEY, 28, total=True))

OPEN, CLAIMED = "待报销", "已报销"
UNPAID, PAID = "未付款", "已付款"


def _papers() -> list[tuple[Any, ...]]:
    found = paying.shares()
    titles = queries.titles({each.purchase for each in found})
    return [(each.id, each.dated_on, each.kind, each.number, each.supplier, each.fen, each.money_words, titles.get(each.purchase, ""),
             each.claim_no, each.paid_on) for each in reversed(found)]


def _owed() -> list[tuple[Any, ...]]:
    return [(at, each.supplier, each.purchases, each.accepted, each.papers, each.paid, each.owed)
            for at, each in enumerate(paying.owed_by_supplier(), 1)]


PAPER_LIST = MemoryList(PAPERS, _papers, ("number", "supplier", "purchase", "claim", "money"), filters={
    "claim": lambda row, value: bool(row[8]) is (value == CLAIMED), "paid": lambda row, value: bool(row[9]) is (value == PAID)})
"""Papers of all purchases, the latest first. Filters: ``claim`` (待报销, 已报销), ``paid`` (未付款, 已付款)."""
OWED_LIST = MemoryList(OWED, _owed, ("supplier",))
"""What is owed to each supplier: accepted or invoiced, and not paid; the most first."""
