"""Take a person out of the history: the one thing that undo must not bring back.

Images keep their shape and agree with the record as it now is, so that undoing other steps goes on working.
"""

import json
from collections.abc import Iterable, Mapping

from app.store import compacting
from app.store.database import database


def erase(table: str, row: int, values: Mapping[str, str], words: Iterable[str]) -> None:
    """Put ``values`` into a record and every image of it, and take its former names, and ``words``, out of its steps' titles.

    The caller holds the operation open.
    """
    names = _former(table, row, "name") | {word for word in words if word}
    blank(table, row, values)
    for name in names - set(values.values()):
        database.execute_sql(
            """UPDATE operation SET title = replace(title, ?, '……') WHERE instr(title, ?) > 0 AND EXISTS (
                 SELECT 1 FROM change_image WHERE operation_id = operation.id AND ((table_name = ? AND row_id = ?)
                   OR json_extract(coalesce(after, before), ?) = ?))""",
            (name, name, table, row, f'$."{table}_id"', row))


def blank(table: str, row: int, values: Mapping[str, str]) -> None:
    """Put ``values`` into a record and into every image of it, inside the open operation."""
    sets = ", ".join(f'"{column}" = ?' for column in values)
    database.execute_sql(f'UPDATE "{table}" SET {sets} WHERE id = ?', (*values.values(), row))
    compacting.rewrite_images(database.connection(), table, [row], lambda image: _with(image, values))


def _with(image: str, values: Mapping[str, str]) -> str:
    """Give an image with other values, written as SQLite writes it: undo compares it with the record by its text."""
    return json.dumps(json.loads(image) | values, ensure_ascii=False, separators=(",", ":"))


def _former(table: str, row: int, column: str) -> set[str]:
    """Give the values a record ever had in a column."""
    rows = database.execute_sql(
        "SELECT before, after FROM change_image WHERE table_name = ? AND row_id = ?", (table, row)).fetchall()
    images = [json.loads(image) for pair in rows for image in pair if image]
    return {str(image[column]) for image in images if image.get(column)}
