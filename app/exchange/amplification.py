"""How much text a workbook's cells ask for together.

Texts are kept once in the file and pointed at from cells, but the reader behind us copies the text for every cell. One
text of 32,000 characters and 100,000 cells that point at it make a small file and 3 GB of memory, so the sum is asked
first. Short texts are not worth counting: the limit on cells already holds them.
"""

import re
from collections.abc import Iterator
from struct import unpack_from

LONG_TEXT = 120                 # bytes from which a text is counted
MOST_TEXT_ASKED = 100 * 2**20   # bytes of long texts over all cells

_ITEM = re.compile(rb"<((?:[^\s<>/]+:)?si)(?:\s[^>]*)?(?:/>|>(.*?)</\1>)", re.DOTALL)
_POINTER = re.compile(
    rb"<(?:[^\s<>/]+:)?c\s[^>]*\bt\s*=\s*[\"']s[\"'][^>]*>\s*(?:<[^>]*>\s*)*?<(?:[^\s<>/]+:)?v>\s*(\d{1,9})"
)


def long_items(shared: bytes) -> dict[bytes, int]:
    """Give the sizes in bytes of the long ones among an .xlsx file's shared texts, by their number as written."""
    return {b"%d" % at: found.end() - found.start() for at, found in enumerate(_ITEM.finditer(shared))
            if found.end() - found.start() > LONG_TEXT}


def asked_by(pieces: Iterator[bytes], sizes: dict[bytes, int]) -> int:
    """Add up the long texts that a sheet's cells point at, in bytes."""
    asked = 0
    for piece in pieces:
        for number in _POINTER.findall(piece):
            asked += sizes.get(number, 0) or (sizes.get(number.lstrip(b"0") or b"0", 0) if number[:1] == b"0" else 0)
    return asked


def text_sizes(book: bytes, records: list[tuple[int, int]]) -> list[int]:
    """Give the size in bytes of each text of an .xls shared text table.

    ``records`` are (begin, length) of the table's record and its continuations. A text that runs over the end of a
    record goes on in the next after one byte that says whether its characters are one or two bytes wide.
    """
    sizes: list[int] = []
    walker = _Walker(book, records)
    walker.skip(8)
    while walker.has(3):
        count, flags = unpack_from("<HB", walker.take(3))
        runs = unpack_from("<H", walker.take(2))[0] if flags & 0x08 else 0
        extra = unpack_from("<I", walker.take(4))[0] if flags & 0x04 else 0
        walker.skip_characters(count, 2 if flags & 1 else 1)
        walker.skip(runs * 4 + extra)
        sizes.append(count * 2)
    return sizes


class _Walker:
    """Walks through the bytes of a record and its continuations."""

    def __init__(self, book: bytes, records: list[tuple[int, int]]) -> None:
        self._pieces = [book[at:at + length] for at, length in records]
        self._index = self._at = 0

    def _settle(self) -> bool:
        """Move past finished pieces; False at the end."""
        while self._index < len(self._pieces) and self._at >= len(self._pieces[self._index]):
            self._index, self._at = self._index + 1, 0
        return self._index < len(self._pieces)

    def has(self, count: int) -> bool:
        """Whether ``count`` bytes lie ahead in this piece; a text's head is never divided."""
        return self._settle() and len(self._pieces[self._index]) - self._at >= count

    def take(self, count: int) -> bytes:
        """Give bytes, zeros where the table ends too soon."""
        taken = b""
        while len(taken) < count and self._settle():
            more = self._pieces[self._index][self._at:self._at + count - len(taken)]
            self._at += len(more)
            taken += more
        return taken.ljust(count, b"\0")

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        while count > 0 and self._settle():
            step = min(count, len(self._pieces[self._index]) - self._at)
            self._at += step
            count -= step

    def skip_characters(self, count: int, width: int) -> None:
        """Pass over characters, reading the width byte at each continuation."""
        while count > 0 and self._index < len(self._pieces):
            piece = self._pieces[self._index]
            fit = min(count, (len(piece) - self._at) // width)
            self._at += fit * width
            count -= fit
            if count > 0:
                self._index, self._at = self._index + 1, 1
                if self._index < len(self._pieces) and self._pieces[self._index]:
                    width = 2 if self._pieces[self._index][0] & 1 else 1
