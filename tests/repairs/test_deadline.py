"""By when a job is promised: school days in term, weekdays outside, a long break counts as outside."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.repairs.deadline import OfficeDays
from app.school.calendar import SchoolDays, days_from

GOLDEN_WEEK = frozenset(days_from(date(2026, 10, 1), date(2026, 10, 7)))
MADE_UP = frozenset({date(2026, 10, 10)})   # a Saturday with school
TERM = (date(2026, 9, 1), date(2027, 1, 22))
OFFICE = OfficeDays(SchoolDays(GOLDEN_WEEK, MADE_UP), (TERM,))


@pytest.mark.parametrize(("reported", "days", "due"), [
    (date(2026, 11, 16), 3, date(2026, 11, 19)),
    (date(2026, 11, 19), 3, date(2026, 11, 24)),        # over a weekend
    (date(2026, 11, 21), 1, date(2026, 11, 23)),        # reported on a Saturday
    (date(2026, 11, 21), 0, date(2026, 11, 21)),        # at once is at once, whatever day it is
    (date(2026, 9, 30), 3, date(2026, 10, 10)),         # 8, 9 October and the made-up Saturday
    (date(2026, 10, 9), 1, date(2026, 10, 10)),
    (date(2027, 2, 1), 3, date(2027, 2, 4)),            # after the term: weekdays
    (date(2027, 1, 22), 1, date(2027, 1, 25)),
])
def test_due_day(reported, days, due):
    assert OFFICE.due_on(reported, days) == due


def test_a_long_break_within_a_term_counts_weekdays():
    """Halves of a year entered without a gap: the summer holidays lie in the term, and the office works on weekdays."""
    summer = frozenset(days_from(date(2026, 7, 4), date(2026, 8, 31)))
    office = OfficeDays(SchoolDays(summer), ((date(2026, 2, 1), date(2026, 8, 31)),))
    assert office.due_on(date(2026, 7, 6), 3) == date(2026, 7, 9)
    assert not office.works(date(2026, 7, 11))


def test_thirteen_days_off_are_no_long_break():
    off = frozenset(days_from(date(2026, 10, 1), date(2026, 10, 13)))
    assert not OfficeDays(SchoolDays(off), (TERM,)).works(date(2026, 10, 12))
    longer = off | {date(2026, 10, 14)}
    assert OfficeDays(SchoolDays(longer), (TERM,)).works(date(2026, 10, 12))


@pytest.mark.parametrize(("due", "until", "days"), [
    (date(2026, 11, 19), date(2026, 11, 19), 0), (date(2026, 11, 19), date(2026, 11, 20), 1), (date(2026, 11, 19), date(2026, 11, 23), 2),
    (date(2026, 11, 19), date(2026, 11, 18), 0), (date(2026, 9, 30), date(2026, 10, 10), 3),
])
def test_days_late(due, until, days):
    assert OFFICE.open_days(due, until) == days


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 20))
def test_due_and_late_agree(day, days):
    """Between a report and its due day there are as many working days as were promised; the due day itself is one."""
    due = OFFICE.due_on(day, days)
    assert OFFICE.open_days(day, due) == days
    assert days == 0 or OFFICE.works(due)
    assert OFFICE.open_days(due, due + timedelta(30)) == sum(OFFICE.works(due + timedelta(n)) for n in range(1, 31))
