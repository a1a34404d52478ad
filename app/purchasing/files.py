"""Scans and files of a purchase: quotes, contract, delivery note, invoice (also as .xml and .ofd), pictures of what came."""

from collections.abc import Sequence
from pathlib import Path

from app.purchasing import queries
from app.purchasing.queries import OWNER
from app.store import attachments, journal
from app.store.attachments import Stored
from app.store.folder import DataFolder
from app.store.journal import Step


def attach_files(data: DataFolder, purchase: int, paths: Sequence[Path]) -> Step | None:
    """Attach files to a purchase as one step; ``Refused`` where it is gone or a file does not fit."""
    row = queries.purchase(purchase)
    with journal.operation(f"添加采购附件 {row.number}") as work:
        for path in paths:
            work.made(attachments.add(data, OWNER, purchase, path).id)
    return work.step


def remove_file(identity: int) -> Step:
    """Take a file off its purchase."""
    with journal.operation("移除采购附件") as work:
        attachments.remove(identity)
    return work.done


def files_of(purchase: int) -> list[Stored]:
    """Give the files of a purchase in the order they were added."""
    return attachments.of(OWNER, purchase)
