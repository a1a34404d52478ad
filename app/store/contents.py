"""What a ledger file or a backup holds, read without opening it as *the* ledger: whose it is, how much, up to which step."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from app.core.errors import Refused
from app.core.files import why
from app.store import copying
from app.store.copying import Counts
from app.store.database import beside

MANIFEST = "manifest.json"
NEWEST = "%Y-%m-%d %H:%M:%S"  # how the journal writes the moment of a step
_UNREADABLE = "读不出来：不是总务通的账本，或者已损坏。"
_BROKEN = (zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError, EOFError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a file goes: its latest step with its mark, the number of archived papers, the sum of given serials."""

    step: int = 0
    mark: int = 0
    entered_at: str = ""
    printed: int = 0
    serials: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds. ``trouble`` is a sentence where it could not be read, and all else is then empty.

    ``ledger`` is its identity, "" where nobody knows. ``newest`` is the moment of the latest step by that day's clock.
    ``sound`` is False where it cannot be read, or was found not to agree with itself when it was last checked.
    """

    ledger: str = ""
    counts: Counts = field(default_factory=dict)
    head: Head = Head()
    newest_title: str = ""
    version: int = 0
    encrypted: bool = False
    sound: bool = True
    trouble: str = ""

    @property
    def newest(self) -> datetime | None:
        """Give the moment of the latest step, None where the file holds none."""
        return datetime.strptime(self.head.entered_at, NEWEST).astimezone() if self.head.entered_at else None


def describe(path: Path, key: str = "") -> Contents:
    """Give what a ledger file, a backup (.db, .zip) or a copy from a U 盘 holds; never raises for what is in the file.

    A packed one tells it in its manifest, so it is not unpacked. ``key`` is asked of encrypted plain files only.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _readable(from_manifest(json.loads(archive.read(MANIFEST))))
        with beside(path, key, read_only=True) as connection:
            return _readable(read(connection, copying.is_encrypted(path)))
    except Refused as trouble:
        return Contents(sound=False, trouble=trouble.text)
    except OSError as trouble:
        return Contents(sound=False, trouble=f"读不出来：{why(trouble)}。")
    except (dbapi2.DatabaseError, *_BROKEN):
        return Contents(sound=False, trouble=_UNREADABLE)


def _readable(contents: Contents) -> Contents:
    """Give what was read, once its moment is known to be one; a ``ValueError`` where it is not."""
    _ = contents.newest
    return contents


def read(connection: Any, encrypted: bool = False) -> Contents:
    """Give what an open file holds, by the driver's own connection; older versions of the file are read as well."""
    head, title = _head(connection)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return Contents(identity_of(connection), copying.count_rows(connection), head, title, version, encrypted)


def identity_of(connection: Any) -> str:
    """Give the identity of an open file; one that was written before files had any is known by its first step."""
    if _has(connection, "ledger_identity"):
        return str(connection.execute("SELECT identity FROM ledger_identity").fetchone()[0])
    first = connection.execute("SELECT entered_at FROM operation ORDER BY id LIMIT 1").fetchone()
    return f"since {first[0]}" if first else ""


def standing(connection: Any) -> list[Any]:
    """Give what differs whenever anything was written since, or the file is another one."""
    return [identity_of(connection), *astuple(_head(connection)[0])]


def _head(connection: Any) -> tuple[Head, str]:
    mark = "mark" if _has_marks(connection) else "0"
    latest = connection.execute(f"SELECT id, {mark}, entered_at, title FROM operation ORDER BY id DESC LIMIT 1").fetchone()
    printed = connection.execute("SELECT coalesce(max(id), 0) FROM printed").fetchone()[0]
    serials = int(connection.execute("SELECT total(last) FROM counter").fetchone()[0])
    step, made, entered_at, title = latest or (0, 0, "", "")
    return Head(step, made, entered_at, printed, serials), title


def holds(connection: Any, head: Head) -> bool:
    """Whether an open file goes at least as far as ``head``, on the same way: nothing of that file would be lost."""
    mine, _ = _head(connection)
    if mine.printed < head.printed or mine.serials < head.serials:
        return False
    if not head.step:
        return True
    mark = "mark" if _has_marks(connection) else "0"
    step = connection.execute(f"SELECT {mark}, entered_at FROM operation WHERE id = ?", (head.step,)).fetchone()
    return step is not None and tuple(step) == (head.mark, head.entered_at)


def _has(connection: Any, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return found is not None


def _has_marks(connection: Any) -> bool:
    return any(row[1] == "mark" for row in connection.execute("PRAGMA table_info(operation)").fetchall())


# --- manifests ---------------------------------------------------------------------------------------------------


def to_manifest(contents: Contents) -> dict[str, Any]:
    """Give what stands in the manifest of a packed file; the words of an encrypted one stay inside it."""
    told = asdict(contents) | {"newest_title": "" if contents.encrypted else contents.newest_title}
    return {"schema": told.pop("version"), "holds": told, "counts": told.pop("counts"), "encrypted": contents.encrypted}


def from_manifest(manifest: Mapping[str, Any]) -> Contents:
    """Give what a manifest tells; one of an earlier release knows counts and version only."""
    told = dict(manifest.get("holds", {}))
    told["head"] = Head(**told.get("head", {}))
    told["encrypted"] = bool(manifest["encrypted"])
    counts = {str(table): int(count) for table, count in manifest["counts"].items()}
    return Contents(**told, counts=counts, version=int(manifest["schema"]))
