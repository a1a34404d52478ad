"""Opening the ledger for a verb, and its progress on a terminal."""

import argparse
import sys
from pathlib import Path

from app.core.errors import Damaged, Refused
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

    ``Refused`` where there is none yet, or an empty file in its place, unless the verb ``begins`` one.
    """
    place = root(words)
    if not begins and not _holds_something(place / FILE_NAME):
        # What lies beside it tells a ledger that got lost from a folder where none ever was; neither is touched.
        lost = rescue.look(folder.prepare(place)) if place.is_dir() else None
        if lost is None and (place / FILE_NAME).exists():
            raise Refused(f"“{place / FILE_NAME}”是空的（0 字节），没有动它。请用 restore 恢复一份备份，或用 init 从空白开始。")
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


def _holds_something(file: Path) -> bool:
    """Whether a ledger can be there: a file with bytes, or one whose bytes all lie in the log beside it still."""
    return file.exists() and (file.stat().st_size > 0 or file.with_name(f"{file.name}-wal").exists())


def told(trouble: Refused) -> str:
    """Give the words of a refusal; where the ledger is lost or damaged they name the verbs that lead back."""
    if isinstance(trouble, rescue.LostLedger):
        lost = trouble.lost
        return lost.text + _way_back(lost.backups, readable=lost.kind == "damaged")
    return "账本文件已损坏，有一部分读不出来。" + _way_back(1, readable=True) if isinstance(trouble, Damaged) else trouble.text


def _way_back(backups: int, readable: bool) -> str:
    """Name the verbs that lead back to a ledger."""
    found = "用 backup --list 看有哪些备份，用 restore 恢复其中一份" if backups else "请从 U 盘或别处找一份备份，用 restore 恢复"
    return f"{found}；还读得出的内容可以先用 salvage 存成 Excel。" if readable else f"{found}；确实要从空白开始，用 init --anew。"


def progress(done: int, total: int, text: str = "") -> None:
    """Show progress on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text} {done}/{total}   " + ("\n" if done >= total else ""))
