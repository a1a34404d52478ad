"""A month of marks, things × days: who was there, which room was checked. By exception: a blank cell is the usual mark.

Pure. A feature says which marks there are (``Marks``) and makes a ``MonthSheet`` of its things; the grid in which it is typed
is ``ui/kit/month_grid.py``, the sheet that is filled in by hand ``app/paper/month_sheets.py``.
"""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from app.core.pinyin import fold

WEEKDAYS = "一二三四五六日"
LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: the ``sign`` that is shown and stored, its ``words``, what else may be typed for it, whether its day counts.

    ``typed`` holds single keys (0, x) and words (缺席); the first key is the one that people are told of. ``tone`` colours it.
    """

    sign: str
    words: str
    typed: tuple[str, ...] = ()
    counts: bool = False
    tone: str = ""


@dataclass(frozen=True)
class Marks:
    """The marks of a sheet: ``usual`` is what a blank cell means, ``others`` are the exceptions."""

    usual: Mark
    others: tuple[Mark, ...]

    def read(self, text: str) -> str:
        """Give the sign for what was typed, "" for the usual mark; ``ValueError`` with a sentence for any other words."""
        sign = self._signs.get(fold(text).strip())
        if sign is None:
            raise ValueError(f"没有“{text}”这样的记号，可以填{self.told}。")
        return sign

    @property
    def told(self) -> str:
        """Say which marks there are and by which key: 1 √ 就餐、0 × 未就餐."""
        return "、".join(f"{each.typed[0]} {each.sign} {each.words}" for each in (self.usual, *self.others))

    def by_key(self, key: str) -> str | None:
        """Give the sign that one key puts at once, "" for the usual mark, None for a key that is no mark."""
        return self._signs.get(fold(key)) if len(key) == 1 and key.strip() else None

    def counts(self, sign: str) -> bool:
        """Whether a day with this sign ("" the usual one) counts."""
        return next((each.counts for each in self.others if each.sign == sign), self.usual.counts)

    @cached_property
    def _signs(self) -> dict[str, str]:
        found = {fold(word): "" for word in ("", self.usual.sign, self.usual.words, *self.usual.typed)}
        return found | {fold(word): each.sign for each in self.others for word in (each.sign, each.words, *each.typed)}


@dataclass(frozen=True, slots=True)
class Thing:
    """What has a row: its id and its words, one for each column that stands before the days."""

    id: int
    words: tuple[object, ...]


@dataclass(frozen=True)
class MonthSheet:
    """A month of some things. ``days`` are the columns; ``closed`` cells (thing, day) take no mark: it was not there then.

    ``signs`` hold the exceptions: thing → day → sign. ``taken`` says whether the month was noted at all; where not, a blank
    cell says nothing yet.
    """

    month: date
    marks: Marks
    days: tuple[date, ...]
    things: tuple[Thing, ...]
    signs: Mapping[int, Mapping[date, str]] = field(default_factory=dict)
    closed: Collection[tuple[int, date]] = frozenset()
    taken: bool = False

    def sign(self, thing: int, day: date) -> str:
        """Give the sign in a cell, "" for the usual one."""
        return self.signs.get(thing, {}).get(day, "")

    def open_days(self, thing: int) -> list[date]:
        """Give the days on which a thing takes a mark."""
        return [day for day in self.days if (thing, day) not in self.closed]

    def count(self, thing: int) -> int:
        """Give how many of its days count."""
        return sum(self.marks.counts(self.sign(thing, day)) for day in self.open_days(thing))

    @property
    def exceptions(self) -> int:
        """Give how many cells hold another mark than the usual one."""
        return sum(bool(self.sign(thing.id, day)) for thing in self.things for day in self.open_days(thing.id))


def first_of(day: date) -> date:
    """Give the first day of a day's month, by which the month is known."""
    return day.replace(day=1)


def days_of(month: date) -> list[date]:
    """Give all days of a month."""
    return [month.replace(day=1) + timedelta(number) for number in range(calendar.monthrange(month.year, month.month)[1])]


def months_between(first: date, last: date) -> list[date]:
    """Give the first days of all months from one day's to another's."""
    found = [first_of(first)]
    while (following := first_of(found[-1] + timedelta(LONGEST_MONTH))) <= last:
        found.append(following)
    return found


def month_words(month: date) -> str:
    """Give a month as people read it: 2026年10月."""
    return f"{month.year}年{month.month}月"


def day_key(number: int) -> str:
    """Give the key of the column of a day of the month."""
    return f"day{number}"


def day_columns() -> Sequence[str]:
    """Give the keys of the columns of all days a month can have."""
    return [day_key(number) for number in range(1, LONGEST_MONTH + 1)]
