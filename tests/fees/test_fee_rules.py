"""Fees without a file: sentences, sums, differences, and every check that forbids publishing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fees import rules
from app.fees.board import rules as board_rules
from app.fees.board.rules import Facts, ItemFacts, check_plan
from app.fees.item_fields import PlanItemRow
from app.fees.plan.rules import Standard, differences, price_words, standard_in_force, totals
from app.fees.rules import PlanRow

PLAN = PlanRow(1, 1, "2026—2027学年第一学期", 2026, 1, date(2026, 9, 1), date(2027, 1, 22), rules.DRAFT, rules.MADE_UP,
               date(2026, 9, 8), date(2026, 9, 18), None, None)
PHONES = ("0700-6210018", "0700-6210500")


def item(identity=1, name="作业本费", kind=rules.AGENCY, **words):
    usual = {"unit": "元/生·学期", "measure": rules.TERM, "basis": "青发改价〔2019〕88号", "scope": "全体学生", "voluntary": False,
             "waiver_policy": "家庭经济困难学生免收", "waived": ("低保",), "refund_rule": "据实结算", "supplier": "", "remark": ""}
    return PlanItemRow(id=identity, item_id=identity, position=identity, name=name, kind=kind, **usual | words)


def facts(*items, prices=None, **given):
    found = items or (item(),)
    matrix = prices if prices is not None else {(each.id, 1): 1_000 for each in found}
    usual = {"posted_on": date(2026, 9, 1), "phones": PHONES, "asked": True}
    return Facts(given.pop("plan", PLAN), found, matrix, **usual | given)


def keys(found, level="error"):
    return [each.rule for each in found if each.level == level]


def test_a_sound_plan_has_no_findings():
    assert check_plan(facts(), "post") == []


@pytest.mark.parametrize(("broken", "rule"), [
    (facts(item(basis=" ")), "no_basis"),
    (facts(prices={}), "no_items"),
    (facts(item(name="空调电费")), "banned"),
    (facts(item(name="期末试卷费")), "banned"),
    (facts(item(kind=rules.BANNED)), "banned"),
    (facts(item(kind=rules.FREE)), "free_charged"),
    (facts(item(name="学费和作业本费", kind=rules.ADMINISTRATIVE)), "merged"),
    (facts(item(name="住宿费", kind=rules.SERVICE)), "merged"),
    (facts(item(unit="元/生·学年")), "prepayment"),
    (facts(item(name="全年报刊费")), "prepayment"),
    (facts(plan=replace(PLAN, collect_from=date(2026, 7, 1)), posted_on=date(2026, 6, 1)), "prepayment"),
    (facts(posted_on=date(2026, 9, 2)), "short_publicity"),
    (facts(phones=("0700-6210018",)), "no_phone"),
    (facts(catalogue={1: ItemFacts(ends_on=date(2026, 8, 31))}), "expired"),
    (facts(catalogue={1: ItemFacts(active=False)}), "expired"),
    (facts(catalogue={1: ItemFacts(standards=[Standard(1, 0, date(2025, 9, 1), 999, "青发改价〔2025〕1号")])}), "above_standard"),
])
def test_each_wrong_plan_is_forbidden_by_its_rule(broken, rule):
    broken = replace(broken, banned={"空调": ("空调电费", "发改价格〔2010〕1619号"), "试卷": ("试卷费", "发改价格〔2010〕1619号")})
    found = check_plan(broken, "post")
    assert keys(found) == [rule]
    said = next(each for each in found if each.rule == rule)
    assert said.source
    assert said.text.endswith("。")
    assert "请" in said.text or "不得" in said.text or "不能" in said.text


def test_seven_days_of_publicity_are_enough_and_six_are_not():
    assert keys(check_plan(facts(posted_on=date(2026, 9, 1)), "post")) == []
    said = check_plan(facts(posted_on=date(2026, 9, 2)), "post")[0]
    assert "只有 6 天" in said.text
    assert "2026年9月9日" in said.text


def test_a_voluntary_item_needs_a_slip_before_anything_is_printed_or_collected():
    wish = facts(item(voluntary=True), asked=False, public={1})
    assert keys(check_plan(wish, "print")) == keys(check_plan(wish, "collect")) == ["no_slip"]
    assert keys(check_plan(wish, "post")) == []
    assert keys(check_plan(wish, "post"), "warning") == ["no_slip"]


def test_what_is_not_public_or_was_changed_since_is_not_charged():
    assert keys(check_plan(facts(public=None), "collect")) == ["not_public"]
    raised = differences([item()], {(1, 1): 900}, [item()], {(1, 1): 1_000})
    assert keys(check_plan(facts(public={1}, since=raised), "print")) == ["changed"]
    assert keys(check_plan(facts(public={1}, since=raised), "post")) == []


def test_what_was_added_or_raised_waits_for_its_own_days_of_publicity():
    wish = facts(public={1}, fresh={1: date(2026, 10, 10)}, today=date(2026, 10, 12))
    said = check_plan(wish, "collect")
    assert keys(said) == []
    assert keys(said, "warning") == ["fresh_item"]
    assert "2026年10月17日" in said[0].text
    assert check_plan(replace(wish, today=date(2026, 10, 17)), "collect") == []


def test_the_school_decides_how_strict_a_check_is():
    broken = facts(item(basis=""))
    assert keys(check_plan(broken, "post", {"no_basis": "warning"})) == []
    assert keys(check_plan(broken, "post", {"no_basis": "warning"}), "warning") == ["no_basis"]
    assert check_plan(broken, "post", {"no_basis": None}) == []


def test_the_standard_in_force_is_the_latest_begun_and_that_of_the_grade_first():
    known = [Standard(1, 0, date(2022, 9, 1), 300), Standard(2, 0, date(2026, 9, 1), 320), Standard(3, 6, date(2024, 9, 1), 280),
             Standard(4, 0, date(2027, 1, 1), 999)]
    assert standard_in_force(known, 1, date(2026, 9, 8)).id == 2
    assert standard_in_force(known, 6, date(2026, 9, 8)).id == 3
    assert standard_in_force(known, 1, date(2023, 9, 8)).id == 1
    assert standard_in_force(known, 1, date(2020, 9, 8)) is None


def test_every_rule_has_a_title_a_source_and_a_key_of_its_own():
    assert len({rule.key for rule in board_rules.RULES}) == len(board_rules.RULES)
    assert all(rule.title and rule.source for rule in board_rules.RULES)


# --- sums and differences ----------------------------------------------------------------------------------------


def test_the_mistake_of_a_real_public_sheet_is_added_up_right():
    """60 + 970 + 300 + 403 was printed as 1730."""
    items = [item(at) for at in (1, 2, 3, 4)]
    total = totals(items, {(1, 1): 6_000, (2, 1): 97_000, (3, 1): 30_000, (4, 1): 40_300})[1]
    assert total.fen == 173_300


def test_items_by_day_stand_beside_the_sum():
    total = totals([item(1, voluntary=True), item(2, "伙食费", measure=rules.DAY)], {(1, 3): 500, (2, 3): 1_000})[3]
    assert (total.fen, total.voluntary, total.beside) == (500, 500, ("伙食费",))


prices = st.dictionaries(st.tuples(st.integers(1, 5), st.integers(1, 9)), st.integers(0, 200_000))


@given(prices)
def test_sums_are_those_of_their_cells(matrix):
    items = [item(at, voluntary=at % 2 == 0) for at in range(1, 6)]
    found = totals(items, matrix)
    assert sum(total.fen for total in found.values()) == sum(matrix.values())
    assert all(0 <= total.voluntary <= total.fen for total in found.values())


@given(prices, prices)
def test_differences_are_none_only_between_plans_that_are_alike(one, other):
    items = [item(at) for at in range(1, 6)]
    found = differences(items, one, items, other)
    assert (found == []) == (one == other)
    assert {(each.item, each.grade) for each in found} == {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def test_differences_name_what_was_added_raised_lowered_withdrawn_and_reworded():
    before = [item(1), item(2, "校服费"), item(3, "教辅材料费")]
    after = [item(1, basis="青发改价〔2026〕3号", voluntary=True), item(3, "教辅材料费"), item(4, "校车费")]
    found = differences(before, {(1, 1): 100, (3, 3): 500, (3, 4): 500}, after, {(1, 1): 120, (3, 3): 400, (3, 5): 1})
    assert [(each.name, each.what, each.sort, each.grade) for each in found] == [
        ("作业本费", "basis", "变更", 0), ("作业本费", "voluntary", "变更", 0), ("作业本费", "price", "提高", 1),
        ("教辅材料费", "price", "降低", 3), ("教辅材料费", "price", "取消", 4), ("教辅材料费", "price", "新增", 5),
        ("校车费", "item", "新增", 0), ("校服费", "item", "取消", 0)]
    assert found[2].sentence == "作业本费：一年级标准由“1.00”提高为“1.20”"


# --- words -------------------------------------------------------------------------------------------------------


def test_refunds_are_promised_as_the_school_decided():
    assert "多退少补" in rules.refund_sentence(rules.MADE_UP)
    assert "补收" in rules.refund_sentence(rules.MADE_UP)
    assert "多退少不补" in rules.refund_sentence(rules.NOT_MADE_UP)
    assert "学校承担" in rules.refund_sentence(rules.NOT_MADE_UP)
    assert rules.refund_sentence(rules.NOT_MADE_UP, full=False) == "多退少不补"


@pytest.mark.parametrize(("grades", "words"), [
    ([1], "一年级"), ([1, 2], "一、二年级"), ([3, 4, 5, 6], "三至六年级"), ([1, 3, 4, 5], "一、三至五年级"),
    ([10, 11, 12], "高一至高三年级"), ([8, 9, 10], "八、九、高一年级"), ([], "")])
def test_grades_are_said_shortly(grades, words):
    assert rules.grades_words(grades) == words


def test_prices_are_said_once_where_they_are_the_same():
    assert price_words({1: 700, 2: 700}) == "7.00"
    assert price_words({1: 700, 2: 700, 3: 1_000}) == "一、二年级 7.00；三年级 10.00"
