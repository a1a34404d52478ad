"""Sheets that list again what other sheets of the workbook list: a summary beside its parts, last month's copy.

Pure comparing, by asset numbers where the sheets have them, else by all columns that both have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.exchange import evidence
from app.exchange.headings import normal_heading
from app.exchange.matching import Question
from app.exchange.reading import Row
from app.exchange.values import read_text, says_nothing

_MOST_NAMED = 3     # sheets that the question quotes
_LEAST = 5          # numbers in common: fewer are slips of the pen
_LEAST_CELLS = 3    # filled in a row that tells it from others
_SHARE = 0.5        # of a sheet's numbers that another one must have
# Rows in common and their share: two offices have the usual furniture alike, but not twenty things, nor all they have.
_LIKE_ROWS = ((20, 0.5), (5, 0.9))


@dataclass
class Listing:
    """A sheet's rows below its head; ``is_room`` says that it is named for a room, where like furniture is no repetition."""

    name: str
    heads: Sequence[str]
    columns: Mapping[int, str]
    rows: Sequence[Row]
    is_room: bool

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Give the asset numbers."""
        at = next((at for at, key in self.columns.items() if key == "number"), None)
        return frozenset(read_text(cell).casefold() for cell in evidence.column(self.rows, at)) if at is not None else frozenset()

    @cached_property
    def places(self) -> dict[str, int]:
        """Give the column of each heading that stands here once and is mostly filled; those that only count the rows are left out."""
        plain, found = [normal_heading(head) for head in self.heads], {}
        for at, word in enumerate(plain):
            cells = evidence.column(self.rows, at) if word and plain.count(word) == 1 else []
            if len(cells) * 2 > len(self.rows) and not evidence.is_rising(cells):
                found[word] = at
        return found

    def lines(self, places: Sequence[int]) -> set[tuple[str, ...]]:
        """Give what stands in some columns of each row that holds enough to be known by."""
        found = (tuple(read_text(row[at]) if at < len(row) and not says_nothing(row[at]) else "" for at in places) for row in self.rows)
        return {line for line in found if sum(map(bool, line)) >= _LEAST_CELLS}

    def repeats(self, other: "Listing") -> bool:
        """Whether most of this sheet stands in the other one."""
        if len(self.numbers) >= _LEAST and len(other.numbers) >= _LEAST:
            same = len(self.numbers & other.numbers)
            return same >= max(_LEAST, _SHARE * len(self.numbers))
        if self.is_room or other.is_room:
            return False
        common = [word for word in self.places if word in other.places]
        if len(common) < _LEAST_CELLS:
            return False
        mine, its = ({*each.lines([each.places[word] for word in common])} for each in (self, other))
        return any(len(mine & its) >= max(least, share * len(mine)) for least, share in _LIKE_ROWS)


def repeated(sheets: Sequence[Listing]) -> dict[str, str]:
    """Give which sheets repeat one of the others, and which one; of two alike the longer one counts."""
    kept: list[Listing] = []
    found = {}
    for sheet in sorted(sheets, key=lambda each: -len(each.rows)):
        same = next((other.name for other in kept if sheet.repeats(other)), None)
        if same is None:
            kept.append(sheet)
        else:
            found[sheet.name] = same
    return found


def whether_again(again: Mapping[str, str]) -> Question:
    """Ask whether sheets are to come in that list again what others list."""
    which = "".join(f"“{name}”" for name in [*again][:_MOST_NAMED]) + (f"等 {len(again)} 张" if len(again) > _MOST_NAMED else "")
    others = "".join(f"“{name}”" for name in dict.fromkeys(again.values()))
    return Question("", (), f"工作表{which}里的内容，大多在{others}里已经有了，像是同一批东西又列了一遍。也要导入吗？", sheets=tuple(again))
