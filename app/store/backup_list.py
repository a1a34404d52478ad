"""The list of backups as people see it: when and why, of which ledger, sound or not, how much each holds."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core import clock
from app.store import backup, contents, proofs, thinning
from app.store.backup import Backup
from app.store.contents import Contents
from app.store.database import database
from app.store.folder import DataFolder

SOUND, DAMAGED, DOUBTFUL = "完好", "已损坏", "检查未通过"
OURS, OTHERS, NOBODY_KNOWS = "本账本", "另一个账本", "不清楚"


@dataclass(frozen=True, slots=True)
class Listed:
    """A backup and what it holds. ``ours`` is None where nobody knows; ``dated`` is False where its clock was wrong.

    ``whole`` is False where it was damaged when it was last read to its end.
    """

    made: Backup
    holds: Contents
    ours: bool | None
    dated: bool
    whole: bool

    @property
    def moment(self) -> str:
        """Give when it was made; a date that cannot be right, since the clock was wrong that day, is told as such."""
        return f"{self.made.at:%Y-%m-%d %H:%M:%S}{'' if self.dated else '（日期不对）'}"

    @property
    def ledger(self) -> str:
        """Say whose it is."""
        return NOBODY_KNOWS if self.ours is None else OURS if self.ours else OTHERS

    @property
    def state(self) -> str:
        """Say whether it can be restored, by what was found when it was last read to its end."""
        return DAMAGED if self.holds.trouble or not self.whole else SOUND if self.holds.sound else DOUBTFUL

    @property
    def last_step(self) -> str:
        """Give the moment and the words of its latest step."""
        newest: datetime | None = self.holds.newest
        return f"{newest:%Y-%m-%d %H:%M} {self.holds.newest_title}".rstrip() if newest else ""


_known: dict[tuple[Path, int, int], Contents] = {}  # of a file that did not change since it was read


def described(data: DataFolder, own: str = "", key: str = "") -> list[Listed]:
    """Give the backups with what they hold, the one made last first. ``own`` is the identity that counts as ours.

    ``key`` is asked of encrypted ones.
    """
    made = backup.listing(data)
    doubted = thinning.doubted([each.at for each in reversed(made)], clock.now())
    notes = proofs.known(data)
    found = []
    for place, each in enumerate(made):
        holds = _contents_of(each, key)
        ours = holds.ledger == own if own and holds.ledger else None
        proof = proofs.of(each, notes)
        found.append(Listed(each, holds, ours, len(made) - 1 - place not in doubted, proof is None or proof.whole))
    return found


def of_open_ledger(data: DataFolder) -> list[Listed]:
    """Give the same, with those of the open ledger marked as ours."""
    return described(data, contents.identity_of(database.connection()), database.key)


def _contents_of(made: Backup, key: str) -> Contents:
    try:
        about = made.path.stat()
    except OSError:
        return contents.describe(made.path, key)
    known = (made.path, about.st_size, about.st_mtime_ns)
    if known not in _known:
        _known[known] = contents.describe(made.path, key)
    return _known[known]
