"""Figures that one feature's report takes from others without knowing them (``Feature.figures``): what the office spent in a time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.core.errors import not_joined


@dataclass(frozen=True, slots=True)
class OfficeFigure:
    """One thing that the office spent, 分, as the month's report of 办公费 lists it."""

    dated_on: date
    purpose: str
    fen: int
    supplier: str = ""
    number: str = ""
    handler: str = ""


Figures = Callable[[date, date], Iterable[OfficeFigure]]
"""Gives what a feature knows of between two days, both counted in."""

figures: Callable[[], tuple[Figures, ...]] = not_joined
"""Gives those of all features (``app.features.join``)."""


spent: Callable[[], tuple[Callable[[], Mapping[int, int]], ...]] = not_joined
"""Gives, of all features whose records spend of the budget and are no purchases, what they spent of each line (id → 分)."""


def office_spending(first: date, last: date) -> list[OfficeFigure]:
    """Give what all features know of the office's spending between two days, by day."""
    return sorted((each for give in figures() for each in give(first, last)), key=lambda each: each.dated_on)


def spent_of_budget() -> Mapping[int, int]:
    """Give what all these features spent of each line of the budget, 分; lines of which nothing was spent are left out."""
    found: dict[int, int] = {}
    for give in spent():
        for line, fen in give().items():
            found[line] = found.get(line, 0) + fen
    return found
