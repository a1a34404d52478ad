"""How far a sheet reaches: the box from its first cell to the last filled one, and the sentences that refuse too much."""

from app.core.errors import Refused
from app.exchange import limits

DAMAGED = "这个文件读不出来：可能已经损坏或不完整，也可能写法少见。请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入；打不开就重新拷贝一份。"
PASSWORD = "这个文件设有打开密码，或存的时候加了密，读不出来。请在 Excel 或 WPS 里打开它，取消密码和工作簿保护，另存为 .xlsx 再导入。"
TOO_MUCH = "这个文件解开以后太大，没有读取。请在 Excel 里删去多余的工作表和空白行列，另存为 .xlsx 再导入。"
TOO_WIDE = (
    "有一张工作表铺得太开（用到第 {rows:,} 行、第 {columns:,} 列），没有读取。"
    "请在 Excel 里按 Ctrl+End 看最后一格在哪里，删去多余的行和列，另存后再导入。"
)


def no_entities(*_: object) -> None:
    """Stop a parser of XML at an entity, or at the document type before it: spreadsheets have none, entity bombs need one."""
    raise Refused(DAMAGED)


def check_box(rows: int, columns: int) -> None:
    """Refuse a sheet whose last filled cell lies beyond the limits."""
    if rows > limits.MOST_ROWS or columns > limits.MOST_COLUMNS or rows * columns > limits.MOST_BOX:
        raise Refused(TOO_WIDE.format(rows=rows, columns=columns))
