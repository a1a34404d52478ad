"""What a list page asks for: search words, filters, order. Queries turn it into SQL; views only hold it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wish:
    """Which rows a person wants to see and in which order.

    ``filters`` maps a filter's key to its value (a filter that is not set is absent). ``sort`` is a column key, "" for
    the list's own order.
    """

    search: str = ""
    filters: Mapping[str, object] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether search or filters leave rows out: an empty list then offers to clear them."""
        return bool(self.search.strip() or self.filters)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and sums over all rows that match: ``records`` cards, ``pieces``, ``fen``."""

    records: int = 0
    pieces: int = 0
    fen: int = 0
