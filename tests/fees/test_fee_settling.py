"""The algebra of charging and settling: nothing is lost, whatever the class, choices, waivers, joins and leaves."""

from datetime import date, timedelta
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from app.fees.money import settling
from app.fees.money.settings import BY_MONTH, BY_PUPILS, BY_SCHOOL, HALF, WHOLE
from app.fees.money.settling import Account, Calendar, Charge, Child, Item, Stay
from app.fees.rules import COPY, DAY, MADE_UP, MEASURES, NOT_MADE_UP, TERM

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
