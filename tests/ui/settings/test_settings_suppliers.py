"""供应商 in 设置 and where one is typed: added, merged, switched off; known ones offered, new ones kept as words or stored."""

import openpyxl
import pytest
from PySide6.QtCore import Qt

from app.assets import queries as asset_queries
from app.assets.rules import AssetDraft
from app.assets.tables import Asset
from app.core.errors import Refused
from app.core.listing import Wish
from app.school import supplier_commands as commands
from app.school import suppliers
from app.school.rules import SupplierDraft
from app.store import journal
from ui.assets.card_form import CardForm
from ui.kit.school_fields import supplier_field


@pytest.fixture
def section(settings_page):
    return settings_page.show_section("suppliers")


def add(name, **more):
    return commands.add_supplier(SupplierDraft(name, **more)).made[0]


def test_a_supplier_is_added_changed_and_switched_off(section, fill, said, clipped):
    fill.answers = [{"name": "新华书店", "tax_number": "123", "kinds": "图书\n教辅"}, {}]
    section.actions_by_key["new"].trigger()
    assert "统一社会信用代码是 18 位" in fill.words["tax_number"]      # said once, then stored
    assert fill.cut == []
    section.actions_by_key["new"].trigger()
    assert "请填写供应商名称" in fill.words["name"]
    made = add("青河印刷厂", contact="王五")
    section.choose(made)
    fill.answers = [{"name": "青河县印刷厂"}]
    section.actions_by_key["edit"].trigger()
    assert [row[1] for row in section.listed] == ["青河县印刷厂"]
    section.actions_by_key["off"].trigger()
    assert said.last == "已停用 1 家，登记时不再提示。"
    assert section.listed[0][-1] == "停用"
    said.actions["撤销"]()
    assert section.listed[0][-1] == "在用"
    assert clipped(section) == []


def test_two_are_merged_and_their_records_follow(section, fill, said):
    one, two = add("新华书店"), add("青河县新华书店")
    with journal.operation("卡片"):
        Asset.create(number="1", name="书", category="固定资产", quantity=1, unit="本", supplier="新华书店", status="在用", keys="", extras="{}")
    section.choose(one)
    with pytest.raises(Refused, match="按住 Ctrl"):
        section.merge()
    section.grid.selectAll()
    fill.answers = [{"kept": two, "unify": True}]
    section.actions_by_key["merge"].trigger()
    assert fill.cut == []
    assert [row[1] for row in section.listed] == ["青河县新华书店"]
    assert Asset.get().supplier == "青河县新华书店"
    said.actions["撤销"]()
    assert len(section.listed) == 2
    assert Asset.get().supplier == "新华书店"
    section.grid.selectAll()
    section.actions_by_key["delete"].trigger()
    assert section.listed == []


def test_a_card_takes_a_known_supplier_a_new_one_or_plain_words(started_ledger, qtbot, show_active, said):
    add("青河县新华书店", kinds="图书")
    form = CardForm(None, AssetDraft(name="书架", category="固定资产", quantity=1), None)
    qtbot.addWidget(form, before_close_func=lambda each: setattr(each, "dirty", False))
    show_active(form)
    picker = form.editors["supplier"]
    picker.setFocus()
    qtbot.keyClicks(picker, "xhsd")
    assert [picker.hits.item(row).text() for row in range(picker.hits.rowCount())] == ["青河县新华书店", "xhsd"]
    assert picker.value() == "xhsd"         # typed words stand as they are until one is chosen
    picker._activated(picker.hits.index(0, 0))
    assert picker.value() == "青河县新华书店"
    assert picker.complaint() == ""
    picker.setText("科达电教")
    picker.textEdited.emit("科达电教")
    assert [picker.hits.item(row).text() for row in range(picker.hits.rowCount())] == ["科达电教"]
    picker._activated(picker.hits.index(0, 0))      # 存为供应商
    assert said.last == "“科达电教”已存为供应商。"
    assert suppliers.find_suppliers("科达电教")
    picker.setText("路边小店")
    picker.textEdited.emit("路边小店")
    qtbot.keyClick(picker, Qt.Key.Key_Tab)
    assert form.save()
    made = form.saved.made[0]
    assert asset_queries.card(made).draft.supplier == "路边小店"
    assert len(suppliers.suppliers_listing()) == 2


def test_a_cell_takes_the_words_as_they_are(started_ledger):
    add("青河县新华书店", others="新华书店")
    field = supplier_field("supplier", "供应商")
    assert field.read("青河县新华书店") == "青河县新华书店"
    assert field.read("新华书店") == "新华书店"        # records keep their words
    assert field.read(" 没见过的 ") == "没见过的"


def test_a_list_of_suppliers_is_read_from_a_workbook_and_stored_after_a_look(settings_page, said, tmp_path):
    section = settings_page.show_section("suppliers")
    add("新华书店")
    book = openpyxl.Workbook()
    for row in (["单位名称", "供应类别", "统一社会信用代码"], ["科达电教", "电教\n网络", None], ["新华书店 ", None, None]):
        book.active.append(row)
    book.save(tmp_path / "供应商.xlsx")
    said.files.append(tmp_path / "供应商.xlsx")
    section.actions_by_key["import"].trigger()
    section.storing.store.click()
    assert [record for record, _ in section.model.edits.bad()] == [-2]      # there is one of that name
    assert section.storing.isVisible()
    section.grid.choose_cell(section.model.number_of_new(-2), 0)
    section.grid.put_words("新华文轩")
    section.storing.store.click()
    assert [(row[1], row[2]) for row in suppliers.suppliers_listing()] == [("科达电教", "电教、网络"), ("新华书店", ""), ("新华文轩", "")]
    assert not section.storing.isVisible()


def test_entries_are_typed_between_marks_and_the_old_name_still_finds_him(settings_page):
    section = settings_page.show_section("suppliers")
    made = add("新华书店", kinds="图书")
    section.write({made: {"kinds": section.fields["kinds"].read("图书，文具 、图书"), "name": "新华书店集团"}}, [])
    draft = suppliers.supplier_draft(made)
    assert (draft.kinds, draft.others) == ("图书\n文具", "新华书店")
    assert [row[0] for row in section.listing.rows(Wish("新华书店"))] == [made]
