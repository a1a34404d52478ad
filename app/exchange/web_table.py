"""Web pages that call themselves .xls: what many school and finance systems export. Their tables as one sheet of rows.

A small reader of our own: only tags, entities and spans matter here, it never looks back, and it asks for no memory that
the page merely declares (a colspan of a million takes one cell).
"""

import codecs
import re
from collections.abc import Iterator
from html import unescape
from sys import getsizeof

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.delimited import encoding_of

MOST_PAGE_BYTES = 25 * 2**20
LONGEST_CELL = 100_000  # characters
_TOO_MUCH = "这个网页格式的文件内容太多，不像一本台账，没有读取。请用 Excel 打开它，分成几个 .xlsx 再导入。"
_NO_TABLE = "这个文件其实是网页，里面没有表格。如果是导出时没有登录或出了错，请重新导出；能用 Excel 打开的，另存为 .xlsx 再导入。"
_CHARSET = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,30})|encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,30})[\"']", re.IGNORECASE
)
# A tag with its attributes; the quantifiers are possessive, so that a broken one fails at once.
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_UNSEEN = frozenset(("script", "style", "title", "xml", "template", "select"))
_BREAKS = frozenset(("br", "p", "div", "li"))
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,12})?")

_BREAK = "\x00"  # stands for <br> while a cell is put together; pages hold none
Cell = str | float | None
Block = tuple[int, int, int, int]
"""A merged block: first row (1-based), first column (0-based), last row, last column."""


def read_web_table(content: bytes) -> tuple[list[list[Cell]], list[Block]]:
    """Give the rows of all tables in a page, one below the other as Excel shows them, and the merged blocks.

    Text between the tables is a row of its own. Pages without a table, or with too much in it, are ``Refused``.
    """
    if len(content) > MOST_PAGE_BYTES:
        raise Refused(_TOO_MUCH)
    page = _Page()
    page.read(page_text(content))
    if not page.tables:
        raise Refused(_NO_TABLE)
    while page.rows and not page.rows[-1]:
        page.rows.pop()
    return page.rows, page.merged


def page_text(content: bytes) -> str:
    """Give the text of a page or XML file by its mark, else by the charset it names, else by what its bytes are."""
    if not content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        named = _CHARSET.search(content[:4096])
        name = (named[1] or named[2]).decode("ascii").lower() if named else ""
        name = "gb18030" if name.replace("_", "").replace("-", "").startswith(("gb", "xgbk", "cp936")) else name
        try:
            return content.decode(name)
        except (LookupError, UnicodeDecodeError):  # unknown, or another than the page says
            pass
    return content.decode(encoding_of(content))


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """Give tags as ("/" or "", name, attributes) and what stands between them as ("", "", words); comments are left out."""
    at = 0
    while (start := text.find("<", at)) >= 0:
        yield "", "", text[at:start]
        if text.startswith(("<!", "<?"), start):
            mark = "-->" if text.startswith("<!--", start) else ">"
            end = text.find(mark, start)
            at = end + len(mark) if end >= 0 else len(text)
        elif found := _TAG.match(text, start):
            yield found[1], found[2].lower(), found[3]
            at = found.end()
        else:
            yield "", "", "<"
            at = start + 1
    yield "", "", text[at:]


class _Page:
    """Takes tags and text in their order and lays out rows."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.merged: list[Block] = []
        self.tables = 0
        self._row: list[Cell] | None = None
        self._text: list[str] = []
        self._letters = 0
        self._cell: dict[str, str] | None = None
        self._hanging: dict[int, int] = {}  # column → last worksheet row that a cell above still lies over
        self._cells = self._held = self._spanned = 0

    def read(self, text: str) -> None:
        """Take the whole page."""
        unseen = ""
        for slash, name, words in _tokens(text):
            if unseen:
                unseen = "" if slash and name == unseen else unseen
            elif not name:
                self._take_text(words)
            elif slash:
                self._end(name)
            elif name in _UNSEEN:
                unseen = "" if words.rstrip().endswith("/") else name
            else:
                self._start(name, words)
        self._end_row()

    def _take_text(self, text: str) -> None:
        if text and self._letters <= LONGEST_CELL:
            self._text.append(text)
            self._letters += len(text)

    def _start(self, name: str, attributes: str) -> None:
        if name in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._begin_row()
            self._text, self._letters = [], 0
            self._cell = {key.lower(): double or single or bare
                          for key, double, single, bare in _ATTRIBUTE.findall(attributes)}
        elif name == "tr":
            self._end_row()
            self._begin_row()
        elif name == "table":
            self._end_row()  # a table inside a cell goes on with rows of its own
            self._hanging = {}
            self.tables += 1
        elif name in _BREAKS:
            self._break()

    def _end(self, name: str) -> None:
        if name in ("td", "th"):
            self._end_cell()
        elif name == "tr":
            self._end_row()
        elif name in ("table", "thead", "tbody", "caption", "h1", "h2", "h3", "h4"):
            self._end_row()
            if name == "table":
                self._hanging = {}
        elif name in _BREAKS:
            self._break()

    def _break(self) -> None:
        if self._cell is not None:
            self._take_text(_BREAK)
        else:
            self._end_row()

    def _begin_row(self) -> None:
        self._end_row()
        self._row = []

    def _end_row(self) -> None:
        """Close the row under way; text that stood outside of cells is a row of its own."""
        self._end_cell()
        row, self._row = self._row, None
        if row is None:
            words = _words(self._text)
            self._text, self._letters = [], 0
            if not words:
                return
            row = [words]
        while row and row[-1] is None:
            row.pop()
        self.rows.append(row)
        self._cells += len(row)
        self._held += sum(map(getsizeof, row))
        if len(self.rows) > limits.MOST_ROWS or self._cells > limits.MOST_CELLS or self._held > limits.MOST_HELD_BYTES:
            raise Refused(_TOO_MUCH)

    def _end_cell(self) -> None:
        """Put the cell under way into its row, to the right of cells that reach down from above."""
        cell, self._cell = self._cell, None
        if cell is None or self._row is None:
            return
        number, column = len(self.rows) + 1, len(self._row)
        while self._hanging.get(column, 0) >= number:
            column += 1
        wide, tall = _span(cell, "colspan"), _span(cell, "rowspan")
        if column + wide > limits.MOST_COLUMNS and wide > 1:
            wide = max(1, limits.MOST_COLUMNS - column)
        if column >= limits.MOST_COLUMNS:
            raise Refused(_TOO_MUCH)
        self._spanned += wide
        if self._spanned > limits.MOST_BOX:
            raise Refused(_TOO_MUCH)
        self._row += [None] * (column - len(self._row))
        self._row.append(_value(_words(self._text), cell))
        self._text, self._letters = [], 0
        self._row += [None] * (wide - 1)
        if tall > 1:
            for each in range(column, column + wide):
                self._hanging[each] = number + tall - 1
        if wide > 1 or tall > 1:
            self.merged.append((number, column, number + tall - 1, column + wide - 1))


def _span(cell: dict[str, str], name: str) -> int:
    """Give a colspan or rowspan, 1 where it is absent or nonsense, never more than a sheet of ours has."""
    text = cell.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return 1
    return min(max(int(text), 1), limits.MOST_ROWS)


def _words(pieces: list[str]) -> str:
    """Give the text of a cell as people see it: entities read, line breaks of the source as spaces, <br> as line breaks."""
    lines = "".join(pieces).split(_BREAK)
    return "\n".join(filter(None, (" ".join(unescape(line).split()) for line in lines)))


def _value(text: str, cell: dict[str, str]) -> Cell:
    """Give the number that Excel would take (x:num), else the text; a mark that protects zeros (="007") is taken off."""
    number = cell.get("x:num", "")
    if number and _NUMBER.fullmatch(number):
        return float(number)
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text or None
