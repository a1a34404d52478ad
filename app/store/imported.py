"""Files that were imported, known again by their content: the same list twice would stand in the ledger twice.

A record belongs to the step that imported the file and goes with it when that is undone.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.store.database import database
from app.store.tables import ImportedFile


@dataclass(frozen=True, slots=True)
class Earlier:
    """The step that imported the same content: its number, when (ISO, to the minute) and how many rows came in."""

    step: int
    at: str
    name: str
    rows: int

    @property
    def words(self) -> str:
        """Say it: 第 12 步（2026-03-05 09:12）已经导入过这个文件，共 42 行."""
        return f"第 {self.step} 步（{self.at}）已经导入过这个文件“{self.name}”，共 {self.rows} 行"


def digest_of(path: Path) -> str:
    """Give what a file's content is known by; "" where it cannot be read any more."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def earlier(digest: str) -> Earlier | None:
    """Give the latest import of this content that still stands."""
    row = database.execute_sql(
        """SELECT o.id, substr(replace(o.entered_at, 'T', ' '), 1, 16), f.name, f.rows FROM imported_file f
           JOIN change_image c ON c.table_name = 'imported_file' AND c.row_id = f.id AND c.before IS NULL
           JOIN operation o ON o.id = c.operation_id WHERE f.digest = ? ORDER BY o.id DESC LIMIT 1""", (digest,)).fetchone()
    return Earlier(*row) if row else None


def note(digest: str, name: str, rows: int) -> None:
    """Note that this content came in; the caller holds the operation open."""
    if digest and rows:
        ImportedFile.insert(digest=digest, name=name, rows=rows).execute()
