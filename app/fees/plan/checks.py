"""What a check of the ledger asks of plans, and what people call their records."""

from app.store.database import database

NOUNS = {
    "fee_item": "收费项目", "fee_standard": "收费标准", "fee_plan": "学期收费", "fee_plan_item": "学期收费项目", "fee_price": "年级金额",
    "fee_publication": "公示记录", "fee_letter": "告家长书", "fee_reply": "回执", "fee_choice": "自愿选择", "fee_usage": "实际数量",
    "fee_receipt": "收费记录", "fee_receipt_line": "收费明细", "fee_voucher": "支出票据", "fee_settlement": "结算", "fee_refund": "退费",
}


def fees_sound() -> list[str]:
    """Give a sentence for plans that contradict themselves, for the check of the whole ledger."""
    found = []
    for title, name, grade in database.execute_sql(
            """SELECT t.school_year, i.name, p.grade FROM fee_price p JOIN fee_plan_item i ON i.id = p.plan_item_id
               JOIN fee_plan f ON f.id = i.plan_id JOIN term t ON t.id = f.term_id
               WHERE p.fen < 0 OR p.grade < 1 LIMIT 20""").fetchall():
        found.append(f"{title} 学年“{name}”{grade} 年级的金额不合理。")
    return found
