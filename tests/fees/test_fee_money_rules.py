"""Receipts, vouchers and refunds at their very edges: a 分 too much, a day too early, the same number written otherwise."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core.errors import Invalid
from app.core.money import MOST_FEN
from app.fees.money.paying import spread
from app.fees.money.rules import (
    LONGEST,
    ReceiptDraft,
    RefundDraft,
    VoucherDraft,
    check_day,
    check_receipt,
    check_refund,
    check_voucher,
    numbers_from,
    run_of_numbers,
    same_number,
)
from app.school.settings import FORBID, IGNORE, REMIND

TODAY, DAY = date(2026, 11, 21), timedelta(1)
NAMES = {7: "作业本费", 8: "伙食费"}
VOUCHER = VoucherDraft(7, "0001", TODAY, 1, handler=1, acceptor=2, auditor=3)
PEOPLE = (1, 2, 3)


def fields(problems):
    return [problem.field for problem in problems]


@pytest.mark.parametrize(("day", "first", "told"), [
    (TODAY, None, ""), (TODAY + DAY, None, "还没有到"), (None, None, "请填写"), (TODAY - DAY, TODAY - DAY, ""),
    (TODAY - 2 * DAY, TODAY - DAY, "不能提前收费"), (TODAY, TODAY, ""),
])
def test_days(day, first, told):
    found = check_day("paid_on", "缴费日期", day, TODAY, first)
    assert [told in problem.text for problem in found] == ([True] if told else [])


@pytest.mark.parametrize(("fen", "told"), [
    ({7: 1}, ""), ({7: 1_500}, ""), ({7: 1_501}, "只欠 15.00 元，不能收 15.01 元"), ({7: 0}, "大于零"), ({7: -1}, "大于零"),
    ({}, "至少一个项目"),
    ({9: 5}, "不在本学期"), ({8: 1}, "没有应收未收"), ({7: 1, 8: 1}, "没有应收未收"),
])
def test_what_a_receipt_may_take(fen, told):
    found = check_receipt(ReceiptDraft(1, TODAY, fen), TODAY, None, {7: 1_500, 8: 0}, NAMES)
    assert [told in problem.text for problem in found] == ([True] if told else [])


def test_one_fen_that_is_owed_is_told_as_owed():
    assert "只欠 0.01 元" in check_receipt(ReceiptDraft(1, TODAY, {7: 2}), TODAY, None, {7: 1}, NAMES)[0].text


@pytest.mark.parametrize("field", ["number", "method", "remark"])
def test_lengths_on_a_receipt(field):
    for length, wrong in ((LONGEST, []), (LONGEST + 1, [field])):
        draft = replace(ReceiptDraft(1, TODAY, {7: 1}), **{field: "长" * length})
        assert fields(check_receipt(draft, TODAY, None, {7: 1}, NAMES)) == wrong


@pytest.mark.parametrize(("changes", "wrong"), [
    ({}, []), ({"fen": 0}, ["fen"]), ({"fen": None}, ["fen"]), ({"fen": -1}, []), ({"fen": MOST_FEN}, []), ({"fen": -MOST_FEN}, []),
    ({"fen": MOST_FEN + 1}, ["fen"]), ({"fen": -MOST_FEN - 1}, ["fen"]), ({"number": " 　"}, ["number"]), ({"kind": " "}, ["kind"]),
    ({"plan_item": 8}, ["plan_item"]), ({"plan_item": None}, ["plan_item"]), ({"dated_on": TODAY + DAY}, ["dated_on"]),
    ({"handler": None}, ["handler"]), ({"handler": 4}, ["handler"]), ({"acceptor": 1}, ["acceptor"]), ({"auditor": 1}, ["auditor"]),
    ({"auditor": 2}, ["auditor"]), ({"acceptor": 1, "auditor": 1}, ["acceptor", "auditor"]), ({"supplier": "长" * LONGEST}, []),
    ({"supplier": "长" * (LONGEST + 1)}, ["supplier"]), ({"code": "1" * (LONGEST + 1)}, ["code"]),
    ({"remark": "长" * (LONGEST + 1)}, ["remark"]),
])
def test_vouchers(changes, wrong):
    assert fields(check_voucher(replace(VOUCHER, **changes), TODAY, [7], PEOPLE)) == wrong


@pytest.mark.parametrize(("apart", "level"), [(FORBID, ["error"]), (REMIND, ["warning"]), (IGNORE, [])])
def test_whether_one_person_may_sign_twice_is_the_school_s(apart, level):
    found = check_voucher(replace(VOUCHER, auditor=1), TODAY, [7], PEOPLE, apart)
    assert [problem.level for problem in found] == level
    assert all("审核人" in problem.text and "经手人" in problem.text for problem in found)


def test_a_word_on_a_money_paper_has_sixty_signs():
    assert LONGEST == 60


@pytest.mark.parametrize(("balance", "fen", "wrong"), [
    (500, 500, []), (500, 1, []), (500, 501, ["fen"]), (500, 0, ["fen"]), (500, -1, ["fen"]), (-500, -500, []),
    (-500, -501, ["fen"]),
    (-500, 1, ["fen"]), (-500, 0, ["fen"]), (0, 1, ["fen"]), (0, 0, ["fen"]), (1, 1, []), (-1, -1, []),
])
def test_refunds(balance, fen, wrong):
    assert fields(check_refund(RefundDraft(1, fen, TODAY), TODAY, balance)) == wrong


def test_what_a_refund_says():
    assert "应退 5.00 元" in check_refund(RefundDraft(1, 501, TODAY), TODAY, 500)[0].text
    assert "应补 5.00 元" in check_refund(RefundDraft(1, 501, TODAY), TODAY, -500)[0].text
    long = "长" * (LONGEST + 1)
    assert fields(check_refund(RefundDraft(1, 1, None, long, long, long), TODAY, 1)) == ["paid_on", "method", "signer", "remark"]


@pytest.mark.parametrize(("first", "count", "numbers"), [
    ("0012345", 3, ["0012345", "0012346", "0012347"]), ("No.9", 2, ["No.9", "No.10"]), ("A099", 2, ["A099", "A100"]),
    (" 7 ", 1, ["7"]),
    ("1" * 15, 1, ["1" * 15]), ("5", 0, []), ("a1b09", 2, ["a1b09", "a1b10"]),
])
def test_runs_of_numbers(first, count, numbers):
    assert numbers_from(first, count) == numbers


@pytest.mark.parametrize("first", ["", "No.", "12a", "1" * 16])
def test_what_cannot_be_counted_on(first):
    with pytest.raises(ValueError, match=first or "^$"):
        numbers_from(first, 1)


def test_runs_of_receipts_without_a_first_number():
    assert run_of_numbers(" ", 3) == ["", "", ""]
    assert run_of_numbers("7", 2) == ["7", "8"]
    with pytest.raises(Invalid):
        run_of_numbers("No.", 1)


@pytest.mark.parametrize(("one", "other"), [("ａｂ 12", "AB12"), ("No. 7", "no.7"), ("04410266", "０４４１０２６６")])
def test_one_number_written_twice(one, other):
    assert same_number(one) == same_number(other)


@pytest.mark.parametrize(("fen", "parts"), [
    (0, {}), (1, {7: 1}), (500, {7: 500}), (501, {7: 500, 8: 1}), (800, {7: 500, 8: 300}), (801, {7: 500, 8: 301}),
])
def test_one_amount_over_several_items(fen, parts):
    assert spread({7: 500, 8: 300}, fen) == parts


def test_an_amount_of_who_owes_nothing_goes_nowhere():
    assert spread({}, 100) == {}
    assert spread({7: 0, 8: 0}, 100) == {8: 100}
