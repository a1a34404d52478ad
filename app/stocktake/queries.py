"""What can be asked of stocktakes: their lines, results, progress, differences, term start against term end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import pinyin
from app.stocktake import rules
from app.store.database import database, scalar

NO_PLACE = "未登记地点"

# --- rules.pieces and rules.result in SQL (a property test holds the two together) ------------------------------------

_ELSEWHERE = "(l.found_place_id IS NOT NULL AND l.found_place_id IS NOT l.place_id)"
_ALTERED = "(l.found_status <> '' AND l.found_status <> l.status)"
_THERE, _GONE = "min(l.counted, l.quantity)", "max(l.quantity - l.counted, 0)"
PIECES = {
    rules.MATCHED: f"iif(l.counted IS NULL OR {_ELSEWHERE} OR {_ALTERED}, 0, {_THERE})",
    rules.MISSING: f"iif(l.counted IS NULL OR l.mark <> '', 0, {_GONE})",
    rules.SURPLUS: "iif(l.counted IS NULL, 0, max(l.counted - l.quantity, 0))",
    rules.MOVED: f"iif(l.counted IS NOT NULL AND {_ELSEWHERE}, {_THERE}, 0)",
    rules.ALTERED: f"iif(l.counted IS NOT NULL AND {_ALTERED} AND NOT {_ELSEWHERE}, {_THERE}, 0)",
    rules.AWAY: f"iif(l.mark = '', 0, iif(l.counted IS NULL, l.quantity, {_GONE}))",
    rules.UNSEEN: "iif(l.counted IS NULL AND l.mark = '', l.quantity, 0)",
}
_GRAVEST = (rules.UNSEEN, rules.MISSING, rules.SURPLUS, rules.MOVED, rules.ALTERED, rules.AWAY)
RESULT = (
    "CASE " + " ".join(f"WHEN {PIECES[word]} > 0 THEN '{word}'" for word in _GRAVEST) + f" ELSE '{rules.MATCHED}' END"
)
# What the book says now, beside the frozen figures: the snapshot itself never changes.
SINCE = """CASE WHEN a.id IS NULL THEN '卡片已删除' ELSE trim(
  iif(a.place_id IS NOT l.place_id, '现在' || coalesce(np.path, '未登记地点') || ' ', '') ||
  iif(a.status <> l.status, '现在' || a.status || ' ', '') ||
  iif(a.quantity <> l.quantity, '现在 ' || a.quantity || ' 件', '')) END"""
JOINS = {"fp": "LEFT JOIN place fp ON fp.id = l.found_place_id", "p": "LEFT JOIN place p ON p.id = l.place_id",
         "a": "LEFT JOIN asset a ON a.id = l.asset_id", "np": "LEFT JOIN place np ON np.id = a.place_id"}
ALL_JOINS = " ".join(JOINS.values())
ROOM_ORDER = ("p.rank IS NULL", "p.rank", "l.place", "word_order(l.number)")


# --- stocktakes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StocktakeRow:
    """One stocktake with its progress; ``state`` is a key of ``rules.STEPS.words``, ``left`` the lines nobody counted yet."""

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
        return rules.STEPS.words[self.state]

    def allows(self, act: str) -> bool:
        """Whether something may be done in its state (a key of ``rules.STEPS.ways``)."""
        return rules.STEPS.allows(self.state, act)

    def after(self, act: str) -> str:
        """Give the state after an act; ``Refused`` in a sentence where it may not be done now."""
        return rules.STEPS.after(self.state, act, f"“{self.title}”")

    def refusal(self, act: str) -> str:
        """Say why something may not be done now, "" where it may."""
        return "" if self.allows(act) else rules.STEPS.refusal(self.state, act, f"“{self.title}”")


_HEAD = f"""SELECT s.id, s.number, s.term_id, s.kind, s.base_date, s.title, s.scope, s.scope_words, s.team, s.observer,
    s.state, s.opened_on, s.closed_on, s.approval_no, s.approved_on, s.remark,
    (SELECT count(*) FROM stocktake_line WHERE stocktake_id = s.id),
    (SELECT count(*) FROM stocktake_line l WHERE l.stocktake_id = s.id AND {PIECES[rules.UNSEEN]} > 0)
    FROM stocktake s"""


def stocktakes(term: int | None = None) -> list[StocktakeRow]:
    """Give the stocktakes (of a term), latest first."""
    where, parameters = ("WHERE s.term_id = ?", (term,)) if term else ("", ())
    rows = database.execute_sql(f"{_HEAD} {where} ORDER BY s.id DESC", parameters).fetchall()
    return [_stocktake(row) for row in rows]


def under_way() -> list[StocktakeRow]:
    """Give the stocktakes that are neither approved nor void, latest first."""
    rows = database.execute_sql(
        f"{_HEAD} WHERE s.state IN (?, ?) ORDER BY s.id DESC", (rules.OPEN, rules.COUNTED)
    ).fetchall()
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


def choices() -> list[tuple[int, str, str, str]]:
    """Give id, title, number and state of all stocktakes, latest first, without counting what is left of each."""
    return [tuple(row) for row in database.execute_sql(
        "SELECT id, title, number, state FROM stocktake ORDER BY id DESC").fetchall()]


def obstacles(stocktake: int) -> tuple[int, int]:
    """Give what stands against an approval besides lines not counted: 盘亏 and 盘盈 without a reason, undecided finds."""
    bare = scalar(
        f"""SELECT count(*) FROM stocktake_line l WHERE l.stocktake_id = ? AND l.reason = ''
            AND ({PIECES[rules.MISSING]} > 0 OR {PIECES[rules.SURPLUS]} > 0)""", (stocktake,))
    unclear = scalar(
        "SELECT count(*) FROM stocktake_find WHERE stocktake_id = ? AND decision = ?", (stocktake, rules.UNDECIDED)
    )
    return int(bare), int(unclear)


# --- lines -------------------------------------------------------------------------------------------------------


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
    category: str
    place_id: int | None
    place: str
    keeper: str
    user: str
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
    where = (f" AND {RESULT} IN ({marks})" if only else "") + (
        "" if room is None else " AND coalesce(l.place_id, 0) = ?"
    )
    return _lines(where, (stocktake, *only, *(() if room is None else (room,))))


def line_of(stocktake: int, number: str, asset: int | None = None) -> LineRow | None:
    """Give the line of an asset number, capitals or not; else that of a card (whose old number was scanned)."""
    found = _lines(" AND lower(l.number) = ?", (stocktake, pinyin.fold(number)))
    if not found and asset is not None:
        found = _lines(" AND l.asset_id = ?", (stocktake, asset))
    return found[0] if found else None


def lines_by_id(ids: Sequence[int]) -> dict[int, LineRow]:
    """Give these lines of any stocktake by id; one that is gone is absent."""
    return {
        line.id: line for line in _lines_where("l.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
    }


def line_name(identity: int) -> str:
    """Give number and name of a line for a step's title."""
    return str(scalar("SELECT number || ' ' || name FROM stocktake_line WHERE id = ?", (identity,)) or "")


def _lines(where: str, parameters: tuple[Any, ...]) -> list[LineRow]:
    return _lines_where(f"l.stocktake_id = ?{where}", parameters)


def _lines_where(where: str, parameters: tuple[Any, ...]) -> list[LineRow]:
    rows = database.execute_sql(
        f"""SELECT l.id, l.asset_id, l.number, l.name, l.model, l.unit, l.quantity, l.value, l.category, l.place_id, l.place, l.keeper,
                   l.user, l.status, l.mark, l.counted, l.damaged, l.found_place_id, coalesce(fp.path, ''), l.found_status,
                   l.reason, l.remark, {RESULT}, {PIECES[rules.MISSING]}, {PIECES[rules.SURPLUS]}, {SINCE}
            FROM stocktake_line l {ALL_JOINS} WHERE {where} ORDER BY {", ".join(ROOM_ORDER)}, l.id""",
        parameters,
    ).fetchall()
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
    return [
        FindRow(*row)
        for row in database.execute_sql(
            """SELECT f.id, f.code, f.name, f.model, f.unit, f.quantity, coalesce(p.path, ''), f.estimate, f.decision, f.reason,
                  f.remark, f.place_id, p.keeper_id, f.asset_id
           FROM stocktake_find f LEFT JOIN place p ON p.id = f.place_id WHERE f.stocktake_id = ? ORDER BY f.id""",
            (stocktake,),
        ).fetchall()
    ]


# --- results -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What a group (a room, a keeper, a class) came to: lines and pieces by result, losses and gains in 分.

    ``pieces`` maps each of ``rules.RESULTS`` to pieces; ``finds`` are pieces found that no card stands for, ``left_out``
    those among them that were decided not to be the school's (不入账). ``book`` = all pieces but 盘盈; ``left`` are lines
    nobody counted; ``keepers`` are those whom the cards of a room name, where a paper asks for them.
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
    left_out: int = 0
    keepers: str = ""

    @property
    def extra(self) -> int:
        """Give the pieces of 盘盈 that no card stands for."""
        return self.finds - self.left_out

    @property
    def gained(self) -> int:
        """Give the pieces of 盘盈, one figure everywhere: more than the book has of a card, and what no card stands for."""
        return self.pieces[rules.SURPLUS] + self.extra


_SUMS = ", ".join(f"sum({sql})" for sql in PIECES.values())
_NUMBERS = f"""count(*), sum({PIECES[rules.UNSEEN]} > 0), sum(l.quantity), sum(coalesce(l.counted, 0)), sum(l.damaged),
    sum(l.value), sum(l.value * ({PIECES[rules.MISSING]}) / l.quantity), {_SUMS}"""
CLASS_KEY = "iif(l.class_code = '', l.class_name, l.class_code)"
"""What lines are grouped by as one class: its code, where there is none its name."""
_BY = {
    "room": ("l.place_id", f"coalesce(nullif(max(l.place), ''), '{NO_PLACE}')",
             "LEFT JOIN place p ON p.id = l.place_id", "max(p.rank) IS NULL, max(p.rank), max(l.place)"),
    "keeper": ("l.keeper_id", "coalesce(nullif(max(l.keeper), ''), '未填保管人')", "", "l.keeper_id IS NULL, max(l.keeper)"),
    "class": (CLASS_KEY, "coalesce(nullif(max(l.class_name), ''), nullif(l.class_code, ''), '未分类')", "",
              f"max(l.class_code) = '', max(l.class_code), {CLASS_KEY} = '', {CLASS_KEY}"),
    "all": ("1", "'合计'", "", "1"),
}


def result(stocktake: int, by: str = "room") -> list[Result]:
    """Give the result by ``room``, ``keeper`` or ``class``, or of ``all``; finds count in the room they lay in."""
    key, name, join, order = _BY[by]
    rows = database.execute_sql(
        f"""SELECT CAST(coalesce({key}, 0) AS TEXT), {name}, {_NUMBERS} FROM stocktake_line l {join}
            WHERE l.stocktake_id = ? GROUP BY {key} ORDER BY {order}""", (stocktake,)).fetchall()
    found = _found_pieces(stocktake, by)
    results = [Result(*(*row[:9], dict(zip(PIECES, row[9:], strict=True)), *found.pop(row[0], (0, 0)))) for row in rows]
    empty = dict.fromkeys(PIECES, 0)
    return results + [Result(place, _place_name(place), 0, 0, 0, 0, 0, 0, 0, empty, *pieces)
                      for place, pieces in found.items()]


def summed(groups: Sequence[Result], name: str = "合计") -> Result:
    """Give the result of groups taken together."""
    def add(key: str) -> int:
        return sum(getattr(each, key) for each in groups)

    return Result(
        "1",
        name,
        add("lines"),
        add("left"),
        add("book"),
        add("counted"),
        add("damaged"),
        add("fen"),
        add("lost_fen"),
        {word: sum(each.pieces[word] for each in groups) for word in PIECES},
        add("finds"),
        add("left_out"),
    )


def _found_pieces(stocktake: int, by: str) -> dict[str, tuple[int, int]]:
    """Give the pieces found and those of them left out, by the group they count in."""
    if by not in ("room", "all"):
        return {}
    key = "coalesce(place_id, 0)" if by == "room" else "1"
    rows = database.execute_sql(
        f"""SELECT CAST({key} AS TEXT), sum(quantity), sum(iif(decision = ?, quantity, 0))
            FROM stocktake_find WHERE stocktake_id = ? GROUP BY 1""", (rules.LEAVE_IT, stocktake)).fetchall()
    return {group: (pieces, left_out) for group, pieces, left_out in rows}


def _place_name(place: str) -> str:
    return str(scalar("SELECT path FROM place WHERE id = ?", (int(place),)) or NO_PLACE)


def missing_rooms(stocktake: int) -> list[Result]:
    """Give the rooms that still have lines nobody counted."""
    return [room for room in result(stocktake) if room.left]
