"""What fees keep about one pupil: for the export of his data, and the words to be blanked when it is erased."""

from typing import Any

from app.core.columns import Column, Kind
from app.core.terms import TermName
from app.school.personal import Kept
from app.store.database import database

_TERM = Column("term", "学期", Kind.TEXT, 48)
_ITEM = Column("item", "收费项目", Kind.TEXT, 34)
WORDS = {"fee_receipt": ("remark",), "fee_reply": ("remark",), "fee_refund": ("signer", "remark"),
         "fee_bank_account": ("holder", "card", "bank"), "fee_statement_line": ("serial_key", "payment_key")}
"""Free words that may name a pupil or his family, by table: remarks, reasons, who signed for a refund."""


def about_pupil(pupil: int) -> list[Kept]:
    """Give a pupil's choices, payments, settlements, refunds and replies, those that there are; amounts in 分."""
    return [
        kept
        for kept in (
            Kept(
                "自愿选择",
                (_TERM, _ITEM, Column("agreed", "选择", Kind.CHOICE, 20), Column("day", "日期", Kind.DAY, 24)),
                _rows(
                    """SELECT t.school_year, t.half, i.name, iif(c.agreed, '同意', '不同意'), c.chosen_on FROM fee_choice c
               JOIN fee_plan_item i ON i.id = c.plan_item_id JOIN fee_plan f ON f.id = i.plan_id JOIN term t ON t.id = f.term_id
               WHERE c.pupil_id = ? ORDER BY t.starts_on, i.position""",
                    pupil,
                ),
            ),
            Kept(
                "缴费",
                (
                    _TERM,
                    Column("number", "票据号", Kind.CODE, 26),
                    Column("day", "缴费日期", Kind.DAY, 24),
                    Column("method", "缴费方式", Kind.TEXT, 24),
                    _ITEM,
                    Column("fen", "金额", Kind.MONEY, 24),
                    Column("voided", "作废日期", Kind.DAY, 24),
                ),
                _rows(
                    """SELECT t.school_year, t.half, r.number, r.paid_on, r.method, i.name, l.fen, r.voided_on FROM fee_receipt r
               JOIN fee_receipt_line l ON l.receipt_id = r.id JOIN fee_plan_item i ON i.id = l.plan_item_id
               JOIN fee_plan f ON f.id = r.plan_id JOIN term t ON t.id = f.term_id
               WHERE r.pupil_id = ? ORDER BY r.paid_on, r.id, i.position""",
                    pupil,
                ),
            ),
            Kept(
                "结算",
                (
                    _TERM,
                    _ITEM,
                    *(
                        Column(key, title, Kind.MONEY, 22)
                        for key, title in (("charged", "应收"), ("paid", "预收"), ("spent", "实支"), ("refund", "应退"))
                    ),
                    Column("day", "结算日期", Kind.DAY, 24),
                ),
                _rows(
                    """SELECT t.school_year, t.half, i.name, s.charged, s.paid, s.spent, s.refund, s.settled_on FROM fee_settlement s
               JOIN fee_plan_item i ON i.id = s.plan_item_id JOIN fee_plan f ON f.id = i.plan_id JOIN term t ON t.id = f.term_id
               WHERE s.pupil_id = ? ORDER BY t.starts_on, i.position""",
                    pupil,
                ),
            ),
            Kept(
                "退费",
                (
                    _TERM,
                    Column("fen", "金额", Kind.MONEY, 24),
                    Column("day", "日期", Kind.DAY, 24),
                    Column("method", "方式", Kind.TEXT, 24),
                    Column("signer", "签领人", Kind.TEXT, 24),
                    Column("voided", "作废日期", Kind.DAY, 24),
                ),
                _rows(
                    """SELECT t.school_year, t.half, r.fen, r.paid_on, r.method, r.signer, r.voided_on FROM fee_refund r
               JOIN fee_plan f ON f.id = r.plan_id JOIN term t ON t.id = f.term_id
               WHERE r.pupil_id = ? ORDER BY r.paid_on, r.id""",
                    pupil,
                ),
            ),
            Kept(
                "未就餐",
                (_TERM, _ITEM, Column("day", "日期", Kind.DAY, 24), Column("mark", "记号", Kind.CHOICE, 16)),
                _rows(
                    """SELECT t.school_year, t.half, i.name, a.day, a.mark FROM fee_absence a
               JOIN fee_plan_item i ON i.id = a.plan_item_id JOIN fee_plan f ON f.id = i.plan_id JOIN term t ON t.id = f.term_id
               WHERE a.pupil_id = ? ORDER BY a.day""",
                    pupil,
                ),
            ),
            Kept(
                "银行账户",
                (Column("holder", "户名", Kind.TEXT, 30), Column("card", "卡号", Kind.CODE, 44), Column("bank", "开户行", Kind.TEXT, 40)),
                database.execute_sql("SELECT holder, card, bank FROM fee_bank_account WHERE pupil_id = ?", (pupil,)).fetchall(),
            ),
            Kept(
                "回执",
                (
                    _TERM,
                    Column("letter", "通知", Kind.TEXT, 50),
                    Column("day", "收回日期", Kind.DAY, 24),
                    Column("remark", "备注", Kind.TEXT, 40),
                ),
                _rows(
                    """SELECT t.school_year, t.half, l.title, r.returned_on, r.remark FROM fee_reply r JOIN fee_letter l ON l.id = r.letter_id
               JOIN term t ON t.id = l.term_id WHERE r.pupil_id = ? ORDER BY r.returned_on, r.id""",
                    pupil,
                ),
            ),
        )
        if kept.rows
    ]


def _rows(sql: str, pupil: int) -> list[tuple[Any, ...]]:
    """Give the rows of a query whose first two columns are a term's year and half, with its title in their place."""
    rows = database.execute_sql(sql, (pupil,)).fetchall()
    return [(TermName(year, half).title, *rest) for year, half, *rest in rows]
