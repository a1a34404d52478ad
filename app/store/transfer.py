"""Carrying the ledger: the one-file copy for a U 盘, and restoring from a backup or such a copy."""

import errno
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import peewee
from sqlcipher3 import dbapi2

from app.core import clock
from app.core.errors import Refused
from app.core.files import require_file_target
from app.core.progress import Progress, silent
from app.store import backup, check, contents, copying, database, journal, migrations, packing, proofs, turns
from app.store.contents import MANIFEST
from app.store.copying import Counts, file_trouble
from app.store.database import FILE_NAME
from app.store.folder import DataFolder
from app.store.packing import WholeFile, broken_archive

_HELD_IN = ("", "-wal")     # the files that hold a ledger; its -shm is made anew by whoever opens them
_TRIES = 20     # to copy a ledger while readers end
_DAMAGED = "这份备份已损坏，或者内容与它自己说的版本不符，没有恢复，账本保持原样。请换一份备份。"


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished copy: where it lies, its size in bytes, the rows of each table and the number of attached files."""

    path: Path
    size: int
    counts: Counts
    attachments: int


def suggested_name(school: str = "") -> str:
    """Give the usual file name of a copy made now."""
    return f"总务通备份{school and f'-{school}'}-{clock.now():%Y%m%d-%H%M}.zip"


def export(data: DataFolder, target: Path, progress: Progress = silent) -> Exported:
    """Write the open ledger and its attachments into one .zip file, read it back, and only then give it its name.

    Refused in a sentence: a target inside the data folder, a folder or drive that is not there, a full disk. A folder
    as target gets a file with the usual name. An encrypted ledger stays encrypted in the copy.
    """
    if target.is_dir():
        target = target / suggested_name()
    _require_good_target(data, target)
    part = target.with_name(target.name + ".part")
    with file_trouble("没有复制成功"), turns.turn(data), _workroom(data) as room, turns.noted(data, part):
        copying.require_room(data.backups, _size(data))
        copy = room / FILE_NAME
        counts = copying.copy_open_file(copy, progress)
        files = copying.contents_of(data.attachments)
        copying.require_room(target.parent, copy.stat().st_size + sum(file.stat().st_size for file in files))
        try:
            sums = _write(part, copy, files, progress)
            copying.flush(part)
            _read_back(part, sums, progress)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    return Exported(target, target.stat().st_size, counts, len(files))


def _require_good_target(data: DataFolder, target: Path) -> None:
    require_file_target(target)
    if not target.parent.is_dir():
        raise Refused(f"找不到文件夹“{target.parent}”。请检查 U 盘是否插好，或换一个位置。")
    if target.resolve().is_relative_to(data.root.resolve()):
        raise Refused("不能复制到数据文件夹里面：硬盘坏了就一起没了。请选 U 盘或别的磁盘。")


def _write(part: Path, copy: Path, files: list[Path], progress: Progress) -> dict[str, str]:
    """Write the archive and give the SHA-256 of each member."""
    sums = {FILE_NAME: copying.sha256_of(copy)}
    with database.beside(copy, database.database.key, read_only=True) as connection:
        holds = contents.read(connection, encrypted=bool(database.database.key))
    with WholeFile(part, "w") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copy, FILE_NAME)
        for done, file in enumerate(files):
            progress(done, len(files), "复制附件")
            member = f"attachments/{file.parent.name}/{file.name}"
            archive.write(file, member, zipfile.ZIP_STORED)  # photos and PDF do not shrink further
            sums[member] = file.stem
        archive.writestr(MANIFEST, packing.manifest(holds, sums, copy.stat().st_size))
    return sums


def _read_back(part: Path, sums: dict[str, str], progress: Progress) -> None:
    with zipfile.ZipFile(part) as archive:
        for done, (member, expected) in enumerate(sums.items()):
            progress(done, len(sums), "核对备份")
            with archive.open(member) as file:
                if copying.sha256_of_stream(file) != expected:
                    raise Refused("没有复制成功：写进去的内容读出来不一样，这个磁盘可能坏了。请换一个磁盘。")


# --- restoring ---------------------------------------------------------------------------------------------------


def restore(data: DataFolder, source: Path, key: str | None = None, progress: Progress = silent) -> Counts:
    """Put a backup (.db) or a copy (.zip) in the place of the ledger and give the rows of each table it brought.

    The source is checked wholly before anything is touched; a backup of today's ledger is made first. Afterwards the
    ledger is open again, brought to today's version, under the source's ``key``: the open ledger's where none is given
    and the source is encrypted. Where anything fails the old file is
    back in its place. Nothing else may work meanwhile; connections of other threads are closed and open anew.
    """
    source = backup.lies_at(source)
    if not source.is_file():
        raise Refused(f"找不到文件“{source}”。请检查 U 盘是否插好。")
    if source.resolve() == data.file.resolve():
        raise Refused("这就是正在使用的账本，不需要恢复。请选择一份备份。")
    if not database.database.is_closed() and database.database.in_transaction():
        raise RuntimeError("a ledger is not replaced inside an operation")
    changed = {backup.FOLDER}       # by the backup of today's ledger, also where nothing was restored
    try:
        with file_trouble("没有恢复，账本保持原样"), turns.turn(data), _workroom(data) as room:
            try:
                with _unfit_source():
                    fresh, attached = _unpacked(data, backup.lies_at(source), room, key, progress)
                    key = _key_of(fresh, key)
                    found = copying.inspect(fresh, key)
                    _make_ready(fresh, key)
            except Refused:
                proofs.note_if_damaged(data, source)    # the list says so from now on
                raise
            copying.flush(fresh)
            copying.mirror(attached, data.attachments, progress, verified=True)
            _safety_copy(data, progress)
            with _unfit_source():
                _swap(data, fresh, key)
            backup.forget_failure(data)     # of the damaged ledger, which is gone
            with database.known_trouble():
                changed |= copying.count_rows(database.database.connection()).keys()
    finally:
        journal.announce(frozenset(changed))
    return found.counts


@contextmanager
def _unfit_source() -> Iterator[None]:
    """Turn what SQLite finds wrong in a source, however odd, into a sentence about the source, not about the ledger."""
    try:
        with database.known_trouble():
            yield
    except Refused as trouble:
        if trouble.text == database.TROUBLES["malformed"]:
            raise Refused(_DAMAGED) from trouble
        raise
    except (dbapi2.DatabaseError, peewee.DatabaseError, UnicodeDecodeError, OverflowError) as trouble:
        raise Refused(_DAMAGED) from trouble


def _key_of(ledger: Path, key: str | None) -> str:
    """Give the key to open a ledger with: the one given, else the open ledger's unless the file is a plain one."""
    if key is not None:
        return key
    return database.database.key if copying.is_encrypted(ledger) else ""


def _make_ready(fresh: Path, key: str) -> None:
    """Let a file keep its -wal from the first moment on: once others read it, it could no longer be switched to that."""
    with database.beside(fresh, key) as connection:
        connection.execute("PRAGMA journal_mode = wal")


def _size(data: DataFolder) -> int:
    return data.file.stat().st_size if data.file.exists() else 0


def _unpacked(data: DataFolder, source: Path, room: Path, key: str | None, progress: Progress) -> tuple[Path, Path]:
    """Give the source's ledger as a fresh file in the work room, and the folder with its attachments."""
    fresh = room / FILE_NAME
    copies = 2 * _size(data)  # today's ledger is backed up, and lies aside while it is replaced
    if not zipfile.is_zipfile(source):
        copying.require_room(data.backups, source.stat().st_size + copies)
        copying.copy_other_file(source, fresh, _key_of(source, key), progress)
        return fresh, source.parent / "attachments"
    with broken_archive(), zipfile.ZipFile(source) as archive:
        if packing.MEMBER in archive.namelist():
            copying.require_room(data.backups, packing.unpacked_size(archive) + copies)
            packing.unpack(source, fresh, progress)
            return fresh, source.parent / "attachments"
        members, sums = _members(archive), packing.expected_sums(archive)
        copying.require_room(data.backups, sum(member.file_size for member in members) + copies)
        for done, member in enumerate(members):
            progress(done, len(members), "读取备份")
            path = room / member.filename
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as packed, path.open("wb") as file:
                shutil.copyfileobj(packed, file, copying.BLOCK)
            if copying.sha256_of(path) != sums.get(member.filename):
                raise Refused(f"这份备份已损坏（{member.filename}），没有恢复。请换一份备份。")
    return fresh, room / "attachments"


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Give the ledger and the attachments of an archive; anything else in it is left alone."""
    archive.getinfo(FILE_NAME)
    archive.getinfo(MANIFEST)
    return [member for member in archive.infolist() if member.filename == FILE_NAME or _is_content(member.filename)]


def _is_content(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return len(parts) == 3 and parts[0] == "attachments" and parts[1] == parts[2][:2] and \
        ".." not in parts and "\\" not in name and ":" not in name and not name.endswith("/")


def _safety_copy(data: DataFolder, progress: Progress) -> None:
    """Back up today's ledger; one too damaged for a checked backup is kept as it is, since nothing better is left.

    Where nothing is wrong with the ledger, but with the disk, that is said and nothing is replaced.
    """
    if not data.file.exists():
        return
    try:
        if _is_open(data):
            backup.make(data, "恢复前", progress=progress, tell=False)
            return
    except Refused:
        if _is_sound():
            raise
    except (peewee.DatabaseError, dbapi2.DatabaseError):
        pass  # damaged in a way that nobody knows
    database.database.close_everywhere()
    _copy_as_it_is(data, data.backups / f"unchecked-{clock.now():%Y%m%d-%H%M%S}.db")


def _is_sound() -> bool:
    try:
        return not check.of_file()
    except (peewee.DatabaseError, dbapi2.DatabaseError):
        return False


def _copy_as_it_is(data: DataFolder, target: Path) -> None:
    """Copy the closed ledger, and the -wal file that a crash or a reader has left, byte for byte; all of it or nothing.

    A command line that reads writes the -wal into the ledger when it ends and removes it: then it is copied anew.
    """
    try:
        for _ in range(_TRIES):
            before = _state(data)
            with suppress(FileNotFoundError):
                for suffix in before:
                    shutil.copyfile(_beside(data, suffix), target.with_name(target.name + suffix))
            if _state(data) == before:
                return
            copying.remove_with_companions(target)
        raise Refused("没有恢复：账本文件一直在变，可能还有别的程序开着它。请关掉以后再试。")
    except OSError:
        copying.remove_with_companions(target)
        raise


def _state(data: DataFolder) -> dict[str, tuple[int, int]]:
    """Give size and time of the files that hold the ledger, by suffix."""
    found = {suffix: _beside(data, suffix) for suffix in _HELD_IN}
    stats = {suffix: file.stat() for suffix, file in found.items() if file.exists()}
    return {suffix: (stat.st_size, stat.st_mtime_ns) for suffix, stat in stats.items()}


def _swap(data: DataFolder, fresh: Path, key: str) -> None:
    """Replace the ledger by ``fresh`` and open it; on any failure the old file is put back and opened.

    The old file is copied aside, not moved: at no moment would a power cut leave the folder without a ledger.
    """
    was_open, old_key = _is_open(data), database.database.key
    database.database.close_everywhere()
    aside = fresh.parent / "aside.db"
    _copy_as_it_is(data, aside)
    try:
        _remove_companions(data)
        _put(fresh, _beside(data))
        database.connect(data.file, key)
        with database.known_trouble():
            migrations.migrate()
    except BaseException:
        database.database.close_everywhere()
        _put_back(data, aside)
        if was_open:
            with suppress(Refused):
                database.connect(data.file, old_key)
        raise


def _is_open(data: DataFolder) -> bool:
    return not database.database.deferred and Path(database.database.database) == data.file


def _remove_companions(data: DataFolder) -> None:
    for suffix in ("-wal", "-shm"):
        _beside(data, suffix).unlink(missing_ok=True)


def _beside(data: DataFolder, suffix: str = "") -> Path:
    """Give the ledger's true file (``zongwu.db`` may be a link to it, which stays one), or the companion beside it."""
    true = data.file.resolve()
    return true.with_name(true.name + suffix)


def _put(file: Path, goal: Path) -> None:
    """Move a file over another in one step, also where a link led to another disk."""
    try:
        os.replace(file, goal)
    except OSError as trouble:
        if trouble.errno != errno.EXDEV:
            raise
        copying.place(file, goal)


def _put_back(data: DataFolder, aside: Path) -> None:
    _remove_companions(data)
    if not aside.exists():  # there was no ledger before
        _beside(data).unlink(missing_ok=True)
    for suffix in _HELD_IN:
        file = aside.with_name(aside.name + suffix)
        if file.exists():
            _put(file, _beside(data, suffix))


@contextmanager
def _workroom(data: DataFolder) -> Iterator[Path]:
    """Give a folder on the ledger's own disk, so that the last step is a rename; it is gone afterwards."""
    data.backups.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=data.backups, ignore_cleanup_errors=True) as room:
        yield Path(room)
