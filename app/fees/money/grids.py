"""Receipts, vouchers and refunds of a plan as the window lists them: sorted, searched, narrowed by column. With names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.core.columns import Column, Kind
from app.fees.money.evidence import PAPERS
from app.store.listing import Filter, TableList

_VOID = Column("void", "作废", Kind.TEXT, 30)
RECEIPTS: tuple[Column, ...] = (
    Column("number", "票据号", Kind.CODE, 30),
    Column("paid_on", "缴费日期", Kind.DAY, 23),
    Column("class", "班级", Kind.TEXT, 24),
    Column("name", "姓名", Kind.TEXT, 22, person=True),
    Column("fen", "金额", Kind.MONEY, 22, total=True),
    Column("items", "项目", Kind.TEXT, 50),
    Column("method", "缴费方式", Kind.CHOICE, 20),
    Column("remark", "备注", Kind.TEXT, 26),
    Column("printed_on", "打印日期", Kind.DAY, 23),
    _VOID,
)
VOUCHERS: tuple[Column, ...] = (
    Column("item", "收费项目", Kind.TEXT, 28),
    Column("kind", "票据种类", Kind.CHOICE, 24),
    Column("code", "票据代码", Kind.CODE, 26),
    Column("number", "票据号码", Kind.CODE, 26),
    Column("dated_on", "日期", Kind.DAY, 23),
    Column("supplier", "收款单位", Kind.TEXT, 34),
    Column("fen", "金额", Kind.MONEY, 24, total=True),
    Column("handler", "经手人", Kind.TEXT, 18, person=True),
    Column("acceptor", "验收人", Kind.TEXT, 18, person=True),
    Column("auditor", "审核人", Kind.TEXT, 18, person=True),
    Column("total", "发票总额", Kind.MONEY, 24, shown=False),
    Column("red_of", "红冲的发票", Kind.CODE, 26, shown=False),
    Column("remark", "备注", Kind.TEXT, 26),
    _VOID,
)
REFUNDS: tuple[Column, ...] = (
    Column("paid_on", "日期", Kind.DAY, 23),
    Column("class", "班级", Kind.TEXT, 24),
    Column("name", "姓名", Kind.TEXT, 22, person=True),
    Column("fen", "金额", Kind.MONEY, 22, total=True),
    Column("method", "方式", Kind.CHOICE, 18),
    Column("signer", "签领人", Kind.TEXT, 20, person=True),
    Column("remark", "备注", Kind.TEXT, 26),
    _VOID,
)

# The class of a pupil in the school year of the plan f: his latest.
_CLASS = """(SELECT {what} FROM enrolment e JOIN school_class c ON c.id = e.school_class_id
    WHERE e.pupil_id = r.pupil_id AND c.school_year = t.school_year ORDER BY e.joined_on DESC, e.id DESC LIMIT 1)"""
_PUPIL = {
    "p": "JOIN pupil p ON p.id = r.pupil_id",
    "f": "JOIN fee_plan f ON f.id = r.plan_id",
    "t": "JOIN term t ON t.id = f.term_id",
}
_OF_PUPIL = {"name": "p.name", "class": _CLASS.format(what="c.name"),
             "void": "iif(r.voided_on IS NULL, '', r.voided_on || ' ' || r.void_reason)"}
_BY_CLASS = {"class": (_CLASS.format(what="c.grade"), _CLASS.format(what="c.number"))}
_RECEIVED = "(SELECT sum(l.fen) FROM fee_receipt_line l WHERE l.receipt_id = r.id)"
_PAID_FOR = """(SELECT group_concat(i.name, '、') FROM fee_receipt_line l JOIN fee_plan_item i ON i.id = l.plan_item_id
    WHERE l.receipt_id = r.id)"""


def _state(alias: str) -> Callable[[Any], tuple[str, Sequence[Any]]]:
    """Whether a paper stands (``valid``) or not (``void``); anything else is both."""
    return lambda value: (
        {"valid": f"{alias}.voided_on IS NULL", "void": f"{alias}.voided_on IS NOT NULL"}.get(value, "1"),
        [],
    )


_OF_PLAN: Mapping[str, Filter] = {
    "plan": "r.plan_id = ?",
    "pupil": "r.pupil_id = ?",
    "class": f"{_CLASS.format(what='c.id')} = ?",
    "state": _state("r"),
}
RECEIPT_LIST = TableList(
    RECEIPTS,
    "fee_receipt r",
    _PUPIL,
    {**_OF_PUPIL, "fen": _RECEIVED, "items": _PAID_FOR},
    _BY_CLASS,
    ("r.paid_on DESC", "r.id DESC"),
    words="instr(p.keys || ' ' || lower(r.number), ?)",
    filters=_OF_PLAN,
    fen=f"iif(r.voided_on IS NULL, {_RECEIVED}, 0)",
    uncounted="void",
)
"""Receipts, the latest first; totals sum those that stand, what is void tells when and why.

Filters, here and below: ``plan`` (a page always gives it), ``class``, ``pupil`` or ``item``, ``state`` (``valid``, ``void``)."""
REFUND_LIST = TableList(
    REFUNDS, "fee_refund r", _PUPIL, _OF_PUPIL, _BY_CLASS, ("r.paid_on DESC", "r.id DESC"),
    words="instr(p.keys || ' ' || folded(r.signer), ?)", filters=_OF_PLAN, fen="iif(r.voided_on IS NULL, r.fen, 0)",
    uncounted="void")
VOUCHER_LIST = TableList(
    VOUCHERS,
    f"{PAPERS} v",
    {
        "i": "JOIN fee_plan_item i ON i.id = v.plan_item_id",
        "m": "JOIN fee_item m ON m.id = i.item_id",
        "h": "LEFT JOIN person h ON h.id = v.handler_id",
        "a": "LEFT JOIN person a ON a.id = v.acceptor_id",
        "u": "LEFT JOIN person u ON u.id = v.auditor_id",
    },
    {
        "item": "i.name",
        "handler": "h.name",
        "acceptor": "a.name",
        "auditor": "u.name",
        "void": "iif(v.voided_on IS NULL, '', v.voided_on || ' ' || v.void_reason)",
    },
    {"item": ("i.position", "i.id")},
    ("i.position", "i.id", "v.dated_on", "v.id"),
    words="""instr(m.keys || ' ' || folded(i.name || ' ' || v.kind || ' ' || v.code || ' ' || v.number || ' ' || v.supplier || ' ' ||
             v.remark), ?)""",
    filters={"plan": "i.plan_id = ?", "item": "i.id = ?", "state": _state("v")},
    fen="iif(v.voided_on IS NULL, v.fen, 0)",
    uncounted="void",
)
