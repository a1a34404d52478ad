"""票据报销, 应付款 and 预算: lists over all purchases of the tab 采购与库存."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, Signal

from app import features
from app.core import clock
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.paper.forms import Order
from app.purchasing import budget, budgets, claims, commands, contracts, ledgers, lists, paying, queries, rules
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.forms.form import Field, FormDialog
from ui.forms.reasons import with_reason
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage
from ui.purchasing.paying import claim_shares, pay_shares


class _OfPurchases(TablePage):
    """A list whose rows (of ``table``) belong to purchases: ``wanted`` tells which purchase a person opens from a row."""

    wanted = Signal(int)
    table = ""

    def __init__(self, changes: Changes, settings: QSettings | None = None) -> None:
        super().__init__(changes, settings)
        self.grid.open_asked.connect(self.open_purchase)

    def open_purchase(self) -> None:
        """Open the purchase of the chosen row."""
        record = self.selected_id()
        if record is not None:
            self.wanted.emit(queries.purchase_of(self.table, record))


_OPEN = Act("open", "打开这次采购", "open_purchase", "edit", needs="one")


class PapersPage(_OfPurchases):
    """The papers of all purchases: several are claimed on one 报销单, as a month's bills."""

    title, table = "票据报销", "purchase_invoice_share"
    columns = ledgers.PAPERS
    listing = ledgers.PAPER_LIST
    filters = (ChoiceFilter("claim", "报销没报销", lambda: [(each, each) for each in (ledgers.OPEN, ledgers.CLAIMED)]),
               ChoiceFilter("paid", "付没付款", lambda: [(each, each) for each in (ledgers.UNPAID, ledgers.PAID)]))
    acts = (
        Act("claim", "报销选中的…", "claim", "done", needs="some", primary=True),
        Act("pay", "登记付款…", "pay", "money", needs="some"),
        _OPEN,
        Act("void", "作废…", "void", "dismiss", needs="some", menu=True),
    )
    embedded = True
    empty_text = "还没有采购的票据。登记采购时填发票号，或在一次采购里“登记发票”。"
    settings_key = "purchase_papers"
    search_hint = "搜索号码、收款单位、采购、报销单"
    record_word = "笔"

    def show_unpaid(self, supplier: str) -> None:
        """Show the papers of a supplier that are not paid."""
        self.show_view({"search": supplier, "filters": {"paid": ledgers.UNPAID}, "sort": self.sort})

    def claim(self) -> None:
        """Claim the chosen papers on one 报销单."""
        claim_shares(self, self.selected_ids())

    def pay(self) -> None:
        """Note when the chosen papers were paid."""
        pay_shares(self, self.selected_ids())

    def void(self) -> None:
        """Void the chosen papers, with a reason."""
        chosen = self.selected_ids()
        with_reason(self, f"作废 {len(chosen)} 笔票据", "作废后可以重新登记正确的；代收费的支出票据同时作废。", "作废",
                    partial(paying.void, chosen), "")


class LinesPage(_OfPurchases):
    """What was bought, line by line: what it cost the last time, and where."""

    title, table = "采购明细", "purchase_line"
    columns = ledgers.LINES
    listing = ledgers.LINE_LIST
    filters = (ChoiceFilter("year", "全部年度", lambda: [(year, f"{year} 年") for year in lists.years()]),
               ChoiceFilter("goes", "全部去向", lambda: [(each, each) for each in rules.GOES]))
    acts = (_OPEN,)
    embedded = True
    empty_text = "还没有采购。登记以后，这里按一样一样的东西列出：哪天、哪里、多少钱买的。"
    settings_key = "purchase_lines"
    search_hint = "搜索品名、规格、供应商、编号、用途，可用拼音首字母"
    record_word = "行"


class ClaimsPage(TablePage):
    """The 报销单."""

    title = "报销单"
    columns = ledgers.CLAIMS
    listing = ledgers.CLAIM_LIST
    filters = (ChoiceFilter("state", "全部报销单", lambda: [("有效", "有效"), ("已作废", "已作废")]),)
    acts = (
        Act("sign", "签回", "sign_back", "checkmark", needs="one", primary=True),
        Act("print", "打印报销单", "print_claim", "print", needs="one"),
        Act("void", "作废…", "void", "dismiss", needs="one"),
    )
    embedded = True
    tones = {"已作废": "quiet"}
    empty_text = "还没有报销单。在“票据报销”里勾几笔票据，点“报销选中的”。"
    settings_key = "purchase_claims"
    search_hint = "搜索报销编号、事由、收款单位"
    record_word = "张"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        super().__init__(changes, settings)

    def sign_back(self) -> None:
        """Tick that the claim came back signed."""
        identity = self.selected_id() or 0
        undoing.told("报销单已签回，以后只能作废。", commands.sign_back(queries.CLAIM_OWNER, identity))

    def print_claim(self) -> None:
        """Print the chosen claim."""
        from ui.paper.choosing import print_order

        identity = self.selected_id() or 0
        purchase = next((share.purchase for share in paying.shares(claim=identity)), 0)
        print_order(self, self.data_folder, features.form("purchase-claim"), Order(about=purchase, records=(identity,)))

    def void(self) -> None:
        """Void the chosen claim, with a reason: its papers can be claimed anew."""
        identity = self.selected_id() or 0
        with_reason(self, "作废报销单", "作废后这些票据可以重新报销，编号留着。", "作废", partial(claims.void, identity), "已作废报销单。")


class SplitsPage(TablePage):
    """化整为零: what was bought of one sort this year in several purchases that together reach a higher tier."""

    title = "化整为零"
    columns = ledgers.SPLITS
    listing = ledgers.split_list()
    narrows = False
    embedded = True
    empty_text = "今年没有分几次买、合起来要按更高一档办的。同一预算项目下的同类采购合在一起算（“设置—采购”）。"
    settings_key = "purchase_splits"
    record_word = "类"


class OwedPage(TablePage):
    """What is owed to each supplier. ``papers_wanted`` tells of which supplier a person wants to see what was not paid."""

    papers_wanted = Signal(str)

    title = "应付款"
    columns = ledgers.OWED
    listing = ledgers.OWED_LIST
    acts = (
        Act("pay", "登记付款…", "pay", "money", needs="one", primary=True),
        Act("papers", "看没有付款的票据", "show_papers", "receipt", needs="one"),
    )
    embedded = True
    empty_text = "没有欠供应商的款：验收过的、开了票的都付了。"
    settings_key = "purchase_owed"
    search_hint = "搜索供应商"
    record_word = "家"

    def __init__(self, changes: Changes, settings: QSettings | None = None) -> None:
        super().__init__(changes, settings)
        self.grid.open_asked.connect(self.show_papers)

    def _supplier(self) -> str:
        shown = self.model.row(self.grid.currentIndex().row()) if self.selected_id() is not None else None
        return str(shown[1]) if shown else ""

    def pay(self) -> None:
        """Note when the papers of the chosen supplier that are not paid yet were paid; what has no invoice yet is told."""
        waiting = paying.unpaid_from(self._supplier())
        if not waiting:
            raise Refused("这一家验收过的都还没有登记发票，没有可以登记付款的票据。请先登记发票。")
        pay_shares(self, waiting)

    def show_papers(self) -> None:
        """Show what of the chosen supplier's was not paid."""
        if supplier := self._supplier():
            self.papers_wanted.emit(supplier)


class ContractsPage(_OfPurchases):
    """合同台账: all contracts."""

    title, table = "合同", "purchase_contract"
    columns = contracts.COLUMNS
    listing = contracts.CONTRACT_LIST
    filters = (ChoiceFilter("state", "全部合同", lambda: [("有效", "有效"), ("已作废", "已作废")]),)
    acts = (_OPEN, Act("void", "作废…", "void", "dismiss", needs="one"))
    embedded = True
    tones = {"已作废": "quiet"}
    empty_text = "还没有合同。打开一次采购，点“合同…”登记。"
    settings_key = "purchase_contracts"
    search_hint = "搜索合同编号、名称、供方、请购编号"
    record_word = "份"

    def void(self) -> None:
        """Void the chosen contract, with a reason."""
        identity = self.selected_id() or 0
        draft = contracts.draft_of(identity)
        with_reason(self, f"作废合同 {draft.number}", "编号不再使用。", "作废", partial(contracts.void, identity), f"已作废合同 {draft.number}。")


@dataclass(frozen=True)
class _Years:
    """From which year the lines are copied to which."""

    source: int = 0
    target: int | None = None


class BudgetPage(TablePage):
    """The budget of each year, typed as in a sheet: planned, committed, spent, left."""

    title = "预算"
    columns = budgets.COLUMNS
    listing = budgets.listing()
    filters = (ChoiceFilter("year", "今年", lambda: [(year, f"{year} 年") for year in budgets.years() if year != clock.today().year]),)
    acts = (Act("copy", "照去年编…", "copy", "copy"),)
    fields = {
        "year": Field("year", "年度", "whole"), "name": Field("name", "预算项目"), "fen": Field("fen", "预算金额", "money"),
        "document": Field("document", "批复文号"), "office": Field("office", "计入办公费月报", "choice", choices=["", budget.OFFICE]),
        "remark": Field("remark", "备注")}
    adds = True
    embedded = True
    grid_when_empty = True
    tones = {"停用": "quiet"}
    empty_text = "没有预算也能采购。要控制支出的，在这里一行写一个预算项目和金额；采购时选项目，超了会提醒。"
    settings_key = "purchase_budget"
    search_hint = "搜索预算项目、文号"
    record_word = "项"

    def scope_words(self) -> str:
        """Name the year for the head of paper and workbook."""
        return f"{self.wish().filters.get('year') or clock.today().year} 年"

    def choose(self, record_id: int) -> None:
        """Go to a line; one of another year is shown with those of its year."""
        year = next((row.year for row in budgets.lines() if row.id == record_id), None)
        if year is not None and self.number_of(record_id) is None:
            self.narrow({"year": None if year == clock.today().year else year})
        super().choose(record_id)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store typed cells and new lines as one step; a new line is of this year unless it says another."""
        year = self.wish().filters.get("year") or clock.today().year
        plain = [{key: value for key, value in each.items() if value not in (None, "")} for each in added]
        return budget.write_lines(changed, [{"year": year, **each} for each in plain])

    def copy(self) -> None:
        """Copy the lines of a year as those of the next."""
        known = sorted({row.year for row in budgets.lines()}, reverse=True)
        latest = known[0] if known else clock.today().year

        def save(typed: _Years) -> Step:
            step = budget.copy_year(int(typed.source), typed.target or 0)
            undoing.told(f"已{step.title}。", step)
            self.refresh()
            self.choose(step.made[0])
            return step

        FormDialog(self, "照去年编预算", _Years(latest, latest + 1), (
            Field("source", "照哪一年", "choice", choices=[(year, f"{year} 年") for year in known] or [(latest, f"{latest} 年")]),
            Field("target", "编哪一年", "whole", required=True)), lambda typed: (), save, save_text="复制").exec()
