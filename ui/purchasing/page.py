"""采购与库存: one tab for what the school buys and what lies in its store."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSettings

from app.school.links import Related
from app.store.folder import DataFolder
from ui.base.changes import Changes
from ui.base.page import Page
from ui.kit.steps_page import StepsPage

_STEPS = {"purchases": "采购", "papers": "票据报销", "owed": "应付款", "contracts": "合同", "budget": "预算"}


class SupplyPage(StepsPage):
    """The tab. ``show`` opens a record that another page shows."""

    title = "采购与库存"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder, show: Callable[[Related], object]) -> None:
        super().__init__(_STEPS, changes, settings)
        self.data_folder, self.show_related = data, show

    def fill(self) -> None:
        """Show the step in front; each fetches for itself."""
        self.show_front()

    def make(self, key: str) -> Page:
        """Make the page of a step; its module loads only then."""
        from ui.purchasing import ledgers
        from ui.purchasing.purchases import PurchasesPage

        if key == "purchases":
            return PurchasesPage(self.changes, self.settings, self.data_folder, self.show_related)
        lists: dict[str, Callable[..., Page]] = {"papers": ledgers.PapersPage, "owed": ledgers.OwedPage, "contracts": ledgers.ContractsPage,
                                                 "budget": ledgers.BudgetPage}
        return lists[key](self.changes, self.settings)

    def show_record(self, table: str, record: int) -> None:
        """Show a purchase."""
        self.show_key("purchases").show_record(table, record)

    def narrow(self, filters: Any) -> None:
        """Narrow the list of purchases."""
        self.show_key("purchases").narrow(filters)
