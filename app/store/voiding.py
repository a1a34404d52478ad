"""Voiding a numbered paper: its row and number stay, with the day and the reason; who did it stands in the journal.

A table whose rows can be voided has the columns ``voided_on`` (NULL while it stands) and ``void_reason`` ("").
"""

from collections.abc import Collection

from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.store import triggers
from app.store.database import database, scalar
from app.store.nouns import noun

LONGEST_REASON = 200


def require_reason(reason: str) -> str:
    """Give a reason trimmed; ``Invalid`` where there is none, or where it is a story."""
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise Invalid([Problem("reason", f"请写明原因，最多 {LONGEST_REASON} 个字。")])
    return reason.strip()


def void(table: str, ids: Collection[int], reason: str) -> None:
    """Void rows of a table, inside the caller's open operation; ``Refused`` where one is gone or voided already."""
    reason = require_reason(reason)
    for identity in ids:
        row = database.execute_sql(f'SELECT voided_on FROM "{table}" WHERE id = ?', (identity,)).fetchone()
        if row is None:
            raise Refused(f"要作废的{noun(table)}已经不在了，请刷新后再试。")
        if row[0]:
            raise Refused(f"选中的{noun(table)}里有已经作废的，没有改动。请刷新后再试。")
        database.execute_sql(f'UPDATE "{table}" SET voided_on = ?, void_reason = ? WHERE id = ?',
                             (clock.today().isoformat(), reason, identity))


def voided_sound() -> list[str]:
    """Give a sentence for every table with rows that are voided without a reason, or have one and stand."""
    found = []
    for table in triggers.journalled_tables():
        if {"voided_on", "void_reason"} <= set(triggers.columns_of(table)):
            wrong = scalar(f"""SELECT count(*) FROM "{table}" WHERE (voided_on IS NULL) <> (trim(void_reason) = '')""")
            if wrong:
                found.append(f"有 {wrong} 条{noun(table)}作废了却没有写原因，或者写了作废的原因却没有作废。")
    return found
