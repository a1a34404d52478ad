"""Cells as offices type them."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import format_fen
from app.exchange.values import (
    Unreadable,
    is_blank,
    read_choice,
    read_code,
    read_day,
    read_money,
    read_months,
    read_name,
    read_quantity,
    read_text,
    read_thousandths,
    says_nothing,
)

DAYS = st.dates(date(1900, 3, 1), date(2063, 12, 31))


@pytest.mark.parametrize(("cell", "fen"), [
    ("￥1,200.00元", 120_000), ("1.2万元", 1_200_000), ("１２００", 120_000), (1200.0, 120_000), (1200, 120_000),
    (0.1 + 0.2, 30), (2.675, 268), ("1，200.00", 120_000), ("1200元整", 120_000), ("(5)", -500), ("-￥5", -500),
    ("5千元", 500_000), (".5", 50), ("人民币 1 200.5", 120_050), ("0", 0),
])
def test_money(cell, fen):
    assert read_money(cell) == fen


@pytest.mark.parametrize("cell", [
    None, "", "  ", "abc", "约1200", "12,00", "1_000", "=1", "¥", "-", "1e300", "1e999999", 1e300, float("nan"),
    float("inf"), True, date(2019, 1, 1), "9" * 30, 10**20, "#N/A", "1200/1300"])
def test_not_money(cell):
    with pytest.raises(Unreadable) as caught:
        read_money(cell)
    assert caught.value.reason
    assert caught.value.remedy


@given(st.integers(-10**11, 10**11), st.sampled_from(["{}", "￥{}", "{}元", " {} ", "¥{}元整", "人民币{}"]))
def test_money_round_trip(fen, form):
    assert read_money(form.format(format_fen(fen))) == fen


@given(st.integers(0, 10**11))
def test_money_from_number_cells(fen):
    assert read_money(fen / 100) == fen


@pytest.mark.parametrize(("cell", "pieces", "unit"), [
    ("40套", 40, "套"), ("２台", 2, "台"), ("45 张", 45, "张"), (1.0, 1, None), ("1.0", 1, None), (0, 0, None),
    ("1,000个", 1000, "个"), ("一台", 1, "台"), ("十二套", 12, "套"), ("两把", 2, "把"), ("二十一张", 21, "张"),
])
def test_quantity(cell, pieces, unit):
    assert read_quantity(cell) == (pieces, unit)


@pytest.mark.parametrize(("cell", "word"), [
    ("-3", "负数"), (-3.0, "负数"), (2.5, "小数"), ("2.5台", "小数"), ("约3", "不是数量"), ("3-5", "不是数量"), ("1/2", "不是数量"),
    (1e300, "数量"), (float("nan"), "数字"), ("10万", "看不准"), (True, "不是数量"), (None, "没有填"), ("9" * 50, "离谱"),
    (10**9, "离谱"), (date(1900, 2, 9), "日期"), ("五六个", "不是数量"), ("0x10", "不是数量")])
def test_not_a_quantity(cell, word):
    with pytest.raises(Unreadable, match=word):
        read_quantity(cell)


@given(st.integers(0, 10_000_000), st.sampled_from(["", "套", "台", "平方米", "㎡", "m2"[:1]]), st.sampled_from(["", " "]))
def test_quantity_round_trip(pieces, unit, gap):
    assert read_quantity(f"{pieces:,}{gap}{unit}") == (pieces, unit or None)


@pytest.mark.parametrize(("cell", "day", "exact"), [
    ("2019.9.1", date(2019, 9, 1), True), ("2019年9月1日", date(2019, 9, 1), True), ("20190901", date(2019, 9, 1), True),
    (20190901.0, date(2019, 9, 1), True), ("２０１９．９．１", date(2019, 9, 1), True),
    ("2019-09-01 00:00:00", date(2019, 9, 1), True), (datetime.fromisoformat("2019-09-01T08:00"), date(2019, 9, 1), True),
    (43709, date(2019, 9, 1), True), (43709.5, date(2019, 9, 1), True), ("43709", date(2019, 9, 1), True),
    ("43709.0", date(2019, 9, 1), True), (1, date(1900, 1, 1), True), (59, date(1900, 2, 28), True),
    (61, date(1900, 3, 1), True),
    ("2019年9月", date(2019, 9, 1), False), ("2019.9", date(2019, 9, 1), False), (2019.9, date(2019, 9, 1), False),
    ("2019.10", date(2019, 10, 1), False), ("201909", date(2019, 9, 1), False), ("2019", date(2019, 1, 1), False),
    (2019.0, date(2019, 1, 1), False), ("2019年", date(2019, 1, 1), False),
    ("19.9.1", date(2019, 9, 1), False), ("98年9月", date(1998, 9, 1), False), ("09-9-1", date(2009, 9, 1), False),
    ("2019。9。1", date(2019, 9, 1), True), ("2019.9.1.", date(2019, 9, 1), True), ("'2019-9-1", date(2019, 9, 1), True),
])
def test_day(cell, day, exact):
    assert read_day(cell) == (day, exact)


@pytest.mark.parametrize("cell", [
    None, "", "abc", "2019.13.40", "2019-02-30", "20191301", "2019.00", "19.9", "99.13.1", "19年", 60, 0, -1, 70_000, 2019.1, 1e300,
    float("nan"), True, "2101-01-01", date(1850, 1, 1), "1899年1月1日", "2019.9.1-2020.1.1", "9" * 40])
def test_not_a_day(cell):
    with pytest.raises(Unreadable) as caught:
        read_day(cell)
    assert caught.value.remedy


@given(DAYS, st.sampled_from(["{0}-{1}-{2}", "{0}.{1}.{2}", "{0}/{1}/{2}", "{0}年{1}月{2}日", "{0}-{1:02}-{2:02}",
                              "{0}{1:02}{2:02}", " {0} 年 {1} 月 {2} 日", "{0}-{1:02}-{2:02} 08:30:00"]))
def test_day_round_trip(day, form):
    assert read_day(form.format(day.year, day.month, day.day)) == (day, True)


@given(DAYS)
def test_day_numbers(day):
    number = (day - date(1899, 12, 30)) // timedelta(days=1)
    if not 1900 <= number <= 2100:  # those are taken for years
        assert read_day(float(number)) == (day, True)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.none()))
def test_readers_never_raise_anything_else(cell):
    assert isinstance(read_text(cell), str)
    assert isinstance(is_blank(cell), bool)
    assert isinstance(says_nothing(cell), bool)
    for read in (read_money, read_quantity, read_day, read_code):
        with suppress(Unreadable):
            read(cell)


def test_text_code_name():
    assert read_text(" 第一行\n第二行\u3000") == "第一行 第二行"
    assert (read_text(1.0), read_text(1e20), read_text(1.5e-7)) == ("1", "1" + "0" * 20, "0.00000015")
    assert read_text("a\x00b\ufeff") == "ab"
    assert read_text(date(2019, 9, 1)) == "2019-09-01"
    assert read_code(2010301000000.0) == "2010301000000"
    assert read_code("２０１０ 301－A") == "2010301-A"
    assert read_code("007") == "007"
    assert (read_name("王　强"), read_name("Li Lei")) == ("王强", "Li Lei")
    with pytest.raises(Unreadable, match="15 位"):
        read_code(1234567890123456.0)


@pytest.mark.parametrize("cell", ["无", " — ", "/", "不详", "N/A", "", None])
def test_words_for_nothing(cell):
    assert says_nothing(cell)
    assert is_blank(cell) == (cell in ("", None))


def test_choice():
    words, synonyms = ("在用", "闲置", "待处置"), {"使用中": "在用", "待报废": "待处置"}
    assert read_choice(" 在 用", words, synonyms) == "在用"
    assert read_choice("待报废", words, synonyms) == "待处置"
    with pytest.raises(Unreadable, match="在用、闲置、待处置"):
        read_choice("坏了", words, synonyms)
    with pytest.raises(Unreadable):
        read_choice(None, words, synonyms)


# --- exactly at the edge -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "day"), [
    (60_000, date(2064, 4, 8)), ("1.0", None), (0, None), (-1, None), (60_001, None), (60, None), (2100, date(2100, 1, 1)),
    (2101, date(1905, 10, 1)),
    (1900, date(1900, 1, 1)), (1899, date(1905, 3, 13)), (99_999, None), (100_000, None), (190001, date(1900, 1, 1)),
    (210012, date(2100, 12, 1)), (210101, None),
    (19000101, date(1900, 1, 1)), (21001231, date(2100, 12, 31)), (18991231, None), (21010101, None), (1900010, None),
    (190001011, None),
    (2101.5, date(1905, 10, 1)), (2100.5, date(2100, 5, 1)), (2019.12, date(2019, 12, 1)), (2019.11, date(2019, 11, 1)),
])
def test_numbers_that_may_be_days(cell, day):
    if day is None:
        with pytest.raises(Unreadable):
            read_day(cell)
    else:
        assert read_day(cell)[0] == day


@pytest.mark.parametrize("cell", [2019.1, 2020.1, 1999.1])
def test_a_number_cell_that_may_be_january_or_october_is_asked_about(cell):
    with pytest.raises(Unreadable, match="分不清是 1 月还是 10 月") as caught:
        read_day(cell)
    assert f"{int(cell)}-01 或 {int(cell)}-10" in caught.value.remedy


@pytest.mark.parametrize(("text", "day", "exact"), [
    ("49.1.1", date(2049, 1, 1), False), ("50.1.1", date(1950, 1, 1), False), ("00.12.31", date(2000, 12, 31), False),
    ("99年12月", date(1999, 12, 1), False),
    ("2020-02-29", date(2020, 2, 29), True), ("1900-01-01", date(1900, 1, 1), True), ("2100-12-31", date(2100, 12, 31), True),
    ("2019年9月1", date(2019, 9, 1), True), ("2019、9、1", date(2019, 9, 1), True), ("2019—9—1号", date(2019, 9, 1), True),
    ("2019-9-1 8:05", date(2019, 9, 1), True), ("2019-09-01T23:59:59", date(2019, 9, 1), True),
    ("‘2019/9", date(2019, 9, 1), False),
])
def test_days_as_typed(text, day, exact):
    assert read_day(text) == (day, exact)


@pytest.mark.parametrize(("text", "told"), [
    ("2019-02-29", "没有“2019-02-29”这一天"), ("2019-00-01", "没有"), ("2019-13-01", "没有"), ("2101-01-01", "1900—2100"),
    ("1899-12-31", "1900—2100"),
    ("19.9", "只有两位"), ("19-", "只有两位"), ("无", "不是日期"), ("", "没有填日期"), (False, "不是日期"), ("'", "不是日期"),
])
def test_why_a_text_is_no_day(text, told):
    with pytest.raises(Unreadable, match=told):
        read_day(text)


@pytest.mark.parametrize(("cell", "pieces", "unit"), [
    (10_000_000, 10_000_000, None), (10_000_000.0, 10_000_000, None), ("10000000", 10_000_000, None), ("0", 0, None),
    (0.0, 0, None), ("+5", 5, None),
    ("一张", 1, "张"), ("十张", 10, "张"), ("九十九张", 99, "张"), ("二十张", 20, "张"), ("十一张", 11, "张"), ("两张", 2, "张"),
    ("1.00张", 1, "张"), ("0.0", 0, None),
    ("5 m²", 5, "m²"), ("1,000", 1_000, None), ("1234567", 1_234_567, None), ("0" * 40, 0, None),
])
def test_pieces_at_their_limits(cell, pieces, unit):
    assert read_quantity(cell) == (pieces, unit)


@pytest.mark.parametrize(("cell", "told"), [
    (10_000_001, "离谱"), (10_000_001.0, "离谱"), (-1, "负数"), (-1.0, "负数"), ("-1张", "负数"), ("1.5", "小数"), (0.5, "小数"),
    ("0" * 41, "离谱"),
    ("5百张", "看不准"), ("1千", "看不准"), ("1亿", "看不准"), ("二三张", "不是数量"), ("张", "不是数量"), ("十", "不是数量"),
    ("5 %", "不是数量"), ("10,00", "不是数量"), ("两打", "按打"), ("3打", "按打"), ("十打", "按打"),
])
def test_what_are_no_pieces(cell, told):
    with pytest.raises(Unreadable, match=told):
        read_quantity(cell)


@pytest.mark.parametrize(("cell", "fen"), [
    (10**12 - 1, (10**12 - 1) * 100), (-5, -500), (0, 0), (0.0, 0), (0.005, 1), (0.004, 0), (-0.005, -1), (1e11, 10**13),
    ("1千元", 100_000), ("1.5千", 150_000),
    ("2万元整", 2_000_000), ("1234567.89", 123_456_789), ("1,234,567", 123_456_700), ("-1,200", -120_000),
])
def test_amounts_at_their_limits(cell, fen):
    assert read_money(cell) == fen


@pytest.mark.parametrize("cell", [10**12 + 1, -(10**13), 1e13, "1,23,456", "1.2.3", "12元5角", "()", ".", "五元"])
def test_what_are_no_amounts(cell):
    with pytest.raises(Unreadable):
        read_money(cell)


@pytest.mark.parametrize(("cell", "text"), [
    (True, "是"), (False, "否"), (float("nan"), ""), (float("inf"), ""), (1e17, "1" + "0" * 17), (1e16, "1" + "0" * 16),
    (-3.0, "-3"), (0.1, "0.1"), (2.5, "2.5"),
    (datetime.fromisoformat("2019-09-01T00:00"), "2019-09-01"), (datetime.fromisoformat("2019-09-01T08:30"), "2019-09-01 08:30"),
    (7, "7"), ("a b", "a b"), ("a  b", "a b"),
    (" a", "a"),
])
def test_cells_as_text(cell, text):
    assert read_text(cell) == text


@pytest.mark.parametrize("cell", [10**15, 1e15, -(10**15)])
def test_a_long_number_cell_has_lost_its_end(cell):
    with pytest.raises(Unreadable, match="15 位"):
        read_code(cell)


def test_codes_just_short_enough():
    assert read_code(10**15 - 1) == "999999999999999"
    assert read_code(True) == "是"
    assert read_code("1234567890123456") == "1234567890123456"      # a text keeps all its digits


@pytest.mark.parametrize(("cell", "blank", "nothing"), [
    (None, True, True), ("", True, True), ("\u3000 ", True, True), ("\u200b", True, True), ("\ufeff\x00", True, True),
    ("无", False, True), ("－", False, False),
    ("0", False, False), (0, False, False), (False, False, False), ("NULL", False, True),
])
def test_blank_cells(cell, blank, nothing):
    assert (is_blank(cell), says_nothing(cell)) == (blank, nothing)


def test_words_to_choose_from_are_listed_to_the_tenth():
    with pytest.raises(Unreadable) as caught:
        read_choice("x", [str(number) for number in range(10)], {})
    assert "0、1、2、3、4、5、6、7、8、9" in caught.value.remedy
    assert "……" not in caught.value.remedy
    with pytest.raises(Unreadable) as caught:
        read_choice("x", [str(number) for number in range(11)], {})
    assert caught.value.remedy.endswith("9……")
    assert read_choice("Ａ B", ["ab"], {}) == "ab"


@pytest.mark.parametrize("text", ["1O", "4l", "2I", "10o", "1 O"])
def test_letters_that_look_like_digits_are_no_unit(text):
    with pytest.raises(Unreadable, match="字母"):
        read_quantity(text)


@pytest.mark.parametrize(("value", "count", "months"), [
    ("10年", 1, 120), ("60个月", 12, 60), ("60月", 1, 60), ("1年6个月", 1, 18), ("2.5年", 1, 30), ("5", 12, 60), (5.0, 12, 60), ("60", 1, 60),
    ("十年", 1, 120), (0.5, 12, 6), ("半年", 12, 6)])
def test_a_span_of_time_is_months_whatever_the_column_counts_in(value, count, months):
    assert read_months(value, count) == months


@pytest.mark.parametrize("value", ["十个", "5天", "-3", "0.1", "", "很久", "1.2.3年"])
def test_what_is_no_span_is_refused(value):
    with pytest.raises(Unreadable):
        read_months(value, 12)


@pytest.mark.parametrize("text", ["45", "3", "366", "1899"])
def test_short_digits_typed_as_a_day_are_no_day_of_1900(text):
    with pytest.raises(Unreadable):
        read_day(text)
    assert read_day(43709) == (date(2019, 9, 1), True)
    assert read_day("43709") == (date(2019, 9, 1), True)


@pytest.mark.parametrize(("cell", "thousandths", "unit"), [
    (1.5, 1_500, None), (12, 12_000, None), ("12包", 12_000, "包"), ("1,200.25 kg", 1_200_250, "kg"), (0.1 + 0.2, 300, None)])
def test_quantities_of_goods_have_up_to_three_places(cell, thousandths, unit):
    assert read_thousandths(cell) == (thousandths, unit)


@pytest.mark.parametrize("cell", [-1, "两打", "2打", "1.2345", "1O", "3万", True, "", None, "12包3个"])
def test_a_quantity_that_may_mean_two_things_is_refused(cell):
    with pytest.raises(Unreadable):
        read_thousandths(cell)
