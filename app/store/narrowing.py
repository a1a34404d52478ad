"""Search, conditions and order of a list that is worked out, not stored: rows already in memory, as a term's accounts are.

The conditions typed under column titles mean the same as in every other list: ``cell_condition`` writes them, SQLite answers.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.core import pinyin
from app.core.columns import Column
from app.core.errors import Refused
from app.core.listing import Wish, cell_condition
from app.store.database import database

Row = Sequence[Any]     # the record's id, then one value for each column


def narrowed(rows: Sequence[Row], columns: Sequence[Column], wish: Wish, searched: Sequence[str],
             filters: Mapping[str, Callable[[Row, Any], bool]] | None = None) -> list[Row]:
    """Give the rows that the wish lets through, in its order; rows alike in it keep the one they came in.

    ``searched`` are keys of columns in which words are looked for, pinyin of the first too. ``filters`` says by the key of a
    filter whether a row has its value. ``Refused`` where a condition cannot be read.
    """
    places = {column.key: at for at, column in enumerate(columns, 1)}
    found = list(rows)
    for word in pinyin.words(wish.search):
        found = [row for row in found if word in pinyin.keys(*(str(row[places[key]] or "") for key in searched))]
    for key, value in wish.filters.items():
        found = [row for row in found if filters is None or key not in filters or filters[key](row, value)]
    found = _fitting(found, columns, places, wish.cells)
    if wish.sort in places:
        at = places[wish.sort]
        filled = sorted((row for row in found if row[at] not in (None, "")), key=lambda row: row[at], reverse=wish.descending)
        found = [*filled, *(row for row in found if row[at] in (None, ""))]
    return found


def _fitting(rows: list[Row], columns: Sequence[Column], places: Mapping[str, int], cells: Mapping[str, str]) -> list[Row]:
    kinds = {column.key: column.kind for column in columns}
    parts, parameters = list[str](), list[Any]()
    for key, typed in cells.items():
        try:
            sql, given = cell_condition(kinds[key], f"json_extract(value, '$[{places[key]}]')", typed)
        except ValueError as wrong:
            raise Refused(str(wrong)) from None
        parts.append(f"({sql})")
        parameters += given
    if not parts or not rows:
        return rows
    text = json.dumps([[each.isoformat() if isinstance(each, date) else each for each in row] for row in rows])
    numbers = database.execute_sql(f"SELECT key FROM json_each(?) WHERE {' AND '.join(parts)}", (text, *parameters)).fetchall()
    return [rows[number] for (number,) in numbers]
