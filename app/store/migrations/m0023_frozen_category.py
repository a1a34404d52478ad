"""A stocktake freezes whether a card was 固定资产 or 低值易耗品, for the room totals of its sheets.

Lines frozen earlier take what their card says now; where the card is gone nobody knows it any more.
"""

TITLE = "盘点明细记下资产类别"

SQL = (
    """ALTER TABLE stocktake_line ADD COLUMN "category" TEXT NOT NULL DEFAULT ''""",
    """UPDATE stocktake_line SET category = coalesce((SELECT category FROM asset WHERE id = stocktake_line.asset_id), '')""",
)
