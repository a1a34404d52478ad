"""What the store declares."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from app.core.dues import Due
from app.core.progress import Progress
from app.core.settings import declared_in
from app.feature import Feature
from app.stock import settings
from app.store.guards import Guards

if TYPE_CHECKING:
    from app.paper.forms import Form
    from app.school.links import Records
    from app.store.folder import DataFolder


def _stock_sound() -> Iterable[str]:
    from app.stock.checks import stock_sound

    return stock_sound()


def _guards() -> Guards:
    from app.stock.guards import GUARDS

    return GUARDS


def _forms() -> "tuple[Form, ...]":
    from app.stock.count_papers import FORMS as COUNTS
    from app.stock.papers import FORMS
    from app.stock.slip_papers import FORMS as SLIPS

    return (*SLIPS, *FORMS, *COUNTS)


def _demo(progress: Progress) -> tuple[str, ...]:
    from app.stock.demo import build_stock

    return (f"{build_stock(progress):,} 行库存收发",)


def _held_by(person: int) -> Iterable[str]:
    from app.stock.queries import held_by

    return held_by(person)


def _rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    from app.stock.renaming import rename_supplier

    return rename_supplier(names, name, write)


def _records() -> "Mapping[str, Records]":
    from app.school.links import Records
    from app.stock import queries

    return {"stock_slip": Records(queries.slip_titles, queries.slip_found, "supply"),
            "stock_item": Records(queries.item_titles, queries.item_found, "supply")}


def _dues(day: date, _data: "DataFolder") -> Iterable[Due]:
    from app.stock.dues import dues

    return dues(day)


FEATURE = Feature(
    key="stock", title="仓库", settings=lambda: declared_in(settings),
    series=lambda: (settings.RECEIPT_NUMBERS, settings.ISSUE_NUMBERS, settings.RETURN_NUMBERS, settings.TRANSFER_NUMBERS, settings.COUNT_NUMBERS),
    nouns={"stock_storeroom": "保管室", "stock_item": "库存物品", "stock_slip": "库存单据", "stock_movement": "库存收发", "stock_month": "库存月结",
           "stock_count": "库存盘点", "stock_count_line": "库存盘点明细", "stock_plan": "分发表", "stock_plan_line": "分发明细",
           "stock_quota": "领用额度"},
    forms=_forms, guards=_guards, checks=(_stock_sound,), dues=_dues, demo=_demo, holdings=_held_by,
    rename_supplier=_rename_supplier, records=_records)
