"""Open any workbook an office hands over and give its cells with the row numbers Excel shows.

What a file is, its content says, not its name: an .xls that is really .xlsx or text opens, a photo named .xlsx is
refused in a sentence. Nothing a file contains raises anything but ``Refused``.

What callers may meet in a cell: numbers come as float, whole or not (``values`` undoes that), in a book that counts days
from 1904 as ``SerialFrom1904``; what a number format shows as 0007 comes as that text; error cells come as their word
(#N/A, #REF!) and formulas that no program ever worked out as ``NoResult``, both of which ``values`` refuses to read.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from sys import getsizeof
from typing import IO, NamedTuple, TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from app.core.errors import Refused
from app.core.files import why
from app.exchange import limits
from app.exchange.compound import check_xls
from app.exchange.delimited import looks_like_text, read_delimited
from app.exchange.extents import DAMAGED, PASSWORD, TOO_MUCH, check_box
from app.exchange.fine_print import FinePrint
from app.exchange.guards import check_xlsx, open_zip, zip_kind
from app.exchange.open_document import check_ods
from app.exchange.package import package_of
from app.exchange.repacking import rewritten
from app.exchange.values import SerialFrom1904
from app.exchange.web_table import read_web_table
from app.exchange.xml_spreadsheet import read_xml_spreadsheet

Cell = str | int | float | bool | date | datetime | None
Row = list[Cell]

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".txt", ".htm", ".html")  # what a file dialog offers
T = TypeVar("T")


class Merged(NamedTuple):
    """A merged block: rows 1-based, columns 0-based, both ends included. Its value is in the first cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Sheet:
    """One worksheet, read when first asked for. ``rows[i]`` is worksheet row ``i + 1``; a blank row is ``[]``.

    Rows are as long as their last filled cell. ``rows`` and ``merged`` may raise ``Refused`` the first time.
    ``hidden_rows`` are the worksheet rows that are hidden or filtered out (.xlsx, .xls): they are read like the others.
    """

    def __init__(
        self, name: str, hidden: bool, load: Callable[[], tuple[list[Row], list[Merged]]], hidden_rows: Collection[int] = (),
    ) -> None:
        self.name = name
        self.hidden = hidden
        self.hidden_rows = frozenset(hidden_rows)
        self._load = load

    @cached_property
    def _loaded(self) -> tuple[list[Row], list[Merged]]:
        return self._load()

    @property
    def rows(self) -> list[Row]:
        """Give all rows from worksheet row 1 to the last filled one."""
        return self._loaded[0]

    @property
    def merged(self) -> list[Merged]:
        """Give the merged blocks (.xlsx, .xls, XML and web pages; the others do not tell)."""
        return self._loaded[1]


class Workbook:
    """An opened file: its worksheets in order, hidden ones too (chart sheets left out)."""

    def __init__(self, path: Path, sheets: Iterable[Sheet]) -> None:
        self.path = path
        self.sheets = tuple(sheets)

    def sheet(self, name: str) -> Sheet:
        """Give a worksheet by name (spaces around it aside); an unknown one is ``Refused`` with the names there are."""
        for sheet in self.sheets:
            if sheet.name.strip() == name.strip():
                return sheet
        names = "、".join(sheet.name for sheet in self.sheets[:12])
        raise Refused(f"工作簿里没有名为“{name}”的工作表。现有：{names}。")


def open_workbook(path: Path | str) -> Workbook:
    """Open .xlsx, .xlsm, .xls, .ods, XML 2003, a text table or a web page with tables; anything else, or anything unsafe, is ``Refused``."""
    path = Path(path)
    try:
        size = _size(path)
        with path.open("rb") as stream:
            head = stream.read(4096)
            stream.seek(0)
            if head.startswith(b"PK"):
                return _open_zipped(path, stream)
            if head.startswith(_OLE):
                checked = check_xls(stream.read())
                return _open_calamine(path, BytesIO(checked.content), checked.told, checked.from_1904)
            _refuse_other_kinds(head)
            _refuse_large(size, limits.MOST_TEXT_FILE_BYTES)
            return _open_text(path, stream.read())
    except PermissionError as error:
        raise Refused(f"打不开“{path.name}”：它可能正在 Excel 或 WPS 里打开着，或没有权限。请关掉它再试。") from error
    except OSError as error:
        raise Refused(f"读不了“{path.name}”：{why(error)}。把它拷到本机硬盘上再打开也行。") from error
    except MemoryError as error:
        raise Refused(TOO_MUCH) from error


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURE = "这是一张图片，不是表格。照片里的台账要先录入 Excel 才能导入。"
_FILM = "这是视频文件，不是表格。请选 Excel 文件（.xlsx、.xls）。"
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", _PICTURE), (b"\x89PNG", _PICTURE), (b"GIF8", _PICTURE), (b"BM", _PICTURE),
    (b"II*\x00", _PICTURE), (b"MM\x00*", _PICTURE), (b"RIFF", _PICTURE),
    (b"%PDF", "这是 PDF 文件，读不出表格。请找它的 Excel 原件（.xlsx、.xls）导入。"),
    (b"Rar!", "这是压缩包，不是表格。请先解压，再选里面的 Excel 文件。"),
    (b"7z\xbc\xaf", "这是压缩包，不是表格。请先解压，再选里面的 Excel 文件。"),
    (b"{\\rtf", "这是 RTF 文档，不是表格。请把表格复制到 Excel，存为 .xlsx 再导入。"),
    (b"MZ", "这是一个程序，不是表格。请选 Excel 文件（.xlsx、.xls）。"),
    (b"\x09\x08", "这是很老的 Excel 格式（5.0 以前）。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
    (b"\x09\x04", "这是很老的 Excel 格式（5.0 以前）。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
    (b"\x09\x00\x04\x00", "这是很老的 Excel 格式（5.0 以前）。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
    (b"\x09\x02", "这是很老的 Excel 格式（5.0 以前）。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"),
)
_ALSO_WORDS = (b"BM", b"MZ", b"RIFF")  # a text table may begin with these letters too
_WEB_STARTS = (
    b"<html",
    b"<table",
    b"<!doctype",
    b"<?xml",
    b"<meta",
    b"<style",
    b"<head",
    b"<body",
    b"<!--",
    b"<div",
    b"<script",
)
_FLAT = "这是存成单个文件的 OpenDocument 表格（.fods）。请用 WPS 或 LibreOffice 打开它，另存为 .xlsx 再导入。"
_ARCHIVE = "这是单个文件网页（.mht）。请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入。"


def _size(path: Path) -> int:
    """Give the file's size in bytes, refusing folders, missing, empty and oversized files."""
    if path.is_dir():
        raise Refused(f"“{path.name}”是文件夹，请选里面的表格文件。")
    if not path.exists():
        raise Refused(f"找不到文件“{path.name}”。它可能已被移走或改名，请重新选择。")
    size = path.stat().st_size
    if size == 0:
        raise Refused("这个文件是空的（0 字节）。请检查是不是没有保存或没有拷贝完。")
    _refuse_large(size, limits.MOST_FILE_BYTES)
    return size


def _refuse_large(size: int, most: int) -> None:
    """Refuse a file of more than ``most`` bytes."""
    if size > most:
        raise Refused(f"这个文件有 {size / 2**20:,.0f} MB，太大了（最多 {most // 2**20} MB）。"
                      "请删去里面的图片和多余的工作表，另存后再导入。")


def _refuse_other_kinds(head: bytes) -> None:
    """Name what a file is when it is neither zip, compound file nor text."""
    for magic, text in _KINDS:
        if head.startswith(magic) and (magic not in _ALSO_WORDS or not looks_like_text(head)):
            raise Refused(text)
    if head[4:8] == b"ftyp":
        raise Refused(_PICTURE if head[8:12] in (b"heic", b"heix", b"mif1") else _FILM)
    if not looks_like_text(head):
        raise Refused("这个文件不是能读的表格，也可能已经损坏。请选 Excel 文件（.xlsx、.xls）、.ods 或 .csv。")


def _open_zipped(path: Path, stream: IO[bytes]) -> Workbook:
    """Open .xlsx, .xlsm or .ods after its tables were looked at."""
    with open_zip(stream) as archive:
        if zip_kind(archive) == "ods":
            ods = check_ods(archive)
            return _open_calamine(path, ods.mended or _from_start(stream), ods.told, ods.from_1904)
        package = package_of(archive)
        told = check_xlsx(archive, package)
        return _open_calamine(path, rewritten(archive, package) or _from_start(stream), told, package.from_1904)


def _from_start(stream: IO[bytes]) -> IO[bytes]:
    stream.seek(0)
    return stream


def _open_text(path: Path, content: bytes) -> Workbook:
    """Open an XML workbook; a text table, or the tables of a web page, as a workbook of one sheet named after the file."""
    start = content[:3000].translate(None, b"\x00\xff\xfe\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<workbook")) and b"<workbook" in start:
        return Workbook(path, [_given(sheet.name, sheet.rows, sheet.merged) for sheet in read_xml_spreadsheet(content)])
    if start.startswith(b"mime-version:"):
        raise Refused(_ARCHIVE)
    if b"opendocument:xmlns:office" in start:
        raise Refused(_FLAT)
    if start.startswith(_WEB_STARTS):
        return Workbook(path, [_given(path.stem, *read_web_table(content))])
    return Workbook(path, [_given(path.stem, read_delimited(content))])


def _given(name: str, rows: Sequence[Sequence[Cell]], merged: Iterable[tuple[int, int, int, int]] = ()) -> Sheet:
    """Make a sheet of rows that were read already."""
    found, blocks = [list(row) for row in rows], [Merged(*block) for block in merged]
    return Sheet(name, False, lambda: (found, blocks))


def _open_calamine(path: Path, stream: IO[bytes], told: Sequence[FinePrint] = (), from_1904: bool = False) -> Workbook:
    """Let calamine open a file that passed the guards; sheets are read when asked for, ``told`` is their fine print."""
    book = _safely(lambda: CalamineWorkbook.from_filelike(stream))
    found = [(index, meta) for index, meta in enumerate(_safely(lambda: book.sheets_metadata))
             if meta.typ is SheetTypeEnum.WorkSheet]
    if not found:
        raise Refused("这个工作簿里一张工作表也没有。请用 Excel 打开检查，另存为 .xlsx 再导入。")
    if len(found) > limits.MOST_SHEETS:
        raise Refused(f"这个工作簿有 {len(found)} 张工作表，太多了。请只留要导入的几张，另存后再导入。")
    budget = _Budget()
    sheets = []
    for index, meta in found:
        fine = told[index] if index < len(told) else FinePrint()
        load = _Loader(book, index, meta.name, budget, fine, from_1904)
        sheets.append(Sheet(meta.name, meta.visible is not SheetVisibleEnum.Visible, load, fine.hidden_rows))
    return Workbook(path, sheets)


class _Budget:
    """How many cells, and bytes of them, may still be taken over from one workbook."""

    def __init__(self) -> None:
        self._cells, self._bytes = limits.MOST_CELLS, limits.MOST_HELD_BYTES

    def covers(self, row: Row) -> bool:
        """Take a row off the budget and tell whether it was still there."""
        self._cells -= len(row)
        self._bytes -= sum(map(getsizeof, row))
        return self._cells >= 0 and self._bytes >= 0


class _Loader:
    """Reads one sheet of a calamine workbook when called."""

    def __init__(
        self, book: CalamineWorkbook, index: int, name: str, budget: _Budget, fine: FinePrint, from_1904: bool
    ) -> None:
        self._book, self._index, self._name, self._budget = book, index, name, budget
        self._fine, self._from_1904 = fine, from_1904

    def __call__(self) -> tuple[list[Row], list[Merged]]:
        """Give rows and merged blocks; a sheet past the limits is ``Refused``."""
        sheet = _safely(lambda: self._book.get_sheet_by_index(self._index))
        if sheet.start is None or sheet.end is None:
            return self._with_fine_print([]), []
        check_box(sheet.end[0] + 1, sheet.end[1] + 1)
        return self._with_fine_print(_safely(lambda: self._rows(sheet))), _merged(sheet)

    def _with_fine_print(self, rows: list[Row]) -> list[Row]:
        """Put back what calamine leaves out of the cells."""
        if self._from_1904:
            rows = [[SerialFrom1904(cell) if type(cell) is float else cell for cell in row] for row in rows]
        for (number, column), text in self._fine.cells.items():
            check_box(number, column + 1)
            rows.extend([] for _ in range(number - len(rows)))
            row = rows[number - 1]
            row.extend([None] * (column + 1 - len(row)))
            row[column] = text
        return rows

    def _rows(self, sheet: CalamineSheet) -> list[Row]:
        """Take over the cells: empty text becomes None, rows keep their worksheet numbers, tails are cut off."""
        lead: Row = [None] * (sheet.start[1] if sheet.start else 0)
        rows: list[Row] = []
        for cells in sheet.iter_rows():
            row: Row = [
                None if cell == "" else _plain(cell) if isinstance(cell, _SPANS) else cell for cell in cells
            ]
            while row and row[-1] is None:
                row.pop()
            if row and lead:
                row = lead + row
            rows.append(row)
            if not self._budget.covers(row):
                raise Refused(f"工作表“{self._name}”的内容太多，没有读取。请分成几个文件再导入。")
        while rows and not rows[-1]:
            rows.pop()
        return rows


_SPANS = (time, timedelta)


def _plain(cell: time | timedelta) -> str:
    """Give a time of day or a span of hours as text: no field of ours holds one."""
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    minutes = int(cell.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def _merged(sheet: CalamineSheet) -> list[Merged]:
    """Give the merged blocks with 1-based rows, [] where the format does not tell."""
    return [Merged(first[0] + 1, first[1], last[0] + 1, last[1])
            for first, last in _safely(lambda: sheet.merged_cell_ranges) or []]


def _safely(read: Callable[[], T]) -> T:
    """Call into calamine. A panic there is a ``BaseException``; it and every other failure become ``Refused``.

    What a panic writes to the error stream by itself is swallowed: the sentence says it better.
    """
    try:
        with _hushed():
            return read()
    except (Refused, KeyboardInterrupt, SystemExit):
        raise
    except PasswordError as error:
        raise Refused(PASSWORD) from error
    except MemoryError as error:
        raise Refused(TOO_MUCH) from error
    except BaseException as error:
        raise Refused(DAMAGED) from error


@contextmanager
def _hushed() -> Iterator[None]:
    """Lead the process's error stream to nowhere meanwhile: calamine writes a panic there past Python."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a window without a console has none
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
