"""What a check of the ledger asks of plans."""

from app.store.database import database


def fees_sound() -> list[str]:
    """Give a sentence for plans that contradict themselves, for the check of the whole ledger."""
    found = []
    for title, name, grade in database.execute_sql(
            """SELECT t.school_year, i.name, p.grade FROM fee_price p JOIN fee_plan_item i ON i.id = p.plan_item_id
               JOIN fee_plan f ON f.id = i.plan_id JOIN term t ON t.id = f.term_id
               WHERE p.fen < 0 OR p.grade < 1 LIMIT 20""").fetchall():
        found.append(f"{title} 学年“{name}”{grade} 年级的金额不合理。")
    return found
