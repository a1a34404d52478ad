"""Items, standards and a term's plan at their very edges: lengths, amounts, days, what two plans differ in; the board's days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core.errors import Refused
from app.core.money import MOST_FEN
from app.fees import rules
from app.fees.board.refunding import refund_words
from app.fees.board.rules import Finding, ItemFacts, check_plan
from app.fees.item_fields import ItemDraft
from app.fees.money.settings import BY_MONTH, HALF, WHOLE
from app.fees.plan.rules import (
    LONGEST,
    Difference,
    PlanDraft,
    Standard,
    StandardDraft,
    basis_words,
    check_dates,
    check_item,
    check_price,
    check_standard,
    check_words,
    differences,
    price_words,
    standard_in_force,
    totals,
)
from tests.fees.test_fee_rules import PLAN, facts, item, keys

DAY = timedelta(1)
GROUPS = ("低保", "孤儿")
SOUND = ItemDraft("作业本费", rules.AGENCY, document="1号")


def fields(problems):
    return [problem.field for problem in problems]


# --- what is typed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("changes", "wrong"), [
    ({}, []), ({"name": " "}, ["name"]), ({"name": "伙食费"}, ["name"]), ({"name": " 伙食费 "}, ["name"]), ({"kind": "别的"}, ["kind"]),
    ({"measure": "周"}, ["measure"]), ({"unit": " "}, ["unit"]), ({"document": "", "office": "县发改委"}, []),
    ({"document": " "}, ["document"]),
    ({"kind": rules.FREE, "document": ""}, []), ({"waived": "低保\n孤儿"}, []), ({"waived": "低保\n军属"}, ["waived"]),
    ({"remark": "长" * LONGEST}, []), ({"remark": "长" * (LONGEST + 1)}, ["remark"]),
    ({"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 1)}, []),
    ({"starts_on": date(2026, 9, 2), "ends_on": date(2026, 9, 1)}, ["ends_on"]),
    ({"ends_on": date(2026, 9, 1)}, []), ({"starts_on": date(2026, 9, 1)}, []),
])
def test_items(changes, wrong):
    assert fields(check_item(replace(SOUND, **changes), ["伙食费"], GROUPS)) == wrong


def test_words_that_are_not_given_are_not_asked_for():
    assert check_words({}, GROUPS) == []
    assert fields(check_words({"name": "", "unit": ""}, GROUPS)) == ["name", "unit"]


@pytest.mark.parametrize(("draft", "wrong"), [
    (StandardDraft(0, date(2026, 9, 1)), []), (StandardDraft(MOST_FEN, date(2026, 9, 1), 12), []),
    (StandardDraft(1, date(2026, 9, 1), 0), []),
    (StandardDraft(None, date(2026, 9, 1)), ["fen"]), (StandardDraft(-1, date(2026, 9, 1)), ["fen"]),
    (StandardDraft(MOST_FEN + 1, date(2026, 9, 1)), ["fen"]), (StandardDraft(1, None), ["from_on"]),
    (StandardDraft(1, date(2026, 9, 1), 13), ["grade"]),
    (StandardDraft(1, date(2026, 9, 1), -1), ["grade"]), (StandardDraft(), ["fen", "from_on"]),
])
def test_standards(draft, wrong):
    assert fields(check_standard(draft)) == wrong


@pytest.mark.parametrize(("draft", "wrong"), [
    (PlanDraft(), []), (PlanDraft(rules.NOT_MADE_UP, date(2026, 9, 1), date(2026, 9, 1)), []), (PlanDraft("也许"), ["shortage"]),
    (PlanDraft(collect_from=date(2026, 9, 2), collect_until=date(2026, 9, 1)), ["collect_until"]),
    (PlanDraft(collect_until=date(2026, 9, 1)), []),
])
def test_what_is_decided_about_a_term(draft, wrong):
    assert fields(check_dates(draft)) == wrong


@pytest.mark.parametrize(("fen", "told"), [
    (None, ""), (0, ""), (100_000_00, ""), (100_000_01, "100,000 元之间"), (-1, "100,000 元之间"), (True, "请填金额"), ("60", "请填金额"),
    (60.0, "请填金额"),
])
def test_cells_of_the_matrix(fen, told):
    assert (told in check_price(fen)) if told else check_price(fen) == ""


@pytest.mark.parametrize(("office", "document", "issued_on", "words"), [
    ("县发改委", "1号", date(2026, 9, 1), "县发改委 1号（2026年9月1日）"), ("", "1号", None, "1号"), (" ", " ", date(2026, 9, 1), ""),
    ("县发改委", "", None, "县发改委"),
])
def test_words_of_a_basis(office, document, issued_on, words):
    assert basis_words(office, document, issued_on) == words


@pytest.mark.parametrize(("prices", "words"), [
    ({1: 700}, "7.00"), ({1: 700, 2: 700}, "7.00"), ({1: 700, 2: 1_000}, "一年级 7.00；二年级 10.00"),
    ({3: 1, 1: 1, 2: 2}, "一、三年级 0.01；二年级 0.02"),
])
def test_words_of_prices(prices, words):
    assert price_words(prices) == words


@pytest.mark.parametrize(("grades", "words"), [
    ([], ""), ([1], "一年级"), ([2, 1], "一、二年级"), ([1, 2, 3], "一至三年级"), ([1, 3], "一、三年级"), ([8, 9, 10], "八、九、高一年级"),
    ([7, 8, 9, 10], "七至九、高一年级"), ([9, 10, 11, 12], "九、高一至高三年级"), ([5, 5], "五年级"),
])
def test_words_of_grades(grades, words):
    assert rules.grades_words(grades) == words


# --- standards in force ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "grade", "number"), [
    (date(2026, 8, 31), 1, 1), (date(2026, 9, 1), 1, 2), (date(2026, 9, 1), 6, 3), (date(2025, 9, 1), 1, 1), (date(2025, 8, 31), 1, None),
    (date(2027, 1, 1), 6, 3), (date(2025, 9, 2), 6, 1),
])
def test_a_standard_is_in_force_from_its_day_on(day, grade, number):
    known = [Standard(1, 0, date(2025, 9, 1), 100), Standard(2, 0, date(2026, 9, 1), 200), Standard(3, 6, date(2026, 3, 1), 300)]
    found = standard_in_force(known, grade, day)
    assert (found.id if found else None) == number


# --- sums and differences ----------------------------------------------------------------------------------------


def test_sums_of_a_grade():
    books, meals, care, dress = (item(1), item(2, "伙食费", measure=rules.DAY), item(3, "课后服务费", measure=rules.MONTH, voluntary=True),
                                 item(4, "校服费", measure=rules.COPY, voluntary=True))
    prices = {(1, 1): 1_000, (2, 1): 900, (3, 1): 6_000, (4, 1): 20_001, (1, 2): 1}
    found = totals([books, meals, care, dress], prices)
    assert [(each.grade, each.fen, each.voluntary, each.beside) for each in found.values()] == [
        (1, 21_001, 20_001, ("伙食费", "课后服务费")), (2, 1, 0, ())]


@pytest.mark.parametrize(("then", "now", "sort", "words"), [
    (900, 901, "提高", "作业本费：一年级标准由“9.00”提高为“9.01”"), (901, 900, "降低", "作业本费：一年级标准由“9.01”降低为“9.00”"),
    (None, 900, "新增", "作业本费：一年级标准由“不收”新增为“9.00”"), (900, None, "取消", "作业本费：一年级标准由“9.00”取消为“不收”"),
    (0, 1, "提高", "作业本费：一年级标准由“0.00”提高为“0.01”"),
])
def test_how_a_price_changed(then, now, sort, words):
    def prices(fen):
        return {} if fen is None else {(1, 1): fen}

    each, = differences([item()], prices(then), [item()], prices(now))
    assert (each.sort, each.grade, each.item, each.sentence) == (sort, 1, 1, words)


def test_what_else_differs():
    assert differences([item()], {(1, 1): 5}, [item()], {(1, 1): 5}) == []
    gone, = differences([item()], {(1, 1): 5}, [], {})
    assert (gone.item, gone.sentence) == (0, "作业本费：取消")
    new, = differences([], {}, [item()], {(1, 1): 5})
    assert (new.item, new.sentence) == (1, "作业本费：新增")
    said = [each.sentence for each in differences([item()], {}, [item(voluntary=True, basis="")], {})]
    assert set(said) == {"作业本费：收费依据由“青发改价〔2019〕88号”变更为“（无）”", "作业本费：自愿由“非自愿”变更为“自愿”"}


# --- the state of a plan -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "words"), list(rules.STEPS.words.items()))
def test_a_plan_says_its_state(state, words):
    plan = replace(PLAN, state=state)
    assert plan.state_words == words
    for act, way in rules.STEPS.ways.items():
        assert plan.allows(act) == (state in way.turns)
        assert (plan.refusal(act) == "") == plan.allows(act)
        if plan.allows(act):
            assert plan.after(act) == way.turns[state]
        else:
            assert plan.term_title in plan.refusal(act)
            with pytest.raises(Refused):
                plan.after(act)


# --- days and amounts of the board -------------------------------------------------------------------------------


def rules_of(found: list[Finding]) -> list[str]:
    """Give which rules found something; only what is wrong in one grade names it."""
    assert all(each.grade == 0 for each in found if each.rule not in ("above_standard", "changed"))
    return [each.rule for each in found]


@pytest.mark.parametrize(("collect_from", "rule"), [
    (PLAN.starts_on - 15 * DAY, []), (PLAN.starts_on - 16 * DAY, ["prepayment"]), (PLAN.ends_on, []), (PLAN.ends_on + DAY, ["prepayment"]),
])
def test_first_and_last_day_on_which_money_may_be_taken(collect_from, rule):
    plan = replace(PLAN, collect_from=collect_from)
    assert keys(check_plan(facts(plan=plan, posted_on=collect_from - 7 * DAY), "post")) == rule


@pytest.mark.parametrize(("posted", "rule", "days"), [(7, [], ""), (6, ["short_publicity"], "只有 6 天"), (0, ["short_publicity"], "只有 0 天"),
                                                      (-1, ["short_publicity"], "只有 0 天")])
def test_days_of_publicity(posted, rule, days):
    found = check_plan(facts(posted_on=PLAN.collect_from - posted * DAY), "post")
    assert keys(found) == rule
    assert all(days in each.text for each in found)


@pytest.mark.parametrize(("fen", "rule"), [(1_000, []), (1_001, ["above_standard"]), (999, [])])
def test_a_fen_above_the_standard(fen, rule):
    known = {1: ItemFacts(standards=[Standard(1, 0, PLAN.collect_from, 1_000)])}
    assert keys(check_plan(facts(prices={(1, 1): fen}, catalogue=known), "post")) == rule


@pytest.mark.parametrize(("from_on", "ends_on", "rule"), [
    (PLAN.collect_from, PLAN.collect_from, []), (PLAN.collect_from + DAY, None, ["no_standard"]),
    (PLAN.collect_from, PLAN.collect_from - DAY, ["expired"]),
])
def test_first_and_last_day_of_a_basis(from_on, ends_on, rule):
    known = {1: ItemFacts(ends_on=ends_on, standards=[Standard(1, 0, from_on, 1_000)])}
    assert rules_of(check_plan(facts(item(kind=rules.SERVICE), catalogue=known), "post")) == rule


@pytest.mark.parametrize(("today", "rule"), [(date(2026, 10, 16), ["fresh_item"]), (date(2026, 10, 17), []), (None, [])])
def test_days_of_what_was_raised(today, rule):
    wish = facts(public={1}, fresh={1: date(2026, 10, 10)}, today=today)
    assert rules_of(check_plan(wish, "collect")) == rule


@pytest.mark.parametrize(("phones", "rule"), [
    (("1", "2"), []), (("1",), ["no_phone"]), ((), ["no_phone"]), (("", "2"), ["no_phone"]), (("1", " "), ["no_phone"])])
def test_two_telephones(phones, rule):
    assert rules_of(check_plan(facts(phones=phones), "post")) == rule


@pytest.mark.parametrize(("changes", "rule"), [
    ({"scope": " "}, ["no_scope"]), ({"refund_rule": ""}, []),
    ({"refund_rule": "", "kind": rules.ADMINISTRATIVE}, ["no_standard"]),
    ({"waiver_policy": " "}, ["no_waiver_policy", "waiver_untold"]), ({"basis": "另一份"}, ["stale_basis"]), ({"basis": ""}, ["no_basis"]),
])
def test_words_that_are_missing(changes, rule):
    known = {1: ItemFacts(basis="青发改价〔2019〕88号")}
    assert rules_of(check_plan(facts(item(**changes), catalogue=known), "post")) == rule


def test_an_item_without_any_price_is_told_and_charged_to_nobody():
    assert rules_of(check_plan(facts(item(), item(2, "伙食费"), prices={(1, 1): 5, (2, 1): 0}), "post")) == ["no_price"]


def test_no_day_of_collecting_is_told():
    assert rules_of(check_plan(facts(plan=replace(PLAN, collect_from=None)), "post")) == ["no_dates"]


@pytest.mark.parametrize(("name", "kind", "rule"), [
    ("学费", rules.ADMINISTRATIVE, ["no_standard"]), ("学费", rules.AGENCY, ["merged"]),
    ("学费及书本费", rules.ADMINISTRATIVE, ["merged", "no_standard"]),
    ("研学费", rules.AGENCY, []), ("游学费", rules.SERVICE, ["no_standard"]), ("研学费、学费", rules.AGENCY, ["merged"]),
    ("住宿费", rules.AGENCY, ["merged"]),
])
def test_tuition_stands_alone_and_a_study_trip_is_no_tuition(name, kind, rule):
    assert rules_of(check_plan(facts(item(name=name, kind=kind)), "post")) == rule


def test_errors_come_first_then_in_the_order_of_the_items():
    found = check_plan(facts(item(1, scope=""), item(2, "伙食费", basis="")), "post")
    assert [(each.rule, each.item, each.level) for each in found] == [("no_basis", 2, "error"), ("no_scope", 1, "warning")]


def test_what_concerns_a_whole_item_names_no_grade():
    found = check_plan(facts(item(kind=rules.FREE), item(2, "空调费"), prices={(1, 3): 5, (2, 4): 5}), "post")
    assert [(each.rule, each.item, each.grade) for each in found if each.rule == "free_charged"] == [("free_charged", 1, 0)]
    above = {1: ItemFacts(standards=[Standard(1, 0, PLAN.collect_from, 4)])}
    assert [(each.item, each.grade) for each in check_plan(facts(prices={(1, 3): 5}, catalogue=above), "post")] == [(1, 3)]


def test_a_word_of_an_item_has_two_hundred_signs():
    assert LONGEST == 200


def test_what_was_added_is_told_once():
    added = [Difference(1, "作业本费", "item", "新增")]
    assert rules_of(check_plan(facts(public=set(), since=added), "print")) == ["not_public"]


# --- what is promised is given, what is printed is computed -----------------------------------------------------


@pytest.mark.parametrize(("policy", "waived", "rule"), [
    ("低保、特困学生免收", (), ["waiver_not_given"]), ("低保、特困学生免收", ("低保",), ["waiver_not_given"]),
    ("低保、特困学生免收", ("低保", "特困供养"), []), ("困难学生免收", (), ["waiver_not_given"]), ("困难学生免收", ("低保",), []),
    ("困难学生按规定补助", (), []), ("", ("低保",), ["no_waiver_policy", "waiver_untold"]),
])
def test_a_waiver_that_is_promised_is_given(policy, waived, rule):
    wish = facts(item(waiver_policy=policy, waived=waived), groups=("低保", "特困供养", "残疾"))
    assert rules_of(check_plan(wish, "post")) == rule


@pytest.mark.parametrize(("words", "changes", "part_term", "wrong"), [
    ("中途退出的按月退还", {}, HALF, True), ("中途退出的按月退还", {}, BY_MONTH, False), ("不足半学期的减半", {}, HALF, False),
    ("不足半学期的减半", {}, WHOLE, True), ("按实际就餐天数退还", {"measure": rules.DAY}, HALF, False), ("按实际就餐天数退还", {}, HALF, True),
    ("凭票据结算", {"settled_by": rules.BY_STANDARD}, HALF, True), ("凭票据结算", {}, HALF, False), ("尺码不合可以调换", {}, HALF, False),
    ("按月结算", {"measure": rules.MONTH}, HALF, False), ("中途退出一律不退", {}, HALF, True),
])
def test_a_typed_refund_rule_says_nothing_else_than_is_computed(words, changes, part_term, wrong):
    found = rules_of(check_plan(facts(item(refund_rule=words, **changes), part_term=part_term), "post"))
    assert found == (["refund_differs"] if wrong else [])


@pytest.mark.parametrize(("changes", "part_term", "said"), [
    ({}, HALF, "按学期收取，中途转入、转出不足半学期的减半；凭票据据实分摊，结余退还"),
    ({"settled_by": rules.BY_STANDARD}, BY_MONTH, "按学期收取，中途转入、转出的按在校月数计；按标准结算，不另分摊"),
    ({"measure": rules.MONTH}, HALF, "按实际月数计收，当月在校不足 9 天的不计；凭票据据实分摊，结余退还"),
    ({"measure": rules.DAY}, HALF, "按实际天数计收，没有享用的天数退还；凭票据据实分摊，结余退还"),
    ({"measure": rules.COPY}, WHOLE, "按实际份数计收；凭票据据实分摊，结余退还"), ({"kind": rules.FREE}, HALF, ""),
])
def test_the_sentence_is_made_from_the_rule(changes, part_term, said):
    assert refund_words(item(**changes), part_term, 9) == said
