"""Version 19: purchases are journalled, a number stands once, a line's class and quote stand once."""

import peewee
import pytest

from app.store import journal
from app.store.database import database, scalar

PURCHASE = """INSERT INTO purchase (number, kind, way, state, purpose, requested_on, supplier, meeting_no, reply_no, quote_no, few_reason,
              differs_reason, finish_reason, remark, void_reason, keys)
              VALUES ('QG-1', '货物', '', 'asked', '', '2026-11-20', '', '', '', '', '', '', '', '', '', '')"""


def test_a_purchase_is_journalled_and_its_number_stands_once(ledger):
    with journal.operation("登记请购") as work:
        database.execute_sql(PURCHASE)
    assert journal.history("purchase", 1)[0].fields["number"] == (None, "QG-1")
    with pytest.raises(peewee.IntegrityError), journal.operation("再登记"):
        database.execute_sql(PURCHASE)
    journal.undo(work.step.id)
    assert scalar("SELECT count(*) FROM purchase") == 0


def test_a_signature_has_one_place_and_a_link_stands_once(ledger):
    signed = "INSERT INTO signature (owner_table, owner_id, role, position, name, opinion, refused) VALUES ('purchase', 1, '采购人', 0, '甲', '', 0)"
    link = "INSERT INTO record_link (from_table, from_id, to_table, to_id, why) VALUES ('purchase', 1, 'purchase', 2, '复制自')"
    for sql in (signed, link):
        with journal.operation("一次"):
            database.execute_sql(sql)
        with pytest.raises(peewee.IntegrityError), journal.operation("再来"):
            database.execute_sql(sql)
