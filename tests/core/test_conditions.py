"""What is typed under a title becomes a condition; asked by SQLite and in memory alike, with the same rows."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.columns import Kind
from app.core.conditions import BLANK, FILLED, condition, exactly
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.pinyin import folded

ROWS = [("课桌", 12000, "2023-07-18"), ("KT板", 120000, "2024-02-29"), ("", None, None), ("实木课桌", 0, "2024-12-31")]
PLACE = {Kind.TEXT: 0, Kind.MONEY: 1, Kind.WHOLE: 1, Kind.DAY: 2}


def by_sql(asked, values):
    """Give the numbers of the values that SQLite lets through."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.create_function("folded", 1, folded, deterministic=True)
        base.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v)")
        base.executemany("INSERT INTO t VALUES (?, ?)", enumerate(values))
        sql, parameters = asked.sql("t.v")
        return [number for (number,) in base.execute(f"SELECT id FROM t WHERE {sql} ORDER BY id", parameters)]


def in_memory(asked, values):
    return [number for number, value in enumerate(values) if asked.fits(value)]


@pytest.mark.parametrize(("kind", "typed", "rows"), [
    (Kind.TEXT, "课桌", [0, 3]), (Kind.TEXT, "=课桌", [0]), (Kind.TEXT, "kt", [1]), (Kind.TEXT, "ＫＴ", [1]), (Kind.TEXT, "空", [2]),
    (Kind.TEXT, "非空", [0, 1, 3]), (Kind.TEXT, "百%", []), (Kind.MONEY, "120", [0]), (Kind.MONEY, "1,200.00", [1]),
    (Kind.MONEY, ">=120", [0, 1]), (Kind.MONEY, "＞120", [1]), (Kind.MONEY, "≤120", [0, 3]), (Kind.MONEY, "<120", [3]),
    (Kind.MONEY, "100..1200", [0, 1]), (Kind.MONEY, "1200..100", [0, 1]), (Kind.MONEY, "100-200", [0]),
    (Kind.MONEY, "100～0.1万", [0]), (Kind.MONEY, "空", [2]), (Kind.MONEY, "非空", [0, 1, 3]), (Kind.WHOLE, "12000", [0]),
    (Kind.WHOLE, "=0", [3]), (Kind.DAY, "2024", [1, 3]), (Kind.DAY, "2024-2", [1]), (Kind.DAY, "2024.2.29", [1]),
    (Kind.DAY, "20240229", [1]), (Kind.DAY, "2024年12月", [3]), (Kind.DAY, "2023..2024-3", [0, 1]), (Kind.DAY, "2024-3..2023", [0, 1]),
    (Kind.DAY, ">2023", [1, 3]), (Kind.DAY, "<2024", [0]), (Kind.DAY, ">2023-7-17", [0, 1, 3]), (Kind.DAY, "空", [2]),
    (Kind.DAY, "2023-7-1至2023-7-31", [0]), (Kind.DAY, "<0001", []), (Kind.DAY, ">9999", []),
])
def test_words_leave_the_rows_they_say(kind, typed, rows):
    values = [row[PLACE[kind]] for row in ROWS]
    assert by_sql(condition(kind, typed), values) == rows
    assert in_memory(condition(kind, typed), values) == rows


@pytest.mark.parametrize(("kind", "typed", "said"), [
    (Kind.MONEY, "abc", "不是数"), (Kind.WHOLE, "1.5", "不是数"), (Kind.DAY, "去年", "不是日期"), (Kind.DAY, "2024..后来", "不是日期"),
    (Kind.DAY, "2024-13", "不是日期"), (Kind.DAY, "2023-2-29", "不是日期"), (Kind.WHOLE, "9" * 30, "太大"), (Kind.MONEY, ">", "不是数"),
])
def test_what_cannot_be_read_is_said_with_what_can(kind, typed, said):
    with pytest.raises(Refused, match=said):
        condition(kind, typed)


def test_a_wish_with_words_under_a_title_leaves_rows_out():
    assert Wish(cells={"name": "课桌"}).narrowed
    assert not Wish().narrowed


# --- both faces agree --------------------------------------------------------------------------------------------

LOOKALIKE = st.sampled_from([">5", "空", "非空", "2024..2025", "=课桌", "==", "课 桌", " 课桌", "　", "（大）", "ＫＴ板", "kt板",
                             "Straße", "ÄÖ", "㎡", "1-2", "%"])
WORDS = st.one_of(st.none(), st.just(""), LOOKALIKE, st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6))
MONEY = st.one_of(st.none(), st.integers(-10**12, 10**12), st.integers(-3, 3))
DAYS = st.one_of(st.none(), st.just(""), st.dates(), st.dates().map(date.isoformat), st.dates(date(2023, 12, 30), date(2024, 3, 2)))
AMOUNT = st.integers(-10**10, 10**10).map(lambda fen: f"{fen / 100:.2f}") | st.integers(-3, 3).map(str)
DAY = st.dates(date(2023, 12, 1), date(2024, 3, 2)).flatmap(
    lambda day: st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y%m%d}", day.isoformat(), f"{day.year}年{day.month}月"]))


def typed(of):
    return st.one_of(st.sampled_from([BLANK, FILLED]), of, of.map("={}".format),
                     st.tuples(st.sampled_from([">", "<", ">=", "<=", "≥", "≤", "＞"]), of).map("".join),
                     st.tuples(of, st.sampled_from(["..", "~", "至"]), of).map("".join))


def stored(value):
    return value.isoformat() if isinstance(value, date) else value


@given(st.lists(WORDS, min_size=1, max_size=8), st.one_of(WORDS.map(lambda word: word or BLANK), st.sampled_from([BLANK, FILLED]),
                                                         WORDS.map(lambda word: f"={word or ''}")),
       st.sampled_from([Kind.TEXT, Kind.CODE, Kind.CHOICE]))
def test_words_mean_the_same_in_sql_and_in_memory(values, wanted, kind):
    asked = condition(kind, wanted)
    assert by_sql(asked, values) == in_memory(asked, values)


@given(st.lists(MONEY, min_size=1, max_size=8), typed(AMOUNT))
def test_amounts_mean_the_same_in_sql_and_in_memory(values, wanted):
    asked = condition(Kind.MONEY, wanted)
    assert by_sql(asked, values) == in_memory(asked, values)


@given(st.lists(MONEY, min_size=1, max_size=8), typed(st.integers(-3, 3).map(str) | st.integers(-10**15, 10**15).map("{:,}".format)))
def test_numbers_mean_the_same_in_sql_and_in_memory(values, wanted):
    asked = condition(Kind.WHOLE, wanted)
    assert by_sql(asked, values) == in_memory(asked, values)


@given(st.lists(DAYS, min_size=1, max_size=8), typed(DAY))
def test_days_mean_the_same_in_sql_and_in_memory(values, wanted):
    asked = condition(Kind.DAY, wanted)
    assert by_sql(asked, [stored(value) for value in values]) == in_memory(asked, values)


@given(st.dates(date(2023, 12, 1), date(2024, 3, 2)), st.dates(date(2023, 12, 1), date(2024, 3, 2)))
def test_before_and_after_leave_out_the_day_itself(day, other):
    assert condition(Kind.DAY, f">{day}").fits(other) is (other > day)
    assert condition(Kind.DAY, f"<{day}").fits(other) is (other < day)
    assert condition(Kind.DAY, f"{day}..{day + timedelta(3)}").fits(other) is (day <= other <= day + timedelta(3))


@given(st.one_of(st.tuples(st.sampled_from([Kind.TEXT, Kind.CODE, Kind.CHOICE]), WORDS), st.tuples(st.just(Kind.MONEY), MONEY),
                 st.tuples(st.just(Kind.WHOLE), MONEY), st.tuples(st.just(Kind.DAY), DAYS)))
def test_any_value_is_found_by_using_it(held):
    kind, value = held
    asked = condition(kind, exactly(kind, value))
    assert asked.fits(value)
    assert by_sql(asked, [stored(value)]) == [0]
    assert not asked.fits({Kind.MONEY: 7 * 10**13, Kind.WHOLE: 7 * 10**13, Kind.DAY: "1000-01-01"}.get(kind, "另一个"))
