"""Look at the tables of an .xlsx or .xlsm before the real reader may, and refuse what would hurt.

Why so careful: the reader trusts corner cells. A 2 KB .xlsx with values in A1 and XFD1048576 makes it ask for 550 GB
and the process dies without an exception to catch.
"""

import re
from collections.abc import Iterator, Sequence
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.amplification import MOST_TEXT_ASKED, asked_by, long_items
from app.exchange.extents import DAMAGED, PASSWORD, TOO_MUCH, check_box
from app.exchange.fine_print import FinePrint, column_number, fine_print, has_signs
from app.exchange.package import BROKEN, Package, as_utf_8, workbook_part

_CHUNK = 2**20

# An ordinary filled cell: r first, column A to BH, row below 100,000, no other surprises. A sheet with only such cells
# and empty ones (<c r="A1" s="3"/>) fits the box whatever it holds, so one search clears it.
_NOT_ORDINARY = (rb"c(?=[\s>/])"
                 rb"(?!\s+r=\"(?:[A-Z]|A[A-Z]|B[A-H])\d{1,5}\"(?:\s+[\w:]+=\"[^\"<>]*\")*\s*/?>)"
                 rb"(?!(?:\s+[\w:]+=\"[^\"<>]*\")*\s*/>)")
_UNUSUAL_CELL = re.compile(rb"<" + _NOT_ORDINARY)     # begins with letters that are searched for quickly
_UNUSUAL_CELL_OF_A_SPACE = re.compile(rb"<(?:[^\s<>/]+:)?" + _NOT_ORDINARY)
_TAG = re.compile(rb"<(?:[^\s<>/]+:)?(row|c)(?=[\s>/])([^>]*)>")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,4})(\d{1,9})[\"']")
_ENDLESS = re.compile(rb"<(?:[^\s<>/]+:)?(?:row|c)\s[^<>]*$")  # a cell's tag that has not ended yet
_ANY_REFERENCE = re.compile(rb"(?:^|\s)r\s*=")


def check_xlsx(archive: ZipFile, package: Package) -> list[FinePrint]:
    """Refuse an .xlsx whose tables ask for more than the limits, and give what the reader will leave out of each sheet."""
    check_sizes(package.read)
    total, told = 0, set()
    for part in package.read:
        most = limits.MOST_UNPACKED_BYTES - total
        is_texts = part is package.parts.get(package.texts)
        unusual, signs, size = _scan(_xml(archive, part, min(most, limits.MOST_TEXT_BYTES) if is_texts else most))
        total += size
        if part not in package.tables:
            continue
        if unusual:
            _check_extent(_xml(archive, part, limits.MOST_UNPACKED_BYTES))
        if signs or package.zeros:
            told.add(part.filename)
    _check_long_texts(archive, package)
    return [_fine_print(archive, package, sheet.part, told) for sheet in package.sheets]


def _fine_print(archive: ZipFile, package: Package, name: str, told: set[str]) -> FinePrint:
    """Give the fine print of one sheet, an empty one where a search found no sign of any."""
    if name not in package.parts or package.parts[name].filename not in told:
        return FinePrint()
    pieces = _xml(archive, package.parts[name], limits.MOST_UNPACKED_BYTES)
    return fine_print(_whole_tags(pieces, b"<row"), package.zeros)


def check_sizes(parts: Sequence[ZipInfo]) -> None:
    """Refuse by what the zip's directory says already: encrypted parts, too many, too large."""
    if len(parts) > limits.MOST_PARTS or sum(part.file_size for part in parts) > limits.MOST_UNPACKED_BYTES:
        raise Refused(TOO_MUCH)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(PASSWORD)
    for part in parts:
        if part.compress_size and part.file_size > limits.RATIO_MATTERS_FROM \
                and part.file_size / part.compress_size > limits.MOST_RATIO:
            raise Refused(TOO_MUCH)


def _check_long_texts(archive: ZipFile, package: Package) -> None:
    """Refuse a workbook whose cells point at more long text than memory should hold."""
    if not package.texts:
        return
    sizes = long_items(b"".join(_xml(archive, package.parts[package.texts], limits.MOST_TEXT_BYTES)))
    asked = sum(asked_by(_whole_tags(_xml(archive, part, limits.MOST_UNPACKED_BYTES), b"<c"), sizes)
                for part in (package.tables if sizes else ()))
    if asked > MOST_TEXT_ASKED:
        raise Refused(TOO_MUCH)


def _xml(archive: ZipFile, part: ZipInfo, most: int) -> Iterator[bytes]:
    """Give a part's XML in pieces, in UTF-8 as the patterns here want it."""
    return as_utf_8(unpacked(archive, part, most))


def unpacked(archive: ZipFile, part: ZipInfo, most: int) -> Iterator[bytes]:
    """Give a part's bytes in pieces; refuse when it is damaged or when more than ``most`` bytes come out.

    The size in the zip's directory may lie, so it is set aside: unpacking goes on to the true end or to the limit.
    """
    honest = part.file_size
    part.file_size = most + 2 * _CHUNK  # past the limit, so that a check sum cut short is not taken for damage
    size = 0
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise Refused(TOO_MUCH)
                yield chunk
    except BROKEN as error:
        raise Refused(DAMAGED) from error
    finally:
        part.file_size = honest


def _whole_tags(chunks: Iterator[bytes], before: bytes = b"<") -> Iterator[bytes]:
    """Give the same bytes cut between tags (or before ``before``), so that no tag lies across two pieces."""
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        if len(piece) > 2 * _CHUNK and _ENDLESS.match(piece):
            raise Refused(DAMAGED)
        cut = piece.rfind(before)
        if cut <= 0 and not _ENDLESS.match(piece):
            cut = len(piece)
        rest = piece[max(cut, 0):]
        yield piece[:max(cut, 0)]
    yield rest


def _scan(chunks: Iterator[bytes]) -> tuple[bool, bool, int]:
    """Tell whether any cell lies unusually, whether there is fine print, and the part's size; refuse too many filled cells."""
    unusual = signs = False
    size = ends = 0
    for piece in _whole_tags(chunks):
        size += len(piece)
        ends += piece.count(b"v>") + piece.count(b"is>")  # <v>…</v> or <is>…</is>: two for each filled cell
        if not unusual:
            search = _UNUSUAL_CELL_OF_A_SPACE if b":" in piece and b":c" in piece else _UNUSUAL_CELL
            unusual = search.search(piece) is not None or b"\x00" in piece
        signs = signs or has_signs(piece)
    if ends > 2 * limits.MOST_CELLS:
        raise Refused(TOO_MUCH)
    return unusual, signs, size


def _check_extent(chunks: Iterator[bytes]) -> None:
    """Refuse a sheet whose filled cells span more than the box, following every row and cell tag."""
    row = column = 0
    last_row = last_column = 0
    for piece in _whole_tags(chunks):
        if b"\x00" in piece:  # no XML, and unreadable to the patterns here
            raise Refused(DAMAGED)
        for kind, attributes in _TAG.findall(piece):
            if attributes.count(b'"') % 2 or attributes.count(b"'") % 2:  # a ">" inside an attribute hides the rest
                raise Refused(DAMAGED)
            named = _REFERENCE.search(attributes)
            if named is None and _ANY_REFERENCE.search(attributes):
                raise Refused(DAMAGED)
            if kind == b"row":
                row, column = (int(named[2]) if named else row + 1), 0
                continue
            column = column_number(named[1]) if named else column + 1
            if not attributes.endswith(b"/"):
                last_row, last_column = max(last_row, int(named[2]) if named else row), max(last_column, column)
        check_box(last_row, last_column)


def zip_kind(archive: ZipFile) -> str:
    """Tell what a zip holds: "xlsx" (also .xlsm), "ods", or a ``Refused`` naming what it is instead."""
    names = {part.filename.replace("\\", "/") for part in archive.infolist()}
    if workbook_part(archive):
        return "xlsx"
    if "content.xml" in names and "word/document.xml" not in names:
        if "spreadsheet" in _mimetype(archive):
            return "ods"
        raise Refused("这是 OpenDocument 的文字或演示文件，不是表格。请另存为 .xlsx 或 .ods 表格再导入。")
    for part, what in _OTHERS.items():
        if any(name.startswith(part) for name in names):
            raise Refused(what)
    raise Refused("这是一个压缩包，不是表格文件。请先解压，再选里面的 Excel 文件。")


def _mimetype(archive: ZipFile) -> str:
    """Give the media type an OpenDocument file declares, "spreadsheet" when it declares none."""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(200).decode("ascii", "replace")
    except (KeyError, *BROKEN):
        return "spreadsheet"


_OTHERS = {
    "xl/workbook.bin": "这是 .xlsb（Excel 二进制工作簿）。请在 Excel 里另存为 .xlsx 再导入。",
    "word/": "这是 Word 文档，不是表格。请把表格复制到 Excel，存为 .xlsx 再导入。",
    "ppt/": "这是演示文稿，不是表格。请选 Excel 文件（.xlsx、.xls）。",
    "Index/": "这是苹果 Numbers 的文件。请在 Numbers 里导出为 Excel（.xlsx）再导入。",
}


def open_zip(stream: IO[bytes]) -> ZipFile:
    """Open a zip's directory; a broken one is ``Refused``."""
    try:
        return ZipFile(stream)
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise Refused(DAMAGED) from error
