"""Whose turn it is in the folder of backups, and what killed work left there.

Backing up, packing, thinning out and restoring wait for one another, also between the window and the command line. What
lies there half made while nobody has the turn is of work that was killed, and is removed at the next start.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Refused
from app.store import copying
from app.store.folder import DataFolder, lock_file

LOCK_FILE = "backups.lock"
UNFINISHED = "unfinished-"  # how the names of what is half made begin
NOTE = ".note"  # such a file names one that is being written elsewhere, on a U 盘
PART = ".part"
WAIT_S = 60.0
_guard = threading.RLock()
_held: list[Path] = []  # the locked file while this process has the turn, taken once however deep the calls go


@contextmanager
def turn(data: DataFolder, wait: float = WAIT_S) -> Iterator[None]:
    """Have the folder of backups alone for the block; ``Refused`` where another has it for longer than ``wait`` seconds."""
    busy = "正在备份或恢复，请等它做完再试。"
    if not _guard.acquire(timeout=wait):
        raise Refused(busy)
    try:
        if _held:
            yield
            return
        lock = lock_file(data.root / LOCK_FILE, wait)
        if lock is None:
            raise Refused(busy)
        _held.append(data.root)
        try:
            yield
        finally:
            _held.remove(data.root)
            lock.release()
    finally:
        _guard.release()


@contextmanager
def noted(data: DataFolder, part: Path) -> Iterator[None]:
    """Note a half-made file outside the data folder, so that it is found again where this process is killed."""
    note = data.backups / f"{UNFINISHED}{os.getpid()}{NOTE}"
    try:
        note.write_text(str(part.absolute()), "utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was cleared away: the number of files and folders, and their size in bytes."""

    count: int = 0
    size: int = 0

    @property
    def told(self) -> str:
        """Say what was removed."""
        return f"已清理上次没有做完的备份或恢复留下的 {self.count} 个文件（{self.size / 1024 / 1024:,.1f} MB）。账本和备份都没有受影响。"


def clear(data: DataFolder) -> Removed:
    """Remove what killed work left half made, only ours, and nothing while anybody has the turn.

    The caller holds the data folder, so that nobody attaches files meanwhile. What cannot be removed is left for the
    next time; a U 盘 that is not there as well.
    """
    try:
        with turn(data, 0):
            left = [path for path in data.backups.glob(f"{UNFINISHED}*") if path.suffix != NOTE]
            left += [path for path in data.backups.glob(f"*{PART}") if path not in left]
            left += [path for folder in (data.attachments, data.backups / "attachments")
                     for path in folder.glob(f"[0-9a-f][0-9a-f]/*{PART}")]
            true = data.file.resolve()  # a restore copies the ledger beside it where a link leads to another disk
            left += [part for part in (true.with_name(true.name + PART),) if part.exists()]
            elsewhere = [found for note in data.backups.glob(f"{UNFINISHED}*{NOTE}") if (found := _noted(note)) is not None]
            sizes = [size for path in (*left, *elsewhere) if (size := _remove(path)) is not None]
    except (Refused, OSError):
        return Removed()
    return Removed(len(sizes), sum(sizes))


def _noted(note: Path) -> Path | None:
    """Give the half-made file that a note names, and strike the note once nothing is left to be done."""
    part = Path(note.read_text("utf-8"))
    if not part.parent.is_dir():  # the U 盘 is not plugged in
        return None
    note.unlink()
    return part if part.suffix == PART and part.is_file() else None


def _remove(path: Path) -> int | None:
    """Remove a file or folder and give its size, None where it stays, or went with another."""
    try:
        if path.is_dir() and not path.is_symlink():
            size = sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
            shutil.rmtree(path, ignore_errors=True)
        else:
            size = path.lstat().st_size
            copying.remove_with_companions(path)
    except OSError:
        return None
    return None if path.exists() else size
