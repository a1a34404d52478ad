"""A year is a name, not a count: it is shown without a thousands separator, and nobody sums it."""

import pytest

from app.core.columns import shown
from app.core.listing import Wish
from app.purchasing import budget, budgets, ledgers

pytestmark = pytest.mark.usefixtures("started_ledger")


def test_years_of_budget_and_splits_are_no_counts():
    budget.write_lines({}, [{"year": 2026, "name": "办公费", "fen": 2000}, {"year": 2025, "name": "办公费", "fen": 1000}])
    listing = budgets.listing()
    at = [column.key for column in listing.columns].index("year")
    kind = listing.columns[at].kind
    assert [shown(kind, row[at + 1]) for year in (2026, 2025) for row in listing.rows(Wish(filters={"year": year}))] == ["2026", "2025"]
    assert len(listing.rows(Wish(filters={"year": 2025}))) == 1
    assert shown(next(column.kind for column in ledgers.SPLITS if column.key == "year"), "2026") == "2026"
