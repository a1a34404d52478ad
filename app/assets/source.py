"""The office's workbook as it lies there: which sheets, which header row, which column holds what. Reads, never writes cards.

``Source`` opens a workbook and proposes a ``Plan``; what people chose by hand before is remembered by heading.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from app.assets import overlaps, queries
from app.assets.fields import FIELDS as CARD_FIELDS
from app.assets.later_heads import SURE_HEAD, LaterHead, LaterHeads
from app.assets.settings import COLUMNS_BY_HAND
from app.assets.sheets import FIELDS
from app.core.errors import Refused
from app.exchange.evidence import MOST_ROWS
from app.exchange.headings import FieldSpec, normal_heading
from app.exchange.matching import Question, Understanding, match_columns, numbered, understand
from app.exchange.reading import Cell, Row, Sheet, Workbook, open_workbook
from app.exchange.sheet_heads import LOOKED_AT, HeaderGuess, find_header, header_at, heading_cells
from app.exchange.values import is_blank, read_text
from app.school.room_names import names_a_room
from app.store import settings
from app.store.imported import digest_of

Duplicates = Literal["refuse", "skip", "update"]
Twice = Literal["refuse", "renumber"]
_ADDS_UP = re.compile(r"汇总|总表|总账|合计|总台账|重复|模板|样表|示例|说明|填写")  # such a sheet repeats the others, or is no ledger
_VERSION = re.compile(r"(?:19|20)\d\d\s*(?:年|[-.]|$)|备份|副本|^旧|\(\d\)$")  # the same ledger once more: 2025年 beside 2026年
_SAID_BY_LINES = frozenset(each.key for each in CARD_FIELDS if each.lines is not None)
_ROWS_COMPARED, _LEAST_ROWS, _SAME_SHARE = 500, 5, 0.9  # of two sheets that may be one and the same
_CLASS = re.compile(r"[初高]?[一二三四五六七八九\d]{1,2}[(（.\-]?[一二三四五六七八九十\d]{1,2}[)）]?班?")   # 一1, 二（1）, 3.2
_SIDE_SHARE = 0.5   # of the rows below the header that a nameless column's merged cells must lie over to be a category


class Doubtful(Refused):
    """What must be asked before an import: which column holds what, or which sheet, could be told neither by words nor by values."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = tuple(questions)
        super().__init__("有些地方说不准，先要指明：" + "".join(each.text for each in questions))


def specs() -> tuple[FieldSpec, ...]:
    """Give the card's fields and the school's extra fields, with the names each is known by."""
    extras = (FieldSpec(extra.key, extra.title) for extra in queries.extra_fields())
    return (*FIELDS, *extras)


@dataclass(frozen=True)
class Plan:
    """How a workbook is to be read: sheet, worksheet row where the heads begin, column index (0-based) to field key.

    ``depth`` is 2 where the heads take two rows; ``header_row`` 0 says that no header was recognised yet. ``also`` are
    further sheets to be taken together, each with a header of its own; ``rooms_by_name`` lets a sheet's name stand for
    the place of rows without one. ``duplicates`` is for numbers that the ledger knows, ``twice`` for those that stand twice
    in the file. ``fields`` narrows an update to these field keys (None: all that the sheet gives). ``answered`` are the
    normal headings of the columns that the person has decided about, one way or another; ``words`` is what was decided of
    headings that stand in other heads than the first (heading, as ``understand`` remembers it, to field key or "").
    ``again`` lets a file that was imported before come in once more; ``sheets_chosen`` says that the person chose the sheets,
    so that none is asked about.
    """

    sheet: str
    header_row: int
    columns: Mapping[int, str]
    depth: int = 1
    duplicates: Duplicates = "refuse"
    skip_bad: bool = False
    also: tuple[str, ...] = ()
    rooms_by_name: bool = True
    twice: Twice = "refuse"
    fields: frozenset[str] | None = None
    answered: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    again: bool = False
    sheets_chosen: bool = False

    @property
    def sheets(self) -> tuple[str, ...]:
        """Give the names of all sheets to be read, the first one first."""
        return (self.sheet, *self.also)


class Source:
    """An opened workbook and what it seems to hold. Opening refuses unsafe or unreadable files in a sentence."""

    def __init__(self, path: Path) -> None:
        self.workbook: Workbook = open_workbook(path)
        self.path = path
        self.digest = digest_of(path)
        self._guesses: dict[str, HeaderGuess] = {}
        self._heads: dict[tuple[Cell, ...], tuple[list[Row], HeaderGuess]] = {}
        self._understood: dict[tuple[object, ...], Understanding] = {}
        self._overlaps: dict[tuple[object, ...], dict[str, str]] = {}
        self._later: dict[tuple[object, ...], Mapping[int, LaterHead]] = {}

    @property
    def sheets(self) -> tuple[str, ...]:
        """Give the names of the worksheets."""
        return tuple(sheet.name for sheet in self.workbook.sheets)

    def propose(self, sheet: str | None = None, header_row: int | None = None, depth: int | None = None) -> Plan:
        """Guess sheets, header row, its depth and columns; what the caller names is kept.

        Without a named sheet all sheets with the same columns are taken together; where the header row is given, all that
        have the same header. Columns matched by hand before are remembered by their heading. ``Refused`` where sheet or row
        are not there.
        """
        chosen = self.workbook.sheet(sheet) if sheet else self._best_sheet()
        guess = (
            self._guess(chosen) if sheet else self._guesses[chosen.name]
        )  # looking for the best sheet has guessed it
        if header_row is not None:
            if not 1 <= header_row <= len(chosen.rows):
                raise Refused(f"“{chosen.name}”共 {len(chosen.rows)} 行，没有第 {header_row} 行，不能作表头。")
            guess = header_at(chosen.rows, header_row, specs(), chosen.merged, remembered_columns())
            self._guesses[chosen.name] = guess = replace(guess, depth=depth or guess.depth)
        plan = Plan(chosen.name, guess.row_number, {}, depth or guess.depth)
        plan = replace(plan, columns=self._columns(plan, remembered_columns()))
        if sheet:
            return plan
        return self.with_same_head(plan) if header_row is not None else self._with_sheets_alike(plan)

    def understanding(self, plan: Plan) -> Understanding:
        """Give what the columns under the plan's head were taken for, with reasons, and what wants asking."""
        return self._understand(plan, remembered_columns())

    def _understand(self, plan: Plan, said: Mapping[str, str]) -> Understanding:
        if not plan.header_row:
            return Understanding((), ())
        key = (plan.sheet, plan.header_row, plan.depth, *said.items())
        if key not in self._understood:
            rows = self.workbook.sheet(plan.sheet).rows
            below = plan.header_row + plan.depth - 1
            self._understood[key] = understand(self.heads(plan), specs(), said, rows[below:below + MOST_ROWS])
        return self._understood[key]

    def questions(self, plan: Plan) -> list[Question]:
        """Give what must be asked before the plan may be carried out: neither words nor values nor the person has settled it."""
        found: dict[tuple[str, ...], Question] = {}
        main, again = self.heads(plan), self._repeated(plan)
        if again:
            found["", *again] = overlaps.whether_again(again)
        for name in plan.sheets:
            part = self.part(plan, name)
            heads = self.heads(part)
            if heads == main:
                asked = list(self.understanding(part).questions)
            else:
                asked = [replace(each, text=f"工作表“{name}”里，{each.text}", elsewhere=True)
                         for each in self._understand(part, self.said(plan)).questions]
            asked = [each for each in asked if any(part.columns.get(at) == each.key for at in each.columns)]
            for question in (*asked, *(each for head in self.later_heads(part).values() for each in head.questions)):
                if not self._settled(plan, question):
                    found.setdefault((question.key, *question.names), question)
        return list(found.values())

    def _repeated(self, plan: Plan) -> dict[str, str]:
        """Give the plan's sheets that list again what others of them list, and which; none where the person chose the sheets."""
        if plan.sheets_chosen or not plan.also:
            return {}
        key = (plan.sheets, *self.said(plan).items())
        if key not in self._overlaps:
            listings = []
            for name in plan.sheets:
                part = self.part(plan, name)
                rows = self.workbook.sheet(name).rows[part.header_row + part.depth - 1:]
                is_room = names_a_room(name) or _CLASS.fullmatch(name) is not None
                listings.append(overlaps.Listing(name, self.heads(part), part.columns, rows, is_room))
            self._overlaps[key] = overlaps.repeated(listings)
        return self._overlaps[key]

    def without(self, plan: Plan, left_out: Collection[str]) -> Plan:
        """Give the plan without some of its sheets, as the person's choice; the first that stays is the plan's own then."""
        first, *rest = [name for name in plan.sheets if name not in left_out]
        return replace(self.part(plan, first), also=tuple(rest), sheets_chosen=True)

    def _settled(self, plan: Plan, question: Question) -> bool:
        """Whether the person has decided about a column that a question is about."""
        if question.elsewhere:
            return any(name in plan.words for name in question.names)
        return not plan.answered.isdisjoint(map(normal_heading, question.heads))

    def said(self, plan: Plan) -> dict[str, str]:
        """Give what is decided of headings, for other heads than the plan's own: remembered, as its columns stand, and by its words."""
        names = zip(numbered(self.heads(plan)), self.heads(plan), strict=True)
        chosen = {name: plan.columns.get(at, "") for at, (name, head) in enumerate(names) if head}
        return remembered_columns() | chosen | dict(plan.words)

    def later_heads(self, part: Plan) -> Mapping[int, LaterHead]:
        """Give the heads below the first one of a sheet, by worksheet row."""
        sheet, said = self.workbook.sheet(part.sheet), self.said(part)
        key = (part.sheet, part.header_row, part.depth, *said.items())
        if key not in self._later:
            self._later[key] = LaterHeads(sheet.rows, sheet.merged, specs(), said, part.words).below(
                self.heads(part), part.header_row + part.depth) if part.header_row else {}
        return self._later[key]

    def headings_elsewhere(self, plan: Plan) -> dict[str, str]:
        """Give the headings of the plan's other heads, on its other sheets and further down: as remembered, and as they stand there."""
        found: dict[str, str] = {}
        for name in plan.sheets:
            part = self.part(plan, name)
            for heads in (self.heads(part), *(head.heads for head in self.later_heads(part).values())):
                found |= {known: head for known, head in zip(numbered(heads), heads, strict=True) if head}
        return found

    def heads(self, plan: Plan) -> list[str]:
        """Give the headings of the plan's header, column by column."""
        sheet = self.workbook.sheet(plan.sheet)
        return heading_cells(sheet.rows, plan.header_row, plan.depth, sheet.merged) if plan.header_row else []

    def part(self, plan: Plan, name: str) -> Plan:
        """Give how one of the plan's sheets is to be read: with a header of its own, and columns as the plan's headings say."""
        if name == plan.sheet:
            return plan
        sheet = self.workbook.sheet(name)
        guess = self._guesses.get(name) or self._guess(sheet)
        part = replace(plan, sheet=name, header_row=guess.row_number, depth=guess.depth, also=(), columns={})
        heads, model = self.heads(part), self.heads(plan)
        if heads == model:
            return replace(part, columns=plan.columns)
        return replace(part, columns=self._columns(part, self.said(plan)))

    def others_alike(self, plan: Plan) -> list[str]:
        """Give the names of the visible sheets beside the plan's that look like a ledger as much as its first one does.

        Only sheets that were looked at: where the person named the sheet, nothing else was meant.
        """
        mine = self._guesses.get(plan.sheet)
        if mine is None:
            return []
        return [
            sheet.name
            for sheet in self.workbook.sheets
            if sheet.name not in plan.sheets
            and not sheet.hidden
            and sheet.name in self._guesses
            and self._guesses[sheet.name].score >= max(2, 0.8 * mine.score)
            and len(sheet.rows) > self._guesses[sheet.name].row_number
        ]

    def _guess(self, sheet: Sheet) -> HeaderGuess:
        """Give the sheet's header; forty rooms' sheets have the same one, which is then looked for only once."""
        found = self._same_head(sheet) or self._found_head(sheet)
        self._guesses[sheet.name] = found
        if found.row_number:
            lines = sheet.rows[found.row_number - 1:found.row_number + found.depth - 1]
            self._heads[tuple(lines[0])] = (lines, found)
        return found

    def _same_head(self, sheet: Sheet) -> HeaderGuess | None:
        for at, cells in enumerate(sheet.rows[:LOOKED_AT]):
            lines, found = self._heads.get(tuple(cells), ([], None))
            if found and sheet.rows[at:at + found.depth] == lines:
                return replace(found, row_number=at + 1)
        return None

    def _found_head(self, sheet: Sheet) -> HeaderGuess:
        fields, remembered = specs(), remembered_columns()
        found = find_header(sheet.rows, fields, sheet.merged, remembered) or HeaderGuess(0, 0)
        for number in range(1, found.row_number - 1):
            # Of several tables below one another the first begins the sheet, though a later one may have more columns.
            earlier = header_at(sheet.rows, number, fields, sheet.merged, remembered)
            if earlier.score >= SURE_HEAD and number + earlier.depth < found.row_number:
                return earlier
        return found

    def _best_sheet(self) -> Sheet:
        visible = [sheet for sheet in self.workbook.sheets if not sheet.hidden] or list(self.workbook.sheets)
        if not visible:
            raise Refused(f"“{self.path.name}”里没有工作表。")
        scores = {sheet.name: self._guess(sheet).score for sheet in visible}
        best = max(scores.values())
        # Of equals the first; but not a 汇总 before the rooms' own sheets, or every card would come in without its room.
        equals = [sheet for sheet in visible if scores[sheet.name] == best]
        equals = [sheet for sheet in equals if len(sheet.rows) > self._guesses[sheet.name].row_number] or equals  # no blank form
        rooms = [sheet for sheet in equals if not _ADDS_UP.search(sheet.name)]
        return rooms[0] if len(rooms) > 1 else equals[0]

    def _with_sheets_alike(self, plan: Plan) -> Plan:
        """Give the plan with all sheets whose headers name the same fields; not those that add up or repeat the others."""
        fields = set(plan.columns.values())
        alike = [name for name in self.others_alike(plan) if not _ADDS_UP.search(name) and not _VERSION.search(name)]
        return replace(plan, also=tuple(name for name in alike
                                        if set(self.part(plan, name).columns.values()) == fields and not self._repeats(plan, name)))

    def with_same_head(self, plan: Plan) -> Plan:
        """Give the plan with all sheets that have the head which the person showed; their own was guessed otherwise, or not at all."""
        head, alike = [normal_heading(each) for each in self.heads(plan)], []
        for sheet in self.workbook.sheets:
            if sheet.hidden or sheet.name == plan.sheet or _ADDS_UP.search(sheet.name) or _VERSION.search(sheet.name):
                continue
            for number in range(1, min(LOOKED_AT, len(sheet.rows)) + 1):
                if [normal_heading(each) for each in heading_cells(sheet.rows, number, plan.depth, sheet.merged)] == head:
                    self._guesses[sheet.name] = replace(self._guesses[plan.sheet], row_number=number)
                    alike.append(sheet.name)
                    break
        return replace(plan, also=tuple(name for name in alike if not self._repeats(plan, name)))

    def _repeats(self, plan: Plan, name: str) -> bool:
        """Whether a sheet holds the rows of the plan's once more: a copy, not another room with the same furniture."""
        if names_a_room(name) or _CLASS.fullmatch(name):
            return False
        mine, its = ({tuple(cells) for cells in self.workbook.sheet(each).rows[:_ROWS_COMPARED] if len(cells) > 1}
                     for each in (plan.sheet, name))
        return len(its) >= _LEAST_ROWS and len(mine & its) >= _SAME_SHARE * max(len(mine), len(its))

    def _columns(self, plan: Plan, remembered: Mapping[str, str]) -> dict[int, str]:
        """Give which column holds which field by the plan's header; 室名： beside the heads is a line, not a heading."""
        heads = self.heads(plan)
        columns = self._understand(plan, remembered).columns
        lines = [at for at, key in columns.items() if key in _SAID_BY_LINES and (":" in heads[at] or "：" in heads[at])]
        for at in lines:
            del columns[at]
        return self._with_side_column(plan, heads, columns) if plan.header_row else columns

    def _with_side_column(self, plan: Plan, heads: list[str], columns: dict[int, str]) -> dict[int, str]:
        """Give the columns with a nameless one of tall merged cells as class, or as place where rooms stand in it."""
        sheet, last = self.workbook.sheet(plan.sheet), plan.header_row + plan.depth - 1
        tall: dict[int, list[tuple[int, Cell]]] = {}
        for block in sheet.merged:
            at = block.first_column
            nameless = at not in columns and (at >= len(heads) or not heads[at]) and block.last_column == at
            if nameless and block.first_row > last and block.last_row > block.first_row:
                row = sheet.rows[block.first_row - 1] if block.first_row <= len(sheet.rows) else []
                tall.setdefault(at, []).append(
                    (block.last_row - block.first_row + 1, row[at] if at < len(row) else None)
                )
        for at, blocks in tall.items():
            words = [words for _, words in blocks if isinstance(words, str) and not is_blank(words)]
            if len(words) < len(blocks) or sum(rows for rows, _ in blocks) < _SIDE_SHARE * (len(sheet.rows) - last):
                continue
            rooms = sum(names_a_room(read_text(each)) for each in words)
            # Sorts stand before the things; a remark behind them is none, nor is what names rooms here and there.
            if 0 < rooms < len(words) or (not rooms and at > min(columns, default=0)):
                continue
            key = "place" if rooms else "class_name"
            if key not in columns.values():
                columns = dict(sorted({**columns, at: key}.items()))
        return columns


def remembered_columns() -> dict[str, str]:
    """Give heading → field key ("" for left out) of columns that a person matched by hand."""
    keys = {spec.title: spec.key for spec in specs()} | {"": ""}
    pairs = (line.rpartition("=") for line in settings.value(COLUMNS_BY_HAND))
    return {heading: keys[title] for heading, _, title in pairs if title in keys}


def remember_columns(source: Source, plan: Plan) -> None:
    """Keep what a person chose otherwise than the dictionary would; what agrees with it again is forgotten."""
    heads = source.heads(plan)
    guessed, standing = match_columns(heads, specs()), remembered_columns()
    chosen = dict(standing)
    for index, head in enumerate(heads):
        heading, key = normal_heading(head), plan.columns.get(index, "")
        if heading and (guessed.get(index, "") != key or heading in plan.answered):
            chosen[heading] = key
        else:
            chosen.pop(heading, None)
    if chosen != standing:
        titles = {spec.key: spec.title for spec in specs()} | {"": ""}
        settings.put({COLUMNS_BY_HAND: [f"{heading}={titles[key]}" for heading, key in chosen.items()]})
