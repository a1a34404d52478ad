"""Backups in ``backups/``: made by the connection's own backup, opened and checked afterwards, thinned out with age.

A backup that fails is remembered until one succeeds, so that the first page can say so.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.core import clock, reading
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.store import copying, journal
from app.store.copying import file_trouble
from app.store.database import database, known_trouble
from app.store.folder import DataFolder

REASONS = {
    "退出": "exit", "每日": "daily", "导入前": "import", "升级前": "upgrade", "恢复前": "restore", "手工": "manual",
}
_WORDS = {code: reason for reason, code in REASONS.items()}
FOLDER = "backups"  # read and told of like a table: what shows the backups is shown anew when one was made or failed
FAILED_NOTE = "backup-failed.txt"
MARK_FILE = "last.json"  # what the ledger's state was when it was last backed up
DAYS, WEEKS, MONTHS, NEWEST = 7, 4, 12, 3
_STAMP = "%Y%m%d-%H%M%S"
_failed: dict[Path, str] = {}  # where even the note could not be written: the disk is full


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: when and why it was made, where it lies, its size in bytes."""

    at: datetime
    reason: str
    path: Path
    size: int


def make(data: DataFolder, reason: str, key: str = "", progress: Progress = silent, tell: bool = True) -> Backup:
    """Back up the open ledger and its attachments, check the copy, and thin out older ones.

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
        with file_trouble("备份失败"), known_trouble():
            made = _make(data, REASONS[reason], key or database.key, progress)
    except Refused as trouble:
        _note_failure(data, trouble.text)
        raise
    _forget_failure(data)
    prune(data)
    return made


def _make(data: DataFolder, code: str, key: str, progress: Progress) -> Backup:
    data.backups.mkdir(parents=True, exist_ok=True)
    part = data.backups / f"unfinished-{os.getpid()}.part"
    copying.remove_with_companions(part)
    try:
        mark = copying.state_mark()
        counts = copying.copy_open_file(part, progress)
        found = copying.inspect(part, key)
        if found.counts != counts:
            raise Refused("备份失败：备份里的记录数与账本不一致。请再试一次；若仍失败，请运行“检查账本”。")
        copying.flush(part)
        copying.mirror(data.attachments, data.backups / "attachments", progress)
        at, path = _free_name(data, code)
        os.replace(part, path)
    finally:
        copying.remove_with_companions(part)
    (data.backups / MARK_FILE).write_text(json.dumps({"file": path.name, "mark": mark}), "utf-8")
    return Backup(at, _WORDS[code], path, path.stat().st_size)


def _free_name(data: DataFolder, code: str) -> tuple[datetime, Path]:
    """Give the moment and the name of a new backup; a second in which one was made already is passed over."""
    at = clock.now()
    while any(data.backups.glob(f"zongwu-{at.strftime(_STAMP)}-*.db")):
        at += timedelta(seconds=1)
    return at, data.backups / f"zongwu-{at.strftime(_STAMP)}-{code}.db"


def listing(data: DataFolder) -> list[Backup]:
    """Give the backups, newest first; other files in the folder are left out."""
    reading.also((FOLDER,))
    found = []
    for path in data.backups.glob("zongwu-*.db"):
        parts = path.stem.split("-")
        if len(parts) != 4 or parts[3] not in _WORDS:
            continue
        try:
            at = datetime.strptime(f"{parts[1]}-{parts[2]}", _STAMP).astimezone()
        except ValueError:
            continue
        found.append(Backup(at, _WORDS[parts[3]], path, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def changed_since_last(data: DataFolder) -> bool:
    """Whether anything was written since the last backup that still lies there."""
    reading.also((FOLDER,))
    try:
        noted = json.loads((data.backups / MARK_FILE).read_text("utf-8"))
        return bool(noted["mark"] != copying.state_mark() or not (data.backups / noted["file"]).exists())
    except (OSError, ValueError, KeyError, TypeError):
        return True


def due_today(data: DataFolder) -> bool:
    """Whether something changed and no backup was made on this calendar day: the daily backup is then due."""
    return changed_since_last(data) and all(made.at.date() != clock.today() for made in listing(data))


# --- thinning out ------------------------------------------------------------------------------------------------


def kept(moments: Iterable[datetime], now: datetime) -> set[datetime]:
    """Give the moments whose backups stay: the newest of each of 7 days, 4 weeks and 12 months, and the newest three.

    Days, ISO weeks and months are those of the calendar, counted back from ``now``. What seems to lie in the future
    (the clock was wrong) stays.
    """
    ordered = sorted(moments)
    past = [moment for moment in ordered if moment <= now]
    newest: dict[tuple[str, int], datetime] = {}
    for moment in past:  # ascending: the last one of each span wins
        for span, age, limit in (
            ("day", _day(now) - _day(moment), DAYS),
            ("week", _week(now) - _week(moment), WEEKS),
            ("month", _month(now) - _month(moment), MONTHS),
        ):
            if age < limit:
                newest[span, age] = moment
    return {*newest.values(), *past[-NEWEST:], *(moment for moment in ordered if moment > now)}


def _day(moment: datetime) -> int:
    return moment.date().toordinal()


def _week(moment: datetime) -> int:
    return (moment.date().toordinal() - 1) // 7  # day 1 of the calendar was a Monday


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month


def prune(data: DataFolder) -> int:
    """Remove the backups that ``kept`` does not keep, and give how many; one that is open elsewhere stays for now."""
    backups = listing(data)
    staying = kept([backup.at for backup in backups], clock.now())
    leaving = [backup for backup in backups if backup.at not in staying]
    for backup in leaving:
        copying.remove_with_companions(backup.path)
    return len(leaving)


# --- failures ----------------------------------------------------------------------------------------------------


def last_failure(data: DataFolder) -> str | None:
    """Give what the last failed backup said and when, None once one has succeeded since."""
    reading.also((FOLDER,))
    try:
        return (data.root / FAILED_NOTE).read_text("utf-8").strip() or None
    except OSError:
        return _failed.get(data.root)


def _note_failure(data: DataFolder, text: str) -> None:
    words = f"{clock.now():%Y-%m-%d %H:%M} {text}"
    _failed[data.root] = words
    try:
        (data.root / FAILED_NOTE).write_text(words, "utf-8")
    except OSError:
        return  # a full disk: this process at least remembers


def _forget_failure(data: DataFolder) -> None:
    _failed.pop(data.root, None)
    try:
        (data.root / FAILED_NOTE).unlink(missing_ok=True)
    except OSError:
        return
