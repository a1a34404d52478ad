"""Rows that an import left out: they lie in a workbook outside the ledger until they are mended and imported.

Where these workbooks lie is noted beside the ledger (``rejected-rows.json``): it is a matter of this machine's folders,
not of the ledger, so it is neither undone nor backed up. A workbook that is gone is no longer told of.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.core import clock, reading
from app.store import journal
from app.store.folder import DataFolder

if TYPE_CHECKING:
    from app.assets.importing import Outcome

NOTE = "rejected-rows.json"
FILES = "rejected rows"     # read and told of like a table


@dataclass(frozen=True, slots=True)
class Rejected:
    """A workbook of rows that did not come in: how many, and since which day."""

    path: str
    rows: int
    since: str

    @property
    def day(self) -> date:
        """Give the day of the import."""
        return date.fromisoformat(self.since)


def save(data: DataFolder, outcome: "Outcome", path: Path) -> None:
    """Write the rows that did not come in as a workbook and note where it lies; ``Refused`` where it cannot be written."""
    from app.assets import importing  # loads the workbooks' library, which 首页 does without

    importing.save_bad_rows(outcome, path)
    others = [each for each in _noted(data) if Path(each.path) != path]
    _note(data, [*others, Rejected(str(path), len(outcome.bad_rows), clock.today().isoformat())])


def imported(data: DataFolder, outcome: "Outcome", path: Path) -> None:
    """Forget a workbook whose rows have all come in."""
    if not outcome.refused and not outcome.bad_rows and any(Path(each.path) == path for each in _noted(data)):
        _note(data, [each for each in _noted(data) if Path(each.path) != path])


def lying(data: DataFolder) -> list[Rejected]:
    """Give the workbooks that still lie where they were saved, oldest first."""
    reading.also((FILES,))
    return [each for each in _noted(data) if Path(each.path).is_file()]


def _noted(data: DataFolder) -> list[Rejected]:
    try:
        return [Rejected(str(each["path"]), int(each["rows"]), date.fromisoformat(each["since"]).isoformat())
                for each in json.loads((data.root / NOTE).read_text("utf-8"))]
    except (OSError, ValueError, TypeError, KeyError):
        return []   # nothing noted, or a note that somebody spoilt: the workbooks themselves are untouched


def _note(data: DataFolder, workbooks: Sequence[Rejected]) -> None:
    try:
        (data.root / NOTE).write_text(json.dumps([asdict(each) for each in workbooks], ensure_ascii=False), "utf-8")
    except OSError:
        return      # a full disk: the import itself must not fail by it
    journal.announce(frozenset({FILES}))
