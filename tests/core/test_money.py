from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import MOST_FEN, format_fen, in_capitals, parse_fen, round_half_up

amounts = st.integers(-MOST_FEN, MOST_FEN)


@pytest.mark.parametrize(("text", "fen"), [
    ("￥1,200.00元", 120_000), ("１２００", 120_000), ("1.2万", 1_200_000), ("3 万元", 3_000_000), ("0.005", 1), ("0.004", 0),
    ("-0.005", -1), ("(12.50)", -1_250), ("（12.50）", -1_250), ("1200圆整", 120_000), ("人民币100元整", 10_000), ("RMB 5", 500),
    (1200, 120_000), (0.1, 10), (1234.565, 123_457), (Decimal("9.99"), 999), ("¥ 2，899.00", 289_900), ("1e3", 100_000),
    (" 88 ", 8_800), ("+5", 500), (1e12, MOST_FEN), (".5", 50), ("(12.55)", -1_255), ("1万", 1_000_000), ("0.0001万", 100),
    ("1000000000000", MOST_FEN), ("-1000000000000.00", -MOST_FEN), ("0.015", 2), ("0.014", 1), ("1e12", MOST_FEN), ("5圆", 500),
])
def test_amounts_as_typed(text, fen):
    assert parse_fen(text) == fen


@pytest.mark.parametrize("text", [
    "", " ", "元", "万", "abc", "1.2.3", "12元5角", "1e300", "-1e300", "9" * 400,
    "(5", "5)", "1000000000000.01", "-1000000000000.01", "nan", "inf", "-Infinity", float("nan"),
    float("inf"), 1e13, "--5", "1/2", "()", "壹佰元", "1e-999999999", True, None, "1_000",
    "1,2", "12,00", "1,20", "1，2", "1,0000", ",100", "1,000,", "1.000,5", "1,,000",
])
def test_what_is_no_amount_is_refused(text):
    if text == "1e-999999999":
        assert parse_fen(text) == 0
        return
    with pytest.raises(ValueError, match="amount"):
        parse_fen(text)


@pytest.mark.parametrize(("fen", "shown"), [
    (0, "0.00"), (1, "0.01"), (-1, "-0.01"), (99, "0.99"), (100, "1.00"), (-100, "-1.00"), (99_999, "999.99"), (100_000, "1,000.00"),
])
def test_amounts_as_shown(fen, shown):
    assert format_fen(fen) == shown


@given(amounts)
def test_what_is_shown_can_be_read_again(fen):
    shown = format_fen(fen)
    assert parse_fen(shown) == parse_fen(f"￥{shown}元") == fen
    assert parse_fen(shown.replace(",", "").translate({46: "．", **{48 + digit: 0xFF10 + digit for digit in range(10)}})) == fen


@given(st.one_of(st.text(max_size=20), st.floats(), st.decimals(), st.integers(),
                 st.text("0123456789.,-+eE万元￥()整", max_size=12)))
def test_anything_is_read_or_refused_with_a_value_error(text):
    try:
        fen = parse_fen(text)
    except ValueError:
        return
    assert abs(fen) <= MOST_FEN


@given(st.decimals(-(10**12), 10**12, places=4))
def test_halves_go_away_from_zero(amount):
    whole = round_half_up(amount)
    assert abs(whole - amount) <= Decimal("0.5")
    if abs(amount % 1) == Decimal("0.5"):
        assert abs(whole) > abs(amount)


# domain.md §6.2, 支付结算办法附一 (银发〔1997〕393号); where it allows two ways, one of them.
@pytest.mark.parametrize(("fen", "words"), [
    (140_950, {"壹仟肆佰零玖元伍角整", "壹仟肆佰零玖元伍角"}),
    (600_714, {"陆仟零柒元壹角肆分"}),
    (168_032, {"壹仟陆佰捌拾元零叁角贰分", "壹仟陆佰捌拾元叁角贰分"}),
    (10_700_053, {"壹拾万柒仟元零伍角叁分", "壹拾万零柒仟元伍角叁分"}),
    (1_640_902, {"壹万陆仟肆佰零玖元零贰分"}),
    (32_504, {"叁佰贰拾伍元零肆分"}),
    (50, {"伍角整"}),
    (1_000_000, {"壹万元整"}),
    (10_005_000_000, {"壹亿零伍万元整"}),
    (1_000, {"壹拾元整"}),
    (0, {"零元整"}),
    (1, {"壹分"}),
    (-350, {"负叁元伍角整"}),
    (10_000_100, {"壹拾万零壹元整"}),
    (100_000_000_00, {"壹亿元整"}),
    (1_0000_0000_0000_00, {"壹万亿元整"}),
    (1_0001_0000_0000, {"壹佰亿零壹佰万元整"}),
    (10_0000_0001_00, {"壹拾亿零壹元整"}),
    (2020_00, {"贰仟零贰拾元整"}),
    (100_10, {"壹佰元零壹角整"}),
    (1_1000_0000_00, {"壹亿壹仟万元整"}),
    (1_0999_00, {"壹万零玖佰玖拾玖元整"}),
    (1_1000_00, {"壹万壹仟元整"}),
    (110_01, {"壹佰壹拾元零壹分"}),
    (11_00, {"壹拾壹元整"}),
    (10, {"壹角整"}),
    (9, {"玖分"}),
    (101_11, {"壹佰零壹元壹角壹分"}),
    (-1, {"负壹分"}),
])
def test_amounts_in_capitals(fen, words):
    assert in_capitals(fen) in words


DIGITS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_whole(words):
    """Read 大写 of a whole number back: 亿 and 万 multiply everything before them, smaller units one digit."""
    for word, unit in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if word in words:
            before, _, after = words.partition(word)
            return read_whole(before) * unit + read_whole(after)
    total, digit = 0, 0
    for sign in words:
        if sign in UNITS:
            total, digit = total + digit * UNITS[sign], 0
        else:
            digit = DIGITS[sign]
    return total + digit


@given(st.one_of(st.integers(0, MOST_FEN), st.integers(0, 10**7), st.integers(0, 10**6).map(lambda yuan: yuan * 10**6)))
def test_capitals_can_be_read_back_and_keep_the_rules(fen):
    words = in_capitals(fen)
    yuan, _, rest = words.rpartition("元")
    rest = rest.removesuffix("整")
    jiao, _, after = rest.rpartition("角")
    assert read_whole(yuan) * 100 + read_whole(jiao) * 10 + read_whole(after.removesuffix("分")) == fen
    assert "零零" not in words
    assert "零元" not in words or fen == 0
    assert words.endswith("整") == (fen % 10 == 0)
    assert not words.startswith("零") or fen == 0
    assert "零万" not in words
    assert "零亿" not in words
