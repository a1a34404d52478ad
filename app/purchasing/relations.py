"""What purchases have to do with records of other features, by their own columns: cards, movements of the store, vouchers, invoices."""

from collections.abc import Iterator

from app.purchasing import queries
from app.school.links import Related
from app.store.database import database

_PURCHASE_OF = {
    "asset": ("购自", """SELECT a.purchase_id FROM purchase_intake i JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id
                         JOIN purchase_acceptance a ON a.id = l.acceptance_id WHERE i.asset = ?"""),
    "stock_slip": ("购自", """SELECT a.purchase_id FROM purchase_intake i JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id
                              JOIN purchase_acceptance a ON a.id = l.acceptance_id
                              JOIN stock_movement m ON m.id IN (i.movement, i.issue) WHERE m.slip_id = ?"""),
    "fee_voucher": ("采购", "SELECT purchase_id FROM purchase_invoice_share WHERE voucher_id = ? AND voided_on IS NULL"),
    "invoice": ("采购", "SELECT purchase_id FROM purchase_invoice_share WHERE invoice_id = ? AND voided_on IS NULL"),
}


def related(table: str, identity: int) -> Iterator[Related]:
    """Give the purchases that a record of another feature belongs to, and of a purchase what came of it."""
    if table in _PURCHASE_OF:
        why, sql = _PURCHASE_OF[table]
        for (purchase,) in database.execute_sql(f"SELECT DISTINCT * FROM ({sql})", (identity,)).fetchall():
            yield Related(queries.OWNER, purchase, why)
    if table == queries.OWNER:
        yield from _of_purchase(identity)


def _of_purchase(identity: int) -> Iterator[Related]:
    for each in queries.intakes(identity):
        if each.asset:
            yield Related("asset", each.asset, "建卡")
    for (slip,) in database.execute_sql(
            """SELECT DISTINCT m.slip_id FROM purchase_intake i JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id
               JOIN purchase_acceptance a ON a.id = l.acceptance_id JOIN stock_movement m ON m.id IN (i.movement, i.issue)
               WHERE a.purchase_id = ? ORDER BY m.slip_id""", (identity,)).fetchall():
        yield Related("stock_slip", slip, "入库领用")
    for (voucher,) in database.execute_sql(
            "SELECT voucher_id FROM purchase_invoice_share WHERE purchase_id = ? AND voucher_id IS NOT NULL AND voided_on IS NULL",
            (identity,)).fetchall():
        yield Related("fee_voucher", voucher, "代收费支出")
