"""The triggers that make the journal: made from the file's own columns, they note each row before and after a write.

They also abort a write while no operation is open.
"""

from collections.abc import Iterator

from app.store.database import database
from app.store.tables import UNJOURNALLED

OUTSIDE = "write outside an operation"


def columns_of(table: str) -> list[str]:
    """Give the column names of a table in the file's own order."""
    return [row[1] for row in database.execute_sql(f'PRAGMA table_info("{table}")').fetchall()]


def image_of(table: str, prefix: str) -> str:
    """Give the SQL that makes a row's JSON image; the triggers and the check before undo must use the very same."""
    pairs = ", ".join(f"'{name}', {prefix}.\"{name}\"" for name in columns_of(table))
    return f"json_object({pairs})"


def install() -> None:
    """Make the triggers of every journalled table anew from the file's own columns; migrations end with this."""
    drop()
    for table in journalled_tables():
        for sql in of_table(table).values():
            database.execute_sql(sql)


def drop() -> None:
    """Take the triggers away while a migration changes tables and data; ``install`` follows."""
    rows = database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal_%'")
    for (name,) in rows.fetchall():
        database.execute_sql(f'DROP TRIGGER "{name}"')


def journalled_tables() -> list[str]:
    """Give the names of all tables in the file whose rows are journalled."""
    rows = database.execute_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").fetchall()
    return [name for (name,) in rows if name not in UNJOURNALLED]


def of_table(table: str) -> dict[str, str]:
    """Give the triggers that a table must have, name to SQL; ``check`` compares them with what the file has."""
    return {sql.split(maxsplit=3)[2]: sql for sql in _triggers(table)}


def _triggers(table: str) -> Iterator[str]:
    old, new = image_of(table, "OLD"), image_of(table, "NEW")
    for event, row, before, after in (
        ("insert", "NEW", "NULL", new), ("update", "NEW", old, new), ("delete", "OLD", old, "NULL"),
    ):
        # An UPDATE that changes nothing is no change: it must not stand in the way of undoing an earlier step.
        same = f"WHEN {old} IS NOT {new}" if event == "update" else ""
        yield f"""CREATE TRIGGER journal_{table}_{event} AFTER {event.upper()} ON "{table}" {same} BEGIN
            SELECT RAISE(ABORT, '{OUTSIDE}') WHERE (SELECT operation_id FROM journal_now) IS NULL;
            INSERT INTO change (operation_id, table_name, row_id, before, after)
            SELECT operation_id, '{table}', {row}.id, {before}, {after} FROM journal_now; END"""
