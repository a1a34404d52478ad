"""Where the words of a column stand in their order: kept beside the file, so that SQLite sorts a large table by numbers.

Asked for the order of each of 100,000 words, as ``word_order`` is, Python alone takes longer than a list may. So for a large
table the ranks of a column are worked out once, into a temporary table (id, rank) of the window's connection; what was
written since is found in the journal and ranked between its neighbours.
"""

import json
import threading
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.core import pinyin
from app.store.database import database

LEAST = 20_000      # ids of a table from which on ranks pay for themselves
MOST = 5_000        # records written since that are ranked one by one: of more all is numbered anew
MOST_DIGITS = 2**63 - 1     # where SQLite's numbers end


def _digits_at_the_end(text: str) -> tuple[str, int, str]:
    """Give what ``asset_number_order`` sorts a number by: what stands before its last digits, their value, itself."""
    head = text.rstrip("0123456789")
    return head, min(int(text[len(head):] or 0), MOST_DIGITS), text


ORDERS: dict[str, Callable[[str], Any]] = {
    "word_order": pinyin.order, "name_order": pinyin.name_order, "digits_at_the_end": _digits_at_the_end}


@dataclass
class _Ranks:
    """The ranks of one column as they were after change number ``seen`` of the journal."""

    opened: int                                         # which opening of the file
    seen: int
    keys: list[Any] = field(default_factory=list)       # what the words are sorted by, in order
    rank: dict[Any, float] = field(default_factory=dict)

    def number(self, words: list[Any]) -> None:
        """Number all words that there are, leaving room between them."""
        self.keys = sorted(set(words))
        self.rank = {key: float(at) for at, key in enumerate(self.keys)}

    def place(self, key: Any) -> bool:
        """Find a place for a key that is new; False where its neighbours leave no room."""
        if key in self.rank:
            return True
        at = bisect_left(self.keys, key)
        below = self.rank[self.keys[at]] if at < len(self.keys) else None
        above = self.rank[self.keys[at - 1]] if at else (below or 0.0) - 2
        below = above + 2 if below is None else below
        middle = (above + below) / 2
        if not above < middle < below:
            return False
        self.keys.insert(at, key)
        self.rank[key] = middle
        return True


_kept: dict[str, _Ranks] = {}       # by temporary table, of the window's thread only


def ranked(table: str, column: str, order: str) -> str | None:
    """Give the temporary table (id, rank; NULL for a blank) that a column of a table is sorted by, up to date.

    ``order`` is one of ``ORDERS``. None where the table is small, in other threads than the window's, and while an operation
    is open, whose changes may still be rolled back: the words are then sorted by the function itself.
    """
    if threading.current_thread() is not threading.main_thread() or database.in_transaction():
        return None
    connection = database.connection()      # past the record of what is read: whoever sorts names the table anyway
    if (connection.execute(f'SELECT max(id) FROM "{table}"').fetchone()[0] or 0) < LEAST:
        return None
    name = f"rank_{table}_{column}"
    seen = connection.execute("SELECT coalesce(max(id), 0) FROM change").fetchone()[0]
    there = connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = ?", (name,)).fetchone()
    known = _kept.get(name)
    if (
        not there
        or known is None
        or known.opened != database.opened
        or not _caught_up(connection, known, name, table, column, order)
    ):
        _kept[name] = known = _Ranks(database.opened, seen)
        _make(connection, known, name, table, column, order)
    known.seen = seen
    return name


def _make(connection: Any, ranks: _Ranks, name: str, table: str, column: str, order: str) -> None:
    key_of = ORDERS[order]
    rows = connection.execute(f'SELECT id, "{column}" FROM "{table}"').fetchall()
    ranks.number([key_of(text) for _, text in rows if text])
    connection.execute(f'DROP TABLE IF EXISTS temp."{name}"')
    connection.execute(f'CREATE TEMP TABLE "{name}" (id INTEGER PRIMARY KEY, rank REAL)')
    connection.executemany(
        f'INSERT INTO temp."{name}" VALUES (?, ?)',
        ((row, ranks.rank[key_of(text)] if text else None) for row, text in rows),
    )


def _caught_up(connection: Any, ranks: _Ranks, name: str, table: str, column: str, order: str) -> bool:
    """Rank what was written since; False where that is so much, or lies so close, that all is numbered anew, or is packed already."""
    packed = connection.execute("SELECT coalesce(max(last_change), 0) FROM change_block").fetchone()[0]
    if packed > ranks.seen:
        return False
    touched = [row for (row,) in connection.execute(
        "SELECT DISTINCT row_id FROM change WHERE id > ? AND table_name = ?", (ranks.seen, table)).fetchall()]
    if len(touched) > MOST:
        return False
    if not touched:
        return True
    key_of, found = ORDERS[order], list[tuple[int, float | None]]()
    for row, text in connection.execute(
        f'SELECT id, "{column}" FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))', (json.dumps(touched),)
    ).fetchall():
        if text and not ranks.place(key_of(text)):
            return False
        found.append((row, ranks.rank[key_of(text)] if text else None))
    connection.executemany(f'INSERT OR REPLACE INTO temp."{name}" VALUES (?, ?)', found)
    return True
