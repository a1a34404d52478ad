"""Verbs of the ledger: numbers, refusals with everything that is wrong, the recycle bin, own fields, files of a card."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from app.assets import commands, fields, queries, settings
from app.assets.commands import ExtraDraft
from app.assets.fields import AssetDraft
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.store import attachments, journal, numbering
from app.store.database import database

pytestmark = pytest.mark.usefixtures("started_ledger")


def draft(name="学生课桌", **changes):
    return AssetDraft(name=name, **changes)


def numbers():
    return [row[1] for row in queries.listing(Wish(sort="number"))]


def problems_of(act, *arguments):
    with pytest.raises(Invalid) as caught:
        act(*arguments)
    return [problem.field for problem in caught.value.problems]


def bin_of(*ids):
    return [record for record in journal.deleted("asset") if record.row in ids]


# --- registering -------------------------------------------------------------------------------------------------


def test_numbers_follow_the_rule_without_gaps():
    for _ in range(3):
        commands.register_asset(draft())
    assert numbers() == ["ZC-2026-00001", "ZC-2026-00002", "ZC-2026-00003"]
    numbering.change_rule(settings.ASSET_NUMBERS, "GZ", False, 4)
    commands.register_asset(draft())
    assert numbers()[0] == "GZ-0001"


def test_a_refused_card_leaves_no_gap():
    commands.register_asset(draft())
    assert problems_of(commands.register_asset, draft("")) == ["name"]
    commands.register_asset(draft())
    assert numbers() == ["ZC-2026-00001", "ZC-2026-00002"]
    assert len(journal.steps()) == 3  # the school and two cards


def test_a_given_number_is_kept_and_the_rule_goes_on_after_it():
    commands.register_asset(draft(number=" ZC-2026-00007 "))
    commands.register_asset(draft(number="校-8"))
    commands.register_asset(draft())
    assert numbers() == ["ZC-2026-00007", "ZC-2026-00008", "校-8"]


def test_numbers_that_were_typed_before_are_passed_over():
    commands.register_asset(draft(number="ZC-2026-00001"))
    identity = commands.register_asset(draft(number="旧-1")).made[0]
    commands.edit_asset(identity, draft(number="ZC-2026-00003"))
    commands.register_asset(draft())
    commands.register_asset(draft())
    assert numbers() == ["ZC-2026-00001", "ZC-2026-00003", "ZC-2026-00004", "ZC-2026-00005"]


def test_a_number_that_was_changed_away_is_not_given_to_another_card():
    identity = commands.register_asset(draft(number="旧-1")).made[0]
    commands.edit_asset(identity, draft(number="ZC-2026-00002"))
    commands.edit_asset(identity, draft(number="旧-1"))
    for _ in range(2):
        commands.register_asset(draft())
    assert numbers() == ["ZC-2026-00003", "ZC-2026-00004", "旧-1"]


def test_a_number_of_another_card_is_refused():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    assert problems_of(commands.register_asset, draft(number="校-1")) == ["number"]
    other = commands.register_asset(draft(number="校-2")).made[0]
    assert problems_of(commands.edit_asset, other, draft(number="校-1")) == ["number"]
    commands.edit_asset(identity, draft("讲台", number="校-1"))
    assert queries.card(identity).draft.name == "讲台"


def test_the_number_of_a_deleted_card_is_refused_until_the_deletion_is_undone():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    commands.delete_assets([identity])
    with pytest.raises(Invalid, match="回收站"):
        commands.register_asset(draft(number="校-1"))
    journal.undo()
    assert numbers() == ["校-1"]
    journal.undo()
    commands.register_asset(draft(number="校-1"))  # the registration never happened, nor did the number


def test_a_number_whose_whole_life_was_undone_is_free_again():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    commands.delete_assets([identity])
    journal.undo()
    journal.redo()
    journal.undo()
    journal.undo()
    assert queries.numbers_retired(["校-1"]) == set()
    commands.register_asset(draft(number="校-1"))


def test_a_number_given_by_the_rule_is_never_given_again():
    identity = commands.register_asset(draft()).made[0]
    commands.delete_assets([identity])
    commands.register_asset(draft())
    journal.undo()
    commands.register_asset(draft())
    assert numbers() == ["ZC-2026-00003"]


def test_all_problems_of_a_card_come_at_once():
    place = commands.save_extra_field(ExtraDraft("层高", "数字")).made[0]
    commands.register_asset(draft(number="校-1"))
    bad = draft("", number="校-1", quantity=0, unit_price=-1, life_months=-1, acquired_on=date(1800, 1, 1),
                extras={place: "很高"})
    assert problems_of(commands.register_asset, bad) == [
        "name", "quantity", "unit_price", "acquired_on", "life_months", "number", f"extra:{place}"]


def test_warnings_do_not_stand_in_the_way():
    identity = commands.register_asset(draft(quantity=2, unit_price=100, value=9_999, acquired_on=date(2026, 1, 1),
                                             booked_on=date(2025, 1, 1))).made[0]
    assert queries.card(identity).draft.value == 9_999


def test_a_card_is_stored_as_it_was_written():
    written = draft(
        number="校-1", class_code="A05010203", class_name="台、桌类", model="KZY-01", brand="华诚", serial="SN1",
        unit="张", quantity=45, unit_price=14_800, value=666_000, value_type="暂估价", acquired_by="调拨",
        acquired_on=date(2019, 9, 1), booked_on=date(2019, 9, 30), voucher="记-12", funding="财政拨款",
        purchase_form="集中采购", supplier="华诚", invoice="0012", warranty_until=date(2022, 9, 1), purpose="出借",
        status="闲置", life_months=180, opening_depreciation=100, opening_months=3, old_number="QH-1", remark="<b>&",
        category="低值易耗品", extras={})
    identity = commands.register_asset(written, date(2019, 9, 30)).made[0]
    assert queries.card(identity).draft == written
    assert journal.history("asset", identity)[0].business_date == "2019-09-30"
    assert journal.steps()[0].title == "登记资产 校-1 学生课桌"


def test_registering_and_editing_leave_the_draft_alone():
    form = draft(" 桌 ")
    identity = commands.register_asset(form).made[0]
    assert form == draft(" 桌 ")
    form = draft(" 桌 ", number="校-1", value=5)
    commands.edit_asset(identity, form)
    assert form == draft(" 桌 ", number="校-1", value=5)


WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FEN = st.none() | st.integers(0, 10**9)
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2026, 11, 21))


@settings_of_hypothesis(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.builds(
    AssetDraft, name=WORD.filter(str.strip), model=WORD, serial=WORD, remark=WORD, status=st.sampled_from(("", "在用", "闲置", "待报废")),
    class_code=WORD, voucher=WORD,
    quantity=st.integers(1, 10_000), unit_price=FEN, value=FEN, acquired_on=DAYS, booked_on=DAYS, warranty_until=DAYS,
    life_months=st.none() | st.integers(0, 1_200), category=st.sampled_from(fields.CATEGORIES)))
def test_whatever_a_valid_card_holds_is_stored_as_it_is(started_ledger, written):
    wanted = commands.tidied(written)
    identity = commands.register_asset(written).made[0]
    card = queries.card(identity)
    wanted.number, wanted.unit_price, wanted.value = card.draft.number, wanted.unit_price or 0, wanted.value or 0
    assert card.draft == wanted
    assert journal.history("asset", identity)[0].fields["name"] == (None, wanted.name)
    assert queries.LISTING.position(Wish(), identity) is not None


# --- editing -----------------------------------------------------------------------------------------------------


def test_editing_writes_history_and_search_words():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    commands.edit_asset(identity, draft("讲台", number="校-1", remark="三楼"))
    event = journal.history("asset", identity)[0]
    assert event.title == "修改资产 校-1 讲台"
    assert event.fields["name"] == ("学生课桌", "讲台")
    assert [row[0] for row in queries.listing(Wish("jiangtai"))] == [identity]
    assert queries.listing(Wish("xszhuo")) == []


def test_editing_without_a_change_leaves_no_step():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    before = len(journal.steps())
    commands.edit_asset(identity, queries.card(identity).draft)
    assert len(journal.steps()) == before


def test_a_card_that_is_gone_is_not_edited():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    commands.delete_assets([identity])
    with pytest.raises(Refused, match="回收站"):
        commands.edit_asset(identity, draft(number="校-2"))


def test_a_gone_card_saved_under_its_own_number_is_told_so_too():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    commands.delete_assets([identity])
    with pytest.raises((Refused, Invalid), match="回收站"):
        commands.edit_asset(identity, draft(number="校-1"))
    assert numbers() == []


def test_a_card_keeps_a_number():
    identity = commands.register_asset(draft()).made[0]
    assert problems_of(commands.edit_asset, identity, draft("", number="  ")) == ["name", "number"]


# --- the recycle bin ---------------------------------------------------------------------------------------------


def test_deleted_cards_come_back_as_they_were():
    ids = [commands.register_asset(draft(name, quantity=5, acquired_on=date(2020, 2, 29))).made[0] for name in ("桌", "椅", "柜")]
    before = queries.cards(ids)
    assert commands.delete_assets(ids[:2]).count == 2
    assert journal.steps()[0].title == "删除资产 ZC-2026-00001 桌等 2 张卡片"
    assert numbers() == ["ZC-2026-00003"]
    assert commands.restore_assets(bin_of(*ids)).title.endswith("等 2 张卡片")
    assert queries.cards(ids) == before
    assert journal.deleted("asset") == []


def test_what_is_deleted_meanwhile_is_left_out_and_nothing_left_is_refused():
    ids = [commands.register_asset(draft()).made[0] for _ in range(2)]
    commands.delete_assets(ids[:1])
    assert commands.delete_assets(ids).count == 1
    assert journal.steps()[0].title == "删除资产 ZC-2026-00002 学生课桌"
    with pytest.raises(Refused, match="不在了"):
        commands.delete_assets(ids)


def test_a_card_is_not_restored_under_a_number_that_is_taken():
    identity = commands.register_asset(draft(number="校-1")).made[0]
    other = commands.register_asset(draft(number="校-2")).made[0]
    commands.delete_assets([identity])
    # The number can only come to another card from a rule-less world: an undone deletion and an edit of the image.
    with journal.operation("改号"):
        database.execute_sql("UPDATE asset SET number = '校-1' WHERE id = ?", (other,))
    with pytest.raises(Refused, match="校-1"):
        commands.restore_assets(bin_of(identity))
    assert queries.card(identity) is None


def test_a_card_that_is_back_already_is_not_restored_twice():
    identity = commands.register_asset(draft()).made[0]
    commands.delete_assets([identity])
    records = bin_of(identity)
    commands.restore_assets(records)
    with pytest.raises(Refused, match="已经恢复"):
        commands.restore_assets(records)


def test_a_card_comes_back_although_its_place_and_keeper_are_gone():
    place_commands.add_places("教学楼 101室")
    room = next(place.id for place in school.places_tree() if place.name == "101室")
    person = school_commands.add_person(PersonDraft("王敏")).made[0]
    identity = commands.register_asset(draft(place_id=room, keeper_id=person, user_id=person)).made[0]
    commands.delete_assets([identity])
    place_commands.remove_place(room)
    school_commands.remove_person(person)
    commands.restore_assets(bin_of(identity))
    card = queries.card(identity)
    assert (card.draft.place_id, card.draft.keeper_id, card.draft.user_id) == (None, None, None)
    assert journal.steps()[0].title == "恢复资产 ZC-2026-00001 学生课桌（已不存在的地点、部门、人员留空）"
    assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []


def test_like_gives_another_card_of_the_same_kind():
    first = draft(number="校-1", serial="SN", old_number="旧-1", model="KZY", extras={1: "a"})
    second = commands.like(first)
    assert (second.number, second.serial, second.old_number, second.model) == ("", "", "", "KZY")
    second.extras[1] = "b"
    assert first.extras == {1: "a"}


# --- own fields --------------------------------------------------------------------------------------------------


def test_a_field_of_the_schools_own_is_kept_on_the_card():
    colour = commands.save_extra_field(ExtraDraft(" 颜色 ", "选项", "红\n\n 蓝 \n红")).made[0]
    bought = commands.save_extra_field(ExtraDraft("贴标日期", "日期")).made[0]
    assert [(extra.id, extra.title, extra.kind, extra.choices) for extra in queries.extra_fields()] == [
        (colour, "颜色", "选项", ("红", "蓝")), (bought, "贴标日期", "日期", ())]
    identity = commands.register_asset(draft(extras={colour: "红", bought: "2026-09-01"})).made[0]
    assert queries.card(identity).draft.extras == {colour: "红", bought: "2026-09-01"}
    assert problems_of(commands.register_asset, draft(extras={colour: "绿", bought: "昨天"})) == [
        f"extra:{colour}", f"extra:{bought}"]
    commands.register_asset(draft(extras={colour: "", bought: ""}))


def test_renaming_keeps_kind_and_values():
    field = commands.save_extra_field(ExtraDraft("层高", "数字")).made[0]
    identity = commands.register_asset(draft(extras={field: "3"})).made[0]
    assert commands.save_extra_field(ExtraDraft("净高", "文字"), field).made == ()
    (extra,) = queries.extra_fields()
    assert (extra.title, extra.kind) == ("净高", "数字")
    assert queries.card(identity).draft.extras == {field: "3"}


def test_a_retired_field_is_hidden_and_comes_back():
    field = commands.save_extra_field(ExtraDraft("层高", "数字")).made[0]
    identity = commands.register_asset(draft(extras={field: "3"})).made[0]
    commands.retire_extra_field(field)
    assert journal.steps()[0].title == "停用附加字段 层高"
    assert queries.extra_fields() == []
    assert [extra.active for extra in queries.extra_fields(with_retired=True)] == [False]
    assert queries.card(identity).draft.extras == {field: "3"}
    assert problems_of(commands.edit_asset, identity, draft(number="校", extras={field: "x"})) == [f"extra:{field}"]
    commands.retire_extra_field(field, active=True)
    assert [extra.title for extra in queries.extra_fields()] == ["层高"]
    journal.undo()
    assert queries.extra_fields() == []


def test_a_field_that_is_gone_is_neither_renamed_nor_retired():
    for act in (lambda: commands.save_extra_field(ExtraDraft("层高"), 7), lambda: commands.retire_extra_field(7)):
        with pytest.raises(Refused, match="不在了"):
            act()
    assert len(journal.steps()) == 1


@pytest.mark.parametrize(("field", "fields"), [
    (ExtraDraft(""), ["title"]),
    (ExtraDraft("长" * 21), ["title"]),
    (ExtraDraft("资产名称"), ["title"]),
    (ExtraDraft("发票号"), ["title"]),
    (ExtraDraft("层高"), ["title"]),
    (ExtraDraft("颜色", "选项", " \n "), ["choices"]),
    (ExtraDraft("", "颜色"), ["title", "kind"]),
    (ExtraDraft(" ", "选项"), ["title", "choices"]),
])
def test_a_field_that_does_not_do_is_refused_with_everything_wrong(field, fields):
    commands.retire_extra_field(commands.save_extra_field(ExtraDraft("层高", "数字")).made[0])
    assert problems_of(commands.save_extra_field, field) == fields


# --- files of a card ---------------------------------------------------------------------------------------------


def test_files_are_added_removed_and_brought_back(started_ledger, tmp_path):
    identity = commands.register_asset(draft(number="校-1")).made[0]
    paths = [tmp_path / "正面.jpg", tmp_path / "合同.pdf"]
    for path in paths:
        path.write_bytes(path.name.encode())
    assert len(commands.attach_files(started_ledger.folder, identity, paths).made) == 2
    first, second = attachments.of("asset", identity)
    assert journal.steps()[0].title == "添加附件 校-1（2 个）"
    assert [each.name for each in attachments.of("asset", identity)] == ["正面.jpg", "合同.pdf"]
    commands.remove_attachment(first.id)
    assert attachments.of("asset", identity) == [second]
    journal.undo()
    assert attachments.of("asset", identity) == [first, second]
    assert attachments.path_of(started_ledger.folder, first).read_bytes() == paths[0].read_bytes()
    journal.undo()
    assert attachments.of("asset", identity) == []


def test_one_unfit_file_keeps_all_out(started_ledger, tmp_path):
    identity = commands.register_asset(draft(number="校-1")).made[0]
    good, bad = tmp_path / "正面.jpg", tmp_path / "程序.exe"
    good.write_bytes(b"1")
    bad.write_bytes(b"2")
    with pytest.raises(Refused, match="程序"):
        commands.attach_files(started_ledger.folder, identity, [good, bad])
    assert attachments.of("asset", identity) == []
    commands.delete_assets([identity])
    with pytest.raises(Refused, match="已被删除"):
        commands.attach_files(started_ledger.folder, identity, [good])


def test_files_come_back_with_the_card(started_ledger, tmp_path):
    identity = commands.register_asset(draft()).made[0]
    photo = tmp_path / "正面.jpg"
    photo.write_bytes(b"1")
    commands.attach_files(started_ledger.folder, identity, [photo])
    commands.delete_assets([identity])
    commands.restore_assets(bin_of(identity))
    assert [each.name for each in attachments.of("asset", identity)] == ["正面.jpg"]
