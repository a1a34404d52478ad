"""What hung on the board, version by version. No pupil is named in it: these queries are what public papers stand on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.errors import Refused
from app.fees.board import frozen
from app.store.database import database

ABOUT_FEES, ABOUT_SETTLEMENT = "收费", "结算"
HANGING, REPLACED, TAKEN_DOWN = "公示中", "已替换", "已撤下"


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One version that hung, or hangs, on the board; ``content`` is frozen (see ``frozen``)."""

    id: int
    plan_id: int
    about: str
    version: int
    content: Mapping[str, Any]
    posted_on: date
    until_on: date | None
    place: str
    posted_by: str
    reason: str
    state: str

    @property
    def title(self) -> str:
        """Give what lists call it: 收费公示 第2版."""
        return f"{self.about}公示 第{self.version}版"

    def days(self, today: date) -> int:
        """Count the days it has hung: from the day after it was posted to its end, or to today."""
        last = min(self.until_on, today) if self.until_on else today
        return max((last - self.posted_on).days, 0)


_PUBLICATION = "SELECT id, plan_id, about, version, content, posted_on, until_on, place, posted_by, reason, state FROM fee_publication"


def publications(plan_id: int, about: str = "") -> list[PublicationRow]:
    """Give all versions of a plan, the latest first; of one sort where ``about`` is given."""
    rows = database.execute_sql(
        f"{_PUBLICATION} WHERE plan_id = ? AND (? = '' OR about = ?) ORDER BY about, version DESC",
        (plan_id, about, about),
    ).fetchall()
    return [_publication(row) for row in rows]


def publication(identity: int) -> PublicationRow:
    """Give one version; refuses one that has been removed meanwhile."""
    row = database.execute_sql(f"{_PUBLICATION} WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise Refused("这一版公示已经不在了，可能刚被撤销。请刷新后再试。")
    return _publication(row)


def hanging(plan_id: int, about: str = ABOUT_FEES) -> PublicationRow | None:
    """Give the version that hangs now, None where none does."""
    return next((row for row in publications(plan_id, about) if row.state == HANGING), None)


def _publication(row: Sequence[Any]) -> PublicationRow:
    identity, plan_id, about, version, content, posted_on, until_on, *words = row
    return PublicationRow(
        identity,
        plan_id,
        about,
        version,
        json.loads(content),
        date.fromisoformat(posted_on),
        frozen.day(until_on),
        *words,
    )
