"""Opening, counting in several ways, scanning, finishing, reopening and voiding; the ledger is never touched."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import commands as cards
from app.assets import meanings
from app.assets import queries as assets
from app.assets.settings import STATUSES
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import BRANCH_STORE, PersonDraft
from app.stocktake import approval, commands, queries, rules, scanning
from app.stocktake.rules import Count, FindDraft, Scope, StocktakeDraft
from app.stocktake.tables import StocktakeLine
from app.store import journal
from app.store import settings as stored_settings
from app.store.database import database
from tests.cli_fixture import tables

FROZEN = [field.column_name for field in StocktakeLine._meta.sorted_fields]
FROZEN = FROZEN[:FROZEN.index("counted")]


def snapshot():
    return database.execute_sql(f"SELECT {', '.join(FROZEN)} FROM stocktake_line ORDER BY id").fetchall()


def test_it_freezes_what_the_book_says(begun):
    row = queries.stocktake(begun.id)
    assert (row.number, row.title, row.scope_words) == ("PD-2026-00001", "2026—2027学年第一学期期末盘点", "全校")
    assert (row.lines, row.left, row.state) == (5, 3, rules.OPEN)
    desk = begun.line(begun.desk)
    assert (desk.quantity, desk.value, desk.keeper, desk.result) == (45, 450_007, "王敏", "未盘")
    assert {begun.line(each).mark for each in (begun.lent, begun.repair)} == {"借出", "送修"}


def test_scopes_narrow_and_join(small):
    room = school.place_draft(small.second)
    room.custody = BRANCH_STORE
    place_commands.edit_place(small.second, room)

    def lines(**scope):
        return queries.stocktake(small.begin(scope=Scope(**scope))).lines

    assert lines(places=(small.second,)) == 1
    assert lines(places=(small.first, small.second)) == 5
    assert lines(classes=("A05000000",)) == 1
    assert lines(keepers=(small.wang,)) == 5
    assert lines(branch_rooms=True) == 1
    before = tables()
    with pytest.raises(Refused, match="没有资产卡片"):
        lines(places=(small.second,), classes=("A05000000",))
    assert tables() == before
    assert commands.scope_words(Scope((small.second,), ("A05",), (small.wang,), True)) == (
        "教学楼 1层 102室，分类 A05，保管人 王敏，分保管室")


def test_cards_booked_after_the_base_date_are_left_out(small):
    small.card("新柜子", booked_on=date(2026, 11, 21))
    small.card("旧柜子", booked_on=date(2026, 11, 20))
    names = [line.name for line in queries.lines(small.begin())]
    assert "旧柜子" in names
    assert "新柜子" not in names


def test_what_cannot_be_opened_is_told(small):
    with pytest.raises(Invalid, match="学期已经不在"):
        commands.open_stocktake(StocktakeDraft(99, "期末", date(2026, 11, 20)))
    school_commands.close_term(small.term)
    with pytest.raises(Invalid, match="已经结账"):
        small.begin()
    with pytest.raises(Invalid, match="还没有到"):
        commands.open_stocktake(StocktakeDraft(small.term, "期末", date(2027, 1, 20)))


def rename(begun, person, number):
    if person:
        school_commands.edit_person(begun.wang, PersonDraft(f"王{number}"))
    else:
        place = school.place_draft(begun.second)
        place.name = f"{number}号仓库"
        place_commands.edit_place(begun.second, place)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 50), st.booleans()), max_size=8))
def test_the_snapshot_never_changes(begun, acts):
    before = snapshot()
    for act, number, flag in acts:
        is_open = queries.stocktake(begun.id).state == rules.OPEN
        ids = assets.matching_ids(Wish(sort="number"))
        lines = queries.lines(begun.id)
        if act == 0 and ids:
            card = assets.card(ids[number % len(ids)])
            card.draft.place_id, card.draft.status, card.draft.quantity = begun.second, "闲置", number + 1
            cards.edit_asset(card.id, card.draft)
        elif act == 1 and len(ids) > 1:
            cards.delete_assets([ids[number % len(ids)]])
        elif act in (2, 3) and is_open:
            count = Count(lines[number % 5].id, number, found_place_id=begun.second if flag else None, reason="查")
            commands.count_lines(begun.id, [count])
        elif act == 4 and is_open:
            scanning.scan(begun.id, lines[number % 5].number, begun.first if flag else begun.second)
        elif act in (5, 6):
            rename(begun, act == 5, number)
        elif act == 7 and is_open:
            commands.count_lines(begun.id, [commands.changed(line, counted=line.counted or line.quantity, reason="查") for line in lines])
            approval.approve(begun.id, "1号", date(2026, 11, 21))
        elif journal.undoable()[1].startswith(("盘点", "批准")):
            journal.undo()
    assert snapshot() == before
    while queries.stocktake(begun.id).state == rules.APPROVED:
        journal.undo()


def test_counts_are_written_and_taken_back(begun):
    desk = begun.line(begun.desk)
    commands.count_lines(begun.id, [Count(desk.id, 43, 2, reason="丢失两张")], "李老师")
    line = begun.line(begun.desk)
    assert (line.counted, line.damaged, line.result, line.missing) == (43, 2, "盘亏", 2)
    assert journal.undoable()[1] == f"盘点录入 {desk.number} 课桌"
    commands.count_lines(begun.id, [commands.changed(line, counted=None)])
    assert (begun.line(begun.desk).result, begun.line(begun.desk).reason) == ("未盘", "")
    with pytest.raises(Invalid, match="损坏"):
        commands.count_lines(begun.id, [Count(desk.id, 1, 2)])
    with pytest.raises(Refused, match="实际地点已经不在"):
        commands.count_lines(begun.id, [Count(desk.id, 1, found_place_id=999)])
    with pytest.raises(Refused, match="不在这次盘点里"):
        commands.count_lines(begun.id, [Count(9_999, 1)])


def test_fields_are_edited_one_by_one(begun):
    desk, projector = begun.line(begun.desk).id, begun.line(begun.projector).id
    assert commands.edit_lines(begun.id, {desk: {"damaged": 2}, projector: {"counted": 0, "reason": "丢失"}}, "李老师").count == 2
    line = begun.line(begun.desk)
    assert (line.counted, line.damaged, line.result) == (45, 2, "相符")     # damaged pieces were seen
    assert begun.line(begun.projector).reason == "丢失"
    commands.edit_lines(begun.id, {desk: {"found_place_id": begun.second, "damaged": None}})
    assert (begun.line(begun.desk).result, begun.line(begun.desk).damaged) == ("位置不符", 0)
    commands.edit_lines(begun.id, {desk: {"found_place_id": begun.first, "found_status": None}})
    assert (begun.line(begun.desk).result, begun.line(begun.desk).found_place_id) == ("相符", None)
    piano = begun.line(begun.piano).id
    before = tables()
    with pytest.raises(Invalid) as wrong:
        commands.edit_lines(begun.id, {desk: {"counted": 1, "damaged": 2}, piano: {"reason": "丢失"}, projector: {"counted": -1}})
    assert {(each.row, each.field) for each in wrong.value.problems} == {
        (desk, "damaged"), (piano, "reason"), (projector, "counted")}
    with pytest.raises(Invalid) as wrong:      # the problem stands where something was typed
        commands.edit_lines(begun.id, {begun.line(begun.desk).id: {"counted": 1, "remark": ""}, piano: {"damaged": 2}})
    assert [(each.row, each.field) for each in wrong.value.problems] == [(piano, "damaged")]
    with pytest.raises(Refused, match="不在这次盘点里"):
        commands.edit_lines(begun.id, {9_999: {"counted": 1}})
    assert tables() == before
    steps = len(journal.steps(-1))
    assert commands.take_back(begun.id, [desk, projector, piano]).count == 2
    assert len(journal.steps(-1)) == steps + 1
    assert {begun.line(each).result for each in (begun.desk, begun.projector, begun.piano)} == {"未盘"}
    with pytest.raises(Refused, match="没有可以取消"):
        commands.take_back(begun.id, [desk])


def test_all_problems_of_many_counts_are_told(begun):
    lines = [line.id for line in queries.lines(begun.id)]
    with pytest.raises(Invalid) as wrong:
        commands.count_lines(begun.id, [Count(lines[0], -1), Count(lines[1], 1), Count(lines[2], 1, 2)])
    assert [each.row for each in wrong.value.problems] == [lines[0], lines[2]]


def test_a_room_is_alike_but_for_some(begun):
    desk, projector = begun.line(begun.desk), begun.line(begun.projector)
    assert commands.count_room(begun.id, begun.first, [Count(desk.id, 44, reason="少一张")]).count == 2
    assert (begun.line(begun.desk).result, begun.line(begun.projector).result) == ("盘亏", "相符")
    assert begun.line(begun.lent).counted is None
    assert [room.name for room in queries.missing_rooms(begun.id)] == ["教学楼 1层 102室"]
    with pytest.raises(Refused, match="没有还未盘"):
        commands.count_room(begun.id, begun.first)
    assert projector.result == "未盘"


def test_each_scan_has_its_outcome(begun):
    desk, piano = begun.line(begun.desk), begun.line(begun.piano)

    def scan(code, room=begun.first):
        return scanning.scan(begun.id, code, room).outcome

    with pytest.raises(Refused, match="先扫房间"):
        scan(desk.number, None)
    assert scanning.scan(begun.id, "教学楼 1层 102室", None) == scanning.Scanned("room", "现在盘：教学楼 1层 102室", begun.second)
    assert scan("102") == "room"
    assert scan(desk.number.lower()) == "right"
    assert scan(desk.number) == "again"
    assert scan(piano.number) == "elsewhere"
    assert (begun.line(begun.piano).result, begun.line(begun.piano).found_place) == ("位置不符", "教学楼 1层 101室")
    assert scan(piano.number, begun.second) == "again"
    assert scan("690123") == "parked"
    assert scan("690123") == "again"
    assert [find.code for find in queries.finds(begun.id)] == ["690123"]
    late = assets.card(begun.card("新到的柜子", old_number="QH-7")).draft.number
    assert scan(late) == "outside"
    assert scan("qh-7") == "outside"
    with pytest.raises(Refused, match="没有读到"):
        scan(" ")


def test_finds_are_kept_changed_and_dropped(begun):
    find = commands.record_find(begun.id, FindDraft(name=" 屏风 ", place_id=begun.first, quantity=2)).made[0]
    commands.record_find(begun.id, FindDraft(name="屏风", quantity=3, estimate=5_000, decision="入账"), find)
    assert [(row.name, row.quantity, row.decision) for row in queries.finds(begun.id)] == [("屏风", 3, "入账")]
    with pytest.raises(Refused, match="不在了"):
        commands.record_find(begun.id, FindDraft(name="屏风"), 99)
    with pytest.raises(Invalid, match="名称"):
        commands.record_find(begun.id, FindDraft())
    assert commands.drop_finds(begun.id, [find]).count == 1
    assert queries.finds(begun.id) == []


def test_many_finds_are_edited_and_added_as_one_step(begun):
    chair = commands.record_find(begun.id, FindDraft(name="椅", place_id=begun.first, quantity=2)).made[0]
    steps, before = len(journal.steps(-1)), tables()
    assert commands.edit_finds(begun.id, {chair: {"estimate": 3_000, "decision": "入账", "remark": None}},
                               [{"name": "屏风"}, {"code": "88", "quantity": 4}]).count == 3
    assert len(journal.steps(-1)) == steps + 1
    assert [(row.name, row.code, row.quantity, row.estimate, row.decision, row.place_id) for row in queries.finds(begun.id)] == [
        ("椅", "", 2, 3_000, "入账", begun.first), ("屏风", "", 1, None, "待定", None), ("", "88", 4, None, "待定", None)]
    with pytest.raises(Invalid) as wrong:
        commands.edit_finds(begun.id, {chair: {"quantity": None}}, [{"name": "好"}, {"name": ""}])
    assert [(each.row, each.field) for each in wrong.value.problems] == [(chair, "quantity"), (-2, "name")]
    with pytest.raises(Refused, match="不在了"):
        commands.edit_finds(begun.id, {999: {"name": "灯"}})
    journal.undo()
    assert tables() == before


def test_it_is_finished_reopened_and_voided(begun):
    with pytest.raises(Refused, match="还有 3 种没有盘"):
        commands.finish_counting(begun.id)
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    commands.finish_counting(begun.id)
    assert queries.stocktake(begun.id).state == rules.COUNTED
    with pytest.raises(Refused, match="不能再录入"):
        commands.count_room(begun.id, begun.first)
    with pytest.raises(Invalid, match="原因"):
        commands.reopen(begun.id, " ")
    commands.reopen(begun.id, "音乐室漏盘")
    assert "音乐室漏盘" in queries.stocktake(begun.id).remark
    with pytest.raises(Refused, match="本来就"):
        commands.reopen(begun.id, "再来")
    commands.void_stocktake(begun.id, "重做")
    with pytest.raises(Refused, match="已经作废"):
        commands.void_stocktake(begun.id, "重做")
    with pytest.raises(Refused, match="已经不在"):
        commands.void_stocktake(99, "重做")


def test_what_waits_for_repair_stands_in_the_room_and_is_looked_for(begun):
    broken = begun.card("风琴", status="待修理")
    lost = begun.card("鼓", status="待核销")
    dangerous = begun.card("危房", status="危房不能用")
    again = begun.begin("期中")
    lines = {line.asset_id: line for line in queries.lines(again)}
    assert [lines[each].mark for each in (broken, lost, dangerous, begun.repair)] == ["", "待核销", "", "送修"]
    assert {line.asset_id for line in queries.lines(again, (rules.UNSEEN,))} >= {broken, dangerous}
    commands.count_lines(again, [Count(lines[broken].id, 0, reason="去向不明")])
    assert [line.asset_id for line in queries.differences(again)] == [broken]


def test_the_schools_own_word_marks_by_its_meaning(begun):
    stored_settings.change({STATUSES: [*meanings.SHIPPED, "送外维护＝送修", "角落里＝闲置"]})
    away, idle = begun.card("功放", status="送外维护"), begun.card("旧凳", status="角落里")
    lines = {line.asset_id: line.mark for line in queries.lines(begun.begin("期中"))}
    assert (lines[away], lines[idle]) == ("送修", "")
