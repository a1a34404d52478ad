"""采购与库存: the steps of the tab, quotes side by side, contracts with parts, several papers on one claim, the budget typed as a sheet."""

from dataclasses import replace
from datetime import date

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from app.core import clock
from app.core.errors import Refused
from app.core.progress import silent
from app.purchasing import accepting, budgets, contracts, files, handing_out, intake, paying, queries, quoting, small
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import AcceptanceDraft, AcceptedLine, LineDraft
from app.school import commands as school
from app.school.rules import ClassDraft, PersonDraft
from app.school.signing_rules import Signer
from app.stock import plans
from ui.assets.page import AssetsPage
from ui.kit import related
from ui.purchasing import paying as claiming
from ui.purchasing.contracts import ContractForm
from ui.purchasing.needs_form import NeedsForm
from ui.purchasing.page import SupplyPage
from ui.purchasing.printing import PurchasePapers
from ui.purchasing.quoting import QuotesForm
from ui.purchasing.request_form import RequestForm
from ui.purchasing.small_form import SmallForm
from ui.stock.steps import RECORDS, STEPS

CUPBOARD = LineDraft("铁皮柜", "", "个", 1_000, 100_000)     # dear enough for a card, cheap enough for one buyer
BROOM = LineDraft("扫帚", "塑料", "把", 10_000, 860)


@pytest.fixture
def page(qtbot, started_ledger, settings, show_active, changes):
    """The tab of a school that bought two things."""
    made = SupplyPage(changes, settings, started_ledger.folder, STEPS, RECORDS)
    made.people = {name: school.add_person(PersonDraft(name)).made[0] for name in ("王敏", "李强", "张兰")}
    made.bought = [buy(made, BROOM, "24312000000000000001"), buy(made, replace(BROOM, name="拖把"), "24312000000000000002")]
    qtbot.addWidget(made)
    made.resize(1338, 640)
    show_active(made)
    return made


def buy(page, line, number):
    """Buy one thing with an invoice."""
    office = school.add_department(f"部门{number[-1]}").made[0]
    step = small.save(replace(small.begin(), supplier="青河五金店", department=office, lines=(line,), buyers=(Signer(page.people["王敏"]),),
                              acceptors=(Signer(page.people["李强"]),), paper=PaperDraft(number=number)))
    return step.made[0]


def put(form, record, **words):
    """Type words into cells of a line as one block."""
    read = form.table._reader()
    form.table.grid.take_cells({record: {key: read(key, text) for key, text in words.items()}})
    QApplication.processEvents()


def shown(qtbot, form):
    qtbot.addWidget(form, before_close_func=lambda each: setattr(each, "dirty", False))
    form.show()
    return form


@pytest.mark.parametrize("key", ["papers", "owed", "contracts", "budget", "purchases", "lines", "claims", "splits"])
def test_every_step_shows_what_there_is(page, key, clipped):
    step = page.show_key(key)
    QApplication.processEvents()
    assert clipped(step) == []


def test_the_lowest_price_is_proposed_and_another_wants_a_reason(page, qtbot, said):
    form = shown(qtbot, QuotesForm(None, page.bought[0]))
    for at, name in enumerate(("甲店", "乙店", "丙店")):
        form.set_value(f"supplier{at}", name)
    for at, name in enumerate(("王敏", "张兰"), 1):
        form.set_value(f"askers{at}", page.people[name])
    put(form, -1, price0="8.6", price1="8.2", price2="9")
    assert form.table.lines()[-1]["award"] == "报价二"
    assert form.table.edits.at(-1, "fen").text == "82.00"
    put(form, -1, award="报价一", reason="乙店没有现货")
    assert form.table.edits.at(-1, "fen").text == "86.00"
    put(form, -1, price2="8.1")
    assert form.table.lines()[-1]["award"] == "报价一", "what somebody said stays"


def test_a_price_without_a_supplier_is_told_at_his_field(page, qtbot, said):
    form = shown(qtbot, QuotesForm(None, page.bought[0]))
    put(form, -1, price0="8.6")
    assert not form.save()
    assert form.problems["supplier0"].text() == "这一列有报价，请写明是哪家报的。"
    assert quoting.asking(page.bought[0]).quotes == ()


def test_the_parts_of_a_contract_come_to_its_sum(page, qtbot, said):
    form = shown(qtbot, ContractForm(None, page.bought[0]))
    form.set_value("fen", 100_00)
    put(form, -1, kind="付款", words="货到付款", due_on="2026-12-01", fen="95")
    assert not form.save()
    assert "各期合计 95.00 元，合同金额 100.00 元" in form.banner.text()
    put(form, -2, kind="质保金", words="一年后", due_on="2027-12-01", fen="5")
    assert form.save()
    (row,) = contracts.contracts(page.bought[0])
    assert [(part.kind, part.fen, part.due_on) for part in contracts.instalments([row.id])[row.id]] == [
        ("付款", 9_500, date(2026, 12, 1)), ("质保金", 500, date(2027, 12, 1))]
    again = shown(qtbot, ContractForm(None, page.bought[0], row.id))
    put(again, -1, words="验收后付款")
    assert again.save()
    assert contracts.draft_of(row.id).instalments[0].words == "验收后付款"


def test_papers_of_several_purchases_are_claimed_and_paid_together(page, qtbot, monkeypatch, said):
    listed = page.show_key("papers")
    forms = []

    def sign(form):
        forms.append(form)
        form.set_value("auditor", page.people["张兰"])
        return form.save()

    monkeypatch.setattr(claiming.FormDialog, "exec", sign)
    listed.grid.selectAll()
    listed.claim()
    assert len({share.claim_no for share in paying.shares()}) == 1
    assert forms[0].windowTitle() == "报销　172.00 元"
    monkeypatch.setattr(claiming.FormDialog, "exec", lambda form: form.save())
    listed.grid.selectAll()
    listed.pay()
    assert {share.paid_on for share in paying.shares()} == {clock.today()}
    assert page.show_key("owed").found.records == 0


def test_the_budget_is_typed_and_says_what_is_left(page):
    listed = page.show_key("budget")
    step = listed.write({}, [{"name": "办公费", "fen": 50_000}])
    assert [(row.year, row.name, row.fen, row.left) for row in budgets.lines()] == [(clock.today().year, "办公费", 50_000, 50_000)]
    assert step is not None


def test_a_purchase_is_opened_from_the_list_and_left_again(page):
    step = page.show_key("purchases")
    listed = step.page_of("list")
    listed.choose(page.bought[0])
    listed.actions_by_key["open"].trigger()
    one = step.built["one"]
    assert step.front() is one
    assert one.status_line()[0] == queries.titles([page.bought[0]])[page.bought[0]]
    one.left.emit()
    assert step.front() is listed
    assert listed.selected_id() == page.bought[0]


def test_what_a_purchase_has_to_do_with_is_opened_on_its_own_page(page, monkeypatch, said):
    opened = []
    monkeypatch.setattr(related, "show", opened.append)
    page.show_record("purchase", buy(page, CUPBOARD, "24312000000000000003"))
    one = page.show_key("purchases").built["one"]
    grid = one.tables["related"].grid
    assert [one.tables["related"].model.index(0, at).data() for at in range(2)] == ["建卡", "资产卡片"]
    grid.choose_rows([0], 0)
    grid.open_asked.emit()
    assert [each.table for each in opened] == ["asset"]


def test_scans_are_filed_with_a_purchase_and_taken_off_again(page, tmp_path, said):
    page.show_record("purchase", page.bought[0])
    one = page.show_key("purchases").built["one"]
    (scan := tmp_path / "发票.xml").write_text("<invoice/>", encoding="utf-8")
    said.files = [[scan]]
    one.actions_by_key["attach"].trigger()
    assert [each.name for each in files.files_of(page.bought[0])] == ["发票.xml"]
    assert one.tabs.tabText(one.tabs.indexOf(one.files)) == "扫描件 1"
    said.actions["撤销"]()
    assert files.files_of(page.bought[0]) == []


def test_a_card_shows_its_purchase(page, changes, settings, started_ledger, qtbot, monkeypatch, said):
    bought = buy(page, CUPBOARD, "24312000000000000003")
    ledger = AssetsPage(changes, settings, started_ledger.folder)
    qtbot.addWidget(ledger)
    ledger.show()
    ledger.show_record("asset", next(each.asset for each in queries.intakes(bought)))
    ledger._show_row()
    pane = ledger.pane
    assert pane.tabs.isTabVisible(pane.tabs.indexOf(pane.related))
    assert [each.id for each in pane.related.found] == [bought]
    opened = []
    monkeypatch.setattr(related, "show", opened.append)
    pane.related.itemActivated.emit(pane.related.item(0))
    assert [each.page for each in opened] == ["supply"]


def test_what_each_class_gets_is_typed_once_and_becomes_the_hand_out(page, qtbot, monkeypatch, said):
    """开学用品: the numbers of the request fill the 分发表 without typing them again."""
    school.add_class(ClassDraft(2026, 1, 1))
    school.add_class(ClassDraft(2026, 1, 2))
    form = shown(qtbot, RequestForm(None))
    for key, name in (("buyers1", "王敏"), ("wisher", "张兰")):
        form.set_value(key, page.people[name])
    put(form, -1, name="粉笔", unit="盒", quantity="1", price="3", goes="入库")

    def by_class(needs):
        needs.set_value("by", "每班")
        needs.set_value("each", 5_000)
        needs.work_out()
        return needs.save()

    monkeypatch.setattr(NeedsForm, "exec", by_class)
    form.share_out()
    assert form.table.lines()[-1]["quantity"] == 10_000
    assert form.save(), form.banner.text()
    bought = form.saved.made[0]
    again = RequestForm(None, bought)
    qtbot.addWidget(again)
    assert [need.quantity for need in again.filled().lines[0].needs] == [5_000, 5_000]
    accepting.accept(bought, AcceptanceDraft(clock.today(), lines=(AcceptedLine(queries.lines(bought)[0].id, 10_000),)),
                     [Signer(page.people["李强"])])
    with pytest.raises(Refused, match="还没有入库"):
        handing_out.hand_out(bought)
    intake.take_in(bought, intake.proposed(bought))
    plan = plans.plan_lines(handing_out.hand_out(bought).made[0])
    assert [(line.quantity) for line in plan] == [5_000, 5_000]


def test_the_whole_chain_is_one_pdf_in_its_order(page, tmp_path):
    dialog = PurchasePapers(page, page.data_folder, page.bought[0])
    form, order = dialog.chosen(), dialog.order()
    assert form.key == "purchase-chain"
    done = form.write(order, tmp_path / "整套.pdf", silent)
    with pypdf.PdfReader(done.path) as reader:
        text = "\n".join(each.extract_text() for each in reader.pages)
    places = [text.index(title) for title in ("采购申请单", "验收单", "入库单", "领用单")]
    assert places == sorted(places)
    assert "扫帚" in text
    year = PurchasePapers(page, page.data_folder, 0)
    assert {each.key for each in year.forms.values()} >= {"budget", "purchase-splits", "purchase-contracts"}
    for each in (dialog, year):
        each.deleteLater()


def test_what_wants_doing_leads_to_the_page_that_shows_it(page, said):
    """A due about a sort of goods or a budget line must not open the purchase of the same number."""
    page.show_record("purchase_sort", 1)
    assert page.front() is page.built["splits"]
    page.show_record("budget_line", 1)
    assert page.front() is page.built["budget"]
    page.show_record("purchase", page.bought[0])
    assert page.built["purchases"].shown == page.bought[0]


def test_a_claim_is_signed_back_and_then_only_voided(page, qtbot, monkeypatch, said):
    monkeypatch.setattr(claiming.FormDialog, "exec", lambda form: (form.set_value("auditor", page.people["张兰"]), form.save())[1])
    listed = page.show_key("papers")
    listed.grid.selectAll()
    listed.claim()
    claims = page.show_key("claims")
    claims.grid.choose_rows([0], 0)
    claims.actions_by_key["sign"].trigger()
    assert claims.model.row(0)[9] is not None


@pytest.mark.parametrize("press", ["Escape", "Alt+Left"])
def test_the_keyboard_leads_from_a_purchase_back_to_its_list(page, qtbot, press):
    page.show_record("purchase", page.bought[0])
    step = page.show_key("purchases")
    one = step.built["one"]
    one.tabs.currentWidget().setFocus()
    key, held = (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier) if press == "Escape" else (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(QApplication.focusWidget(), key, held)
    assert step.front() is step.page_of("list")
    assert step.front().selected_id() == page.bought[0]


def test_a_blank_purchase_is_told_all_that_is_missing_and_lines_stay_told(page, qtbot, said):
    form = shown(qtbot, SmallForm(None))
    for key in ("buyers1", "acceptors1", "bought_on"):
        form.set_value(key, None)
    assert not form.save()
    assert form.problems["supplier"].text() == "请填写供应商。"
    assert form.problems["buyers1"].text() == "请选择采购人。"
    assert form.problems["acceptors1"].text() == "请选择验收人。"
    assert form.problems["bought_on"].text() == "请填写购买日期。"
    assert form.banner.text() == "请至少填写一行要买的东西。"
    form.editors["supplier"].setText("青河五金店")
    form.editors["supplier"].edited.emit()
    form._check_touched()
    assert (form.problems["supplier"].text(), form.banner.text()) == ("", "请至少填写一行要买的东西。")
    put(form, -1, name="扫帚")
    assert not form.save()
    assert "第 1 行“数量”：请填写数量，要大于零。" in form.banner.text()
    form._check_touched()       # a field was left
    assert "第 1 行“数量”：请填写数量，要大于零。" in form.banner.text()
    put(form, -1, quantity="2", price="8")
    form._check_touched()
    assert form.banner.text() == ""


def test_budgets_of_two_years_are_never_one_sum(page, said):
    listed, this = page.show_key("budget"), clock.today().year
    listed.write({}, [{"name": "办公费", "fen": 50_000}])
    made = listed.write({}, [{"year": this - 1, "name": "办公费", "fen": 30_000}]).made[0]
    listed.refresh()
    assert (listed.found.records, listed.found.sums["fen"], listed.scope_words()) == (1, 50_000, f"{this} 年")
    listed.choose(made)     # as after it was typed
    assert (listed.found.records, listed.found.sums["fen"], listed.scope_words()) == (1, 30_000, f"{this - 1} 年")
    assert listed.selected_id() == made
    page.show_record("budget_line", next(row.id for row in budgets.lines(this)))
    assert listed.scope_words() == f"{this} 年"


def test_what_is_owed_leads_to_its_papers_and_is_paid(page, qtbot, monkeypatch, said):
    owed = page.show_key("owed")
    owed.grid.choose_rows([0], 0)
    owed.actions_by_key["papers"].trigger()
    papers = page.front()
    assert (papers.title, papers.found.records) == ("票据报销", 2)
    papers.grid.choose_rows([0], 0)
    papers.open_purchase()
    assert page.built["purchases"].shown == page.bought[1]
    owed = page.show_key("owed")
    owed.grid.choose_rows([0], 0)
    monkeypatch.setattr(claiming.FormDialog, "exec", lambda form: form.save())
    owed.actions_by_key["pay"].trigger()
    assert {share.paid_on for share in paying.shares()} == {clock.today()}


def test_a_list_without_acts_of_its_own_shows_how_it_is_printed(page):
    step = page.show_key("splits")
    assert [each.text() for each in step.bar.findChildren(QPushButton)] == ["打印列表…", "导出列表…"]
