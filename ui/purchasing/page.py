"""采购与库存: one tab for what the school buys and what lies in its store."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSettings

from app.store.folder import DataFolder
from ui.base.changes import Changes
from ui.base.page import Page
from ui.kit.steps_page import StepsPage

_STEPS = {"purchases": "采购", "lines": "采购明细", "papers": "票据报销", "claims": "报销单", "owed": "应付款", "contracts": "合同", "budget": "预算",
          "splits": "化整为零"}
_RECORDS = {"purchase": "purchases", "budget_line": "budget", "purchase_sort": "splits", "purchase_contract": "contracts",
            "purchase_claim": "claims", "purchase_line": "lines"}
Factory = Callable[[Changes, QSettings | None, DataFolder], Page]


class SupplyPage(StepsPage):
    """The tab.

    ``more`` are the steps of the store by key, each with its title and what makes its page; ``records`` says which of them shows
    the records of a table.
    """

    title = "采购与库存"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder, more: Mapping[str, tuple[str, Factory]],
                 records: Mapping[str, str]) -> None:
        super().__init__({**_STEPS, **{key: title for key, (title, _) in more.items()}}, changes, settings)
        self.data_folder, self.more, self.records = data, more, {**_RECORDS, **records}
        self.pages.setContentsMargins(0, 8, 0, 0)

    def fill(self) -> None:
        """Show the step in front; each fetches for itself."""
        self.show_front()

    def make(self, key: str) -> Page:
        """Make the page of a step; its module loads only then."""
        if key in self.more:
            page = self.more[key][1](self.changes, self.settings, self.data_folder)
            if hasattr(page, "requested"):
                page.requested.connect(lambda goods: self.show_key("purchases").request_goods(goods))
            return page
        from ui.purchasing import ledgers
        from ui.purchasing.purchases import PurchasesPage

        if key == "purchases":
            return PurchasesPage(self.changes, self.settings, self.data_folder)
        if key == "claims":
            return ledgers.ClaimsPage(self.changes, self.settings, self.data_folder)
        lists: dict[str, Callable[..., Page]] = {"lines": ledgers.LinesPage, "papers": ledgers.PapersPage, "owed": ledgers.OwedPage,
                                                 "contracts": ledgers.ContractsPage, "budget": ledgers.BudgetPage, "splits": ledgers.SplitsPage}
        made = lists[key](self.changes, self.settings)
        if isinstance(made, ledgers.OwedPage):
            made.papers_wanted.connect(lambda supplier: self.show_key("papers").show_unpaid(supplier))
        elif hasattr(made, "wanted"):
            made.wanted.connect(lambda purchase: self.show_record("purchase", purchase))
        return made

    def show_record(self, table: str, record: int) -> None:
        """Show a purchase, or a record of the store."""
        page = self.show_key(self.records.get(table, "purchases"))
        if hasattr(page, "show_record"):
            page.show_record(table, record)
        else:
            page.choose(record)

    def narrow(self, filters: Any) -> None:
        """Narrow the list of purchases."""
        self.show_key("purchases").narrow(filters)
