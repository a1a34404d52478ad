"""Version 14: a receipt comes from one payment at most."""

from datetime import date

import peewee
import pytest

from app.fees.money import commands
from app.store import journal
from app.store.database import database


def test_a_receipt_has_one_payment(fee_school):
    made = commands.pay_class(fee_school.plan, fee_school.classes["三年级2班"], date(2026, 9, 30)).made[0]
    insert = "INSERT INTO fee_statement_line (receipt_id, pupil_id, serial_key, payment_key) VALUES (?, ?, '', 'a')"
    with journal.operation("登记"):
        database.execute_sql(insert, (made, fee_school.pupils["冯七"]))
    with pytest.raises(peewee.IntegrityError), journal.operation("再登记"):
        database.execute_sql(insert, (made, fee_school.pupils["冯七"]))
