"""Writing invoices as a part of another record's verb: each function expects an operation that is open already.

``take`` asks ``invoice_rules`` for the bounds, whoever calls the others has asked; ``voided`` ones keep their row, and their key is free again.
"""

from collections.abc import Collection

from app.core.errors import Problem, Refused, require_valid
from app.core.money import format_fen
from app.school import invoice_rules as rules
from app.school import invoices
from app.school.invoice_rules import InvoiceDraft
from app.school.invoices import InvoiceRow
from app.school.tables import Invoice
from app.store import voiding
from app.store.database import database


def take(draft: InvoiceDraft, fen: int, red_of: str = "", payee: str = "") -> int:
    """Give the invoice that a paper is, added where it is not known, for records that are going to hold ``fen`` of it in all.

    The draft's total is None where it is ``fen``, ``red_of`` the number of the invoice that a red one takes back, ``payee`` whom a new
    one is from where the draft does not say it. Raises ``Invalid``: one that is known says another day, payee or total, or has not
    enough left.
    """
    known = invoices.known(draft.code, draft.number)
    if known is not None:
        require_valid(_contradictions(draft, known, fen))
        return known.id
    total = draft.fen if draft.fen is not None else fen
    red, problems = _original(red_of, total)
    if wrong := rules.exceeded(total, [fen]):
        problems.append(Problem("fen", wrong))
    require_valid(problems)
    return keep(InvoiceDraft(draft.kind, draft.code, draft.number, draft.dated_on, draft.supplier.strip() or payee, total, red))


def _contradictions(draft: InvoiceDraft, known: InvoiceRow, fen: int) -> list[Problem]:
    """Say what contradicts an invoice that is known already, and where not enough of it is left."""
    problems = []
    if draft.dated_on != known.dated_on:
        problems.append(Problem("dated_on", f"{known.title}已经登记过（{invoices.told(known)}），那里的日期是 {known.dated_on}，请核对号码。"))
    if draft.supplier.strip() and rules.plain(draft.supplier) != rules.plain(known.supplier):
        problems.append(Problem("supplier", f"{known.title}已经登记过，那里的收款单位是“{known.supplier}”，请核对号码。"))
    if draft.fen is not None and draft.fen != known.fen:
        problems.append(Problem("total", f"{known.title}登记的总额是 {format_fen(known.fen)} 元，请核对。"))
    held = [share.fen for share in invoices.shares([known.id])[known.id]]
    if rules.exceeded(known.fen, [*held, fen]):
        told = f"{known.title}已经登记过：{invoices.told(known)}，不够再记 {format_fen(fen)} 元。"
        problems.append(Problem("number", f"{told}同一张票据不能重复报销。"))
    return problems


def _original(red_of: str, total: int) -> tuple[int | None, list[Problem]]:
    """Give the invoice that a red one takes back."""
    if not red_of.strip():
        return None, [Problem("red_of", "红字票据请填写冲的是哪一张发票的号码。")] if total < 0 else []
    found = invoices.with_number(red_of)
    if len(found) != 1:
        return None, [Problem("red_of", f"没有登记过号码是“{red_of}”的发票，请核对。" if not found else
                              f"号码是“{red_of}”的发票有 {len(found)} 张（代码不同），请先核对。")]
    wrong = rules.check_red(total, found[0].fen, [each.fen for each in invoices.reds_of(found[0].id)])
    return found[0].id, [Problem("fen", wrong)] if wrong else []


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
