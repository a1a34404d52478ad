"""Write workbooks that a person good at Excel likes to open: real numbers and days, frozen heads, ready to print.

Text stays text: a value that begins with = + - @ is never run as a formula, in Excel or in WPS.
"""

import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from app.core.columns import Column, Kind, plain_number
from app.core.errors import Refused, joined
from app.core.files import require_file_target, why
from app.core.progress import Progress, silent
from app.exchange.problems import RowProblem
from app.exchange.values import read_text

MOST_CELL_TEXT = 32_767     # characters Excel keeps in a cell
MM_A_CHARACTER = 1.9        # Excel counts column widths in digits of its default font
_A4 = 9                     # Excel's number for the paper
_TELL_EVERY = 500           # rows between two words of progress

RowOut = Mapping[str, object] | Sequence[object]

_ESCAPE = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BAD_IN_NAME = re.compile(r"[\\/*?:\[\]\x00-\x1f]")

_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="EDF2F7")
_FORMATS = {Kind.MONEY: "#,##0.00", Kind.WHOLE: "#,##0", Kind.QUANTITY: "General", Kind.DAY: "yyyy-mm-dd", Kind.CODE: "@", Kind.TEXT: "General"}


@dataclass(frozen=True)
class SheetOut:
    """One sheet to write. ``rows`` are mappings by column key or sequences in column order, values as ``Kind`` says.

    ``title`` stands above the header ("" or None: no title row); ``total`` adds a 合计 row for columns that are summed;
    ``notes`` are lines below the table. A sheet that is not ``headed`` has nothing but its rows: some programs want that.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[RowOut]
    title: str | None = None
    total: bool = False
    notes: Sequence[str] = ()
    headed: bool = True


def write_workbook(path: Path | str, sheets: Sequence[SheetOut], progress: Progress = silent) -> int:
    """Write an .xlsx and give the number of data rows; the file appears whole or not at all.

    A target that cannot be written (open in Excel, read-only folder, full disk) is ``Refused``. ``progress`` may raise
    to stop; nothing is left behind then.
    """
    names = sheet_names([sheet.name for sheet in sheets])
    done = 0
    with new_book(Path(path)) as book:
        for sheet, name in zip(sheets, names, strict=True):
            done = _SheetWriter(book, name, sheet).write(done, progress)
    return done


def sheet_names(wanted: Iterable[str]) -> list[str]:
    r"""Make names Excel takes: no \ / * ? : [ ], at most 31 characters, none twice whatever the case, never empty."""
    used: set[str] = {"history"}  # Excel keeps this one for itself
    names = []
    for text in wanted:
        base = _BAD_IN_NAME.sub("_", _CONTROL.sub("", text)).strip().strip("'")[:31] or "表"
        name, number = base, 2
        while name.lower() in used:
            tail = f"({number})"
            name, number = base[:31 - len(tail)] + tail, number + 1
        used.add(name.lower())
        names.append(name)
    return names


def inert(value: object) -> str:
    """Give text a cell may hold: control characters left out, at most 32,767 characters.

    What a workbook reads as an escaped letter (_x0041_ is A) is escaped itself, so that it comes back as it stands.
    """
    text = value if isinstance(value, str) else str(value)
    text = text if text.isprintable() else _CONTROL.sub("", text)
    return (_ESCAPE.sub("_x005F_x", text) if "_x" in text else text)[:MOST_CELL_TEXT]


class _SheetWriter:
    """Writes one sheet row by row.

    One styled cell per column is used again for every row (a write-only sheet puts each row out at once), because
    styling a fresh cell costs ten times what writing its value does.
    """

    def __init__(self, book: Workbook, name: str, sheet: SheetOut) -> None:
        self._sheet = sheet
        self._page = book.create_sheet(name)
        self._columns = tuple(sheet.columns)
        self._head_row = 2 if sheet.title else 1
        self._cells = [self._styled(column) for column in self._columns]
        self._guarded = [self._styled(column, guard=True) for column in self._columns]

    def write(self, done: int, progress: Progress) -> int:
        """Write everything; gives ``done`` plus the number of data rows."""
        self._set_page()
        if self._sheet.headed:
            self._write_head()
        sums = {at: 0 for at, column in enumerate(self._columns) if column.total}
        last_row = self._head_row
        for row in self._sheet.rows:
            values = self._values(row)
            for at in sums:
                value = values[at]
                if isinstance(value, int):
                    sums[at] += value
            self._page.append([self._filled(at, value) for at, value in enumerate(values)])
            last_row, done = last_row + 1, done + 1
            if done % _TELL_EVERY == 0:
                progress(done, 0, "正在写入工作簿")
        if self._columns and self._sheet.headed:
            last = get_column_letter(len(self._columns))
            self._page.auto_filter.ref = f"A{self._head_row}:{last}{max(last_row, self._head_row)}"
        if self._sheet.total and self._columns:
            self._write_total(sums)
        for note in self._sheet.notes:
            self._page.append([self._text_cell(note)])
        return done

    def _set_page(self) -> None:
        """Set what must be known before the first row: widths, frozen head, A4 landscape on one page's width."""
        page = self._page
        for at, column in enumerate(self._columns, start=1):
            page.column_dimensions[get_column_letter(at)].width = max(6.0, round(column.width / MM_A_CHARACTER, 1))
        if self._sheet.headed:
            page.freeze_panes = f"A{self._head_row + 1}"
            page.print_title_rows = f"{self._head_row}:{self._head_row}"
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = _A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_options.horizontalCentered = True
        page.page_margins.left = page.page_margins.right = 0.4
        page.oddFooter.center.text = "第 &P 页 共 &N 页"
        if self._sheet.title:
            page.row_dimensions[1].height = 28
        if self._sheet.headed:
            page.row_dimensions[self._head_row].height = 22

    def _write_head(self) -> None:
        """Write title and header. The title is centred over the columns without merging: filters keep working."""
        if self._sheet.title:
            cells = []
            for at in range(max(1, len(self._columns))):
                cell = self._text_cell(self._sheet.title if at == 0 else "")
                cell.font = Font(bold=True, size=15)
                cell.alignment = Alignment(horizontal="centerContinuous", vertical="center")
                cells.append(cell)
            self._page.append(cells)
        heads = []
        for column in self._columns:
            cell = self._text_cell(column.title)
            cell.font, cell.fill, cell.border = Font(bold=True), _HEAD_FILL, _BORDER
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            heads.append(cell)
        self._page.append(heads)

    def _write_total(self, sums: Mapping[int, int]) -> None:
        """Write the 合计 row: plain values, right also where nothing recalculates."""
        cells = []
        label = next((at for at in range(len(self._columns)) if at not in sums), None)
        for at, column in enumerate(self._columns):
            cell = self._styled(column)
            _put(cell, column.kind, sums.get(at, "合计" if at == label else None))
            cell.font = Font(bold=True)
            cells.append(cell)
        self._page.append(cells)

    def _values(self, row: RowOut) -> Sequence[object]:
        """Give a row's values in column order."""
        if isinstance(row, Mapping):
            return [row.get(column.key) for column in self._columns]
        if len(row) != len(self._columns):
            raise ValueError(f"a row of {len(row)} values for {len(self._columns)} columns")
        return row

    def _filled(self, at: int, value: object) -> WriteOnlyCell:
        """Give the column's cell holding a value."""
        kind = self._columns[at].kind
        risky = isinstance(value, str) and value.startswith(_FORMULA_STARTS)
        cell = (self._guarded if risky else self._cells)[at]
        _put(cell, kind, value)
        return cell

    def _styled(self, column: Column, guard: bool = False) -> WriteOnlyCell:
        """Make a cell in the column's style; ``guard`` marks text that looks like a formula (Excel's leading ')."""
        cell = WriteOnlyCell(self._page)
        cell.number_format = _FORMATS.get(column.kind, "General")
        cell.border = _BORDER
        cell.alignment = Alignment(horizontal=column.align, vertical="center")
        if guard:
            cell.quotePrefix = True
        return cell

    def _text_cell(self, text: str) -> WriteOnlyCell:
        """Make a plain cell that holds text only."""
        cell = WriteOnlyCell(self._page)
        _put_text(cell, text)
        if text.startswith(_FORMULA_STARTS):
            cell.quotePrefix = True
        return cell


def _put(cell: WriteOnlyCell, kind: Kind, value: object) -> None:
    """Set a cell's value as its kind wants it; what does not fit the kind is written as text, never lost."""
    if value is None or value == "":
        cell.value = None
    elif kind in (Kind.MONEY, Kind.QUANTITY) and isinstance(value, int):
        cell.value = plain_number(kind, value)
    elif kind is Kind.WHOLE and isinstance(value, (int, float)):
        cell.value = value
    elif kind is Kind.DAY and (day := _as_day(value)) is not None:
        cell.value = day
    else:
        _put_text(cell, read_text(value) if isinstance(value, (float, bool)) else value)


def _as_day(value: object) -> date | None:
    """Give a day from a date or ISO text; None for other text and for days Excel cannot hold (before March 1900)."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        value = value.date()
    return value if isinstance(value, date) and value >= date(1900, 3, 1) else None


def _put_text(cell: WriteOnlyCell, value: object) -> None:
    """Set text without letting openpyxl see a formula (=…) or an error (#N/A) in it."""
    cell.value = inert(value)
    cell.data_type = "s"


@dataclass(frozen=True)
class ProblemSheet:
    """Bad rows of one of the user's own sheets: ``header`` as it stood there, rows as (worksheet row, cells)."""

    name: str
    header: Sequence[object]
    rows: Sequence[tuple[int, Sequence[object]]]


def copy_with_problems(path: Path | str, sheets: Sequence[ProblemSheet], problems: Iterable[RowProblem]) -> int:
    """Write the bad rows with two columns put before them, 问题 and 原行号; gives the number of rows.

    The cells keep their values and types, so that a mended copy can be imported as it is: 问题 and 原行号 match no
    field.
    """
    texts: dict[tuple[str, int], list[str]] = {}
    for problem in problems:
        words = f"{problem.column}：{problem.text}" if problem.column else problem.text
        texts.setdefault((problem.sheet, problem.row), []).append(words)
    done = 0
    with new_book(Path(path)) as book:
        for sheet, name in zip(sheets, sheet_names([sheet.name for sheet in sheets]), strict=True):
            done += _ProblemWriter(book, name, sheet).write(texts)
    return done


class _ProblemWriter:
    """Writes one sheet of bad rows."""

    def __init__(self, book: Workbook, name: str, sheet: ProblemSheet) -> None:
        self._sheet = sheet
        self._page = book.create_sheet(name)

    def write(self, texts: Mapping[tuple[str, int], Sequence[str]]) -> int:
        """Write header and rows; gives the number of rows."""
        page = self._page
        width = max([len(self._sheet.header), *(len(cells) for _, cells in self._sheet.rows)])
        page.column_dimensions["A"].width, page.column_dimensions["B"].width = 46, 8
        for at in range(width):
            page.column_dimensions[get_column_letter(at + 3)].width = 14
        page.freeze_panes = "C2"
        page.auto_filter.ref = f"A1:{get_column_letter(width + 2)}{len(self._sheet.rows) + 1}"
        header = [*self._sheet.header, *[None] * (width - len(self._sheet.header))]
        page.append([self._head("问题"), self._head("原行号"), *(self._head(read_text(cell)) for cell in header)])
        for number, cells in self._sheet.rows:
            problem = self._as_it_was(joined(dict.fromkeys(texts.get((self._sheet.name, number), ()))))
            problem.font = Font(color="C0392B")
            problem.alignment = Alignment(wrap_text=True, vertical="top")
            page.append([problem, number, *(self._as_it_was(cell) for cell in cells)])
        return len(self._sheet.rows)

    def _head(self, text: str) -> WriteOnlyCell:
        cell = self._as_it_was(text)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD_FILL, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        return cell

    def _as_it_was(self, value: object) -> WriteOnlyCell:
        """Make a cell with a value read from the user's sheet; text stays text."""
        cell = WriteOnlyCell(self._page)
        if isinstance(value, str):
            _put_text(cell, value)
            if value.startswith(_FORMULA_STARTS):
                cell.quotePrefix = True
        elif isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
            _put_text(cell, str(value))
        elif isinstance(value, date) and _as_day(value) is None:
            _put_text(cell, value.isoformat())
        else:
            cell.value = value
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
        return cell


@contextmanager
def new_book(path: Path) -> Iterator[Workbook]:
    """Give an empty workbook and save it at the end, or drop it when anything goes wrong; no rows stay in the temporary folder."""
    book = Workbook(write_only=True)
    try:
        yield book
        if not book.worksheets:
            book.create_sheet("空")
        _save(book, path)
    except BaseException as error:
        _drop(book)
        trouble = _disk_trouble(error)      # the rows wait in the temporary folder until they are saved
        if trouble is None:
            raise
        raise Refused(f"“{path.name}”没有保存成，临时文件夹“{tempfile.gettempdir()}”写不进去：{why(trouble)}。") from error


def _disk_trouble(error: BaseException) -> OSError | None:
    """Give the disk's trouble behind an error, None for any other: lxml, with which openpyxl writes where it is there, has its own
    error for it, whose words are the number's name (IO_ENOSPC).
    """
    if isinstance(error, OSError):
        return error
    number = getattr(errno, str(error).removeprefix("IO_"), None) if type(error).__name__ == "SerialisationError" else None
    return OSError(number, str(error)) if isinstance(number, int) else None


def _drop(book: Workbook) -> None:
    """Leave nothing of a book that is not saved: no sheet half open, no rows in the temporary folder.

    A sheet left half open would complain about its closed file when it is collected; openpyxl itself removes the rows only
    after saving, or when the program ends.
    """
    for page in book.worksheets:
        if not page.closed:
            try:
                page.close()
            except Exception as error:  # the rest of its rows may find no room either
                if _disk_trouble(error) is None:
                    raise
        writer = page._writer  # noqa: SLF001 - only it knows the file's name
        if os.path.exists(writer.out):
            writer.cleanup()


def _save(book: Workbook, path: Path) -> None:
    """Save beside the target and put in its place at once; every refusal of the disk becomes a sentence."""
    if path.suffix.lower() != ".xlsx":
        raise Refused(f"“{path.name}”的扩展名应是 .xlsx。请改好文件名再保存。")
    try:
        replace_whole(path, book.save)
    except PermissionError as error:
        raise Refused(f"写不了“{path.name}”：它可能正在 Excel 或 WPS 里打开着，或这个文件夹不许写入。"
                      "请关掉它，或换一个位置保存。") from error
    except FileNotFoundError as error:
        raise Refused(f"没有“{path.parent}”这个文件夹。请换一个位置保存。") from error
    except OSError as error:
        raise Refused(f"“{path.name}”没有保存成：{why(error)}。") from error


def replace_whole(path: Path, write: Callable[[str], object]) -> None:
    """Call ``write`` with the name of a new file beside ``path``, then put that in its place; no half file remains."""
    require_file_target(path)
    if path.is_dir():
        raise IsADirectoryError(21, "同名的文件夹已经存在", str(path))
    handle, name = tempfile.mkstemp(prefix=".zongwu-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        write(name)
        if os.name == "posix":
            os.chmod(name, 0o644)  # mkstemp makes files private to the owner
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
