"""How far a sheet reaches: the box from its first cell to the last filled one, and the sentences that refuse too much."""

from collections.abc import Iterator
from xml.parsers import expat

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.amplification import LONG_TEXT, MOST_TEXT_ASKED

DAMAGED = "这个文件已经损坏或不完整，读不出来。请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入；打不开就重新拷贝一份。"
PASSWORD = "这个文件设有打开密码，读不出来。请在 Excel 或 WPS 里打开它，取消密码另存一份再导入。"
TOO_MUCH = "这个文件解开以后太大，没有读取。请在 Excel 里删去多余的工作表和空白行列，另存为 .xlsx 再导入。"
TOO_WIDE = (
    "有一张工作表铺得太开（用到第 {rows:,} 行、第 {columns:,} 列），没有读取。"
    "请在 Excel 里按 Ctrl+End 看最后一格在哪里，删去多余的行和列，另存后再导入。"
)


def check_box(rows: int, columns: int) -> None:
    """Refuse a sheet whose last filled cell lies beyond the limits."""
    if rows > limits.MOST_ROWS or columns > limits.MOST_COLUMNS or rows * columns > limits.MOST_BOX:
        raise Refused(TOO_WIDE.format(rows=rows, columns=columns))


class _OdsExtent:
    """Adds up how many cells an .ods asks for, with its "repeat this row 1,000,000 times" written out."""

    def __init__(self) -> None:
        self.text = self.boxes = self.rows = self.columns = self.filled_rows = 0
        self.repeat_row = self.column = self.row_end = self.repeat_cell = 0
        self.row_text = self.letters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an opening tag."""
        name = tag.rpartition(":")[2]
        if name == "table":
            self.rows = self.columns = self.filled_rows = 0
        elif name == "table-row":
            self.repeat_row, self.column = _repeat(attributes, "rows"), 0
            self.row_end = self.row_text = 0
        elif name in ("table-cell", "covered-table-cell"):
            self.repeat_cell, self.letters = _repeat(attributes, "columns"), sum(map(len, attributes.values()))
            self.column += self.repeat_cell
            if any(key.endswith("value-type") for key in attributes):
                self.row_end = self.column
        elif name == "p":
            self.row_end = self.column

    def letters_seen(self, text: str) -> None:
        """Take a piece of text."""
        self.letters += len(text)

    def end(self, tag: str) -> None:
        """Take a closing tag; at the end of a row or table refuse what is too much."""
        name = tag.rpartition(":")[2]
        if name in ("table-cell", "covered-table-cell") and self.letters > LONG_TEXT:
            self.row_text += self.letters * self.repeat_cell
        elif name == "table-row":
            self.rows += self.repeat_row
            self.text += self.row_text * self.repeat_row
            if self.text > MOST_TEXT_ASKED // 3:  # counted in characters here, of up to three bytes each
                raise Refused(TOO_MUCH)
            if self.row_end:
                self.filled_rows, self.columns = self.rows, max(self.columns, self.row_end)
                check_box(self.filled_rows, self.columns)
        elif name == "table":
            self.boxes += self.filled_rows * self.columns
            if self.boxes > limits.MOST_BOX:
                raise Refused(TOO_MUCH)


def _repeat(attributes: dict[str, str], what: str) -> int:
    """Give table:number-rows-repeated or -columns-repeated, 1 when absent; nonsense counts as damage."""
    for key, value in attributes.items():
        if key.endswith(f"number-{what}-repeated"):
            if not value.isascii() or not value.isdigit() or len(value) > 9:
                raise Refused(DAMAGED)
            return max(1, int(value))
    return 1


def _no_entities(*_: object) -> None:
    """Stop at a document type: spreadsheets have none, entity bombs need one."""
    raise Refused(DAMAGED)


def check_ods(chunks: Iterator[bytes]) -> int:
    """Refuse an .ods that asks for too many cells; give its size in bytes."""
    extent, size = _OdsExtent(), 0
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = extent.start, extent.end
    parser.CharacterDataHandler = extent.letters_seen
    parser.StartDoctypeDeclHandler = _no_entities
    try:
        for chunk in chunks:
            size += len(chunk)
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused(DAMAGED) from error
    return size
