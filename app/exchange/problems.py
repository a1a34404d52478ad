"""One thing wrong with one cell of the user's own workbook, told with the place where he finds it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.core.errors import Level

MOST_SHOWN = 60  # characters of a value that a message quotes; a 30,000-character cell must not fill the screen


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


def told_once(problems: Iterable[RowProblem]) -> list[RowProblem]:
    """Give the problems with a warning that is the same in many rows told at the first of them, with the count.

    The order stays. Errors stay one a row: each row wants mending.
    """
    listed = list(problems)
    same = Counter(_alike(problem) for problem in listed if problem.level == "warning" and problem.row)
    told: list[RowProblem] = []
    seen: set[RowProblem] = set()
    for problem in listed:
        kind = _alike(problem)
        if problem.level != "warning" or not problem.row or same[kind] == 1:
            told.append(problem)
        elif kind not in seen:
            seen.add(kind)
            told.append(replace(problem, text=f"{problem.text}（同样的共 {same[kind]} 行）"))
    return told


def _alike(problem: RowProblem) -> RowProblem:
    """Give a problem without where it is, for counting the same."""
    return replace(problem, row=0, sheet="")
