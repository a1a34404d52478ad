"""The two kinds of error that a person is told about. Anything else is a bug and goes to the crash box.

``Invalid`` carries every problem of a draft at once, each shown beside its field. ``Refused`` is one sentence that
says what happened and what to do next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NoReturn

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field: ``field`` is the draft's attribute, ``text`` a sentence with the remedy.

    Where many records are written at once ``row`` tells which: the record's id, or -1, -2 … for the new ones in order.
    """

    field: str
    text: str
    level: Level = "error"
    row: int | None = None


class Invalid(Exception):
    """A draft that may not be saved; ``problems`` lists everything that is wrong, not the first thing only."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(joined(problem.text for problem in self.problems))


class Refused(Exception):
    """A request that cannot be met now; ``text`` is a Chinese sentence saying why and what to do next."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class Damaged(Refused):
    """The open ledger cannot be read any further: whoever tells it offers the way to the backups."""


class Gone(Refused):
    """The ledger is no longer where it was opened: what is in memory may still be saved elsewhere."""


def joined(texts: Iterable[str]) -> str:
    """Give texts as one: whole sentences follow each other, what has no end of its own is set apart by ；; nothing for blanks."""
    said = ""
    for text in filter(None, (text.strip("； \n") for text in texts)):
        said += ("" if not said or said.endswith(_ENDS) else "；") + text
    return said


_ENDS = ("。", "！", "？")


def errors_only(problems: Iterable[Problem]) -> list[Problem]:
    """Give the problems that forbid saving, leaving out the warnings."""
    return [problem for problem in problems if problem.level == "error"]


def require_valid(problems: Iterable[Problem]) -> None:
    """Raise ``Invalid`` with the problems that forbid saving, if there are any."""
    wrong = errors_only(problems)
    if wrong:
        raise Invalid(wrong)


def not_joined() -> NoReturn:
    """Stand where lower rooms ask what all features say, until ``app.features.join`` was called; asking sooner is a bug."""
    raise RuntimeError("app.features.join was not called: what the features say is not known")
