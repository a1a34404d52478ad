"""支出票据: sums by item, vouchers typed and noted in the form, three different people, duplicates, scans, voiding."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from app.core.errors import Invalid
from app.core.listing import Wish
from app.fees.money import commands as money_commands
from app.fees.money import grids as money_grids
from app.fees.money import settlement, vouchers
from app.fees.money.checks import money_sound
from app.fees.money.rules import ReceiptDraft, VoucherDraft
from app.fees.plan import queries
from app.school import commands as school_commands
from app.school import settings as school_settings
from app.school.rules import PersonDraft
from app.store import journal, settings
from tests.fee_verbs import record_voucher
from ui.fees.money import voucher_form
from ui.fees.money.spending import SpendingPage

KEY = Qt.Key


@pytest.fixture
def page(qtbot, fee_school, started_ledger, settings, show_active, changes):
    """The step over the money fixture, 15.00 for 作业本费 taken, nothing spent yet."""
    money_commands.record_receipts(fee_school.plan, [ReceiptDraft(fee_school.pupils["安一"], date(2026, 11, 2),
                                                                  {fee_school.items["作业本费"]: 1_500})])
    made = SpendingPage(changes, settings, started_ledger.folder)
    made.school = fee_school
    fee_school.people = {name: school_commands.add_person(PersonDraft(name)).made[0] for name in ("王敏", "李强", "周文海")}
    qtbot.addWidget(made)
    made.resize(1338, 560)
    made.show_plan(queries.plan(fee_school.plan))
    show_active(made)
    return made


def draft(page, number="0441", fen=1_200, **more):
    people = page.school.people
    values = {"plan_item": page.school.items["作业本费"], "number": number, "dated_on": date(2026, 11, 3), "fen": fen, "supplier": "文具店",
              "handler": people["王敏"], "acceptor": people["李强"], "auditor": people["周文海"], **more}
    return VoucherDraft(**values)


def sums(page, name):
    """Give (已收, 支出, 结余, 票据) of an item on the left."""
    return next(each[2:] for each in page.groups.rows if each[1] == name)


def listed(page):
    return [each[1:9] for each in money_grids.VOUCHER_LIST.rows(Wish(filters={"plan": page.school.plan, "state": "valid"}))]


def paste(page, text, row=0, column=1):      # column 0 is the item
    page.list.grid.setFocus()
    page.list.grid.choose_cell(row, column)
    QGuiApplication.clipboard().setText(text)
    page.list.grid.paste()


def test_sums_follow_what_is_collected_and_spent(page, clipped):
    assert sums(page, "作业本费") == (1_500, None, 1_500, None)
    assert page.list.grid.isVisible()      # the first voucher can be typed into it
    record_voucher(page.school.plan, draft(page))
    assert sums(page, "作业本费") == (1_500, 1_200, 300, 1)
    assert sums(page, "全部项目") == (1_500, 1_200, 300, 1)
    page.groups.choose(page.school.items["伙食费"])
    assert page.group_name.whole == "伙食费"
    assert page.list.found.records == 0
    page.groups.choose(page.school.items["作业本费"])
    assert page.list.found.records == 1
    assert page.status_line()[0] == "共 1 张 · ￥12.00"
    assert clipped(page) == []


def test_vouchers_are_pasted_below_the_last(page, said):
    record_voucher(page.school.plan, draft(page))
    page.groups.choose(page.school.items["作业本费"])
    assert page.list.model.rowCount() == 2
    steps = len(journal.steps(-1))
    paste(page, "发票\t3600\t0442\t2026-11-4\t书店\t8.50\t王敏\t李强\t周文海\n收据\t\t77\t2026-11-5\t书店\t1.50\t王敏\t李强\t周文海", row=1)
    assert [each[3] for each in listed(page)] == ["0441", "0442", "77"]
    assert [each[0] for each in listed(page)] == ["作业本费"] * 3
    assert sums(page, "作业本费") == (1_500, 2_200, -700, 3)
    assert len(journal.steps(-1)) == steps + 1
    assert said.last.startswith("已保存")


def test_wrong_cells_stay_red_with_their_reasons(page):
    record_voucher(page.school.plan, draft(page))
    page.groups.choose(page.school.items["作业本费"])
    paste(page, "发票\t\t０４４１\t2026-11-4\t书店\t8.50\t王敏\t王敏\t周文海", row=1)
    edits = page.list.model.edits
    assert "已经登记过" in edits.at(-1, "number").reason
    assert "验收人不能与经手人是同一个人" in edits.at(-1, "acceptor").reason
    assert len(listed(page)) == 1
    assert page.unsaved()
    page.list.storing.give_up()
    paste(page, "发票\t\t0443\t后天\t书店\t八块\t谁也不是\t李强\t周文海", row=1)
    assert {key for _, key in edits.bad()} >= {"dated_on", "fen", "handler"}
    page.list.storing.give_up()
    assert not page.unsaved()


def test_an_amount_is_mended_in_its_cell(page, qtbot):
    record_voucher(page.school.plan, draft(page))
    page.list.grid.setFocus()
    page.list.grid.choose_cell(0, [each.key for each in page.list.columns].index("fen"))
    for key in ("9", ".", "9", "9", KEY.Key_Return):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert sums(page, "作业本费")[1] == 999
    journal.undo()
    assert sums(page, "作业本费")[1] == 1_200


def test_the_form_notes_a_voucher_with_its_scan(page, qtbot, fill, said, tmp_path, monkeypatch, clipped):
    scan = tmp_path / "发票.png"
    scan.write_bytes(b"\x89PNG a scan")
    said.files = [[scan]]
    page.groups.choose(page.school.items["作业本费"])
    start = fill.answer

    def with_scan(form):
        form.show()
        form.add_files()
        return start(form)

    monkeypatch.setattr(voucher_form.VoucherForm, "exec", with_scan)
    people = page.school.people
    fill.answers = [{"number": "0500", "dated_on": date(2026, 11, 6), "fen": 500, "supplier": "印刷厂", "handler": people["王敏"],
                     "acceptor": people["李强"], "auditor": people["周文海"]}]
    page.list.actions_by_key["new"].trigger()
    assert fill.words == {}
    assert fill.cut == []
    assert fill.form.editors["plan_item"].value() == page.school.items["作业本费"]
    assert said.last == "已登记票据 0500和 1 个扫描件。"
    made = page.list.selected_id()
    assert [each.name for each in vouchers.files_of(made)] == ["发票.png"]
    page.list.pane_switch.setChecked(True)      # closed in a narrow window
    page.list.grid.choose_rows([0], 0)
    qtbot.waitUntil(lambda: page.list.files.count() == 1)
    said.actions["撤销"]()
    assert listed(page) == []


def test_the_form_refuses_what_is_missing_and_two_of_the_same_people(page, fill):
    fill.answers = [{"number": "", "fen": None, "handler": page.school.people["王敏"], "acceptor": page.school.people["王敏"]}]
    page.list.actions_by_key["new"].trigger()
    assert {"plan_item", "number", "fen", "dated_on", "acceptor", "auditor"} <= fill.words.keys()
    assert "同一个人" in fill.words["acceptor"]
    assert fill.cut == []
    assert listed(page) == []


def _form(page, qtbot, show_active):
    form = voucher_form.VoucherForm(page.list, page.list.data_folder, page.school.plan, VoucherDraft())
    qtbot.addWidget(form, before_close_func=lambda each: setattr(each, "dirty", False))
    show_active(form)
    return form


def type_in(form, key, text):
    editor = form.editors[key]
    editor.setFocus()
    editor.setText(text)
    editor.textEdited.emit(text)
    editor.edited.emit()


def test_a_known_invoice_fills_the_form_and_says_what_is_left(page, qtbot, show_active, clipped, said):
    record_voucher(page.school.plan, draft(page, "24327000000012345678", 10_000, total=30_000))
    form = _form(page, qtbot, show_active)
    assert not form.known.isVisible()
    type_in(form, "number", "2432700000001234567")
    assert not form.known.isVisible()
    type_in(form, "number", "2432700000001234567８")
    assert form.known.text() == "该发票共 300.00 元，已有 1 笔共 100.00 元，余 200.00 元（作业本费 100.00 元）。"
    assert (form.value("dated_on"), form.value("supplier"), form.value("fen")) == (date(2026, 11, 3), "文具店", 20_000)
    assert clipped(form) == []
    type_in(form, "supplier", "自己写的")
    type_in(form, "number", "9")        # another paper: what was lent goes again, what was typed stays
    assert (form.value("dated_on"), form.value("supplier"), form.value("fen")) == (None, "自己写的", None)
    assert not form.known.isVisible()
    type_in(form, "fen", "55")
    type_in(form, "supplier", "")
    type_in(form, "number", "24327000000012345678")
    assert (form.value("supplier"), form.value("fen")) == ("文具店", 5_500)
    for key, name in (("handler", "王敏"), ("acceptor", "李强"), ("auditor", "周文海")):
        form.set_value(key, page.school.people[name])
    form.set_value("plan_item", page.school.items["研学费"])
    assert form.save()
    assert [each[6] for each in listed(page)] == [10_000, 5_500]
    journal.undo(form.saved.id)
    assert [each[6] for each in listed(page)] == [10_000]


def test_the_form_of_a_share_tells_of_the_others(page, qtbot, show_active, said):
    one = record_voucher(page.school.plan, draft(page, fen=1_000, total=3_000)).made[0]
    record_voucher(page.school.plan, draft(page, fen=500, plan_item=page.school.items["研学费"]))
    form = voucher_form.VoucherForm(page.list, page.list.data_folder, page.school.plan, vouchers.draft_of(one), one)
    qtbot.addWidget(form)
    show_active(form)
    assert form.value("total") == 3_000
    assert form.known.text() == "该发票共 30.00 元，已有 1 笔共 5.00 元，余 25.00 元（研学费 5.00 元）。"
    page.list.pane_switch.setChecked(True)
    page.list.grid.choose_rows([0], 0)

    def shown():
        return {each.text() for each in page.list.pane.findChildren(QLabel)}

    qtbot.waitUntil(lambda: {"发票总额", "30.00", "其他几笔", "研学费 5.00 元"} <= shown())
    assert "红冲的发票" not in shown()
    form.set_value("fen", 2_501)
    assert not form.save()
    assert "该发票共 30.00 元" in form.problems["fen"].text()
    form.set_value("fen", 2_500)
    assert form.save()
    assert sums(page, "作业本费")[1] == 2_500


def test_a_known_number_typed_into_the_grid_lends_its_words(page, qtbot, said):
    record_voucher(page.school.plan, draft(page, fen=1_000, total=3_000))
    page.groups.choose(page.school.items["研学费"])
    page.list.grid.setFocus()
    page.list.grid.choose_cell(0, [each.key for each in page.list.columns].index("number"))
    for key in ("0", "4", "4", "1", KEY.Key_Return):
        qtbot.keyClick(QApplication.focusWidget(), key)
    edits = page.list.model.edits
    assert said.last == "该发票共 30.00 元，已有 1 笔共 10.00 元，余 20.00 元（作业本费 10.00 元）。"
    assert {key: edits.at(-1, key).value for key in ("dated_on", "supplier", "fen")} == {
        "dated_on": date(2026, 11, 3), "supplier": "文具店", "fen": 2_000}
    paste(page, "王敏\t李强\t周文海", column=[each.key for each in page.list.columns].index("handler"))
    assert [each[6] for each in listed(page)] == [1_000, 2_000]
    assert sums(page, "研学费")[1] == 2_000


def test_one_person_may_sign_twice_where_the_school_says_so(page, qtbot, show_active, said):
    people = page.school.people
    twice = {"handler": people["王敏"], "acceptor": people["王敏"]}
    settings.change({school_settings.SIGNERS_APART: school_settings.REMIND})
    form = _form(page, qtbot, show_active)
    for key, value in vars(draft(page, **twice)).items():
        form.set_value(key, value)
    assert not form.save()      # said once
    assert form.problems["acceptor"].text() == "验收人与经手人是同一个人，请确认。"
    assert form.save()
    settings.change({school_settings.SIGNERS_APART: school_settings.IGNORE})
    record_voucher(page.school.plan, draft(page, "2", **twice))
    assert money_sound() == []
    settings.change({school_settings.SIGNERS_APART: school_settings.FORBID})
    with pytest.raises(Invalid, match="同一个人"):
        record_voucher(page.school.plan, draft(page, "3", **twice))
    assert "有 2 张支出票据的经手人、验收人、审核人不是三个不同的人" in money_sound()[0]


def test_a_voucher_is_changed_in_the_form(page, fill):
    made = record_voucher(page.school.plan, draft(page)).made[0]
    page.list.choose(made)
    fill.answers = [{"supplier": "新华书店", "fen": 1_250}]
    page.list.actions_by_key["edit"].trigger()
    assert fill.words == {}
    assert [(each[3], each[5], each[6]) for each in listed(page)] == [("0441", "新华书店", 1_250)]


def test_a_voided_voucher_counts_no_more_and_its_number_is_free(page, fill, said, refusal):
    made = record_voucher(page.school.plan, draft(page)).made[0]
    page.list.choose(made)
    fill.answers = [{}, {"reason": "金额抄错"}]
    page.list.actions_by_key["void"].trigger()
    assert "原因" in str(fill.words)
    page.list.actions_by_key["void"].trigger()
    assert said.last == "已作废发票 0441。"
    assert sums(page, "作业本费") == (1_500, None, 1_500, None)
    page.list.choose(made)
    assert "已经作废或不在了" in refusal(page.list.actions_by_key["edit"].trigger)
    record_voucher(page.school.plan, draft(page, fen=1_300))
    assert sums(page, "作业本费")[1] == 1_300


def test_a_scan_is_added_to_a_voucher_and_taken_off(page, said, tmp_path, qtbot):
    made = record_voucher(page.school.plan, draft(page)).made[0]
    page.list.choose(made)
    scan = tmp_path / "合同.pdf"
    scan.write_bytes(b"%PDF-1.4 contract")
    said.files = [[scan], []]
    page.list.actions_by_key["attach"].trigger()
    assert said.last == "已添加 1 个文件。"
    stored = vouchers.files_of(made)
    assert [each.name for each in stored] == ["合同.pdf"]
    page.list.actions_by_key["attach"].trigger()      # no file chosen: nothing happens
    vouchers.remove_file(stored[0].id)
    assert vouchers.files_of(made) == []


def test_a_closed_term_can_only_be_looked_at(page):
    record_voucher(page.school.plan, draft(page))
    settlement.settle(page.school.plan)
    settlement.close_term(page.school.plan, "示例")
    page.show_plan(queries.plan(page.school.plan))
    page.list.grid.choose_rows([0], 0)
    assert page.list.model.locked
    assert not any(page.list.actions_by_key[key].isEnabled() for key in ("new", "void", "edit", "attach"))
