"""Photos and papers of a job: what is broken, what the repairer's bill says."""

from collections.abc import Sequence
from pathlib import Path

from app.repairs import queries
from app.repairs.queries import OWNER
from app.store import attachments, journal
from app.store.attachments import Stored
from app.store.folder import DataFolder
from app.store.journal import Step


def attach_files(data: DataFolder, repair: int, paths: Sequence[Path]) -> Step | None:
    """Attach photos or scans to a job as one step; ``Refused`` where it is gone or a file does not fit."""
    row = queries.repair(repair)
    with journal.operation(f"添加报修附件 {row.number}") as work:
        for path in paths:
            work.made(attachments.add(data, OWNER, repair, path).id)
    return work.step


def remove_file(identity: int) -> Step:
    """Take a file off its job."""
    with journal.operation("移除报修附件") as work:
        attachments.remove(identity)
    return work.done


def files_of(repair: int) -> list[Stored]:
    """Give the files of a job in the order they were added."""
    return attachments.of(OWNER, repair)
