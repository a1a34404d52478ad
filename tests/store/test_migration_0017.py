"""Version 17: each item says what it is settled by, and accounts stay what they were: a voucher had decided it until then."""

import pytest

from app.fees.plan import queries as plans
from app.fees.rules import BY_STANDARD, BY_VOUCHERS
from app.fees.tables import FeeItem, FeePlan, FeePlanItem, FeeVoucher
from app.school.commands import start_school
from app.school.rules import SchoolDraft
from app.school.tables import Term
from app.store import check, journal, migrations, opening
from app.store.database import database
from app.store.tables import Setting

# name, kind, measure, has a voucher → what a term's item, what the library's item is settled by
_ITEMS = (("课后服务费", "服务性收费", "学期", False, BY_STANDARD, BY_STANDARD), ("校车费", "服务性收费", "月", True, BY_VOUCHERS, BY_STANDARD),
          ("伙食费", "服务性收费", "天", False, BY_STANDARD, BY_VOUCHERS), ("作业本费", "代收费", "学期", False, BY_VOUCHERS, BY_VOUCHERS))


def _sixteenth(folder, monkeypatch, kinds):
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:16])
        patch.setattr(migrations, "LATEST", 16)
        opening.open_store(folder)
        start_school(SchoolDraft(name="青禾小学", term="2026-2027-1", operator="周文海"))
        with journal.operation("收费"):
            if kinds:
                Setting.insert(key="fees.fixed_kinds", value=kinds).execute()
            plan = FeePlan.insert(term=Term.get().id).execute()
            for name, kind, measure, spent, *_ in _ITEMS:
                item = _insert(FeeItem, name=name, kind=kind, measure=measure)
                row = _insert(FeePlanItem, plan_id=plan, item_id=item, name=name, kind=kind, measure=measure)
                if spent:
                    FeeVoucher.insert(plan_item=row, fen=1_00, kind="收据", dated_on="2026-10-01").execute()
        database.close_everywhere()


def _insert(table, **values):
    """Write a row with the columns that the table had then: today's model has one more."""
    columns = {row[1]: (row[2], row[3]) for row in database.execute_sql(f"PRAGMA table_info({table._meta.table_name})").fetchall()}
    row = {name: 0 if kind == "INTEGER" else "" for name, (kind, needed) in columns.items() if needed and name != "id"} | values
    marks = ", ".join("?" * len(row))
    return database.execute_sql(f"INSERT INTO {table._meta.table_name} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())).lastrowid


@pytest.mark.parametrize("kinds", ["", '["代收费"]'])
def test_items_are_settled_as_they_were(tmp_path, monkeypatch, kinds):
    _sixteenth(tmp_path / "data", monkeypatch, kinds)
    store = opening.open_store(tmp_path / "data")
    items = plans.plan_items(1)
    if kinds:
        assert [each.settled_by for each in items] == [BY_VOUCHERS, BY_VOUCHERS, BY_VOUCHERS, BY_STANDARD]
    else:
        assert [each.settled_by for each in items] == [each[4] for each in _ITEMS]
        assert [plans.item_draft(each.item_id).settled_by for each in items] == [each[5] for each in _ITEMS]
    assert check.run(store.folder).problems == []
    database.close_everywhere()
