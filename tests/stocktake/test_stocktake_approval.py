"""The ledger changes only by the approval, exactly as the preview says; undoing it gives the ledger as before."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import commands as cards
from app.assets import queries as assets
from app.assets.fields import FIELD
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.stocktake import approval, commands, queries, rules
from app.stocktake.approval import NumberDraft
from app.stocktake.rules import Count, FindDraft
from app.store import journal
from tests.cli_fixture import tables

DAY = date(2026, 11, 21)


def count(begun, asset, counted, **more):
    commands.count_lines(begun.id, [Count(begun.line(asset).id, counted, **more)])


def differing(begun):
    """Count with one difference of every sort."""
    count(begun, begun.desk, 42, reason="毕业搬离时丢失")
    count(begun, begun.projector, 1, found_place_id=begun.second, found_status="闲置")
    count(begun, begun.piano, 0, reason="去向不明")
    commands.record_find(begun.id, FindDraft("690123", "书柜", "两门", "个", begun.first, 2, None, "入账", "家委会捐赠未登记"))
    commands.record_find(begun.id, FindDraft(name="旧纸箱", decision="不入账"))


def test_every_sort_of_difference_is_corrected(begun):
    differing(begun)
    before, totals = tables(), assets.totals(Wish())
    planned = approval.preview(begun.id)
    assert tables() == before
    assert [(each.what, each.old, each.new) for each in planned] == [
        ("部分盘亏", "45 件", "42 件；拆出 3 件为待核销"), ("改地点", "教学楼 1层 101室", "教学楼 1层 102室"),
        ("改状况", "在用", "闲置"), ("盘亏", "在用", "待核销"),
        ("盘盈", "账上没有", "新卡片 2 件，名义金额 2.00 元，教学楼 1层 101室")]
    assert approval.approve(begun.id, "总务〔2026〕7号", DAY).count == 5
    desk, projector, piano = assets.cards([begun.desk, begun.projector, begun.piano])
    assert (desk.draft.quantity, desk.draft.value, desk.draft.opening_depreciation) == (42, 420_007, 93_337)
    assert (projector.place, projector.draft.status) == ("教学楼 1层 102室", "闲置")
    assert (piano.draft.status, piano.draft.remark) == ("待核销", "盘亏（PD-2026-00001）：去向不明")
    part, shelf = (card.draft for card in assets.cards(assets.matching_ids(Wish(sort="number"))[-2:]))
    assert (part.quantity, part.value, part.opening_depreciation, part.status) == (3, 30_000, 6_666, "待核销")
    assert (shelf.name, shelf.quantity, shelf.value, shelf.acquired_by, shelf.old_number) == ("书柜", 2, 200, "盘盈", "690123")
    assert assets.totals(Wish()).fen == totals.fen + 200
    assert assets.totals(Wish()).pieces == totals.pieces + 2
    row = queries.stocktake(begun.id)
    assert (row.state, row.approval_no, row.approved_on) == (rules.APPROVED, "总务〔2026〕7号", DAY)
    assert queries.finds(begun.id)[0].asset_id
    for refused in (lambda: approval.approve(begun.id, "再批", DAY), lambda: commands.reopen(begun.id, "改"),
                    lambda: commands.void_stocktake(begun.id, "改")):
        with pytest.raises(Refused, match="已批准"):
            refused()
    journal.undo()
    assert tables() == before


def test_pieces_beyond_the_book_get_a_card_at_the_price_of_their_like(begun):
    count(begun, begun.desk, 47, reason="隔壁班搬来")
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    approval.approve(begun.id, "1号", DAY)
    new = assets.card(assets.matching_ids(Wish(sort="number"))[-1]).draft
    assert (new.quantity, new.value, new.value_type, new.opening_depreciation) == (2, 20_000, "评估价", 0)


def test_what_happened_since_wins_over_the_count(begun):
    differing(begun)
    projector, piano = assets.cards([begun.projector, begun.piano])
    desk = assets.card(begun.desk)
    desk.draft.quantity = 40
    cards.edit_asset(begun.desk, desk.draft)
    projector.draft.place_id, projector.draft.status = None, "出借"
    cards.edit_asset(begun.projector, projector.draft)
    cards.delete_assets([piano.id])
    assert [each.skipped for each in approval.preview(begun.id)] == [
        "开始盘点后数量已改为 40 件，不再调整", "开始盘点后已移到 未登记地点，不再调整", "开始盘点后状况已改为出借，不再调整",
        "卡片已删除，不再调整", ""]
    assert begun.line(begun.projector).since == "现在未登记地点 现在出借"
    assert begun.line(begun.piano).since == "卡片已删除"
    assert approval.approve(begun.id, "1号", DAY).count == 1
    assert assets.card(begun.desk).draft.quantity == 40


def test_pieces_that_came_onto_a_card_since_were_never_counted(begun):
    differing(begun)
    for asset in (begun.projector, begun.piano):
        card = assets.card(asset)
        card.draft.quantity, card.draft.value = card.draft.quantity + 2, None
        cards.edit_asset(asset, card.draft)
    skipped = {each.what: each.skipped for each in approval.preview(begun.id) if each.line and each.what != approval.PART_LOSS}
    assert set(skipped) == {approval.MOVE, approval.STATUS, approval.LOSS}
    assert set(skipped.values()) == {"开始盘点后数量已改为 3 件，不再调整"}
    approval.approve(begun.id, "1号", DAY)
    assert (assets.card(begun.piano).draft.status, assets.card(begun.projector).draft.place_id) == ("在用", begun.first)


def test_it_is_refused_until_all_is_clear_and_then_changes_nothing(begun):
    def refused(match, number="1号", day=DAY):
        before = tables()
        with pytest.raises((Refused, Invalid), match=match):
            approval.approve(begun.id, number, day)
        assert tables() == before

    refused("还有 3 种没有盘")
    count(begun, begun.desk, 44)
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    refused("还没有写原因")
    count(begun, begun.desk, 44, reason="丢失")
    find = commands.record_find(begun.id, FindDraft(code="77")).made[0]
    refused("还没有决定是否入账")
    commands.record_find(begun.id, FindDraft(code="77", decision="不入账"), find)
    refused("批准文号", " ")
    refused("批准日期", day=date(2026, 11, 22))
    refused("批准日期", day=date(2026, 11, 19))
    assert approval.approve(begun.id, "1号", DAY).count == 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 50), st.booleans(), st.sampled_from(("", "闲置", "待修理"))), min_size=5, max_size=5),
       st.integers(0, 3))
def test_approve_then_undo_is_as_before(begun, counted, found):
    commands.count_lines(begun.id, [
        Count(line.id, number, found_place_id=begun.second if moved else None, found_status=status, reason="核实")
        for line, (number, moved, status) in zip(queries.lines(begun.id), counted, strict=True)])
    finds = [commands.record_find(begun.id, FindDraft(name=f"柜{n}", quantity=n + 1, decision="入账")).made[0] for n in range(found)]
    before, fen, pieces = tables(), assets.totals(Wish()).fen, assets.totals(Wish()).pieces
    total = queries.result(begun.id, "all")[0]
    assert total.finds == sum(range(found + 1))
    assert sum(total.pieces.values()) == total.book + total.pieces["盘盈"]
    steps = len(journal.steps(-1))
    approval.approve(begun.id, "1号", DAY)
    assert assets.totals(Wish()).pieces == pieces + total.pieces["盘盈"] + total.finds
    assert assets.totals(Wish()).fen >= fen
    assert len(journal.steps(-1)) == steps + 1
    journal.undo()
    assert tables() == before
    commands.drop_finds(begun.id, finds)


def test_all_that_stands_in_the_way_is_told_at_once_and_the_approver_is_kept(begun):
    count(begun, begun.desk, 44)
    commands.record_find(begun.id, FindDraft(code="77"))
    assert [text[:4] for text in approval.blocks(begun.id)] == ["还有 2", "1 种盘", "1 件盘"]
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    count(begun, begun.desk, 44, reason="丢失")
    commands.record_find(begun.id, FindDraft(code="77", decision="不入账"), queries.finds(begun.id)[0].id)
    assert approval.blocks(begun.id) == []
    approval.approve(begun.id, "1号", DAY, "校长办公会")
    assert queries.stocktake(begun.id).remark == "2026-11-21 批准：校长办公会"
    assert approval.blocks(begun.id) == ["“2026—2027学年第一学期期末盘点”现在是“已批准”，不能批准。"]


# --- exactly at the edge -----------------------------------------------------------------------------------------

COUNTS = {
    approval.LOSS: {"counted": 0, "reason": "丢失"}, approval.PART_LOSS: {"counted": 44, "reason": "丢失"},
    approval.GAIN: {"counted": 46, "reason": "漏记"}, approval.MOVE: {"counted": 45}, approval.STATUS: {"counted": 45, "found_status": "闲置"},
}


def only(begun, what):
    """Count the desks so that one sort of correction is due, everything else as the book says; gives the correction."""
    more = dict(COUNTS[what])
    if what == approval.MOVE:
        more["found_place_id"] = begun.second
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    count(begun, begun.desk, more.pop("counted"), **more)


@pytest.mark.parametrize(("what", "more", "skipped"), [
    (what, more, more != 0 if what in (approval.LOSS, approval.PART_LOSS, approval.GAIN) else more > 0)
    for what in COUNTS for more in (-1, 0, 1)])
def test_a_card_with_fewer_or_more_pieces_than_when_it_was_frozen(begun, what, more, skipped):
    only(begun, what)
    desk = assets.card(begun.desk).draft
    desk.quantity, desk.value = desk.quantity + more, None
    cards.edit_asset(begun.desk, desk)
    each, = approval.preview(begun.id)
    assert (each.what, each.skipped) == (what, f"开始盘点后数量已改为 {45 + more} 件，不再调整" if skipped else "")
    assert approval.approve(begun.id, "1号", DAY).count == (not skipped)


@pytest.mark.parametrize(("what", "skipped"), [
    (approval.LOSS, True), (approval.PART_LOSS, True), (approval.STATUS, True), (approval.GAIN, False), (approval.MOVE, False)])
def test_a_card_whose_state_changed_since(begun, what, skipped):
    only(begun, what)
    desk = assets.card(begun.desk).draft
    desk.status = "出借"
    cards.edit_asset(begun.desk, desk)
    assert [each.skipped for each in approval.preview(begun.id)] == ["开始盘点后状况已改为出借，不再调整" if skipped else ""]


@pytest.mark.parametrize("what", list(COUNTS))
def test_a_card_that_was_moved_since(begun, what):
    only(begun, what)
    desk = assets.card(begun.desk).draft
    desk.place_id = None
    cards.edit_asset(begun.desk, desk)
    assert [each.skipped for each in approval.preview(begun.id)] == [
        "开始盘点后已移到 未登记地点，不再调整" if what == approval.MOVE else ""]


def test_nothing_counted_moves_nothing(begun):
    """What was found nowhere has no place and no state to take over."""
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    count(begun, begun.desk, 0, reason="丢失", found_place_id=begun.second, found_status="闲置")
    assert [each.what for each in approval.preview(begun.id)] == [approval.LOSS]
    approval.approve(begun.id, "1号", DAY)
    desk = assets.card(begun.desk).draft
    assert (desk.quantity, desk.value, desk.place_id, desk.status) == (45, 450_007, begun.first, "待核销")


@pytest.mark.parametrize(("number", "day", "wrong"), [
    ("1", date(2026, 11, 20), []), ("1", date(2026, 11, 19), ["day"]), ("1", DAY, []), ("1", date(2026, 11, 22), ["day"]),
    ("1", None, ["day"]),
    ("文" * rules.LONGEST, DAY, []), ("文" * (rules.LONGEST + 1), DAY, ["number"]), ("", DAY, ["number"]),
])
def test_number_and_day_of_an_approval(begun, number, day, wrong):
    assert [each.field for each in approval.check_approval(queries.stocktake(begun.id), number, day)] == wrong


def test_the_first_five_are_named(begun):
    for number in range(6):
        commands.record_find(begun.id, FindDraft(code=f"{number}"))
    text = approval.blocks(begun.id)[-1]
    assert "（0、1、2、3、4等）" in text
    commands.drop_finds(begun.id, [queries.finds(begun.id)[-1].id])
    assert "（0、1、2、3、4）" in approval.blocks(begun.id)[-1]


def test_a_card_of_what_is_too_many_lies_where_it_was_found(begun):
    only(begun, approval.GAIN)
    count(begun, begun.desk, 47, reason="漏记", found_place_id=begun.second)
    assert [each.what for each in approval.preview(begun.id)] == [approval.GAIN, approval.MOVE]
    approval.approve(begun.id, "1号", DAY)
    new = assets.card(assets.matching_ids(Wish(sort="number"))[-1]).draft
    assert (new.place_id, new.quantity, new.unit_price, new.acquired_on, new.booked_on, new.opening_months) == (
        begun.second, 2, 10_000, DAY, DAY, 0)
    assert new.remark == f"比 {assets.card(begun.desk).draft.number} 多出，盘盈（PD-2026-00001）：漏记"


def test_pieces_that_are_lost_lie_where_the_book_says_with_their_part_of_the_depreciation(begun):
    only(begun, approval.PART_LOSS)
    desk = assets.card(begun.desk).draft
    desk.remark = "旧" * FIELD["remark"].longest
    cards.edit_asset(begun.desk, desk)
    approval.approve(begun.id, "1号", DAY)
    part = assets.card(assets.matching_ids(Wish(sort="number"))[-1]).draft
    assert (part.place_id, part.quantity, part.value, part.opening_depreciation) == (begun.first, 1, 10_000, 2_222)
    assert part.remark == "旧" * FIELD["remark"].longest       # no longer than a remark may be


def test_what_was_found_is_booked_with_all_that_is_known(begun):
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    for reason, remark in (("捐赠", "两门"), ("", "")):
        commands.record_find(begun.id, FindDraft("", "书柜", place_id=begun.second, quantity=3, estimate=12_345, decision="入账",
                                                 reason=reason, remark=remark))
    approval.approve(begun.id, "1号", DAY)
    first, second = (assets.card(each).draft for each in assets.matching_ids(Wish(sort="number"))[-2:])
    assert (first.unit_price, first.value, first.value_type, first.booked_on, first.place_id) == (12_345, 37_035, "评估价", DAY, begun.second)
    assert (first.remark, second.remark) == ("两门；盘盈（PD-2026-00001）：捐赠", "盘盈（PD-2026-00001）")


def test_only_the_number_of_an_approval_can_be_corrected(begun):
    with pytest.raises(Refused, match="还没有批准，没有文号可以更正"):
        approval.correct_number(begun.id, NumberDraft("1号"))
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    approval.approve(begun.id, "1号", DAY)
    for number in (" ", "号" * 201):
        with pytest.raises(Invalid, match="批准文号"):
            approval.correct_number(begun.id, NumberDraft(number))
    assert approval.correct_number(begun.id, NumberDraft(" 1号 ")) is None
    cards_before = [row for name, rows in tables().items() if name == "asset" for row in rows]
    assert approval.correct_number(begun.id, NumberDraft("2号"))
    row = queries.stocktake(begun.id)
    assert (row.approval_no, row.approved_on, row.state) == ("2号", DAY, rules.APPROVED)
    assert [row for name, rows in tables().items() if name == "asset" for row in rows] == cards_before
