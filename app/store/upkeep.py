"""Looking after the backups at a quiet moment: checked, packed, thinned out; and opening one of them, or rewriting it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import peewee

from app.core import clock
from app.core.errors import Refused
from app.core.progress import Cancelled, Progress, silent
from app.store import backup, check, contents, copying, journal, packing, proofs, thinning
from app.store.backup import Backup
from app.store.contents import Contents
from app.store.copying import file_trouble
from app.store.database import FILE_NAME, beside, database, known_trouble
from app.store.folder import DataFolder
from app.store.thinning import Copy
from app.store.turns import UNFINISHED, turn

STEPS_BETWEEN = 200_000  # steps of SQLite's machine, some milliseconds, between two questions whether to go on


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many backups were packed, and how many were removed because later ones took their place."""

    packed: int = 0
    removed: int = 0


def tidy(data: DataFolder, progress: Progress = silent) -> Tidied:
    """Pack the plain backups and remove those that ``thinning`` lets go. ``Cancelled`` by ``progress`` leaves all as it is.

    The ledger is open. What it finds damaged stays and makes room for nothing.
    """
    with file_trouble("没有整理好备份"), known_trouble():
        plain = [made for made in backup.listing(data)
                 if made.path.suffix == backup.PLAIN and not copying.is_encrypted(made.path)]
        sound = not plain or _ledger_is_sound(data, progress)
        packed = sum(_packed(data, made, sound, progress) for made in plain)
        _remove_doubles(data)
        removed = _thin(data, progress)
        rotten = _read_one(data, progress)
    if packed or removed or rotten:
        journal.announce(frozenset({backup.FOLDER}))
    return Tidied(packed, removed)


def _read_one(data: DataFolder, progress: Progress) -> bool:
    """Read the backup to its end that was not read for longest, and give whether it is damaged now."""
    with turn(data):
        made = proofs.next_to_read(data, clock.today())
        return made is not None and not proofs.prove(data, made, database.key, progress)


def _ledger_is_sound(data: DataFolder, progress: Progress) -> bool:
    """Whether the open ledger agrees with itself: what was copied from a damaged one must not push out a good copy.

    Asked, like all that is read of it here, while nobody restores.
    """
    with turn(data), _interrupted_by(progress):
        return not check.of_file(progress)


@contextmanager
def _interrupted_by(progress: Progress) -> Iterator[None]:
    """Let ``progress`` end a query of this thread in its middle: who leaves the program does not wait for it."""
    stopped = []

    def ask() -> int:
        try:
            progress(0, 0, "检查账本")
        except Cancelled:
            stopped.append(True)
        return len(stopped)

    connection = database.connection()
    connection.set_progress_handler(ask, STEPS_BETWEEN)
    try:
        yield
    except peewee.OperationalError:
        if stopped:
            raise Cancelled from None
        raise
    finally:
        connection.set_progress_handler(None, STEPS_BETWEEN)


def _packed(data: DataFolder, made: Backup, sound: bool, progress: Progress) -> bool:
    """Pack one plain backup, unless it is damaged; it keeps its name up to the end of it."""
    with turn(data):
        if not made.path.exists():
            return False
        part = data.backups / f"{UNFINISHED}{os.getpid()}.part"
        try:
            copying.inspect(made.path, "")
            with beside(made.path, read_only=True) as connection:
                holds = replace(contents.read(connection), sound=sound)
            packing.pack(made.path, part, holds, progress)
            packed = made.path.with_suffix(backup.PACKED)
            os.replace(part, packed)
            proofs.note(data, packed, whole=True)
        except Refused:  # it stays as it is: damaged is better than gone
            return False
        finally:
            part.unlink(missing_ok=True)
        copying.remove_with_companions(made.path)
    return True


def _remove_doubles(data: DataFolder) -> None:
    """Remove a plain backup beside its packed one: a kill came between the last two steps of packing."""
    with turn(data):
        for plain in data.backups.glob(f"zongwu-*{backup.PLAIN}"):
            packed = plain.with_suffix(backup.PACKED)
            with suppress(Refused):  # the packed one rotted: both stay
                if packed.exists():
                    packing.require_whole(packed)
                    copying.remove_with_companions(plain)


# --- thinning out ------------------------------------------------------------------------------------------------


def _thin(data: DataFolder, progress: Progress) -> int:
    """Remove the backups that ``thinning`` lets go, and give how many; one that is open elsewhere stays for now."""
    with turn(data):
        ledger = contents.read(database.connection())
        facts = _held_by_others(data, _facts(data), ledger)
        while True:
            staying = thinning.kept(facts, clock.now(), ledger.ledger, ledger.newest)
            leaving = facts.keys() - staying
            doubtful = [copy for copy in thinning.later_ones(leaving, staying)
                        if copy.sound and not proofs.is_whole_today(data, facts[copy], database.key, progress)]
            if not doubtful:
                break
            for copy in doubtful:
                facts[replace(copy, sound=False)] = facts.pop(copy)
        for copy in leaving:
            copying.remove_with_companions(facts[copy].path)
    return sum(not facts[copy].path.exists() for copy in leaving)


def _facts(data: DataFolder) -> dict[Copy, Backup]:
    """Give what thinning wants to know of each backup."""
    connection, found, notes = database.connection(), {}, proofs.known(data)
    for order, made in enumerate(reversed(backup.listing(data))):
        holds = contents.describe(made.path, database.key)
        proof = proofs.of(made, notes)
        sound = holds.sound and (proof is None or proof.whole)
        held = not holds.trouble and contents.holds(connection, holds.head)
        found[Copy(made.at, made.reason, order, holds.ledger, sound, held)] = made
    return found


def _held_by_others(data: DataFolder, facts: dict[Copy, Backup], ledger: Contents) -> dict[Copy, Backup]:
    """Mark what a later backup holds though the ledger does not: after a mistaken restore one copy of the lost work is enough.

    Such backups are opened only where the calendar would let go of any.
    """
    lost = sorted((copy for copy in facts if not copy.held and copy.ledger == ledger.ledger), key=lambda copy: -copy.order)
    as_if = {replace(copy, held=True): copy for copy in lost}
    others = [copy for copy in facts if copy not in lost]
    going = {*as_if} - thinning.kept([*others, *as_if], clock.now(), ledger.ledger, ledger.newest)
    left = {as_if[copy] for copy in going}
    for witness in lost:  # the latest first: what it holds need not stay on its own account
        earlier = [copy for copy in left if copy.order < witness.order]
        if witness not in facts or not witness.sound or not earlier:
            continue
        with suppress(Refused), opened(data, facts[witness], database.key) as (_, connection):
            for copy in earlier:
                if contents.holds(connection, contents.describe(facts[copy].path, database.key).head):
                    facts[replace(copy, held=True)] = facts.pop(copy)
                    left.remove(copy)
    return facts


# --- a backup opened, or rewritten -------------------------------------------------------------------------------


@contextmanager
def opened(data: DataFolder, made: Backup, key: str = "", writable: bool = False) -> Iterator[tuple[Path, Any]]:
    """Give a copy of a backup as a plain file in a folder that is gone afterwards, and the driver's connection to it.

    The copy of an encrypted one is encrypted. ``Refused`` where the backup is damaged.
    """
    with turn(data), tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=data.backups, ignore_cleanup_errors=True) as room:
        copy, path = Path(room) / FILE_NAME, backup.lies_at(made.path)
        if path.suffix == backup.PACKED:
            packing.unpack(path, copy)
        else:
            copying.copy_other_file(path, copy, key)
        with beside(copy, key, read_only=not writable) as connection:
            yield copy, connection


def rewrite(data: DataFolder, made: Backup, change: Callable[[Any], bool], key: str = "", progress: Progress = silent) -> bool:
    """Let ``change`` work on a copy of a backup by the driver's connection; where it gives True the checked copy takes its place.

    Moment, reason, sequence and name stay. Refused, and the backup left as it was, where it is damaged before or afterwards.
    """
    with turn(data), opened(data, made, key, writable=True) as (copy, connection):
        if not change(connection):
            return False
        connection.execute("VACUUM")  # what was taken out must not lie on in free pages
        connection.close()
        copying.inspect(copy, key)
        fresh, path = copy, backup.lies_at(made.path)
        if path.suffix == backup.PACKED:
            holds = replace(_read(copy, key), sound=contents.describe(path).sound)
            fresh = copy.with_name("packed.part")
            packing.pack(copy, fresh, holds, progress)
        copying.flush(fresh)
        os.replace(fresh, path)
    journal.announce(frozenset({backup.FOLDER}))
    return True


def _read(path: Path, key: str) -> Contents:
    with beside(path, key, read_only=True) as connection:
        return contents.read(connection)
