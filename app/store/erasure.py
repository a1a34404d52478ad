"""Take a person out of a ledger: the one thing that undo must not bring back, and that nobody shall read out of the file.

It works on the driver's own connection, so that the open ledger and a copy of a backup are treated alike. Images keep
their shape and agree with the record as it now is, so that undoing other steps goes on working; packed ones are packed anew.
What was overwritten still lies in free pages until ``compacting.rewrite_file`` has run.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.store import compacting, images
from app.store.tables import UNJOURNALLED

GONE = "……"
_LOGS = "zongwu.log*"


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is taken out: his record, what it holds afterwards, and where records that refer to it hold free words about him.

    ``words`` maps a table with a column ``<table>_id`` to its columns that are blanked.
    """

    table: str
    row: int
    values: Mapping[str, str]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


def names_of(connection: Any, whom: Whom) -> frozenset[str]:
    """Give every name a record has or ever had."""
    found = {image["name"] for image in _images(connection, whom.table, whom.row) if image.get("name")}
    now = connection.execute(f'SELECT name FROM "{whom.table}" WHERE id = ?', (whom.row,)).fetchone()
    return frozenset(found | ({now[0]} if now and now[0] else set()))


def take_out(connection: Any, whom: Whom) -> None:
    """Take a person out of his record, of every image, of the words of records that refer to him and of the titles of their steps.

    Inside a transaction; in the open ledger inside an operation.
    """
    names = sorted(names_of(connection, whom) - set(whom.values.values()), key=len, reverse=True)
    own = f"{whom.table}_id"
    _blank(connection, whom.table, {whom.row}, whom.values)
    steps = _steps(connection, whom.table, {whom.row})
    for table, columns in _texts(connection).items():
        if own not in columns:
            continue
        rows = _referring(connection, table, own, whom.row)
        _blank(connection, table, rows, {column: "" for column in whom.words.get(table, ()) if columns.get(column) == "TEXT"})
        _replace(connection, table, rows, [column for column, kind in columns.items() if kind == "TEXT"], names)
        steps |= _steps(connection, table, rows)
    for name in names:
        connection.execute(
            f"""UPDATE operation SET title = replace(title, ?, '{GONE}')
                WHERE instr(title, ?) > 0 AND id IN (SELECT value FROM json_each(?))""", (name, name, json.dumps(sorted(steps))))


def take_out_of_copy(connection: Any, whom: Whom, names: Collection[str]) -> bool:
    """Take a person out of a copy of a backup, by its own connection; False where it does not hold him.

    The record of that number is his only where it had one of his ``names``: a ledger that was restored may have given the
    number to somebody else.
    """
    images.teach(connection, packed=_has(connection, "change_block"))
    if not _has(connection, whom.table) or not names_of(connection, whom) & set(names):
        return False
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal\\_%' ESCAPE '\\'").fetchall()
    connection.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:    # no operation is open there, and none shall be
        connection.execute(f'DROP TRIGGER "{name}"')
    take_out(connection, whom)
    for _, sql in triggers:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("DROP VIEW temp.change_image")   # VACUUM follows
    return True


def forget_words(connection: Any, table: str, row: int, words: Sequence[str]) -> None:
    """Put ``GONE`` in the place of some words in a record, where it still is, and in every image of it; inside an operation."""
    _replace(connection, table, {row}, [column for column, kind in _texts(connection)[table].items() if kind == "TEXT"], words)


def mend_logs(root: Path, words: Collection[str]) -> None:
    """Write stars over some words in the program's log; in place, for the program writes on meanwhile."""
    for path in root.glob(_LOGS):
        with path.open("rb+") as file:
            text = file.read()
            mended = text
            for word in words:
                mended = mended.replace(word.encode(), b"*" * len(word.encode()))
            if mended != text:
                file.seek(0)
                file.write(mended)


def standing_elsewhere(connection: Any, tables: Iterable[str], names: Collection[str]) -> dict[str, int]:
    """Give by table how many records hold one of the names in some text: of a namesake, or in a free remark."""
    found, known = {}, _texts(connection)
    for table in tables:
        tests = [f'instr("{column}", ?) > 0' for column, kind in known[table].items() if kind == "TEXT" for _ in names]
        if tests:
            asked = [*names] * (len(tests) // len(names))
            count = connection.execute(f'SELECT count(*) FROM "{table}" WHERE {" OR ".join(tests)}', asked).fetchone()[0]
            if count:
                found[table] = int(count)
    return found


def _texts(connection: Any) -> dict[str, dict[str, str]]:
    """Give the columns of every journalled table with their types."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").fetchall()
    return {table: {row[1]: row[2] for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall()}
            for (table,) in tables if table not in UNJOURNALLED}


def _blank(connection: Any, table: str, rows: Collection[int], values: Mapping[str, str]) -> None:
    """Put ``values`` into records and into every image of them."""
    if not rows or not values:
        return
    sets = ", ".join(f'"{column}" = ?' for column in values)
    connection.execute(f'UPDATE "{table}" SET {sets} WHERE id IN (SELECT value FROM json_each(?))',
                       (*values.values(), json.dumps(sorted(rows))))
    compacting.rewrite_images(connection, table, rows, lambda image: _with(image, values))


def _replace(connection: Any, table: str, rows: Collection[int], columns: Sequence[str], words: Collection[str]) -> None:
    """Put ``GONE`` in the place of words in the texts of records and of their images, in both alike."""
    chosen = json.dumps(sorted(rows))
    for word in words:
        for column in columns:
            connection.execute(f"""UPDATE "{table}" SET "{column}" = replace("{column}", ?, '{GONE}')
                                   WHERE instr("{column}", ?) > 0 AND id IN (SELECT value FROM json_each(?))""", (word, word, chosen))

    def without(image: str) -> str:
        for word in words:
            image = image.replace(json.dumps(word, ensure_ascii=False)[1:-1], GONE)
        return image

    if words:
        compacting.rewrite_images(connection, table, rows, without)


def _with(image: str, values: Mapping[str, str]) -> str:
    """Give an image with other values, written as SQLite writes it: undo compares it with the record by its text."""
    held = json.loads(image)
    fresh = held | {column: value for column, value in values.items() if column in held}
    return json.dumps(fresh, ensure_ascii=False, separators=(",", ":"))


def _referring(connection: Any, table: str, column: str, row: int) -> set[int]:
    """Give the ids of the records that refer to a record, those that are gone as well: deletions are never packed."""
    return {identity for (identity,) in connection.execute(
        f"""SELECT id FROM "{table}" WHERE "{column}" = ?1 UNION
            SELECT row_id FROM change WHERE table_name = ?2 AND after IS NULL AND json_extract(before, ?3) = ?1""",
        (row, table, f'$."{column}"')).fetchall()}


def _steps(connection: Any, table: str, rows: Collection[int]) -> set[int]:
    """Give the steps that touched some records."""
    return {step for (step,) in connection.execute(
        """SELECT operation_id FROM change_image WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))""",
        (table, json.dumps(sorted(rows)))).fetchall()}


def _images(connection: Any, table: str, row: int) -> list[dict[str, Any]]:
    pairs = connection.execute("SELECT before, after FROM change_image WHERE table_name = ? AND row_id = ?", (table, row)).fetchall()
    return [json.loads(image) for pair in pairs for image in pair if image]


def _has(connection: Any, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone() is not None
