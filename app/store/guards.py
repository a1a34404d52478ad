"""Undo and redo obey the rules: each feature hangs a guard on its tables, asked before a replay is kept.

A replay writes images back and asks no verb. So whatever a verb would refuse, and the images alone do not show, a guard
refuses: a voucher that a settled term has counted, a pupil in two classes on one day. Where a replay only leads back to
how the ledger already was (undoing the latest step, redoing it) the verbs themselves made that, and nothing is asked.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.errors import not_joined
from app.store.database import database


@dataclass(frozen=True, slots=True)
class Image:
    """One row that a replay changes: what it held before and holds now; None where it is not there."""

    row: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def both(self) -> tuple[dict[str, Any], ...]:
        """Give the images that there are."""
        return tuple(image for image in (self.before, self.after) if image is not None)

    def turned(self, column: str) -> bool:
        """Whether a column holds something else now; a row that comes or goes turns all of its columns."""
        return self.before is None or self.after is None or self.before[column] != self.after[column]


@dataclass(frozen=True, slots=True)
class Replay:
    """What is being undone or redone (``step``), as a guard sees it: in the tables everything stands as it would be."""

    step: int
    tables: frozenset[str]

    def images(self, *tables: str) -> Iterator[Image]:
        """Give the rows of some tables that change."""
        for table in self.tables.intersection(tables):
            for row, now, wanted in database.execute_sql(
                    "SELECT row_id, now, wanted FROM net WHERE table_name = ?", (table,)).fetchall():
                yield Image(row, json.loads(now) if now else None, json.loads(wanted) if wanted else None)


Guard = Callable[[Replay], Iterable[str]]
"""Gives a sentence for each rule that would be broken, with what to do first; none lets the replay pass."""

Guards = Mapping[str, tuple[Guard, ...]]
"""By table, what is asked where rows of it change."""

guards: Callable[[], tuple[Guards, ...]] = not_joined
"""Gives the guards of all features (``app.features.join``); one that guards several tables is asked once."""


def problems(replay: Replay) -> list[str]:
    """Ask every guard that hangs on one of the tables that change."""
    asked = dict.fromkeys(guard for hung in guards() for table, each in hung.items()
                          if table in replay.tables for guard in each)
    return [sentence for guard in asked for sentence in guard(replay)]
