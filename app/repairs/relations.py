"""What jobs of repair have to do with records of other features, by their own columns: cards, slips of the store, invoices, stocktakes."""

from collections.abc import Iterator

from app.repairs.queries import OWNER
from app.school.links import Related
from app.store.database import database

_REPAIRS_OF = {
    "asset": ("报修", "SELECT repair_id FROM repair_asset WHERE asset = ?"),
    "stock_slip": ("维修用料", """SELECT t.repair_id FROM repair_part t JOIN stock_movement m ON m.id = t.movement OR m.origin_id = t.movement
                                  WHERE m.slip_id = ?"""),
    "invoice": ("维修费用", "SELECT repair_id FROM repair_share WHERE invoice_id = ? AND voided_on IS NULL AND repair_id IS NOT NULL"),
}
_OF_REPAIR = (
    ("asset", "报修", "SELECT asset FROM repair_asset WHERE repair_id = ?"),
    ("stock_slip", "维修用料", """SELECT DISTINCT m.slip_id FROM repair_part t JOIN stock_movement m ON m.id = t.movement OR m.origin_id = t.movement
                                  WHERE t.repair_id = ? ORDER BY 1"""),
)


def related(table: str, identity: int) -> Iterator[Related]:
    """Give the jobs that a record of another feature belongs to, the latest first, and of a job what it has to do with."""
    if table in _REPAIRS_OF:
        why, sql = _REPAIRS_OF[table]
        for (repair,) in database.execute_sql(f"SELECT DISTINCT * FROM ({sql}) ORDER BY 1 DESC", (identity,)).fetchall():
            yield Related(OWNER, repair, why)
    if table == OWNER:
        for other, why, sql in _OF_REPAIR:
            for (row,) in database.execute_sql(sql, (identity,)).fetchall():
                yield Related(other, row, why)
