"""The grade × item matrix as a workbook, out and back. Sums in it are only read to be compared: they are never taken.

That is how the mistake of a real public sheet (60 + 970 + 300 + 403 printed as 1730) is told instead of carried on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.core.columns import Kind
from app.core.errors import Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.exchange.headings import FieldSpec, money_factor
from app.exchange.matching import match_columns
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Sheet, open_workbook
from app.exchange.row_kinds import is_blank_row
from app.exchange.sheet_heads import find_header, heading_cells
from app.exchange.values import Unreadable, is_blank, read_money, read_text, says_nothing
from app.exchange.writing import SheetOut, write_workbook
from app.fees.item_fields import IN_TERM, TITLE
from app.fees.keys import grade_key, grade_of
from app.fees.plan import commands, queries, rules
from app.fees.rules import COPY, TERM, grade_word
from app.store.journal import Counted

SUM = "合计"
_VOLUNTARY = {"自愿": 1, "是": 1, "√": 1, "否": 0, "非自愿": 0, "按规定": 0}
_IN_WORKBOOK = tuple(each for each in IN_TERM if each.names is not None)
_TAKEN = tuple(each.attribute for each in _IN_WORKBOOK if each.attribute not in ("name", "voluntary"))  # as they stand
_WORDS = tuple(FieldSpec(each.attribute, each.title, Kind.TEXT, each.names or (), each.attribute == "name")
               for each in _IN_WORKBOOK)


def write_matrix(plan_id: int, path: Path, progress: Progress = silent) -> int:
    """Write a plan's items with a price for each grade and computed sums; gives the number of items."""
    row, items, prices = queries.plan(plan_id), queries.plan_items(plan_id), queries.matrix(plan_id)
    grades = queries.grades(plan_id)
    columns = [column for column in queries.plan_columns(plan_id) if column.key in _written(grades)]
    rows: list[dict[str, object]] = []
    for item in items:
        values: dict[str, object] = {each.attribute: getattr(item, each.attribute) for each in _IN_WORKBOOK}
        values["voluntary"] = "自愿" if item.voluntary else "否"
        rows.append(values | {grade_key(grade): prices.get((item.id, grade)) for grade in grades})
    sums = rules.totals(items, prices)
    rows.append({"name": SUM, **{grade_key(grade): total.fen for grade, total in sums.items()}})
    beside = sorted({name for total in sums.values() for name in total.beside})
    notes = ["合计由程序计算，改了也不会读回。" + (f"{'、'.join(beside)}不按学期计收，没有加进合计。" if beside else "")]
    write_workbook(path, [SheetOut("收费标准", [replace(column, total=False) for column in columns], rows,
                                   title=f"{row.term_title}收费标准", notes=notes)], progress)
    return len(items)


def _written(grades: Sequence[int]) -> set[str]:
    return {*(each.attribute for each in _IN_WORKBOOK), *map(grade_key, grades)}


@dataclass
class Reading:
    """What a workbook would change, not written yet: cells by plan item, new rows, and what cannot be taken."""

    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def sentence(self) -> str:
        """Say it in one sentence."""
        parts = [f"改动 {len(self.changed)} 项"] if self.changed else []
        parts += [f"新增 {len(self.added)} 项"] if self.added else []
        parts += [f"{len(self.problems)} 处有问题"] if self.problems else []
        return "，".join(parts) or "和现在完全一样，没有改动"


def look(plan_id: int, path: Path) -> Reading:
    """Read a workbook's matrix and give what it would change; nothing is written.

    A sum that is not what its rows come to is a problem, and is never stored. ``Refused`` without 收费项目 and grades.
    """
    grades = queries.grades(plan_id)
    specs = [*_WORDS, *(FieldSpec(grade_key(grade), grade_word(grade), Kind.MONEY, (f"{grade}年级",))
                        for grade in grades)]
    reading = Reading()
    found = False
    for sheet in open_workbook(path).sheets:
        guess = None if sheet.hidden else find_header(sheet.rows, specs, sheet.merged)
        if guess is None:
            continue
        heads = heading_cells(sheet.rows, guess.row_number, guess.depth, sheet.merged)
        columns = {key: at for at, key in match_columns(heads, specs).items()}
        if "name" in columns and any(grade_of(key) is not None for key in columns):
            factors = {key: money_factor(heads[at]) for key, at in columns.items()}
            _Reader(plan_id, sheet, columns, factors, reading).read(guess.row_number + guess.depth - 1)
            found = True
    if not found:
        raise Refused(f"“{path.name}”里没有找到“{TITLE['name']}”和各年级两样列，没有读。请用本程序导出的收费标准表填写。")
    return reading


def take(plan_id: int, reading: Reading) -> Counted:
    """Write what was read as one step and count the cells; ``Refused`` while something in it is wrong."""
    if reading.problems:
        raise Refused("没有读入：" + "；".join(f"第 {problem.row} 行：{problem.text}" for problem in reading.problems[:5]))
    return commands.write_cells(plan_id, reading.changed, reading.added)


class _Reader:
    """Turns one sheet into changes."""

    def __init__(
        self, plan_id: int, sheet: Sheet, columns: Mapping[str, int], factors: Mapping[str, int], reading: Reading
    ) -> None:
        self.sheet, self.columns, self.factors, self.reading = sheet, columns, factors, reading
        self.items = {item.name: item for item in queries.plan_items(plan_id)}
        self.prices = queries.matrix(plan_id)
        self.sums: dict[int, int] = {}      # by grade, as the rows come to

    def read(self, first: int) -> None:
        """Read the rows below the heading."""
        for at, cells in enumerate(self.sheet.rows[first:], first + 1):
            if is_blank_row(cells):
                continue
            name = read_text(self._cell(cells, "name"))
            prices = self._prices(at, cells)
            if name.startswith(("合计", "总计", "每生每学期合计")):
                self._compare(at, name, prices)
            elif name and (name in self.items or any(fen is not None for fen in prices.values())):
                self._take(at, name, cells, prices)

    def _cell(self, cells: Sequence[object], key: str) -> object:
        place = self.columns.get(key)
        return None if place is None or place >= len(cells) else cells[place]

    def _prices(self, at: int, cells: Sequence[object]) -> dict[int, int | None]:
        """Give what a row says for each grade, 分; a cell that cannot be read is left out and told."""
        found: dict[int, int | None] = {}
        for key in self.columns:
            grade = grade_of(key)
            if grade is None:
                continue
            value = self._cell(cells, key)
            try:
                found[grade] = None if is_blank(value) or says_nothing(value) else read_money(value) * self.factors[key]
            except Unreadable as trouble:
                self._wrong(at, grade_word(grade), value, f"{trouble}。")
        return found

    def _compare(self, at: int, name: str, prices: Mapping[int, int | None]) -> None:
        """Tell where a sum as written is not what the rows above come to."""
        for grade, fen in prices.items():
            summed = self.sums.get(grade, 0)
            if fen is not None and fen != summed:
                word = grade_word(grade)
                self._wrong(at, word, format_fen(fen), f"{word}{name}写的是 {format_fen(fen)}，各项相加是 {format_fen(summed)}。"
                            "合计由程序计算，请核对各项金额。")

    def _take(self, at: int, name: str, cells: Sequence[object], prices: Mapping[int, int | None]) -> None:
        item = self.items.get(name)
        words: dict[str, Any] = {key: read_text(self._cell(cells, key)) for key in _TAKEN
                                 if key in self.columns and not is_blank(self._cell(cells, key))}
        voluntary = read_text(self._cell(cells, "voluntary"))
        if voluntary:
            if voluntary not in _VOLUNTARY:
                self._wrong(at, TITLE["voluntary"], voluntary, f"“{TITLE['voluntary']}”一栏只能填“自愿”或“否”。")
            words["voluntary"] = bool(_VOLUNTARY.get(voluntary, 0))
        for grade, fen in prices.items():
            if fen and (item is None or item.measure in (TERM, COPY)):
                self.sums[grade] = self.sums.get(grade, 0) + fen
        written = {**words, **{grade_key(grade): fen for grade, fen in prices.items()}}
        if item is None:
            self.reading.added.append({"name": name, **written})
            return
        now = {key: getattr(item, key) for key in words} | {grade_key(grade): self.prices.get((item.id, grade))
                                                            for grade in prices}
        changed = {key: value for key, value in written.items() if now[key] != value}
        if changed:
            self.reading.changed[item.id] = changed

    def _wrong(self, at: int, title: str, value: object, text: str) -> None:
        self.reading.problems.append(row_problem(self.sheet.name, at, title, value, text))
