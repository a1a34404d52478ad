"""What a list page asks for (search words, filters, conditions, order), and lists in memory that answer it.

Lists in the database answer the same wishes by ``app.store.listing``; both read conditions by ``app.core.conditions``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.core import pinyin
from app.core.columns import NUMBERS, Column, Kind, shown
from app.core.conditions import WORDS, condition

Row = Sequence[Any]     # the record's id, then one value for each column


@dataclass(frozen=True)
class Wish:
    """Which rows a person wants to see and in which order.

    ``filters`` maps a filter's key to its value (a filter that is not set is absent). ``sort`` is a column key, "" for
    the list's own order. ``cells`` maps a column's key to what was typed under its title; see ``conditions.condition``.
    """

    search: str = ""
    filters: Mapping[str, object] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether search or filters leave rows out: an empty list then offers to clear them."""
        return bool(self.search.strip() or self.filters or self.cells)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and sums over all rows that match: ``records`` cards, ``pieces``, ``fen``; ``sums`` by key of the summed columns."""

    records: int = 0
    pieces: int = 0
    fen: int = 0
    sums: Mapping[str, int] = field(default_factory=dict, compare=False)


def summed(columns: Sequence[Column]) -> list[Column]:
    """Give the columns of numbers that are summed."""
    return [each for each in columns if each.total and each.kind in NUMBERS]


class Listing(Protocol):
    """A list that answers wishes. A filter, a column or an order that it does not know is a ``KeyError`` (a bug).

    Rows that are alike in the order asked for keep the list's own; what is blank stands last, upwards and downwards.
    ``Refused`` where a condition cannot be read.
    """

    def rows(self, wish: Wish, limit: int = -1, offset: int = 0) -> list[tuple[Any, ...]]:
        """Give that many rows from there on, all with limit -1."""

    def totals(self, wish: Wish) -> Totals:
        """Count and sum what matches."""

    def position(self, wish: Wish, record: int) -> int | None:
        """Give the place (from 0) of a record, None where the list leaves it out."""

    def ids(self, wish: Wish) -> list[int]:
        """Give the ids of all that match, in order."""


class MemoryList:
    """A ``Listing`` of rows that are worked out, not stored: ``source`` gives them, each time ``totals`` is asked.

    ``searched`` are keys of columns in which words and 拼音 are looked for, all where it is empty. ``filters`` say by a
    filter's key whether a row has its value, ``defaults`` the values of those that are not set.
    """

    def __init__(self, columns: Sequence[Column], source: Callable[[], Sequence[Row]], searched: Sequence[str] = (),
                 filters: Mapping[str, Callable[[Row, Any], bool]] | None = None,
                 defaults: Mapping[str, object] | None = None) -> None:
        self.columns, self.source, self.filters, self.defaults = columns, source, filters or {}, defaults or {}
        self.places = {column.key: at for at, column in enumerate(columns, 1)}
        self.kinds = {column.key: column for column in columns}
        self.searched = [self.kinds[key] for key in searched] or list(columns)
        self.read: Sequence[Row] | None = None
        self.asked: tuple[Wish, list[tuple[Any, ...]]] | None = None

    def rows(self, wish: Wish, limit: int = -1, offset: int = 0) -> list[tuple[Any, ...]]:
        """Give that many rows of what was read last."""
        if self.asked is None or self.asked[0] != wish:
            if self.read is None:
                self.read = self.source()
            self.asked = wish, self._ordered(self._narrowed(self.read, wish), wish)
        found = self.asked[1]
        return found[offset:] if limit < 0 else found[offset:offset + limit]

    def totals(self, wish: Wish) -> Totals:
        """Read the source anew, count what matches and sum its columns."""
        self.read = self.asked = None
        rows = self.rows(wish)
        return Totals(len(rows), sums={each.key: sum(row[self.places[each.key]] or 0 for row in rows) for each in summed(self.columns)})

    def position(self, wish: Wish, record: int) -> int | None:
        """Give the place of a record, None where the list leaves it out."""
        return next((number for number, row in enumerate(self.rows(wish)) if row[0] == record), None)

    def ids(self, wish: Wish) -> list[int]:
        """Give the ids of all that match, in order."""
        return [row[0] for row in self.rows(wish)]

    def _narrowed(self, rows: Sequence[Row], wish: Wish) -> list[tuple[Any, ...]]:
        tests = [(self.filters[key], value) for key, value in {**self.defaults, **wish.filters}.items()]
        cells = [(self.places[key], condition(self.kinds[key].kind, typed)) for key, typed in wish.cells.items()]
        words = pinyin.words(wish.search)
        return [tuple(row) for row in rows
                if all(fits(row, value) for fits, value in tests)
                and all(asked.fits(row[place]) for place, asked in cells)
                and (not words or self._holds(row, words))]

    def _holds(self, row: Row, words: Sequence[str]) -> bool:
        keys = [(pinyin.name_keys if column.person else pinyin.keys)(shown(column.kind, row[self.places[column.key]]))
                for column in self.searched]
        return all(any(word in each for each in keys) for word in words)

    def _ordered(self, rows: list[tuple[Any, ...]], wish: Wish) -> list[tuple[Any, ...]]:
        if not wish.sort:
            return rows
        place = self.places[wish.sort]
        blank = [row for row in rows if row[place] in (None, "")]
        filled = [row for row in rows if row[place] not in (None, "")]
        # Sorting keeps what is alike in its order also when it is reversed.
        return [*sorted(filled, key=_by_value(self.kinds[wish.sort], place), reverse=wish.descending), *blank]


def _by_value(column: Column, place: int) -> Callable[[Row], Any]:
    if column.kind in WORDS:
        order = pinyin.name_order if column.person else pinyin.order
        return lambda row: order(shown(column.kind, row[place]))
    if column.kind is Kind.DAY:
        return lambda row: shown(column.kind, row[place])
    return lambda row: row[place]
