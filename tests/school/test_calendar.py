"""The school's calendar: weekdays, days off, make-up Saturdays, first and last days, terms that meet on one day."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid, Refused
from app.school import queries
from app.school import settings as words
from app.school.calendar import SchoolDays, days_from, read_days
from app.store import journal, settings
from app.store.database import database
from app.store.opening import Store

NATIONAL_DAY = read_days(["2026-10-01~2026-10-07"])
MAKE_UP = date(2026, 10, 10)
_days = st.dates(date(2026, 8, 1), date(2027, 8, 31))


@pytest.mark.parametrize(("day", "school"), [
    (date(2026, 9, 4), True), (date(2026, 9, 5), False), (date(2026, 9, 6), False),    # Friday, Saturday, Sunday
    (date(2026, 9, 30), True), (date(2026, 10, 1), False), (date(2026, 10, 7), False), (date(2026, 10, 8), True),
    (date(2026, 10, 10), True), (date(2026, 10, 17), False),                             # the make-up Saturday, the next one
])
def test_a_day_has_school_or_not(day: date, school: bool) -> None:
    assert SchoolDays(NATIONAL_DAY, {MAKE_UP}).has_school(day) is school


def test_a_day_that_is_off_and_made_up_has_school() -> None:
    assert SchoolDays({MAKE_UP}, {MAKE_UP}).has_school(MAKE_UP)
    monday = date(2026, 9, 7)
    assert SchoolDays({monday}, {monday}).has_school(monday)


def test_a_weekend_day_in_days_off_changes_nothing() -> None:
    week = days_from(date(2026, 9, 7), date(2026, 9, 13))
    assert SchoolDays({date(2026, 9, 12)}).count(week) == SchoolDays().count(week) == 5


def test_first_and_last_day_count() -> None:
    monday, friday = date(2026, 9, 7), date(2026, 9, 11)
    assert days_from(monday, monday) == [monday]
    assert days_from(friday, monday) == []
    assert SchoolDays().count(days_from(monday, friday)) == 5
    assert SchoolDays({monday, friday}).count(days_from(monday, friday)) == 3


def test_terms_that_meet_on_one_day_share_no_other() -> None:
    """The rules of terms let no day be in two terms: counted apart, two neighbours give what both together give."""
    first, last, end = date(2026, 9, 1), date(2027, 1, 31), date(2027, 7, 9)
    calendar = SchoolDays(NATIONAL_DAY, {MAKE_UP})
    apart = calendar.count(days_from(first, last)) + calendar.count(days_from(last + timedelta(1), end))
    assert apart == calendar.count(days_from(first, end))
    meeting = set(days_from(first, last)) & set(days_from(last, end))
    assert meeting == {last}


@given(st.sets(_days, max_size=20), st.sets(_days, max_size=20), _days, _days)
def test_each_day_off_takes_one_and_each_made_up_gives_one(off: set[date], on: set[date], first: date, last: date) -> None:
    days = days_from(first, last)
    plain = SchoolDays().count(days)
    taken = sum(day in off and day.weekday() < 5 and day not in on for day in days)
    given_back = sum(day in on and day.weekday() >= 5 for day in days)
    assert SchoolDays(off, on).count(days) == plain - taken + given_back


def test_days_are_read_as_typed() -> None:
    assert read_days(["2026-10-01~2026-10-03", "2026-12-31", "2027-01-01至2027-01-01", "2027-02-01 ～ 2027-02-02"]) == {
        date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3), date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 1), date(2027, 2, 2)}
    for bad in ("国庆", "2026-10-07~2026-10-01", "2026-13-01", "2026-10-01~2026-10-02~2026-10-03", "0001-01-01~9999-12-31", "", "~"):
        with pytest.raises(ValueError, match=f"^{bad}$"):
            read_days([bad])


def test_a_span_of_a_leap_year_is_read_and_a_day_more_is_not() -> None:
    assert len(read_days(["2027-01-01~2028-01-02"])) == 367
    with pytest.raises(ValueError, match="2028-01-03"):
        read_days(["2027-01-01~2028-01-03"])


def test_the_settings_hold_the_calendar(school: Store) -> None:
    assert queries.school_days() == SchoolDays()
    settings.change({words.DAYS_OFF: "2026-10-01~2026-10-07", words.DAYS_ON: "2026-10-10"})
    assert queries.school_days() == SchoolDays(NATIONAL_DAY, frozenset({MAKE_UP}))
    with pytest.raises(Invalid, match="“调休那天”不是日子"):
        settings.change({words.DAYS_ON: "调休那天"})
    with journal.operation("旧版本写的"):       # what an earlier program took without a look is said where it is used
        database.execute_sql("UPDATE setting SET value = ? WHERE key = ?", (json.dumps(["调休那天"]), words.DAYS_ON.key))
    with pytest.raises(Refused, match="“设置—校历”中“周末补课的日子”里的“调休那天”"):
        queries.school_days()
