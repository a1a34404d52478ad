"""Text tables: .csv and .txt in UTF-8, GBK or UTF-16, divided by comma, semicolon or tab."""

import codecs
import csv
import re
from io import BytesIO, StringIO, TextIOWrapper
from itertools import islice
from sys import getsizeof

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.values import with_errors

_PIECE = 2**20
_START = 20_000  # bytes that the delimiter is judged by
MOST_CELL = 2**20  # characters; a quote that is never closed swallows the file, and this stops it
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KEPT_ZEROS = re.compile(r'="([^"]*)"')  # ="0012": how Excel users keep leading zeros in a .csv
_CHINESE = re.compile(r"[\u2e80-\uffef]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")

Rows = list[list[str | None]]


def encoding_of(content: bytes) -> str:
    """Give the encoding of a text, by its mark (BOM), else UTF-8, else GB 18030 (which contains GBK and GB 2312).

    A few words in GBK pass for UTF-8 too (联通, 一): what then holds no Chinese, but would in GBK, is GBK.
    """
    marked = [encoding for mark, encoding in _BOMS if content.startswith(mark)]
    fitting = (encoding for encoding in [*marked, "utf-8", "gb18030"] if _decodes(content, encoding))
    encoding = next(fitting, None)
    if (
        encoding == "utf-8"
        and not content.isascii()
        and not _CHINESE.search(content[:_START].decode(encoding, "ignore"))
    ):
        as_gbk = content[:_START].decode("gb18030", "ignore")
        encoding = next(fitting, encoding) if _CHINESE.search(as_gbk) else encoding
    if encoding:
        return encoding
    raise Refused("看不出这个文本文件用的是什么编码。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。")


def _decodes(content: bytes, encoding: str) -> bool:
    """Whether all of the content is text in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(content), _PIECE):
            decoder.decode(content[at:at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def looks_like_text(content: bytes) -> bool:
    """Whether bytes may be a text table at all: no control characters in the first 4,096 bytes, UTF-16 excepted."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return len(content) % 2 == 0
    return _CONTROL.search(content[:4096].decode("latin-1")) is None


def delimiter_of(start: str) -> str:
    """Give comma, semicolon or tab: the one that divides the first lines most evenly; comma when none does."""
    if start[:4].lower() == "sep=" and start[4:5] in (",", ";", "\t"):
        return start[4]
    best, best_score = ",", 0.0
    for delimiter in ",\t;":
        widths = [len(row) for row in islice(csv.reader(StringIO(start, newline=""), delimiter=delimiter), 40)]
        wide = [width for width in widths if width > 1]
        if wide:
            common = max(set(wide), key=wide.count)
            score = wide.count(common) * min(common, 40) / len(widths)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def read_delimited(content: bytes) -> Rows:
    """Give the rows of a text table, row 1 first, blank rows as empty lists, empty cells as None.

    Rows are counted as Excel counts them: a quoted line break does not begin a new row.
    """
    encoding = encoding_of(content)
    start = content[:_START].decode(encoding, "ignore")
    csv.field_size_limit(MOST_CELL)
    rows: Rows = []
    cells = held = 0
    delimiter = delimiter_of(start)
    try:
        for fields in csv.reader(TextIOWrapper(BytesIO(content), encoding, newline=""), delimiter=delimiter, strict=True):
            _require_closed(fields, delimiter, len(rows) + 1)
            row = [_cell(field) for field in fields]
            while row and row[-1] is None:
                row.pop()
            rows.append(row)
            cells += len(row)
            held += sum(map(getsizeof, row))
            if len(rows) > limits.MOST_ROWS or len(row) > limits.MOST_COLUMNS \
                    or cells > limits.MOST_CELLS or held > limits.MOST_HELD_BYTES:
                raise Refused("这个文本文件的行或列太多，不像一本台账，没有读取。请分成几个文件再导入。")
    except csv.Error as error:
        raise Refused(_UNCLOSED.format(len(rows) + 1)) from error
    if rows and len(rows[0]) <= 2 and start[:4].lower() == "sep=":
        rows[0] = []  # an instruction to Excel, not a row of the table; later rows keep their numbers
    while rows and not rows[-1]:
        rows.pop()
    return rows


_UNCLOSED = "第 {} 行有一个引号（\"）没有成对，后面的行分不清。请在 Excel 或记事本里补上或删去它，存好再导入。"
_LEAST_DIVIDED = 2  # delimiters in each of two lines inside one cell: no cell holds that, a quote was left open


def _require_closed(fields: list[str], delimiter: str, row: int) -> None:
    """Refuse a row whose quoted cell holds further rows of the table: its quote was closed by another one far below."""
    for field in fields:
        if "\n" in field and sum(line.count(delimiter) >= _LEAST_DIVIDED for line in field.split("\n")[1:]) > 0:
            raise Refused(_UNCLOSED.format(row))


def _cell(field: str) -> str | None:
    """Give a field's text, None when there is none, without the ="…" that protects leading zeros."""
    if not field or field.isspace():
        return None
    kept = _KEPT_ZEROS.fullmatch(field)
    return kept[1] or None if kept else with_errors(field)
