"""Lists, results and comparison; the results in SQL are those of the rules."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Refused
from app.core.listing import Wish
from app.stocktake import commands, lists, queries, rules
from app.stocktake.rules import Count, FindDraft

COUNTS = st.tuples(st.none() | st.integers(0, 50), st.booleans(), st.sampled_from(("", "在用", "闲置")))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(COUNTS, min_size=5, max_size=5))
def test_sql_says_what_the_rules_say(begun, counts):
    commands.count_lines(begun.id, [
        Count(line.id, number, found_place_id=begun.second if moved else None, found_status=status)
        for line, (number, moved, status) in zip(queries.lines(begun.id), counts, strict=True)])
    sums = dict.fromkeys(rules.RESULTS, 0)
    for line in queries.lines(begun.id):
        elsewhere = line.found_place_id is not None and line.found_place_id != line.place_id
        facts = (line.quantity, line.counted, line.mark, elsewhere, line.found_status not in ("", line.status))
        found = rules.pieces(*facts)
        assert line.result == rules.result(*facts)
        assert (line.missing, line.surplus) == (found.missing, found.surplus)
        for word, count in zip(("相符", "盘亏", "位置不符", "状态不符", "在外或待处置", "未盘", "盘盈"), (
                found.matched, found.missing, found.moved, found.altered, found.away, found.unseen, found.surplus), strict=True):
            sums[word] += count
    for by in ("room", "keeper", "class", "all"):
        groups = queries.result(begun.id, by)
        assert {word: sum(group.pieces[word] for group in groups) for word in rules.RESULTS} == sums
        assert sum(group.book for group in groups) == 49


def test_lines_are_searched_filtered_sorted_and_paged(begun):
    commands.count_lines(begun.id, [Count(begun.line(begun.desk).id, 44, reason="丢失")])

    def names(search="", sort="", descending=False, limit=500, **filters):
        wish = Wish(search, {"stocktake": begun.id, **filters}, sort, descending)
        rows = lists.LINE_LIST.rows(wish, limit)
        assert all(len(row) == len(lists.LINES) + 1 for row in rows)
        if limit == 500:
            assert lists.LINE_LIST.totals(wish).records == len(rows)
        return [row[3] for row in rows]

    assert names() == ["课桌", "投影仪", "音箱", "空调", "钢琴"]
    assert names("gq") == names("102室") == names(room=begun.second) == ["钢琴"]
    assert names(result="盘亏") == ["课桌"]
    assert names(mark="送修") == ["空调"]
    assert names(sort="value", descending=True, limit=1) == ["钢琴"]
    for column in lists.LINES:
        assert len(names(sort=column.key)) == 5


def test_a_list_knows_places_and_what_comes_next(begun):
    wish = Wish(filters={"stocktake": begun.id})
    ids = [row[0] for row in lists.LINE_LIST.rows(wish)]
    assert [lists.LINE_LIST.position(wish, line) for line in ids] == [0, 1, 2, 3, 4]
    assert lists.LINE_LIST.position(Wish("gq", wish.filters), ids[0]) is None
    totals = lists.LINE_LIST.totals(wish)
    assert (totals.records, totals.pieces, totals.fen) == (5, 49, 450_007 + 200_000 + 900_000 + 2 * 10_000)
    desk, projector, piano = ids[0], ids[1], ids[4]
    assert lists.next_unseen(wish, desk) == projector
    assert lists.next_unseen(wish, projector) == piano     # what is lent or in repair is passed over
    assert lists.next_unseen(wish, piano) == desk          # and on from the top
    commands.count_lines(begun.id, [Count(desk, 44), Count(projector, 1)])
    assert lists.next_unseen(wish, piano) is None
    assert lists.next_unseen(wish, desk) == piano
    assert queries.obstacles(begun.id) == (1, 0)
    for word, count in ((lists.DIFFERING, 1), (lists.UNEXPLAINED, 1), ("相符", 1), ("在外或待处置", 2)):
        assert len(lists.LINE_LIST.rows(Wish(filters={**wish.filters, "result": word}))) == count
    by_place = [row[0] for row in lists.LINE_LIST.rows(Wish(filters=wish.filters, sort="place", descending=True))]
    assert by_place[0] == piano


def test_what_is_typed_under_a_header_narrows(begun):
    commands.count_lines(begun.id, [Count(begun.line(begun.desk).id, 44, found_place_id=begun.second, reason="丢失")])
    commands.record_find(begun.id, FindDraft(name="屏风", place_id=begun.second, quantity=3, estimate=5_000))
    whole = {"stocktake": begun.id}
    for cells, count in (({"quantity": ">=2"}, 1), ({"found_place": "102"}, 1), ({"place": "101"}, 4), ({"counted": "空"}, 4),
                         ({"result": "=未盘"}, 2), ({"since": "空", "keeper": "王"}, 5)):
        wish = Wish(filters=whole, cells=cells)
        assert len(lists.LINE_LIST.rows(wish)) == lists.LINE_LIST.totals(wish).records == count, cells
    for column in lists.LINES:
        lists.LINE_LIST.rows(Wish(filters=whole, cells={column.key: "非空"}))
    for column in lists.FINDS:
        lists.FIND_LIST.rows(Wish(filters=whole, cells={column.key: "非空"}, sort=column.key, descending=True))
    with pytest.raises(Refused, match="不是数"):
        lists.LINE_LIST.totals(Wish(filters=whole, cells={"quantity": "多"}))
    assert [row[2] for row in lists.FIND_LIST.rows(Wish("pf", {**whole, "room": begun.second}))] == []
    assert [row[2] for row in lists.FIND_LIST.rows(Wish("屏", {**whole, "room": begun.second}))] == ["屏风"]
    assert lists.FIND_LIST.totals(Wish(filters=whole)).fen == 15_000


def test_the_choice_names_all(begun):
    second = begun.begin("期中")
    assert [(row[0], row[3]) for row in queries.choices()] == [(second, "open"), (begun.id, "open")]


def test_results_by_room_with_what_was_found(begun):
    commands.count_lines(begun.id, [Count(begun.line(begun.desk).id, 43, 1, reason="丢失")])
    commands.record_find(begun.id, FindDraft(name="屏风", place_id=begun.second, quantity=3))
    commands.record_find(begun.id, FindDraft(name="椅", quantity=2))
    rooms = queries.result(begun.id)
    assert [(room.name, room.lines, room.left, room.book, room.finds) for room in rooms] == [
        ("教学楼 1层 101室", 4, 1, 48, 0), ("教学楼 1层 102室", 1, 1, 1, 3), ("未登记地点", 0, 0, 0, 2)]
    assert (rooms[0].damaged, rooms[0].lost_fen) == (1, 20_000)
    assert queries.summed(rooms) == queries.result(begun.id, "all")[0]


def test_the_latest_is_the_one_under_way(begun):
    assert queries.latest().id == begun.id
    second = begun.begin("期中")
    assert queries.latest(begun.term).id == second
    commands.void_stocktake(second, "弄错范围")
    assert queries.latest().id == begun.id
    assert [row.base_date for row in queries.stocktakes(begun.term)] == [date(2026, 11, 20)] * 2
    assert queries.latest(99) is None
    assert queries.stocktake(99) is None
