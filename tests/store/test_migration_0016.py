"""Version 16: lines of office expenses are journalled and stand under the rules of the schema."""

import peewee
import pytest

from app.store import journal
from app.store.database import database, scalar


def test_a_line_is_journalled(ledger):
    with journal.operation("登记办公费") as work:
        database.execute_sql("""INSERT INTO office_expense (dated_on, purpose, fen, supplier, number, handler, remark)
                                VALUES ('2026-10-08', '纸', 5, '', '', '', '')""")
    assert journal.history("office_expense", 1)[0].fields["purpose"] == (None, "纸")
    journal.undo(work.step.id)
    assert scalar("SELECT count(*) FROM office_expense") == 0
    with pytest.raises(peewee.IntegrityError), journal.operation("登记办公费"):
        database.execute_sql("INSERT INTO office_expense (purpose) VALUES ('纸')")
