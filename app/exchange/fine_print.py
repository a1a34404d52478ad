"""What a sheet says of its cells and the reader leaves out: errors, formulas without a result, zeros in front, hidden rows.

The reader behind us gives error cells and formulas that no program ever worked out as empty, and 12 for what Excel shows
as 000012. A row with #N/A under 存放地点 would lose its room without a word, so what stands there is put back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.exchange.number_formats import as_shown
from app.exchange.values import NO_RESULT, ErrorCell

_WITHOUT_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>)")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb"(?<!\S)(r|s|t|hidden)\s*=\s*[\"']([^\"']*)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]+)</(?:\w+:)?v>")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_INLINE = re.compile(rb"<(?:\w+:)?is\b")
_REFERENCE = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")
_WHOLE = re.compile(rb"\d{1,15}(?:\.0+)?")


def has_signs(piece: bytes) -> bool:
    """Whether a piece of a sheet's XML may hold an error, a hidden row, or a formula without a result."""
    # A single sign is looked for twenty times faster than a word: most pieces have neither ' nor :.
    if b'="e"' in piece or b"hidden" in piece or (b"'" in piece and b"='e'" in piece):
        return True
    formulas = b"<f" in piece or (b":" in piece and (b":f>" in piece or b":f " in piece))
    return formulas and _WITHOUT_RESULT.search(piece) is not None


@dataclass
class FinePrint:
    """What concerns one sheet: ``cells`` by (worksheet row from 1, column from 0) as they should be read, hidden rows."""

    cells: dict[tuple[int, int], str | float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


def fine_print(rows: Iterator[bytes], zeros: Mapping[int, str]) -> FinePrint:
    """Read a sheet's XML, cut between rows, for what the reader leaves out; ``zeros`` are the formats by style number."""
    found, number = FinePrint(), 0
    for piece in rows:
        starts = [*_ROW.finditer(piece)]
        for at, start in enumerate(starts):
            given = dict(_ATTRIBUTE.findall(start[1]))
            named = given.get(b"r", b"")
            number = int(named) if named.isdigit() else number + 1
            if given.get(b"hidden") in (b"1", b"true"):
                found.hidden_rows.add(number)
            end = starts[at + 1].start() if at + 1 < len(starts) else len(piece)
            _read_row(piece[start.end():end], number, zeros, found)
    return found


def _read_row(content: bytes, number: int, zeros: Mapping[int, str], found: FinePrint) -> None:
    """Note the peculiar cells of one row."""
    column = -1
    for attributes, inside in _CELL.findall(content):
        given = dict(_ATTRIBUTE.findall(attributes))
        named = _REFERENCE.fullmatch(given.get(b"r", b""))
        column = column_number(named[1]) - 1 if named else column + 1
        text = _peculiar(given, inside, zeros)
        if text is not None:
            found.cells[number, column] = text


def _peculiar(given: Mapping[bytes, bytes], inside: bytes, zeros: Mapping[int, str]) -> str | None:
    """Give what a cell should be read as, None where the reader reads it well."""
    value, kind = _VALUE.search(inside), given.get(b"t", b"n")
    if kind == b"e":
        return ErrorCell(value[1].decode("ascii", "replace") if value else "#N/A")
    if value is None:
        # t="str" with an empty value is a formula whose result is an empty text.
        return NO_RESULT if kind != b"str" and _FORMULA.search(inside) and not _INLINE.search(inside) else None
    style = given.get(b"s", b"")
    if kind == b"n" and style.isdigit() and int(style) in zeros and _WHOLE.fullmatch(value[1].strip()):
        return as_shown(int(float(value[1])), zeros[int(style)])
    return None


def column_number(letters: bytes) -> int:
    """Give 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
