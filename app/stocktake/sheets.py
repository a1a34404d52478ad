"""The stocktake's own workbook: sent to keepers, read back whatever they sorted, hid or wrote beside it.

Rows are matched by their asset number. A blank count leaves the line as it is (a blank never means "clear"); rows whose
number the stocktake does not know are parked as 盘盈 candidates; a cell that cannot be read is told and its row left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.assets import queries as assets
from app.assets import statuses
from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.exchange.headings import FieldSpec
from app.exchange.matching import match_columns
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Sheet, open_workbook
from app.exchange.row_kinds import is_blank_row, is_note_row, is_total_row
from app.exchange.sheet_heads import find_header, heading_cells
from app.exchange.values import Unreadable, is_blank, read_choice, read_code, read_quantity, read_text
from app.exchange.writing import SheetOut, write_workbook
from app.school import queries as school
from app.stocktake import commands, queries, rules, scanning
from app.stocktake.queries import LineRow
from app.stocktake.rules import Count, FindDraft
from app.store import journal
from app.store.journal import Step

COLUMNS: tuple[Column, ...] = (
    Column("number", "资产编号", Kind.CODE, 30),
    Column("name", "名称", Kind.TEXT, 30),
    Column("model", "规格型号", Kind.TEXT, 26),
    Column("unit", "单位", Kind.CHOICE, 10),
    Column("quantity", "账面数", Kind.WHOLE, 13),
    Column("place", "账面地点", Kind.TEXT, 34),
    Column("keeper", "保管人", Kind.TEXT, 16),
    Column("status", "账面状况", Kind.CHOICE, 18),
    Column("counted", "实盘数", Kind.WHOLE, 13),
    Column("damaged", "其中损坏", Kind.WHOLE, 14),
    Column("found_place", "实际地点", Kind.TEXT, 30),
    Column("found_status", "实际状况", Kind.CHOICE, 18),
    Column("reason", "差异原因", Kind.TEXT, 28),
    Column("remark", "备注", Kind.TEXT, 24),
)
FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("number", "资产编号", Kind.CODE, ("编号", "标签号"), True), FieldSpec("name", "名称", Kind.TEXT, ("资产名称", "品名")),
    FieldSpec("model", "规格型号", Kind.TEXT, ("规格", "型号")), FieldSpec("unit", "单位", Kind.TEXT, ("计量单位",)),
    FieldSpec("counted", "实盘数", Kind.WHOLE, ("实盘数量", "盘点数", "盘点数量", "实有数", "实有数量", "实际数量"), True),
    FieldSpec("damaged", "其中损坏", Kind.WHOLE, ("损坏", "损坏数", "损坏数量")),
    FieldSpec("place", "账面地点", Kind.TEXT, ("账面存放地点", "存放地点")),
    FieldSpec("found_place", "实际地点", Kind.TEXT, ("实际存放地点", "现在地点", "现存放地点")),
    FieldSpec("found_status", "实际状况", Kind.TEXT, ("实际使用状况", "现在状况")),
    FieldSpec("reason", "差异原因", Kind.TEXT, ("原因", "盈亏原因")), FieldSpec("remark", "备注", Kind.TEXT, ("说明",)),
)
_TITLES = {spec.key: spec.title for spec in FIELDS}
_ALIKE = frozenset(("√", "✓", "✔", "对", "有", "在", "相符", "是", "v", "一致"))
_STOCKTAKE_NUMBER = re.compile(r"[（(]([^（）()\s]*-\d+)[）)]")      # as ``_write`` puts it into the title
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_TITLE_ROWS = 5     # above which the number of the stocktake stands


BY_ROOM, BY_KEEPER = "room", "keeper"


def write_sheet(identity: int, path: Path, rooms: Sequence[int] = (), progress: Progress = silent) -> int:
    """Write the lines of a stocktake (of some rooms) for keepers to fill in, and give how many; what is counted stands in."""
    row = commands.require(identity)
    lines = _lines_of(identity, rooms)
    _write(row, path, "", lines, progress)
    return len(lines)


def write_sheets(
    identity: int, folder: Path, by: str, rooms: Sequence[int] = (), progress: Progress = silent
) -> list[Path]:
    """Write a workbook for each room or each keeper into a folder and give the files.

    ``Refused`` where a file of such a name lies there already: it may be one that a keeper has filled in. What was
    written before a failure is taken away again.
    """
    row = commands.require(identity)
    groups: dict[str, list[LineRow]] = {}
    for line in _lines_of(identity, rooms):
        name = (line.place or queries.NO_PLACE) if by == BY_ROOM else (line.keeper or "未填保管人")
        groups.setdefault(name, []).append(line)
    paths = _free_names(folder, row.number, list(groups))
    written: list[Path] = []
    try:
        for done, (name, path) in enumerate(paths.items()):
            progress(done, len(paths), name)
            _write(row, path, name, groups[name], silent)
            written.append(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def _lines_of(identity: int, rooms: Sequence[int]) -> list[LineRow]:
    chosen = set(rooms)
    lines = [line for line in queries.lines(identity) if not chosen or (line.place_id or 0) in chosen]
    if not lines:
        raise Refused("这些地点不在本次盘点范围内，没有可写的内容。")
    return lines


def _free_names(folder: Path, number: str, groups: Sequence[str]) -> dict[str, Path]:
    """Give each group its file; names that differ only in signs no file may have get a number."""
    paths: dict[str, Path] = {}
    for name in groups:
        stem, again = f"{number} {_UNSAFE.sub(' ', name).strip()[:60]}", 1
        while (path := folder / f"{stem}{f'（{again}）' if again > 1 else ''}.xlsx") in paths.values():
            again += 1
        paths[name] = path
    there = [path.name for path in paths.values() if path.exists()]
    if there:
        raise Refused(f"这个文件夹里已经有 {len(there)} 个同名的盘点表（{there[0]}），可能是保管人填好的，没有覆盖。请另选一个文件夹。")
    return paths


def _write(row: queries.StocktakeRow, path: Path, name: str, lines: Sequence[LineRow], progress: Progress) -> None:
    rows = [tuple(getattr(line, column.key) or (0 if column.key == "counted" and line.counted == 0 else None)
                  for column in COLUMNS) for line in lines]
    title = f"{row.title}（{row.number}）{name}　请填“实盘数”以后各列；可以排序、隐藏，账上没有的写在最后，编号不要改"
    write_workbook(path, [SheetOut("盘点表", COLUMNS, rows, title=title)], progress)


@dataclass
class SheetOutcome:
    """What reading back came to: lines written, left as they were, without a count; finds parked; rows with problems.

    ``step`` is None while nothing is written.
    """

    counted: int = 0
    same: int = 0
    blank: int = 0
    parked: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    step: Step | None = None

    def sentence(self) -> str:
        """Say it in one sentence."""
        words = [f"录入 {self.counted} 行"]
        words += [f"{self.same} 行与已录的相同"] if self.same else []
        words += [f"{self.blank} 行没有填实盘数"] if self.blank else []
        words += [f"账上没有的 {self.parked} 行已记入盘盈待查"] if self.parked else []
        words += [f"{len(self.problems)} 行有问题没有录入"] if self.problems else []
        return "，".join(words)


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a workbook says of a line: as it is recorded now and as it will be; ``where`` names file, sheet and row."""

    line: LineRow
    count: Count
    where: str

    @property
    def result(self) -> str:
        """Give the result the line will have."""
        line, count = self.line, self.count
        elsewhere = count.found_place_id is not None and count.found_place_id != line.place_id
        return rules.result(
            line.quantity, count.counted, line.mark, elsewhere, count.found_status not in ("", line.status)
        )


@dataclass
class Reading:
    """What workbooks would write, not written yet; ``refused`` are (file, sentence) of those that cannot be taken at all."""

    files: list[str] = field(default_factory=list)
    changes: list[LineChange] = field(default_factory=list)
    finds: list[FindDraft] = field(default_factory=list)
    outcome: SheetOutcome = field(default_factory=SheetOutcome)
    refused: list[tuple[str, str]] = field(default_factory=list)


def look(identity: int, paths: Sequence[Path], progress: Progress = silent) -> Reading:
    """Read workbooks (every sheet with a heading row) and give what they would change; nothing is written."""
    row = commands.require_open(identity)
    reader = _Reader(identity, row.number)
    reading = Reading()
    for done, path in enumerate(paths):
        progress(done, len(paths), path.name)
        try:
            sheets = [sheet for sheet in open_workbook(path).sheets if not sheet.hidden]
            for sheet in sheets:
                reader.require_ours(sheet)
            if not sum(reader.read(sheet, path.stem if len(paths) > 1 else "") for sheet in sheets):
                raise Refused(f"“{path.name}”里没有找到“资产编号”和“实盘数”两列，没有录入。请用本程序导出的盘点表填写。")
            reading.files.append(path.name)
        except Refused as refused:
            reading.refused.append((path.name, refused.text))
    known = {line.id: line for line in reader.lines.values()}
    reading.changes = [LineChange(known[line], count, reader.rows[line]) for line, count in reader.counts.items()]
    reading.finds, reading.outcome = reader.finds, reader.outcome
    reading.outcome.counted, reading.outcome.parked = len(reading.changes), len(reading.finds)
    return reading


def take(identity: int, reading: Reading, by: str = "") -> SheetOutcome:
    """Write what was read as one step and give what it came to. Rows with problems stay out."""
    with journal.operation(
        f"收回盘点表 {'、'.join(reading.files[:2])}" + (f"等 {len(reading.files)} 个" if len(reading.files) > 2 else "")
    ) as work:
        commands.require_open(identity)
        commands.write_counts(identity, [change.count for change in reading.changes], by, rules.BY_SHEET)
        for draft in reading.finds:
            commands.park(identity, draft, rules.BY_SHEET)
    return replace(reading.outcome, step=work.step)


def read_sheet(identity: int, path: Path, by: str = "", progress: Progress = silent) -> SheetOutcome:
    """Read counts back from one workbook as one step.

    ``Refused`` for a workbook of another stocktake, or one without 资产编号 and 实盘数 in any sheet.
    """
    reading = look(identity, [path], progress)
    if reading.refused:
        raise Refused(reading.refused[0][1])
    return take(identity, reading, by)


class _Reader:
    """Turns sheets into counts and finds; nothing is written here."""

    def __init__(self, identity: int, number: str) -> None:
        self.number = number
        self.others = {row.number for row in queries.stocktakes()} - {number}
        self.lines = {pinyin.fold(line.number): line for line in queries.lines(identity)}
        self.parked = {_likeness(find.code, find.name, find.place_id) for find in queries.finds(identity)}
        self.counts: dict[int, Count] = {}
        self.rows: dict[int, str] = {}
        self.finds: list[FindDraft] = []
        self.outcome = SheetOutcome()
        self.file = ""
        self.statuses, self.other_statuses = statuses.words(), statuses.synonyms("status")
        self.other_numbers: Mapping[str, set[int]] | None = None    # by old and serial number, read when a number is unknown

    def require_ours(self, sheet: Sheet) -> None:
        """Refuse a sheet whose title names another stocktake, before anything of its file is taken."""
        texts = [cell for cells in sheet.rows[:_TITLE_ROWS] for cell in cells
                 if isinstance(cell, str) and "盘点" in cell]
        if any(self.number in text for text in texts):
            return
        for text in texts:
            other = next((each for each in self.others if each in text), "") or next(
                iter(_STOCKTAKE_NUMBER.findall(text)), ""
            )
            if other:
                raise Refused(f"这张盘点表属于 {other}，不是现在的 {self.number}，没有录入。")

    def read(self, sheet: Sheet, file: str = "") -> bool:
        """Read one sheet (of a file, where there are several); False where it has no such heading row."""
        self.file = f"{file} " if file else ""
        guess = find_header(sheet.rows, FIELDS, sheet.merged)
        if guess is None:
            return False
        heads = heading_cells(sheet.rows, guess.row_number, guess.depth, sheet.merged)
        columns = {key: at for at, key in match_columns(heads, FIELDS).items()}
        if not {"number", "counted"} <= columns.keys():
            return False
        for at, cells in enumerate(sheet.rows[guess.row_number + guess.depth - 1:], guess.row_number + guess.depth):
            if not is_blank_row(cells) and not is_total_row(cells) and not is_note_row(cells):
                self._row(sheet.name, at, {key: cells[column] if column < len(cells) else None
                                           for key, column in columns.items()})
        return True

    def _row(self, sheet: str, at: int, cells: Mapping[str, object]) -> None:
        try:
            number = read_code(cells["number"]) if not is_blank(cells["number"]) else ""
            line = self._line_named(number)
            if line is None:
                self._find(number, cells)
            else:
                self._line(line, f"{self.file}{sheet} 第 {at} 行", cells)
        except _Wrong as wrong:
            self.outcome.problems.append(
                row_problem(self.file + sheet, at, _TITLES[wrong.key], cells.get(wrong.key), str(wrong))
            )
        except Unreadable as trouble:
            self.outcome.problems.append(
                row_problem(self.file + sheet, at, _TITLES["number"], cells["number"], f"{trouble}。")
            )

    def _line_named(self, number: str) -> LineRow | None:
        """Give the line of an asset number, or of the text of its label; else that of the one card with such an old or serial number."""
        for part in (number, *scanning.labelled(number)):
            if line := self.lines.get(pinyin.fold(part)):
                return line
        if not number:
            return None
        if self.other_numbers is None:
            self.other_numbers = assets.other_numbers()
        bearers = self.other_numbers.get(pinyin.fold(number), set())
        found = [line for line in self.lines.values() if line.asset_id in bearers] if bearers else []
        if len(found) > 1:
            raise _Wrong("number", f"{number} 是 {len(found)} 张卡片的原编号或序列号（{found[0].number}、{found[1].number}），请改填资产编号。")
        return found[0] if found else None

    def _line(self, line: LineRow, at: str, cells: Mapping[str, object]) -> None:
        counted = _whole(cells, "counted", line.quantity)
        now = commands.changed(line)
        words = {key: read_text(cells.get(key)) or getattr(now, key) for key in ("reason", "remark")}
        words["found_status"] = self._status(cells) or now.found_status
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
            raise _Wrong("number", f"{line.number} 与“{self.rows[line.id]}”填得不一样，请只留一行。先读到的那一行已录入。")
        if new != now:
            self.counts[line.id], self.rows[line.id] = new, at
        elif counted is not None:
            self.outcome.same += 1

    def _status(self, cells: Mapping[str, object]) -> str:
        """Give the school's word for what is written as 实际状况, "" for a blank; a word of no known meaning is not taken."""
        if is_blank(cells.get("found_status")):
            return ""
        try:
            return read_choice(cells["found_status"], self.statuses, self.other_statuses)
        except Unreadable as trouble:
            raise _Wrong("found_status", f"{trouble}。") from trouble

    def _find(self, number: str, cells: Mapping[str, object]) -> None:
        counted = _whole(cells, "counted", 1)
        name = read_text(cells.get("name"))
        if not (number or name) or counted == 0:
            return
        draft = FindDraft(
            code=number,
            name=name,
            model=read_text(cells.get("model")),
            unit=read_text(cells.get("unit")),
            place_id=_place(cells, None) or _place(cells, None, "place"),
            quantity=1 if counted is None else counted,
            reason=read_text(cells.get("reason")),
            remark=read_text(cells.get("remark")),
        )
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


def _place(cells: Mapping[str, object], book: int | None, key: str = "found_place") -> int | None:
    """Give the place written as 实际地点 (or in another column), None for a blank or the book's own place."""
    text = read_text(cells.get(key))
    if not text:
        return None
    found = scanning.room_of(text)
    if found is None:
        picks = school.find_places(text, 2)
        if len(picks) != 1:
            raise _Wrong(key, f"没有认出地点“{text[:30]}”。请写全称，例如 教学楼 3层 304室。")
        found = picks[0].id
    return None if found == book else found
