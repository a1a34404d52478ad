"""The steps of the tab 采购与库存 that are the store's: what each is called and what makes its page, loaded when first shown."""

from collections.abc import Callable, Mapping
from importlib import import_module

from PySide6.QtCore import QSettings

from app.store.folder import DataFolder
from ui.base.changes import Changes
from ui.base.page import Page

Factory = Callable[[Changes, QSettings | None, DataFolder], Page]


def _of(module: str, name: str) -> Factory:
    def make(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
        page: Page = getattr(import_module(f"ui.stock.{module}"), name)(changes, settings, data)
        return page
    return make


STEPS: Mapping[str, tuple[str, Factory]] = {
    "items": ("库存", _of("items", "ItemsPage")),
    "slips": ("领用与收发", _of("slips", "SlipsPage")),
    "moves": ("收发明细", _of("slips", "MovementsPage")),
    "plans": ("分发", _of("plan_form", "PlansPage")),
    "counts": ("仓库盘点", _of("counting", "CountsPage")),
    "months": ("月报", _of("months", "MonthPage")),
    "quotas": ("部门领用", _of("quotas", "QuotasPage")),
}
RECORDS: Mapping[str, str] = {"stock_item": "items", "stock_slip": "slips", "stock_count": "counts", "stock_plan": "plans"}
"""Which step shows the records of a table."""
