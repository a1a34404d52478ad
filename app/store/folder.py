"""The data folder: where it is, what lies in it, and that only one process works in it.

``zongwu.db``, ``attachments/``, ``backups/``, ``printed/`` and the log. It lies beside a portable program where so
chosen and writable, else in the user's data directory; ``--data DIR`` wins.
"""

import ctypes
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from sqlcipher3 import dbapi2

from app.core.errors import Refused
from app.core.files import why
from app.store.database import FILE_NAME, database

PORTABLE_MARK = "portable.txt"  # lies beside the program: "keep my data here, in data-of-school/"
PORTABLE_FOLDER = "账本数据"
DEMO = "-示范学校"  # stands behind the name of the folder in whose place the demo school is looked at
_SYNCED = ("onedrive", "dropbox", "坚果云", "nutstore", "百度网盘", "baidunetdisk", "icloud", "google drive", "wps云盘")
_DRIVE_REMOTE = 4


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths inside one data folder."""

    root: Path

    @property
    def file(self) -> Path:
        """Give the path of the ledger file."""
        return self.root / FILE_NAME

    @property
    def attachments(self) -> Path:
        """Give the folder of attached files, named by content."""
        return self.root / "attachments"

    @property
    def backups(self) -> Path:
        """Give the folder of automatic backups."""
        return self.root / "backups"

    @property
    def printed(self) -> Path:
        """Give the archive of printed papers."""
        return self.root / "printed"

    @property
    def machine_settings(self) -> Path:
        """Give the ini file with this machine's window sizes and printer offsets."""
        return self.root / "machine.ini"

    @property
    def log(self) -> Path:
        """Give the program's log file."""
        return self.root / "zongwu.log"


def current() -> DataFolder:
    """Give the data folder of the ledger that is open."""
    return DataFolder(Path(database.place[0]).parent)


def default_root(program: Path) -> Path:
    """Give the data folder for a program lying in ``program``: beside it when marked portable, else the user's own."""
    if (program / PORTABLE_MARK).exists():
        beside = program / PORTABLE_FOLDER
        if _writable(beside) is None:
            return beside
    return Path(platformdirs.user_data_dir("zongwutong", appauthor=False))


def demo_root(root: Path) -> Path:
    """Give the folder of the demo school that lies beside a data folder."""
    return root if is_demo(root) else root.with_name(f"{root.name}{DEMO}")


def is_demo(root: Path) -> bool:
    """Whether a data folder is that of a demo school."""
    return root.name.endswith(DEMO)


def own_root(root: Path) -> Path:
    """Give the office's own data folder, beside which a demo school lies."""
    return root.with_name(root.name.removesuffix(DEMO))


def prepare(root: Path) -> DataFolder:
    """Make the folder and its parts; refuses network paths, cloud-synced folders and folders that cannot be written."""
    text = str(root)
    if text.startswith(("\\\\", "//")) or _on_network_drive(root):
        raise Refused(f"“{root}”在网络位置上。账本放在共享文件夹里容易损坏，请换成本机硬盘上的文件夹。")
    synced = next((word for word in _SYNCED if word in text.lower()), None)
    if synced:
        raise Refused(f"“{root}”在网盘同步文件夹（{synced}）里。同步会损坏正在使用的账本，请换成不同步的文件夹。")
    trouble = _writable(root)
    if trouble:
        raise Refused(f"不能在“{root}”里保存数据（{trouble}）。请换一个有写入权限的文件夹。")
    folder = DataFolder(root.resolve())
    for part in (folder.attachments, folder.backups, folder.printed):
        trouble = _writable(part)
        if trouble:
            raise Refused(f"不能在“{part}”里保存数据（{trouble}）。请移开它，或换一个文件夹。")
    return folder


def _writable(root: Path) -> str | None:
    """Try to write into the folder; give the reason where that fails."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return None
    except (FileExistsError, NotADirectoryError):  # Windows knows only the first, Linux tells the two apart
        return "这是一个文件，不是文件夹" if root.exists() else "路径中有一段是文件，不是文件夹"
    except OSError as trouble:
        return "没有写入权限" if isinstance(trouble, PermissionError) else why(trouble)


def _on_network_drive(root: Path) -> bool:
    if sys.platform != "win32":
        return False
    anchor = root.resolve().anchor
    return bool(ctypes.windll.kernel32.GetDriveTypeW(anchor) == _DRIVE_REMOTE)


class Taken(Refused):
    """Another process works in this folder; a second window raises the first one instead of opening."""


class Lock:
    """Holds a data folder for this process: SQLite's own exclusive lock on a small file beside the ledger.

    The system lets go of it when the process ends, however it ends; a second lock of the same process is refused as well.
    """

    def __init__(self, connection: dbapi2.Connection) -> None:
        self._connection = connection

    def release(self) -> None:
        """Let the folder go, from whichever thread; a second time does nothing."""
        self._connection.close()


def take(folder: DataFolder) -> Lock:
    """Take the folder for this process until the lock is released; ``Taken`` where somebody holds it."""
    lock = lock_file(folder.root / "zongwu.lock")
    if lock is None:
        raise Taken("总务通正开着这个账本。请先关闭它的窗口，再做这一步。")
    return lock


def lock_file(file: Path, wait: float = 0) -> Lock | None:
    """Lock a small file that need not exist yet; None where somebody holds it for longer than ``wait`` seconds.

    A lock library of its own would be one more thing to load at each start, asyncio and ssl with it. Refused where the
    file cannot be made.
    """
    connection = None
    try:
        connection = dbapi2.connect(file, timeout=wait, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = MEMORY").close()  # else a full disk could not even be locked
        connection.execute("BEGIN EXCLUSIVE").close()
    except dbapi2.OperationalError as trouble:
        if connection is not None:
            connection.close()
        if "locked" in str(trouble):
            return None
        raise Refused(f"不能在“{file.parent}”里写文件。请检查它的权限、磁盘是否已满。") from trouble
    return Lock(connection)
