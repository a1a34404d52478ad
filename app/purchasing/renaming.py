"""A supplier gets another name: the records of purchases that name him by an old one."""

from app.core.pinyin import fold
from app.store.database import database

# Signed papers keep the words that stand on them; a claim's payee is what was written on the paper.
_NAMED = (("purchase", "voided_on IS NULL AND signed_on IS NULL"), ("purchase_quote", "1"), ("purchase_contract", "voided_on IS NULL"),
          ("purchase_invoice_share", "voided_on IS NULL AND invoice_id IS NULL AND voucher_id IS NULL"))


def rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    """Give how many records name a supplier by one of some folded names; ``write`` the new name into them, in an open operation."""
    count = 0
    for table, stands in _NAMED:
        rows = database.execute_sql(f'SELECT id, supplier FROM "{table}" WHERE {stands} AND supplier NOT IN (\'\', ?)', (name,)).fetchall()
        chosen = [identity for identity, word in rows if fold(word) in names]
        count += len(chosen)
        if write:
            database.cursor().executemany(f'UPDATE "{table}" SET supplier = ? WHERE id = ?', [(name, each) for each in chosen])
    return count
