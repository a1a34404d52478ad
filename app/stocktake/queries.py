"""What can be asked of stocktakes: their lines page by page, results, progress, differences, term start against end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.listing import Wish
from app.stocktake import rules
from app.store.database import database, scalar

COLUMNS: tuple[Column, ...] = (
    Column("number", "资产编号", Kind.CODE, 30), Column("name", "资产名称", Kind.TEXT, 32),
    Column("model", "规格型号", Kind.TEXT, 28), Column("unit", "单位", Kind.CHOICE, 12),
    Column("quantity", "账面数", Kind.WHOLE, 14, total=True), Column("counted", "实盘数", Kind.WHOLE, 14, total=True),
    Column("damaged", "损坏", Kind.WHOLE, 12, total=True), Column("result", "结果", Kind.CHOICE, 22),
    Column("place", "账面地点", Kind.TEXT, 36), Column("found_place", "实际地点", Kind.TEXT, 36),
    Column("status", "账面状况", Kind.CHOICE, 18), Column("found_status", "实际状况", Kind.CHOICE, 18),
    Column("keeper", "保管人", Kind.TEXT, 18), Column("reason", "差异原因", Kind.TEXT, 30),
    Column("remark", "备注", Kind.TEXT, 30), Column("since", "开始盘点后的变动", Kind.TEXT, 36),
    Column("value", "账面价值", Kind.MONEY, 24, total=True, shown=False),
    Column("class_name", "分类", Kind.TEXT, 26, shown=False), Column("user", "使用人", Kind.TEXT, 18, shown=False),
    Column("mark", "在外或待处置", Kind.CHOICE, 20, shown=False),
    Column("counted_by", "盘点人", Kind.TEXT, 18, shown=False),
    Column("counted_at", "盘点时间", Kind.TEXT, 30, shown=False),
    Column("source", "录入方式", Kind.CHOICE, 18, shown=False),
)
FINDS: tuple[Column, ...] = (
    Column("code", "标签号", Kind.CODE, 28), Column("name", "名称", Kind.TEXT, 32),
    Column("model", "规格型号", Kind.TEXT, 28), Column("unit", "单位", Kind.CHOICE, 12),
    Column("quantity", "数量", Kind.WHOLE, 13, total=True), Column("place", "发现地点", Kind.TEXT, 36),
    Column("estimate", "估价（元/件）", Kind.MONEY, 24), Column("decision", "处理", Kind.CHOICE, 16),
    Column("reason", "原因", Kind.TEXT, 30), Column("remark", "备注", Kind.TEXT, 30),
)
NO_PLACE = "未登记地点"

# --- rules.pieces and rules.result in SQL (a property test holds the two together) ------------------------------------

_ELSEWHERE = "(l.found_place_id IS NOT NULL AND l.found_place_id IS NOT l.place_id)"
_ALTERED = "(l.found_status <> '' AND l.found_status <> l.status)"
_THERE, _GONE = "min(l.counted, l.quantity)", "max(l.quantity - l.counted, 0)"
_PIECES = {
    rules.MATCHED: f"iif(l.counted IS NULL OR {_ELSEWHERE} OR {_ALTERED}, 0, {_THERE})",
    rules.MISSING: f"iif(l.counted IS NULL OR l.mark <> '', 0, {_GONE})",
    rules.SURPLUS: "iif(l.counted IS NULL, 0, max(l.counted - l.quantity, 0))",
    rules.MOVED: f"iif(l.counted IS NOT NULL AND {_ELSEWHERE}, {_THERE}, 0)",
    rules.ALTERED: f"iif(l.counted IS NOT NULL AND {_ALTERED} AND NOT {_ELSEWHERE}, {_THERE}, 0)",
    rules.AWAY: f"iif(l.mark = '', 0, iif(l.counted IS NULL, l.quantity, {_GONE}))",
    rules.UNSEEN: "iif(l.counted IS NULL AND l.mark = '', l.quantity, 0)",
}
_GRAVEST = (rules.UNSEEN, rules.MISSING, rules.SURPLUS, rules.MOVED, rules.ALTERED, rules.AWAY)
_RESULT = "CASE " + " ".join(f"WHEN {_PIECES[word]} > 0 THEN '{word}'" for word in _GRAVEST) + f" ELSE '{rules.MATCHED}' END"
# What the book says now, beside the frozen figures: the snapshot itself never changes.
_SINCE = """CASE WHEN a.id IS NULL THEN '卡片已删除' ELSE trim(
  iif(a.place_id IS NOT l.place_id, '现在' || coalesce(np.path, '未登记地点') || ' ', '') ||
  iif(a.status <> l.status, '现在' || a.status || ' ', '') ||
  iif(a.quantity <> l.quantity, '现在 ' || a.quantity || ' 件', '')) END"""
_VALUES = {"found_place": "coalesce(fp.path, '')", "result": _RESULT, "since": _SINCE}
_JOINS = """LEFT JOIN place fp ON fp.id = l.found_place_id LEFT JOIN place p ON p.id = l.place_id
            LEFT JOIN asset a ON a.id = l.asset_id LEFT JOIN place np ON np.id = a.place_id"""
_ORDERS = {"": "p.rank IS NULL, p.rank, l.place, l.number", "place": "p.rank IS NULL, p.rank, l.place",
           "found_place": "fp.rank", **{key: f"({_VALUES[key]})" for key in ("result", "since")}}
_SELECTED = ", ".join(_VALUES.get(column.key, f"l.{column.key}") for column in COLUMNS)


# --- stocktakes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StocktakeRow:
    """One stocktake with its progress; ``state`` is a key of ``rules.STATES``, ``left`` the lines nobody counted yet."""

    id: int
    number: str
    term_id: int
    kind: str
    base_date: date
    title: str
    scope: rules.Scope
    scope_words: str
    team: str
    observer: str
    state: str
    opened_on: date
    closed_on: date | None
    approval_no: str
    approved_on: date | None
    remark: str
    lines: int
    left: int

    @property
    def state_words(self) -> str:
        """Give the state as people read it."""
        return rules.STATES[self.state]


_HEAD = f"""SELECT s.id, s.number, s.term_id, s.kind, s.base_date, s.title, s.scope, s.scope_words, s.team, s.observer,
    s.state, s.opened_on, s.closed_on, s.approval_no, s.approved_on, s.remark,
    (SELECT count(*) FROM stocktake_line WHERE stocktake_id = s.id),
    (SELECT count(*) FROM stocktake_line l WHERE l.stocktake_id = s.id AND {_PIECES[rules.UNSEEN]} > 0)
    FROM stocktake s"""


def stocktakes(term: int | None = None) -> list[StocktakeRow]:
    """Give the stocktakes (of a term), latest first."""
    where, parameters = ("WHERE s.term_id = ?", (term,)) if term else ("", ())
    rows = database.execute_sql(f"{_HEAD} {where} ORDER BY s.id DESC", parameters).fetchall()
    return [_stocktake(row) for row in rows]


def stocktake(identity: int) -> StocktakeRow | None:
    """Give one stocktake, None where there is none."""
    row = database.execute_sql(f"{_HEAD} WHERE s.id = ?", (identity,)).fetchone()
    return _stocktake(row) if row else None


def latest(term: int | None = None) -> StocktakeRow | None:
    """Give the stocktake a person means who names none: the latest open one, else the latest that is not void."""
    rows = [row for row in stocktakes(term) if row.state != rules.VOIDED]
    under_way = [row for row in rows if row.state in (rules.OPEN, rules.COUNTED)]
    return next(iter([*under_way, *rows]), None)


def _stocktake(row: Sequence[Any]) -> StocktakeRow:
    values = list(row)
    for at in (4, 11, 12, 14):
        values[at] = date.fromisoformat(values[at]) if values[at] else None
    values[6] = rules.read_scope(values[6])
    return StocktakeRow(*values)


# --- lines -------------------------------------------------------------------------------------------------------


def listing(wish: Wish, limit: int = 500, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give lines that match, as (id, values in the order of ``COLUMNS``); filter ``stocktake`` says of which."""
    where, parameters = _conditions(wish)
    order = _ORDERS.get(wish.sort, f"l.{wish.sort}")
    way = " DESC" if wish.sort and wish.descending else ""
    return list(database.execute_sql(
        f"""SELECT l.id, {_SELECTED} FROM stocktake_line l {_JOINS} WHERE {where}
            ORDER BY {order}{way}, l.id LIMIT ? OFFSET ?""", (*parameters, limit, offset)).fetchall())


def count_lines(wish: Wish) -> int:
    """Give how many lines match."""
    where, parameters = _conditions(wish)
    return int(scalar(f"SELECT count(*) FROM stocktake_line l WHERE {where}", parameters))


def _conditions(wish: Wish) -> tuple[str, tuple[Any, ...]]:
    parts: list[str] = ["1"]
    parameters: list[Any] = []
    for word in pinyin.words(wish.search):
        parts.append("""(instr(lower(l.number || ' ' || l.name || ' ' || l.model || ' ' || l.place || ' ' || l.keeper || ' ' ||
                         l.remark || ' ' || l.reason), ?) OR l.asset_id IN (SELECT id FROM asset WHERE instr(keys, ?)))""")
        parameters += [word, word]
    for key, value in wish.filters.items():
        parts.append(_FILTERS[key])
        parameters.append(value)
    return " AND ".join(parts), tuple(parameters)


_FILTERS = {
    "stocktake": "l.stocktake_id = ?", "room": "coalesce(l.place_id, 0) = ?", "keeper": "coalesce(l.keeper_id, 0) = ?",
    "class": "l.class_code = ?", "result": f"{_RESULT} = ?", "status": "l.status = ?", "mark": "l.mark = ?",
}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with its ids, for verbs and papers; ``since`` tells what the book says now where it differs."""

    id: int
    asset_id: int
    number: str
    name: str
    model: str
    unit: str
    quantity: int
    value: int
    place_id: int | None
    place: str
    keeper: str
    status: str
    mark: str
    counted: int | None
    damaged: int
    found_place_id: int | None
    found_place: str
    found_status: str
    reason: str
    remark: str
    result: str
    missing: int
    surplus: int
    since: str


def lines(stocktake: int, only: Sequence[str] = (), room: int | None = None) -> list[LineRow]:
    """Give the lines of a stocktake in the order of the rooms: all, those with one of ``only`` results, of one room."""
    marks = ", ".join("?" for _ in only)
    where = (f" AND {_RESULT} IN ({marks})" if only else "") + ("" if room is None else " AND coalesce(l.place_id, 0) = ?")
    return _lines(where, (stocktake, *only, *(() if room is None else (room,))))


def line_of(stocktake: int, number: str, asset: int | None = None) -> LineRow | None:
    """Give the line of an asset number, capitals or not; else that of a card (whose old number was scanned)."""
    found = _lines(" AND lower(l.number) = ?", (stocktake, pinyin.fold(number)))
    if not found and asset is not None:
        found = _lines(" AND l.asset_id = ?", (stocktake, asset))
    return found[0] if found else None


def line_name(identity: int) -> str:
    """Give number and name of a line for a step's title."""
    return str(scalar("SELECT number || ' ' || name FROM stocktake_line WHERE id = ?", (identity,)) or "")


def _lines(where: str, parameters: tuple[Any, ...]) -> list[LineRow]:
    rows = database.execute_sql(
        f"""SELECT l.id, l.asset_id, l.number, l.name, l.model, l.unit, l.quantity, l.value, l.place_id, l.place, l.keeper,
                   l.status, l.mark, l.counted, l.damaged, l.found_place_id, coalesce(fp.path, ''), l.found_status,
                   l.reason, l.remark, {_RESULT}, {_PIECES[rules.MISSING]}, {_PIECES[rules.SURPLUS]}, {_SINCE}
            FROM stocktake_line l {_JOINS} WHERE l.stocktake_id = ?{where} ORDER BY {_ORDERS['']}, l.id""",
        parameters).fetchall()
    return [LineRow(*row) for row in rows]


def differences(stocktake: int) -> list[LineRow]:
    """Give the lines that do not agree with the book, those that need no correction left out."""
    return lines(stocktake, (rules.MISSING, rules.SURPLUS, rules.MOVED, rules.ALTERED))


@dataclass(frozen=True, slots=True)
class FindRow:
    """Something found that no card stands for; ``estimate`` is 分 a piece."""

    id: int
    code: str
    name: str
    model: str
    unit: str
    quantity: int
    place: str
    estimate: int | None
    decision: str
    reason: str
    remark: str
    place_id: int | None
    keeper_id: int | None
    asset_id: int | None


def finds(stocktake: int) -> list[FindRow]:
    """Give what was found without a card, in the order it was found."""
    return [FindRow(*row) for row in database.execute_sql(
        """SELECT f.id, f.code, f.name, f.model, f.unit, f.quantity, coalesce(p.path, ''), f.estimate, f.decision, f.reason,
                  f.remark, f.place_id, p.keeper_id, f.asset_id
           FROM stocktake_find f LEFT JOIN place p ON p.id = f.place_id WHERE f.stocktake_id = ? ORDER BY f.id""",
        (stocktake,)).fetchall()]


# --- results -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What a group (a room, a keeper, a class) came to: lines and pieces by result, losses and gains in 分.

    ``pieces`` maps each of ``rules.RESULTS`` to pieces; ``finds`` are pieces found that no card stands for.
    ``book`` = all pieces but 盘盈; ``left`` are lines nobody counted.
    """

    key: str
    name: str
    lines: int
    left: int
    book: int
    counted: int
    damaged: int
    fen: int
    lost_fen: int
    pieces: Mapping[str, int]
    finds: int


_SUMS = ", ".join(f"sum({sql})" for sql in _PIECES.values())
_NUMBERS = f"""count(*), sum({_PIECES[rules.UNSEEN]} > 0), sum(l.quantity), sum(coalesce(l.counted, 0)), sum(l.damaged),
    sum(l.value), sum(l.value * ({_PIECES[rules.MISSING]}) / l.quantity), {_SUMS}"""
_BY = {
    "room": ("l.place_id", f"coalesce(nullif(max(l.place), ''), '{NO_PLACE}')",
             "LEFT JOIN place p ON p.id = l.place_id", "max(p.rank) IS NULL, max(p.rank), max(l.place)"),
    "keeper": ("l.keeper_id", "coalesce(nullif(max(l.keeper), ''), '未填保管人')", "", "l.keeper_id IS NULL, max(l.keeper)"),
    "class": ("l.class_code", "coalesce(nullif(max(l.class_name), ''), nullif(l.class_code, ''), '未分类')", "",
              "l.class_code = '', l.class_code"),
    "all": ("1", "'合计'", "", "1"),
}


def result(stocktake: int, by: str = "room") -> list[Result]:
    """Give the result by ``room``, ``keeper`` or ``class``, or of ``all``; finds count in the room they lay in."""
    key, name, join, order = _BY[by]
    rows = database.execute_sql(
        f"""SELECT CAST(coalesce({key}, 0) AS TEXT), {name}, {_NUMBERS} FROM stocktake_line l {join}
            WHERE l.stocktake_id = ? GROUP BY {key} ORDER BY {order}""", (stocktake,)).fetchall()
    found = _found_pieces(stocktake, by)
    results = [Result(*(*row[:9], dict(zip(_PIECES, row[9:], strict=True)), found.pop(row[0], 0))) for row in rows]
    empty = dict.fromkeys(_PIECES, 0)
    return results + [Result(place, _place_name(place), 0, 0, 0, 0, 0, 0, 0, empty, count) for place, count in found.items()]


def _found_pieces(stocktake: int, by: str) -> dict[str, int]:
    if by not in ("room", "all"):
        return {}
    key = "coalesce(place_id, 0)" if by == "room" else "1"
    return dict(database.execute_sql(
        f"SELECT CAST({key} AS TEXT), sum(quantity) FROM stocktake_find WHERE stocktake_id = ? GROUP BY 1",
        (stocktake,)).fetchall())


def _place_name(place: str) -> str:
    return str(scalar("SELECT path FROM place WHERE id = ?", (int(place),)) or NO_PLACE)


def missing_rooms(stocktake: int) -> list[Result]:
    """Give the rooms that still have lines nobody counted."""
    return [room for room in result(stocktake) if room.left]


@dataclass(frozen=True, slots=True)
class Compared:
    """One room at two stocktakes: pieces on the book and counted, and what the second lacks of the first's count."""

    room: str
    first_book: int
    first_counted: int
    second_book: int
    second_counted: int

    @property
    def change(self) -> int:
        """Give how many pieces more were counted the second time."""
        return self.second_counted - self.first_counted


def comparison(first: int, second: int) -> list[Compared]:
    """Give 期初 against 期末, room by room in the order of the tree; a room only one of them covers has zeros."""
    rows = database.execute_sql(
        f"""SELECT coalesce(nullif(max(l.place), ''), '{NO_PLACE}'),
                   sum(iif(l.stocktake_id = ?1, l.quantity, 0)), sum(iif(l.stocktake_id = ?1, coalesce(l.counted, 0), 0)),
                   sum(iif(l.stocktake_id = ?2, l.quantity, 0)), sum(iif(l.stocktake_id = ?2, coalesce(l.counted, 0), 0))
            FROM stocktake_line l LEFT JOIN place p ON p.id = l.place_id WHERE l.stocktake_id IN (?1, ?2)
            GROUP BY l.place_id ORDER BY max(p.rank) IS NULL, max(p.rank), 1""", (first, second)).fetchall()
    return [Compared(*row) for row in rows]
