"""A supplier gets another name: the receipts that name him by an old one; signed ones keep the words that stand on the paper."""

from app.core.pinyin import fold
from app.store.database import database


def rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    """Give how many receipts name a supplier by one of some folded names; ``write`` the new name into them, in an open operation."""
    rows = database.execute_sql(
        "SELECT id, supplier FROM stock_slip WHERE voided_on IS NULL AND signed_on IS NULL AND supplier NOT IN ('', ?)", (name,)).fetchall()
    chosen = [identity for identity, word in rows if fold(word) in names]
    if write:
        database.cursor().executemany("UPDATE stock_slip SET supplier = ? WHERE id = ?", [(name, each) for each in chosen])
    return len(chosen)
