"""Lists as offices keep them: a head somewhere near the top, lines under it, perhaps a table a sheet or several on one.

Gives every line with the words that stand above its table. What the words mean is the caller's business.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.core.columns import Kind
from app.exchange import evidence
from app.exchange.evidence import MOST_ROWS
from app.exchange.filling import Filler
from app.exchange.headings import FieldSpec, bare, normal_heading
from app.exchange.matching import Question, match_columns, numbered, understand
from app.exchange.reading import Cell, Row, Sheet
from app.exchange.row_kinds import is_blank_row, is_note_row, is_repeated_header, is_total_row
from app.exchange.sheet_heads import LOOKED_AT, HeaderGuess, header_at, heading_cells
from app.exchange.values import is_blank, read_text, says_nothing

_LEAST_BESIDE = 2   # fields known beside the needed one where a row is a head but for that
_HEAD = 1.5     # score from which a row that names the needed field is a head: that field and one more


@dataclass(frozen=True)
class Line:
    """One line of a list: its cells by field key, and ``about``, the texts over its table, the nearest last."""

    sheet: str
    row: int
    cells: Mapping[str, Cell]
    titles: Mapping[str, str]
    about: tuple[str, ...] = ()


@dataclass
class Listed:
    """What a sheet holds: its lines, and the headings of filled columns that no field was found for.

    ``questions`` are what words and values leave open; ``hidden`` counts the lines that are hidden or filtered out.
    """

    sheet: str
    lines: list[Line] = field(default_factory=list)
    unused: dict[str, None] = field(default_factory=dict)
    tables: int = 0
    questions: list[Question] = field(default_factory=list)
    hidden: int = 0


@dataclass
class _Table:
    """One table under a head; of several side by side each has its own ``span`` of columns."""

    heads: list[str]
    columns: dict[int, str]
    span: tuple[int, int]
    filler: Filler


def read_list(
    sheet: Sheet, specs: Sequence[FieldSpec], needed: str, shared: Collection[str] = (), answers: Mapping[str, str] | None = None,
) -> Listed:
    """Read a sheet's lines; ``needed`` is the field without which a head is none.

    ``answers`` tell of normal headings which field they are ("" for none), where that was asked.

    Merged cells and 同上 count for each line in the fields that are ``shared``. Totals, notes, heads pasted again and lines
    that hold nothing but a prefilled number are left out.
    """
    return _Reader(sheet, specs, needed, frozenset(shared), answers or {}).read()


class _Reader:
    """Reads one sheet from the top down."""

    def __init__(
        self, sheet: Sheet, specs: Sequence[FieldSpec], needed: str, shared: frozenset[str], answers: Mapping[str, str],
    ) -> None:
        self.sheet, self.specs, self.needed, self.shared, self.answers = sheet, specs, needed, shared, answers
        self.taken = {name: key for name, key in answers.items() if key}  # what is left out is a heading all the same
        self.known = frozenset((*(normal_heading(word) for spec in specs for word in (spec.title, *spec.synonyms)),
                                *(name.partition("#")[0] for name in self.answers)))
        self.whole = frozenset(spec.key for spec in specs if spec.kind is Kind.WHOLE)
        self.wide = {block.first_row for block in sheet.merged if block.last_column > block.first_column}
        self.tables: list[_Table] = []
        self.about: list[str] = []
        self.fresh = True      # words above count together until a line follows them
        self.found = Listed(sheet.name)

    def read(self) -> Listed:
        """Give what the sheet holds."""
        skip_to = 0
        beside: list[list[Line]] = []
        for number, cells in enumerate(self.sheet.rows, 1):
            if number <= skip_to or is_blank_row(cells):
                continue
            depth = self._opens(number, cells)
            if depth:
                skip_to = number + depth - 1
                self._close(beside)
                beside = [[] for _ in self.tables]
            elif not self.tables or not self._lines(number, cells, beside):
                self._take_words(cells)
        self._close(beside)
        if not self.found.tables:
            self.found.questions += self._which_is_needed()
        return self.found

    def _which_is_needed(self) -> list[Question]:
        """Ask which column is the needed one where a row does as a head but for that: 学生昵称 may be the name."""
        spec = next(each for each in self.specs if each.key == self.needed)
        for number in range(1, min(LOOKED_AT, len(self.sheet.rows)) + 1):
            rows = self.sheet.rows[number:number + MOST_ROWS]
            heads = heading_cells(self.sheet.rows, number)
            taken = understand(heads, self.specs, self.answers, rows).columns
            names = numbered(heads)
            maybe = [at for at, head in enumerate(heads) if head and at not in taken and names[at] not in self.answers
                     and evidence.are_names(evidence.column(rows, at))]
            if len(taken) < _LEAST_BESIDE or not maybe:
                continue
            which = f"“{heads[maybe[0]]}”这一列是不是{spec.title}" if len(maybe) == 1 else f"哪一列是{spec.title}"
            return [Question(spec.key, tuple(maybe), f"没有认出“{spec.title}”一列：第 {number} 行像是表头，{which}？",
                             tuple(heads[at] for at in maybe), tuple(names[at] for at in maybe))]
        return []

    def _close(self, beside: Sequence[Sequence[Line]]) -> None:
        """Take over the lines of tables that end, the left one before the right one."""
        self.found.lines += [line for lines in beside for line in lines]

    def _take_words(self, cells: Row) -> None:
        if not self.fresh:
            self.about, self.fresh = [], True
        self.about += [read_text(cell) for cell in cells if isinstance(cell, str) and not is_blank(cell)]

    def _opens(self, number: int, cells: Row) -> int:
        """Open the tables whose head a row is, and give how many rows the head takes; 0 where it is none."""
        guess, heads = self._guess(number, cells)
        if guess is None:
            return 0
        for below in range(number + 1, min(number + guess.depth + 1, len(self.sheet.rows)) + 1):
            better, _ = self._guess(below, self.sheet.rows[below - 1])
            if better is not None and better.score > guess.score:
                return 0    # a line such as 班级：三(1)班 over the head joins with it to something like a head
        start = number + guess.depth
        self.tables = []
        for first, last in _spans(heads):
            own = [head if first <= at < last else "" for at, head in enumerate(heads)]
            found = understand(own, self.specs, self.answers, self.sheet.rows[start - 1:start - 1 + MOST_ROWS])
            columns = found.columns
            self.found.questions += found.questions
            filler = Filler((block for block in self.sheet.merged if block.first_row >= start),
                            [at for at, key in columns.items() if key in self.shared])
            if self.needed in columns.values():
                self.tables.append(_Table(own, columns, (first, last), filler))
        self.found.tables += len(self.tables)
        return guess.depth

    def _guess(self, number: int, cells: Row) -> tuple[HeaderGuess | None, list[str]]:
        """Give how well a row does as a head and its headings, None where it names too little."""
        if not any(isinstance(cell, str) and not self.known.isdisjoint((plain := normal_heading(cell), bare(plain))) for cell in cells):
            return None, []
        guess = header_at(self.sheet.rows, number, self.specs, self.sheet.merged, self.taken)
        heads = heading_cells(self.sheet.rows, number, guess.depth, self.sheet.merged)
        sure = guess.score >= _HEAD and self.needed in match_columns(heads, self.specs, self.taken).values()
        return (guess if sure else None), heads

    def _lines(self, number: int, cells: Row, beside: Sequence[list[Line]]) -> bool:
        """Take the lines that stand in one row, one a table; False where the row is words between the lines."""
        filled = [cell for cell in cells if not is_blank(cell)]
        if len(filled) == 1 and isinstance(filled[0], str) and not self._names_one(number, cells):
            return False
        for table, lines in zip(self.tables, beside, strict=True):
            part = [cell if table.span[0] <= at < table.span[1] else None for at, cell in enumerate(cells)]
            name = next(at for at, key in table.columns.items() if key == self.needed)
            if (
                is_blank_row(part)
                or is_note_row(part)
                or is_total_row(part, name)
                or is_repeated_header(part, table.heads)
            ):
                continue
            line = self._line(number, table, table.filler.fill(number, part))
            if line is not None:
                lines.append(line)
                self.fresh = False
                self.found.hidden += number in self.sheet.hidden_rows
        return True

    def _names_one(self, number: int, cells: Row) -> bool:
        """Whether a lone word in the needed column is a line, not a title: not merged over others, nor right above a head."""
        if (
            number in self.wide
            or self._guess(number + 1, self.sheet.rows[number] if number < len(self.sheet.rows) else [])[0]
        ):
            return False
        return any(at < len(cells) and not is_blank(cells[at]) for table in self.tables
                   for at, key in table.columns.items() if key == self.needed)

    def _line(self, number: int, table: _Table, cells: Row) -> Line | None:
        values: dict[str, Cell] = {key: cells[at] for at, key in table.columns.items()
                                   if at < len(cells) and not says_nothing(cells[at])}
        for at, cell in enumerate(cells):
            if at not in table.columns and not is_blank(cell) and at < len(table.heads) and table.heads[at]:
                self.found.unused.setdefault(table.heads[at])
        if not set(values) - self.whole - self.shared:
            return None
        return Line(
            self.sheet.name,
            number,
            values,
            {key: table.heads[at] for at, key in table.columns.items()},
            tuple(self.about),
        )


def _spans(heads: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give the columns of each table under one head: 序号 姓名 | 序号 姓名 are two side by side."""
    words = [normal_heading(head) for head in heads]
    first = next((at for at, word in enumerate(words) if word), 0)
    again = [at for at in range(first + 2, len(words)) if words[at] and words[at] == words[first]
             and at + 1 < len(words) and words[at + 1] == words[first + 1]]
    starts = [0, *again, len(heads)]
    yield from zip(starts, starts[1:], strict=False)
