"""What was typed or pasted into a list and is not stored yet: shown in its cells, mended there, then written as one step."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from app.core.columns import Column, Kind
from app.core.errors import Problem, joined
from app.exchange.filling import is_ditto
from app.exchange.headings import bare, money_factor, normal_heading
from ui.forms.elsewhere import Elsewhere
from ui.forms.form import Field


@dataclass(frozen=True, slots=True)
class Cell:
    """Words typed into a cell, the value they stand for, and why they cannot be stored ("" when they can).

    ``judged``: the rules gave the reason, and are asked again at the next try; else the words cannot be read at all.
    ``note``: what is told when it is stored, since something was guessed or left out.
    """

    text: str
    value: Any = None
    reason: str = ""
    judged: bool = False
    note: str = ""


_SAME_AGAIN = (Kind.TEXT, Kind.CHOICE, Kind.DAY)     # in which 同上 makes sense: a number or a code is a row's own
NOTHING = object()      # the value of a cell that nobody typed in, red because its row lacks something there
Cells = dict[int, dict[str, Cell]]      # record → column key → cell; new rows are records -1, -2 …


Marks = dict[tuple[int, str], Cell | None]      # (record, column key) → what waits there, None for nothing


@dataclass(frozen=True, slots=True)
class Move:
    """What a person did at once: a cell typed, a block pasted, filled or emptied; how the cells were before and after."""

    before: Marks
    after: Marks

    @property
    def words(self) -> str:
        """Say what it was, for the tip of 撤销 and 重做."""
        return f"输入的 {len(self.after):,} 格（还没有保存）"


class Edits:
    """The cells of a list that are not stored yet; ``added`` new rows stand below the last record.

    ``done`` are the moves that brought them, the latest last; ``undone`` those taken back, until something else is done.
    ``asides`` are sentences on what a paste left out, to be told with what is stored of it.
    """

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.cells: Cells = {}
        self.done: list[Move] = []
        self.undone: list[Move] = []
        self.asides: list[str] = []

    @property
    def added(self) -> int:
        """Give how many new rows there are: an empty one between two of them counts."""
        return max((-record for record in self.cells if record < 0), default=0)

    def at(self, record: int, key: str) -> Cell | None:
        """Give what waits in a cell, None where nothing does."""
        return self.cells.get(record, {}).get(key)

    def reader(self) -> Callable[[str, str], Cell]:
        """Give a function that reads words for a column, each word once: a paste asks for the same rooms again and again."""
        @cache
        def read(key: str, text: str) -> Cell:
            try:
                return Cell(text, self.fields[key].read(text))
            except ValueError as wrong:
                return Cell(text, None, str(wrong))
        return read

    def reader_of_others(self) -> Callable[[str, str], Cell | None]:
        """Give a function that reads words from another program, each once, as an import does; None for words that say nothing."""
        elsewhere = Elsewhere(self.fields)

        @cache
        def read(key: str, text: str) -> Cell | None:
            try:
                found = elsewhere.read(key, text)
                return None if found is None else Cell(text, found[0], note=found[1])
            except ValueError as wrong:
                return Cell(text, None, str(wrong))
        return read

    def put(self, cells: Cells) -> None:
        """Keep these cells, over what waited in them before."""
        for record, row in cells.items():
            self.cells.setdefault(record, {}).update(row)

    def enter(self, cells: Cells) -> None:
        """Keep what a person typed, pasted or filled as one move."""
        after: Marks = {(record, key): cell for record, row in cells.items() for key, cell in row.items()}
        self.done.append(Move({at: self.at(*at) for at in after}, after))
        self.undone.clear()
        self.put(cells)

    def follow(self, cells: Cells) -> None:
        """Keep what follows from the latest move (an amount, the unit of a known thing): it goes back with it."""
        after: Marks = {(record, key): cell for record, row in cells.items() for key, cell in row.items()}
        if after and self.done:
            last = self.done[-1]
            before = {at: last.before[at] if at in last.before else self.at(*at) for at in after}
            self.done[-1] = Move({**last.before, **before}, {**last.after, **after})
            self.put(cells)

    def remove(self, records: Collection[int]) -> None:
        """Take new rows (-1, -2 …) out as one move; those below come up."""
        every = {record: dict(row) for record, row in self.cells.items() if record < 0}
        kept = [every.get(record, {}) for record in range(-1, -self.added - 1, -1) if record not in records]
        moved = {-at: row for at, row in enumerate(kept, 1)}
        places = {(record, key) for rows in (every, moved) for record, row in rows.items() for key in row}
        move = Move({at: self.at(*at) for at in places}, {at: moved.get(at[0], {}).get(at[1]) for at in places})
        self.done.append(move)
        self.undone.clear()
        self._set(move.after)

    def back(self) -> bool:
        """Take back the latest move; False where there is none."""
        if not self.done:
            return False
        self.undone.append(self.done.pop())
        self._set(self.undone[-1].before)
        return True

    def forth(self) -> bool:
        """Bring back the move taken back last; False where there is none."""
        if not self.undone:
            return False
        self.done.append(self.undone.pop())
        self._set(self.done[-1].after)
        return True

    def give_up(self, at: tuple[int, str] | None = None) -> None:
        """Take back what waits in a cell, or everything; ``forth`` brings it back."""
        if at is None:
            while self.back():
                pass
            self.cells = {}
            self.asides.clear()
            return
        gone: Marks = {at: self.at(*at)}
        self.done = _without(self.done, [at])
        self._set({at: None})
        self.undone.append(Move({at: None}, gone))

    def stored(self, records: Collection[int]) -> None:
        """Note that what waited in these records is stored: it can no longer be taken back here."""
        self.done = _without(self.done, [at for move in self.done for at in move.after if at[0] in records])
        self.undone.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.cells = {}
        self.done.clear()
        self.undone.clear()
        self.asides.clear()

    def _set(self, marks: Marks) -> None:
        for (record, key), cell in marks.items():
            if cell is None:
                self.cells.get(record, {}).pop(key, None)
            else:
                self.cells.setdefault(record, {})[key] = cell
        self.cells = {record: row for record, row in self.cells.items() if _unjudged(row)}

    def bad(self) -> list[tuple[int, str]]:
        """Give (record, column key) of each cell that cannot be stored, the new rows last."""
        found = [(record, key) for record, row in self.cells.items() for key, cell in row.items() if cell.reason]
        return sorted(found, key=lambda each: (each[0] < 0, abs(each[0])))

    def unread(self, records: Collection[int]) -> bool:
        """Whether any cell of these records holds words that stand for no value."""
        return any(cell.reason and not cell.judged
                   for record in records for cell in self.cells.get(record, {}).values())

    def take(self, records: Collection[int]) -> Cells:
        """Give the cells of these records, without what the rules said of them, and forget them here."""
        taken = {record: _unjudged(self.cells.pop(record)) for record in list(self.cells) if record in records}
        return dict(sorted(taken.items(), key=lambda each: (each[0] < 0, abs(each[0]))))

    def values(self, taken: Cells) -> tuple[dict[int, dict[str, Any]], list[dict[str, Any]]]:
        """Give what a command takes: record → field → value, and the new rows in order."""
        plain = {record: {self.fields[key].key: cell.value for key, cell in row.items()}
                 for record, row in taken.items()}
        return ({record: row for record, row in plain.items() if record > 0},
                [row for record, row in plain.items() if record < 0])

    def refuse(self, taken: Cells, problems: Sequence[Problem]) -> list[Problem]:
        """Take cells back that were not stored, each with its problem; give the problems that belong to no cell of theirs."""
        self.put(taken)
        new = [record for record in taken if record < 0]
        keys = {field.key: key for key, field in self.fields.items()}
        rest = []
        for problem in problems:
            row = problem.row if problem.row is not None else next(iter(taken)) if len(taken) == 1 else 0
            record = row if row >= 0 else new[-row - 1]
            if record not in taken:
                rest.append(problem)
                continue
            key = keys.get(problem.field) or next(iter(taken[record]))
            cell = self.cells[record].get(key, Cell("", NOTHING))
            self.cells[record][key] = replace(
                cell, reason=joined((cell.reason, problem.text)), judged=True
            )
        return rest


def _without(moves: Iterable[Move], cells: Iterable[tuple[int, str]]) -> list[Move]:
    """Give the moves without these cells; one that has no others is left out."""
    gone = set(cells)
    kept = [Move(*({at: cell for at, cell in marks.items() if at not in gone} for marks in (move.before, move.after)))
            for move in moves]
    return [move for move in kept if move.after]


def _unjudged(row: Mapping[str, Cell]) -> dict[str, Cell]:
    """Give the cells as they were typed: those in which only a problem stands (a name that is missing) are left out."""
    return {key: replace(cell, reason="", judged=False) if cell.judged else cell for key, cell in row.items()
            if cell.value is not NOTHING}


# From one border of a cell to the next; words stand beside both marks: between two ditto marks lie whole cells.
_QUOTED = re.compile(r'"(?![\t\r\n])((?:[^"]|"")*)(?<![\t\r\n])"(?=\t|\r?\n|\r|$)')
_NO_COLUMN, _LEAST_TITLES = ("", "序号", "行号"), 2
_BROKEN = re.compile(r"[\t\r\n]")


def block_of(text: str) -> list[list[str]]:
    """Give the cells of what a spreadsheet put on the clipboard: tabs between cells, quotes around cells of many lines.

    A quotation mark is one of a cell (27", a lone ditto mark) unless it opens and closes a cell that holds a tab or a line break.
    """
    if not text.strip():
        return []
    lines, row, at = list[list[str]](), list[str](), 0
    while at <= len(text):
        quoted = _QUOTED.match(text, at)
        if quoted and _BROKEN.search(quoted[1]):
            cell, at = quoted[1].replace('""', '"'), quoted.end()
        else:
            border = _BROKEN.search(text, at)
            end = border.start() if border else len(text)
            cell, at = text[at:end], end
        row.append(" ".join(cell.split()))
        if text[at:at + 1] != "\t":
            lines.append(row)
            row = []
            at += text[at:at + 2] == "\r\n"
        at += 1
    if lines[-1] == [""]:       # what stands behind the last line break
        lines.pop()
    width = max(map(len, lines), default=0)
    return [each + [""] * (width - len(each)) for each in lines]


def named_columns(columns: Sequence[Column], offered: Sequence[int], line: Sequence[str]) -> list[int | None] | None:
    """Give the column that each cell of a pasted block's first line names, None for 序号 and blanks; None where it is no row of titles.

    It is one where at least two cells and all others are titles of different columns out of ``offered``, by any of their names; amounts
    in 万元 are not, as they would be read as 元.
    """
    known: dict[str, int] = {}
    for each in offered:
        for name in (columns[each].title, *columns[each].names):
            known.setdefault(bare(normal_heading(name)), each)
    found = [None if word.strip() in _NO_COLUMN else known.get(bare(normal_heading(word)), -1) for word in line]
    named = [each for each in found if each is not None]
    if len(named) < _LEAST_TITLES or -1 in named or len(set(named)) < len(named) or any(money_factor(word) > 1 for word in line):
        return None
    return found


def repeated_above(block: Sequence[Sequence[str]], kinds: Sequence[Kind], above: Sequence[str]) -> list[list[str]]:
    """Give a block in which 同上, 〃 and a lone quotation mark are the words that stand above them, as an import reads them.

    ``above`` are the words over its first row, "" for none. A mark stays where it cannot mean that: nothing stands there, or
    the column holds numbers or codes, each of its own.
    """
    made, last = list[list[str]](), list(above)
    for texts in block:
        row = [over if over and kind in _SAME_AGAIN and is_ditto(text) else text
               for text, kind, over in zip(texts, kinds, last, strict=False)]
        made.append([*row, *texts[len(row):]])
        last = [text or over for text, over in zip(row, last, strict=False)]
    return made


def tiled(block: Sequence[Sequence[str]], height: int, width: int) -> list[list[str]]:
    """Repeat a block over a selection that is a multiple of it (one value to many, a row to many rows); else as it is."""
    down = height // len(block) if height % len(block) == 0 else 1
    across = width // len(block[0]) if width % len(block[0]) == 0 else 1
    return [list(row) * across for row in block] * down
