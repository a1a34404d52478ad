"""The algebra of costs alone: what each sort of line costs, and what holds for any lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.stock import costing
from app.stock.costing import (
    FOUND,
    IN,
    ISSUE,
    LOST,
    OPENING,
    OUT,
    PRICE,
    RECEIPT,
    RETURN,
    SUPPLIER,
    Line,
    Pool,
    Short,
    Track,
    part,
    recost,
)


def line(number, kind, quantity, fen=0, day="2026-03-01", origin=None, store=1):
    return Line(number, day, kind, store, quantity * 1000, fen, 0, origin)


def costs(*lines):
    track = Track()
    recost(track, lines)
    return [(each.fen, each.difference) for each in lines], {store: (pool.quantity // 1000, pool.fen) for store, pool in track.pools.items()}


def test_moving_average():
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, RECEIPT, 10, 2000), line(3, ISSUE, -5), line(4, ISSUE, -15))
    assert [fen for fen, _ in given] == [1000, 2000, -750, -2250]
    assert pools == {1: (0, 0)}


def test_the_last_piece_takes_all_that_is_left():
    given, pools = costs(line(1, RECEIPT, 3, 100), line(2, ISSUE, -1), line(3, ISSUE, -1), line(4, ISSUE, -1))
    assert [fen for fen, _ in given] == [100, -33, -34, -33]
    assert pools == {1: (0, 0)}


def test_receipts_come_before_issues_of_the_day_whatever_was_typed_first():
    given, _ = costs(line(1, ISSUE, -4), line(2, RECEIPT, 10, 1000))
    assert given[0] == (-400, 0)
    with pytest.raises(Short):
        costs(line(1, ISSUE, -4), line(2, RECEIPT, 10, 1000, day="2026-03-02"))


def test_a_line_of_before_costs_later_ones_anew():
    issue = line(2, ISSUE, -5, -500, day="2026-03-05")
    track = Track()
    changed = recost(track, [line(1, RECEIPT, 10, 1000), issue, line(3, RECEIPT, 10, 3000, day="2026-03-02")])
    assert changed == [issue]
    assert issue.fen == -1000


def test_what_comes_back_costs_what_its_issue_cost():
    given, pools = costs(line(1, RECEIPT, 3, 100), line(2, ISSUE, -3), line(3, RECEIPT, 3, 900), line(4, RETURN, 1, origin=2, day="2026-03-03"),
                         line(5, RETURN, 2, origin=2, day="2026-03-04"))
    # The receipt of the day came before the issue: 3 of 6 pieces worth 1000.
    assert [fen for fen, _ in given] == [100, -500, 900, 167, 333]
    assert pools == {1: (6, 1000)}
    with pytest.raises(Short) as short:
        costs(line(1, RECEIPT, 3, 100), line(2, ISSUE, -3), line(4, RETURN, 4, origin=2))
    assert short.value.of_origin
    assert short.value.missing == 1000


def test_a_transfer_carries_its_cost():
    given, pools = costs(line(1, RECEIPT, 3, 100), line(2, OUT, -1), line(3, IN, 1, origin=2, store=2), line(4, ISSUE, -1, store=2))
    assert [fen for fen, _ in given] == [100, -33, 33, -33]
    assert pools == {1: (2, 67), 2: (0, 0)}


def test_direct_issue_leaves_the_average_alone():
    given, pools = costs(line(1, OPENING, 10, 1000, day="2026-02-01"), line(2, RECEIPT, 4, 4000), line(3, ISSUE, -4, origin=2), line(4, ISSUE, -1))
    assert [fen for fen, _ in given] == [1000, 4000, -4000, -100]
    assert pools == {1: (9, 900)}
    with pytest.raises(Short):
        costs(line(1, OPENING, 10, 1000), line(2, RECEIPT, 4, 4000), line(3, ISSUE, -5, origin=2))


def test_supplier_gets_back_at_his_price_but_never_more_than_lies_there():
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, RECEIPT, 10, 3000), line(3, SUPPLIER, -5, origin=2))
    assert given[2] == (-1500, 0)
    assert pools == {1: (15, 2500)}
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, RECEIPT, 10, 9000), line(3, ISSUE, -15), line(4, SUPPLIER, -4, origin=2))
    assert given[3] == (-2500, -1100)
    assert pools == {1: (1, 0)}
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, RECEIPT, 10, 9000), line(3, SUPPLIER, -10, origin=1), line(4, ISSUE, -10))
    assert given[2:] == [(-1000, 0), (-9000, 0)]
    assert pools == {1: (0, 0)}
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, RECEIPT, 10, 9000), line(3, ISSUE, -10), line(4, SUPPLIER, -10, origin=1))
    assert given[3] == (-5000, 4000)
    assert pools == {1: (0, 0)}


def test_a_later_price_changes_what_still_lies_there():
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, ISSUE, -5), line(3, PRICE, 0, 200, origin=1))
    assert given[2] == (100, 100)
    assert pools == {1: (5, 600)}
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, ISSUE, -10, origin=1), line(3, PRICE, 0, 200, origin=1))
    assert given[2] == (0, 200)
    assert pools == {1: (0, 0)}
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, ISSUE, -9), line(3, PRICE, 0, -1000, origin=1))
    assert given[2] == (-100, -900)
    assert pools == {1: (1, 0)}


def test_what_is_found_has_its_own_amount_and_what_is_lost_the_average():
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, FOUND, 1, 7), line(3, LOST, -11))
    assert given[1:] == [(7, 0), (-1007, 0)]
    assert pools == {1: (0, 0)}


def test_parts_that_are_handed_out_directly_come_to_what_was_bought():
    given, pools = costs(line(1, RECEIPT, 3, 100), line(2, ISSUE, -1, origin=1), line(3, ISSUE, -1, origin=1), line(4, ISSUE, -1, origin=1))
    assert [fen for fen, _ in given] == [100, -33, -34, -33]
    assert pools == {1: (0, 0)}


def test_amounts_and_prices_are_rounded_as_accounts_do():
    assert [costing.amount_at(price, quantity) for price, quantity in ((5, 500), (5, -500), (333, 3000), (-5, 500), (0, 7))] == [3, -3, 999, -3, 0]
    assert [costing.price_of(fen, quantity) for fen, quantity in ((5, 2000), (-5, -2000), (5, -2000), (100, 3000), (7, 0))] == [3, 3, -3, 33, None]


def test_what_is_missing_is_told():
    with pytest.raises(Short) as short:
        costs(line(1, RECEIPT, 10, 1000), line(2, ISSUE, -14))
    assert (short.value.line.id, short.value.missing, short.value.of_origin) == (2, 4000, False)
    assert str(short.value) == "领用 2: 4000 missing"
    with pytest.raises(Short) as short:
        costs(line(1, RECEIPT, 10, 1000), line(2, RECEIPT, 10, 1000), line(3, ISSUE, -7, origin=1), line(4, ISSUE, -5, origin=1))
    assert (short.value.line.id, short.value.missing, short.value.of_origin) == (4, 2000, True)


def test_prices_follow_one_another_and_returns_are_paid_at_the_latest():
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, PRICE, 0, 500, origin=1), line(3, SUPPLIER, -4, origin=1),
                         line(4, PRICE, 0, 300, origin=1), line(5, SUPPLIER, -6, origin=1))
    assert given[1:] == [(500, 0), (-600, 0), (300, 0), (-1200, 0)]
    assert pools == {1: (0, 0)}
    given, pools = costs(line(1, RECEIPT, 10, 1000), line(2, ISSUE, -4, origin=1), line(3, PRICE, 0, 500, origin=1))
    assert given[2] == (300, 200)       # six of ten lie there
    assert pools == {1: (6, 900)}
    given, _ = costs(line(1, OPENING, 5, 500), line(2, RECEIPT, 10, 1000), line(3, SUPPLIER, -10, origin=2), line(4, PRICE, 0, 500, origin=2))
    assert given[3] == (0, 500)         # nothing was kept of it
    given, _ = costs(line(1, OPENING, 90, 9000), line(2, RECEIPT, 10, 1000), line(3, PRICE, 0, 500, origin=2))
    assert given[2] == (500, 0)         # more lies there than the receipt brought: all of it
    given, _ = costs(line(1, OPENING, 90, 9000), line(2, RECEIPT, 10, 1000), line(3, ISSUE, -4, origin=2), line(4, PRICE, 0, 500, origin=2))
    assert given[3] == (300, 200)       # but not what was handed out directly


def resumed(lines, day):
    """Give a track as it stands when a day begins, made of the lines before as they were written, and the lines from then on."""
    before, later = [each for each in lines if each.day < day], [each for each in lines if each.day >= day]
    track = Track({1: Pool(sum(each.quantity for each in before), sum(each.fen for each in before))})
    named = {each.origin for each in later} - {None}
    for each in before:
        if each.id in named:
            track.remember(each)
    for each in before:
        if each.origin in named:
            track.forget(each)
    return track, later


def test_going_on_from_a_day_is_as_going_through_all():
    lines = [line(1, RECEIPT, 10, 1003), line(2, ISSUE, -3, origin=1), line(3, PRICE, 0, 101, origin=1), line(4, SUPPLIER, -2, origin=1),
             line(5, ISSUE, -2), line(6, RETURN, 1, origin=5), line(7, RETURN, 1, origin=2),
             line(8, SUPPLIER, -1, origin=1, day="2026-03-02"), line(9, RETURN, 1, origin=5, day="2026-03-02"),
             line(10, RETURN, 1, origin=2, day="2026-03-02"), line(11, PRICE, 0, 77, origin=1, day="2026-03-02")]
    whole = Track()
    recost(whole, [each for each in lines if each.day < "2026-03-02"])
    recost(Track(), lines)
    track, later = resumed(lines, "2026-03-02")
    assert {key: whole.left[key] for key in (1, 2, 5)} == track.left
    assert track.left[1].tied_quantity == 3000
    assert track.pools == whole.pools
    assert recost(track, later) == []


@given(st.integers(-10**13, 10**13), st.integers(1, 10**9), st.lists(st.integers(1, 1000), max_size=6))
def test_parts_taken_one_by_one_add_up(fen, whole, cuts):
    quantity, left, taken = whole, fen, 0
    for cut in cuts:
        piece = quantity * cut // 1000
        fen_of = part(left, piece, quantity)
        assert abs(fen_of) <= abs(left)
        assert fen_of * left >= 0
        quantity, left, taken = quantity - piece, left - fen_of, taken + fen_of
        if not quantity:
            break
    assert taken + part(left, quantity, quantity) == fen


TIED = "直接领用"
KINDS = st.sampled_from([RECEIPT, FOUND, ISSUE, TIED, LOST, PRICE, SUPPLIER, RETURN])


@given(st.lists(st.tuples(KINDS, st.integers(1, 9), st.integers(-999, 999), st.integers(1, 9), st.integers(0, 5)), max_size=40))
def test_whatever_happens_value_and_pieces_agree(moves):
    """Going through any lines that are possible: never below nothing, no value without pieces; a second time changes nothing."""
    kept: list[Line] = []
    for number, (kind, quantity, fen, day, back) in enumerate(moves, 1):
        wanted = {PRICE: (RECEIPT,), SUPPLIER: (RECEIPT,), TIED: (RECEIPT,), RETURN: (ISSUE,)}.get(kind)
        same = f"2026-03-0{day}"
        origins = [each for each in kept if wanted and each.kind in wanted and (each.day == same if kind == TIED else each.day <= same)]
        if wanted and not origins:
            continue
        origin = origins[back % len(origins)].id if wanted else None
        kind = ISSUE if kind == TIED else kind
        sign = 0 if kind == PRICE else 1 if kind in costing.INCOMING else -1
        new = Line(number, f"2026-03-0{day}", kind, 1, sign * quantity * 500, fen if kind == PRICE else abs(fen), 0, origin)
        try:
            recost(Track(), [*(copy(each) for each in kept), copy(new)])
        except Short:
            continue
        kept.append(new)
        track = Track()
        recost(track, kept)
        pool = track.pools[1]
        assert pool.quantity == sum(each.quantity for each in kept)
        assert pool.fen == sum(each.fen for each in kept)
        assert pool.quantity >= 0
        assert pool.fen >= 0
        assert (pool.quantity or not pool.fen)
        assert recost(Track(), kept) == []
        assert recost(*resumed(kept, "2026-03-05")) == []


def copy(line):
    return Line(line.id, line.day, line.kind, line.storeroom, line.quantity, line.fen, line.difference, line.origin)
