"""The steps of a term's fees in the order of the work. A step is listed once its page is there."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSettings

from app.store.folder import DataFolder
from ui.base.changes import Changes
from ui.base.page import Page


@dataclass(frozen=True)
class Step:
    """One step: ``factory`` makes its page when it is first shown, and loads its module only then."""

    key: str
    title: str
    factory: Callable[[Changes, QSettings | None, DataFolder], Page]


def _plan(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
    from ui.fees.plan.page import PlanStep

    return PlanStep(changes, settings, data)


def _publicity(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
    from ui.fees.board.page import PublicityPage

    return PublicityPage(changes, settings, data)


def _letters(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
    from ui.fees.letters.page import LettersPage

    return LettersPage(changes, settings, data)


def _replies(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
    from ui.fees.letters.replies import RepliesPage

    return RepliesPage(changes, settings, data)


def _collection(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
    from ui.fees.money.collection import CollectionPage

    return CollectionPage(changes, settings, data)


def _spending(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
    from ui.fees.money.spending import SpendingPage

    return SpendingPage(changes, settings, data)


def _settlement(changes: Changes, settings: QSettings | None, data: DataFolder) -> Page:
    from ui.fees.money.settlement import SettlementPage

    return SettlementPage(changes, settings, data)


STEPS: tuple[Step, ...] = (
    Step("plan", "收费方案", _plan),
    Step("publicity", "公示", _publicity),
    Step("letters", "告家长书", _letters),
    Step("replies", "回执", _replies),
    Step("collection", "收费登记", _collection),
    Step("spending", "支出票据", _spending),
    Step("settlement", "结算清退", _settlement),
)
