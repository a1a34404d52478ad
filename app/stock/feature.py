"""What the store declares."""

from collections.abc import Iterable

from app.core.settings import declared_in
from app.feature import Feature
from app.stock import settings
from app.store.guards import Guards


def _costs_sound() -> Iterable[str]:
    from app.stock.proof import unsound

    return unsound()


def _guards() -> Guards:
    from app.stock.guards import GUARDS

    return GUARDS


FEATURE = Feature(
    key="stock", title="仓库", settings=lambda: declared_in(settings),
    series=lambda: (settings.RECEIPT_NUMBERS, settings.ISSUE_NUMBERS, settings.RETURN_NUMBERS, settings.TRANSFER_NUMBERS, settings.COUNT_NUMBERS),
    nouns={"stock_storeroom": "保管室", "stock_item": "库存物品", "stock_slip": "库存单据", "stock_movement": "库存收发", "stock_month": "库存月结"},
    guards=_guards, checks=(_costs_sound,))
