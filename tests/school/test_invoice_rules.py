"""When two papers are one invoice, and the algebra of its shares: never beyond the total, red and blue come to nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.school import invoice_rules as rules
from app.school.invoice_rules import Share

DIGITAL = "24327000000012345678"


@pytest.mark.parametrize(("code", "number", "key"), [
    ("", DIGITAL, DIGITAL), ("032001900111", DIGITAL, DIGITAL), ("", "２４３２７０００００００１２３４５６７８", DIGITAL),
    ("", "2432 7000 0000 1234 5678", DIGITAL), ("", "　24327000000012345678　", DIGITAL),
    ("3600224130", "04410266", "3600224130-04410266"), (" ３６００２２４１３０ ", "0441 0266", "3600224130-04410266"),
    ("", "04410266", "-04410266"), ("ab", "c1", "AB-C1"), ("", "", ""), ("3600", " ", ""),
    ("", DIGITAL[:-1], f"-{DIGITAL[:-1]}"), ("", DIGITAL + "9", f"-{DIGITAL}9"),
])
def test_the_key_of_a_paper(code: str, number: str, key: str) -> None:
    assert rules.key_of(code, number) == key


@pytest.mark.parametrize(("kind", "code", "number", "own"), [
    ("发票", "", "1", True), ("财政票据", "", "1", True), ("资金往来结算票据", "", "1", True), ("增值税电子发票", "", "1", True),
    ("收据", "", "0441", False), ("工资表", "", "9", False), ("发票", "", "", False), ("发票", "3600", " ", False),
    ("收据", "3600", "1", True), ("其他", "", DIGITAL, True),
])
def test_only_numbers_of_the_whole_country_make_an_invoice(kind: str, code: str, number: str, own: bool) -> None:
    assert rules.is_invoice(kind, code, number) is own


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**5), max_size=8))
def test_shares_keep_within_the_total(total: int, shares: list[int]) -> None:
    told = rules.exceeded(total, shares)
    assert (told == "") == (sum(shares) <= total)
    assert (rules.exceeded(-total, [-fen for fen in shares]) == "") == (told == "")       # red is blue, mirrored
    assert rules.exceeded(total, [*shares, -1])                                           # signs do not mix
    if sum(shares) < total:
        assert rules.exceeded(total, [*shares, total - sum(shares)]) == ""
        assert rules.exceeded(total, [*shares, total - sum(shares) + 1])


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**6), max_size=6), st.integers(1, 10**6))
def test_red_ones_take_back_no_more_than_there_was(total: int, others: list[int], back: int) -> None:
    others = [-each for each in others]
    told = rules.check_red(-back, total, others)
    assert (told == "") == (back - sum(others) <= total)
    if told == "":
        assert total + sum(others) - back >= 0


def test_blue_and_red_come_to_nothing() -> None:
    assert rules.check_red(-30_000, 30_000, []) == ""
    assert "红冲合起来却有 300.01 元" in rules.check_red(-30_001, 30_000, [])
    assert rules.check_red(-1, None, []) == ""
    assert "只有红字发票" in rules.check_red(1, 30_000, [])
    assert "要是蓝字发票" in rules.check_red(-1, -30_000, [])
    assert "要是蓝字发票" in rules.check_red(-1, 0, [])
    assert rules.check_red(-1, 1, []) == ""
    assert "只有红字发票" in rules.check_red(0, 30_000, [])


@pytest.mark.parametrize("fen", [None, 0, 10**30, -(10**30)])
def test_a_total_is_there_and_sane(fen: int | None) -> None:
    assert [problem.field for problem in rules.check_total(fen)] == ["total"]
    assert rules.check_total(1) == rules.check_total(-1) == []


def test_what_is_left_is_told_with_who_holds_the_rest() -> None:
    shares = [Share(1, "fee_voucher", at, 6_000, f"项目{at}") for at in range(1, 8)]
    assert rules.told(shares[:2], 30_000) == "该发票共 300.00 元，已有 2 笔共 120.00 元，余 180.00 元"
    assert rules.listed(shares[:2]) == "项目1 60.00 元、项目2 60.00 元"
    assert rules.listed(shares).endswith("项目5 60.00 元等 7 笔")


@pytest.mark.parametrize(("total", "shares", "told"), [
    (100, [100], ""), (100, [101], "总额 1.00 元，记的合起来却有 1.01 元。"), (-100, [-100], ""),
    (-100, [-101], "总额 -1.00 元，记的合起来却有 -1.01 元。"),
    (100, [-1], "蓝字发票的金额都要是正数；红冲请登记红字发票。"), (-100, [1], "红字发票的金额都要是负数。"), (100, [0, 100], ""),
    (100, [], ""),
])
def test_what_is_said_of_shares(total: int, shares: list[int], told: str) -> None:
    assert rules.exceeded(total, shares) == told


@pytest.mark.parametrize(("count", "most", "told"), [(2, 2, "甲 0.01 元、甲 0.01 元"), (3, 2, "甲 0.01 元、甲 0.01 元等 3 笔"), (0, 2, "")])
def test_the_first_shares_are_named(count: int, most: int, told: str) -> None:
    assert rules.listed([Share(1, "fee_voucher", 1, 1, "甲")] * count, most) == told
