"""What can still be read of a damaged ledger, as a workbook: a sheet a table, rows on damaged pages left out."""

from pathlib import Path

from app.core.columns import Column
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.exchange.writing import SheetOut, write_workbook
from app.store import readable


def salvage(ledger: Path, target: Path, key: str = "", progress: Progress = silent) -> dict[str, int]:
    """Write what can still be read of a ledger file into a workbook and give the rows of each table by its Chinese name.

    ``Refused`` where there is no such file or nothing at all can be read; then no workbook is made.
    """
    if not ledger.is_file():
        raise Refused(f"找不到文件“{ledger}”。请检查位置，或看看 U 盘是否插好。")
    found = readable.tables(ledger, key, progress)
    if not found:
        raise Refused("这个文件里一行也没有读出来。请恢复一份备份。")
    write_workbook(target, [SheetOut(each.title, tuple(Column(name, name) for name in each.columns), each.rows) for each in found], progress)
    return {each.title: len(each.rows) for each in found}
