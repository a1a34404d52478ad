"""What purchasing declares."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.dues import Due
from app.core.numbering import Rule
from app.core.progress import Progress
from app.core.settings import Setting, declared_in
from app.feature import Feature
from app.store.guards import Guards

if TYPE_CHECKING:
    from app.paper.forms import Form
    from app.school.figures import OfficeFigure
    from app.school.invoice_rules import Share
    from app.school.links import Records, Related
    from app.store.folder import DataFolder


def _settings() -> tuple[Setting[Any], ...]:
    from app.purchasing import settings

    return declared_in(settings)


def _series() -> tuple[Rule, ...]:
    from app.purchasing.rules import SERIES

    return SERIES


def _invoice_shares(invoices: Collection[int]) -> "Iterable[Share]":
    from app.purchasing.paying import shares_of

    return shares_of(invoices)


def _rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    from app.purchasing.renaming import rename_supplier

    return rename_supplier(names, name, write)


def _figures(first: date, last: date) -> "Iterable[OfficeFigure]":
    from app.purchasing.claims import office_figures

    return office_figures(first, last)


def _forms() -> "tuple[Form, ...]":
    from app.purchasing.dossier import FORMS as DOSSIERS
    from app.purchasing.papers import FORMS

    return (*FORMS, *DOSSIERS)


def _demo(progress: Progress) -> tuple[str, ...]:
    from app.purchasing.demo import build_purchases

    return (f"{build_purchases(progress)} 次采购",)


def _purchases_sound() -> Iterable[str]:
    from app.purchasing.checks import purchases_sound

    return purchases_sound()


def _guards() -> Guards:
    from app.purchasing.guards import GUARDS

    return GUARDS


def _held_by(person: int) -> Iterable[str]:
    from app.purchasing.queries import held_by

    return held_by(person)


def _dues(day: date, _data: "DataFolder") -> Iterable[Due]:
    from app.purchasing.dues import dues

    return dues(day)


def _records() -> "Mapping[str, Records]":
    from app.purchasing import queries
    from app.school.links import Records

    return {"purchase": Records(queries.titles, queries.found, "supply")}


def _related(table: str, identity: int) -> "Iterable[Related]":
    from app.purchasing.relations import related

    return related(table, identity)


FEATURE = Feature(
    key="purchasing", title="采购", settings=_settings, series=_series, invoice_shares=_invoice_shares, figures=_figures,
    rename_supplier=_rename_supplier, records=_records, related=_related,
    forms=_forms, checks=(_purchases_sound,), guards=_guards, holdings=_held_by, dues=_dues, demo=_demo,
    nouns={
        "purchase": "采购", "purchase_line": "采购明细", "purchase_need": "班级用量", "purchase_quote": "报价", "purchase_quote_line": "报价明细",
        "purchase_contract": "采购合同", "purchase_instalment": "合同付款", "purchase_acceptance": "验收", "purchase_acceptance_line": "验收明细",
        "purchase_intake": "验收入账", "purchase_invoice_share": "采购票据", "purchase_claim": "报销单", "purchase_notice": "采购公示",
        "budget_line": "预算项目",
    })
