"""Version 18: a school has one storeroom; goods, slips and movements are journalled and stand under the rules of the schema."""

import peewee
import pytest

from app.store import journal
from app.store.database import database, scalar

ITEM = """INSERT INTO stock_item (name, spec, unit, pack_unit, pack_size, category, remark, active, key, keys)
          VALUES ('粉笔', '', '盒', '', 0, '', '', 1, '粉笔||盒', '')"""


def test_there_is_one_storeroom(ledger):
    assert database.execute_sql("SELECT id, name, active FROM stock_storeroom").fetchall() == [(1, "总保管室", 1)]


def test_an_item_stands_once_and_is_journalled(ledger):
    with journal.operation("登记物品") as work:
        database.execute_sql(ITEM)
    assert journal.history("stock_item", 1)[0].fields["name"] == (None, "粉笔")
    with pytest.raises(peewee.IntegrityError), journal.operation("再登记"):
        database.execute_sql(ITEM)
    journal.undo(work.step.id)
    assert scalar("SELECT count(*) FROM stock_item") == 0


def test_a_month_is_issued_once_while_it_stands(ledger):
    sql = "INSERT INTO stock_month (month, issued_on, voided_on, void_reason) VALUES ('2026-09', '2026-10-08', ?, ?)"
    with journal.operation("月结"):
        database.execute_sql(sql, ("2026-10-09", "漏了"))
        database.execute_sql(sql, (None, ""))
    with pytest.raises(peewee.IntegrityError), journal.operation("月结"):
        database.execute_sql(sql, (None, ""))
