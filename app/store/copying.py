"""Whole and checked copies of the ledger: what backups, the U 盘 copy and restoring have in common."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.core.errors import Refused
from app.core.files import why
from app.core.progress import Progress, silent
from app.store import migrations
from app.store.database import APPLICATION_ID, NOT_OURS, beside, database, known_trouble

PAGES_A_STEP = 4_000  # 16 MB of the file between two calls of progress
BLOCK = 1 << 20
ROOM_LEFT = 20 << 20  # bytes that a copy leaves free on the disk
Counts = dict[str, int]
_PLAIN = b"SQLite format 3\0"  # how a file that is not encrypted begins


@dataclass(frozen=True, slots=True)
class Found:
    """What a checked file holds: its version and the number of rows of each table."""

    version: int
    counts: Counts


def copy_open_file(target: Path, progress: Progress = silent) -> Counts:
    """Write the open ledger into the new file ``target`` (same key) and give the rows of each table.

    One read transaction spans copying and counting, so that what others write meanwhile is in neither.
    """
    if database.in_transaction():
        raise RuntimeError("a copy is made outside operations: it would hold what may yet be rolled back")
    with known_trouble():
        source = database.connection()
        source.execute("BEGIN")
        try:
            counts = count_rows(source)
            _copy(source, target, database.key, progress)
        finally:
            source.execute("COMMIT")
    return counts


def save_open_file(target: Path, progress: Progress = silent) -> Counts:
    """Write the open ledger as ``target`` and check it; what lay there is replaced only then. ``Refused`` where that cannot be done."""
    part = target.with_name(f"{target.name}.part")
    try:
        with file_trouble("没有另存成"):
            remove_with_companions(part)
            counts = copy_open_file(part, progress)
            inspect(part, database.key)
            os.replace(part, target)
    finally:
        remove_with_companions(part)
    return counts


def copy_other_file(source: Path, target: Path, key: str, progress: Progress = silent) -> None:
    """Write another ledger file, with what its -wal file may still hold, into the new file ``target``."""
    with beside(source, key, read_only=True) as connection:
        _copy(connection, target, key, progress)


def _copy(source: Any, target: Path, key: str, progress: Progress) -> None:
    def tell(_: int, remaining: int, total: int) -> None:
        progress(total - remaining, total, "复制账本")

    with beside(target, key) as copy:
        source.backup(copy, pages=PAGES_A_STEP, progress=tell)
        # A copy in WAL mode could not be opened from a read-only disc, and would leave -wal files beside itself.
        copy.execute("PRAGMA journal_mode = DELETE")


def inspect(path: Path, key: str) -> Found:
    """Open a file by itself and check it wholly; refuses a foreign, newer, damaged or empty one and a wrong key."""
    with beside(path, key, read_only=True) as connection:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if mark != APPLICATION_ID or version < 1:
            raise Refused(NOT_OURS)
        if version > migrations.LATEST:
            raise Refused("这个文件是更新版本的总务通写的。请安装新版程序后再用它。")
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            raise Refused("这个文件已损坏，不能使用。请换一份备份。")
        return Found(version, count_rows(connection))


def is_encrypted(path: Path) -> bool:
    """Whether a ledger file is encrypted: it does not begin as a plain SQLite file does."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN)) != _PLAIN


def count_rows(connection: Any) -> Counts:
    """Give the number of rows of each table."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}


# --- files -------------------------------------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return sha256_of_stream(file)


def sha256_of_stream(file: IO[bytes]) -> str:
    """Give the SHA-256 of what is left to read."""
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def contents_of(folder: Path) -> list[Path]:
    """Give the files of a content-addressed folder (ab/ab12….pdf), sorted; unfinished ones are left out."""
    return sorted(path for path in folder.glob("[0-9a-f][0-9a-f]/*") if path.suffix != ".part" and path.is_file())


def mirror(source: Path, target: Path, progress: Progress = silent, verified: bool = False) -> int:
    """Add to ``target`` the content files that it lacks, and give how many; nothing is ever removed there.

    ``verified`` reads every file: only what fits its name is taken, and damaged content in ``target`` is replaced.
    """
    files = contents_of(source)
    added = 0
    for done, path in enumerate(files):
        progress(done, len(files), "复制附件")
        goal = target / path.relative_to(source)
        if verified:
            there = goal.exists() and sha256_of(goal) == goal.stem
            wanted = not there and sha256_of(path) == path.stem
        else:
            wanted = not goal.exists() or goal.stat().st_size != path.stat().st_size
        if wanted:
            place(path, goal)
            added += 1
    return added


def place(source: Path, goal: Path) -> None:
    """Copy a file so that ``goal`` is never seen half written."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    part = goal.with_name(goal.name + ".part")
    try:
        shutil.copyfile(source, part)
        flush(part)
        os.replace(part, goal)
    finally:
        part.unlink(missing_ok=True)


def require_room(folder: Path, needed: int) -> None:
    """Refuse to begin what a disk cannot take, and say how much is wanted (bytes) and how much is left."""
    free = shutil.disk_usage(folder).free
    if free < needed + ROOM_LEFT:
        raise Refused(f"“{folder}”的空间不够：大约需要 {_megabytes(needed)}，只剩 {_megabytes(free)}。请清理或换一个磁盘。")


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:,.1f} MB"


def flush(path: Path) -> None:
    """Wait until a file's content is on the disk: a U 盘 is often pulled out at once."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def remove_with_companions(path: Path) -> None:
    """Remove a database file and the -wal, -shm and -journal files that may lie beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def file_trouble(what: str) -> Iterator[None]:
    """Turn troubles of files and drives into one sentence that begins with ``what`` (备份失败)."""
    try:
        yield
    except OSError as trouble:
        raise Refused(f"{what}：{why(trouble)}。") from trouble
