"""The stocktake's own workbook: sent to keepers, read back whatever they sorted, hid or wrote beside it.

Rows are matched by their asset number. A blank count leaves the line as it is (a blank never means "clear"); rows whose
number the stocktake does not know are parked as 盘盈 candidates; a cell that cannot be read is told and its row left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.exchange.matching import (
    FieldSpec,
    find_header,
    heading_cells,
    is_blank_row,
    is_note_row,
    is_total_row,
    match_columns,
)
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Row, Sheet, open_workbook
from app.exchange.values import Unreadable, is_blank, read_code, read_quantity, read_text
from app.exchange.writing import SheetOut, write_workbook
from app.school import queries as school
from app.stocktake import commands, queries, rules, scanning
from app.stocktake.queries import LineRow
from app.stocktake.rules import Count, FindDraft
from app.store import journal

COLUMNS: tuple[Column, ...] = (
    Column("number", "资产编号", Kind.CODE, 30), Column("name", "名称", Kind.TEXT, 30), Column("model", "规格型号", Kind.TEXT, 26),
    Column("unit", "单位", Kind.CHOICE, 10), Column("quantity", "账面数", Kind.WHOLE, 13),
    Column("place", "账面地点", Kind.TEXT, 34), Column("keeper", "保管人", Kind.TEXT, 16),
    Column("status", "账面状况", Kind.CHOICE, 18), Column("counted", "实盘数", Kind.WHOLE, 13),
    Column("damaged", "其中损坏", Kind.WHOLE, 14), Column("found_place", "实际地点", Kind.TEXT, 30),
    Column("found_status", "实际状况", Kind.CHOICE, 18), Column("reason", "差异原因", Kind.TEXT, 28),
    Column("remark", "备注", Kind.TEXT, 24),
)
FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("number", "资产编号", Kind.CODE, ("编号", "标签号"), True), FieldSpec("name", "名称", Kind.TEXT, ("资产名称", "品名")),
    FieldSpec("model", "规格型号", Kind.TEXT, ("规格", "型号")), FieldSpec("unit", "单位", Kind.TEXT, ("计量单位",)),
    FieldSpec("counted", "实盘数", Kind.WHOLE, ("实盘数量", "盘点数", "盘点数量", "实有数", "实有数量", "实际数量"), True),
    FieldSpec("damaged", "其中损坏", Kind.WHOLE, ("损坏", "损坏数", "损坏数量")),
    FieldSpec("found_place", "实际地点", Kind.TEXT, ("实际存放地点", "现在地点", "现存放地点")),
    FieldSpec("found_status", "实际状况", Kind.TEXT, ("实际使用状况", "现在状况")),
    FieldSpec("reason", "差异原因", Kind.TEXT, ("原因", "盈亏原因")), FieldSpec("remark", "备注", Kind.TEXT, ("说明",)),
)
_TITLES = {spec.key: spec.title for spec in FIELDS}
_ALIKE = frozenset(("√", "✓", "✔", "对", "有", "在", "相符", "是", "v", "一致"))
_STOCKTAKE_NUMBER = re.compile(r"[（(]([^（）()]*\d+)[）)]")


def write_sheet(identity: int, path: Path, rooms: Sequence[int] = (), progress: Progress = silent) -> int:
    """Write the lines of a stocktake (of some rooms) for keepers to fill in, and give how many; what is counted stands in."""
    row = commands.require(identity)
    chosen = set(rooms)
    lines = [line for line in queries.lines(identity) if not chosen or (line.place_id or 0) in chosen]
    if not lines:
        raise Refused("这些地点不在本次盘点范围内，没有可写的内容。")
    rows = [tuple(getattr(line, column.key) or (0 if column.key == "counted" and line.counted == 0 else None)
                  for column in COLUMNS) for line in lines]
    title = f"{row.title}（{row.number}）　请填“实盘数”以后各列；可以排序、隐藏，账上没有的写在最后，编号不要改"
    write_workbook(path, [SheetOut("盘点表", COLUMNS, rows, title=title)], progress)
    return len(lines)


@dataclass
class SheetOutcome:
    """What reading back came to: lines written, left as they were, without a count; finds parked; rows with problems."""

    counted: int = 0
    same: int = 0
    blank: int = 0
    parked: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def sentence(self) -> str:
        """Say it in one sentence."""
        words = [f"录入 {self.counted} 行"]
        words += [f"{self.same} 行与已录的相同"] if self.same else []
        words += [f"{self.blank} 行没有填实盘数"] if self.blank else []
        words += [f"账上没有的 {self.parked} 行已记入盘盈待查"] if self.parked else []
        words += [f"{len(self.problems)} 行有问题没有录入"] if self.problems else []
        return "，".join(words)


def read_sheet(identity: int, path: Path, by: str = "", progress: Progress = silent) -> SheetOutcome:
    """Read counts back from a workbook as one step; every sheet with a heading row counts.

    ``Refused`` for a workbook of another stocktake, or one without 资产编号 and 实盘数 in any sheet.
    """
    row = commands.require_open(identity)
    reader = _Reader(identity, row.number)
    known = sum(reader.read(sheet) for sheet in open_workbook(path).sheets if not sheet.hidden)
    if not known:
        raise Refused(f"“{path.name}”里没有找到“资产编号”和“实盘数”两列，没有录入。请用本程序导出的盘点表填写。")
    outcome = reader.outcome
    progress(1, 2, "写入盘点结果")
    with journal.operation(f"读回盘点表 {path.name}"):
        commands.require_open(identity)
        outcome.counted = commands.write_counts(identity, list(reader.counts.values()), by, rules.BY_SHEET)
        for draft in reader.finds:
            commands.park(identity, draft, rules.BY_SHEET)
        outcome.parked = len(reader.finds)
    return outcome


class _Reader:
    """Turns sheets into counts and finds; nothing is written here."""

    def __init__(self, identity: int, number: str) -> None:
        self.number = number
        self.lines = {pinyin.fold(line.number): line for line in queries.lines(identity)}
        self.parked = {_likeness(find.code, find.name, find.place_id) for find in queries.finds(identity)}
        self.counts: dict[int, Count] = {}
        self.rows: dict[int, int] = {}
        self.finds: list[FindDraft] = []
        self.outcome = SheetOutcome()

    def read(self, sheet: Sheet) -> bool:
        """Read one sheet; False where it has no such heading row."""
        guess = find_header(sheet.rows, FIELDS, sheet.merged)
        if guess is None:
            return False
        heads = heading_cells(sheet.rows, guess.row_number, guess.depth, sheet.merged)
        columns = {key: at for at, key in match_columns(heads, FIELDS).items()}
        if not {"number", "counted"} <= columns.keys():
            return False
        self._require_ours(sheet.rows[:guess.row_number - 1])
        for at, cells in enumerate(sheet.rows[guess.row_number + guess.depth - 1:], guess.row_number + guess.depth):
            if not is_blank_row(cells) and not is_total_row(cells) and not is_note_row(cells):
                self._row(sheet.name, at, {key: cells[column] if column < len(cells) else None
                                           for key, column in columns.items()})
        return True

    def _require_ours(self, above: Sequence[Row]) -> None:
        for cell in (cell for cells in above for cell in cells if isinstance(cell, str)):
            found = _STOCKTAKE_NUMBER.search(cell)
            if found and found[1] != self.number and "盘点" in cell:
                raise Refused(f"这张盘点表属于 {found[1]}，不是现在的 {self.number}，没有录入。")

    def _row(self, sheet: str, at: int, cells: Mapping[str, object]) -> None:
        try:
            number = read_code(cells["number"]) if not is_blank(cells["number"]) else ""
            line = self.lines.get(pinyin.fold(number))
            if line is None:
                self._find(number, cells)
            else:
                self._line(line, at, cells)
        except _Wrong as wrong:
            self.outcome.problems.append(
                row_problem(sheet, at, _TITLES[wrong.key], cells.get(wrong.key), str(wrong)))
        except Unreadable as trouble:
            self.outcome.problems.append(row_problem(sheet, at, _TITLES["number"], cells["number"], f"{trouble}。"))

    def _line(self, line: LineRow, at: int, cells: Mapping[str, object]) -> None:
        counted = _whole(cells, "counted", line.quantity)
        now = commands.changed(line)
        words = {key: read_text(cells.get(key)) or getattr(now, key) for key in ("reason", "remark", "found_status")}
        if counted is None:
            self.outcome.blank += 1
            new = commands.changed(line, remark=words["remark"])
        else:
            place = _place(cells, line.place_id)
            new = Count(line.id, counted, _whole(cells, "damaged") or 0, place, **words)
        problems = rules.check_count(new)
        if problems:
            raise _Wrong(problems[0].field if problems[0].field in _TITLES else "counted", problems[0].text)
        if self.counts.get(line.id, new) != new:
            raise _Wrong("number", f"{line.number} 与第 {self.rows[line.id]} 行填得不一样，请只留一行。第一行已录入。")
        if new != now:
            self.counts[line.id], self.rows[line.id] = new, at
        elif counted is not None:
            self.outcome.same += 1

    def _find(self, number: str, cells: Mapping[str, object]) -> None:
        counted = _whole(cells, "counted", 1)
        name = read_text(cells.get("name"))
        if not (number or name) or counted == 0:
            return
        draft = FindDraft(
            code=number, name=name, model=read_text(cells.get("model")), unit=read_text(cells.get("unit")),
            place_id=_place(cells, None), quantity=1 if counted is None else counted, reason=read_text(cells.get("reason")),
            remark=read_text(cells.get("remark")))
        problems = rules.check_find(draft)
        if problems:
            raise _Wrong("number", problems[0].text)
        alike = _likeness(draft.code, draft.name, draft.place_id)
        if alike in self.parked:
            self.outcome.same += 1
        else:
            self.parked.add(alike)
            self.finds.append(draft)


class _Wrong(Exception):
    """A cell that keeps its row out: the field's key and a sentence."""

    def __init__(self, key: str, text: str) -> None:
        self.key = key
        super().__init__(text)


def _likeness(code: str, name: str, place: int | None) -> tuple[str, str, int]:
    return (pinyin.fold(code), "", 0) if code else ("", pinyin.fold(name), place or 0)


def _whole(cells: Mapping[str, object], key: str, alike: int | None = None) -> int | None:
    """Read a count; a tick stands for the book's figure, a blank for nothing."""
    value = cells.get(key)
    if is_blank(value):
        return None
    if alike is not None and read_text(value).lower() in _ALIKE:
        return alike
    try:
        return read_quantity(value)[0]
    except Unreadable as trouble:
        raise _Wrong(key, f"{trouble}。") from trouble


def _place(cells: Mapping[str, object], book: int | None) -> int | None:
    """Give the place written as 实际地点, None for a blank or the book's own place."""
    text = read_text(cells.get("found_place"))
    if not text:
        return None
    found = scanning.room_of(text)
    if found is None:
        picks = school.find_places(text, 2)
        if len(picks) != 1:
            raise _Wrong("found_place", f"没有认出地点“{text[:30]}”。请写全称，例如 教学楼 3层 304室。")
        found = picks[0].id
    return None if found == book else found
