"""What the check of the ledger asks of purchases: sums that must come out, and what they say of stock, cards and vouchers."""

from collections.abc import Iterator

from app.purchasing import rules
from app.purchasing.queries import LINE_SUMS, TAKEN
from app.store.database import database

_WRONG = (
    (f"SELECT l.name FROM purchase_line l JOIN {LINE_SUMS} s ON s.line_id = l.id WHERE s.accepted > l.quantity",
     "{} 行验收的比要买的多（{}）。"),
    (f"""SELECT p.name FROM purchase_acceptance_line l JOIN purchase_line p ON p.id = l.line_id
        JOIN (SELECT acceptance_line_id, sum(quantity) AS quantity, sum(fen) AS fen FROM {TAKEN} GROUP BY 1) i
          ON i.acceptance_line_id = l.id WHERE i.quantity > l.accepted OR (i.quantity = l.accepted AND i.fen <> l.fen)""",
     "{} 行入库建卡的数量或金额与验收的不一致（{}）。"),
    ("""SELECT p.name FROM purchase_intake i JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id
        JOIN purchase_line p ON p.id = l.line_id LEFT JOIN stock_movement m ON m.id = i.movement
        WHERE i.movement IS NOT NULL AND (m.id IS NULL OR m.quantity <> i.quantity)""",
     "{} 行验收入库的在库存收发里对不上（{}）。"),
    ("SELECT DISTINCT a.number FROM purchase_intake i JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id "
     "JOIN purchase_acceptance a ON a.id = l.acceptance_id WHERE a.voided_on IS NOT NULL", "{} 次作废了的验收还记着入库建卡（{}）。"),
    (f"SELECT number FROM purchase WHERE (state = '{rules.VOIDED}') <> (voided_on IS NOT NULL)", "{} 次采购的状态与作废不一致（{}）。"),
    (f"SELECT number FROM purchase WHERE state = '{rules.APPROVED}' AND approved_on IS NULL", "{} 次采购记为已批准却没有批准日期（{}）。"),
    ("SELECT p.number FROM purchase_invoice_share s JOIN purchase p ON p.id = s.purchase_id WHERE s.voucher_id IS NOT NULL AND s.fen <> 0",
     "{} 笔代收费票据的金额记了两处（{}）。"),
    ("SELECT c.number FROM purchase_invoice_share s JOIN purchase_claim c ON c.id = s.claim_id WHERE c.voided_on IS NOT NULL",
     "{} 张作废了的报销单还挂着票据（{}）。"),
    ("""SELECT c.number FROM purchase_contract c JOIN purchase_instalment i ON i.contract_id = c.id WHERE c.voided_on IS NULL
        GROUP BY c.id HAVING sum(i.fen) <> c.fen""", "{} 份合同各期合计与合同金额不一致（{}）。"),
)


def purchases_sound() -> Iterator[str]:
    """Give a sentence for every kind of contradiction, with the first records that have it."""
    for sql, words in _WRONG:
        found = [name for (name,) in database.execute_sql(sql).fetchall()]
        if found:
            yield words.format(len(found), "、".join(found[:3]) + ("等" if len(found) > 3 else ""))
