"""What the asset ledger declares."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from app.assets import settings
from app.core.dues import Due
from app.core.progress import Progress
from app.core.settings import declared_in
from app.feature import Feature
from app.store.guards import Guards

if TYPE_CHECKING:
    from app.paper.forms import Form
    from app.school.links import Records
    from app.store.folder import DataFolder


def _forms() -> "tuple[Form, ...]":
    from app.assets.papers import FORMS

    return FORMS


def _cards_sound() -> Iterable[str]:
    from app.assets.checks import cards_sound

    return cards_sound()


def _held_by(person: int) -> Iterable[str]:
    from app.assets.queries import held_by

    return held_by(person)


def _guards() -> Guards:
    from app.assets.guards import GUARDS

    return GUARDS


def _demo(progress: Progress) -> tuple[str, ...]:
    from app.assets.demo import build_cards

    return (f"{build_cards(progress)} 张资产卡片",)


def _rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    from app.assets.commands import rename_supplier

    return rename_supplier(names, name, write)


def _dues(day: date, data: "DataFolder") -> Iterable[Due]:
    from app.assets.dues import dues

    return dues(day, data)


def _records() -> "Mapping[str, Records]":
    from app.assets.queries import numbers_in_use, titles
    from app.school.links import Records

    return {"asset": Records(titles, lambda text: numbers_in_use([text]).get(text), "assets")}


FEATURE = Feature(
    key="assets",
    title="资产台账",
    settings=lambda: declared_in(settings),
    series=lambda: (settings.ASSET_NUMBERS,),
    nouns={"asset": "资产卡片", "extra_field": "附加字段"},
    forms=_forms,
    checks=(_cards_sound,),
    guards=_guards,
    holdings=_held_by,
    rename_supplier=_rename_supplier,
    dues=_dues,
    demo=_demo,
    records=_records,
)
