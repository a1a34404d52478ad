"""Version 11: bank accounts of families, one a pupil, under the rules of the schema."""

import peewee
import pytest

from app.store import journal
from app.store.database import database, scalar


def test_a_pupil_has_one_account_and_it_is_journalled(fee_school):
    pupil = fee_school.pupils["安一"]
    with journal.operation("登记银行账户") as work:
        database.execute_sql("INSERT INTO fee_bank_account (pupil_id, holder, card, bank) VALUES (?, '安大', '62220210', '')", (pupil,))
    with pytest.raises(peewee.IntegrityError), journal.operation("再登记"):
        database.execute_sql("INSERT INTO fee_bank_account (pupil_id, holder, card, bank) VALUES (?, '安二', '62220211', '')", (pupil,))
    assert scalar("SELECT holder FROM fee_bank_account") == "安大"
    journal.undo(work.step.id)
    assert scalar("SELECT count(*) FROM fee_bank_account") == 0
