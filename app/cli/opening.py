"""Opening the ledger for a verb, and its progress on a terminal."""

import argparse
import sys
from pathlib import Path

from app.core.errors import Refused
from app.core.paths import program_folder
from app.school import queries as school
from app.store import folder, journal, rescue, turns
from app.store.database import FILE_NAME
from app.store.opening import Store, open_store


def root(words: argparse.Namespace) -> Path:
    """Give the data folder that was named, else this machine's own."""
    named: Path | None = words.data
    return named or folder.default_root(program_folder())


def opened(words: argparse.Namespace, writes: bool = False, begins: bool = False) -> Store:
    """Open the ledger; a verb that writes takes the folder, so that it never works behind an open window.

    ``Refused`` where there is none yet, unless the verb ``begins`` one.
    """
    place = root(words)
    if not begins and not (place / FILE_NAME).exists():
        # What lies beside it tells a ledger that got lost from a folder where none ever was; neither is touched.
        lost = rescue.look(folder.prepare(place)) if place.is_dir() else None
        raise rescue.LostLedger(lost) if lost else Refused(f"“{place}”里还没有账本。请先用 init 建立账本，或用 --data 指明数据文件夹。")
    if writes:
        data = folder.prepare(place)
        words.lock = folder.take(data)
        left = turns.clear(data)
        if left.count:
            sys.stderr.write(f"{left.told}\n")
    store = open_store(place, anew=getattr(words, "anew", False))
    if school.started():
        journal.worker.name = school.profile().operator
    return store


def progress(done: int, total: int, text: str = "") -> None:
    """Show progress on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text} {done}/{total}   " + ("\n" if done >= total else ""))
