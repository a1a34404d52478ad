"""What the store tells the rest of the program: who keeps it, its records by number, suppliers' new names, what is due."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.school import links, supplier_commands
from app.school.rules import SupplierDraft
from app.stock import commands, counts, dues, item_commands, months, queries
from app.stock.rules import Out
from app.store import journal
from app.store.database import scalar


def test_who_keeps_a_storeroom_is_told_before_he_leaves(store):
    assert queries.held_by(1) == []
    item_commands.write_storeroom("分保管室", None, 1, 2)
    assert queries.held_by(1) == ["还是分保管室的保管员"]


def test_slips_and_goods_are_records(store):
    bought = store.fill()
    assert links.records()["stock_slip"].titles(bought.made) == {bought.made[0]: "入库 RK-2026-00001"}
    assert links.records()["stock_slip"].find("rk-2026-00001") == bought.made[0]
    assert links.records()["stock_slip"].find("RK-9") is None
    assert links.records()["stock_item"].find("粉笔") == store.chalk
    assert links.records()["stock_item"].titles([store.paper]) == {store.paper: "A4纸 70克"}


def test_a_merged_supplier_is_renamed_on_what_is_not_signed(store):
    signed, bought = store.fill(), store.fill(date(2026, 10, 2))
    commands.sign_slips(signed.made)
    kept = supplier_commands.add_supplier(SupplierDraft("为民文具批发部")).made[0]
    gone = supplier_commands.add_supplier(SupplierDraft("为民文具店")).made[0]
    supplier_commands.merge_suppliers(kept, [gone], True)
    assert [scalar("SELECT supplier FROM stock_slip WHERE id = ?", made) for made in (bought.made, signed.made)] == ["为民文具批发部", "为民文具店"]


def test_what_is_due(store):
    store.fill()
    assert list(dues.dues(date(2026, 11, 21))) == []
    item_commands.write_items({store.chalk: {"minimum": 120_000}}, [])
    commands.issue(date(2026, 11, 2), 1, [Out(store.paper, 1000)], store.office)
    made = counts.open_count(1, date(2026, 11, 20)).made[0]
    found = {due.kind: due for due in dues.dues(date(2026, 11, 21))}
    assert found["stock/low"].words == "1 种物品低于最低库存：粉笔 白色 只有 100盒。"
    assert found["stock/unsigned"].words == "1 张领用单发出 3 天以上还没有签回。"
    assert found["stock/count"].words == "仓库盘点 KP-2026-00001（总保管室）已盘 0 / 2 种。"
    counts.count_as_booked(made)
    counts.finish(made)
    months.issue_month("2026-09")
    found = {due.kind: due.words for due in dues.dues(date(2026, 11, 21))}
    assert found["stock/approve"] == "仓库盘点 KP-2026-00001 清点完毕，有 0 种与账面不符，等待批准入账。"
    assert found["stock/month"] == "2026年10月的收发存还没有月结。"


def test_goods_are_changed_switched_and_removed(store):
    store.fill()
    with pytest.raises(Invalid, match="不能改单位"):
        item_commands.write_items({store.chalk: {"unit": "箱"}}, [])
    with pytest.raises(Invalid, match="有两行品名"):
        item_commands.write_items({}, [{"name": "扫帚", "unit": "把"}, {"name": "扫帚 ", "unit": "把"}])
    with pytest.raises(Invalid, match="已经有品名"):
        item_commands.write_items({}, [{"name": "粉笔", "spec": "白色", "unit": "盒"}])
    with pytest.raises(Invalid, match="大包装要把单位和数量都写上"):
        item_commands.write_items({store.chalk: {"pack_unit": "箱"}}, [])
    made = item_commands.write_items({store.chalk: {"minimum": 5000}}, [{"name": "扫帚", "unit": "把"}]).made[0]
    assert queries.item_draft(store.chalk).minimum == 5000
    with pytest.raises(Refused, match="还有库存，不能停用"):
        item_commands.switch_items([store.chalk], on=False)
    item_commands.switch_items([made], on=False)
    assert queries.find_items("扫帚") == []
    with pytest.raises(Refused, match="不能删除"):
        item_commands.remove_items([store.chalk, made])
    step = item_commands.remove_items([made])
    journal.undo(step.id)
    with pytest.raises(Refused, match="还有库存，不能停用"):
        item_commands.write_storeroom("总保管室", None, None, 1, active=False)
    item_commands.write_storeroom("分保管室", None, None, 2, active=False)
    assert [room.name for room in queries.storerooms()] == ["总保管室"]
    item_commands.write_items({store.chalk: {"storeroom": 1}}, [])
    assert queries.items([store.chalk])[store.chalk].storeroom_id == 1
    with pytest.raises(Invalid, match="已经有保管室"):
        item_commands.write_storeroom("总保管室", None, None)
    with pytest.raises(Invalid, match="请填写保管室名称"):
        item_commands.write_storeroom(" ", None, None)
