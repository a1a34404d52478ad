"""One thing wrong with one cell of the user's own workbook, told with the place where he finds it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.errors import Level

MOST_SHOWN = 60  # characters of a value that a message quotes; a 30,000-character cell must not fill the screen
_QUOTED = re.compile("“[^”]*”")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong at ``sheet``, worksheet row ``row`` (1-based), under the heading ``column`` ("" for the whole row).

    ``value`` is the cell as people read it, already cut; ``text`` is a Chinese sentence with the remedy.
    """

    sheet: str
    row: int
    column: str
    value: str
    text: str
    level: Level = "error"

    def as_json(self) -> dict[str, str | int]:
        """Give the shape the command line prints with ``--json``."""
        return {"sheet": self.sheet, "row": self.row, "column": self.column,
                "value": self.value, "text": self.text, "level": self.level}


def quoted(value: object) -> str:
    """Give a cell's value on one line, at most 60 characters, ending in … when it was cut; "" for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    words = " ".join(str(value)[:MOST_SHOWN * 4].split())
    return words if len(words) <= MOST_SHOWN else words[:MOST_SHOWN - 1] + "…"


def row_problem(sheet: str, row: int, column: str, value: object, text: str, level: Level = "error") -> RowProblem:
    """Make a problem from a raw cell value, cutting the value for display."""
    return RowProblem(sheet, row, column, quoted(value), text, level)


@dataclass(frozen=True, slots=True)
class Told:
    """Problems of one kind in a sheet, told as one: the rows behind them, and one of their values ("" where they differ)."""

    sheet: str
    rows: tuple[int, ...]
    column: str
    value: str
    text: str
    level: Level

    @property
    def where(self) -> str:
        """Say the rows: 第 5—44、50 行; 全表 where it concerns the whole sheet."""
        return f"第 {row_ranges(self.rows)} 行" if self.rows else "全表"

    def as_json(self) -> dict[str, object]:
        """Give the shape the command line prints with ``--json``."""
        return {"sheet": self.sheet, "rows": list(self.rows), "column": self.column, "value": self.value,
                "text": self.text, "level": self.level}


def row_ranges(rows: Sequence[int]) -> str:
    """Write row numbers shortly, at most six stretches: 5—44、50."""
    stretches: list[list[int]] = []
    for number in sorted(set(rows)):
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1][1] = number
        else:
            stretches.append([number, number])
    words = [str(first) if first == last else f"{first}—{last}" for first, last in stretches[:6]]
    return "、".join(words) + (f" 等 {len(set(rows))}" if len(stretches) > 6 else "")


def folded(problems: Iterable[RowProblem]) -> list[Told]:
    """Give problems of one kind as one, in the order in which the first of each came.

    One kind is: the same level, sheet, column and sentence, what the sentence quotes aside.
    """
    kinds: dict[tuple[str, str, str, str], list[RowProblem]] = {}
    for problem in problems:
        kinds.setdefault((problem.level, problem.sheet, problem.column, _QUOTED.sub("“…”", problem.text)), []).append(problem)
    told = []
    for (_, sheet, column, words), same in kinds.items():
        values = {each.value for each in same}
        texts = {each.text for each in same}
        told.append(Told(sheet, tuple(each.row for each in same if each.row), column, values.pop() if len(values) == 1 else "",
                         texts.pop() if len(texts) == 1 else words, same[0].level))
    return told
