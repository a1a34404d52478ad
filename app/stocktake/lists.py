"""The lists of the page: lines of a stocktake, what was found besides; searched, filtered, sorted, page by page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.listing import Totals, Wish, cell_condition
from app.stocktake import rules
from app.stocktake.queries import JOINS, PIECES, RESULT, ROOM_ORDER, SINCE
from app.store.database import database, scalar
from app.store.remembered import Remembered

LINES: tuple[Column, ...] = (
    Column("place", "账面地点", Kind.TEXT, 36), Column("number", "资产编号", Kind.CODE, 30),
    Column("name", "资产名称", Kind.TEXT, 32), Column("model", "规格型号", Kind.TEXT, 28), Column("quantity", "账面", Kind.WHOLE, 14, total=True),
    Column("counted", "实盘", Kind.WHOLE, 14, total=True), Column("damaged", "损坏", Kind.WHOLE, 12, total=True),
    Column("result", "结果", Kind.CHOICE, 22), Column("found_place", "实际地点", Kind.TEXT, 36),
    Column("found_status", "实际状况", Kind.CHOICE, 18), Column("reason", "差异原因", Kind.TEXT, 30),
    Column("remark", "备注", Kind.TEXT, 30), Column("since", "后来变动", Kind.TEXT, 36),
    Column("status", "账面状况", Kind.CHOICE, 18, shown=False), Column("mark", "在外或待处置", Kind.CHOICE, 20, shown=False),
    Column("keeper", "保管人", Kind.TEXT, 18, shown=False),
    Column("unit", "单位", Kind.CHOICE, 12, shown=False),
    Column("value", "账面价值", Kind.MONEY, 24, total=True, shown=False),
    Column("class_name", "分类", Kind.TEXT, 26, shown=False), Column("user", "使用人", Kind.TEXT, 18, shown=False),
    Column("counted_by", "录入人", Kind.TEXT, 18, shown=False), Column("counted_at", "录入时间", Kind.TEXT, 30, shown=False),
    Column("source", "录入方式", Kind.CHOICE, 18, shown=False),
)
FINDS: tuple[Column, ...] = (
    Column("code", "标签号", Kind.CODE, 28), Column("name", "名称", Kind.TEXT, 32),
    Column("model", "规格型号", Kind.TEXT, 28), Column("unit", "单位", Kind.CHOICE, 12),
    Column("quantity", "数量", Kind.WHOLE, 13, total=True), Column("place", "发现地点", Kind.TEXT, 36),
    Column("estimate", "估价（元/件）", Kind.MONEY, 24), Column("decision", "处理", Kind.CHOICE, 16),
    Column("reason", "原因", Kind.TEXT, 30), Column("remark", "备注", Kind.TEXT, 30),
    Column("found_at", "发现时间", Kind.TEXT, 30, shown=False), Column("source", "录入方式", Kind.CHOICE, 18, shown=False),
)
DIFFERING, UNEXPLAINED = "有差异", "未写原因"   # of all that differs; of 盘亏 and 盘盈 those that cannot be approved yet
_LOST_OR_MORE = f"({PIECES[rules.MISSING]} > 0 OR {PIECES[rules.SURPLUS]} > 0)"
_DIFFERS = f"{RESULT} IN ('{rules.MISSING}', '{rules.SURPLUS}', '{rules.MOVED}', '{rules.ALTERED}')"
_LINE_VALUES = {
    "found_place": "coalesce(fp.path, '')", "damaged": "nullif(l.damaged, 0)", "since": f"({SINCE})",
    "result": f"iif({RESULT} = '{rules.AWAY}', l.mark, {RESULT})"}
_LINE_ORDERS: dict[str, Sequence[str]] = {
    "place": ROOM_ORDER, "found_place": ("fp.rank IS NULL", "fp.rank"), "result": (_LINE_VALUES["result"],),
    "since": (_LINE_VALUES["since"],)}
_LINE_FILTERS = {
    "stocktake": "l.stocktake_id = ?", "room": "coalesce(l.place_id, 0) = ?", "keeper": "coalesce(l.keeper_id, 0) = ?",
    "class": "l.class_code = ?", "status": "l.status = ?", "mark": "l.mark = ?",
    "result": f"? IN ({RESULT}, iif({_DIFFERS}, '{DIFFERING}', ''), iif({_LOST_OR_MORE} AND l.reason = '', '{UNEXPLAINED}', ''))",
}
_LINE_WORD = """(instr(lower(l.number || ' ' || l.name || ' ' || l.model || ' ' || l.place || ' ' || l.keeper || ' ' ||
                 l.remark || ' ' || l.reason), ?) OR l.asset_id IN (SELECT id FROM asset WHERE instr(keys, ?)))"""


def _line_value(key: str) -> str:
    return _LINE_VALUES.get(key, f"l.{key}")


_LINES_SELECTED = ", ".join(_line_value(column.key) for column in LINES)


def lines(wish: Wish, limit: int = 500, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give lines that match, as (id, values in the order of ``LINES``); filter ``stocktake`` says of which.

    Column ``result`` says 借出, 送修 or 待处置 where that is why a thing is not there; column ``since`` what the ledger
    says now, beside the frozen figures.

    Filter ``result`` is one of ``rules.RESULTS``, or ``DIFFERING`` or ``UNEXPLAINED``. Raises ``ValueError`` with a
    sentence where what was typed under a header cannot be read.
    """
    where, parameters = _line_conditions(wish)
    # The ids are chosen first, so that sorting moves narrow rows and the joins are made for one page only.
    return list(database.execute_sql(
        f"""WITH page(id, at) AS (
              SELECT id, row_number() OVER () FROM (
                SELECT l.id FROM stocktake_line l {_joins(wish)} WHERE {where}
                ORDER BY {_line_order(wish)} LIMIT ? OFFSET ?))
            SELECT l.id, {_LINES_SELECTED} FROM page JOIN stocktake_line l ON l.id = page.id {JOINS} ORDER BY page.at""",
        (*parameters, limit, offset)).fetchall())


def line_totals(wish: Wish) -> Totals:
    """Give lines, pieces on the book and their value (分) of all that match."""
    where, parameters = _line_conditions(wish)
    joins = _joins(wish) if wish.cells else ""
    return Totals(*database.execute_sql(
        f"""SELECT count(*), coalesce(sum(l.quantity), 0), coalesce(sum(l.value), 0)
            FROM stocktake_line l {joins} WHERE {where}""", parameters).fetchone())


def line_position(wish: Wish, line: int) -> int | None:
    """Give the place (from 0) of a line in the list that the wish asks for; None where the list leaves it out."""
    where, parameters = _line_conditions(wish)
    at = scalar(
        f"""SELECT at - 1 FROM (SELECT l.id, row_number() OVER (ORDER BY {_line_order(wish)}) AS at
            FROM stocktake_line l {_joins(wish)} WHERE {where}) WHERE id = ?""", (*parameters, line))
    return None if at is None else int(at)


def next_unseen(wish: Wish, line: int) -> int | None:
    """Give the first line after this one that nobody counted, going on at the top; None where all are counted.

    What is lent, in repair or awaiting disposal is passed over: nobody expects it there.
    """
    where, parameters = _line_conditions(wish)
    found = scalar(
        f"""WITH listed AS (SELECT l.id, l.counted IS NULL AND l.mark = '' AS unseen,
                              row_number() OVER (ORDER BY {_line_order(wish)}) AS at
                            FROM stocktake_line l {_joins(wish)} WHERE {where})
            SELECT id FROM listed WHERE unseen AND id <> ?
            ORDER BY at < coalesce((SELECT at FROM listed WHERE id = ?), 0), at LIMIT 1""", (*parameters, line, line))
    return None if found is None else int(found)


_changed_since: Remembered[int] = Remembered()     # cards are compared with what a line froze: counting it changes neither


def changed_since(stocktake: int) -> int:
    """Give how many lines' cards were moved, changed or deleted in the ledger since the stocktake was opened."""
    sql = f"SELECT count(*) FROM stocktake_line l {JOINS} WHERE l.stocktake_id = ? AND {SINCE} <> ''"
    return _changed_since.get(stocktake, lambda: int(scalar(sql, (stocktake,))), unmoved={"stocktake_line"})


def _joins(wish: Wish) -> str:
    """Give the joins that conditions and order need: fewer than the list itself, which matters for 20,000 lines."""
    return JOINS if wish.cells or wish.sort in _LINE_VALUES else "LEFT JOIN place p ON p.id = l.place_id"


def _line_order(wish: Wish) -> str:
    return _ordered(_LINE_ORDERS, "l", ROOM_ORDER, wish)


def _line_conditions(wish: Wish) -> tuple[str, tuple[Any, ...]]:
    return _conditions(wish, _LINE_WORD, _LINE_FILTERS, LINES, _line_value)


# --- what was found besides --------------------------------------------------------------------------------------

_FIND_VALUES = {"place": "coalesce(p.path, '')"}
_FIND_FILTERS = {"stocktake": "f.stocktake_id = ?", "room": "coalesce(f.place_id, 0) = ?", "decision": "f.decision = ?"}
_FIND_WORD = """instr(lower(f.code || ' ' || f.name || ' ' || f.model || ' ' || coalesce(p.keys, '') || ' ' || f.reason ||
                ' ' || f.remark), ?)"""
_FIND_FROM = "stocktake_find f LEFT JOIN place p ON p.id = f.place_id"
_FINDS_SELECTED = ", ".join(_FIND_VALUES.get(column.key, f"f.{column.key}") for column in FINDS)


def finds(wish: Wish, limit: int = 500, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give what was found without a card, as (id, values in the order of ``FINDS``), as it was found."""
    where, parameters = _find_conditions(wish)
    order = _ordered({"place": ("p.rank IS NULL", "p.rank")}, "f", (), wish)
    return list(database.execute_sql(
        f"SELECT f.id, {_FINDS_SELECTED} FROM {_FIND_FROM} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        (*parameters, limit, offset)).fetchall())


def find_totals(wish: Wish) -> Totals:
    """Give records, pieces and estimated value (分) of all that match."""
    where, parameters = _find_conditions(wish)
    return Totals(*database.execute_sql(
        f"""SELECT count(*), coalesce(sum(f.quantity), 0), coalesce(sum(f.quantity * coalesce(f.estimate, 0)), 0)
            FROM {_FIND_FROM} WHERE {where}""", parameters).fetchone())


def _find_conditions(wish: Wish) -> tuple[str, tuple[Any, ...]]:
    return _conditions(wish, _FIND_WORD, _FIND_FILTERS, FINDS, lambda key: _FIND_VALUES.get(key, f"f.{key}"))


# --- both --------------------------------------------------------------------------------------------------------


def _conditions(wish: Wish, word_sql: str, filters: Mapping[str, str], columns: Sequence[Column],
                value_of: Callable[[str], str]) -> tuple[str, tuple[Any, ...]]:
    parts, parameters = ["1"], list[Any]()
    for word in pinyin.words(wish.search):
        parts.append(word_sql)
        parameters += [word] * word_sql.count("?")
    for key, value in wish.filters.items():
        parts.append(filters[key])
        parameters.append(value)
    kinds = {column.key: column.kind for column in columns}
    for key, typed in wish.cells.items():
        sql, given = cell_condition(kinds[key], value_of(key), typed)
        parts.append(f"({sql})")
        parameters += given
    return " AND ".join(parts), tuple(parameters)


def _ordered(orders: Mapping[str, Sequence[str]], table: str, own: Sequence[str], wish: Wish) -> str:
    """Give the order that was asked for; rows alike in it stand in the list's own order."""
    way = " DESC" if wish.descending else ""
    asked = [each + way for each in orders.get(wish.sort, (f"{table}.{wish.sort}",))] if wish.sort else []
    return ", ".join([*asked, *own, f"{table}.id"])
