"""Version 20: a count has each item once; plans and quotas are journalled."""

import peewee
import pytest

from app.stock import items
from app.stock.tables import StockCount, StockCountLine, StockPlan
from app.store import journal
from app.store.database import scalar


def test_an_item_stands_once_in_a_count(ledger):
    with journal.operation("盘点"):
        item = items.found_or_made("粉笔", "", "盒")
        count = StockCount.insert(number="KP-2026-00001", storeroom=1, base_date="2026-11-20").execute()
        StockCountLine.insert(count=count, item=item, book=1000, book_fen=5).execute()
    with pytest.raises(peewee.IntegrityError), journal.operation("又"):
        StockCountLine.insert(count=count, item=item, book=1000, book_fen=5).execute()


def test_a_plan_is_journalled(ledger):
    with journal.operation("分发") as work:
        StockPlan.insert(title="作业本", kind="班级", storeroom=1, made_on="2026-09-01").execute()
    journal.undo(work.step.id)
    assert scalar("SELECT count(*) FROM stock_plan") == 0
