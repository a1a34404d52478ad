"""A term's money on a real file: days eaten, receipts, vouchers, settling, leavers, refunds, the close and its undo."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.fees.money import commands as money_commands
from app.fees.money import progress as money_progress
from app.fees.money import queries as money_queries
from app.fees.money import settings as money_settings
from app.fees.money import settlement
from app.fees.money.facts import Facts, head
from app.fees.money.rules import ReceiptDraft, RefundDraft, VoucherDraft
from app.fees.money.settling import Charge, account_of
from app.fees.tables import FeePlan
from app.school.tables import Pupil
from app.store import check, journal, settings
from app.store.database import database, scalar
from app.store.opening import Store
from tests.fee_verbs import record_voucher
from tests.money_fixture import BOOKS, CARE, CLUB, MEALS, UNIFORM, FeeSchool

PAID = date(2026, 9, 10)


def _voucher(school: FeeSchool, item: str, fen: int, number: str = "0001", **more: object) -> VoucherDraft:
    people = school.people
    values = {"code": "3200", "dated_on": date(2026, 11, 2), "handler": people["经手甲"], "acceptor": people["验收乙"],
              "auditor": people["审核丙"], **more}
    return VoucherDraft(plan_item=school.items[item], number=number, fen=fen, **values)  # type: ignore[arg-type]  # of all sorts


def _texts(trouble: pytest.ExceptionInfo[Invalid]) -> str:
    return "|".join(problem.text for problem in trouble.value.problems)


def _all_paid(school: FeeSchool) -> None:
    for class_id in school.classes.values():
        money_commands.pay_class(school.plan, class_id, PAID if class_id != school.classes["四年级1班"] else date(2026, 9, 11))


def _all_spent(school: FeeSchool) -> None:
    for number, (item, fen) in enumerate(((BOOKS, 10_001), (MEALS, 700_003), (CLUB, 50_000), (UNIFORM, 150_007))):
        record_voucher(school.plan, _voucher(school, item, fen, f"{number:04d}"))


def _spent(school: FeeSchool, item: str) -> int:
    return sum(each.spent for each in money_queries.accounts(school.plan) if each.plan_item == school.items[item])


# --- receipts ----------------------------------------------------------------------------------------------------


def test_a_whole_class_pays_in_one_step(fee_school: FeeSchool) -> None:
    made = money_commands.pay_class(fee_school.plan, fee_school.classes["三年级1班"], PAID, "现金", "No.0099").made
    assert len(made) == 4
    assert [number for (number,) in database.execute_sql("SELECT number FROM fee_receipt ORDER BY id").fetchall()] == [
        "No.0099", "No.0100", "No.0101", "No.0102"]
    facts = Facts(fee_school.plan)
    assert not any(facts.owed(fee_school.pupils[name]) for name in ("安一", "白二", "曹三", "邓四"))
    with pytest.raises(Refused, match="没有还要缴费"):
        money_commands.pay_class(fee_school.plan, fee_school.classes["三年级1班"], PAID)
    journal.undo()
    assert scalar("SELECT count(*) FROM fee_receipt_line") == 0


def test_numbers_are_never_used_twice(fee_school: FeeSchool) -> None:
    pupil, item = fee_school.pupils["安一"], fee_school.items[BOOKS]
    first = money_commands.record_receipts(fee_school.plan, [ReceiptDraft(pupil, PAID, {item: 500}, "A-7")]).made
    money_commands.void_receipts(first, "写错了人")
    with pytest.raises(Invalid) as trouble:
        money_commands.record_receipts(fee_school.plan, [
            ReceiptDraft(pupil, PAID, {item: 500}, "ａ-7"), ReceiptDraft(fee_school.pupils["曹三"], PAID, {item: 500}, "B1"),
            ReceiptDraft(fee_school.pupils["邓四"], PAID, {item: 500}, "b 1")])
    assert [(problem.row, problem.field) for problem in trouble.value.problems] == [(-1, "number"), (-3, "number")]
    money_commands.record_receipts(fee_school.plan, [ReceiptDraft(pupil, PAID, {item: 500}, "SJ-2026-00001")])
    money_commands.record_receipts(fee_school.plan, [ReceiptDraft(pupil, PAID, {item: 400}), ReceiptDraft(pupil, PAID, {item: 600})])
    numbers = [number for (number,) in database.execute_sql("SELECT number FROM fee_receipt ORDER BY id").fetchall()]
    assert numbers == ["A-7", "SJ-2026-00001", "SJ-2026-00002", "SJ-2026-00003"]


@pytest.mark.parametrize(("pupil", "item", "fen", "day", "told"), [
    ("安一", BOOKS, 1_501, PAID, "只欠 15.00 元"), ("安一", BOOKS, 0, PAID, "大于零"), ("白二", BOOKS, 1, PAID, "减免"),
    ("邓四", CARE, 6_000, PAID, "没有应收未收"), ("安一", BOOKS, 100, date(2026, 9, 1), "不能提前收费"),
    ("安一", BOOKS, 100, date(2027, 1, 1), "还没有到"), ("安一", BOOKS, 100, None, "请填写缴费日期"),
])
def test_no_more_than_is_owed_is_taken(fee_school: FeeSchool, pupil: str, item: str, fen: int, day: date | None, told: str) -> None:
    with pytest.raises(Invalid) as trouble:
        money_commands.record_receipts(fee_school.plan, [ReceiptDraft(fee_school.pupils[pupil], day, {fee_school.items[item]: fen})])
    assert told in _texts(trouble)
    assert scalar("SELECT count(*) FROM fee_receipt") == 0


def test_two_receipts_of_one_step_do_not_take_it_twice(fee_school: FeeSchool) -> None:
    draft = ReceiptDraft(fee_school.pupils["安一"], PAID, {fee_school.items[BOOKS]: 1_000})
    with pytest.raises(Invalid) as trouble:
        money_commands.record_receipts(fee_school.plan, [draft, draft])
    assert trouble.value.problems[0].row == -2


def test_nothing_is_taken_before_its_time(fee_school: FeeSchool) -> None:
    with journal.operation("退回公示"):
        FeePlan.update(state="posted").execute()
    with pytest.raises(Refused, match="不能登记收费。请先开始收费。"):
        money_commands.pay_class(fee_school.plan, fee_school.classes["三年级1班"], PAID)
    with pytest.raises(Refused, match="不能结算。请先开始收费。"):
        settlement.settle(fee_school.plan)


def test_voiding_wants_a_reason_and_happens_once(fee_school: FeeSchool) -> None:
    made = money_commands.pay_class(fee_school.plan, fee_school.classes["三年级1班"], PAID).made
    with pytest.raises(Invalid):
        money_commands.void_receipts(made[:1], "  ")
    money_commands.void_receipts(made[:1], "重开")
    with pytest.raises(Refused, match="已经作废"):
        money_commands.void_receipts(made[:2], "重开")
    assert Facts(fee_school.plan).owed(fee_school.pupils["安一"])


# --- days eaten --------------------------------------------------------------------------------------------------


def test_days_eaten_are_pasted_by_class(fee_school: FeeSchool) -> None:
    meals = fee_school.items[MEALS]
    one, two = fee_school.pupils["安一"], fee_school.pupils["白二"]
    assert money_commands.write_usage(fee_school.plan, {one: {meals: 88}, two: {meals: 90}}).count == 2
    charged = {each.pupil: each.fen for each in money_queries.charges(fee_school.plan) if each.plan_item == meals}
    assert (charged[one], charged[two]) == (88_000, 0)
    assert money_commands.write_usage(fee_school.plan, {one: {meals: 88}, two: {meals: None}}).count == 1
    assert Facts(fee_school.plan).usage == {(meals, one): 88}


def test_usage_tells_every_wrong_cell(fee_school: FeeSchool) -> None:
    meals, care, club = (fee_school.items[name] for name in (MEALS, CARE, CLUB))
    with pytest.raises(Invalid) as trouble:
        money_commands.write_usage(fee_school.plan, {
            fee_school.pupils["安一"]: {meals: -1, 999: 3}, fee_school.pupils["曹三"]: {care: 2},
            fee_school.pupils["高八"]: {club: 1}, fee_school.pupils["何九"]: {meals: 401}})
    assert len(trouble.value.problems) == 5
    assert {problem.row for problem in trouble.value.problems} == {
        fee_school.pupils[name] for name in ("安一", "曹三", "高八", "何九")}


# --- vouchers ----------------------------------------------------------------------------------------------------


def test_three_different_people_sign_a_voucher(fee_school: FeeSchool) -> None:
    with pytest.raises(Invalid) as trouble:
        record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 100, handler=fee_school.people["验收乙"], auditor=None))
    assert "验收人不能与经手人是同一个人" in _texts(trouble)
    assert "请选择审核人" in _texts(trouble)


def test_a_voucher_counts_once(fee_school: FeeSchool) -> None:
    first = record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 100, "00a1")).made[0]
    for number in ("00A1", "００ａ１", " 00a1 "):
        with pytest.raises(Invalid, match="不能重复报销"):
            record_voucher(fee_school.plan, _voucher(fee_school, MEALS, 200, number))
    record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 100, "00a1", code="3300"))
    money_commands.void_voucher(first, "金额写错")
    record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 150, "00a1"))
    assert Facts(fee_school.plan).vouchers == {fee_school.items[BOOKS]: 250}


@pytest.mark.parametrize(("changes", "told"), [
    ({"fen": 0}, "不能是零"), ({"fen": 10**30}, "离谱"), ({"fen": -5}, "小于零"), ({"number": " "}, "票据号码"), ({"plan_item": 99}, "请选择本学期"),
    ({"dated_on": date(2027, 1, 1)}, "还没有到"), ({"supplier": "长" * 61}, "最多 60 个字"), ({"kind": ""}, "票据种类"),
])
def test_a_bad_voucher(fee_school: FeeSchool, changes: dict[str, object], told: str) -> None:
    draft = _voucher(fee_school, BOOKS, 100)
    for key, value in changes.items():
        setattr(draft, key, value)
    with pytest.raises(Invalid) as trouble:
        record_voucher(fee_school.plan, draft)
    assert told in _texts(trouble)


def test_red_vouchers_take_back_no_more_than_there_is(fee_school: FeeSchool) -> None:
    black = record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 500, "1")).made[0]
    red = record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, -200, "2")).made[0]
    for wrong in ({black: {"fen": 100}}, {red: {"fen": -501}}, {black: {"plan_item": fee_school.items[MEALS]}}):
        with pytest.raises(Invalid, match="小于零"):
            money_commands.write_vouchers(fee_school.plan, wrong, [])
    with pytest.raises(Refused, match="小于零"):
        money_commands.void_voucher(black, "重开")
    assert Facts(fee_school.plan).vouchers == {fee_school.items[BOOKS]: 300}


def test_vouchers_are_changed_in_the_grid(fee_school: FeeSchool) -> None:
    one = record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 100, "1")).made[0]
    two = record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 100, "2")).made[0]
    money_commands.write_vouchers(fee_school.plan, {one: {"number": "2"}, two: {"number": "1", "fen": 300}}, [])
    assert Facts(fee_school.plan).vouchers == {fee_school.items[BOOKS]: 400}
    money_commands.void_voucher(two, "重开")
    with pytest.raises(Refused, match="已经作废"):
        money_commands.write_vouchers(fee_school.plan, {two: {"fen": 1}}, [])


# --- settling ----------------------------------------------------------------------------------------------------


def test_a_term_is_settled_to_the_fen(fee_school: FeeSchool, ledger: Store) -> None:
    _all_paid(fee_school)
    _all_spent(fee_school)
    done = settlement.settle(fee_school.plan)
    assert [_spent(fee_school, item) for item in (BOOKS, MEALS, CLUB, UNIFORM)] == [10_001, 700_003, 50_000, 150_007]
    assert done.paid - done.spent - (done.refund - done.shortage) + done.borne == 0
    assert done.remainder == 0
    poor = [each for each in money_queries.accounts(fee_school.plan, {fee_school.pupils["白二"]}) if each.spent]
    assert {each.plan_item: (each.refund, each.borne == each.spent) for each in poor}[fee_school.items[BOOKS]] == (0, True)
    for by in ("item", "grade", "class"):
        found = money_queries.sums(fee_school.plan, by)
        assert sum(each.spent for each in found) == done.spent
        assert sum(each.refund - each.shortage for each in found) == done.refund - done.shortage
    assert check.run(ledger.folder).sound
    assert journal.undo().startswith("结算")
    assert scalar("SELECT count(*) FROM fee_settlement") == 0
    assert head(fee_school.plan).state == "collecting"


def test_settling_again_after_a_new_voucher(fee_school: FeeSchool) -> None:
    _all_paid(fee_school)
    _all_spent(fee_school)
    first = settlement.settle(fee_school.plan)
    assert first.changed > 20
    record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 99, "9"))
    assert any("重新结算" in text for text in money_queries.problems(Facts(fee_school.plan)))
    with pytest.raises(Refused, match="重新结算"):
        settlement.close_term(fee_school.plan, "不管")
    again = settlement.settle(fee_school.plan)
    assert 0 < again.changed <= 9
    assert _spent(fee_school, BOOKS) == 10_100
    assert settlement.settle(fee_school.plan).changed == 0


def test_the_school_bears_odd_fen_where_it_says_so(fee_school: FeeSchool) -> None:
    settings.change({money_settings.REMAINDER: money_settings.BY_SCHOOL})
    _all_paid(fee_school)
    _all_spent(fee_school)
    done = settlement.settle(fee_school.plan)
    assert done.remainder > 0
    assert _spent(fee_school, BOOKS) < 10_001


def test_shortage_is_the_school_s_under_the_other_rule(fee_school: FeeSchool) -> None:
    with journal.operation("多退少不补"):
        FeePlan.update(shortage="不补").execute()
    _all_paid(fee_school)
    record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 99_999))
    done = settlement.settle(fee_school.plan)
    assert done.shortage == 0
    assert done.borne > 80_000


def test_a_leaver_is_settled_on_leaving_and_stays_so(fee_school: FeeSchool) -> None:
    _all_paid(fee_school)
    gone, here = fee_school.pupils["冯七"], fee_school.pupils["安一"]
    with pytest.raises(Refused, match="还在读"):
        settlement.settle_leavers(fee_school.plan, [here])
    money_commands.write_usage(fee_school.plan, {gone: {fee_school.items[MEALS]: 20}})
    settlement.settle_leavers(fee_school.plan, [gone])
    before = money_queries.accounts(fee_school.plan, {gone})
    balance = money_queries.open_balances(Facts(fee_school.plan))
    assert balance == {gone: 9_000}      # 29 days were paid, 20 eaten
    settlement.record_refunds(fee_school.plan, [RefundDraft(gone, 9_000, date(2026, 10, 12), "现金", "冯父")])
    _all_spent(fee_school)
    settlement.settle(fee_school.plan)
    after = money_queries.accounts(fee_school.plan, {gone})
    assert [each for each in after if each.at_leaving] == [each for each in before if each.at_leaving]
    assert _spent(fee_school, MEALS) == 700_003
    assert gone not in money_queries.open_balances(Facts(fee_school.plan))
    with pytest.raises(Refused, match="“已结算”，不能办理离校结算。请先撤销结算。"):
        settlement.settle_leavers(fee_school.plan, [gone])


def test_a_leaver_may_be_settled_by_vouchers(fee_school: FeeSchool) -> None:
    settings.change({money_settings.LEAVER: money_settings.AT_VOUCHERS})
    _all_paid(fee_school)
    record_voucher(fee_school.plan, _voucher(fee_school, UNIFORM, 9 * 20_000))
    settlement.settle_leavers(fee_school.plan, [fee_school.pupils["冯七"]])
    uniform = [each.spent for each in Facts(fee_school.plan).frozen if each.plan_item == fee_school.items[UNIFORM]]
    assert uniform == [20_000]


# --- giving back and closing -------------------------------------------------------------------------------------


def test_refunds_class_by_class_then_the_close(fee_school: FeeSchool) -> None:
    _all_paid(fee_school)
    _all_spent(fee_school)
    done = settlement.settle(fee_school.plan)
    day = date(2026, 11, 20)
    made = settlement.refund_class(fee_school.plan, fee_school.classes["三年级1班"], day, "现金").made
    assert made
    with pytest.raises(Refused, match="没有还没领取"):
        settlement.refund_class(fee_school.plan, fee_school.classes["三年级1班"], day)
    with pytest.raises(Refused, match="没有领取"):
        settlement.close_term(fee_school.plan)
    settlement.close_term(fee_school.plan, "毕业生未领，挂账")
    with pytest.raises(Refused, match="“已结账”，不能"):
        record_voucher(fee_school.plan, _voucher(fee_school, BOOKS, 1, "77"))
    with pytest.raises(Refused, match="“已结账”，不能"):
        settlement.settle(fee_school.plan)
    open_before = sum(fen for fen in money_queries.open_balances(Facts(fee_school.plan)).values() if fen > 0)
    settlement.refund_class(fee_school.plan, fee_school.classes["三年级2班"], day)      # claimed at last
    settlement.refund_class(fee_school.plan, fee_school.classes["四年级1班"], day)
    assert open_before > 0
    assert all(fen < 0 for fen in money_queries.open_balances(Facts(fee_school.plan)).values())
    assert scalar("SELECT sum(fen) FROM fee_refund") == done.refund - _refunds_of_debtors(fee_school)
    settlement.void_refund(made[0], "多点了一次")
    assert any(fen > 0 for fen in money_queries.open_balances(Facts(fee_school.plan)).values())


def _refunds_of_debtors(school: FeeSchool) -> int:
    """Give what 应补 takes from the 应退 of the same pupils: who has both gets the difference."""
    sums: dict[int, list[int]] = {}
    for each in money_queries.accounts(school.plan):
        sums.setdefault(each.pupil, []).append(each.refund)
    return sum(sum(max(one, 0) for one in found) - max(sum(found), 0) for found in sums.values())


def test_a_close_is_undone_and_reopened(fee_school: FeeSchool) -> None:
    _all_paid(fee_school)
    settlement.settle(fee_school.plan)
    settlement.close_term(fee_school.plan, "票据未到")
    journal.undo()
    assert head(fee_school.plan).state == "settled"
    settlement.close_term(fee_school.plan, "票据未到")
    with journal.operation("取消减免"):     # the roster goes on: no fault of a closed term
        Pupil.update(waiver="").where(Pupil.name == "白二").execute()
    assert money_queries.problems(Facts(fee_school.plan)) == []
    settlement.reopen_term(fee_school.plan)
    assert head(fee_school.plan).closed_on is None
    with pytest.raises(Refused, match="它还没有结账"):
        settlement.reopen_term(fee_school.plan)


@pytest.mark.parametrize(("fen", "told"), [(0, "以内"), (-5, "以内"), (10**9, "以内")])
def test_no_more_than_is_open_is_given_back(fee_school: FeeSchool, fen: int, told: str) -> None:
    _all_paid(fee_school)
    settlement.settle(fee_school.plan)
    with pytest.raises(Invalid) as trouble:
        settlement.record_refunds(fee_school.plan, [RefundDraft(fee_school.pupils["安一"], fen, PAID)])
    assert told in _texts(trouble)


def test_doubts_are_told(fee_school: FeeSchool) -> None:
    _all_paid(fee_school)
    doubts = settlement.settle(fee_school.plan).doubts
    assert any(BOOKS in text and "还没有支出票据" in text for text in doubts)
    assert not any(CARE in text and "票据" in text for text in doubts)     # a service fee goes by its standard
    assert f"“{CARE}”有 1 名学生没有回执，按不参加算。" in doubts
    assert f"“{MEALS}”还没有录入 9 名学生的天数（共 9 名），没有录的先按上课日算。" in doubts
    money_commands.write_usage(fee_school.plan, {fee_school.pupils["安一"]: {fee_school.items[MEALS]: 40}})
    assert any("8 名学生的天数（共 9 名）" in text for text in money_queries.asked_before_settling(Facts(fee_school.plan)))


def test_vouchers_far_from_what_was_taken_are_asked_about_and_turn_nothing_over(fee_school: FeeSchool) -> None:
    """One voucher of wages must not give all that was paid for a service back."""
    _all_paid(fee_school)
    before = [each for each in Facts(fee_school.plan).settled[0] if each.plan_item == fee_school.items[CARE]]
    handler, acceptor, auditor = fee_school.people.values()
    record_voucher(fee_school.plan, VoucherDraft(fee_school.items[CARE], "1", PAID, 1_000, handler=handler, acceptor=acceptor, auditor=auditor))
    after = [each for each in Facts(fee_school.plan).settled[0] if each.plan_item == fee_school.items[CARE]]
    assert after == before
    assert any(CARE in text and "相差很多" in text and "按标准结算" in text for text in money_queries.doubts(Facts(fee_school.plan)))


def test_arrears_and_shortage_are_two_words() -> None:
    """不补: who paid too little owes what was charged and nothing more; 补: above the charge it is 应补."""
    charge = Charge(1, 1, 1, 10_000, "", 10_000, 2)
    kept = account_of(charge, 3_000, 12_000, "不补")
    assert (kept.back, kept.arrears, kept.shortage, kept.borne) == (0, 7_000, 0, 2_000)
    made_up = account_of(charge, 3_000, 12_000, "补")
    assert (made_up.back, made_up.arrears, made_up.shortage) == (0, 7_000, 2_000)
    assert account_of(charge, 10_000, 9_000, "补").back == 1_000


def test_progress_is_the_sum_of_the_classes(fee_school: FeeSchool) -> None:
    money_commands.pay_class(fee_school.plan, fee_school.classes["三年级1班"], PAID)
    facts = Facts(fee_school.plan)
    classes = {each.name: each for each in money_progress.by_class(fee_school.plan)}
    assert classes["三年级1班"].owed == 0
    assert (classes["四年级1班"].debtors, classes["四年级1班"].paid) == (2, 0)
    charged = sum(each.fen for found in facts.charges.values() for each in found)
    assert charged - sum(sum(parts.values()) for parts in facts.paid_by.values()) == sum(each.owed for each in classes.values())
    _all_spent(fee_school)
    done = settlement.settle(fee_school.plan)
    after = Facts(fee_school.plan)
    assert sum(each.back - each.owed_now for each in money_progress.by_class(fee_school.plan)) == done.refund - done.arrears - done.shortage
    forbidden, explain = settlement.close_blocks(after)
    assert forbidden == []
    assert [each for each in explain if "退款" in each or "欠缴" in each] == explain[-2:]
    assert not after.stale
