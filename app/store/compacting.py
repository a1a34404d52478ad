"""Older images of the journal are packed into blocks while nobody waits, and the room they leave is given back.

History, undo, redo and the recycle bin read the same before and after (``images``). Each block is a transaction of its
own, so that the work may end, or be killed, at any moment: what is packed is packed, the rest stands as it was.
"""

import time
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from app.core.progress import Progress, silent
from app.store import images
from app.store.database import database, known_trouble, scalar
from app.store.folder import DataFolder
from app.store.turns import turn

LATEST_STEPS = 200  # stay as they are: they are what is undone, looked at and written about
ROWS = 256          # changes of a block: more would save little and make one image dearer to read
PAUSE_S = 0.02      # between two blocks: a verb of the window comes in between
LEAST_FREE = 4 << 20  # bytes of free pages from which on the file is written anew, when they are a quarter of it


def compact(data: DataFolder, progress: Progress = silent) -> int:
    """Pack what is old enough, shrink the file where that is worth it, and give how many blocks were made.

    Outside an operation. ``Cancelled`` by ``progress`` between two blocks; ``Refused`` where the ledger is locked for long,
    or the disk is full: what is packed by then stays packed.
    """
    made = 0
    while True:
        progress(made, 0, "压缩较早的历史")
        with known_trouble(), turn(data), database.atomic("IMMEDIATE"):     # nobody replaces the file meanwhile
            if not _pack_next():
                break
        made += 1
        time.sleep(PAUSE_S)
    with known_trouble(), turn(data):
        if _free() > max(LEAST_FREE, _size() // 4):
            progress(made, 0, "收回账本里空出的地方")
            rewrite_file()
    return made


def rewrite_file() -> None:
    """Write the whole file anew without free pages, and empty its WAL; a second for 100 MB, a tenth for a usual ledger.

    Nothing that was deleted or overwritten before can be read in either afterwards, unless another connection is
    reading just now: then the WAL keeps it until the next time.
    """
    database.execute_sql("VACUUM")
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _pack_next() -> bool:
    """Pack the oldest changes that are not packed yet; False where there are too few old ones for a block."""
    oldest_kept = scalar("SELECT id FROM operation ORDER BY id DESC LIMIT 1 OFFSET ?", (LATEST_STEPS - 1,))
    if oldest_kept is None:
        return False
    rows = database.execute_sql(
        """SELECT id, operation_id, table_name, row_id, before, after FROM change
           WHERE id > coalesce((SELECT max(last_change) FROM change_block), 0) AND operation_id < ? ORDER BY id LIMIT ?""",
        (oldest_kept, ROWS)).fetchall()
    if len(rows) < ROWS:
        return False
    database.execute_sql("INSERT INTO change_block (last_change, content) VALUES (?, ?)",
                         (rows[-1][0], images.pack((row[0], row[4], row[5]) for row in rows)))
    # Deleted and inserted anew, for a row that merely shrinks leaves its page half empty for ever.
    database.execute_sql("DELETE FROM change WHERE id BETWEEN ? AND ?", (rows[0][0], rows[-1][0]))
    database.cursor().executemany(
        "INSERT INTO change (id, operation_id, table_name, row_id, before, after) VALUES (?, ?, ?, ?, ?, ?)",
        [(*row[:4], row[4] and "", row[5] and "") for row in rows])
    return True


def _free() -> int:
    return int(scalar("PRAGMA freelist_count")) * int(scalar("PRAGMA page_size"))


def _size() -> int:
    return int(scalar("PRAGMA page_count")) * int(scalar("PRAGMA page_size"))


# --- blocks as they lie in a file --------------------------------------------------------------------------------

Rewriting = Callable[[str], str]
"""Gives an image as it shall be from now on."""


def rewrite_images(connection: Any, table: str, rows: Iterable[int], anew: Rewriting) -> None:
    """Put other words into the images of some records, packed or not, by the driver's own connection (or ``database``'s)."""
    for row in rows:
        changes = connection.execute(
            "SELECT id, before, after FROM change WHERE table_name = ? AND row_id = ?", (table, row)).fetchall()
        for identity, before, after in changes:
            fresh = [image and anew(image) for image in (before, after)]
            if fresh != [before, after]:
                connection.execute("UPDATE change SET before = ?, after = ? WHERE id = ?", (*fresh, identity))
        packed = {identity for identity, before, after in changes if "" in (before, after)}
        _rewrite_blocks(connection, packed, anew)


def _rewrite_blocks(connection: Any, changes: set[int], anew: Rewriting) -> None:
    while changes:
        block, last, content = connection.execute(
            "SELECT id, last_change, content FROM change_block WHERE last_change >= ? ORDER BY last_change LIMIT 1",
            (min(changes),)).fetchone()
        held = images.unpack(content)
        for identity in changes & held.keys():
            before, after = held[identity]
            held[identity] = before and anew(before), after and anew(after)
        connection.execute("UPDATE change_block SET content = ? WHERE id = ?",
                           (images.pack((identity, *pair) for identity, pair in held.items()), block))
        changes = {identity for identity in changes if identity > last}


def findings() -> Iterable[str]:
    """Give a sentence where blocks of the open ledger cannot be read, or do not hold the changes that they stand for."""
    damaged = 0
    for last, content in database.execute_sql("SELECT last_change, content FROM change_block ORDER BY id").fetchall():
        try:
            held = images.unpack(content)
        except (zlib.error, ValueError):
            damaged += 1
            continue
        low, high = min(held), max(held)
        there = {row for (row,) in database.execute_sql("SELECT id FROM change WHERE id BETWEEN ? AND ?", (low, high)).fetchall()}
        damaged += held.keys() != there or high != last
    if damaged:
        yield f"较早的历史里有 {damaged} 段读不出来了。请在“备份与恢复”里恢复最近的备份。"
