"""Version 13: a class's month is noted once, and a pupil misses a day once."""

import peewee
import pytest

from app.store import journal
from app.store.database import database
from tests.money_fixture import MEALS

MONTH = "INSERT INTO fee_attendance (plan_item_id, school_class_id, month) VALUES (?, ?, '2026-10')"
DAY = "INSERT INTO fee_absence (plan_item_id, pupil_id, day, mark) VALUES (?, ?, '2026-10-08', '×')"


@pytest.mark.parametrize(("sql", "kind"), [(MONTH, "classes"), (DAY, "pupils")])
def test_each_stands_once(fee_school, sql, kind):
    values = (fee_school.items[MEALS], next(iter(getattr(fee_school, kind).values())))
    with journal.operation("登记"):
        database.execute_sql(sql, values)
    with pytest.raises(peewee.IntegrityError), journal.operation("再登记"):
        database.execute_sql(sql, values)
