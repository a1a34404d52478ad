"""A term that ends without the next one being there wants doing."""

from datetime import date

import pytest

from app.school import commands, queries
from app.school.dues import dues
from app.school.rules import TermDraft


def told(day):
    return [(due.words, due.tone) for due in dues(day)]


@pytest.fixture
def term(started_ledger):
    """The first term of 2026, from September to the 20th of January 2027."""
    row = queries.current_term()
    commands.edit_term(row.id, TermDraft(2026, 1, date(2026, 9, 1), date(2027, 1, 20)))
    return row.id


@pytest.mark.parametrize(("day", "said"), [
    (date(2026, 12, 20), []),
    (date(2026, 12, 21), [("本学期2027年1月20日结束，还没有登记下一个学期的起止日期。", "")]),
    (date(2027, 1, 20), [("本学期2027年1月20日结束，还没有登记下一个学期的起止日期。", "")]),
    (date(2027, 1, 21), [("2026—2027学年第一学期已经结束，请设置新学期。", "warning")]),
])
def test_without_a_next_term(term, day, said):
    assert told(day) == said


@pytest.mark.parametrize(("day", "said"), [
    (date(2027, 1, 10), []), (date(2027, 2, 10), []), (date(2027, 2, 21), []),
    (date(2027, 2, 22), [("2026—2027学年第二学期已经开始，现在的当前学期还是2026—2027学年第一学期。请把它设为当前学期。", "danger")]),
])
def test_with_a_next_term(term, day, said):
    commands.add_term(TermDraft(2026, 2, date(2027, 2, 22), date(2027, 7, 9)))
    assert told(day) == said


def test_a_school_without_a_term(ledger):
    assert [(due.act, due.tone) for due in dues(date(2026, 11, 21))] == [("settings:terms", "danger")]
