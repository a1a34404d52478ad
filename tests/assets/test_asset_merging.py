"""Cards merged into one: sums are kept to the 分, what must agree is refused, the others do not come back singly."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import commands, merging, queries, splitting
from app.assets.commands import ExtraDraft
from app.assets.fields import AssetDraft
from app.assets.merging import Merge
from app.assets.splitting import Split
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.store import attachments, journal
from app.store.database import database

pytestmark = pytest.mark.usefixtures("started_ledger")

DESKS = AssetDraft(name="学生课桌", unit="张", quantity=3, unit_price=14_800, value=44_401, opening_depreciation=10_001, opening_months=30,
                   life_months=180, voucher="记-12")


def rows():
    return database.execute_sql("SELECT * FROM asset ORDER BY id").fetchall()


def register(*fields):
    return [commands.register_asset(replace(DESKS, **each)).made[0] for each in fields]


def merge(ids, **more):
    return merging.merge_cards(Merge(tuple(ids), **({"into": ids[0]} | more)))


def test_sums_and_words_are_joined_the_others_go_and_undo_restores_all():
    ids = register({"serial": "S1", "remark": "走廊", "old_number": "旧-7"}, {"serial": "S2", "quantity": 2, "value": 29_600},
                   {"serial": "S1", "remark": "走廊", "old_number": "旧-8", "opening_depreciation": 0})
    before, totals = rows(), queries.totals(Wish())
    assert merge(ids, into=ids[1]).title == journal.undoable()[1]
    card = queries.card(ids[1]).draft
    assert (card.number, card.quantity, card.value, card.opening_depreciation, card.unit_price) == ("ZC-2026-00002", 8, 118_402, 20_002, 14_800)
    assert (card.serial, card.remark, card.old_number) == ("S2、S1", "走廊", "旧-7、旧-8")
    now = queries.totals(Wish())
    assert (now.records, now.pieces, now.fen) == (totals.records - 2, totals.pieces, totals.fen)
    assert queries.totals(Wish("旧-8")).records == 1
    assert journal.undoable()[1] == "合并资产 ZC-2026-00002 学生课桌：3 张卡片并成一张"
    after = rows()
    journal.undo()
    assert rows() == before
    journal.redo()
    assert rows() == after


def test_what_the_sums_stand_on_must_agree_and_the_cards_are_named():
    ids = register({}, {}, {"unit_price": 15_000, "life_months": None}, {"unit": "套"})
    before = rows()
    with pytest.raises(Refused) as caught:
        merge(ids)
    assert caught.value.text == (
        "这些卡片不能合并：单价不同：148.00（ZC-2026-00001、ZC-2026-00002、ZC-2026-00004）；150.00（ZC-2026-00003）。"
        "计量单位不同：张（ZC-2026-00001、ZC-2026-00002、ZC-2026-00003）；套（ZC-2026-00004）。"
        "折旧年限（月）不同：180（ZC-2026-00001、ZC-2026-00002、ZC-2026-00004）；空（ZC-2026-00003）。请先改成一致，或只选相同的卡片。")
    assert rows() == before


@pytest.mark.parametrize("field", [
    {"category": "低值易耗品"}, {"value_type": "评估价"}, {"opening_months": 31}, {"class_code": "A05010201"}])
def test_each_other_field_that_must_agree_refuses(field):
    ids = register({}, field)
    with pytest.raises(Refused, match="不能合并"):
        merge(ids)


def test_what_else_differs_is_chosen_card_by_card():
    place_commands.add_places("教学楼 1层 101室 教室\n教学楼 1层 102室 教室")
    rooms = [school.find_places(name)[0].id for name in ("101", "102")]
    keeper = school_commands.add_person(PersonDraft("王敏")).made[0]
    own = commands.save_extra_field(ExtraDraft("颜色")).made[0]
    ids = register({"place_id": rooms[0], "keeper_id": keeper}, {"place_id": rooms[1], "acquired_on": date(2019, 9, 1)},
                   {"place_id": rooms[0], "extras": {own: "红"}})
    cards = merging.cards_of(ids)
    paths = [school.place_path(room) for room in rooms]
    assert [(each.key, each.title, each.values) for each in merging.differences(cards)] == [
        ("acquired_on", "取得日期", ((ids[0], "", ("ZC-2026-00001", "ZC-2026-00003")), (ids[1], "2019-09-01", ("ZC-2026-00002",)))),
        ("place_id", "存放地点", ((ids[0], paths[0], ("ZC-2026-00001", "ZC-2026-00003")), (ids[1], paths[1], ("ZC-2026-00002",)))),
        ("keeper_id", "保管人", ((ids[0], "王敏", ("ZC-2026-00001",)), (ids[1], "", ("ZC-2026-00002", "ZC-2026-00003")))),
        (f"extra:{own}", "颜色", ((ids[0], "", ("ZC-2026-00001", "ZC-2026-00002")), (ids[2], "红", ("ZC-2026-00003",))))]
    before = rows()
    with pytest.raises(Invalid) as caught:
        merge(ids, taken={"place_id": ids[1], "keeper_id": 999})
    assert [(each.field, each.text) for each in caught.value.problems] == [
        ("acquired_on", "取得日期不同，请选一个。"), ("keeper_id", "保管人不同，请选一个。"), (f"extra:{own}", "颜色不同，请选一个。")]
    assert rows() == before
    merge(ids, taken={"place_id": ids[1], "keeper_id": ids[2], "acquired_on": ids[1], f"extra:{own}": ids[2]})
    card = queries.card(ids[0]).draft
    assert (card.place_id, card.keeper_id, card.acquired_on, card.extras) == (rooms[1], None, date(2019, 9, 1), {own: "红"})


def test_too_few_too_many_gone_or_none_to_keep_are_refused():
    ids = register({}, {})
    for wrong, words in (([], "2 到"), (ids[:1] * 2, "2 到"), (range(1, 1_003), "2 到"), ([*ids, 999], "1 张已被删除")):
        with pytest.raises(Refused, match=words):
            merging.cards_of(wrong)
    with pytest.raises(Invalid, match="保留哪一张"):
        merge(ids, into=999)


def test_what_would_not_fit_on_one_card_is_told_at_the_card_that_is_kept():
    ids = register({"serial": "甲" * 150, "quantity": 999_999}, {"serial": "乙" * 100})
    problems = merging.check_merge(merging.cards_of(ids), Merge(tuple(ids), ids[0]))
    assert [(each.field, each.text) for each in problems] == [
        ("into", "合并后的序列号：共 251 个字，太长了，最多 200 个字，请缩短。"),
        ("into", "合并后的数量：数量请填 1 到 1,000,000 的整数。")]


def test_files_move_to_the_card_that_is_kept_each_content_once(started_ledger, tmp_path):
    ids = register({}, {}, {})
    for name, words in (("甲.jpg", "甲"), ("乙.jpg", "乙"), ("同.jpg", "甲")):
        (tmp_path / name).write_text(words, encoding="utf-8")
    commands.attach_files(started_ledger.folder, ids[0], [tmp_path / "甲.jpg"])
    commands.attach_files(started_ledger.folder, ids[1], [tmp_path / "乙.jpg", tmp_path / "同.jpg"])
    before = [attachments.of("asset", each) for each in ids]
    merge(ids)
    assert [[stored.name for stored in attachments.of("asset", each)] for each in ids] == [["甲.jpg", "乙.jpg"], [], []]
    journal.undo()
    assert [attachments.of("asset", each) for each in ids] == before


def test_cards_that_were_merged_away_do_not_come_back_singly_nor_does_their_number():
    ids = register({}, {}, {})
    merge(ids[:2])
    commands.delete_assets(ids[2:])
    gone = journal.deleted("asset")
    with pytest.raises(Refused, match="ZC-2026-00002 已并入别的卡片（合并资产 ZC-2026-00001 学生课桌：2 张卡片并成一张），单独恢复会重复计数"):
        commands.restore_assets(gone)
    assert commands.restore_assets([each for each in gone if each.row == ids[2]])
    with pytest.raises(Invalid, match="编号不能重复使用"):
        register({"number": "ZC-2026-00002"})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), value=st.integers(0, 10**9), quantity=st.integers(2, 60))
def test_what_was_split_and_merged_again_is_as_before(data, value, quantity):
    worn = data.draw(st.integers(0, value))
    mother = register({"quantity": quantity, "value": value, "opening_depreciation": worn, "old_number": "旧", "remark": "好；走廊"})[0]
    before, totals = [row for row in rows() if row[0] == mother], queries.totals(Wish())
    pieces = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=6).filter(lambda parts: sum(parts) < quantity) if quantity > 9
                       else st.just([1]))
    made = splitting.split_card(mother, Split(tuple(pieces))).made
    merge(data.draw(st.permutations([mother, *made])), into=mother)
    assert [row for row in rows() if row[0] == mother] == before
    assert queries.totals(Wish()) == totals
    for _ in range(3):
        journal.undo()
    assert queries.card(mother) is None
