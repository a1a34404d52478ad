"""What the stocktake declares."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from app.core.dues import Due
from app.core.progress import Progress
from app.core.settings import declared_in
from app.feature import Feature
from app.stocktake import settings
from app.store.guards import Guards

if TYPE_CHECKING:
    from app.paper.forms import Form
    from app.store.folder import DataFolder


def _forms() -> "tuple[Form, ...]":
    from app.stocktake.notices import FORMS as NOTICES
    from app.stocktake.papers import FORMS
    from app.stocktake.room_papers import FORMS as ROOMS

    return (*ROOMS, *FORMS, *NOTICES)


def _stocktakes_sound() -> Iterable[str]:
    from app.stocktake.checks import stocktakes_sound

    return stocktakes_sound()


def _guards() -> Guards:
    from app.stocktake.guards import GUARDS

    return GUARDS


def _demo(progress: Progress) -> tuple[str, ...]:
    from app.stocktake.demo import build_stocktakes

    return (f"{build_stocktakes(progress)} 次盘点",)


def _dues(day: date, _data: "DataFolder") -> Iterable[Due]:
    from app.stocktake.dues import dues

    return dues(day)


FEATURE = Feature(
    key="stocktake", title="盘点", settings=lambda: declared_in(settings), series=lambda: (settings.STOCKTAKE_NUMBERS,),
    nouns={"stocktake": "盘点", "stocktake_line": "盘点明细", "stocktake_find": "盘盈登记"},
    forms=_forms, guards=_guards, checks=(_stocktakes_sound,), dues=_dues, demo=_demo)
