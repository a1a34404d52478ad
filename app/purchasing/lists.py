"""The list of purchases as the window shows it: what was bought, how far it is, from whom and for how much. It names people."""

from app.core.columns import Column, Kind
from app.purchasing import rules
from app.purchasing.checking import SHARES, STANDS
from app.purchasing.queries import LINE_SUMS, TAKEN
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
_OUTSIDE = f"""EXISTS (SELECT 1 FROM purchase_acceptance_line x JOIN purchase_acceptance a ON a.id = x.acceptance_id AND a.voided_on IS NULL
    WHERE a.purchase_id = p.id AND x.accepted > (SELECT coalesce(sum(i.quantity), 0) FROM {TAKEN} i WHERE i.acceptance_line_id = x.id))"""
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
