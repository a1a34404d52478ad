"""期初 against 期末: two stocktakes side by side, room by room, of what both of them covered and nothing else.

A room that only one of them was to count has no change, and neither has one that nobody finished: both are told, and
neither goes into a sum, so that 期末 less 期初 is the change in every line and in the total.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.assets import queries as assets
from app.school import queries as school
from app.school.rules import BRANCH_STORE
from app.stocktake import queries, rules
from app.stocktake.queries import NO_PLACE, PIECES, StocktakeRow
from app.stocktake.rules import Scope
from app.store.database import database


@dataclass(frozen=True, slots=True)
class Compared:
    """One room at two stocktakes: pieces on the book and counted, the kinds that nobody counted in either."""

    room: str
    first_book: int
    first_counted: int
    first_left: int
    second_book: int
    second_counted: int
    second_left: int

    @property
    def left(self) -> int:
        """Give how many kinds nobody counted, in one stocktake or the other."""
        return self.first_left + self.second_left

    @property
    def change(self) -> int:
        """Give how many pieces more were counted the second time; of no meaning while something is left."""
        return self.second_counted - self.first_counted

    def figures(self) -> tuple[int | None, ...]:
        """Give book and counted of the first, of the second, and the change; none of a room that was not finished."""
        if self.left:
            return (None,) * 5
        return (self.first_book, self.first_counted, self.second_book, self.second_counted, self.change)

    def note(self, first: str, second: str) -> str:
        """Say why a room is not compared; ``first`` and ``second`` are what the stocktakes are called, "" for one that is."""
        parts = [f"{name}还有 {left} 种没有盘" for name, left in ((first, self.first_left), (second, self.second_left)) if left]
        return f"{'、'.join(parts)}，不比" if parts else ""


@dataclass(frozen=True)
class Comparison:
    """Two stocktakes, the earlier first: the rooms that both covered, and the names of those that only one did."""

    first: StocktakeRow
    second: StocktakeRow
    rooms: Sequence[Compared]
    outside: Sequence[str]

    @property
    def names(self) -> tuple[str, str]:
        """Give what the two are called beside each other."""
        return (self.first.kind, self.second.kind) if self.first.kind != self.second.kind else ("前次", "本次")

    @property
    def outside_words(self) -> str:
        """Say which rooms are not compared because only one of the two was to count them, "" for none."""
        if not self.outside:
            return ""
        some = "、".join(self.outside[:3]) + (f"等 {len(self.outside)} 处" if len(self.outside) > 3 else "")
        return f"{some}只有一次盘点的范围包括，不比。"


def compare(one: StocktakeRow, other: StocktakeRow) -> Comparison:
    """Compare two stocktakes in whatever order they are given."""
    first, second = in_order(one, other)
    fits, given = [], list[object]()
    for row, scope in ((first, second.scope), (second, first.scope)):    # each line must be within the other's scope as well
        condition, values = _within(scope)
        fits.append(f"(l.stocktake_id = {int(row.id)} AND {condition})")
        given += values
    sides = ", ".join(
        f"sum(iif(within AND l.stocktake_id = {int(row.id)}, {what}, 0))"
        for row in (first, second)
        for what in ("l.quantity", "coalesce(l.counted, 0)", f"{PIECES[rules.UNSEEN]} > 0"))
    rows = database.execute_sql(
        f"""SELECT coalesce(nullif(max(l.place), ''), '{NO_PLACE}'), max(within), {sides}
            FROM (SELECT l.*, ({" OR ".join(fits)}) AS within FROM stocktake_line l WHERE l.stocktake_id IN (?, ?)) l
            LEFT JOIN place p ON p.id = l.place_id
            GROUP BY l.place_id ORDER BY max(p.rank) IS NULL, max(p.rank), 1""", (*given, first.id, second.id)).fetchall()
    return Comparison(first, second, [Compared(row[0], *row[2:]) for row in rows if row[1]], [row[0] for row in rows if not row[1]])


def counterpart(chosen: StocktakeRow, others: Sequence[StocktakeRow]) -> StocktakeRow | None:
    """Give the one that a person means to compare with: the other end of the same term, else the one before, else any.

    Window, command line and paper ask here. None where there is no other.
    """
    wanted = rules.TERM_START if chosen.kind != rules.TERM_START else rules.TERM_END
    same = [each for each in others if each.term_id == chosen.term_id and each.kind == wanted]
    before = [each for each in others if (each.base_date, each.id) < (chosen.base_date, chosen.id)]
    return next(iter([*same, *before, *others]), None)


def others(chosen: int) -> list[StocktakeRow]:
    """Give what a stocktake can be compared with: all others that are not void, latest first."""
    return [each for each in queries.stocktakes() if each.id != chosen and each.state != rules.VOIDED]


def in_order(one: StocktakeRow, other: StocktakeRow) -> tuple[StocktakeRow, StocktakeRow]:
    """Give two stocktakes as they are compared: the earlier 基准日 first, on one day 期初 before 期末."""
    both = sorted((one, other), key=lambda row: (row.base_date, rules.KINDS.index(row.kind), row.id))
    return both[0], both[1]


def _within(scope: Scope) -> tuple[str, list[object]]:
    """Give the condition that a frozen line lies within a scope, by its place, class and keeper of that day."""
    parts, given = ["1"], list[object]()
    if scope.places:
        places = [below for each in scope.places for below in school.places_below(each) or [each]]
        parts.append("coalesce(l.place_id, 0) IN (SELECT value FROM json_each(?))")
        given.append(json.dumps(places))
    if scope.branch_rooms:
        parts.append("l.place_id IN (SELECT value FROM json_each(?))")
        given.append(json.dumps([room.id for room in school.rooms() if room.custody == BRANCH_STORE]))
    if scope.keepers:
        parts.append("coalesce(l.keeper_id, 0) IN (SELECT value FROM json_each(?))")
        given.append(json.dumps(list(scope.keepers)))
    if scope.classes:
        parts.append(f"({' OR '.join(['(l.class_code >= ? AND l.class_code < ?)'] * len(scope.classes))})")
        given += [bound for each in scope.classes for bound in assets.class_bounds(each)]
    return " AND ".join(parts), given
