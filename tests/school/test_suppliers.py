"""Suppliers: found by any of their names, offered while in use, merged in one step; records keep their words unless asked."""

from datetime import date

import pytest

from app.assets import commands as asset_commands
from app.assets.rules import AssetDraft
from app.assets.tables import Asset
from app.core import pinyin
from app.core.errors import Invalid, Refused
from app.fees.money import settlement
from app.fees.money.rules import VoucherDraft
from app.fees.tables import FeeItem, FeeVoucher
from app.school import supplier_commands as commands
from app.school import suppliers
from app.school.rules import SupplierDraft, check_supplier
from app.school.tables import Invoice, Supplier
from app.store import check, journal
from app.store.opening import Store
from tests.fee_verbs import record_voucher
from tests.money_fixture import BOOKS, FeeSchool


def _add(name: str, **more: str) -> int:
    return commands.add_supplier(SupplierDraft(name, **more)).made[0]


def _found(text: str) -> list[str]:
    return [pick.text for pick in suppliers.find_suppliers(text)]


def test_a_supplier_is_found_by_every_name_he_has(school: Store) -> None:
    _add("青河县新华书店有限公司", others="新华书店\n青河新华", kinds="图书\n教辅", contact="李红", phone="0700-1")
    for text in ("xinhua", "qhxxh", "新华书店", "青河新华", "李红", "0700", "图书", "", "青河县新华书店有限公司"):
        assert _found(text) == ["青河县新华书店有限公司"], text
    assert _found("印刷") == []
    assert suppliers.find_suppliers("")[0].note == "图书、教辅 李红 0700-1"
    assert suppliers.names_of([1]) == {"青河县新华书店有限公司", "新华书店", "青河新华"}


@pytest.mark.parametrize("name", ["新华书店", " 新华书店 ", "县新华", "ＡＢ店", "ab店"])
def test_nobody_is_there_twice(school: Store, name: str) -> None:
    _add("新华书店", others="县新华\nAB店")
    with pytest.raises(Invalid, match="已经有供应商"):
        _add(name)
    with pytest.raises(Invalid, match="已经有供应商"):
        _add("别家", others=f"甲\n{name}")
    assert Supplier.select().count() == 1


@pytest.mark.parametrize(("draft", "fields"), [
    (SupplierDraft(), ["name"]), (SupplierDraft("  "), ["name"]), (SupplierDraft("长" * 200), ["name"]),
    (SupplierDraft("甲", phone="1" * 200), ["phone"]), (SupplierDraft("甲", kinds="书\n" + "长" * 200), ["kinds"]),
    (SupplierDraft("甲", tax_number="91320500MA1X9Y8Z7"), ["tax_number"]), (SupplierDraft("甲", tax_number="91320500MA1X9Y8Z7I"), ["tax_number"]),
    (SupplierDraft("甲", tax_number=" 91320500ma1x9y8w7q "), []), (SupplierDraft("甲", tax_number="320500123456789"), []), (SupplierDraft("甲"), []),
])
def test_a_bad_supplier(draft: SupplierDraft, fields: list[str]) -> None:
    problems = check_supplier(draft, ())
    assert [problem.field for problem in problems] == fields
    assert [problem.level for problem in problems if problem.field == "tax_number"] == ["warning"] * fields.count("tax_number")


def test_a_new_name_keeps_the_old_one_for_finding(school: Store) -> None:
    made = _add("新华书店")
    commands.write_suppliers({made: {"name": "新华书店集团"}}, [])
    assert suppliers.supplier_draft(made).others == "新华书店"
    assert _found("新华书店") == ["新华书店集团"]
    assert commands.write_suppliers({made: vars(suppliers.supplier_draft(made))}, []) is None      # nothing changed: no step
    assert [row[1:2] + row[-3:] for row in suppliers.suppliers_listing()] == [("新华书店集团", "新华书店", "", "在用")]


def test_who_is_switched_off_is_not_offered(school: Store) -> None:
    one, two = _add("甲店"), _add("乙店")
    step = commands.switch_suppliers([one, two], on=False)
    assert step
    assert _found("") == []
    assert commands.switch_suppliers([one], on=False) is None
    commands.switch_suppliers([one], on=True)
    assert _found("") == ["甲店"]
    commands.remove_suppliers([one, two])
    assert suppliers.suppliers_listing() == []
    with pytest.raises(Refused, match="已经不在了"):
        commands.remove_suppliers([one])


@pytest.fixture
def spent(fee_school: FeeSchool) -> FeeSchool:
    """A school with a card, an item, an invoice and a receipt that name 新华书店 in one way or another."""
    asset_commands.register_asset(AssetDraft(name="书架", category="固定资产", quantity=1, supplier="新华书店"))
    asset_commands.register_asset(AssetDraft(name="课桌", category="固定资产", quantity=1, supplier="别家"))
    signers = dict(zip(("handler", "acceptor", "auditor"), fee_school.people.values(), strict=True))
    for number, kind, payee in (("1", "发票", "县新华书店 "), ("2", "收据", "新华书店"), ("3", "发票", "县新华")):
        record_voucher(fee_school.plan, VoucherDraft(
            plan_item=fee_school.items[BOOKS], number=number, kind=kind, supplier=payee, fen=100, dated_on=date(2026, 11, 3), **signers))
    with journal.operation("项目"):
        FeeItem.update(supplier="新华书店", keys="zyb").where(FeeItem.name == BOOKS).execute()
    return fee_school


def _words() -> list[str]:
    return [row.supplier for table in (Asset, FeeItem, Invoice, FeeVoucher) for row in table.select().order_by(table.id) if row.supplier]


def test_merging_leaves_the_words_of_records_alone(spent: FeeSchool) -> None:
    kept, gone = _add("青河县新华书店有限公司", phone="1"), _add("新华书店", others="县新华书店", phone="2", contact="李红", kinds="图书")
    before = _words()
    step = commands.merge_suppliers(kept, [gone, kept], unify=False)
    assert _words() == before
    draft = suppliers.supplier_draft(kept)
    assert (draft.phone, draft.contact, draft.kinds, draft.others) == ("1", "李红", "图书", "新华书店\n县新华书店")
    assert _found("新华书店") == ["青河县新华书店有限公司"]
    journal.undo(step.id)
    assert sorted(_found("")) == sorted(["青河县新华书店有限公司", "新华书店"])
    with pytest.raises(Refused, match="选中两个或更多"):
        commands.merge_suppliers(kept, [kept], unify=True)


def test_merging_unifies_the_words_where_asked_in_one_step(spent: FeeSchool, ledger: Store) -> None:
    kept, gone = _add("青河县新华书店有限公司"), _add("新华书店", others="县新华书店\n县新华")
    before = _words()
    assert suppliers.merge_effect(kept, [gone]) == 5
    step = commands.merge_suppliers(kept, [gone], unify=True)
    assert set(_words()) == {"青河县新华书店有限公司", "别家"}
    assert "青河县新华书店有限公司" in FeeItem.get(FeeItem.name == BOOKS).keys
    journal.undo(step.id)
    assert _words() == before
    journal.redo(step.id)
    assert suppliers.merge_effect(kept, []) == 0
    assert [text for text in check.run(ledger.folder).problems if "公示" not in text] == []


def test_papers_of_a_closed_term_keep_their_words(spent: FeeSchool) -> None:
    settlement.settle(spent.plan)
    settlement.close_term(spent.plan, "示例")
    kept, gone = _add("青河县新华书店有限公司"), _add("新华书店", others="县新华书店\n县新华")
    assert suppliers.merge_effect(kept, [gone]) == 2      # the card and the item
    commands.merge_suppliers(kept, [gone], unify=True)
    assert [row.supplier for row in Invoice.select().order_by(Invoice.id)] == ["县新华书店", "县新华"]
    assert [row.supplier for row in FeeVoucher.select() if row.supplier] == ["新华书店"]


def test_payees_of_earlier_invoices_are_offered_until_they_are_switched_off(spent: FeeSchool) -> None:
    payee = suppliers.offered("")[-1]
    assert payee[1] == "以前的发票"
    initials = pinyin.keys(payee[0]).split()[1]
    assert payee in suppliers.offered(initials)
    stored = _add(payee[0])
    assert (payee[0], "") in suppliers.offered(initials)
    commands.switch_suppliers([stored], False)
    assert [name for name, _ in suppliers.offered(initials) if name == payee[0]] == []
