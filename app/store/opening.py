"""Opening the ledger for work: folder checks, connection, version, backup before migrating, migrations."""

from pathlib import Path

from app.store import backup, database, folder, migrations, rescue
from app.store.folder import DataFolder


class Store:
    """The open ledger of this process: its folder; ``close()`` ends this thread's connection."""

    def __init__(self, data: DataFolder, key: str) -> None:
        self.folder = data
        self.key = key

    def close(self) -> None:
        """Close the connection of this thread; pending work has been committed by its own operation."""
        database.close_thread()


def open_store(root: Path, key: str = "", anew: bool = False) -> Store:
    """Open (or begin) the ledger in ``root``; every trouble is ``Refused`` with a sentence.

    A newer file is refused before anything is written; an older one is backed up first, then migrated. ``LostLedger`` where
    a ledger was here and is missing, empty, another file or damaged; ``anew`` begins a new one all the same, and keeps what
    lies there under another name.
    """
    data = folder.prepare(root)
    lost = rescue.look(data, key)
    if lost is not None and not anew:
        raise rescue.LostLedger(lost)
    if lost is not None:
        rescue.set_aside(data)
    database.connect(data.file, key)
    try:
        with database.known_trouble():
            migrations.require_not_newer()
            if 0 < migrations.version() < migrations.LATEST:
                backup.make(data, "升级前", key, tell=False)
            migrations.migrate()
    except BaseException:
        database.close_thread()
        raise
    return Store(data, key)
