"""Look inside an .ods before the real reader may: refuse what would hurt, note what the reader leaves out, mend what it trips over."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZipFile

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.amplification import LONG_TEXT, MOST_TEXT_ASKED
from app.exchange.extents import DAMAGED, PASSWORD, TOO_MUCH, check_box, no_entities
from app.exchange.fine_print import FinePrint
from app.exchange.guards import check_sizes, unpacked
from app.exchange.values import NO_RESULT, ErrorCell

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NEW_MANIFEST = ('<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
                 f'manifest:full-path="/" manifest:media-type="{_TYPE}"/></manifest:manifest>')
_BETWEEN_CELLS = re.compile(rb">\s+(?=</?(?:[\w.-]+:)?(?:table|covered-table)[\w-]*[\s/>])")
_ZEROS_SHOWN = re.compile(r"[^\d.,:%/]*0\d[\d-]*")      # 000012, ZC0012, 00-12
_HIDDEN = ("collapse", "filter")
_MOST_PECULIAR = 200_000       # cells with fine print, repeated ones written out


class Checked(NamedTuple):
    """An .ods that may be read: anew where the reader would stumble, what it will leave out of each sheet, the days' beginning."""

    mended: IO[bytes] | None
    told: list[FinePrint]
    from_1904: bool


def check_ods(archive: ZipFile) -> Checked:
    """Refuse an .ods that is encrypted or whose content asks for more than the limits, whether its directory admits it or not."""
    parts = {part.filename: part for part in archive.infolist()}
    manifest = b"".join(unpacked(archive, parts[_MANIFEST], limits.MOST_TEXT_BYTES)) if _MANIFEST in parts else b""
    if b":encryption-data" in manifest:
        raise Refused(PASSWORD)
    check_sizes((parts[_CONTENT],))
    seen = _read(unpacked(archive, parts[_CONTENT], limits.MOST_TEXT_BYTES))
    content = b"".join(unpacked(archive, parts[_CONTENT], limits.MOST_TEXT_BYTES))
    whole = bool(manifest) and "mimetype" in parts and _BETWEEN_CELLS.search(content) is None
    return Checked(None if whole else _anew(content), seen.told, seen.from_1904)


def _anew(content: bytes) -> IO[bytes]:
    """Give an .ods of this content that says what it is and has no line breaks between the cells: the reader stumbles over both."""
    plain = BytesIO()
    with ZipFile(plain, "w", ZIP_DEFLATED, compresslevel=1) as new:
        new.writestr("mimetype", _TYPE)
        new.writestr(_MANIFEST, _NEW_MANIFEST)
        new.writestr(_CONTENT, _BETWEEN_CELLS.sub(b">", content))
    plain.seek(0)
    return plain


class _Seen:
    """Adds up how many cells an .ods asks for, with its "repeat this row 1,000,000 times" written out, and notes the fine print."""

    def __init__(self) -> None:
        self.told: list[FinePrint] = []
        self.from_1904 = False
        self._depth = self._text = self._boxes = self._rows = self._columns = self._filled_rows = self._peculiar = 0
        self._repeat_row = self._column = self._row_end = self._repeat_cell = self._row_text = self._letters = 0
        self._is_hidden = False
        self._cell: dict[str, str] = {}
        self._shown = ""
        self._notes: list[tuple[range, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an opening tag."""
        name = tag.rpartition(":")[2]
        if name == "table":
            self._depth += 1
            self._rows = self._columns = self._filled_rows = 0
            if self._depth == 1:
                self.told.append(FinePrint())
        elif name == "table-row":
            self._repeat_row, self._column = _repeat(attributes, "rows"), 0
            self._row_end = self._row_text = 0
            self._is_hidden = attributes.get("table:visibility") in _HIDDEN
            self._notes = []
        elif name in ("table-cell", "covered-table-cell"):
            self._repeat_cell, self._letters = _repeat(attributes, "columns"), sum(map(len, attributes.values()))
            self._column += self._repeat_cell
            self._cell, self._shown = attributes, ""
            if any(key.endswith(("value-type", ":formula")) for key in attributes):
                self._row_end = self._column
        elif name == "p":
            self._row_end = self._column
        elif name == "null-date":
            self.from_1904 = attributes.get("table:date-value", "").startswith("1904")

    def letters(self, text: str) -> None:
        """Take a piece of text."""
        self._letters += len(text)
        if len(self._shown) <= LONG_TEXT:
            self._shown += text

    def end(self, tag: str) -> None:
        """Take a closing tag; at the end of a row or table refuse what is too much."""
        name = tag.rpartition(":")[2]
        if name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self._depth -= 1
            self._boxes += self._filled_rows * self._columns
            if self._boxes > limits.MOST_BOX:
                raise Refused(TOO_MUCH)

    def _end_cell(self) -> None:
        if self._letters > LONG_TEXT:
            self._row_text += self._letters * self._repeat_cell
        told = _peculiar(self._cell, self._shown.strip())
        if told is not None:
            self._notes.append((range(self._column - self._repeat_cell, self._column), told))

    def _end_row(self) -> None:
        first, self._rows = self._rows + 1, self._rows + self._repeat_row
        self._text += self._row_text * self._repeat_row
        if self._text > MOST_TEXT_ASKED // 3:  # counted in characters here, of up to three bytes each
            raise Refused(TOO_MUCH)
        if not self._row_end:
            return
        self._filled_rows, self._columns = self._rows, max(self._columns, self._row_end)
        check_box(self._filled_rows, self._columns)
        self._peculiar += self._repeat_row * sum(len(columns) for columns, _ in self._notes)
        if self._peculiar > _MOST_PECULIAR:
            raise Refused(TOO_MUCH)
        if self._is_hidden:
            self.told[-1].hidden_rows.update(range(first, self._rows + 1))
        for columns, text in self._notes:
            self.told[-1].cells.update(((row, column), text) for row in range(first, self._rows + 1) for column in columns)


def _peculiar(cell: dict[str, str], shown: str) -> str | None:
    """Give what a cell should be read as, None where the reader reads it well."""
    kind = cell.get("office:value-type", "")
    if cell.get("calcext:value-type") == "error":
        return ErrorCell(shown or "#N/A")
    if not kind and not shown and "table:formula" in cell:
        return NO_RESULT
    if kind == "float" and _ZEROS_SHOWN.fullmatch(shown):
        digits = re.sub(r"\D", "", shown)
        return shown if float(digits) == _number(cell.get("office:value", "")) else None
    return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _repeat(attributes: dict[str, str], what: str) -> int:
    """Give table:number-rows-repeated or -columns-repeated, 1 when absent; nonsense counts as damage."""
    for key, value in attributes.items():
        if key.endswith(f"number-{what}-repeated"):
            if not value.isascii() or not value.isdigit() or len(value) > 9:
                raise Refused(DAMAGED)
            return max(1, int(value))
    return 1


def _read(chunks: Iterator[bytes]) -> _Seen:
    """Read the content through; ``Refused`` where it asks for too many cells."""
    seen = _Seen()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = seen.start, seen.end
    parser.CharacterDataHandler = seen.letters
    parser.StartDoctypeDeclHandler = no_entities
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused(DAMAGED) from error
    return seen
