"""The lists of the store: what lies there, slips, movements; searched, filtered, sorted, page by page."""

from datetime import date
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.core.listing import MemoryList, Row
from app.stock import queries
from app.stock.costing import price_of
from app.store.database import database
from app.store.listing import TableList

LOW, OUT_OF, SLOW, ENOUGH, IDLE = "低于最低库存", "缺货", "久未领用", "有", "停用"
STATES = (LOW, OUT_OF, SLOW, ENOUGH, IDLE)
SLOW_DAYS = 365     # what nobody took for a year moves slowly
ITEMS: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 34, names=("物品名称", "名称", "商品名称", "货物名称", "物资名称")),
    Column("spec", "规格", Kind.TEXT, 26, names=("规格型号", "型号", "规格/型号")),
    Column("unit", "单位", Kind.CHOICE, 12, names=("计量单位",)),
    Column("quantity", "库存数量", Kind.QUANTITY, 18),
    Column("price", "平均单价（元）", Kind.MONEY, 22),
    Column("fen", "库存金额（元）", Kind.MONEY, 24, total=True),
    Column("minimum", "最低库存", Kind.QUANTITY, 18, names=("安全库存", "库存下限")),
    Column("state", "状态", Kind.CHOICE, 24),
    Column("category", "类别", Kind.CHOICE, 20, names=("分类", "物品类别")),
    Column("pack_unit", "大包装单位", Kind.CHOICE, 18),
    Column("pack_size", "每大包装数量", Kind.QUANTITY, 20),
    Column("storeroom", "常放保管室", Kind.CHOICE, 22),
    Column("last_in", "最近入库", Kind.DAY, 22),
    Column("last_out", "最近领用", Kind.DAY, 22),
    Column("remark", "备注", Kind.TEXT, 30),
)


def _items() -> list[Row]:
    slow = date.fromordinal(clock.today().toordinal() - SLOW_DAYS).isoformat()
    rows = database.execute_sql(
        """SELECT i.id, i.name, i.spec, i.unit, coalesce(t.quantity, 0), coalesce(t.fen, 0), i.minimum, i.category, i.pack_unit,
                  nullif(i.pack_size, 0), coalesce(r.name, ''), t.last_in, t.last_out, i.remark, i.active
           FROM stock_item i LEFT JOIN stock_storeroom r ON r.id = i.storeroom_id LEFT JOIN (
             SELECT item_id, sum(quantity) AS quantity, sum(fen) AS fen, max(iif(kind IN ('入库', '期初'), booked_on, NULL)) AS last_in,
                    max(iif(kind = '领用', booked_on, NULL)) AS last_out FROM stock_movement WHERE stands GROUP BY item_id) t ON t.item_id = i.id
           ORDER BY i.id""").fetchall()
    return [(row[0], row[1], row[2], row[3], row[4], price_of(row[5], row[4]), row[5], row[6], _state(row, slow), *row[7:14]) for row in rows]


def _state(row: tuple[Any, ...], slow: str) -> str:
    quantity, minimum, last_in, last_out, active = row[4], row[6], row[11], row[12], row[14]
    if not active:
        return IDLE
    if quantity <= 0:
        return OUT_OF if minimum else ""
    if minimum and quantity < minimum:
        return LOW
    return SLOW if max(last_in or "", last_out or "") < slow else ENOUGH


ITEM_LIST = MemoryList(ITEMS, _items, ("name", "spec", "category", "remark"), {
    "state": lambda row, value: row[8] == value, "category": lambda row, value: row[9] == value})
"""The goods with what lies there now; filters ``state`` and ``category``. A unit's price is that of the average."""

SLIPS: tuple[Column, ...] = (
    Column("dated_on", "日期", Kind.DAY, 22), Column("number", "单号", Kind.CODE, 30), Column("kind", "种类", Kind.CHOICE, 18),
    Column("what", "物品", Kind.TEXT, 44), Column("who", "领用（供应商）", Kind.TEXT, 34),
    Column("fen", "金额（元）", Kind.MONEY, 24, total=True), Column("storeroom", "保管室", Kind.CHOICE, 22),
    Column("signed_on", "签回", Kind.DAY, 22), Column("state", "状态", Kind.CHOICE, 14), Column("handler", "经手人", Kind.TEXT, 20),
    Column("booked_on", "记账日期", Kind.DAY, 22, shown=False), Column("remark", "备注", Kind.TEXT, 30),
)
_LINES = "stock_movement m JOIN stock_item i ON i.id = m.item_id WHERE m.slip_id = s.id AND m.kind <> '调入'"
_NAMED = "SELECT id FROM stock_item WHERE instr(keys, ?)"
SLIP_LIST = TableList(
    SLIPS, "stock_slip s", {"r": "JOIN stock_storeroom r ON r.id = s.storeroom_id"},
    {"what": f"""(SELECT group_concat(name, '、') || iif((SELECT count(*) FROM {_LINES}) > 3, ' 等', '')
                  FROM (SELECT i.name FROM {_LINES} ORDER BY m.id LIMIT 3))""",
     "who": "coalesce(nullif(s.receiver, ''), s.supplier)", "storeroom": "r.name",
     "fen": "(SELECT sum(abs(m.fen + m.difference)) FROM stock_movement m WHERE m.slip_id = s.id AND m.kind <> '调入')",
     "state": "iif(s.voided_on IS NULL, '', '作废')"},
    {}, ("s.dated_on DESC", "s.id DESC"),
    words=f"""(s.id IN (SELECT slip_id FROM stock_movement WHERE item_id IN ({_NAMED}))
              OR instr(folded(s.number || ' ' || s.receiver || ' ' || s.supplier || ' ' || s.handler || ' ' || s.remark), ?))""",
    filters={"kind": "s.kind = ?", "storeroom": "s.storeroom_id = ?",
             "signed": "iif(s.kind <> '领用' OR s.voided_on IS NOT NULL, '', iif(s.signed_on IS NULL, '未签回', '已签回')) = ?"},
    uncounted="state")
"""Slips, the latest first; filters ``kind``, ``storeroom`` (id), ``signed`` (未签回, 已签回: of issues that stand)."""

MOVEMENTS: tuple[Column, ...] = (
    Column("booked_on", "记账日期", Kind.DAY, 22), Column("number", "单号", Kind.CODE, 30), Column("kind", "收发", Kind.CHOICE, 18),
    Column("name", "品名", Kind.TEXT, 32), Column("spec", "规格", Kind.TEXT, 24), Column("unit", "单位", Kind.CHOICE, 12),
    Column("incoming", "收入", Kind.QUANTITY, 18), Column("outgoing", "发出", Kind.QUANTITY, 18),
    Column("fen", "金额（元）", Kind.MONEY, 24), Column("who", "领用（供应商）", Kind.TEXT, 34), Column("storeroom", "保管室", Kind.CHOICE, 22),
    Column("dated_on", "日期", Kind.DAY, 22, shown=False), Column("difference", "价差", Kind.MONEY, 20, shown=False),
    Column("category", "类别", Kind.CHOICE, 20, shown=False), Column("swapped", "以旧换新", Kind.CHOICE, 18, shown=False),
    Column("remark", "用途", Kind.TEXT, 30),
)
MOVEMENT_LIST = TableList(
    MOVEMENTS, "stock_movement m",
    {"s": "JOIN stock_slip s ON s.id = m.slip_id", "i": "JOIN stock_item i ON i.id = m.item_id",
     "r": "JOIN stock_storeroom r ON r.id = m.storeroom_id"},
    {"number": "s.number", "name": "i.name", "spec": "i.spec", "unit": "i.unit", "category": "i.category", "storeroom": "r.name",
     "incoming": "iif(m.quantity > 0, m.quantity, NULL)", "outgoing": "iif(m.quantity < 0, -m.quantity, NULL)", "dated_on": "s.dated_on",
     "fen": "abs(m.fen)", "who": "coalesce(nullif(s.receiver, ''), s.supplier)", "difference": "nullif(m.difference, 0)",
     "swapped": "iif(m.swapped, '是', '')"},
    {}, ("m.booked_on DESC", "m.id DESC"),
    words=f"""(m.item_id IN ({_NAMED})
              OR m.slip_id IN (SELECT id FROM stock_slip WHERE instr(folded(number || ' ' || receiver || ' ' || supplier), ?)))""",
    filters={"stands": "m.stands = ?", "item": "m.item_id = ?", "storeroom": "m.storeroom_id = ?", "kind": "m.kind = ?",
             "category": "i.category = ?"},
    defaults={"stands": 1})
"""Lines of standing slips, the latest first; filters ``item``, ``storeroom`` (ids), ``kind``, ``category``."""

SPAN: tuple[Column, ...] = (
    Column("category", "类别", Kind.CHOICE, 20), Column("name", "品名", Kind.TEXT, 32), Column("spec", "规格", Kind.TEXT, 24),
    Column("unit", "单位", Kind.CHOICE, 12),
    Column("opening", "期初数量", Kind.QUANTITY, 18), Column("opening_fen", "期初金额", Kind.MONEY, 22, total=True),
    Column("incoming", "收入数量", Kind.QUANTITY, 18), Column("incoming_fen", "收入金额", Kind.MONEY, 22, total=True),
    Column("outgoing", "发出数量", Kind.QUANTITY, 18), Column("outgoing_fen", "发出金额", Kind.MONEY, 22, total=True),
    Column("closing", "结存数量", Kind.QUANTITY, 18), Column("closing_fen", "结存金额", Kind.MONEY, 22, total=True),
)


def span_rows(first: date, last: date, storeroom: int | None = None) -> list[Row]:
    """Give the rows of ``SPAN`` for some days, each begun with the item's id."""
    return [(row.item, row.category, row.name, row.spec, row.unit, row.opening, row.opening_fen, row.incoming, row.incoming_fen,
             row.outgoing, row.outgoing_fen, row.closing, row.closing_fen) for row in queries.span(first, last, storeroom)]
