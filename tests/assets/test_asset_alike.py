"""Many cards like one: a range of numbers, serial numbers that must fit, all or nothing, one step."""

import pytest

from app.assets import alike, commands, queries
from app.assets.alike import Batch
from app.assets.fields import AssetDraft
from app.core.errors import Invalid
from app.core.listing import Wish
from app.store import journal
from app.store.database import database

pytestmark = pytest.mark.usefixtures("started_ledger")

MODEL = AssetDraft(name="台式计算机", model="M750", unit_price=429_900, quantity=1, serial="S0", old_number="旧-1", supplier="惠民")


def words(batch):
    return [(problem.field, problem.level, problem.text) for problem in alike.check_batch(batch)]


def numbers():
    return [row[1] for row in queries.listing(Wish(sort="number"))]


def test_cards_follow_the_rule_with_their_serials_in_order_and_go_in_one_step():
    commands.register_asset(MODEL)
    ids = alike.register_alike(MODEL, Batch(3, serials="S1\n\n S2 \r\nS3\n")).made
    made = [card.draft for card in queries.cards(ids)]
    assert [(draft.number, draft.serial) for draft in made] == [
        ("ZC-2026-00002", "S1"), ("ZC-2026-00003", "S2"), ("ZC-2026-00004", "S3")]
    assert {(draft.supplier, draft.value, draft.old_number) for draft in made} == {("惠民", 429_900, "")}
    assert journal.steps()[0].title == "登记资产 台式计算机 3 张卡片"
    assert queries.totals(Wish("s2")).records == 1
    journal.undo()
    assert numbers() == ["ZC-2026-00001"]


def test_a_range_counts_up_its_last_digits():
    assert alike.numbers_from("校-098", 3) == ["校-098", "校-099", "校-100"]
    assert alike.numbers_from("2024-A-9", 2) == ["2024-A-9", "2024-A-10"]
    assert alike.numbers_from("校", 2) == []
    alike.register_alike(MODEL, Batch(2, " ZC-2026-00005 "))
    commands.register_asset(MODEL)
    assert numbers() == ["ZC-2026-00005", "ZC-2026-00006", "ZC-2026-00007"]


@pytest.mark.parametrize(("batch", "field", "text"), [
    (Batch(), "count", "1 到 1,000"),
    (Batch(1_001), "count", "1 到 1,000"),
    (Batch(2, "校"), "first", "以数字结尾"),
    (Batch(2, "校" * 40 + "1"), "first", "太长"),
    (Batch(3, serials="S1\nS2"), "serials", "要登记 3 张，粘贴了 2 个序列号"),
    (Batch(3, serials="S1\nS2\nS1"), "serials", "序列号 S1 重复了"),
    (Batch(1, serials="S" * 201), "serials", "太长了"),
])
def test_what_does_not_fit_is_said_and_nothing_is_written(batch, field, text):
    (where, level, said), = words(batch)
    assert (where, level) == (field, "error")
    assert text in said
    with pytest.raises(Invalid):
        alike.register_alike(MODEL, batch)
    assert numbers() == []


def test_taken_numbers_are_named_also_those_of_deleted_cards():
    for number in ("校-2", "校-4"):
        commands.register_asset(AssetDraft(name="讲台", number=number))
    commands.delete_assets([queries.numbers_in_use(["校-4"])["校-4"]])
    assert [text for _, _, text in words(Batch(5, "校-1"))] == [
        "编号 校-2 已被别的卡片使用。", "编号 校-4 属于已删除的卡片，不能重复使用。"]


def test_a_serial_of_another_card_is_a_warning():
    commands.register_asset(MODEL)
    assert words(Batch(2, serials="S0\nS1")) == [
        ("serials", "warning", "序列号 S0（ZC-2026-00001） 在别的卡片上已经有了，请核对。")]
    assert len(alike.register_alike(MODEL, Batch(2, serials="S0\nS1")).made) == 2


def test_a_wrong_model_card_is_refused_whole():
    steps = database.execute_sql("SELECT count(*) FROM operation").fetchone()
    with pytest.raises(Invalid, match="资产名称"):
        alike.register_alike(AssetDraft(), Batch(2))
    assert database.execute_sql("SELECT count(*) FROM operation").fetchone() == steps
