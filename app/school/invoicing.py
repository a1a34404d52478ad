"""Writing invoices as a part of another record's verb: each function expects an operation that is open already.

Whoever calls them has asked ``invoice_rules`` for the bounds; ``voided`` ones keep their row, and their key is free again.
"""

from collections.abc import Collection

from app.core.errors import Refused
from app.school import invoice_rules as rules
from app.school import invoices
from app.school.invoice_rules import InvoiceDraft
from app.school.tables import Invoice
from app.store import voiding
from app.store.database import database


def keep(draft: InvoiceDraft) -> int:
    """Add an invoice and give its id."""
    return int(Invoice.insert(**_values(draft)).execute())


def amend(identity: int, draft: InvoiceDraft) -> None:
    """Write an invoice's words and total anew."""
    Invoice.update(**_values(draft)).where(Invoice.id == identity).execute()


def void(identity: int, reason: str) -> None:
    """Void an invoice that nobody holds any more."""
    voiding.void("invoice", [identity], reason)


def release(identities: Collection[int], reason: str) -> None:
    """Void those of some invoices of which nobody holds a share any more; ``Refused`` where a red one takes one of them back."""
    for identity, still in invoices.shares(identities).items():
        if still:
            continue
        if reds := invoices.reds_of(identity):
            raise Refused(f"红字{reds[0].title}冲的就是它，请先作废红字发票。")
        void(identity, reason)


def take_reds(old: int, new: int) -> None:
    """Let the red invoices that take back an invoice take back another: its number was mended."""
    database.execute_sql("UPDATE invoice SET original_id = ? WHERE original_id = ? AND voided_on IS NULL", (new, old))


def _values(draft: InvoiceDraft) -> dict[str, object]:
    return {
        "kind": draft.kind.strip(),
        "code": draft.code.strip(),
        "number": draft.number.strip(),
        "key": rules.key_of(draft.code, draft.number),
        "dated_on": draft.dated_on,
        "supplier": draft.supplier.strip(),
        "fen": draft.fen,
        "original": draft.original,
    }
