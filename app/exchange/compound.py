"""Look inside an old binary workbook (.xls, also WPS .et) before the real reader may, and refuse what would hurt.

Two layers, both from Microsoft's open specifications: the compound file ([MS-CFB]: sectors, chains, a directory) and
the workbook stream in it ([MS-XLS]: records). Only lengths and corners are looked at; values are the reader's work.
"""

from collections.abc import Iterator, Mapping
from struct import Struct, unpack_from
from struct import error as StructError
from typing import NamedTuple

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.amplification import LONG_TEXT, MOST_TEXT_ASKED, text_sizes
from app.exchange.extents import DAMAGED, PASSWORD, TOO_MUCH, check_box
from app.exchange.fine_print import FinePrint
from app.exchange.number_formats import as_shown, is_zero_format
from app.exchange.values import NO_RESULT, ErrorCell

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_MINI_LIMIT, _MINI_SIZE = 4096, 64
_HEAD = Struct("<HH")
_CORNER = Struct("<HH")

# Records of [MS-XLS] that matter here
_BIFF8, _CODE_PAGE, _UTF_16 = b"\x00\x06", 0x0042, b"\xb0\x04"
_EOF, _FILEPASS, _CONTINUE, _BOUNDSHEET, _MULRK = 0x000A, 0x002F, 0x003C, 0x0085, 0x00BD
_SST, _LABELSST, _DIMENSIONS = 0x00FC, 0x00FD, 0x0200
_FORMULA, _NUMBER, _BOOLERR, _RK, _ROW = 0x0006, 0x0203, 0x0205, 0x027E, 0x0208
_OLD_FORMULAS = (0x0206, 0x0406)     # of Excel 3 and 4; some programs write them into newer books, where the reader passes them over
_FORMAT, _XF, _DATE_1904 = 0x041E, 0x00E0, 0x0022
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_CELLS = frozenset((0x0006, *_OLD_FORMULAS, _LABELSST, 0x0203, 0x0204, 0x0205, 0x027E, _MULRK))
_MOST_XLS_ROWS, _MOST_XLS_COLUMNS = 65_536, 256


class CompoundFile:
    """The directory of a compound file and its streams; everything that does not add up is ``Refused`` as damaged."""

    def __init__(self, content: bytes) -> None:
        """Read header, sector tables and directory of a whole file held in ``content``."""
        self._content = content
        try:
            self._read_tables()
        except (StructError, IndexError, OverflowError) as error:
            raise Refused(DAMAGED) from error

    def _read_tables(self) -> None:
        content = self._content
        shift, mini_shift = unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Refused(DAMAGED)
        self._size = 1 << shift
        self._sectors = len(content) // self._size
        counts = unpack_from("<II", content, 40) + unpack_from("<I", content, 64) + unpack_from("<I", content, 72)
        if any(count > self._sectors for count in counts):  # the reader reserves memory for what these declare
            raise Refused(DAMAGED)
        directory, mini_table, difat = (unpack_from("<I", content, at)[0] for at in (48, 60, 68))
        self._table: list[int] = []
        for sector in self._table_sectors(difat):
            self._table += unpack_from(f"<{self._size // 4}I", self._sector(sector))
        self.entries: dict[str, tuple[int, int]] = {}
        listing = self._chain(directory)
        root: tuple[int, int] | None = None
        for at in range(0, len(listing) - 127, 128):
            name = listing[at:at + 64].decode("utf-16-le", "replace").partition("\0")[0]
            start, size = unpack_from("<IQ" if self._size == 4096 else "<II", listing, at + 116)
            root = root or (start, size)
            if name and size > len(content):
                raise Refused(DAMAGED)
            self.entries.setdefault(name.lower(), (start, size))  # some programs write BOOK, WORKBOOK
        mini = self._chain(mini_table)
        self._mini_table = list(unpack_from(f"<{len(mini) // 4}I", mini))
        self._mini_sectors = self._numbers(root[0]) if root else []
        self._mini = b"".join(map(self._sector, self._mini_sectors))

    def _table_sectors(self, difat: int) -> Iterator[int]:
        """Give the numbers of the sectors that hold the sector table."""
        yield from (sector for sector in unpack_from("<109I", self._content, 76) if sector < _END - 3)
        for _ in range(self._sectors):
            if difat in (_END, _FREE):
                return
            *numbers, difat = unpack_from(f"<{self._size // 4}I", self._sector(difat))
            yield from (sector for sector in numbers if sector < _END - 3)
        raise Refused(DAMAGED)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        piece = self._content[start:start + self._size]
        if len(piece) < self._size:
            piece = piece.ljust(self._size, b"\0")  # the last sector of a file may be cut short
            if start >= len(self._content):
                raise Refused(DAMAGED)
        return piece

    def _numbers(self, sector: int) -> list[int]:
        """Give the numbers of the sectors from ``sector`` on; a chain that runs in a circle is damage."""
        numbers: list[int] = []
        while sector not in (_END, _FREE):
            if len(numbers) > self._sectors:
                raise Refused(DAMAGED)
            numbers.append(sector)
            sector = self._table[sector]
        return numbers

    def _chain(self, sector: int) -> bytes:
        """Give the bytes of the sectors from ``sector`` on."""
        return b"".join(map(self._sector, self._numbers(sector)))

    def place(self, name: str, at: int) -> int:
        """Give where in the file byte ``at`` of a stream lies."""
        sector, size = self.entries[name]
        if size < _MINI_LIMIT:
            for _ in range(at // _MINI_SIZE):
                sector = self._mini_table[sector]
            at = sector * _MINI_SIZE + at % _MINI_SIZE
            return (self._mini_sectors[at // self._size] + 1) * self._size + at % self._size
        return (self._numbers(sector)[at // self._size] + 1) * self._size + at % self._size

    def stream(self, name: str) -> bytes:
        """Give one stream's bytes by its name in small letters; a stream that is shorter than declared is damaged."""
        start, size = self.entries[name]
        try:
            if size >= _MINI_LIMIT:
                whole = self._chain(start)
            else:
                whole = self._mini_chain(start)
        except IndexError as error:
            raise Refused(DAMAGED) from error
        if len(whole) < size:
            raise Refused(DAMAGED)
        return whole[:size]

    def _mini_chain(self, sector: int) -> bytes:
        pieces: list[bytes] = []
        while sector not in (_END, _FREE):
            if len(pieces) > len(self._mini_table):
                raise Refused(DAMAGED)
            pieces.append(self._mini[sector * _MINI_SIZE:(sector + 1) * _MINI_SIZE])
            sector = self._mini_table[sector]
        return b"".join(pieces)


class Checked(NamedTuple):
    """An .xls that may be read: its bytes, what the reader will leave out of each sheet, whether days count from 1904."""

    content: bytes
    told: list[FinePrint]
    from_1904: bool


def check_xls(content: bytes) -> Checked:
    """Refuse a compound file that is encrypted, no workbook, damaged, or whose cells span more than the limits."""
    file = CompoundFile(content)
    if "encryptedpackage" in file.entries or "encryptioninfo" in file.entries:
        raise Refused(PASSWORD)
    name = next((name for name in ("workbook", "book") if name in file.entries), None)
    if name is None:
        if "worddocument" in file.entries:
            raise Refused("这是 Word 文档，不是表格。请把表格复制到 Excel，存为 .xlsx 再导入。")
        raise Refused("这个文件里没有工作簿，不是 Excel 文件。请选 .xlsx 或 .xls 表格。")
    book = file.stream(name)
    cells = asked = 0
    sheets, texts = _sheets_and_texts(book)
    zeros, from_1904, told = *_styles(book), []
    sizes = text_sizes(book, texts)
    long_texts = {at: size for at, size in enumerate(sizes) if size > LONG_TEXT}
    if len(sheets) > limits.MOST_SHEETS:
        raise Refused(TOO_MUCH)
    for offset in sheets:
        rows, columns = _extent(book, offset)
        check_box(rows, columns)
        cells += rows * columns
        if long_texts:
            asked += sum(long_texts.get(number, 0) for number in _text_numbers(book, offset))
        if cells > limits.MOST_BOX or asked > MOST_TEXT_ASKED:
            raise Refused(TOO_MUCH)
        told.append(_fine_print(book, offset, zeros))
    page = _wrong_code_page(book)
    if page is not None:
        changed = bytearray(content)
        for at, byte in enumerate(_UTF_16, page):
            changed[file.place(name, at)] = byte
        content = bytes(changed)
    return Checked(content, told, from_1904)


def _wrong_code_page(book: bytes) -> int | None:
    """Give where a book of Excel 97 names a code page, None where it does not: its texts are UTF-16, whatever it says.

    Some programs write the system's code page all the same; the reader believes them and makes two letters of each.
    """
    if book[4:6] != _BIFF8:
        return None
    return next((at for kind, at, length in _records(book, 0)
                 if kind == _CODE_PAGE and length == len(_UTF_16) and book[at:at + length] != _UTF_16), None)


def _styles(book: bytes) -> tuple[dict[int, str], bool]:
    """Give the formats that write zeros in front by style number, and whether days count from 1904."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    from_1904 = False
    for kind, at, length in _records(book, 0):
        if at + length > len(book):
            break
        if kind == _FORMAT and length > 5:
            number, count, wide = unpack_from("<HHB", book, at)
            text = book[at + 5:at + 5 + (count * 2 if wide & 1 else count)]
            formats[number] = text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        elif kind == _XF and length >= 4:
            styles.append(unpack_from("<H", book, at + 2)[0])
        elif kind == _DATE_1904 and length >= 2:
            from_1904 = unpack_from("<H", book, at)[0] == 1
    return {at: formats[number] for at, number in enumerate(styles) if is_zero_format(formats.get(number, ""))}, from_1904


def _fine_print(book: bytes, offset: int, zeros: Mapping[int, str]) -> FinePrint:
    """Read a sheet's records for what the reader leaves out: error cells, hidden rows, zeros in front."""
    found = FinePrint()
    for kind, at, length in _records(book, offset):
        if at + length > len(book):
            break
        if kind == _ROW and length >= 14 and unpack_from("<H", book, at + 12)[0] & 0x20:
            found.hidden_rows.add(unpack_from("<H", book, at)[0] + 1)
        elif kind == _BOOLERR and length >= 8 and book[at + 7]:
            _note(found, book, at, _ERRORS.get(book[at + 6], "#N/A"))
        elif kind == _FORMULA and length >= 14 and book[at + 12:at + 14] == b"\xff\xff" and book[at + 6] == 2:
            _note(found, book, at, _ERRORS.get(book[at + 8], "#N/A"))
        elif kind in _OLD_FORMULAS and length >= 14:
            row, column = _CORNER.unpack_from(book, at)
            is_number = book[at + 12:at + 14] != b"\xff\xff"
            found.cells[row + 1, column] = unpack_from("<d", book, at + 6)[0] if is_number else NO_RESULT
        elif zeros and kind in (_NUMBER, _RK, _MULRK) and length >= 10:
            for column, style, number in _numbers(book, kind, at, length):
                if style in zeros and number.is_integer() and 0 <= number < 1e15:
                    row = unpack_from("<H", book, at)[0] + 1
                    found.cells[row, column] = as_shown(int(number), zeros[style])
    return found


def _note(found: FinePrint, book: bytes, at: int, text: str) -> None:
    row, column = _CORNER.unpack_from(book, at)
    found.cells[row + 1, column] = ErrorCell(text)


def _numbers(book: bytes, kind: int, at: int, length: int) -> Iterator[tuple[int, int, float]]:
    """Give (column, style, value) of the number cells of one record."""
    column, style = unpack_from("<HH", book, at + 2)
    if kind == _NUMBER:
        if length >= 14:
            yield column, style, unpack_from("<d", book, at + 6)[0]
        return
    count = 1 if kind == _RK else (length - 6) // 6
    for step in range(count):
        style, packed = unpack_from("<HI", book, at + 4 + 6 * step)
        yield column + step, style, _unpacked(packed)


def _unpacked(packed: int) -> float:
    """Give the number of an RK value: 30 bits of a whole number or of a double, perhaps in hundredths."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = unpack_from("<d", b"\0\0\0\0" + (packed & 0xFFFFFFFC).to_bytes(4, "little"))[0]
    return value / 100 if packed & 1 else value


def _records(book: bytes, offset: int) -> Iterator[tuple[int, int, int]]:
    """Give (type, where the data begin, length) of each record up to the end-of-part record."""
    end = len(book)
    if offset > end:
        raise Refused(DAMAGED)
    while offset + 4 <= end:
        kind, length = _HEAD.unpack_from(book, offset)
        yield kind, offset + 4, length
        if kind == _EOF:
            return
        offset += 4 + length


def _sheets_and_texts(book: bytes) -> tuple[list[int], list[tuple[int, int]]]:
    """Read the workbook's general part: where each sheet begins, and the records of the shared texts.

    Refuses encryption and absurd text counts.
    """
    offsets: list[int] = []
    texts: list[tuple[int, int]] = []
    previous = 0
    for kind, at, length in _records(book, 0):
        if kind == _FILEPASS:
            raise Refused(PASSWORD)
        if at + length > len(book):
            raise Refused(DAMAGED)
        if kind == _BOUNDSHEET and length >= 8:
            offsets.append(unpack_from("<I", book, at)[0])
        elif kind == _SST:
            # Every text takes three bytes or more; the reader reserves memory for what is declared.
            if length < 8 or unpack_from("<I", book, at + 4)[0] > len(book) // 3:
                raise Refused(DAMAGED)
            texts = [(at, length)]
        elif kind == _CONTINUE and previous in (_SST, _CONTINUE) and texts:
            texts.append((at, length))
        previous = kind
    return offsets, texts


def _text_numbers(book: bytes, offset: int) -> Iterator[int]:
    """Give the numbers of the shared texts that a sheet's cells show."""
    for kind, at, length in _records(book, offset):
        if kind == _LABELSST and length >= 10 and at + length <= len(book):
            yield unpack_from("<I", book, at + 6)[0]


def _extent(book: bytes, offset: int) -> tuple[int, int]:
    """Give the last filled row and column of a sheet, counted from 1."""
    last_row = last_column = -1
    for kind, at, length in _records(book, offset):
        if kind in _CELLS and length >= 6 and at + length <= len(book):
            row, column = _CORNER.unpack_from(book, at)
            if kind == _MULRK:
                column = unpack_from("<H", book, at + length - 2)[0]
            last_row, last_column = max(last_row, row), max(last_column, column)
        elif kind == _DIMENSIONS:
            _check_dimensions(book[at:at + length])
    return last_row + 1, last_column + 1


def _check_dimensions(data: bytes) -> None:
    """Refuse declared dimensions outside the format's own grid: the reader reserves memory for them."""
    if len(data) >= 14:
        first_row, last_row, first_column, last_column = unpack_from("<IIHH", data)
    elif len(data) >= 10:
        first_row, last_row, first_column, last_column = unpack_from("<HHHH", data)
    else:
        return
    if first_row > last_row or last_row > _MOST_XLS_ROWS \
            or first_column > last_column or last_column > _MOST_XLS_COLUMNS:
        raise Refused(DAMAGED)
