"""The count's own workbook: sent to whoever counts, read back whatever was sorted or hidden in it.

Rows are matched by name, spec and unit. A blank count leaves the line as it is (a blank never means "clear"); √ and 相符 count as
booked; a row that the count does not know, and a cell that cannot be read, are told and left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.exchange.headings import FieldSpec
from app.exchange.plain_tables import Line, read_list
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import open_workbook
from app.exchange.values import Unreadable, is_blank, read_money, read_text, read_thousandths
from app.exchange.writing import SheetOut, write_workbook
from app.stock import counts, rules
from app.stock.counts import CountLine
from app.store.journal import Step

COLUMNS: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 34), Column("spec", "规格", Kind.TEXT, 26), Column("unit", "单位", Kind.CHOICE, 12),
    Column("book", "账面数量", Kind.QUANTITY, 18), Column("counted", "实盘数量", Kind.QUANTITY, 18), Column("reason", "差异原因", Kind.TEXT, 36),
    Column("price", "盘盈单价", Kind.MONEY, 18))
_SPECS = (
    FieldSpec("name", "品名", Kind.TEXT, ("物品名称", "名称"), True), FieldSpec("spec", "规格", Kind.TEXT, ("规格型号", "型号")),
    FieldSpec("unit", "单位", Kind.TEXT, ("计量单位",)), FieldSpec("book", "账面数量", Kind.QUANTITY, ("账面数",)),
    FieldSpec("counted", "实盘数量", Kind.QUANTITY, ("实盘数", "实有数量", "实际数量", "盘点数")),
    FieldSpec("reason", "差异原因", Kind.TEXT, ("原因",)), FieldSpec("price", "盘盈单价", Kind.MONEY, ("单价",)))
_TITLES = {spec.key: spec.title for spec in _SPECS}
_ALIKE = frozenset(("√", "✓", "✔", "对", "相符", "一致", "v"))


@dataclass
class Returned:
    """What came back: how many lines were counted by it, how many rows were left blank; ``step`` is None where nothing changed."""

    counted: int = 0
    blank: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    step: Step | None = None


def write_sheet(identity: int, path: Path, progress: Progress = silent) -> int:
    """Write the lines of a count to be filled in, and give how many; what is counted stands in."""
    row = counts.require(identity)
    lines = counts.lines(identity)
    rows = [(line.name, line.spec, line.unit, line.book, line.counted, line.reason, line.price) for line in lines]
    title = f"库存盘点表　{row.number}　{row.storeroom}　账面日期 {row.base_date}"
    write_workbook(path, [SheetOut("库存盘点表", COLUMNS, rows, title)], progress)
    return len(lines)


def read_back(identity: int, path: Path) -> Returned:
    """Read counts back as one step. ``Refused`` where the count takes no more, or no row of it is found in the file."""
    counts.require(identity).after("count")
    known = {rules.item_key(line.name, line.spec, line.unit): line for line in counts.lines(identity)}
    listed = [read_list(sheet, _SPECS, "name") for sheet in open_workbook(path).sheets if not sheet.hidden]
    rows = [line for each in listed for line in each.lines]
    found, edits = Returned(), dict[int, Mapping[str, Any]]()
    for row in rows:
        line = known.get(rules.item_key(*(read_text(row.cells.get(key)) for key in ("name", "spec", "unit"))))
        if line is None:
            found.problems.append(_problem(row, "name", "这次盘点里没有这种物品（品名、规格、单位要相同），没有读。请在“账上没有的…”里加。"))
            continue
        values = _values(row, line, found)
        if values is not None:
            edits[line.id] = values
    if not rows or len(found.problems) == len(rows):
        raise Refused(f"“{path.name}”里没有认出这次盘点的行：表头里要有品名、实盘数量。请用这次盘点导出的表。")
    if edits:
        done = counts.write_counts(identity, edits)
        found.counted, found.step = done.count, done.step
    return found


def _values(row: Line, line: CountLine, found: Returned) -> Mapping[str, Any] | None:
    """Give what a row says of its line, None where it says nothing or cannot be read."""
    cell = row.cells.get("counted")
    reason = read_text(row.cells.get("reason")) or line.reason
    if is_blank(cell):
        found.blank += 1
        return None
    try:
        counted = line.book if read_text(cell).strip().lower() in _ALIKE else read_thousandths(cell)[0]
        price = line.price if is_blank(row.cells.get("price")) else read_money(row.cells["price"])
    except Unreadable as wrong:
        found.problems.append(_problem(row, "counted", str(wrong)))
        return None
    return {"counted": counted, "reason": reason, "price": price}


def _problem(row: Line, key: str, text: str) -> RowProblem:
    return row_problem(row.sheet, row.row, row.titles.get(key, _TITLES[key]), row.cells.get(key), text)
