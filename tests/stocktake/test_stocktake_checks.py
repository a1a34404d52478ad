"""The check of the ledger finds stocktakes that cannot be."""

from app.stocktake import checks
from app.stocktake.tables import Stocktake, StocktakeLine
from app.store import journal


def test_sound_stocktakes_are_passed_and_others_told(begun):
    assert list(checks.stocktakes_sound()) == []
    with journal.operation("弄坏"):
        Stocktake.update(state="approved").execute()
        StocktakeLine.update(counted=1, damaged=2).where(StocktakeLine.asset_id == begun.desk).execute()
    assert [text[:16] for text in checks.stocktakes_sound()] == ["盘点 PD-2026-00001"] * 2
