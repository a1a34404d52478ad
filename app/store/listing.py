"""Lists that SQL makes: declared by columns, tables and expressions, they answer the wishes of a list page."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core import pinyin
from app.core.columns import Column
from app.core.conditions import WORDS, Condition, condition
from app.core.listing import Totals, Wish, summed
from app.store import ranks
from app.store.database import database

Sql = tuple[str, Sequence[Any]]     # a condition and its parameters
Filter = str | Callable[[Any], Sql]     # SQL with one ? for the value, or what makes it


@dataclass(frozen=True)
class TableList:
    """A ``Listing`` of the records of one table. Everything but ``columns`` and ``table`` has a usual form.

    A column's value is the table's own column of that name, else ``values`` gives the expression. It is sorted by its
    value, words by ``pinyin.order`` and people by ``pinyin.name_order``, else by the terms in ``orders``; rows that are
    alike stand in the ``own`` order, which leaves no two alike. Joins are taken where something names their alias.
    """

    columns: Sequence[Column]
    table: str                                              # with its alias: "asset a"
    joins: Mapping[str, str] = field(default_factory=dict)  # alias → JOIN; one may name an alias that stands before it
    values: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    own: Sequence[str] = ()                                 # the list's own order: by id where it is empty
    ties: Sequence[str] = ()                                # another for rows that are alike, where the own one is dear
    words: str = ""                                         # whether a record has a searched word, for each ? in it
    filters: Mapping[str, Filter] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)  # values of filters that are not set
    under: Mapping[str, Callable[[Condition], Sql]] = field(default_factory=dict)  # conditions that are asked otherwise
    filled: frozenset[str] = frozenset()                    # columns that are never blank: no need to put blanks last
    pieces: str = "0"                                       # what totals sum
    fen: str = "0"
    uncounted: str = ""                                     # the column whose words (作废) keep a row out of the sums
    numbers: str = ""                                       # the column of numbers that the own order is by, each once
    hint: Callable[[Wish], str] = lambda wish: ""           # how SQLite shall read the table: NOT INDEXED

    def rows(self, wish: Wish, limit: int = -1, offset: int = 0) -> list[tuple[Any, ...]]:
        """Give (id, values in the order of the columns); days as ISO text, money in 分."""
        alias, order = self._alias, self._order(wish)
        where, parameters = self._where(wish)
        selected = ", ".join(self.value(column.key) for column in self.columns)
        # The ids are chosen first, so that sorting moves narrow rows and all joins are made for one page only.
        return list(database.execute_sql(
            f"""WITH page(id, at) AS (
                  SELECT id, row_number() OVER () FROM (
                    SELECT {alias}.id FROM {self.table} {self.hint(wish)} {self._joins(where, order)} WHERE {where}
                    ORDER BY {order} LIMIT ? OFFSET ?))
                SELECT {alias}.id, {selected} FROM page JOIN {self.table} ON {alias}.id = page.id
                {self._joins(selected)} ORDER BY page.at""", (*parameters, limit, offset)).fetchall())

    def totals(self, wish: Wish) -> Totals:
        """Count what matches, sum ``pieces`` and ``fen`` and the columns that have totals."""
        where, parameters = self._where(wish)
        keys = [column.key for column in summed(self.columns)]
        terms = [self.pieces, self.fen, *(self._counted(self.value(key)) for key in keys)]
        records, pieces, fen, *sums = database.execute_sql(
            f"""SELECT count(*), {', '.join(f'coalesce(sum({term}), 0)' for term in terms)}
                FROM {self.table} {self._joins(where, *terms)} WHERE {where}""", parameters).fetchone()
        return Totals(records, pieces, fen, dict(zip(keys, sums, strict=True)))

    def _counted(self, value: str) -> str:
        return f"iif(coalesce({self.value(self.uncounted)}, '') = '', {value}, 0)" if self.uncounted else value

    def position(self, wish: Wish, record: int) -> int | None:
        """Give the place (from 0) of a record; None where the list leaves it out."""
        where, parameters = self._where(wish)
        row = database.execute_sql(
            f"SELECT at - 1 FROM ({self._placed(wish, where)}) WHERE id = ?", (*parameters, record)).fetchone()
        return int(row[0]) if row else None

    def ids(self, wish: Wish) -> list[int]:
        """Give the ids of all that match, in order: "select all" reaches beyond what is on screen."""
        order = self._order(wish)
        where, parameters = self._where(wish)
        return [row[0] for row in database.execute_sql(
            f"""SELECT {self._alias}.id FROM {self.table} {self.hint(wish)} {self._joins(where, order)} WHERE {where}
                ORDER BY {order}""", parameters).fetchall()]

    def placed(self, wish: Wish, more: str = "") -> Sql:
        """Give a SELECT of (id, at) of all that match, ``at`` counting from 1, and of what ``more`` names besides."""
        where, parameters = self._where(wish)
        return self._placed(wish, where, more), parameters

    def value(self, key: str) -> str:
        """Give the expression of a column's value; an unknown key is a ``KeyError``."""
        if key not in self._kinds:
            raise KeyError(key)
        return self.values.get(key, f"{self._alias}.{key}")

    # Inside.

    @property
    def _alias(self) -> str:
        return self.table.split()[-1]

    @property
    def _stored(self) -> str:
        """Give the name of the table, "" for a list over a SELECT: that has no ranks."""
        return self.table.split()[0] if re.fullmatch(r"\w+ \w+", self.table) else ""

    @property
    def _kinds(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    def _placed(self, wish: Wish, where: str, more: str = "") -> str:
        order, selected = self._order(wish), f", {more}" if more else ""
        return f"""SELECT {self._alias}.id, row_number() OVER (ORDER BY {order}) AS at{selected}
            FROM {self.table} {self.hint(wish)} {self._joins(where, order, more)} WHERE {where}"""

    def _joins(self, *texts: str) -> str:
        """Give the joins whose aliases the texts name: fewer than all, which matters for 20,000 rows."""
        named, taken = " ".join(texts), list[str]()
        for alias, join in reversed(list(self.joins.items())):
            if re.search(rf"\b{alias}\.", named):
                taken.insert(0, join)
                named += f" {join}"
        for rank in dict.fromkeys(re.findall(r"\b(rank_\w+)\.", named)):
            taken.append(f'LEFT JOIN temp."{rank}" {rank} ON {rank}.id = {self._alias}.id')
        return " ".join(taken)

    def _own_rank(self, wish: Wish) -> str | None:
        """Give what a large table's own order is, where SQLite goes through all of it and no index has the order ready."""
        table = self._stored
        if not table or not self.numbers or self.hint(wish) != "NOT INDEXED":
            return None
        name = ranks.ranked(table, self.numbers, "digits_at_the_end")
        return f"{name}.rank" if name else None

    def _rank(self, column: Column, value: str) -> str | None:
        """Give what a large table's own column of words is sorted by instead of the words, None where it has no ranks."""
        table = self._stored
        if not table or column.kind not in WORDS or value != f"{self._alias}.{column.key}":
            return None
        name = ranks.ranked(table, column.key, "name_order" if column.person else "word_order")
        return f"{name}.rank" if name else None

    def _order(self, wish: Wish) -> str:
        own = self.own or [f"{self._alias}.id"]
        if not wish.sort:
            return self._own_rank(wish) or ", ".join(own)
        value, way = self.value(wish.sort), " DESC" if wish.descending else ""
        filled, declared = wish.sort in self.filled, self.orders.get(wish.sort)
        rank = None if declared else self._rank(self._kinds[wish.sort], value)
        terms = list(declared or [rank or _sorted_by(self._kinds[wish.sort], value, filled)])
        last = [term for term in self.ties or own if term not in terms] if terms != list(own) else []
        asked = [f"{term}{way}" for term in terms]
        # What is blank comes first upwards, and so by itself last downwards.
        if not (filled or wish.descending):
            asked = [f"{rank} IS NULL" if rank else f"coalesce({value}, '') = ''", *asked]
        return ", ".join([*asked, *last])

    def _where(self, wish: Wish) -> tuple[str, tuple[Any, ...]]:
        parts: list[Sql] = [(self.words, [word] * self.words.count("?")) for word in pinyin.words(wish.search)]
        for key, value in {**self.defaults, **wish.filters}.items():
            made = self.filters[key]
            parts.append((made, [value]) if isinstance(made, str) else made(value))
        for key, typed in wish.cells.items():
            asked = condition(self._kinds[key].kind, typed)
            parts.append(self.under[key](asked) if key in self.under else asked.sql(self.value(key)))
        return (" AND ".join(f"({sql})" for sql, _ in parts) or "1",
                tuple(each for _, given in parts for each in given))


def _sorted_by(column: Column, value: str, filled: bool) -> str:
    """Give what a value is sorted by; of many columns most cells are blank, and Python is not asked for these."""
    if column.kind not in WORDS:
        return value
    order = f"{'name_order' if column.person else 'word_order'}({value})"
    return order if filled else f"iif({value} <> '', {order}, NULL)"
