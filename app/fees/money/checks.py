"""What a check of the ledger asks of the money: every account balances, no number twice, no paper signed by one person."""

from app.core.terms import TermName
from app.school import settings as signing
from app.store import settings
from app.store.database import database, scalar


def money_sound() -> list[str]:
    """Give a sentence for accounts, receipts, vouchers and refunds that contradict themselves."""
    found = []
    wrong = scalar("SELECT count(*) FROM fee_settlement WHERE paid - spent - refund + borne <> 0")
    if wrong:
        found.append(f"收费结算有 {wrong} 条记录的预收、实支、应退对不上。请撤销结算后重新结算。")
    for (number,) in database.execute_sql(
            "SELECT number FROM fee_receipt GROUP BY number HAVING count(*) > 1 ORDER BY number LIMIT 10").fetchall():
        found.append(f"票据号 {number} 用了不止一次。请作废其中写错的。")
    split = scalar("SELECT count(*) FROM fee_voucher WHERE (invoice_id IS NULL) <> (dated_on IS NOT NULL)")
    if split:
        found.append(f"有 {split} 张支出票据既不算发票，也没有自己的日期。请作废后重新登记。")
    for kind, number, supplier in database.execute_sql(
        """SELECT kind, number, supplier FROM fee_voucher WHERE voided_on IS NULL AND invoice_id IS NULL AND number <> ''
               GROUP BY kind, number, supplier HAVING count(*) > 1 ORDER BY kind, number LIMIT 10"""
    ).fetchall():
        found.append(f"{supplier}的{kind or '票据'} {number} 登记了不止一次。请作废多出的。")
    alike = scalar("""SELECT count(*) FROM fee_voucher WHERE voided_on IS NULL AND
                      (handler_id = acceptor_id OR handler_id = auditor_id OR acceptor_id = auditor_id)""")
    if alike and settings.value(signing.SIGNERS_APART) == signing.FORBID:
        found.append(f"有 {alike} 张支出票据的经手人、验收人、审核人不是三个不同的人。")
    foreign = scalar("""SELECT count(*) FROM fee_receipt_line l JOIN fee_receipt r ON r.id = l.receipt_id
                        JOIN fee_plan_item i ON i.id = l.plan_item_id WHERE i.plan_id <> r.plan_id OR l.fen <= 0""")
    if foreign:
        found.append(f"有 {foreign} 条收费明细的项目或金额不合理。")
    return found + _closed_sound()


def _closed_sound() -> list[str]:
    """Compare what closed terms froze as paid with their receipts."""
    rows = database.execute_sql(
        """SELECT t.school_year, t.half,
                  coalesce((SELECT sum(l.fen) FROM fee_receipt r JOIN fee_receipt_line l ON l.receipt_id = r.id
                            WHERE r.plan_id = p.id AND r.voided_on IS NULL), 0),
                  coalesce((SELECT sum(s.paid) FROM fee_settlement s JOIN fee_plan_item i ON i.id = s.plan_item_id
                            WHERE i.plan_id = p.id), 0)
           FROM fee_plan p JOIN term t ON t.id = p.term_id WHERE p.closed_on IS NOT NULL ORDER BY p.id""").fetchall()
    return [f"{TermName(year, half).title}收费已经结账，收据合计与结算的预收却不相等。"
            for year, half, taken, paid in rows if taken != paid]
