"""When each backup was last read to its end, and whether it was whole then: a disk rots in silence.

Noted in the folder of backups, so that each is read once a week and not at every start. A note counts while the file has
the size and the time it had then.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlcipher3 import dbapi2

from app.core import clock
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.store import backup, copying, packing
from app.store.backup import Backup
from app.store.folder import DataFolder

FILE = "proofs.json"
AGAIN_DAYS = 7  # after which a backup is read again


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of reading a backup on a day (ISO); size in bytes and time in ns are those of the file that was read."""

    whole: bool
    day: str
    size: int
    time: int


def known(data: DataFolder) -> dict[str, Proof]:
    """Give the notes by the names of the backups; none where the notes cannot be read."""
    try:
        noted = json.loads((data.backups / FILE).read_text("utf-8"))
        return {str(name): Proof(**proof) for name, proof in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def of(made: Backup, notes: dict[str, Proof]) -> Proof | None:
    """Give the note that counts for a backup as it lies there now."""
    proof = notes.get(made.path.name)
    try:
        about = made.path.stat()
    except OSError:
        return None
    return proof if proof is not None and (proof.size, proof.time) == (about.st_size, about.st_mtime_ns) else None


def prove(data: DataFolder, made: Backup, key: str, progress: Progress = silent) -> bool:
    """Read a backup to its end, note what came of it, and give whether it is whole."""
    whole = _reads(made, key, progress)
    note(data, made.path, whole)
    return whole


def note_if_damaged(data: DataFolder, path: Path) -> None:
    """Read a backup of the list that could not be restored to its end, and note it where it is damaged; an encrypted one is left."""
    made = next((each for each in backup.listing(data) if each.path == path), None)
    if made is None or (made.path.suffix != backup.PACKED and copying.is_encrypted(made.path)):
        return
    with suppress(OSError):     # the refusal itself is what counts
        if not _reads(made, "", silent):
            note(data, path, whole=False)


def _reads(made: Backup, key: str, progress: Progress) -> bool:
    try:
        if made.path.suffix == backup.PACKED:
            packing.require_whole(made.path, progress)
        else:
            copying.inspect(made.path, key)
    except (Refused, dbapi2.DatabaseError):
        return False
    return True


def is_whole_today(data: DataFolder, made: Backup, key: str, progress: Progress = silent) -> bool:
    """Whether a backup is whole, by today's note or by reading it now: another is about to go in its favour."""
    proof = of(made, known(data))
    if proof is not None and proof.day == clock.today().isoformat():
        return proof.whole
    return prove(data, made, key, progress)


def note(data: DataFolder, path: Path, whole: bool) -> None:
    """Note that a backup was read today; what is noted of backups that are gone is struck."""
    about = path.stat()
    there = {made.path.name for made in backup.listing(data)}
    notes = {name: proof for name, proof in known(data).items() if name in there}
    notes[path.name] = Proof(whole, clock.today().isoformat(), about.st_size, about.st_mtime_ns)
    part = data.backups / f"{FILE}.part"
    part.write_text(json.dumps({name: asdict(proof) for name, proof in notes.items()}, indent=1), "utf-8")
    part.replace(data.backups / FILE)


def next_to_read(data: DataFolder, today: date) -> Backup | None:
    """Give the backup that was not read for longest, None where each was read within the week; not an encrypted one."""
    notes = known(data)
    plain = [made for made in backup.listing(data) if made.path.suffix == backup.PACKED or not copying.is_encrypted(made.path)]
    waiting = [(proof.day if proof else "", made.sequence, made) for made in plain
               if (proof := of(made, notes)) is None or abs((today - date.fromisoformat(proof.day)).days) >= AGAIN_DAYS]
    return min(waiting, key=lambda each: each[:2])[2] if waiting else None
