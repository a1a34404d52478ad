"""How older changes of the journal are stored: many together in one compressed block, found again by record and by step.

A change alone shrinks to two thirds, hundreds together to a twentieth. ``packed_change`` tells which changes touched a
record, ``packed_operation`` where those of a step end, ``change_block`` holds them. Deletions are not packed: the recycle
bin asks for them. Whoever reads the history of a record reads ``change_image``, a view of every connection, and need not
know where it lies; ask it for one table and row at a time.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple


class Damaged(ValueError):
    """A block that is not what was packed."""


class Packed(NamedTuple):
    """One change: its number, the record, its images before (None where it was not there) and after."""

    id: int
    table: str
    row: int
    before: str | None
    after: str


BLOCKS_KEPT = 24  # unpacked, some 10 MB: who asks for one change asks for its neighbours
PRESET = 1          # of LZMA: a block in 1.5 ms, out in 0.4 ms, little more than half of what zlib leaves

_BLOCK = "SELECT content FROM change_block WHERE last_change >= p.change_id ORDER BY last_change LIMIT 1"
_STEP = "SELECT o.id FROM packed_operation o WHERE o.last_change >= p.change_id ORDER BY o.last_change LIMIT 1"
_PLAIN = "CREATE TEMP VIEW change_image AS SELECT id, operation_id, table_name, row_id, before, after FROM change"
_VIEW = f"""{_PLAIN} UNION ALL SELECT p.change_id, ({_STEP}), t.name, p.row_id,
    image_in(({_BLOCK}), p.change_id, 0), image_in(({_BLOCK}), p.change_id, 1)
    FROM packed_table t JOIN packed_change p ON p.table_id = t.id"""


def teach(connection: Any, packed: bool = True) -> None:
    """Let a connection know ``change_image``; the file itself holds no view. ``packed`` False for a file older than blocks."""
    connection.create_function("image_in", 3, image_in, deterministic=True)
    connection.execute(_VIEW if packed else _PLAIN).close()


def pack(changes: Iterable[Packed]) -> bytes:
    """Give the block of some changes. JSON images hold neither tabs nor ends of lines."""
    import lzma  # not at start: few steps ask for what is packed

    lines = "\n".join(f"{each.id}\t{each.table}\t{each.row}\t{each.before or ''}\t{each.after}" for each in changes)
    return lzma.compress(lines.encode(), check=lzma.CHECK_CRC32, preset=PRESET)


def unpack(block: bytes) -> dict[int, Packed]:
    """Give the changes in a block by their numbers; ``Damaged`` where it cannot be read."""
    import lzma

    try:
        return _read(lzma.decompress(block))
    except (lzma.LZMAError, ValueError, EOFError) as trouble:
        raise Damaged from trouble


def _read(lines: bytes) -> dict[int, Packed]:
    found: dict[int, Packed] = {}
    for line in lines.decode().split("\n"):
        identity, table, row, before, after = line.split("\t")
        found[int(identity)] = Packed(int(identity), table, int(row), before or None, after)
    return found


_unpacked = lru_cache(BLOCKS_KEPT)(unpack)


def image_in(block: bytes, identity: int, side: int) -> str | None:
    """Give one image out of a block, as SQL asks for it: ``side`` 0 is before, 1 after."""
    found = _unpacked(block)[identity]
    return found.after if side else found.before
