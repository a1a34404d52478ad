from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.terms import TermName, chinese_day, parse_code, school_year_title, term_of

days = st.dates(date(1990, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(("day", "code"), [
    (date(2026, 8, 31), "2025-2026-2"), (date(2026, 9, 1), "2026-2027-1"), (date(2026, 12, 31), "2026-2027-1"),
    (date(2027, 1, 31), "2026-2027-1"), (date(2027, 2, 1), "2026-2027-2"), (date(2027, 8, 31), "2026-2027-2"),
])
def test_a_day_has_its_term(day, code):
    assert term_of(day).code == code


@pytest.mark.parametrize(("name", "first", "last", "following"), [
    (TermName(2026, 1), date(2026, 9, 1), date(2027, 1, 31), TermName(2026, 2)),
    (TermName(2026, 2), date(2027, 2, 1), date(2027, 8, 31), TermName(2027, 1)),
])
def test_days_of_a_term_and_what_comes_next(name, first, last, following):
    assert (name.starts_on, name.ends_on, name.following, following.previous) == (first, last, following, name)


@pytest.mark.parametrize(("text", "first"), [("1949-1950-1", 1949), ("2999-3000-2", 2999), ("1948-1949-1", None), ("3000-3001-1", None)])
def test_years_that_a_term_may_have(text, first):
    if first is None:
        with pytest.raises(ValueError, match="not one school year"):
            parse_code(text)
    else:
        assert parse_code(text).school_year == first


@pytest.mark.parametrize(("text", "half"), [("2026-2027-2", 2), ("2026-2027学年下学期", 2), ("2026-2027学年第二学期", 2), ("2026-2027上", 1)])
def test_halves_as_written(text, half):
    assert parse_code(text) == TermName(2026, half)


@pytest.mark.parametrize("text", [
    "2026-2027-1", "2026—2027学年第一学期", "2026～2027学年度第一学期", "2026-2027学年上学期", " ２０２６-2027-1 ",
    "2026——2027学年（第一学期）",
])
def test_many_ways_of_writing_a_term(text):
    assert parse_code(text) == TermName(2026, 1)


@pytest.mark.parametrize("text", ["", "2026", "2026-2028-1", "2026-2027", "2026-2027-3", "第一学期", "2027-2026-1"])
def test_what_is_no_term_is_refused(text):
    with pytest.raises(ValueError, match="not"):
        parse_code(text)


def test_titles():
    assert TermName(2026, 1).title == "2026—2027学年第一学期"
    assert TermName(2026, 2).title == "2026—2027学年第二学期"
    assert school_year_title(2026) == "2026—2027学年"
    assert chinese_day(date(2027, 1, 5)) == "2027年1月5日"


@given(days)
def test_every_day_lies_inside_its_term(day):
    term = term_of(day)
    assert term.starts_on <= day <= term.ends_on
    assert parse_code(term.code) == parse_code(term.title) == term


@given(days)
def test_terms_follow_without_gap(day):
    term = term_of(day)
    assert (term.following.starts_on - term.ends_on).days == 1
    assert term.following.previous == term
    assert term < term.following
