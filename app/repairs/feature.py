"""What repairs declare."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.numbering import Rule
from app.core.settings import Setting, declared_in
from app.feature import Feature

if TYPE_CHECKING:
    from app.school.figures import OfficeFigure
    from app.school.invoice_rules import Share
    from app.school.links import Records, Related


def _settings() -> tuple[Setting[Any], ...]:
    from app.repairs import settings

    return declared_in(settings)


def _series() -> tuple[Rule, ...]:
    from app.repairs.rules import SERIES

    return SERIES


def _held_by(person: int) -> Iterable[str]:
    from app.repairs.queries import held_by

    return held_by(person)


def _invoice_shares(invoices: Collection[int]) -> "Iterable[Share]":
    from app.repairs.costs import shares_of

    return shares_of(invoices)


def _rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    from app.repairs.renaming import rename_supplier

    return rename_supplier(names, name, write)


def _figures(first: date, last: date) -> "Iterable[OfficeFigure]":
    from app.repairs.costs import office_figures

    return office_figures(first, last)


def _spent() -> Mapping[int, int]:
    from app.repairs.costs import spent

    return spent()


def _related(table: str, identity: int) -> "Iterable[Related]":
    from app.repairs.relations import related

    return related(table, identity)


def _records() -> "Mapping[str, Records]":
    from app.repairs import queries
    from app.school.links import Records

    return {"repair": Records(queries.titles, queries.found, "repairs")}


FEATURE = Feature(
    key="repairs", title="报修维修", settings=_settings, series=_series, holdings=_held_by, records=_records, related=_related,
    invoice_shares=_invoice_shares, rename_supplier=_rename_supplier, figures=_figures, spent=_spent,
    nouns={
        "repair": "报修", "repair_asset": "报修的资产", "repair_worker": "维修人", "repair_event": "报修步骤", "repair_part": "维修用料",
        "repair_share": "维修费用", "repair_plan": "保养计划", "repair_plan_target": "保养对象", "works": "大修工程", "works_line": "大修工程明细",
    })
