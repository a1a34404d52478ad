"""By when a job is promised, and how many working days it is late: counted in school days in term, in weekdays outside. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.school.calendar import SchoolDays

LONG_BREAK = 14     # days on end without school: these are holidays of a term, not a long weekend, and the office works on weekdays
_SATURDAY = 5


@dataclass(frozen=True)
class OfficeDays:
    """On which days jobs are mended: ``calendar`` is the school's, ``terms`` the first and last day of each term.

    In term those are the days with school. Between terms, and in a break of ``LONG_BREAK`` days or more within one (the halves of a
    year may be entered without a gap), Monday to Friday.
    """

    calendar: SchoolDays
    terms: Sequence[tuple[date, date]]

    def works(self, day: date) -> bool:
        """Whether a day counts."""
        if self._in_term(day) and (self.calendar.has_school(day) or not self._in_long_break(day)):
            return self.calendar.has_school(day)
        return day.weekday() < _SATURDAY

    def due_on(self, day: date, days: int) -> date:
        """Give the day by which a job is promised that was reported on ``day``: so many working days later, 0: the same day."""
        while days > 0:
            day += timedelta(1)
            days -= self.works(day)
        return day

    def open_days(self, due: date, until: date) -> int:
        """Give how many working days lie behind a due day, up to ``until``; 0 where it is not past."""
        return sum(self.works(due + timedelta(number)) for number in range(1, (until - due).days + 1))

    def _in_term(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.terms)

    def _in_long_break(self, day: date) -> bool:
        """Whether a day without school lies in a long row of such days."""
        length = 1
        for step in (-1, 1):
            other = day + timedelta(step)
            while length < LONG_BREAK and not self.calendar.has_school(other):
                length += 1
                other += timedelta(step)
        return length >= LONG_BREAK


@lru_cache(maxsize=4)
def office_days(off: frozenset[date], on: frozenset[date], terms: tuple[tuple[date, date], ...]) -> OfficeDays:
    """Give the same ``OfficeDays`` for the same days."""
    return OfficeDays(SchoolDays(off, on), terms)
