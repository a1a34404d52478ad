"""The lists of the page: purchases and how far they are, what was bought line by line, papers, claims; what is owed, 化整为零.

They name people: nothing of them hangs in public.
"""

from typing import Any

from app.core.columns import Column, Kind
from app.core.listing import MemoryList
from app.purchasing import checking, paying, rules
from app.purchasing.checking import SHARE_FEN, SHARES, STANDS
from app.purchasing.queries import LINE_SUMS, MONEY_WORDS
from app.store.database import database
from app.store.listing import TableList

ASKED, APPROVED, PART, GOING, ACCEPTED, PAID, FINISHED, REFUSED, VOIDED = STAGES = (
    "待审批", "待验收", "部分到货", "待入库建卡", "待发票", "待报销", "已办完", "未批准", "已作废")
"""How far a purchase is, in the order of the work."""

COLUMNS: tuple[Column, ...] = (
    Column("number", "编号", Kind.CODE, 27),
    Column("day", "日期", Kind.DAY, 20),
    Column("what", "买什么", Kind.TEXT, 46),
    Column("supplier", "供应商", Kind.TEXT, 36),
    Column("fen", "金额", Kind.MONEY, 22, total=True),
    Column("stage", "办到哪一步", Kind.CHOICE, 20),
    Column("late", "补办", Kind.CHOICE, 12),
    Column("department", "申请部门", Kind.TEXT, 22),
    Column("money", "资金来源", Kind.TEXT, 28),
    Column("buyers", "采购人", Kind.TEXT, 22, person=True),
    Column("kind", "类别", Kind.CHOICE, 14, shown=False),
    Column("way", "采购方式", Kind.CHOICE, 20, shown=False),
    Column("invoice", "票据号码", Kind.CODE, 30, shown=False),
    Column("purpose", "用途", Kind.TEXT, 30, shown=False),
    Column("approved_on", "批准日期", Kind.DAY, 20, shown=False),
    Column("remark", "备注", Kind.TEXT, 26, shown=False),
    Column("void", "作废", Kind.TEXT, 30, shown=False),
)

_WHAT = """(SELECT group_concat(name, '、') FROM (SELECT name FROM purchase_line WHERE purchase_id = p.id ORDER BY position, id LIMIT 3))
    || iif((SELECT count(*) FROM purchase_line WHERE purchase_id = p.id) > 3,
           ' 等 ' || (SELECT count(*) FROM purchase_line WHERE purchase_id = p.id) || ' 种', '')"""
_AMOUNT = "coalesce(l.fen, (l.quantity * l.price * 2 + 1000) / 2000, 0)"
_EXPECTED = f"(SELECT sum({_AMOUNT}) FROM purchase_line l WHERE l.purchase_id = p.id)"
_ACCEPTED = """(SELECT sum(x.fen) FROM purchase_acceptance_line x JOIN purchase_acceptance a ON a.id = x.acceptance_id
    WHERE a.purchase_id = p.id AND a.voided_on IS NULL)"""
_FIRST = "(SELECT min(a.accepted_on) FROM purchase_acceptance a WHERE a.purchase_id = p.id AND a.voided_on IS NULL)"
_MISSING = f"""EXISTS (SELECT 1 FROM purchase_line l LEFT JOIN {LINE_SUMS} s ON s.line_id = l.id
    WHERE l.purchase_id = p.id AND coalesce(s.accepted, 0) < l.quantity)"""
_OUTSIDE = """EXISTS (SELECT 1 FROM purchase_acceptance_line x JOIN purchase_acceptance a ON a.id = x.acceptance_id AND a.voided_on IS NULL
    WHERE a.purchase_id = p.id AND x.accepted > (SELECT coalesce(sum(i.quantity), 0) FROM purchase_intake i WHERE i.acceptance_line_id = x.id))"""
_SHARES = f"{SHARES} WHERE s.purchase_id = p.id AND {STANDS}"     # what was voided among the vouchers of the fees counts no more
_STAGE = f"""CASE WHEN p.voided_on IS NOT NULL THEN '{VOIDED}' WHEN p.state = '{rules.REFUSED}' THEN '{REFUSED}'
    WHEN {_FIRST} IS NULL THEN iif(p.state = '{rules.ASKED}', '{ASKED}', '{APPROVED}')
    WHEN p.state <> '{rules.DONE}' AND {_MISSING} THEN '{PART}'
    WHEN p.kind = '{rules.GOODS}' AND {_OUTSIDE} THEN '{GOING}'
    WHEN NOT EXISTS (SELECT 1 FROM {_SHARES}) THEN '{ACCEPTED}'
    WHEN EXISTS (SELECT 1 FROM {_SHARES} AND s.claim_id IS NULL) THEN '{PAID}' ELSE '{FINISHED}' END"""
_DAY = "coalesce(p.bought_on, p.requested_on)"
_LATE = f"iif({_FIRST} IS NOT NULL AND (p.approved_on IS NULL OR p.approved_on > {_FIRST}), '补办', '')"
_MONEY = """(SELECT group_concat(words, '、') FROM (SELECT DISTINCT CASE l.source WHEN '代收费' THEN coalesce(i.name, '代收费')
        ELSE coalesce(nullif(l.fund, ''), b.name, l.source) END AS words
    FROM purchase_line l LEFT JOIN budget_line b ON b.id = l.budget_line_id LEFT JOIN fee_plan_item i ON i.id = l.plan_item_id
    WHERE l.purchase_id = p.id) WHERE words <> '')"""
_BUYERS = f"""(SELECT group_concat(coalesce(n.name, g.name), '、') FROM signature g LEFT JOIN person n ON n.id = g.person_id
    WHERE g.owner_table = 'purchase' AND g.owner_id = p.id AND g.role = '{rules.BUYER}')"""
_INVOICES = f"""(SELECT group_concat(coalesce(n.number, nullif(v.number, ''), s.number), '、') FROM {SHARES}
    LEFT JOIN invoice n ON n.id = coalesce(v.invoice_id, s.invoice_id) WHERE s.purchase_id = p.id AND {STANDS})"""

PURCHASE_LIST = TableList(
    COLUMNS,
    "purchase p",
    {"d": "LEFT JOIN department d ON d.id = p.department_id"},
    {"what": _WHAT, "day": _DAY, "fen": f"coalesce({_ACCEPTED}, {_EXPECTED})", "stage": _STAGE, "late": _LATE, "department": "d.name",
     "money": _MONEY, "buyers": _BUYERS, "invoice": _INVOICES, "void": "iif(p.voided_on IS NULL, '', p.voided_on || ' ' || p.void_reason)"},
    own=(f"{_DAY} DESC", "p.id DESC"),
    words=f"instr(p.keys || ' ' || lower(p.number) || ' ' || folded(coalesce({_INVOICES}, '')), ?)",
    filters={"stage": f"{_STAGE} = ?", "year": f"substr({_DAY}, 1, 4) = ?", "kind": "p.kind = ?", "late": f"{_LATE} = ?"},
    fen=f"iif(p.voided_on IS NULL, coalesce({_ACCEPTED}, {_EXPECTED}), 0)",
    uncounted="void",
)
"""Purchases, the latest first; found by what was bought (拼音 too), supplier, purpose, their own number or an invoice's.

Filters: ``stage`` (one of ``STAGES``), ``year`` (text), ``kind``, ``late`` (补办)."""


def years() -> list[str]:
    """Give the calendar years in which there are purchases, the latest first."""
    return [year for (year,) in database.execute_sql(f"SELECT DISTINCT substr({_DAY}, 1, 4) FROM purchase p ORDER BY 1 DESC").fetchall()]


# --- lines, papers, claims ---------------------------------------------------------------------------------------

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

PAPERS: tuple[Column, ...] = (
    Column("dated_on", "日期", Kind.DAY, 23), Column("kind", "票据种类", Kind.CHOICE, 22), Column("number", "票据号码", Kind.CODE, 34),
    Column("supplier", "收款单位", Kind.TEXT, 44), Column("fen", "金额", Kind.MONEY, 24, total=True), Column("money", "资金来源", Kind.TEXT, 32),
    Column("paid_on", "付款日期", Kind.DAY, 23), Column("claim", "报销编号", Kind.CODE, 32), Column("purchase", "请购编号", Kind.CODE, 32),
    Column("state", "状态", Kind.CHOICE, 16, shown=False),
)
_PAPER_DAY = "coalesce(n.dated_on, v.dated_on, s.dated_on)"
_PAPER_NUMBER, _PAYEE = "coalesce(n.number, v.number, s.number)", "coalesce(n.supplier, nullif(v.supplier, ''), s.supplier)"
_GONE = "coalesce(s.voided_on, v.voided_on)"
PAPER_LIST = TableList(
    PAPERS, "purchase_invoice_share s", {
        "p": "JOIN purchase p ON p.id = s.purchase_id", "v": "LEFT JOIN fee_voucher v ON v.id = s.voucher_id",
        "n": "LEFT JOIN invoice n ON n.id = coalesce(v.invoice_id, s.invoice_id)", "b": "LEFT JOIN budget_line b ON b.id = s.budget_line_id",
        "i": "LEFT JOIN fee_plan_item i ON i.id = v.plan_item_id", "c": "LEFT JOIN purchase_claim c ON c.id = s.claim_id"},
    {"dated_on": _PAPER_DAY, "kind": "coalesce(n.kind, nullif(v.kind, ''), s.kind)", "number": _PAPER_NUMBER, "supplier": _PAYEE,
     "fen": SHARE_FEN, "money": "coalesce(i.name, nullif(s.fund, ''), b.name, s.source)", "claim": "coalesce(c.number, '')",
     "purchase": "p.number", "state": f"iif({_GONE} IS NULL, '', '已作废')"},
    own=(f"{_PAPER_DAY} DESC", "s.id DESC"), words=f"instr(folded({_PAPER_NUMBER} || ' ' || {_PAYEE} || ' ' || p.number), ?)",
    filters={"year": f"substr({_PAPER_DAY}, 1, 4) = ?", "open": f"(s.claim_id IS NULL AND {_GONE} IS NULL) = ?",
             "unpaid": f"(s.paid_on IS NULL AND {_GONE} IS NULL) = ?", "claim": "s.claim_id = ?"}, fen=SHARE_FEN, uncounted="state")
"""Papers of purchases, the latest first; ``open`` 1 leaves those that no claim covers, ``unpaid`` 1 those not paid."""

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

OWED: tuple[Column, ...] = (
    Column("supplier", "供应商", Kind.TEXT, 60), Column("purchases", "采购次数", Kind.WHOLE, 20),
    Column("accepted", "验收金额", Kind.MONEY, 28, total=True),
    Column("papers", "发票金额", Kind.MONEY, 28, total=True), Column("paid", "已付", Kind.MONEY, 28, total=True),
    Column("owed", "应付未付", Kind.MONEY, 28, total=True))
SPLITS: tuple[Column, ...] = (
    Column("year", "年度", Kind.WHOLE, 16), Column("words", "同类（预算项目）", Kind.TEXT, 60), Column("times", "次数", Kind.WHOLE, 14),
    Column("fen", "合计金额", Kind.MONEY, 28), Column("reaches", "达到的档次（元）", Kind.MONEY, 30), Column("limit", "政府采购限额", Kind.MONEY, 30),
    Column("numbers", "请购编号", Kind.TEXT, 90))


def owed_list() -> MemoryList:
    """Give what is owed by supplier, the most first."""
    return MemoryList(OWED, lambda: [(at, *(getattr(row, column.key) for column in OWED)) for at, row in enumerate(paying.owed_by_supplier(), 1)])


def split_rows(year: int) -> list[tuple[Any, ...]]:
    """Give what was bought of one sort in several purchases that together reach a higher tier, in the order of ``SPLITS``."""
    return [(each.year, each.words, len(each.numbers), each.fen, each.next_start, each.limit, "、".join(each.numbers))
            for each in checking.sums_of_sorts(year)]


def split_list(year: int) -> MemoryList:
    """Give the same as a list."""
    return MemoryList(SPLITS, lambda: [(at, *row) for at, row in enumerate(split_rows(year), 1)])
