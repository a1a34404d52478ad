"""How older images of the journal are stored: the images of many changes together in one compressed block.

A change keeps its row in ``change`` (which record, which step), with an empty text in the place of each image it had;
the images of a block stand in ``change_block``. One image alone shrinks to two thirds, two hundred together to a
twelfth. Whoever reads images reads ``change_image``, a view of every connection, and need not know where they lie.
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache

Pair = tuple[str | None, str | None]
"""The images of one change, before and after; None where the record was not there."""

BLOCKS_KEPT = 32  # unpacked, some 6 MB: lists ask for neighbours
LEVEL = 6

_WHERE = "SELECT content FROM change_block WHERE last_change >= c.id ORDER BY last_change LIMIT 1"
VIEW = f"""CREATE TEMP VIEW change_image AS SELECT id, operation_id, table_name, row_id,
    iif(before = '', unpacked(({_WHERE}), id, 0), before) AS before,
    iif(after = '', unpacked(({_WHERE}), id, 1), after) AS after FROM change c"""
"""What reads like ``change`` did before anything was packed; for every connection, the file itself holds no view."""


def pack(images: Iterable[tuple[int, str | None, str | None]]) -> bytes:
    """Give the block of some changes (id, before, after). JSON images hold neither tabs nor ends of lines."""
    lines = "\n".join(f"{identity}\t{before or ''}\t{after or ''}" for identity, before, after in images)
    return zlib.compress(lines.encode(), LEVEL)


def unpack(block: bytes) -> dict[int, Pair]:
    """Give the images in a block by the id of their change; ``zlib.error`` or ``ValueError`` where it is damaged."""
    found: dict[int, Pair] = {}
    for line in zlib.decompress(block).decode().split("\n"):
        identity, before, after = line.split("\t")
        found[int(identity)] = before or None, after or None
    return found


_unpacked = lru_cache(BLOCKS_KEPT)(unpack)


def unpacked(block: bytes, identity: int, side: int) -> str | None:
    """Give one image out of a block, as SQL asks for it: ``side`` 0 is before, 1 after."""
    return _unpacked(block)[identity][side]
