"""The rows of one sheet, top to bottom: cards, and what stands around them and counts for all of them.

A sheet may hold several tables, below or beside one another, each with heads and a 室名 line of its own. What a line or
a title says of the room, the keeper or the class counts for the rows below that do not say it themselves.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.assets.fields import FIELDS as CARD_FIELDS
from app.assets.fields import TITLE
from app.assets.reading import Parsed, RowReader
from app.assets.sheets import GROUP_NAMES
from app.assets.source import Plan, Source, specs
from app.assets.totals import Sums
from app.exchange import evidence
from app.exchange.about_lines import AboutLines
from app.exchange.filling import Filler
from app.exchange.headings import money_unit_above, normal_heading
from app.exchange.matching import column_letters
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Row
from app.exchange.row_kinds import (
    first_filled,
    is_blank_row,
    is_group_row,
    is_note_row,
    is_repeated_header,
    is_total_row,
    lone_cell,
)
from app.exchange.values import is_blank, read_text, says_nothing
from app.school import queries as school
from app.school.resolving import Departments, People, Places

# A merged cell, or 同上, in these columns is not shared by the rows below: numbers name one thing, sums count all of them.
_OWN_KEYS = frozenset(each.key for each in CARD_FIELDS if each.own)
_SUM_KEYS = frozenset({*(each.key for each in CARD_FIELDS if each.merge == "sum"), "opening_months"})
_EVERY = 250        # rows between two calls of progress: often enough to cancel, seldom enough not to cost
_BESIDE = 6         # rows from the head on that may have 室名：… beside the table
_LABELS = {each.key: (each.title, *each.names, *each.lines) for each in CARD_FIELDS if each.lines is not None}
_NUMBERING = re.compile(r"^(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．])\s*")
_SORT_OF_THING = re.compile(
    r"类$|设备|设施|家具|用具|器材|仪器|图书|档案|桌椅|电器|房屋|构筑物|文物|陈列|动植物|用品|工具|教具|玩具|乐器|厨具|炊具|软件")
_COUNTS_ROWS = re.compile(r"序号?|行号|no|编?次")
_MOST_NAMED = 6     # rows that a remark quotes
_LONGEST_SORT = 30  # characters of a title that may be a class


@dataclass
class Shared:
    """What the sheets of one import share: the resolvers, the counters, and what lines around tables are called."""

    places: Places = field(default_factory=Places)
    people: People = field(default_factory=People)
    departments: Departments = field(default_factory=Departments)
    counted: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Gather headings and labels once."""
        self.specs = specs()
        self.headings = frozenset((*(word for spec in self.specs for word in (spec.title, *spec.synonyms)),
                                   *(word for words in _LABELS.values() for word in words)))
        self.labels = AboutLines(_LABELS)
        profile = school.profile() if school.started() else None
        self.school = profile.name if profile else ""


@dataclass(frozen=True)
class _Table:
    """A table of the sheet: its heads and columns, and the part of each row that belongs to it (None: the whole row)."""

    heads: list[str]
    columns: Mapping[int, str]
    span: tuple[int, int] | None = None

    def cut(self, cells: Row) -> Row:
        """Give the cells that belong to this table, the others blank."""
        if self.span is None:
            return cells
        first, last = self.span
        return [None] * min(first, len(cells)) + cells[first:last]


class SheetRows:
    """Reads one sheet by its part of the plan; problems of totals and remarks go into ``problems``.

    ``alone`` says that no other sheet comes in with it: where it has a column for the place, a blank there is a blank,
    and not what the sheet happens to be called.
    """

    def __init__(
        self, source: Source, part: Plan, shared: Shared, problems: list[RowProblem], alone: bool = False
    ) -> None:
        sheet = source.workbook.sheet(part.sheet)
        self.part, self.shared, self.problems, self.alone = part, shared, problems, alone
        self.rows, self.merged = sheet.rows, sheet.merged
        self.hidden_rows, self.hidden = sheet.hidden_rows, 0
        self.heads, self.later = source.heads(part), source.later_heads(part)
        self.nameless: list[int] = []
        """The rows of heads further down that have no column for the name; what stands below them is left out."""
        self.rows_without_name, self._in_nameless = 0, False
        self.fillers: list[Filler] = []
        self._tables: list[_Table] = []
        self.headings: list[tuple[int, str]] = []
        self.sorted_by: list[tuple[int, str]] = []
        self.borrowed = 0
        """How many rows took their place from a line, a title or the sheet's name."""
        self.about: dict[str, str] = {}
        self.sort = ""
        self.sums: Sums | None = None
        self.money_unit = 1
        self._fresh_line = True
        self._titles = {cell for cells in self.rows[:part.header_row - 1] for cell in cells if isinstance(cell, str)}
        self._wide = {block.first_row for block in self.merged if block.first_row == block.last_row
                      and block.last_column - block.first_column >= max(2, len(self.heads) // 2)}

    def read(self, progress: Callable[[int], None]) -> list[Parsed]:
        """Give the cards of all tables; ``progress`` is told the worksheet row now and then."""
        parsed: list[Parsed] = []
        self._tables = self._side_by_side()
        for table in self._tables:
            self._open(table, self.part.header_row, self.part.depth)
            self._look_above()
            for number, cells in self._lines(self.part.header_row + self.part.depth):
                if number % _EVERY == 0:
                    progress(number)
                if self._is_card(number, cells):
                    parsed.append(self._card(number, cells))
        return parsed

    def is_empty(self) -> bool:
        """Whether no row below the heads is a card: a blank form, with at most its rows numbered."""
        for table in self._side_by_side():
            self._open(table, self.part.header_row, self.part.depth)
            if any(self._is_card(number, cells) for number, cells in self._lines(self.part.header_row + self.part.depth)):
                return False
        return True

    def room(self) -> tuple[str, bool]:
        """Give the place that rows without one get at first, "" for none, and whether the sheet's name names it."""
        self._open(self._side_by_side()[0], self.part.header_row, self.part.depth)
        self._look_above()
        return self.about.get("place", ""), self.by_name

    def _lines(self, start: int) -> Iterator[tuple[int, Row]]:
        if self.table.span is None:
            yield from enumerate(self.rows[start - 1:], start)
            return
        for number, cells in enumerate(self.rows[start - 1:], start):
            yield number, self.table.cut(cells)

    # --- tables

    def _side_by_side(self) -> list[_Table]:
        """Give the tables under the first head: more than one where the same heads stand beside one another."""
        columns, heads = self.part.columns, [normal_heading(head) for head in self.heads]
        name = next(at for at, key in columns.items() if key == "name")
        shifts = [0] + [at - name for at in range(name + 1, len(heads))
                        if heads[at] and heads[at] == heads[name] and self._repeats(heads, at - name)]
        if len(shifts) == 1:
            return [_Table(self.heads, columns)]
        begin = min(at for at in columns if at + shifts[1] < len(heads) and heads[at] == heads[at + shifts[1]])
        while begin and heads[begin - 1] and heads[begin - 1] == heads[begin - 1 + shifts[1]]:
            begin -= 1
        starts = [begin + shift for shift in shifts] + [len(heads)]
        tables = []
        for shift, first, last in zip(shifts, starts, starts[1:], strict=False):
            span = (first if shift else 0, last)
            own = {at + shift: key for at, key in columns.items()
                   if at < starts[1] and at + shift < last and heads[at + shift] == heads[at]}
            tables.append(_Table([head if span[0] <= at < last else ""
                                  for at, head in enumerate(self.heads)], own, span))
        return tables

    def _repeats(self, heads: Sequence[str], shift: int) -> bool:
        """Whether the heads stand again so many columns to the right: at least half of those that are read, and two."""
        first = [at for at in self.part.columns if at < shift + min(self.part.columns)]
        same = sum(at + shift < len(heads) and heads[at + shift] == heads[at] for at in first)
        return same >= max(2, len(first) / 2)

    def _open(self, table: _Table, header_row: int, depth: int) -> None:
        """Begin a table: from the row below its head on everything is read under its columns."""
        self.table = table
        start = header_row + depth
        columns = table.columns
        self.reader = RowReader(self.part.sheet, table.heads, columns, self.shared)
        above = self.rows[max(header_row - 1 - _BESIDE, 0):header_row - 1]
        said = max((money_unit_above(cell) for cells in above for cell in cells if isinstance(cell, str)), default=1)
        self.money_unit = said if said > 1 else self.money_unit
        self.reader.count_in(self.money_unit)
        self.sums = self.sums or Sums(self.reader, self.problems)
        self.sums.use(self.reader)
        self.filler = Filler(
            (block for block in self.merged if block.first_row >= start),
            {column for column, key in columns.items() if key not in _OWN_KEYS | _SUM_KEYS},
            {column for column, key in columns.items() if key in _SUM_KEYS})
        self.fillers.append(self.filler)
        self.head_lines: list[Sequence[object]] = [
            table.heads,
            *(table.cut(cells) for cells in self.rows[header_row - 1 : start - 1]),
        ]  # a head of two lines is pasted again as two
        self.known = self.shared.headings.union(
            self._titles, (cell for line in self.head_lines for cell in line if isinstance(cell, str) and cell))
        self.name_column = next(index for index, key in columns.items() if key == "name")
        self.skipped_to = start - 1
        self._look_beside(header_row, depth)

    def _is_head_again(self, cells: Row) -> bool:
        """Whether a row is the head, or a title above it, pasted again."""
        again = any(is_repeated_header(cells, line, self._titles) for line in self.head_lines)
        if again and self.sums:
            self.sums.begin_table()
        self._in_nameless = self._in_nameless and not again
        return again

    def _opens_table(self, number: int) -> bool:
        """Whether a row is the head of another table, which is opened then; one without a name is left out to its end."""
        head = None if self.table.span else self.later.get(number)
        if head is None:
            return False
        if head.names_things:
            self._open(_Table(head.heads, head.found.columns), number, head.depth)
        else:
            self.skipped_to = number + head.depth - 1
            self.nameless.append(number)
        self._in_nameless = not head.names_things
        return True

    # --- what stands around the cards

    def _look_above(self) -> None:
        """Take what titles and lines above the first head say; the sheet's own name where they say no place."""
        self.about, self.sort, self.by_name = {}, "", False
        title = ""
        for cells in self.rows[:self.part.header_row - 1]:
            self.about |= self.shared.labels.read(self.table.cut(cells)) or self.shared.labels.read(cells)
            words = [cell for cell in cells if not is_blank(cell)]
            if len(words) == 1 and isinstance(words[0], str) and not title:
                title = self.shared.places.name_in(words[0], self.shared.school)
            if is_group_row(cells):
                self.sort = _sort_of(words[0])
        self._look_beside(self.part.header_row, self.part.depth)
        self._name_about("表上写明的")
        if "place" in self.about or (self.alone and "place" in self.table.columns.values()):
            return
        if title:
            self.about["place"] = title
            self._name_about("标题")
        elif self.part.rooms_by_name:
            name = self.shared.places.name_in(self.part.sheet, self.shared.school)
            if name:
                self.about["place"], self.by_name = name, True
                self._name_about("工作表名")

    def _look_beside(self, header_row: int, depth: int) -> None:
        """Take what stands beside the table, in columns that hold no field."""
        first, last = self.table.span or (0, 10**9)
        for cells in self.rows[header_row - 1:header_row + depth - 1 + _BESIDE]:
            rest = [cell if first <= at < last and at not in self.table.columns else None
                    for at, cell in enumerate(cells)]
            if (
                self.name_column < len(cells) and not is_blank(cells[self.name_column]) and any(rest)
            ):  # else a line below it
                self.about |= self.shared.labels.read(rest)
        self._name_about("表旁写明的")

    def _name_about(self, where: str) -> None:
        """Let problems with what a line says be told under its name, as it has no column."""
        self.titles = {**self.reader.titles, **{key: self.reader.titles.get(key, "") or where for key in self.about}}

    def _is_card(self, number: int, cells: Row) -> bool:
        """Whether a row is a card; lines, totals and titles are taken for what they are."""
        if number <= self.skipped_to or is_blank_row(cells):
            return False
        maybe_head = not self.known.isdisjoint(cells)
        if (
            self._is_line(number, cells, ("：", ":"))
            or (maybe_head and self._is_head_again(cells))
            or is_note_row(cells, self.name_column)
        ):
            return False
        if self._opens_table(number) or (maybe_head and self._is_line(number, cells, ())):
            return False
        if self._in_nameless:
            self.rows_without_name += 1
            return False
        assert self.sums is not None
        if is_total_row(cells, self.name_column) or (self._only_adds_up(cells) and self.sums.is_bare_sum(cells)):
            self.sums.compare(number, cells)
            return False
        if self._holds_no_card(number, cells):
            self._take_title(number, cells)
            return False
        return True

    def _is_line(self, number: int, cells: Row, colons: tuple[str, ...]) -> bool:
        """Whether a row begins with a label and one of the ``colons`` (none: a bare label, its value in the next cell).

        A keeper's line without a room signs what stands above it.
        """
        first = first_filled(cells)
        if not isinstance(first, str):
            return False
        begins = any(colon in first for colon in colons) if colons else self.shared.labels.is_label(first)
        if not begins:
            return False
        found = self.shared.labels.read(cells)
        if "place" in found:
            self._begin_room(found)
        elif found and self._fresh_line:
            self.about |= found
        else:
            return False
        self._name_about(f"第 {number} 行")
        return True

    def _begin_room(self, about: dict[str, str]) -> None:
        """Let the rows below belong to another room, with groups and a total of their own."""
        self.about, self.sort, self._fresh_line = about, "", True
        if self.sums:
            self.sums.begin_table()

    def _holds_no_card(self, number: int, cells: Row) -> bool:
        """Whether a row is a title between the cards, or has nothing but a serial number and zeros prefilled.

        Words alone in the first column are a title, unless asset numbers or names stand there.
        """
        if lone_cell(cells) is not None and (is_group_row(cells) or number in self._wide or self._stands_over_head(number)):
            return True
        if (
            isinstance(cells[0], str)
            and self.table.columns.get(0) not in ("name", "number")
            and all(map(is_blank, cells[1:]))
        ):
            return True
        for column in self.table.columns:
            cell = cells[column] if column < len(cells) else None
            if cell is not None and not says_nothing(cell) and (cell != 0 or isinstance(cell, bool)):
                return False
        return True

    def _only_adds_up(self, cells: Row) -> bool:
        """Whether nothing stands in a row under any field but those that add up."""
        return all(key in _SUM_KEYS or at >= len(cells) or is_blank(cells[at]) for at, key in self.table.columns.items())

    def _stands_over_head(self, number: int) -> bool:
        """Whether a row is right above the head of another table, or above the same head pasted again."""
        return number < len(self.rows) and (
            number + 1 in self.later or any(is_repeated_header(self.rows[number], line) for line in self.head_lines))

    def _take_title(self, number: int, cells: Row) -> None:
        """Let a title count for the rows below: a room's name as their place, 一、课桌椅类 as their class."""
        words = next((read_text(cell) for cell in cells if isinstance(cell, str) and not says_nothing(cell)), "")
        if not words or words.isdecimal():
            return
        room = self.shared.places.name_in(_NUMBERING.sub("", words), self.shared.school)
        if room:
            self._begin_room({"place": room})
            self._name_about(f"第 {number} 行")
        elif sort := _sort_of(words):
            self.sort = sort
        else:
            self.headings.append((number, words[:20]))
            return
        self.sorted_by.append((number, words[:20]))

    # --- cards

    def _card(self, number: int, cells: Row) -> Parsed:
        row = self.reader.read(number, self.filler.fill(number, cells))
        self._fresh_line = False
        self.hidden += number in self.hidden_rows
        if self.about:
            row.titles = self.titles
            row.said = {key: text for key, text in self.about.items() if key not in row.names}
            row.names = {**self.about, **row.names}
            self.borrowed += "place" in row.said
        draft = row.draft
        if self.sort and not draft.class_name and not draft.class_code:
            draft.class_name = row.said["class_name"] = (
                self.sort
            )  # not "given": a title never changes the class of a card that is updated
        assert self.sums is not None
        self.sums.add(row)
        return row

    def unread(self) -> list[str]:
        """Give the headings of filled columns that hold no field, 第 H 列 where one has none.

        One that only counts the rows is not worth a word, nor are a few words beside the table.
        """
        below = self.rows[self.part.header_row + self.part.depth - 1:]
        width = max((len(cells) for cells in below[:evidence.MOST_ROWS]), default=0)
        found = []
        for at in range(max(width, len(self.heads))):
            head = self.heads[at] if at < len(self.heads) else ""
            if any(at in table.columns for table in self._tables):
                continue
            cells = evidence.column(below, at)
            if len(cells) < (1 if head else max(evidence.LEAST_CELLS, len(below) // 10)):
                continue
            if not (_COUNTS_ROWS.fullmatch(normal_heading(head)) or evidence.is_rising(cells)):
                found.append(head or f"第 {column_letters(at)} 列（没有标题，如“{read_text(cells[0])[:12]}”）")
        return found

    def remarks(self) -> Iterator[RowProblem]:
        """Say what was read otherwise than it stands there, and what was left alone, once each."""
        filled = sum(filler.filled for filler in self.fillers)
        if filled:
            yield self._remark("", f"有 {filled} 处合并单元格，合并到的各行都按它的内容登记。")
        left: Counter[int] = Counter()
        for filler in self.fillers:
            left.update(filler.left)
        for column, count in sorted(left.items()):
            title = self.heads[column] if column < len(self.heads) else ""
            yield self._remark(title, f"有 {count} 处合并单元格，只记在合并的第一行，下面各行要另外核对。")
        if self.money_unit > 1:
            yield self._remark("", f"表上写明金额的单位是{'万元' if self.money_unit == 10_000 else '千元'}，都换算成元登记。")
        if self.sorted_by:
            number, words = self.sorted_by[0]
            yield self._remark("", f"有 {len(self.sorted_by)} 行是标题（如第 {number} 行“{words}”），其下没有写明地点或分类的各行按标题登记。")
        if self.nameless:
            where = "、".join(f"第 {number} 行" for number in self.nameless[:_MOST_NAMED])
            yield self._remark("", f"{where}是另一张表的表头，里面没有{TITLE['name']}这一列，其下的 {self.rows_without_name} 行没有导入。")
        if self.headings:
            number, words = self.headings[0]
            yield self._remark("", f"有 {len(self.headings)} 行只有标题、没有资产（如第 {number} 行“{words}”），没有导入。")

    def _remark(self, column: str, text: str) -> RowProblem:
        return row_problem(self.part.sheet, 0, column, None, text, "warning")


def _sort_of(title: object) -> str:
    """Give the class that a title names, 一、课桌椅类 without its numbering; "" for other titles."""
    bare = _NUMBERING.sub("", read_text(title))
    is_sort = bare in GROUP_NAMES or (len(bare) <= _LONGEST_SORT and _SORT_OF_THING.search(bare))
    return bare if is_sort else ""


@dataclass(frozen=True, slots=True)
class SheetMeant:
    """A sheet that might come in too: its rows below the head, the room meant for rows without a place, and whence.

    ``fits`` is False where no head with the name was recognised; ``by_name`` says that the sheet's name names the room.
    """

    name: str
    rows: int
    room: str
    fits: bool
    by_name: bool = False


def sheets_meant(source: Source, plan: Plan) -> list[SheetMeant]:
    """Give every visible sheet of the workbook as it would be read together with the plan's; writes nothing."""
    shared, found = Shared(), []
    for sheet in source.workbook.sheets:
        if sheet.hidden and sheet.name not in plan.sheets:
            continue
        part = replace(source.part(plan, sheet.name), rooms_by_name=True)
        if "name" not in part.columns.values():
            found.append(SheetMeant(sheet.name, 0, "", False))
            continue
        rows = SheetRows(source, part, shared, [])
        room, by_name = rows.room()
        found.append(
            SheetMeant(sheet.name, max(len(rows.rows) - part.header_row - part.depth + 1, 0), room, True, by_name)
        )
    return found
