"""Marks by exception, things × days: what may be typed, which cells are open, what counts."""

from datetime import date

import pytest

from app.core.month_marks import Mark, Marks, MonthSheet, Thing, days_of, first_of, month_words, months_between

CHECKS = Marks(Mark("√", "正常", ("1",), counts=True), (Mark("△", "有问题", ("2", "t"), counts=True), Mark("×", "没有检查", ("0", "x"))))
DAYS = (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 12))


def test_marks_are_typed_by_key_sign_or_word_and_nothing_else():
    for sign, typed in (("", ("", "1", "√", "正常")), ("△", ("2", "T", "△")), ("×", ("０", "×", "没有检查"))):
        assert {CHECKS.read(text) for text in typed} == {sign}
    with pytest.raises(ValueError, match="没有“9”这样的记号，可以填1 √ 正常、2 △ 有问题、0 × 没有检查"):
        CHECKS.read("9")
    assert (CHECKS.by_key("1"), CHECKS.by_key("x"), CHECKS.by_key("9"), CHECKS.by_key(" "), CHECKS.by_key("12")) == ("", "×", None, None, None)


def test_a_sheet_counts_open_days_by_their_marks():
    sheet = MonthSheet(date(2026, 10, 1), CHECKS, DAYS, (Thing(1, ("一楼",)), Thing(2, ("二楼",))),
                       {1: {DAYS[0]: "△", DAYS[1]: "×"}, 2: {DAYS[0]: "×"}}, frozenset({(2, DAYS[0])}))
    assert (sheet.count(1), sheet.count(2)) == (2, 2)
    assert sheet.exceptions == 2        # the mark in a closed cell is none
    assert sheet.open_days(2) == list(DAYS[1:])
    assert (sheet.sign(1, DAYS[1]), sheet.sign(2, DAYS[2])) == ("×", "")


def test_months():
    assert months_between(date(2026, 9, 1), date(2027, 1, 20)) == [
        date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert months_between(date(2026, 2, 28), date(2026, 2, 28)) == [date(2026, 2, 1)]
    assert len(days_of(date(2028, 2, 15))) == 29
    assert first_of(date(2026, 2, 28)) == date(2026, 2, 1)
    assert month_words(date(2026, 2, 1)) == "2026年2月"
