"""Heads further down a sheet: tables below the first one, each under headings of its own.

Pure reading. A table whose head has no column for the name is asked about: 型号 may be what the first table calls 物料名称.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from app.exchange import evidence
from app.exchange.headings import FieldSpec
from app.exchange.matching import Question, Understanding, numbered, understand
from app.exchange.reading import Merged, Row
from app.exchange.sheet_heads import header_at, heading_cells

SURE_HEAD = 3.0     # score from which a row is a head whatever stands below or above: the name and two more fields
_MOST_NAMED = 6     # headings of a head that a question quotes
_NAMED_SHARE = 0.8  # of the rows below that a column must fill to be the name, which each row needs


@dataclass(frozen=True)
class LaterHead:
    """A head at worksheet row ``row`` that takes ``depth`` rows, what its columns were taken for, and what wants asking."""

    row: int
    depth: int
    heads: list[str]
    found: Understanding
    questions: tuple[Question, ...] = ()

    @property
    def names_things(self) -> bool:
        """Whether a column is the name; without one nothing below this head can come in."""
        return "name" in self.found.columns.values()


class LaterHeads:
    """Finds the heads below the first one of a sheet.

    ``said`` maps headings, as ``understand`` remembers them, to what was decided of them; ``answered`` are those of them that
    a person was asked about.
    """

    def __init__(
        self, rows: Sequence[Row], merged: Sequence[Merged], specs: Sequence[FieldSpec], said: Mapping[str, str], answered: Container[str],
    ) -> None:
        self.rows, self.merged, self.specs, self.said, self.answered = rows, merged, specs, said, answered
        self._words = {word for spec in specs for word in (spec.title, *spec.synonyms)}

    def below(self, first: Sequence[str], start: int) -> dict[int, LaterHead]:
        """Give the heads from worksheet row ``start`` on, by row; ``first`` are the headings that stand above."""
        known = self._words.union(filter(None, first))
        taken = {name: key for name, key in self.said.items() if key}   # what is left out is a heading all the same
        found: dict[int, tuple[int, list[str]]] = {}
        following = start
        for number, cells in enumerate(self.rows[start - 1:], start):
            if number < following or known.isdisjoint(cells) or not self._mostly_words(cells):
                continue
            guess = header_at(self.rows, number, self.specs, self.merged, taken)
            if guess.score >= SURE_HEAD:
                found[number] = guess.depth, heading_cells(self.rows, number, guess.depth, self.merged)
                following = number + guess.depth
        ends = [*sorted(found), len(self.rows) + 1]
        return {number: self._head(number, depth, heads, ends[at + 1]) for at, (number, (depth, heads)) in enumerate(found.items())}

    def _mostly_words(self, cells: Row) -> bool:
        """Whether a row may be a head: it holds words, not numbers."""
        words = sum(isinstance(cell, str) and cell != "" for cell in cells)
        return words >= 3 and words * 2 >= sum(cell is not None for cell in cells)

    def _head(self, number: int, depth: int, heads: list[str], end: int) -> LaterHead:
        rows = self.rows[number + depth - 1:min(end - 1, number + depth - 1 + evidence.MOST_ROWS)]
        found = understand(heads, self.specs, self.said, rows)
        head = LaterHead(number, depth, heads, found)
        where = f"第 {number} 行的表头里，"
        questions = [replace(each, text=where + each.text, elsewhere=True) for each in found.questions]
        if not head.names_things:
            questions = list(filter(None, [self._which_is_the_name(head, rows)]))
        return replace(head, questions=tuple(questions))

    def _which_is_the_name(self, head: LaterHead, rows: Sequence[Row]) -> Question | None:
        """Ask which column is the name: one that nearly each row fills with words, and that is surely nothing else."""
        names = numbered(head.heads)
        spec = next(each for each in self.specs if each.key == "name")
        asked = {each.key for each in self.specs if each.asks}
        taken = {at for at, key in head.found.columns.items() if key in asked}
        maybe = [at for at, words in enumerate(head.heads) if words and at not in taken and names[at] not in self.answered
                 and self._may_name(rows, at)]
        if not maybe:
            return None
        listed = "、".join([words for words in head.heads if words][:_MOST_NAMED])
        which = f"其中“{head.heads[maybe[0]]}”是不是{spec.title}" if len(maybe) == 1 else f"哪一列是{spec.title}"
        return Question(spec.key, tuple(maybe), f"第 {head.row} 行是另一张表的表头（{listed}），{which}？",
                        tuple(head.heads[at] for at in maybe), tuple(names[at] for at in maybe), elsewhere=True)

    def _may_name(self, rows: Sequence[Row], at: int) -> bool:
        cells = evidence.column(rows, at)
        words = sum(not evidence.is_number(cell) for cell in cells)
        return len(cells) >= _NAMED_SHARE * len(rows) > 0 and words * 2 > len(cells) and not evidence.are_links(cells)
