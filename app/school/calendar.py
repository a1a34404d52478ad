"""Which days are school days, without I/O: Monday to Friday but for days off, and the weekend days that make up for them.

Days off and make-up days are the school's own (校历), as the yearly notice of the State Council on holidays moves them.
``queries.school_days`` gives those of the settings.
"""

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_SPAN = 366      # days of one line: a longer one is a typing error


@dataclass(frozen=True)
class SchoolDays:
    """A school's calendar: ``off`` are days without school, ``on`` weekend days with school; a day in both has school."""

    off: Collection[date] = frozenset()
    on: Collection[date] = frozenset()

    def has_school(self, day: date) -> bool:
        """Whether there is school on a day."""
        return day in self.on or (day.weekday() < calendar.SATURDAY and day not in self.off)

    def count(self, days: Iterable[date]) -> int:
        """Give how many of some days have school."""
        return sum(map(self.has_school, days))


def days_from(first: date, last: date) -> list[date]:
    """Give all days from the first to the last, both included; none where the last comes before the first."""
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def read_days(lines: Iterable[str]) -> frozenset[date]:
    """Read days and spans as the settings hold them: 2026-10-01 or 2026-10-01~2026-10-07; ``ValueError`` names the line."""
    days: set[date] = set()
    for line in lines:
        ends = [part.strip() for part in line.replace("～", "~").replace("至", "~").split("~")]
        try:
            first, last = date.fromisoformat(ends[0]), date.fromisoformat(ends[-1])
        except ValueError:
            raise ValueError(line) from None
        if len(ends) > 2 or not 0 <= (last - first).days <= LONGEST_SPAN:
            raise ValueError(line)
        days.update(days_from(first, last))
    return frozenset(days)
