"""A supplier gets another name: the records of repairs that name him by an old one."""

from app.core.pinyin import fold
from app.store.database import database

# A signed contract keeps the words that stand on it.
_NAMED = (("repair", "vendor", "voided_on IS NULL"), ("repair_share", "supplier", "voided_on IS NULL AND invoice_id IS NULL"),
          ("repair_plan", "vendor", "1"), ("works", "contractor", "voided_on IS NULL AND signed_on IS NULL"))


def rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    """Give how many records name a supplier by one of some folded names; ``write`` the new name into them, in an open operation."""
    count = 0
    for table, column, stands in _NAMED:
        rows = database.execute_sql(f'SELECT id, "{column}" FROM "{table}" WHERE {stands} AND "{column}" NOT IN (\'\', ?)', (name,)).fetchall()
        chosen = [identity for identity, word in rows if fold(word) in names]
        count += len(chosen)
        if write:
            database.cursor().executemany(f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', [(name, each) for each in chosen])
    return count
