"""期初 against 期末: only what both covered, nothing that was not counted; every line and the total cross-foot."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.stocktake import commands, queries
from app.stocktake.comparison import Compared, compare, counterpart, in_order, others
from app.stocktake.rules import Count, Scope
from app.store import journal

ROOM_101, ROOM_102 = "教学楼 1层 101室", "教学楼 1层 102室"


def both(first, second):
    return compare(queries.stocktake(first), queries.stocktake(second))


def count_all(stocktake, less=0):
    commands.count_lines(stocktake, [Count(line.id, line.quantity - less) for line in queries.lines(stocktake)])


def test_term_start_is_compared_with_term_end(begun):
    first = begun.begin("期初")
    for room in (begun.first, begun.second):
        commands.count_room(first, room)
    begun.card("新讲台", room=begun.second)
    second = begun.begin("期末")
    count_all(second, less=1)
    found = both(second, first)     # in whatever order
    assert [(row.room, *row.figures()) for row in found.rooms] == [(ROOM_101, 48, 46, 48, 44, -2), (ROOM_102, 1, 1, 2, 0, -1)]
    assert (found.first.id, found.second.id, found.outside, found.names) == (first, second, [], ("期初", "期末"))


def test_rooms_that_only_one_covers_are_named_and_not_compared(begun):
    first = begun.begin("期初", Scope((begun.first,)))
    for stocktake in (first, begun.id):
        count_all(stocktake)
    found = both(first, begun.id)
    assert [(row.room, row.change) for row in found.rooms] == [(ROOM_101, 0)]
    assert found.outside == [ROOM_102]
    assert found.outside_words == f"{ROOM_102}只有一次盘点的范围包括，不比。"


@pytest.mark.parametrize(("scope", "pieces"), [
    (lambda _: Scope(classes=("A0501",)), 45), (lambda begun: Scope(keepers=(begun.wang,)), 49),
    (lambda begun: Scope((begun.second,), keepers=(begun.wang,)), 1)])
def test_of_a_room_only_the_cards_within_both_scopes_count(begun, scope, pieces):
    whole, narrow = begun.begin("期初"), begun.begin("期末", scope(begun))
    for stocktake in (whole, narrow):
        commands.count_lines(stocktake, [Count(line.id, line.quantity) for line in queries.lines(stocktake)])
    found = both(whole, narrow)
    assert sum(row.first_book for row in found.rooms) == sum(row.second_book for row in found.rooms) == pieces
    assert all(row.change == 0 for row in found.rooms)


def test_what_was_not_finished_has_no_figures_and_says_on_which_side(begun):
    first = begun.begin("期初")
    count_all(first)
    commands.count_lines(begun.id, [Count(begun.line(begun.piano).id, 1)])
    found = both(first, begun.id)
    assert [(row.room, row.figures(), row.note(*found.names)) for row in found.rooms] == [
        (ROOM_101, (None,) * 5, "期末还有 2 种没有盘，不比"), (ROOM_102, (1, 1, 1, 1, 0), "")]


def test_window_and_command_line_mean_the_same_counterpart(begun):
    assert (others(begun.id), counterpart(queries.stocktake(begun.id), [])) == ([], None)
    middle = begun.begin("期中")
    assert counterpart(queries.stocktake(begun.id), others(begun.id)).id == middle
    start = begun.begin("期初")
    assert counterpart(queries.stocktake(begun.id), others(begun.id)).id == start
    assert counterpart(queries.stocktake(start), others(start)).id == begun.id
    commands.void_stocktake(start, "弄错了")
    assert counterpart(queries.stocktake(begun.id), others(begun.id)).id == middle


def test_one_day_has_its_start_before_its_end(begun):
    start = queries.stocktake(begun.begin("期初"))
    end = queries.stocktake(begun.id)
    assert in_order(end, start) == in_order(start, end) == (start, end)


COUNTS = st.lists(st.none() | st.integers(0, 60), min_size=5, max_size=5)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=COUNTS, second=COUNTS, only_first_room=st.booleans())
def test_lines_and_totals_cross_foot_and_nothing_depends_on_the_order(begun, first, second, only_first_room):
    before = journal.undoable()[0]
    start = begun.begin("期初", Scope((begun.first,)) if only_first_room else Scope())
    for stocktake, counts in ((start, first), (begun.id, second)):
        lines = queries.lines(stocktake)
        commands.count_lines(stocktake, [Count(line.id, count) for line, count in zip(lines, counts, strict=False)])
    found, again = both(start, begun.id), both(begun.id, start)
    assert found == again
    sums = [sum(each) for each in zip(*(row.figures() for row in found.rooms if not row.left), strict=True)] or [0] * 5
    assert sums[4] == sums[3] - sums[1]
    assert all((row.figures() == (None,) * 5) == bool(row.left) for row in found.rooms)
    assert {row.room for row in found.rooms}.isdisjoint(found.outside)
    assert found.outside == ([ROOM_102] if only_first_room else [])
    while journal.undoable()[0] != before:
        journal.undo()


def test_words_of_a_comparison():
    assert Compared("x", 1, 0, 1, 1, 0, 2).note("前次", "本次") == "前次还有 1 种没有盘、本次还有 2 种没有盘，不比"
    assert Compared("x", 5, 4, 0, 5, 6, 0).change == 2
