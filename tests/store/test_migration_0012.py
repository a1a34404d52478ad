"""Version 12: receipts of an older file were not printed by the program, as far as it knows."""

from datetime import date

from app.fees.money import commands, receipts
from app.store.database import scalar


def test_a_receipt_begins_unprinted_and_keeps_the_first_day(fee_school):
    made = commands.pay_class(fee_school.plan, fee_school.classes["三年级2班"], date(2026, 9, 30)).made
    assert scalar("SELECT count(*) FROM fee_receipt WHERE printed_on IS NULL") == len(made)
    receipts.note_printed(made[:1], date(2026, 10, 1))
    receipts.note_printed(made, date(2026, 10, 9))
    assert scalar("SELECT printed_on FROM fee_receipt WHERE id = ?", (made[0],)) == "2026-10-01"
    assert scalar("SELECT count(*) FROM fee_receipt WHERE printed_on = '2026-10-09'") == len(made) - 1
