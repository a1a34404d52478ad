"""How a file of any age becomes a file of today.

To add a migration: write ``m000N_what_it_does.py`` with ``TITLE`` and ``SQL`` (a tuple of frozen statements that never
look at today's models), add it at the end of ``MIGRATIONS``, and add its test. A new file is built by running all of
them, so there is one way only. Each runs in one transaction together with the new ``user_version``; the journal's
triggers are away meanwhile, so it may change data. One that puts rows into a journalled table names that table in
``SEEDS`` (a tuple), else ``check`` reports rows without a history.
"""

from types import ModuleType

from app.core.errors import Refused
from app.store import images, triggers
from app.store.database import APPLICATION_ID, database, scalar
from app.store.migrations import (
    m0001_first,
    m0002_stocktake,
    m0003_pupils_and_fees,
    m0004_school_calendar,
    m0005_suppliers_and_invoices,
    m0006_order_of_numbers,
    m0007_snoozed_dues,
    m0008_identity,
    m0009_imported_files,
    m0010_blocks,
    m0011_bank_accounts,
    m0012_printed_receipts,
    m0013_attendance,
    m0014_statement_lines,
    m0015_status_meanings,
    m0016_office_expenses,
    m0017_settled_by,
    m0018_stock,
    m0019_purchasing,
    m0020_stock_counts,
    m0021_printed_records,
    m0022_repairs,
    m0023_frozen_category,
)

MIGRATIONS: tuple[ModuleType, ...] = (
    m0001_first,
    m0002_stocktake,
    m0003_pupils_and_fees,
    m0004_school_calendar,
    m0005_suppliers_and_invoices,
    m0006_order_of_numbers,
    m0007_snoozed_dues,
    m0008_identity,
    m0009_imported_files,
    m0010_blocks,
    m0011_bank_accounts,
    m0012_printed_receipts,
    m0013_attendance,
    m0014_statement_lines,
    m0015_status_meanings,
    m0016_office_expenses,
    m0017_settled_by,
    m0018_stock,
    m0019_purchasing,
    m0020_stock_counts,
    m0021_printed_records,
    m0022_repairs,
    m0023_frozen_category,
)
LATEST = len(MIGRATIONS)


def version() -> int:
    """Give the version of the open file; 0 for an empty one."""
    return int(scalar("PRAGMA user_version"))


def require_not_newer() -> None:
    """Refuse a file that a later program wrote: reading it with today's rules could damage it."""
    if version() > LATEST:
        raise Refused(
            f"这个账本是更新版本的总务通写的（第 {version()} 版，本程序只认到第 {LATEST} 版）。"
            "请安装新版程序后再打开。")


def migrate() -> None:
    """Bring the open file to today's version; foreign keys are off meanwhile, as rebuilding a table needs."""
    if version() == LATEST:
        return
    database.execute_sql("PRAGMA foreign_keys = OFF")
    database.execute_sql("DROP VIEW IF EXISTS temp.change_image")   # SQLite renames no table past a view that is not whole yet
    try:
        for number in range(version() + 1, LATEST + 1):
            with database.atomic("EXCLUSIVE"):
                triggers.drop()
                for sql in MIGRATIONS[number - 1].SQL:
                    database.execute_sql(sql)
                _require_whole_references()
                triggers.install()
                database.execute_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                database.execute_sql(f"PRAGMA user_version = {number}")
    finally:
        images.teach(database.connection())
        database.execute_sql("PRAGMA foreign_keys = ON")


def _require_whole_references() -> None:
    """Stop a migration that would leave a record pointing at nothing, while its transaction can still roll back."""
    if database.execute_sql("PRAGMA foreign_key_check").fetchone():
        raise Refused("升级账本时发现有记录指向已不存在的内容，没有升级，账本保持原样。请联系软件提供者。")


def seeded() -> frozenset[str]:
    """Give the journalled tables that a migration put rows into."""
    return frozenset(table for module in MIGRATIONS for table in getattr(module, "SEEDS", ()))
