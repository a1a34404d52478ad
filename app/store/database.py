"""The one SQLite file: how it is opened, with which pragmas, and the base that every table inherits.

An ordinary SQLite file while no key is set, encrypted (SQLCipher) when one is. peewee gives each thread a connection
of its own, so a worker reads beside the window; it closes its connection when its work ends (``close_thread``).
"""

import json
import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import peewee
from playhouse.sqlcipher_ext import SqlCipherDatabase
from playhouse.sqlite_ext import AutoIncrementField
from sqlcipher3 import dbapi2

from app.core import pinyin, reading
from app.core.errors import Damaged, Gone, Refused
from app.store import images

FILE_NAME = "zongwu.db"
APPLICATION_ID = 0x5A575430  # "ZWT0": tells our file from any other SQLite file
BUSY_MS = 5_000
PRAGMAS = {
    "foreign_keys": 1,
    "secure_delete": 1,  # what was deleted or overwritten is zeros: it cannot be read out of the file
    "recursive_triggers": 1,  # INSERT OR REPLACE deletes the old row: without this its delete trigger would stay silent
    "journal_mode": "wal",
    "synchronous": "full",
    "busy_timeout": BUSY_MS,
    "cache_size": -48_000,  # KiB: 100,000 cards stay in memory, the process below 300 MB
}
MOST_REMEMBERED, LONGEST_REMEMBERED = 4_000, 10_000  # queries whose tables are remembered, characters of one
# What SQL may ask of Python: how words and people's names sort, and their folded text. No index may stand on them, for
# another program that opens the file does not know them.
FUNCTIONS = {"word_order": pinyin.order, "name_order": pinyin.name_order, "folded": pinyin.folded}

NOT_OURS = "这个文件不是总务通的账本，没有打开它。请选择总务通自己的 zongwu.db 或备份文件。"


class Ledger(SqlCipherDatabase):
    """The file with one connection a thread; ``close_everywhere`` closes them all before the file is replaced."""

    def __init__(self) -> None:
        self._connections: dict[Any, threading.Thread] = {}
        self._guard = threading.Lock()
        self._tables_by_sql: dict[str, frozenset[str]] = {}
        self.opened = 0
        """Rises each time a file is opened or replaced: what was remembered of an earlier file is void."""
        self.place: tuple[str, tuple[int, int] | None] = ("", None)
        """Where the open file lies, and what tells it from another file put there."""
        super().__init__(None)

    @property
    def key(self) -> str:
        """Give the key that the file is opened with, "" for a plain file."""
        return str(self.connect_params.get("passphrase", ""))

    def get_binary_type(self) -> type[memoryview]:
        """Give what bytes are handed to SQLite as; peewee would ask Python's own sqlite3 module, which a built program lacks."""
        return memoryview

    def is_closed(self) -> bool:
        """Whether this thread has no connection; one that another thread closed by ``close_everywhere`` is none."""
        if not self._state.closed and self._state.conn not in self._connections:
            self._state.reset()
        return bool(self._state.closed)

    def close_everywhere(self) -> None:
        """Close the connections of all threads, each opens a new one when it next asks for something.

        Only for replacing the file, while nothing else works: a query under way in another thread would fail.
        """
        with self._guard:
            connections, self._connections = self._connections, {}
            self.opened += 1
        for connection in connections:
            connection.close()

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a statement; where somebody records what is read, the tables of a query are noted."""
        cursor = super().execute_sql(sql, params)
        if reading.listening() and sql.lstrip()[:6].upper().startswith(("SELECT", "WITH")):
            reading.also(self._tables_of(sql, params))
        return cursor

    def _tables_of(self, sql: str, params: Any) -> frozenset[str]:
        """Give the tables that a query reads, as SQLite itself names them while it prepares it.

        Remembered by the text: the driver keeps statements prepared, so SQLite would not name them a second time.
        """
        found = self._tables_by_sql.get(sql)
        if found is not None:
            return found
        named: set[str] = set()

        def hear(action: int, table: str | None, _column: str | None, schema: str | None, _trigger: str | None) -> int:
            if action == dbapi2.SQLITE_READ and table and schema in ("main", None):
                named.add(table)
            return int(dbapi2.SQLITE_OK)

        connection = self.connection()
        connection.set_authorizer(hear)
        try:
            connection.execute(f"EXPLAIN {sql}", params or ()).close()
        finally:
            connection.set_authorizer(None)
        found = frozenset(named)
        if len(sql) <= LONGEST_REMEMBERED:
            if len(self._tables_by_sql) >= MOST_REMEMBERED:
                self._tables_by_sql.clear()
            self._tables_by_sql[sql] = found
        return found

    def _connect(self) -> Any:
        connection = super()._connect()
        with self._guard:
            left = [other for other, thread in self._connections.items() if not thread.is_alive()]
            for other in left:  # a thread that ended without close_thread
                del self._connections[other]
                other.close()
            self._connections[connection] = threading.current_thread()
        return connection

    def _close(self, conn: Any) -> None:
        with self._guard:
            self._connections.pop(conn, None)
        conn.close()

    def _add_conn_hooks(self, conn: Any) -> None:
        require_ours(conn)  # before any pragma is set: journal_mode would already write into a foreign file
        super()._add_conn_hooks(conn)
        for name, work_out in FUNCTIONS.items():
            conn.create_function(name, 1, work_out, deterministic=True)
        images.teach(conn)


database = Ledger()
with closing(dbapi2.connect(":memory:")) as _quiet:
    _quiet.execute("PRAGMA cipher_log_level = NONE")  # for the whole process: a wrong key is told once, by our sentence


class Day(peewee.TextField):
    """A calendar day, stored as ISO text and given as ``datetime.date``."""

    def db_value(self, value: date | str | None) -> str | None:
        """Give the ISO text of a day; text is trusted to be ISO."""
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        """Give the day of a stored ISO text; an empty text is no day."""
        return date.fromisoformat(value) if value else None


def column_for(default: object, blank: object, day: bool = False, unique: bool = False, late: bool = False) -> Any:
    """Give the column of a declared field: text for a text, else a day or a whole number; NULL only where nothing is ``blank``.

    A field that a ``late`` migration added has a DEFAULT, as SQLite asks of ``ALTER TABLE … ADD COLUMN``.
    """
    if day:
        return Day(null=True)
    about: dict[str, Any] = {
        "default": blank if default is None else default,
        "null": blank is None and default is None,
        "constraints": [peewee.SQL(f"DEFAULT {blank!r}")] if late and blank is not None else [],
    }
    return peewee.TextField(unique=unique, **about) if isinstance(blank, str) else peewee.IntegerField(**about)


def with_columns(columns: Callable[[], Mapping[str, Any]]) -> Callable[[type], type]:
    """Let a table have the columns that its feature's fields declare, behind those of its own body and in their order.

    A column that was made before the body stands before those in it.
    """
    def added(table: type) -> type:
        for name, column in columns().items():
            table._meta.add_field(name, column)  # type: ignore[attr-defined]  # noqa: SLF001  peewee's public name
        return table
    return added


class Table(peewee.Model):
    """Base of every table: an integer ``id`` that is never reused, strict column types, journalled by trigger."""

    id = AutoIncrementField()  # history and recycle bin name records by id, so SQLite must not hand one out again

    class Meta:
        database = database
        strict_tables = True
        legacy_table_names = False


def connect(path: Path, key: str = "") -> None:
    """Open ``path`` as *the* file of this process; refuses a wrong key and a file that is not ours in a sentence."""
    database.close_everywhere()
    # The key is always given, else a plain file opened after an encrypted one would still be asked for the old key.
    database.init(str(path), pragmas=PRAGMAS, passphrase=key, check_same_thread=False)
    with known_trouble():
        database.connect()
    database.place = str(path), _identity(str(path))


def require_in_place() -> None:
    """Refuse to go on where the open file was moved, renamed, deleted or replaced: nothing may be acknowledged into nothing."""
    path, opened = database.place
    if path and opened and _identity(path) != opened:
        raise Gone(f"账本文件已经不在原处（{path}），可能 U 盘拔掉了，或者文件被移走、改名、替换了，这一步没有保存。请先另存一份，再检查这个文件夹。")


def _identity(path: str) -> tuple[int, int] | None:
    """Give what tells a file from another of the same name, None where there is none."""
    try:
        about = os.stat(path)
    except OSError:
        return None
    return about.st_dev, about.st_ino


def require_ours(connection: Any) -> None:
    """Refuse an SQLite file with tables that another program made; an empty file may become ours."""
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    if mark != APPLICATION_ID and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise Refused(NOT_OURS)


@contextmanager
def beside(path: Path, key: str = "", read_only: bool = False) -> Iterator[Any]:
    """Open another file (a backup) for a moment, beside *the* file; gives the driver's own connection."""
    mode = "ro" if read_only else "rwc"
    with known_trouble():
        connection = dbapi2.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)
        try:
            if key:
                quoted = key.replace("'", "''")
                connection.execute(f"PRAGMA key='{quoted}'")
            yield connection
        finally:
            connection.close()


def close_thread() -> None:
    """Close this thread's connection; a worker calls it when its job ends (on Windows an open file blocks restore)."""
    if not database.is_closed():
        database.close()


DATABASE_ERRORS: tuple[type[BaseException], ...] = (peewee.DatabaseError, dbapi2.DatabaseError)
"""What a trouble with the file raises: peewee's own while a statement runs, the driver's while rows are fetched."""


def trouble_of(error: BaseException) -> Refused | None:
    """Give the sentence for one of SQLite's known troubles (locked, full, read-only, damaged, wrong key), None for a bug.

    A full disk often shows as another trouble, since not even the files beside the ledger can be made: the disk is asked.
    """
    if not isinstance(error, DATABASE_ERRORS):
        return None
    words = str(error).lower()
    for sign, text in TROUBLES.items():
        if sign in words:
            if sign in _MAY_BE_FULL and (free := _room_left()) is not None and free < LEAST_ROOM:
                return Refused(f"磁盘已满（只剩 {free / 2**20:.1f} MB），这一步没有保存，已有的数据没有受影响。"
                               f"请至少清理出 {LEAST_ROOM // 2**20} MB 再试。")
            return Damaged(text) if sign in ("malformed", "could not decode") else Refused(text)
    return None


def _room_left() -> int | None:
    """Give the bytes that are free where the open file lies, None where nobody knows."""
    try:
        return shutil.disk_usage(Path(database.database).parent).free
    except (OSError, TypeError, ValueError):
        return None


@contextmanager
def known_trouble() -> Iterator[None]:
    """Turn SQLite's known troubles into one sentence each.

    Everything else passes through: it is a bug and belongs in the crash box.
    """
    try:
        yield
    except DATABASE_ERRORS as trouble:
        known = trouble_of(trouble)
        if known is None:
            raise
        raise known from trouble


LEAST_ROOM = 20 * 2**20  # bytes
_MAY_BE_FULL = ("disk is full", "unable to open", "disk i/o")
TROUBLES = {
    "database is locked": "账本正被另一个程序占用，这一步没有保存。请关闭占用它的程序后再试。",
    "disk is full": "磁盘已满，这一步没有保存。请清理磁盘后再试，已有的数据没有受影响。",
    "readonly database": "账本文件是只读的，这一步没有保存。请检查数据文件夹的权限。",
    "unable to open": "打不开账本文件。请检查数据文件夹是否还在、是否有权限。",
    "malformed": "账本文件已损坏。请在“备份与恢复”里恢复最近的备份。",
    "could not decode": "账本文件已损坏。请在“备份与恢复”里恢复最近的备份。",
    "not a database": "打不开这个文件：它不是总务通的账本，或者已损坏，或者口令不对。请换一份。",
    "disk i/o": "读写磁盘出错，这一步没有保存。请检查磁盘或 U 盘是否正常。",
}


def among(column: str, ids: Collection[int] | None) -> tuple[str, tuple[str, ...]]:
    """Give the SQL condition that a column is one of some ids, begun with AND, and its parameter; nothing where ``ids`` is None."""
    return (
        ("", ()) if ids is None else (f" AND {column} IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),))
    )


def scalar(sql: str, parameters: tuple[Any, ...] = ()) -> Any:
    """Give the single value of a query, None where it has no row."""
    row = database.execute_sql(sql, parameters).fetchone()
    return row[0] if row else None


def by_name(sql: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Give the rows of a query by the names of its columns: a record made of them does not depend on their order."""
    found = database.execute_sql(sql, tuple(parameters))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def insert_rows(table: type[Table], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows at the speed of SQLite; values must already be as stored. The caller holds the operation open."""
    listed = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    database.cursor().executemany(f'INSERT INTO "{table._meta.table_name}" ({listed}) VALUES ({marks})', rows)  # noqa: SLF001  peewee's public name
