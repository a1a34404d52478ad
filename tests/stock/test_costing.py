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


KINDS = st.sampled_from([RECEIPT, FOUND, ISSUE, LOST, PRICE, SUPPLIER, RETURN])


@given(st.lists(st.tuples(KINDS, st.integers(1, 9), st.integers(-999, 999), st.integers(1, 9), st.integers(0, 5)), max_size=40))
def test_whatever_happens_value_and_pieces_agree(moves):
    """Going through any lines that are possible: never below nothing, no value without pieces; a second time changes nothing."""
    kept: list[Line] = []
    for number, (kind, quantity, fen, day, back) in enumerate(moves, 1):
        wanted = {PRICE: (RECEIPT,), SUPPLIER: (RECEIPT,), RETURN: (ISSUE,)}.get(kind)
        origins = [each for each in kept if wanted and each.kind in wanted and each.day <= f"2026-03-0{day}"]
        if wanted and not origins:
            continue
        origin = origins[back % len(origins)].id if wanted else None
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
        halfway = "2026-03-05"
        later = Track()
        recost(later, [each for each in kept if each.day < halfway])
        assert recost(later, [each for each in kept if each.day >= halfway]) == []


def copy(line):
    return Line(line.id, line.day, line.kind, line.storeroom, line.quantity, line.fen, line.difference, line.origin)
