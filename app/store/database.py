"""The one SQLite file: how it is opened, with which pragmas, and the base that every table inherits.

An ordinary SQLite file while no key is set, encrypted (SQLCipher) when one is. peewee gives each thread a connection
of its own, so a worker reads beside the window; it closes its connection when its work ends (``close_thread``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import peewee
from playhouse.sqlcipher_ext import SqlCipherDatabase
from playhouse.sqlite_ext import AutoIncrementField

from app.core.errors import Refused

FILE_NAME = "zongwu.db"
APPLICATION_ID = 0x5A575430  # "ZWT0": tells our file from any other SQLite file
BUSY_MS = 5_000
PRAGMAS = {
    "foreign_keys": 1,
    "journal_mode": "wal",
    "synchronous": "full",
    "busy_timeout": BUSY_MS,
    "cache_size": -48_000,  # KiB: 100,000 cards stay in memory, the process below 300 MB
}

database = SqlCipherDatabase(None)


class Day(peewee.TextField):
    """A calendar day, stored as ISO text and given as ``datetime.date``."""

    def db_value(self, value: date | str | None) -> str | None:
        """Give the ISO text of a day; text is trusted to be ISO."""
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        """Give the day of a stored ISO text; an empty text is no day."""
        return date.fromisoformat(value) if value else None


class Table(peewee.Model):
    """Base of every table: an integer ``id`` that is never reused, strict column types, journalled by trigger."""

    id = AutoIncrementField()  # history and recycle bin name records by id, so SQLite must not hand one out again

    class Meta:
        database = database
        strict_tables = True
        legacy_table_names = False


def connect(path: Path, key: str = "") -> None:
    """Open ``path`` as *the* file of this process; refuses a wrong key and a file that is not ours in a sentence."""
    if not database.is_closed():
        database.close()
    options = {"passphrase": key} if key else {}
    database.init(str(path), pragmas=PRAGMAS, **options)
    with known_trouble():
        database.connect()
        _require_ours()


def _require_ours() -> None:
    mark = database.execute_sql("PRAGMA application_id").fetchone()[0]
    tables = database.execute_sql("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and mark != APPLICATION_ID:
        database.close()
        raise Refused("这个文件不是总务通的账本，没有打开它。请选择总务通自己的 zongwu.db 或备份文件。")


def close_thread() -> None:
    """Close this thread's connection; a worker calls it when its job ends (on Windows an open handle blocks restore)."""
    if not database.is_closed():
        database.close()


@contextmanager
def known_trouble() -> Iterator[None]:
    """Turn SQLite's known troubles (locked, full, read-only, damaged, wrong key) into one sentence each.

    Everything else passes through: it is a bug and belongs in the crash box.
    """
    try:
        yield
    except peewee.DatabaseError as trouble:
        words = str(trouble).lower()
        for sign, text in TROUBLES.items():
            if sign in words:
                raise Refused(text) from trouble
        raise


TROUBLES = {
    "database is locked": "账本正被另一个程序占用，这一步没有保存。请关闭占用它的程序后再试。",
    "disk is full": "磁盘已满，这一步没有保存。请清理磁盘后再试，已有的数据没有受影响。",
    "readonly database": "账本文件是只读的，这一步没有保存。请检查数据文件夹的权限。",
    "unable to open": "打不开账本文件。请检查数据文件夹是否还在、是否有权限。",
    "malformed": "账本文件已损坏。请在“备份与恢复”里恢复最近的备份。",
    "not a database": "口令不对，或者这个文件不是总务通的账本。",
    "disk i/o": "读写磁盘出错，这一步没有保存。请检查磁盘或 U 盘是否正常。",
}


def scalar(sql: str, parameters: tuple[Any, ...] = ()) -> Any:
    """Give the single value of a query, None where it has no row."""
    row = database.execute_sql(sql, parameters).fetchone()
    return row[0] if row else None
