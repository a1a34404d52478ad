"""Lists over all purchases: every paper with its payment and claim, what is owed; what was bought line by line, claims, 化整为零."""

from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.core.listing import MemoryList
from app.purchasing import checking, paying, queries
from app.purchasing.checking import SHARE_FEN, SHARES, STANDS
from app.purchasing.queries import LINE_SUMS, MONEY_WORDS
from app.store.listing import TableList

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

_DAY = "coalesce(p.bought_on, p.requested_on)"
_AMOUNT = "coalesce(l.fen, (l.quantity * coalesce(l.price, 0) * 2 + 1000) / 2000)"
LINES: tuple[Column, ...] = (
    Column("day", "日期", Kind.DAY, 23), Column("name", "品名", Kind.TEXT, 40), Column("spec", "规格型号", Kind.TEXT, 30),
    Column("unit", "单位", Kind.CHOICE, 12), Column("quantity", "数量", Kind.QUANTITY, 18), Column("price", "单价", Kind.MONEY, 22),
    Column("fen", "金额", Kind.MONEY, 24, total=True), Column("supplier", "供应商", Kind.TEXT, 40), Column("goes", "去向", Kind.CHOICE, 18),
    Column("to", "领用、存放", Kind.TEXT, 30), Column("money", "资金来源", Kind.TEXT, 30), Column("number", "请购编号", Kind.CODE, 32),
    Column("class_code", "分类代码", Kind.CODE, 24, shown=False), Column("service", "服务、工程种类", Kind.CHOICE, 24, shown=False),
    Column("purpose", "用途", Kind.TEXT, 30, shown=False), Column("accepted", "验收数量", Kind.QUANTITY, 20, shown=False),
)
LINE_LIST = TableList(
    LINES, "purchase_line l", {
        "p": "JOIN purchase p ON p.id = l.purchase_id", "c": "LEFT JOIN school_class c ON c.id = l.school_class_id",
        "e": "LEFT JOIN person e ON e.id = l.person_id", "d": "LEFT JOIN department d ON d.id = l.department_id",
        "o": "LEFT JOIN place o ON o.id = l.place_id", "b": "LEFT JOIN budget_line b ON b.id = l.budget_line_id",
        "i": "LEFT JOIN fee_plan_item i ON i.id = l.plan_item_id", "s": f"LEFT JOIN {LINE_SUMS} s ON s.line_id = l.id"},
    {"day": _DAY, "price": "coalesce(l.price, (l.fen * 2000 + l.quantity) / (2 * l.quantity))", "fen": _AMOUNT, "supplier": "p.supplier",
     "to": "coalesce(c.name, e.name, d.name, o.path, '')", "money": MONEY_WORDS, "number": "p.number", "accepted": "s.accepted"},
    own=(f"{_DAY} DESC", "p.id DESC", "l.position", "l.id"),
    words="instr(l.keys || ' ' || folded(p.number || ' ' || p.supplier || ' ' || l.purpose), ?)",
    filters={"year": f"substr({_DAY}, 1, 4) = ?", "goes": "l.goes = ?", "budget_line": "l.budget_line_id = ?", "purchase": "l.purchase_id = ?"},
    fen=_AMOUNT)
"""What was bought, line by line, the latest first: 上次多少钱、哪里买的."""

CLAIMS: tuple[Column, ...] = (
    Column("number", "报销编号", Kind.CODE, 32), Column("claimed_on", "报销日期", Kind.DAY, 23), Column("purpose", "事由", Kind.TEXT, 44),
    Column("payee", "收款单位", Kind.TEXT, 40), Column("fen", "金额", Kind.MONEY, 26, total=True), Column("pieces", "附件张数", Kind.WHOLE, 18),
    Column("payment", "付款方式", Kind.CHOICE, 20), Column("department", "部门", Kind.TEXT, 26), Column("signed_on", "签回日期", Kind.DAY, 23),
    Column("state", "状态", Kind.CHOICE, 16, shown=False),
)
_CLAIMED = f"(SELECT coalesce(sum({SHARE_FEN}), 0) FROM {SHARES} WHERE s.claim_id = k.id AND {STANDS})"
CLAIM_LIST = TableList(
    CLAIMS, "purchase_claim k", {"d": "LEFT JOIN department d ON d.id = k.department_id"},
    {"fen": _CLAIMED, "department": "coalesce(d.name, '')", "state": "iif(k.voided_on IS NULL, '', '已作废')"},
    own=("k.claimed_on DESC", "k.id DESC"), words="instr(folded(k.number || ' ' || k.purpose || ' ' || k.payee || ' ' || k.remark), ?)",
    filters={"year": "substr(k.claimed_on, 1, 4) = ?", "state": "iif(k.voided_on IS NULL, '有效', '已作废') = ?"}, fen=_CLAIMED, uncounted="state")
"""报销单, the latest first; voided ones stay and count no more."""

SPLITS: tuple[Column, ...] = (
    Column("year", "年度", Kind.CODE, 16), Column("words", "同类（预算项目）", Kind.TEXT, 60), Column("times", "次数", Kind.WHOLE, 14),
    Column("fen", "合计金额", Kind.MONEY, 28), Column("reaches", "达到的档次（元）", Kind.MONEY, 30), Column("limit", "政府采购限额", Kind.MONEY, 30),
    Column("numbers", "请购编号", Kind.TEXT, 90))


def split_rows(year: int) -> list[tuple[Any, ...]]:
    """Give what was bought of one sort in several purchases that together reach a higher tier, in the order of ``SPLITS``."""
    return [(each.year, each.words, len(each.numbers), each.fen, each.next_start, each.limit, "、".join(each.numbers))
            for each in checking.sums_of_sorts(year)]


def split_list() -> MemoryList:
    """Give the same of this calendar year as a list."""
    return MemoryList(SPLITS, lambda: [(at, str(row[0]), *row[1:]) for at, row in enumerate(split_rows(clock.today().year), 1)])
