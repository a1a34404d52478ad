"""What can still be read of a damaged ledger file: table by table, row by row past damaged pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.store.database import beside
from app.store.nouns import noun
from app.store.tables import PACKED

_STRETCH = 500          # rows asked for at once; a stretch with a damaged page is halved until it is one row
_MOST_ROWS = 1_000_000  # beyond the last number that can be read
_UNREADABLE = (dbapi2.DatabaseError, ValueError, OverflowError)  # damage shows as words that are no text as well
_OWN = ("operation", "change", "counter", "journal_now", *PACKED)  # how things came about is of no use outside the program


class Salvaged(NamedTuple):
    """The rows of one table that could be read, with the table's Chinese name and its columns."""

    title: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


def tables(ledger: Path, key: str = "", progress: Progress = silent) -> list[Salvaged]:
    """Give the tables of which rows can still be read; ``Refused`` where not even the list of tables can."""
    found: list[Salvaged] = []
    try:
        with beside(ledger, key, read_only=True) as connection:
            names = [name for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid").fetchall()]
            for done, table in enumerate(names):
                progress(done, len(names), f"读取{noun(table)}")
                if table not in _OWN:
                    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall()]
                    rows = [*_rows(connection, table)]
                    found += [Salvaged(noun(table), columns, rows)] if rows else []
    except (*_UNREADABLE, Refused) as trouble:
        if not found:
            raise Refused("这个文件损坏得太重，一行也读不出来。请恢复一份备份。") from trouble
    return found


def _rows(connection: Any, table: str) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a table that can be read, in the order of their numbers."""
    first, last = 0, _last(connection, table)
    while first <= last:
        yield from _stretch(connection, table, first, min(first + _STRETCH, last + 1))
        first += _STRETCH


def _last(connection: Any, table: str) -> int:
    """Give the highest number that a row of the table may have."""
    for sql in (f'SELECT max(rowid) FROM "{table}"', f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"):
        try:
            row = connection.execute(sql).fetchone()
        except _UNREADABLE:
            continue
        if row and row[0] is not None:
            return min(int(row[0]), _MOST_ROWS)
        if row:
            return -1
    return 0


def _stretch(connection: Any, table: str, first: int, end: int) -> list[tuple[Any, ...]]:
    try:
        found: list[tuple[Any, ...]] = connection.execute(
            f'SELECT * FROM "{table}" WHERE rowid >= ? AND rowid < ? ORDER BY rowid', (first, end)).fetchall()
        return found
    except _UNREADABLE:
        if end - first <= 1:
            return []
        middle = (first + end) // 2
        return _stretch(connection, table, first, middle) + _stretch(connection, table, middle, end)
