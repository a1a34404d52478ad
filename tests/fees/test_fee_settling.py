"""The algebra of charging and settling: nothing is lost, whatever the class, choices, waivers, joins and leaves."""

from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fees.money import settling
from app.fees.money.settings import BY_MONTH, BY_PUPILS, BY_SCHOOL, HALF, WHOLE
from app.fees.money.settling import Account, Calendar, Charge, Child, Item, Stay
from app.fees.rules import COPY, DAY, MADE_UP, MEASURES, MONTH, NOT_MADE_UP, TERM

START, END = date(2026, 9, 1), date(2027, 1, 20)
_TERM = Calendar(START, END)
_day = st.dates(date(2026, 8, 1), date(2027, 2, 28))


@st.composite
def _children(draw: st.DrawFn) -> list[Child]:
    children = []
    for identity in range(1, draw(st.integers(0, 14)) + 1):
        joined = draw(st.one_of(st.just(START), _day))
        left = draw(st.one_of(st.none(), st.none(), _day))
        children.append(Child(identity, draw(st.integers(1, 3)), (Stay(joined, left),), draw(st.sampled_from(["", "", "", "低保", "孤儿"]))))
    return children


@st.composite
def _settled(draw: st.DrawFn) -> tuple[list[Charge], dict[int, int], int, str, str, dict[int, Account]]:
    """Give a whole random item: charges, what was paid, vouchers, both settings, leavers settled earlier."""
    days = Calendar(START, END, part_term=draw(st.sampled_from([WHOLE, HALF, BY_MONTH])))
    item = Item(7, draw(st.sampled_from(MEASURES)), draw(st.dictionaries(st.integers(1, 3), st.integers(0, 50_000))),
                draw(st.booleans()), ("低保",))
    by_days = draw(st.booleans())
    charges, paid = [], {}
    for child in draw(_children()):
        charge = settling.charge(item, child, days, draw(st.sampled_from([None, True, True, False])),
                                 draw(st.one_of(st.none(), st.integers(0, 120))), by_days)
        if charge:
            charges.append(charge)
        paid[child.id] = draw(st.sampled_from([charge.fen if charge else 0, 0, draw(st.integers(0, 60_000))]))
    shortage, bearer = draw(st.sampled_from([MADE_UP, NOT_MADE_UP])), draw(st.sampled_from([BY_PUPILS, BY_SCHOOL]))
    leavers = {each.pupil: settling.settle_leaver(each, paid[each.pupil], shortage) for each in charges if draw(st.booleans()) and
               each.pupil % 3 == 0}
    return charges, paid, draw(st.integers(0, 10**7)), shortage, bearer, leavers


@given(st.integers(-10**9, 10**9), st.lists(st.integers(0, 500), max_size=60))
def test_shares_sum_to_the_total(total: int, weights: list[int]) -> None:
    shares = settling.allocate(total, weights)
    assert sum(shares) == (total if any(weights) else 0)
    assert all(not share for share, weight in zip(shares, weights, strict=True) if not weight)
    by_school = settling.allocate(total, weights, BY_SCHOOL)
    assert 0 <= abs(total) - abs(sum(by_school)) < max(1, len(weights)) or not any(weights)
    assert all(0 <= abs(each) - abs(low) <= 1 for each, low in zip(shares, by_school, strict=True))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 500), min_size=1, max_size=60))
def test_each_gets_his_part_to_the_fen(total: int, weights: list[int]) -> None:
    for share, weight in zip(settling.allocate(total, weights), weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


def test_odd_fen_go_to_the_largest_fractions_then_in_order() -> None:
    assert settling.allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert settling.allocate(101, [1, 1, 1]) == [34, 34, 33]
    assert settling.allocate(10, [1, 1, 5]) == [2, 1, 7]       # 1.43, 1.43, 7.14
    assert settling.allocate(11, [0, 3, 4]) == [0, 5, 6]       # 4.71, 6.29
    assert settling.allocate(100, [1, 1, 1], BY_SCHOOL) == [33, 33, 33]
    assert settling.allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert settling.allocate(5, []) == []


@given(_settled())
def test_the_identities_hold(case: tuple[list[Charge], dict[int, int], int, str, str, dict[int, Account]]) -> None:
    charges, paid, total, shortage, bearer, leavers = case
    accounts, remainder = settling.settle_item(7, charges, paid, total, shortage, bearer, leavers)
    assert sum(each.spent for each in accounts) + remainder == total
    assert not settling.faults(accounts, {7: total}, {7: remainder}, str)
    assert all(each.paid - each.spent - each.refund + each.borne == 0 for each in accounts)
    assert sum(each.paid for each in accounts) == sum(paid.values())        # nobody's money is forgotten
    assert len({each.pupil for each in accounts}) == len(accounts)
    if bearer == BY_PUPILS and not leavers:
        assert remainder == (0 if any(each.weight for each in charges) else total)
    for each in accounts:
        if shortage == NOT_MADE_UP:
            assert each.refund >= each.paid - each.charged      # nobody owes more than he was charged
        assert each.borne >= 0


@given(_settled())
def test_waived_pupils_pay_nothing_and_burden_nobody(case: tuple[list[Charge], dict[int, int], int, str, str, dict[int, Account]]) -> None:
    charges, paid, total, shortage, bearer, _ = case
    accounts, _ = settling.settle_item(7, charges, paid, total, shortage, bearer)
    waived = {each.pupil for each in charges if each.why == settling.WAIVED}
    for each in accounts:
        if each.pupil in waived:
            assert (each.refund, each.borne) == (each.paid, each.spent)
    # With the same children paying, everybody else bears the same to the 分.
    as_payers = [Charge(each.pupil, 7, each.units, each.full, "", each.full, each.weight) for each in charges]
    others, _ = settling.settle_item(7, as_payers, paid, total, shortage, bearer)
    spent = {each.pupil: each.spent for each in others}
    assert all(spent.get(each.pupil, 0) == each.spent for each in accounts if each.pupil not in waived)


@given(_settled())
def test_the_whole_is_its_parts(case: tuple[list[Charge], dict[int, int], int, str, str, dict[int, Account]]) -> None:
    charges, paid, total, shortage, bearer, leavers = case
    accounts, _ = settling.settle_item(7, charges, paid, total, shortage, bearer, leavers)
    ordered = sorted(accounts, key=lambda each: each.pupil % 4)
    parts = [list(group) for _, group in groupby(ordered, key=lambda each: each.pupil % 4)]
    for field in ("charged", "paid", "spent", "refund", "borne"):
        assert sum(sum(getattr(each, field) for each in part) for part in parts) == sum(getattr(each, field) for each in accounts)


@given(_settled())
def test_a_leaver_s_account_stands(case: tuple[list[Charge], dict[int, int], int, str, str, dict[int, Account]]) -> None:
    charges, paid, total, shortage, bearer, leavers = case
    for vouchers in (total, total + 12_345, 0):
        accounts, _ = settling.settle_item(7, charges, paid, vouchers, shortage, bearer, leavers)
        assert {each.pupil: each for each in accounts if each.at_leaving} == leavers


def test_a_leaver_s_later_payment_comes_back_to_him() -> None:
    leaver = settling.settle_leaver(Charge(1, 7, 1, 500, "", 500, 1), 500, MADE_UP)
    assert (leaver.spent, leaver.refund) == (500, 0)
    accounts, _ = settling.settle_item(7, [], {1: 800}, 500, MADE_UP, settled={1: leaver})
    assert accounts == [Account(1, 7, 500, 800, 500, 300, at_leaving=True)]


def test_arrears_are_owed_and_shortage_is_made_up_or_not() -> None:
    charges = [Charge(1, 7, 1, 1000, "", 1000, 1), Charge(2, 7, 1, 1000, "", 1000, 1)]
    accounts, _ = settling.settle_item(7, charges, {1: 1000}, 2400, MADE_UP)
    assert [(each.spent, each.refund, each.borne) for each in accounts] == [(1200, -200, 0), (1200, -1200, 0)]
    accounts, _ = settling.settle_item(7, charges, {1: 1000}, 2400, NOT_MADE_UP)
    assert [(each.spent, each.refund, each.borne) for each in accounts] == [(1200, 0, 200), (1200, -1000, 200)]


def test_an_item_by_its_standard_spends_what_it_charges() -> None:
    charges = [Charge(1, 7, 1, 1000, "", 1000, 1), Charge(2, 7, 1, 0, settling.WAIVED, 1000, 1)]
    accounts, remainder = settling.settle_item(7, charges, {1: 1000, 9: 50}, None, MADE_UP)
    assert accounts == [Account(1, 7, 1000, 1000, 1000, 0), Account(9, 7, 0, 50, 0, 50)]
    assert remainder == 0


@given(st.integers(-10**6, 10**6), st.dictionaries(st.integers(1, 9), st.integers(-10**5, 10**5), max_size=6))
def test_a_refund_is_attributed_to_the_fen(fen: int, refunds: dict[int, int]) -> None:
    assert sum(settling.attributed(fen, refunds).values()) == fen
    assert settling.attributed(sum(refunds.values()), refunds) == refunds


@given(_day, st.one_of(st.none(), _day), st.integers(0, 400))
def test_days_before_and_after_a_change_of_class_are_the_days_without(joined: date, left: date | None, at: int) -> None:
    middle = joined + timedelta(at)
    if left and middle > left:
        return
    whole, split = _TERM.presence((Stay(joined, left),)), _TERM.presence((Stay(joined, middle), Stay(middle, left)))
    assert whole == split


def test_presence_and_its_edges() -> None:
    assert _TERM.presence((Stay(date(2026, 8, 1)),)).whole
    assert _TERM.presence((Stay(START, START),)).absent
    assert _TERM.presence((Stay(date(2026, 8, 1), START),)).absent
    away = _TERM.presence((Stay(START, date(2026, 10, 1)), Stay(date(2026, 12, 1))))
    assert not away.whole
    charged = settling.charge(Item(7, TERM, {1: 100}), Child(1, 1, (Stay(START, date(2026, 10, 1)), Stay(date(2026, 12, 1)))), _TERM)
    assert charged
    assert charged.why == "中途离校"
    one = _TERM.presence((Stay(START, date(2026, 9, 2)),))
    assert (one.days, one.months, one.left_on) == (1, 0, date(2026, 9, 2))
    assert settling.charge(Item(7, TERM, {1: 100}), Child(1, 1, (Stay(START, START),)), _TERM) is None
    assert settling.charge(Item(7, COPY, {1: 100}), Child(1, 2, (Stay(START),)), _TERM) is None


def test_meals_paid_by_the_term_go_by_days_eaten() -> None:
    item, there = Item(7, TERM, {1: 97_000}), (Stay(START),)
    charges = [settling.charge(item, Child(n, 1, there), _TERM, used=used, by_days=True) for n, used in ((1, 100), (2, 50), (3, 0))]
    assert [(each.fen, each.weight) for each in charges if each] == [(97_000, 9_700_000), (97_000, 4_850_000), (97_000, 0)]
    eaten = settling.charge(Item(7, DAY, {1: 1_000}), Child(1, 1, there), _TERM, used=33)
    assert eaten == Charge(1, 7, 33, 33_000, settling.BY_USAGE, 33_000, 33_000)


def test_grades_that_pay_different_prices_bear_their_part_of_a_common_voucher():
    item = Item(7, TERM, {3: 7_600, 5: 9_120}, False, ())
    charges = [charge for number, grade in ((1, 3), (2, 3), (3, 5)) if (charge := settling.charge(
        item, Child(number, grade, (Stay(START, None),), ""), _TERM))]
    paid = {charge.pupil: charge.fen for charge in charges}
    accounts, remainder = settling.settle_item(7, charges, paid, 12_160, MADE_UP)      # half of what was collected
    assert [(each.spent, each.refund) for each in accounts] == [(3_800, 3_800), (3_800, 3_800), (4_560, 4_560)]
    assert remainder == 0


def test_an_item_without_a_price_yet_is_shared_by_heads():
    item = Item(7, TERM, {3: 0, 5: 0}, False, ())
    charges = [charge for number, grade in ((1, 3), (2, 5)) if (charge := settling.charge(
        item, Child(number, grade, (Stay(START, None),), ""), _TERM))]
    accounts, _ = settling.settle_item(7, charges, {}, 1_001, MADE_UP)
    assert [each.spent for each in accounts] == [501, 500]


# --- exactly at the edge -----------------------------------------------------------------------------------------

MONDAY = date(2026, 9, 7)


@pytest.mark.parametrize(("term_days", "there", "fen", "weight"), [     # school days in one week from Monday on
    (4, 4, 101, 2), (4, 3, 101, 2), (4, 2, 101, 2), (4, 1, 51, 1), (5, 3, 101, 2), (5, 2, 51, 1), (5, 1, 51, 1), (1, 1, 101, 2),
])
@pytest.mark.parametrize("late", [False, True])
def test_less_than_half_a_term_costs_half(term_days: int, there: int, fen: int, weight: int, late: bool) -> None:
    """Exactly half is a whole term; half an odd price is rounded up."""
    term = Calendar(MONDAY, MONDAY + timedelta(term_days - 1))
    stay = Stay(MONDAY + timedelta(term_days - there)) if late else Stay(MONDAY, MONDAY + timedelta(there))
    charged = settling.charge(Item(7, TERM, {1: 101}), Child(1, 1, (stay,)), term)
    assert charged
    assert (charged.fen, charged.weight) == (fen, weight * 101)


@pytest.mark.parametrize(("price", "part_term", "there", "fen"), [
    (100, WHOLE, 1, 100), (100, BY_MONTH, 1, 33), (200, BY_MONTH, 1, 67), (100, BY_MONTH, 2, 67), (100, BY_MONTH, 3, 100),
    (101, BY_MONTH, 3, 101), (1, BY_MONTH, 1, 0), (1, BY_MONTH, 2, 1), (100, BY_MONTH, 0, 0),
])
def test_part_of_a_term_by_its_months(price: int, part_term: str, there: int, fen: int) -> None:
    term = Calendar(date(2026, 9, 1), date(2026, 11, 30), part_term=part_term)
    left = (date(2026, 9, 2), date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))[there]
    charged = settling.charge(Item(7, TERM, {1: price}), Child(1, 1, (Stay(date(2026, 8, 1), left),)), term)
    assert charged
    assert charged.fen == fen


def test_half_a_fen_by_the_month_goes_up() -> None:
    term = Calendar(date(2026, 9, 1), date(2026, 10, 31), part_term=BY_MONTH)
    charged = settling.charge(Item(7, TERM, {1: 5}), Child(1, 1, (Stay(date(2026, 9, 1), date(2026, 10, 1)),)), term)
    assert charged
    assert (charged.fen, charged.weight) == (3, 5)      # 2.5


@pytest.mark.parametrize(("least", "joined", "left", "months"), [
    (10, date(2026, 9, 21), date(2026, 10, 1), 1), (10, date(2026, 9, 22), date(2026, 10, 1), 0),
    (10, date(2026, 9, 22), date(2026, 10, 11), 1),
    (10, date(2026, 9, 21), date(2026, 10, 11), 2), (10, date(2026, 9, 22), date(2026, 10, 10), 0),
    (1, date(2026, 9, 30), date(2026, 10, 2), 2),
    (11, date(2026, 9, 21), date(2026, 10, 1), 0), (11, date(2026, 9, 20), date(2026, 10, 1), 1),
])
def test_exactly_so_many_days_make_a_month(least: int, joined: date, left: date, months: int) -> None:
    term = Calendar(START, END, least_days=least)
    assert term.presence((Stay(joined, left),)).months == months
    charged = settling.charge(Item(7, MONTH, {1: 6_000}), Child(1, 1, (Stay(joined, left),)), term)
    assert charged
    assert (charged.units, charged.fen) == (months, 6_000 * months)


@pytest.mark.parametrize(("joined", "left", "days", "whole"), [
    (START, None, (START, END), True), (START, END + timedelta(1), (START, END), True),
    (START, END, (START, END - timedelta(1)), False),
    (START + timedelta(1), None, (START + timedelta(1), END), False), (START - timedelta(1), None, (START, END), True),
    (END, None, (END, END), False), (END + timedelta(1), None, None, False), (START, START + timedelta(1), (START, START), False),
])
def test_first_and_last_days(joined: date, left: date | None, days: tuple[date, date] | None, whole: bool) -> None:
    there = _TERM.presence((Stay(joined, left),))
    assert (there.absent, there.whole) == (days is None, whole)
    if days:
        assert there.joined_on == (None if days[0] == START else days[0])
        assert there.left_on == (None if days[1] == END else days[1] + timedelta(1))


@pytest.mark.parametrize(("shortage", "paid", "spent", "refund", "borne"), [
    (MADE_UP, 1000, 999, 1, 0), (MADE_UP, 1000, 1000, 0, 0), (MADE_UP, 1000, 1001, -1, 0),
    (NOT_MADE_UP, 1000, 999, 1, 0), (NOT_MADE_UP, 1000, 1000, 0, 0), (NOT_MADE_UP, 1000, 1001, 0, 1),
    (NOT_MADE_UP, 0, 1001, -1000, 1),
])
def test_one_fen_more_or_less_than_charged(shortage: str, paid: int, spent: int, refund: int, borne: int) -> None:
    account = settling.account_of(Charge(1, 7, 1, 1000, "", 1000, 1), paid, spent, shortage)
    assert account == Account(1, 7, 1000, paid, spent, refund, borne)
    waived = settling.account_of(Charge(1, 7, 1, 0, settling.WAIVED, 1000, 1), paid, spent, shortage)
    assert (waived.refund, waived.borne) == (paid, spent)


@pytest.mark.parametrize(("total", "spent", "remainder"), [(500, [0], 0), (501, [1], 0), (499, [0], -1), (0, [0], -500)])
def test_vouchers_about_as_much_as_the_leaver_took(total: int, spent: list[int], remainder: int) -> None:
    leaver = settling.settle_leaver(Charge(1, 7, 1, 500, "", 500, 1), 500, MADE_UP)
    accounts, left = settling.settle_item(7, [Charge(2, 7, 1, 500, "", 500, 1)], {1: 500, 2: 500}, total, MADE_UP, settled={1: leaver})
    assert ([each.spent for each in accounts if not each.at_leaving], left) == (spent, remainder)


def test_who_leaves_bears_his_share_or_the_standard() -> None:
    charged = Charge(1, 7, 1, 0, settling.WAIVED, 500, 1)
    assert settling.settle_leaver(charged, 0, MADE_UP) == Account(1, 7, 0, 0, 500, 0, 500, at_leaving=True)
    assert settling.settle_leaver(charged, 0, MADE_UP, 0) == Account(1, 7, 0, 0, 0, 0, 0, at_leaving=True)


@pytest.mark.parametrize(("fen", "refunds", "parts"), [
    (300, {7: 100, 8: 200}, {7: 100, 8: 200}), (150, {7: 100, 8: 200}, {7: 50, 8: 100}), (1, {7: 100, 8: 200}, {7: 0, 8: 1}),
    (50, {7: 100, 8: -50}, {7: 100, 8: -50}), (60, {7: 100, 8: -50}, {7: 60}), (-20, {7: 100, 8: -50}, {8: -20}), (5, {7: -5},
    {0: 5}),
    (5, {}, {0: 5}), (0, {}, {}), (5, {7: 0}, {0: 5}),
])
def test_which_items_a_refund_is_for(fen: int, refunds: dict[int, int], parts: dict[int, int]) -> None:
    assert settling.attributed(fen, refunds) == parts


@pytest.mark.parametrize(("total", "count", "mean"), [(0, 0, 0), (5, 0, 0), (1, 2, 1), (1, 3, 0), (2, 3, 1), (3, 2, 2), (100, 3, 33), (200, 3, 67)])
def test_means(total: int, count: int, mean: int) -> None:
    assert settling.mean(total, count) == mean


def test_ten_days_make_a_month_unless_the_school_says_otherwise() -> None:
    assert Calendar(START, END).least_days == 10


def test_each_fault_has_its_sentence() -> None:
    good, bad = Account(1, 7, 100, 100, 60, 40), Account(2, 7, 100, 100, 60, 41)
    assert settling.faults([good], {7: 60}, {}, str) == []
    assert settling.faults([good], {7: 61}, {7: 1}, str) == []
    assert settling.faults([good], {}, {}, str) == []
    assert settling.faults([bad], {}, {}, str) == ["“7”有一名学生的预收、实支、应退对不上。"]
    assert settling.faults([good], {7: 61}, {}, str) == ["“7”学生实支合计加学校承担的余数不等于票据合计。"]
    assert len(settling.faults([good], {7: 60}, {7: -1}, str)) == 1
    borne = Account(1, 7, 0, 0, 60, 0, 60)
    assert settling.faults([borne], {7: 60}, {}, str) == []


@pytest.mark.parametrize(("voluntary", "agreed", "why"), [
    (True, None, settling.UNANSWERED), (True, False, settling.REFUSED), (True, True, ""), (False, None, ""), (False, False, ""),
])
def test_silence_is_no_consent(voluntary: bool, agreed: bool | None, why: str) -> None:
    charged = settling.charge(Item(7, TERM, {1: 100}, voluntary), Child(1, 1, (Stay(START),)), _TERM, agreed)
    assert charged == (Charge(1, 7, 0, 0, why, 0, 0) if why else Charge(1, 7, 1, 100, "", 100, 200))


@pytest.mark.parametrize(("measure", "used", "units", "fen", "why"), [
    (TERM, None, 1, 100, ""), (TERM, 5, 1, 100, ""), (DAY, 0, 0, 0, settling.BY_USAGE), (DAY, 3, 3, 300, settling.BY_USAGE),
    (MONTH, 2, 2, 200, settling.BY_USAGE),
    (COPY, None, 1, 100, ""), (COPY, 2, 2, 200, settling.BY_USAGE), (MONTH, None, 5, 500, ""), (DAY, None, 102, 10_200, ""),
])
def test_measures(measure: str, used: int | None, units: int, fen: int, why: str) -> None:
    charged = settling.charge(Item(7, measure, {1: 100}), Child(1, 1, (Stay(START),)), _TERM, used=used)
    assert charged
    assert (charged.units, charged.fen, charged.why, charged.full) == (units, fen, why, fen)


@pytest.mark.parametrize(("waiver", "waived", "fen", "why"), [
    ("低保", ("低保",), 0, settling.WAIVED), ("孤儿", ("低保",), 100, ""), ("", ("",), 100, ""), ("", (), 100, "")])
def test_waivers(waiver: str, waived: tuple[str, ...], fen: int, why: str) -> None:
    charged = settling.charge(Item(7, TERM, {1: 100}, waived=waived), Child(1, 1, (Stay(START),), waiver), _TERM)
    assert charged == Charge(1, 7, 1, fen, why, 100, 200)
