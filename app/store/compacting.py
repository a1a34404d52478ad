"""Older changes of the journal are packed into blocks while nobody waits, and the room they leave is given back.

History, undo, redo and the recycle bin read the same before and after (``images``). Each block is a transaction of its
own, so that the work may end, or be killed, at any moment: what is packed is packed, the rest stands as it was.
"""

import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

from app.core.progress import Progress, silent
from app.store import images
from app.store.database import database, known_trouble, scalar
from app.store.folder import DataFolder
from app.store.images import Packed
from app.store.turns import turn

LATEST_STEPS = 200  # stay as they are: they are what is undone, looked at and written about
ROWS = 512          # changes of a block: more would save little and make one image dearer to read
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


def rewrite_file() -> bool:
    """Write the whole file anew without free pages, and empty its WAL: half a second for 100 MB.

    Nothing that was deleted or overwritten before can be read in either afterwards. False where somebody reads just now:
    then the WAL keeps it until the program ends.
    """
    database.execute_sql("VACUUM")
    return not database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]


def _pack_next() -> bool:
    """Pack the oldest changes that are not packed yet; False where there are too few old ones for a block."""
    oldest_kept = scalar("SELECT id FROM operation ORDER BY id DESC LIMIT 1 OFFSET ?", (LATEST_STEPS - 1,))
    if oldest_kept is None:
        return False
    rows = database.execute_sql(
        """SELECT id, table_name, row_id, before, after, operation_id FROM change
           WHERE id > coalesce((SELECT max(last_change) FROM change_block), 0) AND operation_id < ? AND after IS NOT NULL
           ORDER BY id LIMIT ?""", (oldest_kept, ROWS)).fetchall()
    if len(rows) < ROWS:
        return False
    database.execute_sql("INSERT INTO change_block (last_change, content) VALUES (?, ?)",
                         (rows[-1][0], images.pack(Packed(*row[:5]) for row in rows)))
    cursor = database.cursor()
    cursor.executemany("INSERT OR IGNORE INTO packed_table (name) VALUES (?)", {(row[1],) for row in rows})
    numbers = dict(database.execute_sql("SELECT name, id FROM packed_table").fetchall())
    cursor.executemany("INSERT INTO packed_change (table_id, row_id, change_id) VALUES (?, ?, ?)",
                       [(numbers[row[1]], row[2], row[0]) for row in rows])
    steps: dict[int, tuple[int, int]] = {}
    for row in rows:
        steps[row[5]] = row[0], steps.get(row[5], (0, 0))[1] + 1
    cursor.executemany(
        """INSERT INTO packed_operation (id, last_change, changes) VALUES (?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET last_change = excluded.last_change, changes = changes + excluded.changes""",
        [(step, *ends) for step, ends in steps.items()])
    database.execute_sql("DELETE FROM change WHERE id BETWEEN ? AND ? AND after IS NOT NULL", (rows[0][0], rows[-1][0]))
    return True


def _free() -> int:
    return int(scalar("PRAGMA freelist_count")) * int(scalar("PRAGMA page_size"))


def _size() -> int:
    return int(scalar("PRAGMA page_count")) * int(scalar("PRAGMA page_size"))


# --- blocks as they lie in a file --------------------------------------------------------------------------------


def changes_of(step: int) -> list[Packed]:
    """Give the packed changes of a step in their order; deletions, and what is not packed yet, stand in ``change``."""
    last = scalar("SELECT last_change FROM packed_operation WHERE id = ?", (step,))
    if last is None:
        return []
    before = scalar("SELECT max(last_change) FROM packed_operation WHERE last_change < ?", (last,)) or 0
    end = scalar("SELECT min(last_change) FROM change_block WHERE last_change >= ?", (last,))
    blocks = database.execute_sql(
        "SELECT content FROM change_block WHERE last_change > ? AND last_change <= ? ORDER BY last_change", (before, end))
    return [each for (content,) in blocks.fetchall() for each in images.unpack(content).values() if before < each.id <= last]


def rewrite_images(connection: Any, table: str, rows: Iterable[int], anew: Callable[[str], str]) -> None:
    """Let ``anew`` give the images of some records other words, packed or not, by the driver's own connection."""
    packed = set[int]()
    has_blocks = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'packed_change'").fetchone()
    for row in rows:
        changes = connection.execute(
            "SELECT id, before, after FROM change WHERE table_name = ? AND row_id = ?", (table, row)).fetchall()
        connection.executemany("UPDATE change SET before = ?, after = ? WHERE id = ?", [
            (before and anew(before), after and anew(after), identity) for identity, before, after in changes])
        if has_blocks:
            packed |= {identity for (identity,) in connection.execute(
                """SELECT p.change_id FROM packed_table t JOIN packed_change p ON p.table_id = t.id
                   WHERE t.name = ? AND p.row_id = ?""", (table, row)).fetchall()}
    _rewrite_blocks(connection, packed, anew)


def _rewrite_blocks(connection: Any, changes: Collection[int], anew: Callable[[str], str]) -> None:
    left = set(changes)
    while left:
        block, last, content = connection.execute(
            "SELECT id, last_change, content FROM change_block WHERE last_change >= ? ORDER BY last_change LIMIT 1",
            (min(left),)).fetchone()
        held = images.unpack(content)
        for identity in left & held.keys():
            each = held[identity]
            held[identity] = each._replace(before=each.before and anew(each.before), after=anew(each.after))
        connection.execute("UPDATE change_block SET content = ? WHERE id = ?", (images.pack(held.values()), block))
        left = {identity for identity in left if identity > last}
