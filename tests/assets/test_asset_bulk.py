"""Bulk edit: only what is ticked, a blank clears only when told to, problems named card by card, one step of undo."""

from datetime import date

import pytest

from app.assets import bulk, commands, queries
from app.assets.bulk import Change
from app.assets.commands import ExtraDraft
from app.assets.fields import AssetDraft
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.store import journal
from app.store.database import database

pytestmark = pytest.mark.usefixtures("started_ledger")


def register(count=3, **fields):
    return [commands.register_asset(AssetDraft(**({"name": "学生课桌", "unit_price": 14_800} | fields))).made[0] for _ in range(count)]


def rows():
    return database.execute_sql("SELECT * FROM asset ORDER BY id").fetchall()


def drafts(ids):
    return [card.draft for card in queries.cards(ids)]


def fields_wrong(change):
    return [(problem.field, problem.text) for problem in bulk.check_change(change)]


def test_ticked_fields_are_written_others_stay_and_undo_restores_every_row():
    place_commands.add_places("教学楼 1层 101室 教室")
    room = school.find_places("101")[0].id
    keeper = school_commands.add_person(PersonDraft("王敏")).made[0]
    ids, before = register(supplier="老供应商"), rows()
    change = Change({"place_id": room, "keeper_id": keeper, "status": "闲置"})
    assert bulk.edit_many(ids[:2], change).count == 2
    assert [(draft.place_id, draft.keeper_id, draft.status, draft.supplier) for draft in drafts(ids)] == [
        (room, keeper, "闲置", "老供应商")] * 2 + [(None, None, "在用", "老供应商")]
    assert journal.steps()[0].title == "批量修改 2 张卡片：存放地点、保管人、使用状况"
    after = rows()
    journal.undo()
    assert rows() == before
    journal.redo()
    assert rows() == after


def test_the_preview_says_old_and_new_in_words_and_writes_nothing():
    keeper = school_commands.add_person(PersonDraft("王敏")).made[0]
    ids = register(2)
    commands.edit_asset(ids[1], AssetDraft(name="学生课桌", number="校-2", keeper_id=keeper, status="闲置"))
    before = rows()
    seen = bulk.preview([*ids, 999], Change({"keeper_id": keeper, "status": "闲置"}))
    assert seen.same == 1
    assert [(each.number, each.fields) for each in seen.cards] == [
        ("ZC-2026-00001", (("保管人", "", "王敏"), ("使用状况", "在用", "闲置")))]
    assert rows() == before


def test_a_keeper_of_the_same_name_is_another_keeper():
    first, second = (school_commands.add_person(PersonDraft("王敏", phone=phone)).made[0] for phone in ("1", "2"))
    ids = register(1, keeper_id=first)
    assert bulk.edit_many(ids, Change({"keeper_id": second})).count == 1
    assert drafts(ids)[0].keeper_id == second


def test_a_blank_clears_only_when_told_to():
    ids = register(supplier="老供应商", warranty_until=date(2027, 1, 1))
    assert fields_wrong(Change({"supplier": " "}))[0][0] == "supplier"
    assert fields_wrong(Change({})) == [("", "请先勾选要修改的字段。")]
    assert fields_wrong(Change({}, frozenset({"name"})))[0][1] == "“资产名称”不能清空。"
    before = rows()
    with pytest.raises(Invalid):
        bulk.edit_many(ids, Change({"supplier": ""}))
    assert rows() == before
    assert bulk.edit_many(ids, Change({"supplier": ""}, frozenset({"supplier", "warranty_until"}))).count == 3
    assert {(draft.supplier, draft.warranty_until) for draft in drafts(ids)} == {("", None)}


def test_a_gone_place_is_refused():
    assert fields_wrong(Change({"place_id": 999})) == [("place_id", "选的存放地点已经不在了，请重新选。")]


def test_words_are_added_behind_the_remark_and_found():
    ids = register(1, remark="2019 年购入。") + register(1)
    bulk.edit_many(ids, Change({bulk.REMARK_MORE: "已贴标签"}))
    assert [draft.remark for draft in drafts(ids)] == ["2019 年购入；已贴标签", "已贴标签"]
    assert queries.totals(Wish("已贴标签")).records == 2
    assert fields_wrong(Change({"remark": "一", bulk.REMARK_MORE: "二"}))[0][0] == bulk.REMARK_MORE


def test_a_class_brings_its_name_and_takes_it_away():
    ids = register(1, class_name="旧名")
    bulk.edit_many(ids, Change({"class_code": "A02010105"}))
    assert drafts(ids)[0].class_name == "台式计算机"
    bulk.edit_many(ids, Change({}, frozenset({"class_code"})))
    assert (drafts(ids)[0].class_code, drafts(ids)[0].class_name) == ("", "")


def test_own_fields_are_checked_and_written():
    floor = commands.save_extra_field(ExtraDraft("层高", "数字")).made[0]
    day = commands.save_extra_field(ExtraDraft("年检", "日期")).made[0]
    ids = register(2)
    with pytest.raises(Refused, match="ZC-2026-00001 学生课桌：层高应填数字"):
        bulk.edit_many(ids, Change({f"extra:{floor}": "高"}))
    bulk.edit_many(ids, Change({f"extra:{floor}": "3.5", f"extra:{day}": date(2026, 9, 1)}))
    assert drafts(ids)[1].extras == {floor: "3.5", day: "2026-09-01"}
    bulk.edit_many(ids, Change({}, frozenset({f"extra:{floor}"})))
    assert drafts(ids)[1].extras == {day: "2026-09-01"}


def test_problems_are_named_card_by_card_and_may_be_passed_over():
    ids = register(1) + register(1, opening_months=5)
    database.execute_sql("UPDATE journal_now SET operation_id = (SELECT max(id) FROM operation)")
    database.execute_sql("UPDATE asset SET opening_months = 9999 WHERE id = ?", (ids[1],))
    database.execute_sql("UPDATE journal_now SET operation_id = NULL")
    change, before = Change({"status": "闲置"}), rows()
    assert [(each.number, each.errors) for each in bulk.preview(ids, change).wrong] == [
        ("ZC-2026-00002", ("期初已提月数请填 0 到 1200。",))]
    with pytest.raises(Refused, match="没有修改任何卡片"):
        bulk.edit_many(ids, change)
    assert rows() == before
    assert bulk.edit_many(ids, change, skip_bad=True).count == 1
    assert [draft.status for draft in drafts(ids)] == ["闲置", "在用"]


def test_a_warning_that_the_change_brings_is_told_but_does_not_forbid():
    ids = register(1, acquired_on=date(2025, 9, 1))
    change = Change({"warranty_until": date(2024, 9, 1)})
    assert bulk.preview(ids, change).cards[0].warnings == ("保修截止早于取得日期，请核对。",)
    assert bulk.edit_many(ids, change).count == 1
    assert bulk.preview(ids, Change({"status": "闲置"})).cards[0].warnings == ()


def test_nothing_to_change_is_said_and_leaves_no_step():
    ids, steps = register(2), len(journal.steps())
    with pytest.raises(Refused, match="已经是这样了"):
        bulk.edit_many(ids, Change({"status": "在用"}))
    assert len(journal.steps()) == steps


def test_thousands_are_changed_with_progress_in_one_step():
    ids, heard = register(600), []
    steps = len(journal.steps(-1))
    assert bulk.edit_many(queries.matching_ids(Wish("kz")), Change({"funding": "捐赠"}),
                          progress=lambda done, total, text="": heard.append((done, total))).count == 600
    assert heard == [(500, 600), (600, 600)] * 2    # first all are judged, then all are written
    assert {draft.funding for draft in drafts(ids)} == {"捐赠"}
    assert len(journal.steps(-1)) == steps + 1
