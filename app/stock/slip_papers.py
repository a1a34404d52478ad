"""The store's slips on paper: 入库单, 领用单, 退库单 and their like, in their copies, two on one A4; boxes stay blank for pens."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.core.settings import Setting
from app.core.terms import chinese_day
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.slips import Slip, write_slips
from app.school import settings as school
from app.school.papers import style
from app.stock import costing, queries, rules
from app.stock.months import bounds
from app.stock.queries import LineRow, SlipRow
from app.stock.settings import ISSUE_COPIES, RECEIPT_COPIES
from app.store import settings

_COLUMNS = (Column("name", "品名", Kind.TEXT, 44), Column("spec", "规格", Kind.TEXT, 34), Column("unit", "单位", Kind.CHOICE, 13),
            Column("quantity", "数量", Kind.QUANTITY, 18), Column("price", "单价（元）", Kind.MONEY, 22),
            Column("fen", "金额（元）", Kind.MONEY, 25), Column("remark", "用途、备注", Kind.TEXT, 30))
RECEIPT_KINDS = (costing.RECEIPT, costing.OPENING, costing.SUPPLIER, costing.PRICE)
OTHER_KINDS = (costing.RETURN, rules.TRANSFER, costing.SCRAP, rules.COUNT)
_TITLES = {costing.RECEIPT: "入库单", costing.OPENING: "入库单（期初）", costing.SUPPLIER: "入库单（红字，退供应商）",
           costing.PRICE: "入库单（价差）", costing.ISSUE: "领用单", costing.RETURN: "退库单", rules.TRANSFER: "调库单",
           costing.SCRAP: "报损单", rules.COUNT: "库存盘点调整单"}
_SIGNERS = {costing.ISSUE: ("领用人", "保管员", "总务主任"), costing.RETURN: ("退回人", "保管员", "总务主任"),
            rules.TRANSFER: ("调出保管员", "调入保管员", "总务主任"), costing.SCRAP: ("保管员", "总务主任", "校长"),
            rules.COUNT: ("保管员", "盘点人", "总务主任", "校长")}
_RECEIPT_SIGNERS = ("采购人", "验收人", "保管员", "会计")
VOID = "作废"


def _wanted(order: Order, kinds: Collection[str]) -> list[SlipRow]:
    """Give the slips of an order: those chosen, else the standing ones of its month; ``Refused`` where there are none."""
    if order.records:
        found = [row for row in queries.slips(order.records) if row.kind in kinds]
    else:
        found = queries.slips_between(*bounds(f"{order.month or clock.today():%Y-%m}"), kinds)
    if not found:
        raise Refused("这个月没有这种单据可打印。请选单据，或换一个月份。")
    return found


def _scope(kinds: Collection[str]) -> Callable[[Order], str]:
    def said(order: Order) -> str:
        if not order.records:
            month = order.month or clock.today()
            return f"{month.year}年{month.month}月"
        found = _wanted(order, kinds)
        return "、".join(row.number for row in found[:3]) + (f" 等 {len(found)} 张" if len(found) > 3 else "")  # noqa: PLR2004
    return said


def _written(kinds: Sequence[str], copies: Setting[list[str]]) -> Callable[[Order, Path, Progress], Printed]:
    def write(order: Order, path: Path, progress: Progress = silent) -> Printed:
        rows = _wanted(order, kinds)
        lines = queries.lines([row.id for row in rows])
        names = settings.value(copies)
        return write_slips(_TITLES[kinds[0]], [_slip(row, lines[row.id], names) for row in rows], path, progress, style())
    return write


def slips_of(identities: Collection[int]) -> list[Slip]:
    """Give slips as they are printed, in the order of their ids, each in one copy: for the papers of a whole purchase."""
    rows = sorted(queries.slips(identities), key=lambda row: row.id)
    lines = queries.lines([row.id for row in rows])
    return [_slip(row, lines[row.id], ()) for row in rows]


def _slip(row: SlipRow, lines: Sequence[LineRow], copies: Sequence[str]) -> Slip:
    """Give a slip as it is printed; of a 退供应商 or 价差 slip the amounts are what the supplier pays or gets."""
    rows = [_row(line) for line in lines]
    return Slip(f"{settings.value(school.NAME)}{_TITLES[row.kind]}", row.number, _facts(row), _COLUMNS, rows,
                sum(int(each[5]) for each in rows), _SIGNERS.get(row.kind, _RECEIPT_SIGNERS), stamp=VOID if row.voided_on else "",
                copies=copies, note=_note(row, lines))


def _row(line: LineRow) -> tuple[object, object, object, int, int | None, int, str]:
    incoming = line.kind in (*costing.INCOMING, costing.PRICE)
    sign = 1 if incoming or line.kind == costing.SUPPLIER else -1
    fen, quantity = sign * (line.fen + line.difference), sign * line.quantity
    words = "以旧换新" if line.swapped else ""
    price = costing.price_of(fen, quantity)
    return line.name, line.spec, line.unit, quantity, price, fen, "；".join(filter(None, (words, line.remark)))


def _facts(row: SlipRow) -> list[tuple[str, str]]:
    late = f"（记入 {row.booked_on:%Y-%m}）" if row.booked_on != row.dated_on else ""
    who = {costing.ISSUE: ("领用部门（班级）、领用人", row.receiver), costing.RETURN: ("退回", row.receiver),
           rules.TRANSFER: ("调入保管室", row.target)}.get(row.kind, ("供应商", row.supplier))
    first = who if who[1] or row.kind in RECEIPT_KINDS else ("原因", row.remark)
    facts = [(first[0], first[1] or "　"), ("日期", chinese_day(row.dated_on) + late), ("保管室", row.storeroom)]
    facts += [("经手人" if row.kind not in RECEIPT_KINDS else "验收人", row.handler)] if row.handler else []
    return facts + ([("备注", row.remark)] if row.remark and first[1] != row.remark else [])


def _note(row: SlipRow, lines: Sequence[LineRow]) -> str:
    if row.voided_on:
        return f"{chinese_day(row.voided_on)}作废：{row.void_reason}"
    difference = sum(line.difference for line in lines)
    return f"其中价差 {abs(difference) / 100:,.2f} 元不计入库存金额。" if difference else ""


FORMS: tuple[Form, ...] = (
    Form("stock-receipt", "入库单", _written(RECEIPT_KINDS, RECEIPT_COPIES), _scope(RECEIPT_KINDS), ("records", "month"), of="stock_slip"),
    Form("stock-issue", "领用单", _written((costing.ISSUE,), ISSUE_COPIES), _scope((costing.ISSUE,)), ("records", "month"), of="stock_slip"),
    Form("stock-other", "退库、调库、报损单", _written(OTHER_KINDS, ISSUE_COPIES), _scope(OTHER_KINDS), ("records", "month"), of="stock_slip"),
)
