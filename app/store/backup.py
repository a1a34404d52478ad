"""Backups in ``backups/``: made by the connection's own backup, opened and checked afterwards.

Each is a plain file at first; ``upkeep`` packs it at a quiet moment and thins out older ones. A backup that fails is
remembered until one succeeds, so that the first page can say so.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core import clock, reading
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.store import contents, copying, journal
from app.store.copying import file_trouble
from app.store.database import database, known_trouble
from app.store.folder import DataFolder
from app.store.turns import UNFINISHED, turn

REASONS = {
    "退出": "exit", "每日": "daily", "导入前": "import", "升级前": "upgrade", "恢复前": "restore", "手工": "manual",
}
_WORDS = {code: reason for reason, code in REASONS.items()}
FOLDER = "backups"  # read and told of like a table: what shows the backups is shown anew when one was made or failed
FAILED_NOTE = "backup-failed.txt"
MARK_FILE = "last.json"  # what the ledger's state was when it was last backed up
PLAIN, PACKED = ".db", ".zip"  # how the names of backups end
_STAMP = "%Y%m%d-%H%M%S"
_own = (-1, "")  # which opening of the file, and the letters of its identity: asked after every commit
_failed: dict[Path, str] = {}  # where even the note could not be written: the disk is full


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: when (by that day's clock) and why it was made, where it lies, its size in bytes.

    ``sequence`` rises with every backup made in the folder; ``ledger`` are letters that differ with the ledger's identity.
    A backup of an earlier release has 0 and "" there.
    """

    at: datetime
    reason: str
    path: Path
    size: int
    sequence: int = 0
    ledger: str = ""


def make(data: DataFolder, reason: str, key: str = "", progress: Progress = silent, tell: bool = True) -> Backup:
    """Back up the open ledger and its attachments, check the copy.

    ``key`` is the ledger's (taken from the open file when left out). Refused with the cause where it fails; the
    failure then stands in ``last_failure`` until a backup succeeds. Either is told to whoever shows the backups, unless
    the caller is about to replace the ledger and tells it himself (``tell`` False): nobody may read meanwhile.
    """
    try:
        return _make_checked(data, reason, key, progress)
    finally:
        if tell:
            journal.announce(frozenset({FOLDER}))


def _make_checked(data: DataFolder, reason: str, key: str, progress: Progress) -> Backup:
    try:
        with file_trouble("备份失败"), known_trouble(), turn(data):
            made = _make(data, REASONS[reason], key or database.key, progress)
    except Refused as trouble:
        _note_failure(data, trouble.text)
        raise
    forget_failure(data)
    return made


def _make(data: DataFolder, code: str, key: str, progress: Progress) -> Backup:
    data.backups.mkdir(parents=True, exist_ok=True)
    part = data.backups / f"{UNFINISHED}{os.getpid()}.part"
    copying.remove_with_companions(part)
    if data.file.exists():
        copying.require_room(data.backups, data.file.stat().st_size)
    try:
        before = contents.standing(database.connection())
        counts = copying.copy_open_file(part, progress)
        found = copying.inspect(part, key)
        if found.counts != counts:
            raise Refused("备份失败：备份里的记录数与账本不一致。请再试一次；若仍失败，请运行“检查账本”。")
        copying.flush(part)
        copying.mirror(data.attachments, data.backups / "attachments", progress)
        at, sequence, ledger = clock.now(), _next_sequence(data), _tag(before[0])
        path = data.backups / f"zongwu-{at.strftime(_STAMP)}-{sequence:05d}-{ledger}-{code}{PLAIN}"
        os.replace(part, path)
    finally:
        copying.remove_with_companions(part)
    (data.backups / MARK_FILE).write_text(json.dumps({"file": path.name, "mark": before}), "utf-8")
    return Backup(at, _WORDS[code], path, path.stat().st_size, sequence, ledger)


def _next_sequence(data: DataFolder) -> int:
    return max((made.sequence for made in listing(data)), default=0) + 1


def _tag(identity: str) -> str:
    """Give the few letters that stand for a ledger in the names of its backups."""
    return hashlib.sha256(identity.encode()).hexdigest()[:8]


def of_open_ledger(data: DataFolder) -> list[Backup]:
    """Give the backups of the open ledger, the one made last first; those of earlier releases, which do not name theirs, as well."""
    global _own
    if _own[0] != database.opened:
        _own = database.opened, _tag(contents.identity_of(database.connection()))
    return [made for made in listing(data) if made.ledger in (_own[1], "")]


def listing(data: DataFolder) -> list[Backup]:
    """Give the backups, the one made last first, whatever the clock said then; other files in the folder are left out."""
    reading.also((FOLDER,))
    found: dict[str, Backup] = {}
    for path in (path for suffix in (PLAIN, PACKED) for path in data.backups.glob(f"zongwu-*{suffix}")):
        made = _of_name(path)
        if made is not None:  # a plain one beside its packed one was about to be removed
            found[path.stem] = made
    return sorted(found.values(), key=lambda backup: (backup.sequence, backup.at), reverse=True)


def _of_name(path: Path) -> Backup | None:
    """Read a backup's name: zongwu-day-time-number-ledger-reason; earlier releases wrote neither number nor ledger."""
    word, *parts = path.stem.split("-")
    if len(parts) == 3:
        parts[2:2] = ["0", ""]
    if len(parts) != 5 or parts[4] not in _WORDS or not parts[2].isdecimal():
        return None
    try:
        at = datetime.strptime(f"{parts[0]}-{parts[1]}", _STAMP).astimezone()
        return Backup(at, _WORDS[parts[4]], path, path.stat().st_size, int(parts[2]), parts[3])
    except (ValueError, OSError):  # no moment, or gone since it was listed
        return None


def lies_at(path: Path) -> Path:
    """Give where a backup that was listed lies now: it may have been packed since."""
    packed = path.with_suffix(PACKED)
    return packed if not path.exists() and packed.exists() else path


def changed_since_last(data: DataFolder) -> bool:
    """Whether anything was written since the last backup that still lies there."""
    reading.also((FOLDER, "operation", "printed", "counter"))
    try:
        noted = json.loads((data.backups / MARK_FILE).read_text("utf-8"))
        name = Path(noted["file"])
        there = any((data.backups / name.with_suffix(suffix)).exists() for suffix in (PLAIN, PACKED))
        mark = noted["mark"]
    except (OSError, ValueError, KeyError, TypeError):
        return True
    with known_trouble():
        return not there or bool(mark != contents.standing(database.connection()))


def due_today(data: DataFolder) -> bool:
    """Whether something changed and no backup was made on this calendar day: the daily backup is then due."""
    return changed_since_last(data) and all(made.at.date() != clock.today() for made in of_open_ledger(data))


# --- failures ----------------------------------------------------------------------------------------------------


def last_failure(data: DataFolder) -> str | None:
    """Give what the last failed backup said and when, None once one has succeeded since."""
    reading.also((FOLDER,))
    try:
        noted = (data.root / FAILED_NOTE).read_text("utf-8").strip()
    except OSError:
        noted = ""
    return noted or _failed.get(data.root)  # a full disk takes the name of a note but not its words


def _note_failure(data: DataFolder, text: str) -> None:
    words = f"{clock.now():%Y-%m-%d %H:%M} {text}"
    _failed[data.root] = words
    try:
        (data.root / FAILED_NOTE).write_text(words, "utf-8")
    except OSError:
        return  # a full disk: this process at least remembers


def forget_failure(data: DataFolder) -> None:
    """Strike what the last failed backup said: one has succeeded, or the ledger that failed was replaced by a sound one."""
    _failed.pop(data.root, None)
    try:
        (data.root / FAILED_NOTE).unlink(missing_ok=True)
    except OSError:
        return
