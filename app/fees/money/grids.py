"""Receipts, vouchers and refunds of a plan as the window lists them: sorted, searched, narrowed by column. With names."""

from dataclasses import dataclass
from typing import Any

from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.listing import Totals, Wish, cell_condition
from app.fees.money.evidence import PAPERS
from app.store.database import database

_VOID = Column("void", "作废", Kind.TEXT, 30)
RECEIPTS: tuple[Column, ...] = (
    Column("number", "票据号", Kind.CODE, 30), Column("paid_on", "缴费日期", Kind.DAY, 23), Column("class", "班级", Kind.TEXT, 24),
    Column("name", "姓名", Kind.TEXT, 22), Column("fen", "金额", Kind.MONEY, 22, total=True), Column("items", "项目", Kind.TEXT, 50),
    Column("method", "缴费方式", Kind.CHOICE, 20), Column("remark", "备注", Kind.TEXT, 26), _VOID)
VOUCHERS: tuple[Column, ...] = (
    Column("item", "收费项目", Kind.TEXT, 28), Column("kind", "票据种类", Kind.CHOICE, 24), Column("code", "票据代码", Kind.CODE, 26),
    Column("number", "票据号码", Kind.CODE, 26), Column("dated_on", "日期", Kind.DAY, 23), Column("supplier", "收款单位", Kind.TEXT, 34),
    Column("fen", "金额", Kind.MONEY, 24, total=True), Column("handler", "经手人", Kind.TEXT, 18), Column("acceptor", "验收人", Kind.TEXT, 18),
    Column("auditor", "审核人", Kind.TEXT, 18),
    Column("total", "发票总额", Kind.MONEY, 24, shown=False), Column("red_of", "红冲的发票", Kind.CODE, 26, shown=False),
    Column("remark", "备注", Kind.TEXT, 26), _VOID)
REFUNDS: tuple[Column, ...] = (
    Column("paid_on", "日期", Kind.DAY, 23), Column("class", "班级", Kind.TEXT, 24), Column("name", "姓名", Kind.TEXT, 22),
    Column("fen", "金额", Kind.MONEY, 22, total=True), Column("method", "方式", Kind.CHOICE, 18), Column("signer", "签领人", Kind.TEXT, 20),
    Column("remark", "备注", Kind.TEXT, 26), _VOID)


@dataclass(frozen=True)
class _Grid:
    """A list: its columns, the rows it chooses from (each column under its key), its own order."""

    columns: tuple[Column, ...]
    rows: str
    order: str


# The class of a pupil in the school year of the plan f: his latest.
_CLASS = """(SELECT {what} FROM enrolment e JOIN school_class c ON c.id = e.school_class_id
    WHERE e.pupil_id = p.id AND c.school_year = t.school_year ORDER BY e.joined_on DESC, e.id DESC LIMIT 1)"""
_CLASS_OF = f"{_CLASS.format(what='c.name')} AS class, {_CLASS.format(what='c.id')} AS class_id"
_VOIDED = "iif({0}.voided_on IS NULL, '', {0}.voided_on || ' ' || {0}.void_reason) AS void"
_PLAN = "JOIN fee_plan f ON f.id = {0}.plan_id JOIN term t ON t.id = f.term_id"

_RECEIPTS = _Grid(RECEIPTS, f"""SELECT r.id, r.plan_id, r.pupil_id, r.number, r.paid_on, {_CLASS_OF}, p.name,
      (SELECT sum(l.fen) FROM fee_receipt_line l WHERE l.receipt_id = r.id) AS fen,
      (SELECT group_concat(i.name, '、') FROM fee_receipt_line l JOIN fee_plan_item i ON i.id = l.plan_item_id
       WHERE l.receipt_id = r.id) AS items, r.method, r.remark, {_VOIDED.format('r')}, p.keys || ' ' || lower(r.number) AS words
    FROM fee_receipt r JOIN pupil p ON p.id = r.pupil_id {_PLAN.format('r')}""", "paid_on DESC, id DESC")
_VOUCHERS = _Grid(VOUCHERS, f"""SELECT v.id, i.plan_id, i.id AS item_id, i.position, i.name AS item, v.kind, v.code, v.number, v.dated_on,
      v.supplier, v.fen, h.name AS handler, a.name AS acceptor, u.name AS auditor, v.total, v.red_of, v.remark, {_VOIDED.format('v')},
      lower(m.keys || ' ' || i.name || ' ' || v.kind || ' ' || v.code || ' ' || v.number || ' ' || v.supplier || ' ' || v.remark) AS words
    FROM {PAPERS} v JOIN fee_plan_item i ON i.id = v.plan_item_id JOIN fee_item m ON m.id = i.item_id
    LEFT JOIN person h ON h.id = v.handler_id LEFT JOIN person a ON a.id = v.acceptor_id LEFT JOIN person u ON u.id = v.auditor_id""",
    "position, item_id, dated_on, id")
_REFUNDS = _Grid(REFUNDS, f"""SELECT r.id, r.plan_id, r.pupil_id, r.paid_on, {_CLASS_OF}, p.name, r.fen, r.method, r.signer, r.remark,
      {_VOIDED.format('r')}, p.keys || ' ' || lower(r.signer) AS words
    FROM fee_refund r JOIN pupil p ON p.id = r.pupil_id {_PLAN.format('r')}""", "paid_on DESC, id DESC")
_FILTERS = {"plan": "plan_id", "pupil": "pupil_id", "item": "item_id", "class": "class_id"}


def receipts(wish: Wish, limit: int = -1, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give (receipt's id, values in the order of ``RECEIPTS``), the latest first.

    Filters: ``plan`` (needed), ``class``, ``pupil``, ``state`` (``valid``, ``void``; else both). Voided ones tell when and why.
    """
    return _listing(_RECEIPTS, wish, limit, offset)


def receipts_totals(wish: Wish) -> Totals:
    """Count the receipts that match and sum those that stand."""
    return _totals(_RECEIPTS, wish)


def vouchers(wish: Wish, limit: int = -1, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give (voucher's id, values in the order of ``VOUCHERS``) by item and day. Filters: ``plan`` (needed), ``item``, ``state``."""
    return _listing(_VOUCHERS, wish, limit, offset)


def vouchers_totals(wish: Wish) -> Totals:
    """Count the vouchers that match and sum those that stand."""
    return _totals(_VOUCHERS, wish)


def refunds(wish: Wish, limit: int = -1, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give (refund's id, values in the order of ``REFUNDS``), the latest first. Filters as in ``receipts``."""
    return _listing(_REFUNDS, wish, limit, offset)


def refunds_totals(wish: Wish) -> Totals:
    """Count the refunds that match and sum those that stand."""
    return _totals(_REFUNDS, wish)


def _listing(grid: _Grid, wish: Wish, limit: int, offset: int) -> list[tuple[Any, ...]]:
    where, parameters = _where(grid, wish)
    keys = ", ".join(f'"{column.key}"' for column in grid.columns)
    known = {column.key for column in grid.columns}
    order = f'"{wish.sort}"{" DESC" if wish.descending else ""}, ' if wish.sort in known else ""
    return list(database.execute_sql(
        f"SELECT id, {keys} FROM ({grid.rows}) WHERE {where} ORDER BY {order}{grid.order} LIMIT ? OFFSET ?",
        (*parameters, limit, offset)).fetchall())


def _totals(grid: _Grid, wish: Wish) -> Totals:
    where, parameters = _where(grid, wish)
    row = database.execute_sql(
        f"SELECT count(*), coalesce(sum(iif(void = '', fen, 0)), 0) FROM ({grid.rows}) WHERE {where}", parameters).fetchone()
    return Totals(row[0], 0, row[1])


def _where(grid: _Grid, wish: Wish) -> tuple[str, list[Any]]:
    where, parameters = ["plan_id = ?"], [wish.filters.get("plan", 0)]
    for key, column in _FILTERS.items():
        if key in wish.filters and key != "plan":
            where.append(f"{column} = ?")
            parameters.append(wish.filters[key])
    if wish.filters.get("state") in ("valid", "void"):
        where.append(f"void {'=' if wish.filters['state'] == 'valid' else '<>'} ''")
    for word in pinyin.words(wish.search):
        where.append("instr(words, ?)")
        parameters.append(word)
    kinds = {column.key: column.kind for column in grid.columns}
    for key, typed in wish.cells.items():
        condition, values = cell_condition(kinds[key], f'"{key}"', typed)
        where.append(f"({condition})")
        parameters += values
    return " AND ".join(where), parameters
