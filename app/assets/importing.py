"""The office's own ledger into the file: rehearsed through the same code, all problems at once, one step of undo.

``run`` reads the sheets of a plan, checks and writes inside one operation. A rehearsal is the same run, rolled back at
its end.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from app.assets import cells, commands, import_update, no_ledger, queries, rules
from app.assets.fields import FIXED, TITLE
from app.assets.history import IMPORT
from app.assets.import_update import CardUpdate, Differences
from app.assets.reading import Parsed, counted_remarks
from app.assets.settings import ASSET_NUMBERS, THRESHOLD
from app.assets.sheet_rows import Shared, SheetRows
from app.assets.source import Doubtful, Duplicates, Plan, Source, Twice, remember_columns, remembered_columns, specs
from app.assets.tables import Asset
from app.core import clock
from app.core.errors import Refused, errors_only
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Row
from app.exchange.writing import ProblemSheet, copy_with_problems
from app.store import database, imported, journal, numbering, settings
from app.store.imported import Earlier
from app.store.journal import Step

__all__ = ("CardUpdate", "Doubtful", "Duplicates", "Outcome", "Plan", "Source", "Twice", "remembered_columns", "run",
           "save_bad_rows", "specs")
_MOST_NAMED = 12
_EVERY = 250  # rows between two calls of progress: often enough to cancel, seldom enough not to cost


@dataclass(frozen=True)
class BadRow:
    """A row that stays out: where it stands, its table's heads, and its cells with merged cells and 同上 filled in.

    ``said`` is what lines and titles said for it, by field: saved alone the row must not lose what stood above.
    """

    sheet: str
    row: int
    heads: Sequence[object]
    cells: Row
    said: Mapping[str, str]
    columns: Mapping[str, int]


@dataclass
class Outcome:
    """What a run did, or a rehearsal would do. Counts are cards; money in 分.

    ``refused`` is true where errors stood in the way and nothing was written; ``bad`` are the rows that stay out.
    ``known`` counts rows that were refused because their number is in the ledger.
    ``updates`` tell what becomes of each card that is updated, ``fields`` in how many cards each field differs, those left
    out by the person as well (but for places and people, who are looked up only where they are wanted).
    ``unread`` are the headings of filled columns that hold no field, ``priceless`` counts cards that come in at 0.00 元,
    ``alike`` rows without a number that equal a card there is, ``hidden`` rows that are hidden or filtered out in the file.
    ``twice`` is the earlier import of the same file where that forbids this one.
    ``step`` is the id to undo by, 0 where nothing was written.
    """

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    pieces: int = 0
    fen: int = 0
    sheets: tuple[str, ...] = ()
    places: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    known: int = 0
    updates: list[CardUpdate] = field(default_factory=list)
    fields: Counter[str] = field(default_factory=Counter)
    unread: list[tuple[str, str]] = field(default_factory=list)
    priceless: int = 0
    alike: int = 0
    hidden: int = 0
    twice: Earlier | None = None
    refused: bool = False
    step: Step | None = None

    @property
    def errors(self) -> int:
        """Give how many of the problems forbid their row."""
        return sum(problem.level == "error" for problem in self.problems)

    @property
    def bad_rows(self) -> list[tuple[str, int]]:
        """Give (sheet, worksheet row) of each row that stays out, once."""
        return list(dict.fromkeys((bad.sheet, bad.row) for bad in self.bad))

    def sentence(self) -> str:
        """Say in one sentence what came in."""
        parts = [f"导入 {self.imported} 张卡片、{self.pieces} 件、{format_fen(self.fen)} 元"]
        parts += [f"更新 {self.updated} 张"] if self.updated else []
        parts += [f"跳过 {self.skipped} 行"] if self.skipped else []
        parts += [f"{len(self.bad_rows)} 行有问题"] if self.bad_rows else []
        return "，".join(parts)


def run(source: Source, plan: Plan, progress: Progress = silent, rehearse: bool = False) -> Outcome:
    """Import by the plan, or rehearse it; gives counts and every problem.

    With errors and without ``skip_bad``, or where the same file came in before and the plan does not say ``again``, nothing
    is written and ``refused`` is set. ``Doubtful`` where a column must be asked about. ``Cancelled`` leaves nothing.
    """
    if not plan.header_row or "name" not in plan.columns.values():
        raise Refused(f"还没有指明哪一列是“{TITLE['name']}”。请点选表头所在的行，或为名称指定一列。")
    parts = [source.part(plan, name) for name in dict.fromkeys(plan.sheets)]
    headless = [part.sheet for part in parts if "name" not in part.columns.values()]
    if headless:
        raise Refused(f"工作表“{headless[0]}”里没有认出写着“{TITLE['name']}”的表头，不能一起导入。请不选这张工作表，或单独导入它。")
    no_ledger.refuse(source, parts)
    questions = source.questions(plan)
    if questions:
        raise Doubtful(questions)
    with journal.operation(f"{IMPORT} {source.path.name}") as work:
        outcome = _Run(source, plan, parts, progress).perform()
        outcome.refused = (bool(outcome.errors) and not plan.skip_bad) or outcome.twice is not None
        if rehearse or outcome.refused:
            work.discard()
        else:
            work.rename(f"{IMPORT} {source.path.name}：{outcome.sentence()}")
            remember_columns(source, plan)
            imported.note(source.digest, source.path.name, outcome.imported)
    outcome.step = work.step
    return outcome


class _Run:
    """One pass over the sheets: read and check every row, then write what is good."""

    def __init__(self, source: Source, plan: Plan, parts: list[Plan], progress: Progress) -> None:
        self.source, self.plan, self.progress = source, plan, progress
        self.outcome = Outcome(sheets=tuple(part.sheet for part in parts))
        self.shared = Shared()
        self.sheets = [SheetRows(source, part, self.shared, self.outcome.problems, len(parts) == 1) for part in parts]
        self.others = source.others_alike(plan)
        self.first_row_of: dict[str, Parsed] = {}
        self.today = clock.today()

    def perform(self) -> Outcome:
        """Do the run and give its outcome; the caller holds the operation open."""
        parsed = self._leave_out_known(self._read_all())
        good = [row for row in parsed if not self._mark_bad(row)]
        fresh = [row for row in good if row.draft.number not in self.known]
        self._insert(fresh)
        self._update([row for row in good if row.draft.number in self.known])
        self.outcome.places, self.outcome.people = self.shared.places.new, self.shared.people.new
        self.outcome.departments = self.shared.departments.new
        self._remark(fresh)
        order = {name: at for at, name in enumerate(self.outcome.sheets)}
        self.outcome.bad.sort(key=lambda bad: (order[bad.sheet], bad.row))
        self.outcome.problems.sort(key=lambda problem: (problem.row == 0, order[problem.sheet], problem.row))
        return self.outcome

    # --- reading

    def _read_all(self) -> list[Parsed]:
        parsed: list[Parsed] = []
        total = sum(len(sheet.rows) for sheet in self.sheets)
        before = 0
        for sheet in self.sheets:
            parsed += sheet.read(partial(self._tell_progress, before, total))
            before += len(sheet.rows)
        self._find_known(parsed)
        return parsed

    def _tell_progress(self, before: int, total: int, number: int) -> None:
        self.progress(before + number, total, "检查各行")

    def _find_known(self, parsed: list[Parsed]) -> None:
        """Mark rows whose number another row, a card, or a deleted card carries."""
        self._spell_numbers(parsed)
        numbers = {row.draft.number for row in parsed if row.draft.number}
        self.known = queries.numbers_in_use(numbers)
        retired = queries.numbers_retired(numbers - set(self.known))
        self.renumbered = 0
        for row in parsed:
            number = row.draft.number
            if not number:
                continue
            first = self.first_row_of.setdefault(number.casefold(), row)
            if first is not row:
                self._settle_twice(row, first)
            elif number in retired:
                row.problem("number", "这个编号属于已删除的卡片，不能再用。可在回收站恢复那张卡片，或换一个编号。")
            elif number in self.known and self.plan.duplicates == "refuse":
                self.outcome.known += 1
                row.problem("number", "台账里已有这个编号。请换编号，或选择“跳过”或“更新”已有的卡片。")

    def _spell_numbers(self, parsed: list[Parsed]) -> None:
        """Take ab-1 for the ledger's AB-1, and ask about a 123 where there is only 000123: Excel drops zeros in front."""
        spelled, zeros = queries.numbers_alike({row.draft.number for row in parsed if row.draft.number})
        for row in parsed:
            number = row.draft.number = spelled.get(row.draft.number, row.draft.number)
            if number in zeros:
                row.problem("number", f"台账里没有编号 {number}，有 {zeros[number]}。Excel 可能去掉了前面的 0，请把这一列改成文本格式，写成"
                                      f" {zeros[number]}；确实是另一件，请换一个编号。")

    def _settle_twice(self, row: Parsed, first: Parsed) -> None:
        """Refuse a number that stands in the file already, or let the row have a new one and keep the old one as its old number."""
        if self.plan.twice == "renumber":
            draft = row.draft
            if draft.old_number and draft.old_number != draft.number:
                draft.remark = f"{draft.remark} 原编号 {draft.number}".strip()
            draft.number, draft.old_number = "", draft.old_number or draft.number
            self.renumbered += 1
        else:
            where = f"第 {first.number} 行" if first.sheet == row.sheet else f"工作表“{first.sheet}”第 {first.number} 行"
            row.problem("number", f"编号与{where}重复。请改成不同的编号，或删去其中一行。")

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
            for problem in rules.check_asset(row.draft, self.today, row.given):
                # What could not be read stands in the draft as the usual value, and what was reckoned from a wrong
                # cell is wrong as well: neither is worth a second sentence.
                reckoned = problem.field in ("value", "unit_price") and problem.field not in row.given
                if not row.bad or (problem.level == "error" and not reckoned):
                    row.problem(problem.field, problem.text, problem.level)
        if not row.bad:
            row.reader.resolve(row, self.plan.fields if updating else None)
        self.outcome.problems += row.problems
        if row.bad:
            self._stays_out(row)
        elif not updating:
            self.shared.counted.update(row.guessed)
        return row.bad

    def _stays_out(self, row: Parsed) -> None:
        self.outcome.bad.append(BadRow(row.sheet, row.number, row.reader.heads, row.cells, row.said, row.places))

    # --- writing

    def _insert(self, fresh: list[Parsed]) -> None:
        self.outcome.alike = queries.cards_alike([row.draft for row in fresh if not row.draft.number])
        self._give_numbers([row for row in fresh if not row.draft.number])
        names: list[str] = []
        batch: list[tuple[Any, ...]] = []
        for done, row in enumerate(fresh):
            stored = commands.stored_row(row.draft)
            names = list(stored)
            batch.append(tuple(stored.values()))
            self.outcome.pieces += stored["quantity"]
            self.outcome.fen += stored["value"]
            self.outcome.priceless += not stored["value"]
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
            day = row.draft.acquired_on or row.draft.booked_on or self.today
            by_year.setdefault(day.year, []).append(row)
        coming = {row.draft.number for row in self.first_row_of.values()}
        for year, rows in by_year.items():
            for row, number in zip(rows, commands.next_numbers(len(rows), year, coming), strict=True):
                row.draft.number = number

    def _update(self, rows: list[Parsed]) -> None:
        if not rows:
            return
        cards = import_update.known_cards(self.known)
        nodes = self.shared.places.tree.nodes.values()
        differences = Differences(
            {spec.key: spec.title for spec in self.shared.specs},
            {node.id: node.path for node in nodes},
            self.plan.fields,
            self.outcome.fields,
        )
        for done, row in enumerate(rows):
            if done % _EVERY == 0:
                self.progress(done, len(rows), "更新卡片")
            card = cards[row.draft.number]
            merged, update = differences.of(row, card)
            if not update.fields:
                self.outcome.unchanged += 1
                continue
            problems = rules.check_asset(merged, self.today, row.given)
            for problem in problems:
                row.problem(problem.field, f"更新后：{problem.text}", problem.level)
                self.outcome.problems.append(row.problems[-1])
            if errors_only(problems):
                self._stays_out(row)
            else:
                cells.write_changes([(card, merged)])
                self.outcome.updates.append(update)
                self.outcome.updated += 1

    # --- remarks on the whole

    def _remark(self, fresh: list[Parsed]) -> None:
        """Say once what concerns many rows: taken as usual, below the threshold, from lines and names, left alone."""
        first = self.sheets[0]
        titles = {key: title for sheet in reversed(self.sheets) for key, title in sheet.reader.titles.items()}
        self.outcome.problems += counted_remarks(self.plan.sheet, self.shared.counted, titles)
        threshold = settings.value(THRESHOLD)
        below = sum(row.draft.category == FIXED and 0 < (row.draft.unit_price or 0) < threshold for row in fresh)
        if below:  # history is taken as it is: 500 and 800 元 were rules
            self._tell(
                TITLE["unit_price"],
                f"有 {below} 张卡片{TITLE['unit_price']}低于 {format_fen(threshold)} 元的标准，按原账登记为固定资产。",
            )
        for sheet in self.sheets:
            self.outcome.problems += sheet.remarks()
        borrowed = sum(sheet.borrowed for sheet in self.sheets)
        if borrowed:
            which = f"{len(self.sheets)} 张工作表中" if len(self.sheets) > 1 else ""
            self._tell(first.reader.titles.get("place", ""),
                       f"{which}有 {borrowed} 行没有写{TITLE['place']}，按表上写明的室名或工作表名登记，请核对。")
        if self.renumbered:
            kept = f"原来的编号记在“{TITLE['old_number']}”里。"
            self._tell("", f"有 {self.renumbered} 行的编号在文件里重复，另编了新号，{kept}")
        self._remark_unread(first)
        if self.others:
            listed = "、".join(self.others[:6]) + ("等" if len(self.others) > 6 else "")
            mine = f"工作表“{self.plan.sheet}”" if len(self.sheets) == 1 else f" {len(self.sheets)} 张工作表"
            self._tell("", f"这次只导入{mine}。另有 {len(self.others)} 张工作表也像台账（{listed}），需要的请一起选上或另行导入。")

    def _remark_unread(self, first: SheetRows) -> None:
        """Say what did not come in, or might have come in already: no silence where something could be lost or doubled."""
        outcome = self.outcome
        outcome.unread = [(sheet.part.sheet, heading) for sheet in self.sheets for heading in sheet.unread()]
        left = list(dict.fromkeys(heading for _, heading in outcome.unread))
        if left:
            more = f" 等 {len(left)} 列" if len(left) > _MOST_NAMED else ""
            self._tell("", f"这些列没有读入：{'、'.join(left[:_MOST_NAMED])}{more}。要导入的话，请指明它们是什么。")
        if outcome.priceless:
            known = "unit_price" in first.reader.titles or "value" in first.reader.titles
            why = "" if known else "（表里没有认出价格或金额的列）"
            self._tell(first.reader.titles.get("value", ""), f"有 {outcome.priceless} 张卡片没有价格，按 0.00 元登记{why}。")
        outcome.hidden = sum(sheet.hidden for sheet in self.sheets)
        if outcome.hidden:
            self._tell("", f"有 {outcome.hidden} 行在原表里是隐藏或筛选掉的，也一起导入。不要的话，请在原表里删去。")
        if outcome.alike:
            same = "、".join(TITLE[key] for key in ("name", "model", "quantity", "value", "acquired_on", "place"))
            self._tell("", f"有 {outcome.alike} 行没有编号，{same}都与台账里已有的卡片相同，可能已经登记过。")
        earlier = imported.earlier(self.source.digest) if self.plan.duplicates == "refuse" else None
        if earlier:
            outcome.twice = None if self.plan.again else earlier
            more = "按您说的再导入一次。" if self.plan.again else "再导入会重复登记，没有导入；确实要再导入一次，请选“再导入一次”。"
            self._tell("", f"{earlier.words}。{more}")

    def _tell(self, column: str, text: str) -> None:
        self.outcome.problems.append(row_problem(self.plan.sheet, 0, column, None, text, "warning"))


def save_bad_rows(outcome: Outcome, path: Path) -> None:
    """Write the rows that did not come in as a workbook of their own, with a column 问题; each table under its own heads.

    What a line or a title said for a row (室名：301) stands in the row itself, in a column of its own where it had none.
    """
    tables: dict[tuple[str, tuple[object, ...]], list[BadRow]] = {}
    for bad in outcome.bad:
        tables.setdefault((bad.sheet, tuple(bad.heads)), []).append(bad)
    titles = {spec.key: spec.title for spec in specs()}
    sheets = []
    for (name, heads), rows in tables.items():
        more = [key for key in titles if any(key in bad.said and key not in bad.columns for bad in rows)]
        at = {key: len(heads) + number for number, key in enumerate(more)}
        said = [(bad.row, _with_said(bad, at)) for bad in rows]
        sheets.append(ProblemSheet(name, [*heads, *(titles[key] for key in more)], said))
    copy_with_problems(path, sheets, outcome.problems)


def _with_said(bad: BadRow, more: Mapping[str, int]) -> Row:
    """Give a row's cells with what was said for it in its column, or in one of the columns added for it."""
    cells = list(bad.cells)
    for key, text in bad.said.items():
        column = bad.columns.get(key, more.get(key, 0))
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = text
    return cells
