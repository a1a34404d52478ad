"""Before the ledger is opened: is it there, is it whole at first sight, and if not, what leads back.

A file that is missing or empty beside backups is a ledger that got lost, not a school that begins; nothing new is made
until a person has said so.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlcipher3 import dbapi2

from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.files import why
from app.store import backup, copying
from app.store.database import APPLICATION_ID, beside, trouble_of
from app.store.folder import DataFolder

_SMALL = 4 * 2**20  # bytes of a file that is looked through wholly in some ten milliseconds
Kind = Literal["missing", "empty", "foreign", "damaged"]


@dataclass(frozen=True, slots=True)
class Lost:
    """What was found in the place of a ledger, in a sentence; ``backups`` counts those that lie in the folder."""

    kind: Kind
    text: str
    backups: int


class LostLedger(Refused):
    """The ledger cannot be opened as it is, and nothing new was made: ``lost`` says what was found."""

    def __init__(self, lost: Lost) -> None:
        self.lost = lost
        back = f"备份文件夹里有 {lost.backups} 份备份，请恢复其中一份。" if lost.backups else "请从 U 盘或别处找一份备份来恢复。"
        super().__init__(lost.text + back)


def look(data: DataFolder, key: str = "") -> Lost | None:
    """Look whether the ledger is lost; None where it seems whole, or where no ledger was ever here.

    It takes a few milliseconds: the head of the file, its list of tables, of each table the first and the last row, and the
    whole of a small file.
    """
    backups = len(backup.listing(data))
    if not data.file.exists():
        return Lost("missing", f"数据文件夹里没有账本文件（{data.file}），可能被移走、改名或删掉了。", backups) \
            if backups or _left_behind(data) else None
    try:
        if data.file.stat().st_size == 0 and not _size(Path(f"{data.file}-wal")):
            return Lost("empty", f"账本文件是空的（{data.file}，0 字节），里面的内容没有了。", backups) \
                if backups or _left_behind(data) else None
        if copying.is_encrypted(data.file) and (key or _may_be_encrypted(data)):
            # Whether a key is right is found when it is opened; without one nothing can be opened, only led back.
            return None if key else Lost("damaged", f"账本文件打不开（{data.file}）：可能已损坏，也可能加了口令。", backups)
        wrong = _wrong(data.file, key)
    except OSError as trouble:
        raise Refused(f"打不开账本文件：{why(trouble)}。") from trouble
    if wrong is None:
        return None
    return Lost(wrong, _WORDS[wrong].format(data.file), backups)


_WORDS: dict[str, str] = {
    "foreign": "“{}”不是总务通的账本，可能被别的文件替换了。",
    "damaged": "账本文件已损坏（{}），打不开或者有一部分读不出来。",
}


def _may_be_encrypted(data: DataFolder) -> bool:
    """Whether a file that does not begin as a plain one may be an encrypted ledger: its backups would be so as well."""
    plain = [made.path for made in backup.listing(data) if made.path.suffix == backup.PLAIN]
    return copying.is_encrypted(plain[0]) if plain else not backup.listing(data)


def _left_behind(data: DataFolder) -> bool:
    """Whether attachments or printed papers show that a ledger was here once."""
    return any(next(folder.rglob("*"), None) is not None for folder in (data.attachments, data.printed))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _wrong(path: Path, key: str) -> Literal["foreign", "damaged"] | None:
    if copying.is_encrypted(path):
        return "damaged"    # it does not even begin as a file of SQLite
    try:
        with beside(path, key) as connection:
            tables = [name for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()]
            mark = connection.execute("PRAGMA application_id").fetchone()[0]
            if tables and mark != APPLICATION_ID:
                return "foreign"
            if path.stat().st_size <= _SMALL and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return "damaged"
            for name in tables:
                for order in ("", " DESC"):
                    connection.execute(f'SELECT * FROM "{name}" ORDER BY 1{order} LIMIT 1').fetchone()
    except Refused as trouble:
        if isinstance(trouble.__cause__, dbapi2.OperationalError):
            raise   # locked, not readable: the file itself may be whole
        return "damaged"
    except dbapi2.OperationalError:
        raise
    except (dbapi2.DatabaseError, ValueError, OverflowError):   # words that are no text, sizes that cannot be
        return "damaged"
    return None


def set_aside(data: DataFolder) -> Path | None:
    """Give the lost ledger another name, so that a new one may begin; gives where it lies now, None where there was none."""
    if not data.file.exists():
        return None
    goal = data.root / f"损坏的账本-{clock.now():%Y%m%d-%H%M%S}.db"
    for suffix in ("", "-wal", "-shm"):
        file = Path(f"{data.file}{suffix}")
        if file.exists():
            os.replace(file, f"{goal}{suffix}")
    return goal


def known(error: BaseException) -> Refused | Invalid | None:
    """Give what is said of an error that nobody caught: a refusal, or a known trouble of the file; None for a bug."""
    return error if isinstance(error, Refused | Invalid) else trouble_of(error)
