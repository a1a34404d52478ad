"""The features of the program, and what all of them together declare.

A feature is one value in its own folder (``app/feature.py`` says what it may declare); a new one is named here, once.
Lower rooms know no feature: what they ask of all of them they get by ``join``, which window and command line call once
at start.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from app.assets.feature import FEATURE as ASSETS
from app.core.dues import Due, gathered
from app.core.errors import Refused
from app.core.numbering import Rule
from app.core.settings import Setting
from app.feature import Feature
from app.fees.feature import FEATURE as FEES
from app.purchasing.feature import FEATURE as PURCHASING
from app.repairs.feature import FEATURE as REPAIRS
from app.school import figures, invoices, links, personal, suppliers, uses
from app.school.feature import FEATURE as SCHOOL
from app.stock.feature import FEATURE as STOCK
from app.stocktake.feature import FEATURE as STOCKTAKE
from app.store import check, guards, nouns, numbering
from app.store.feature import FEATURE as STORE
from app.store.folder import DataFolder

if TYPE_CHECKING:
    from app.paper.forms import Form

FEATURES: tuple[Feature, ...] = (SCHOOL, STORE, ASSETS, STOCKTAKE, FEES, STOCK, PURCHASING, REPAIRS)


def join() -> None:
    """Tell the rooms below what they ask of all features; calling it again changes nothing."""
    nouns.nouns = {table: word for feature in FEATURES for table, word in feature.nouns.items()}
    numbering.all_series = series
    check.checks = lambda: tuple((feature.title, sound) for feature in FEATURES for sound in feature.checks)
    guards.guards = lambda: tuple(feature.guards() for feature in FEATURES)
    uses.holdings = lambda: tuple(feature.holdings for feature in FEATURES if feature.holdings)
    invoices.holders = lambda: tuple(feature.invoice_shares for feature in FEATURES if feature.invoice_shares)
    suppliers.renamers = lambda: tuple(feature.rename_supplier for feature in FEATURES if feature.rename_supplier)
    figures.figures = lambda: tuple(feature.figures for feature in FEATURES if feature.figures)
    figures.spent = lambda: tuple(feature.spent for feature in FEATURES if feature.spent)
    links.records = lambda: {table: known for feature in FEATURES for table, known in feature.records().items()}
    links.relating = lambda: tuple(feature.related for feature in FEATURES if feature.related)
    personal.about = lambda: tuple(feature.about_person for feature in FEATURES if feature.about_person)


def settings() -> tuple[Setting[Any], ...]:
    """Give every setting of the program, in the order in which 设置 shows them."""
    return tuple(setting for feature in FEATURES for setting in feature.settings())


def series() -> tuple[Rule, ...]:
    """Give how every kind of numbered document is numbered, as declared; the school may have set other rules."""
    return tuple(rule for feature in FEATURES for rule in feature.series())


def forms() -> "tuple[Form, ...]":
    """Give every form that the program prints; the PDF library loads with the first call, not at start."""
    return tuple(form for feature in FEATURES for form in feature.forms())


def form(key: str) -> "Form":
    """Give the form of a key; an unknown one is ``Refused`` with the keys there are."""
    for each in forms():
        if each.key == key:
            return each
    raise Refused(f"没有“{key}”这种单据。可用：{'、'.join(each.key for each in forms())}。")


def dues(day: date, data: DataFolder) -> list[Due]:
    """Give what wants doing on a day in all features, the most pressing first; the day is that of the office's calendar.

    What was put off beyond that day is left out. A feature whose dues cannot be worked out says so in one red line; its error is in the log.
    """
    sources: list[tuple[str, Callable[[], Iterable[Due]]]] = [
        (feature.title, partial(feature.dues, day, data)) for feature in FEATURES if feature.dues]
    from app.store.snoozing import asleep

    return gathered(sources, asleep(day))
