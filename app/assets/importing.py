"""The office's own ledger into the file: rehearsed through the same code, all problems at once, one step of undo.

``Source`` opens a workbook and proposes sheet, header row and columns; ``run`` reads, checks and writes inside one
operation. A rehearsal is the same run, rolled back at its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from app.assets import commands, queries, rules
from app.assets.reading import Parsed, RowReader
from app.assets.settings import ASSET_NUMBERS, COLUMNS_BY_HAND, THRESHOLD
from app.assets.sheets import FIELDS
from app.assets.tables import Asset
from app.assets.totals import Sums
from app.core import clock
from app.core.columns import Kind
from app.core.errors import Refused, errors_only
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.exchange.filling import Filler
from app.exchange.matching import (
    FieldSpec,
    HeaderGuess,
    find_header,
    header_at,
    heading_cells,
    is_blank_row,
    is_group_row,
    is_note_row,
    is_repeated_header,
    is_total_row,
    match_columns,
    normal_heading,
)
from app.exchange.problems import RowProblem, row_problem, told_once
from app.exchange.reading import Row, Sheet, Workbook, open_workbook
from app.exchange.values import read_text, says_nothing
from app.exchange.writing import ProblemSheet, copy_with_problems
from app.school.resolving import Departments, People, Places
from app.store import database, journal, numbering, settings

Duplicates = Literal["refuse", "skip", "update"]
# A merged cell, or 同上, in these columns is not shared by the rows below: numbers name one thing, sums count all of them.
_OWN_KEYS = frozenset({"number", "serial", "old_number"})
_SUM_KEYS = frozenset({"quantity", "value", "opening_depreciation", "opening_months"})
_EVERY = 250  # rows between two calls of progress: often enough to cancel, seldom enough not to cost


def specs() -> tuple[FieldSpec, ...]:
    """Give the card's fields and the school's extra fields, with the names each is known by."""
    extras = (FieldSpec(f"extra:{extra.id}", extra.title, Kind.TEXT, (), False) for extra in queries.extra_fields())
    return (*FIELDS, *extras)


@dataclass(frozen=True)
class Plan:
    """How a workbook is to be read: sheet, worksheet row where the heads begin, column index (0-based) to field key.

    ``depth`` is 2 where the heads take two rows; ``header_row`` 0 says that no header was recognised yet.
    """

    sheet: str
    header_row: int
    columns: Mapping[int, str]
    depth: int = 1
    duplicates: Duplicates = "refuse"
    skip_bad: bool = False


@dataclass
class Outcome:
    """What a run did, or a rehearsal would do. Counts are cards; money in 分.

    ``refused`` is true where errors stood in the way and nothing was written. ``bad_cells`` are the cells of the
    ``bad_rows`` with merged cells and 同上 filled in: saved alone they must not lose what stood above. ``step`` is the id to undo by, 0 where
    nothing was written.
    """

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    pieces: int = 0
    fen: int = 0
    places: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    bad_rows: list[int] = field(default_factory=list)
    bad_cells: dict[int, Row] = field(default_factory=dict)
    refused: bool = False
    step: int = 0

    @property
    def errors(self) -> int:
        """Give how many of the problems forbid their row."""
        return sum(problem.level == "error" for problem in self.problems)

    def sentence(self) -> str:
        """Say in one sentence what came in."""
        parts = [f"导入 {self.imported} 张卡片、{self.pieces} 件、{format_fen(self.fen)} 元"]
        parts += [f"更新 {self.updated} 张"] if self.updated else []
        parts += [f"跳过 {self.skipped} 行"] if self.skipped else []
        parts += [f"{len(self.bad_rows)} 行有问题"] if self.bad_rows else []
        return "，".join(parts)


class Source:
    """An opened workbook and what it seems to hold. Opening refuses unsafe or unreadable files in a sentence."""

    def __init__(self, path: Path) -> None:
        self.workbook: Workbook = open_workbook(path)
        self.path = path
        self._guesses: dict[str, HeaderGuess] = {}

    @property
    def sheets(self) -> tuple[str, ...]:
        """Give the names of the worksheets."""
        return tuple(sheet.name for sheet in self.workbook.sheets)

    def propose(self, sheet: str | None = None, header_row: int | None = None, depth: int | None = None) -> Plan:
        """Guess sheet, header row, its depth and columns; what the caller names is kept.

        Columns matched by hand before are remembered by their heading. ``Refused`` where sheet or row are not there.
        """
        chosen = self.workbook.sheet(sheet) if sheet else self._best_sheet()
        guess = self._guess(chosen) if sheet else self._guesses[chosen.name]  # looking for the best sheet has guessed it
        if header_row is not None:
            if not 1 <= header_row <= len(chosen.rows):
                raise Refused(f"“{chosen.name}”共 {len(chosen.rows)} 行，没有第 {header_row} 行，不能作表头。")
            guess = header_at(chosen.rows, header_row, specs(), chosen.merged, remembered_columns())
        plan = Plan(chosen.name, guess.row_number, {}, depth or guess.depth)
        return replace(plan, columns=match_columns(self.heads(plan), specs(), remembered_columns()))

    def heads(self, plan: Plan) -> list[str]:
        """Give the headings of the plan's header, column by column."""
        sheet = self.workbook.sheet(plan.sheet)
        return heading_cells(sheet.rows, plan.header_row, plan.depth, sheet.merged) if plan.header_row else []

    def others_alike(self, plan: Plan) -> list[str]:
        """Give the names of the other visible sheets that look like a ledger as much as the plan's does.

        Only sheets that were looked at: where the person named the sheet, nothing else was meant.
        """
        mine = self._guesses.get(plan.sheet)
        if mine is None or mine.score < 2:
            return []
        return [sheet.name for sheet in self.workbook.sheets
                if sheet.name != plan.sheet and not sheet.hidden and sheet.name in self._guesses
                and self._guesses[sheet.name].score >= 0.8 * mine.score and len(sheet.rows) > self._guesses[sheet.name].row_number]

    def _guess(self, sheet: Sheet) -> HeaderGuess:
        found = find_header(sheet.rows, specs(), sheet.merged, remembered_columns()) or HeaderGuess(0, 0)
        self._guesses[sheet.name] = found
        return found

    def _best_sheet(self) -> Sheet:
        visible = [sheet for sheet in self.workbook.sheets if not sheet.hidden] or list(self.workbook.sheets)
        if not visible:
            raise Refused(f"“{self.path.name}”里没有工作表。")
        return max(visible, key=lambda sheet: self._guess(sheet).score)

    def save_bad_rows(self, plan: Plan, outcome: Outcome, path: Path) -> None:
        """Write the rows that did not come in as a workbook of their own, with a column 问题."""
        rows = self.workbook.sheet(plan.sheet).rows
        bad = [(number, outcome.bad_cells.get(number, rows[number - 1])) for number in outcome.bad_rows]
        copy_with_problems(path, [ProblemSheet(plan.sheet, self.heads(plan), bad)], outcome.problems)


def remembered_columns() -> dict[str, str]:
    """Give heading → field key ("" for left out) of columns that a person matched by hand."""
    keys = {spec.title: spec.key for spec in specs()} | {"": ""}
    pairs = (line.rpartition("=") for line in settings.value(COLUMNS_BY_HAND))
    return {heading: keys[title] for heading, _, title in pairs if title in keys}


def run(source: Source, plan: Plan, progress: Progress = silent, rehearse: bool = False) -> Outcome:
    """Import by the plan, or rehearse it; gives counts and every problem.

    With errors and without ``skip_bad`` nothing is written and ``refused`` is set. ``Cancelled`` leaves nothing.
    """
    if not plan.header_row or "name" not in plan.columns.values():
        raise Refused("还没有指明哪一列是“资产名称”。请点选表头所在的行，或为名称指定一列。")
    with journal.operation(f"导入台账 {source.path.name}") as step:
        outcome = _Run(source, plan, progress).perform()
        outcome.refused = bool(outcome.errors) and not plan.skip_bad
        if rehearse or outcome.refused:
            step.discard()
        else:
            step.rename(f"导入台账 {source.path.name}：{outcome.sentence()}")
            _remember(source, plan)
    outcome.step = step.id if step.tables and not step.discarded else 0
    return outcome


def _remember(source: Source, plan: Plan) -> None:
    """Keep what a person chose otherwise than the dictionary would; what agrees with it again is forgotten."""
    heads = source.heads(plan)
    guessed, standing = match_columns(heads, specs()), remembered_columns()
    chosen = dict(standing)
    for index, head in enumerate(heads):
        heading, key = normal_heading(head), plan.columns.get(index, "")
        if heading and guessed.get(index, "") != key:
            chosen[heading] = key
        else:
            chosen.pop(heading, None)
    if chosen != standing:
        titles = {spec.key: spec.title for spec in specs()} | {"": ""}
        settings.put({COLUMNS_BY_HAND: [f"{heading}={titles[key]}" for heading, key in chosen.items()]})


class _Run:
    """One pass over the sheet: read and check every row, then write what is good."""

    def __init__(self, source: Source, plan: Plan, progress: Progress) -> None:
        self.plan = plan
        self.progress = progress
        sheet = source.workbook.sheet(plan.sheet)
        self.rows = sheet.rows
        self.heads = source.heads(plan)
        self.outcome = Outcome()
        self.filler = Filler(
            (block for block in sheet.merged if block.first_row >= plan.header_row + plan.depth),
            {column for column, key in plan.columns.items() if key not in _OWN_KEYS | _SUM_KEYS},
            {column for column, key in plan.columns.items() if key in _SUM_KEYS})
        self.others = source.others_alike(plan)
        self.headings: list[tuple[int, str]] = []
        self.places, self.people, self.departments = Places(), People(), Departments()
        self.reader = RowReader(plan.sheet, self.heads, plan.columns, self.places, self.people, self.departments)
        self.first_row_of: dict[str, int] = {}

    def perform(self) -> Outcome:
        """Do the run and give its outcome; the caller holds the operation open."""
        parsed = self._leave_out_known(self._read_all())
        good = [row for row in parsed if not self._mark_bad(row)]
        fresh = [row for row in good if row.draft.number not in self.known]
        self._insert(fresh)
        self._update([row for row in good if row.draft.number in self.known])
        self.outcome.places, self.outcome.people = self.places.new, self.people.new
        self.outcome.departments = self.departments.new
        self.outcome.problems += self.reader.remarks()
        self._remark_threshold(fresh)
        self._remark_sheet()
        self.outcome.bad_rows.sort()
        self.outcome.problems = told_once(self.outcome.problems)
        self.outcome.problems.sort(key=lambda problem: (problem.row == 0, problem.row))
        return self.outcome

    # --- reading

    def _read_all(self) -> list[Parsed]:
        parsed: list[Parsed] = []
        sums = Sums(self.reader, self.outcome.problems)
        start = self.plan.header_row + self.plan.depth - 1
        lines: list[Sequence[object]] = [self.heads, *self.rows[self.plan.header_row - 1:start]]  # a head of two lines is pasted again as two
        titles = [cell for cells in self.rows[:self.plan.header_row - 1] for cell in cells]
        name_column = next(index for index, key in self.plan.columns.items() if key == "name")
        for number, cells in enumerate(self.rows[start:], start + 1):
            if number % _EVERY == 0:
                self.progress(number, len(self.rows), "检查各行")
            if is_blank_row(cells) or is_note_row(cells) or any(is_repeated_header(cells, line, titles) for line in lines):
                continue
            if is_total_row(cells, name_column):
                sums.compare(number, cells)
                continue
            if self._holds_no_card(cells):
                self._note_heading(number, cells)
                continue
            row = self.reader.read(number, self.filler.fill(number, cells))
            sums.add(row)
            parsed.append(row)
        self._find_known(parsed)
        return parsed

    def _holds_no_card(self, cells: Row) -> bool:
        """Whether a row is a heading between the cards, or has nothing but a serial number and zeros prefilled."""
        if is_group_row(cells):
            return True
        held = (cells[column] for column in self.plan.columns if column < len(cells))
        return all(says_nothing(cell) or (cell == 0 and not isinstance(cell, bool)) for cell in held)

    def _note_heading(self, number: int, cells: Row) -> None:
        words = next((cell for cell in cells if isinstance(cell, str) and not says_nothing(cell)), None)
        if words is not None and not read_text(words).isdecimal():
            self.headings.append((number, read_text(words)[:20]))

    def _find_known(self, parsed: list[Parsed]) -> None:
        """Mark rows whose number another row, a card, or a deleted card carries."""
        numbers = {row.draft.number for row in parsed if row.draft.number}
        self.known = queries.numbers_in_use(numbers)
        retired = queries.numbers_retired(numbers - set(self.known))
        for row in parsed:
            number = row.draft.number
            if not number:
                continue
            first = self.first_row_of.setdefault(number, row.number)
            if first != row.number:
                row.problem("number", f"编号与第 {first} 行重复。请改成不同的编号，或删去其中一行。")
            elif number in retired:
                row.problem("number", "这个编号属于已删除的卡片，不能再用。可在回收站恢复那张卡片，或换一个编号。")
            elif number in self.known and self.plan.duplicates == "refuse":
                row.problem("number", "台账里已有这个编号。请换编号，或选择“跳过”或“更新”已有的卡片。")

    def _leave_out_known(self, parsed: list[Parsed]) -> list[Parsed]:
        """Skip the rows of cards that are known, whatever else is in them, where the person chose so."""
        if self.plan.duplicates != "skip":
            return parsed
        rest = [row for row in parsed if row.draft.number not in self.known]
        self.outcome.skipped = len(parsed) - len(rest)
        return rest

    def _mark_bad(self, row: Parsed) -> bool:
        """Judge a row by the card's rules and find what its names mean; True where it cannot come in.

        A row that updates is judged as the card will be, in ``_update``: it need not repeat the whole card.
        """
        updating = self.plan.duplicates == "update" and row.draft.number in self.known
        if not updating:
            for problem in rules.check_asset(row.draft, clock.today()):
                # What could not be read stands in the draft as the usual value, and what was reckoned from a wrong
                # cell is wrong as well: neither is worth a second sentence.
                reckoned = problem.field in ("value", "unit_price") and problem.field not in row.given
                if not row.bad or (problem.level == "error" and not reckoned):
                    row.problem(problem.field, problem.text, problem.level)
        if not row.bad:
            self.reader.resolve(row)
        self.outcome.problems += row.problems
        if row.bad:
            self.outcome.bad_rows.append(row.number)
            self.outcome.bad_cells[row.number] = row.cells
        elif not updating:
            self.reader.counted.update(row.guessed)
        return row.bad

    # --- writing

    def _insert(self, fresh: list[Parsed]) -> None:
        self._give_numbers([row for row in fresh if not row.draft.number])
        names: list[str] = []
        batch: list[tuple[Any, ...]] = []
        for done, row in enumerate(fresh):
            stored = commands.stored_row(row.draft)
            names = list(stored)
            batch.append(tuple(stored.values()))
            self.outcome.pieces += stored["quantity"]
            self.outcome.fen += stored["value"]
            if len(batch) == _EVERY:
                self.progress(done, len(fresh), "写入卡片")
                database.insert_rows(Asset, names, batch)
                batch = []
        if batch:
            database.insert_rows(Asset, names, batch)
        self.outcome.imported = len(fresh)
        numbering.note_used(ASSET_NUMBERS, [row.draft.number for row in fresh])
        self.progress(len(fresh), len(fresh), "写入卡片")

    def _give_numbers(self, unnumbered: list[Parsed]) -> None:
        """Number the cards that came without a number, by the year they were acquired in, in the sheet's order."""
        by_year: dict[int, list[Parsed]] = {}
        for row in unnumbered:
            day = row.draft.acquired_on or row.draft.booked_on or clock.today()
            by_year.setdefault(day.year, []).append(row)
        coming = set(self.first_row_of)
        for year, rows in by_year.items():
            for row, number in zip(rows, commands.next_numbers(len(rows), year, coming), strict=True):
                row.draft.number = number

    def _update(self, known: list[Parsed]) -> None:
        cards = {card.draft.number: card for card in queries.cards([self.known[row.draft.number] for row in known])}
        for done, row in enumerate(known):
            if done % _EVERY == 0:
                self.progress(done, len(known), "更新卡片")
            card = cards[row.draft.number]
            merged = row.merged_into(card.draft)
            if merged == card.draft:
                self.outcome.unchanged += 1
                continue
            problems = rules.check_asset(merged, clock.today())
            for problem in problems:
                row.problem(problem.field, f"更新后：{problem.text}", problem.level)
                self.outcome.problems.append(row.problems[-1])
            if errors_only(problems):
                self.outcome.bad_rows.append(row.number)
                self.outcome.bad_cells[row.number] = row.cells
            else:
                Asset.update(**commands.row_of(merged)).where(Asset.id == card.id).execute()
                self.outcome.updated += 1

    def _remark_threshold(self, fresh: list[Parsed]) -> None:
        """Say once how many fixed assets lie below the threshold: history is taken as it is (500 and 800 元 were rules)."""
        threshold = settings.value(THRESHOLD)
        below = sum(row.draft.category == rules.FIXED and (row.draft.unit_price or 0) < threshold for row in fresh)
        if below:
            self._remark("单价", f"有 {below} 张卡片单价低于 {format_fen(threshold)} 元的标准，按原账登记为固定资产。")

    def _remark_sheet(self) -> None:
        """Say what was read otherwise than it stands there, and what was left alone, once each."""
        if self.filler.filled:
            self._remark("", f"有 {self.filler.filled} 处合并单元格，合并到的各行都按它的内容登记。")
        for column, count in sorted(self.filler.left.items()):
            title = self.heads[column] if column < len(self.heads) else ""
            self._remark(title, f"有 {count} 处合并单元格，只记在合并的第一行，下面各行要另外核对。")
        if self.headings:
            number, words = self.headings[0]
            self._remark("", f"有 {len(self.headings)} 行只有标题、没有资产（如第 {number} 行“{words}”），没有导入。")
        if self.others:
            listed = "、".join(self.others[:6]) + ("等" if len(self.others) > 6 else "")
            self._remark("", f"这次只导入工作表“{self.plan.sheet}”。另有 {len(self.others)} 张工作表也像台账（{listed}），请再逐张导入。")

    def _remark(self, column: str, text: str) -> None:
        self.outcome.problems.append(row_problem(self.plan.sheet, 0, column, None, text, "warning"))
